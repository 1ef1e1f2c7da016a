import type { SeriesMarker, Time, UTCTimestamp } from "lightweight-charts";
import type { Notice } from "@/protocol/topics";

/** Markers drawn at most. */
const markersMax = 200;

/**
 * What a replay's strategies would have done, as markers: a circle below a bar where they would buy, above it where
 * they would sell. A wish that is repeated at the same price is marked once; `barSeconds` are the chart's bars, rising.
 */
export function wishMarkers(
  notices: readonly Notice[],
  instrument: number,
  dayStartSeconds: number,
  barSeconds: readonly number[],
  colours: { readonly buy: string; readonly sell: string },
): SeriesMarker<Time>[] {
  const marks = new Map<string, { time: number; buys: boolean }>();
  const lastPrice = { buy: 0, sell: 0 };
  let bar = 0;
  for (const { timeNs, wish } of notices) {
    if (wish === undefined || wish.instrument !== instrument) continue;
    const side = wish.side === "buy" ? "buy" : "sell";
    if (lastPrice[side] === wish.price) continue;
    lastPrice[side] = wish.price;
    const seconds = dayStartSeconds + Math.floor(timeNs / 1e9);
    while (bar + 1 < barSeconds.length && barSeconds[bar + 1] <= seconds) bar++;
    const time = barSeconds[bar];
    if (time !== undefined && time <= seconds) marks.set(`${time}${side}`, { time, buys: side === "buy" });
  }
  return [...marks.values()]
    .sort((a, b) => a.time - b.time)
    .slice(-markersMax)
    .map(({ time, buys }) => ({
      time: time as UTCTimestamp,
      position: buys ? "belowBar" : "aboveBar",
      shape: "circle",
      color: colours[buys ? "buy" : "sell"],
      size: 0.6,
    }));
}
