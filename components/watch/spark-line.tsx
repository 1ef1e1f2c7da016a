"use client";

import { useEffect, useRef } from "react";
import { useLive } from "@/components/live/live-context";
import { themeColours, useLook } from "@/components/terminal/theme";

const width = 40;
const height = 16;

/** The last minute of one name as a line, drawn on a canvas outside of React. */
export function SparkLine({ instrument }: { instrument: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { sparks } = useLive().stores;
  const look = useLook();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the look changes the colours that are drawn
  useEffect(() => {
    const paint = () => canvas.current !== null && paintSpark(canvas.current, sparks.get(instrument) ?? []);
    paint();
    return sparks.subscribeRow(instrument, "text", paint);
  }, [sparks, instrument, look]);
  return <canvas ref={canvas} aria-hidden style={{ width, height }} className="block" />;
}

function paintSpark(canvas: HTMLCanvasElement, prices: readonly number[]): void {
  const scale = Math.min(3, devicePixelRatio || 1);
  const pen = canvas.getContext("2d");
  if (pen === null) return;
  if (canvas.width !== width * scale) {
    canvas.width = width * scale;
    canvas.height = height * scale;
  }
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  if (prices.length < 2) return;
  let low = prices[0];
  let high = prices[0];
  for (const price of prices) {
    if (price < low) low = price;
    if (price > high) high = price;
  }
  const span = high - low || 1;
  const step = (width - 3) / (prices.length - 1);
  const colours = themeColours();
  pen.beginPath();
  prices.forEach((price, index) => {
    const x = 1 + index * step;
    const y = height - 2 - ((price - low) / span) * (height - 4);
    if (index === 0) pen.moveTo(x, y);
    else pen.lineTo(x, y);
  });
  const last = prices[prices.length - 1];
  pen.strokeStyle = last > prices[0] ? colours.buy : last < prices[0] ? colours.sell : colours.muted;
  pen.lineWidth = 1.25;
  pen.lineJoin = "round";
  pen.stroke();
}
