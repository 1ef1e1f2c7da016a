"use client";

import { type AutoscaleInfo, BaselineSeries, type UTCTimestamp } from "lightweight-charts";
import { useEffect, useMemo } from "react";
import { formatSignedMoney } from "@/components/format/numbers";
import { useLive } from "@/components/live/live-context";
import { useTimeChart } from "./time-chart";

/** The scale shows at least this much above and below, in the currency. */
const spanLeast = 5;

/** Net profit and loss over the day: of a strategy, or of the desk for -1. The `pnl` topic is the caller's to hold. */
export function PnlCurve({ strategy }: { strategy: number }) {
  const { stores } = useLive();
  const curve = useMemo(() => stores.curve(strategy), [stores, strategy]);
  const { box, chart, colours } = useTimeChart({
    // The first time stands inside of the edge and needs room to the next; curves above each other end at one place.
    timeScale: {
      timeVisible: true,
      secondsVisible: true,
      rightOffset: 1,
      fixLeftEdge: true,
      tickMarkMaxCharacterLength: 12,
    },
    rightPriceScale: {
      entireTextOnly: true,
      minimumWidth: 56,
      tickMarkDensity: 1.7,
      scaleMargins: { top: 0.12, bottom: 0.08 },
    },
    handleScroll: false,
    handleScale: false,
  });
  useEffect(() => {
    if (chart === null || colours === null) return;
    const line = chart.addSeries(BaselineSeries, {
      baseValue: { type: "price", price: 0 },
      topLineColor: colours.buy,
      topFillColor1: colours.buySoft,
      topFillColor2: "transparent",
      bottomLineColor: colours.sell,
      bottomFillColor1: "transparent",
      bottomFillColor2: colours.sellSoft,
      lineWidth: 2,
      priceLineVisible: false,
      lastValueVisible: false,
      // A day without a trade is a line on zero, not a scale of fractions that all print as 0.
      autoscaleInfoProvider: (found: () => AutoscaleInfo | null) => {
        const info = found();
        if (info?.priceRange == null || info.priceRange.maxValue - info.priceRange.minValue >= 2 * spanLeast)
          return info;
        const { minValue, maxValue } = info.priceRange;
        return { ...info, priceRange: { minValue: minValue - spanLeast, maxValue: maxValue + spanLeast } };
      },
      priceFormat: {
        type: "custom",
        formatter: (value: number) => formatSignedMoney(value * 10_000, 0),
        minMove: 0.01,
      },
    });
    let generation = -1;
    let drawnSeconds = 0;
    const draw = () => {
      if (curve.generation !== generation) {
        generation = curve.generation;
        line.setData(onePerSecond(curve.points));
        chart.timeScale().fitContent();
      } else {
        const last = curve.points.at(-1);
        if (last === undefined) return;
        const time = Math.floor(last[0] / 1_000);
        if (time >= drawnSeconds) line.update({ time: time as UTCTimestamp, value: last[1] / 10_000 });
        if (time > drawnSeconds) chart.timeScale().fitContent();
      }
      drawnSeconds = Math.floor((curve.points.at(-1)?.[0] ?? 0) / 1_000);
    };
    draw();
    const stop = curve.subscribe("text", draw);
    return () => {
      stop();
      try {
        chart.removeSeries(line);
      } catch {
        // The chart went first.
      }
    };
  }, [chart, colours, curve]);
  return <div ref={box} className="h-full w-full" role="img" aria-label="Net profit and loss over the day" />;
}

function onePerSecond(points: readonly (readonly [number, number])[]) {
  const bySecond = new Map<number, number>();
  for (const [milliseconds, net] of points) bySecond.set(Math.floor(milliseconds / 1_000), net / 10_000);
  return [...bySecond].map(([time, value]) => ({ time: time as UTCTimestamp, value }));
}
