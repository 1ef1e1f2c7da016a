import type { SeriesMarker, Time, UTCTimestamp } from "lightweight-charts";
import { formatQuantity } from "@/components/format/numbers";
import type { FillRow } from "@/protocol/topics";

/** Markers drawn at most; older fills are in the history. */
const markersMax = 200;
/** Quantities are written at least this many bars apart, so that they never lie over each other. */
const labelBars = 7;
/** A mark so near behind another of its side has no quantity: it would lie over that one's arrow. */
const crowdBars = 3;

/** A marker and the fills it stands for, oldest first. Its id is its time and side. */
export type FillMarker = {
  readonly id: string;
  readonly timeSeconds: number;
  readonly buys: boolean;
  readonly fills: readonly FillRow[];
  readonly marker: SeriesMarker<Time>;
};

/**
 * Our fills as markers, one for each bar and side with the quantity bought or sold in it: arrows up below the bar for
 * buys, down above it for sells.
 */
export function fillMarkers(
  fills: readonly FillRow[],
  instrument: number,
  dayStartSeconds: number,
  barSeconds: number,
  firstBarSeconds: number,
  colours: { readonly buy: string; readonly sell: string },
): FillMarker[] {
  const byBar = new Map<string, { id: string; time: number; buys: boolean; quantity: number; fills: FillRow[] }>();
  for (const fill of fills) {
    if (fill.instrument !== instrument || fill.broken) continue;
    const seconds = dayStartSeconds + Math.floor(fill.timeNs / 1e9);
    const time = seconds - (seconds % barSeconds);
    if (time < firstBarSeconds) continue;
    const buys = fill.side === "buy";
    const key = `${time}${buys ? "b" : "s"}`;
    const known = byBar.get(key);
    if (known === undefined) byBar.set(key, { id: key, time, buys, quantity: fill.quantity, fills: [fill] });
    else {
      known.quantity += fill.quantity;
      known.fills.push(fill);
    }
  }
  const lastMark = { buy: Number.NEGATIVE_INFINITY, sell: Number.NEGATIVE_INFINITY };
  const lastLabel = { buy: Number.NEGATIVE_INFINITY, sell: Number.NEGATIVE_INFINITY };
  return [...byBar.values()]
    .sort((a, b) => a.time - b.time)
    .slice(-markersMax)
    .map(({ id, time, buys, quantity, fills: inBar }) => {
      const side = buys ? "buy" : "sell";
      const room = time - lastLabel[side] >= labelBars * barSeconds && time - lastMark[side] >= crowdBars * barSeconds;
      lastMark[side] = time;
      if (room) lastLabel[side] = time;
      return {
        id,
        timeSeconds: time,
        buys,
        fills: inBar,
        marker: {
          id,
          time: time as UTCTimestamp,
          position: buys ? "belowBar" : "aboveBar",
          shape: buys ? "arrowUp" : "arrowDown",
          color: colours[side],
          text: room ? `${buys ? "+" : "\u2212"}${formatQuantity(quantity)}` : "",
          size: 1,
        },
      };
    });
}
