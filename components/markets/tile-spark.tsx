"use client";

import { useEffect, useRef } from "react";
import { useLive } from "@/components/live/live-context";
import { themeColours, useTheme } from "@/components/terminal/theme";

const height = 30;

/** The last minute of one symbol as an area on a canvas, as wide as its tile; drawn outside of React. */
export function TileSpark({ instrument }: { instrument: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { sparks } = useLive().stores;
  const theme = useTheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes the colours that are drawn
  useEffect(() => {
    const paint = () => canvas.current !== null && paintArea(canvas.current, sparks.get(instrument) ?? []);
    paint();
    return sparks.subscribeRow(instrument, "text", paint);
  }, [sparks, instrument, theme]);
  return <canvas ref={canvas} aria-hidden style={{ height }} className="block w-full" />;
}

function paintArea(canvas: HTMLCanvasElement, prices: readonly number[]): void {
  const pen = canvas.getContext("2d");
  const width = canvas.clientWidth;
  if (pen === null || width === 0) return;
  const scale = Math.min(3, devicePixelRatio || 1);
  if (canvas.width !== Math.round(width * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  if (prices.length < 2) return;
  const low = Math.min(...prices);
  const span = Math.max(...prices) - low || 1;
  const step = (width - 2) / (prices.length - 1);
  const colours = themeColours();
  const rises = prices[prices.length - 1] >= prices[0];
  pen.beginPath();
  prices.forEach((price, index) => {
    const y = height - 2 - ((price - low) / span) * (height - 4);
    if (index === 0) pen.moveTo(1, y);
    else pen.lineTo(1 + index * step, y);
  });
  pen.strokeStyle = rises ? colours.buy : colours.sell;
  pen.lineWidth = 1.25;
  pen.lineJoin = "round";
  pen.stroke();
  pen.lineTo(width - 1, height);
  pen.lineTo(1, height);
  pen.fillStyle = rises ? colours.buySoft : colours.sellSoft;
  pen.fill();
}
