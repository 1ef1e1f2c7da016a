"use client";

import {
  ColorType,
  CrosshairMode,
  createChart,
  type DeepPartial,
  type IChartApi,
  type TimeChartOptions,
} from "lightweight-charts";
import { type RefObject, useEffect, useRef, useState } from "react";
import { type ThemeColours, themeColours, useLook } from "@/components/terminal/theme";
import { standStillUnderPointer } from "./stand-still";

/** Colours a chart is drawn in; another object when the look changes. */
export type ChartColours = ThemeColours;

/**
 * The one wrapper of the charting library: makes a chart in a box, follows its size and the theme, removes it with
 * the component. One that can be scrolled stands still under the pointer. Null until the box is there.
 */
export function useTimeChart(options: DeepPartial<TimeChartOptions>): {
  box: RefObject<HTMLDivElement | null>;
  chart: IChartApi | null;
  colours: ChartColours | null;
} {
  const box = useRef<HTMLDivElement>(null);
  const first = useRef(options);
  const [chart, setChart] = useState<IChartApi | null>(null);
  const [colours, setColours] = useState<ChartColours | null>(null);
  const look = useLook();

  useEffect(() => {
    if (box.current === null) return;
    const made = createChart(box.current, { autoSize: true, ...first.current });
    const stop = first.current.handleScroll === false ? () => undefined : standStillUnderPointer(made, box.current);
    setChart(made);
    return () => {
      stop();
      setChart(null);
      made.remove();
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the look changes what the colours resolve to
  useEffect(() => {
    if (chart === null) return;
    const next = themeColours();
    chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: next.panel },
        textColor: next.muted,
        fontFamily: "'Geist Mono Variable', monospace",
        fontSize: 10.5,
        attributionLogo: false,
      },
      grid: { vertLines: { color: `${next.line}55` }, horzLines: { color: `${next.line}55` } },
      rightPriceScale: { borderColor: next.line },
      timeScale: { borderColor: next.line },
      crosshair: {
        mode: CrosshairMode.Normal,
        vertLine: { color: next.muted, labelBackgroundColor: "#3a4656" },
        horzLine: { color: next.muted, labelBackgroundColor: "#3a4656" },
      },
    });
    setColours(next);
  }, [chart, look]);

  return { box, chart, colours };
}
