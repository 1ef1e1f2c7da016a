import { formatPrice, formatQuantity } from "@/components/format/numbers";
import type { FillRow, Notice } from "@/protocol/topics";

/** News within this time are told in one toast, by the last of them and how many there were. */
export const burstMs = 8_000;

/** What a toast says. */
export type ToastText = { readonly title: string; readonly description: string };

/** Counts what comes in bursts. */
export class Burst {
  private began = Number.NEGATIVE_INFINITY;
  private count = 0;

  /** Another one at a time in ms; how many there were in this burst. */
  add(nowMs: number): number {
    if (nowMs - this.began > burstMs) {
      this.began = nowMs;
      this.count = 0;
    }
    return ++this.count;
  }
}

/** Names that a toast of fills needs. */
export type FillNames = {
  symbol(instrument: number): string;
  venue(venue: number): string;
  strategy(strategy: number): string;
  decimals(instrument: number): number;
  /** A maker is filled all day long: its fills are in the lists only. */
  isMaker(strategy: number): boolean;
};

/** Finds among our fills those that are news, and says them in one toast a burst. */
export class FillNews {
  private readonly burst = new Burst();
  private newest = 0;
  private sinceNs: number | null = null;

  /**
   * The rows as they are now, oldest first; null when nothing is to be told. What is older than the first call is no
   * news, nor is anything before the names are known.
   */
  take(rows: readonly FillRow[], engineNowNs: number | null, nowMs: number, names: FillNames | null): ToastText | null {
    const last = rows.at(-1)?.id ?? 0;
    // Another day's fills are counted from one again.
    if (last < this.newest) this.newest = 0;
    const from = rows.findLastIndex(({ id }) => id <= this.newest) + 1;
    this.newest = last;
    if (engineNowNs === null || names === null) return null;
    this.sinceNs ??= engineNowNs;
    const since = this.sinceNs;
    const news = rows.slice(from).filter(({ strategy, timeNs }) => timeNs >= since && !names.isMaker(strategy));
    const told = news.at(-1);
    if (told === undefined) return null;
    let count = 0;
    for (let i = 0; i < news.length; i++) count = this.burst.add(nowMs);
    const { instrument, quantity, price, side, venue, strategy } = told;
    const done = side === "buy" ? "Bought" : side === "sell" ? "Sold" : "Sold short";
    const what = `${formatQuantity(quantity)} ${names.symbol(instrument)} at ${formatPrice(price, names.decimals(instrument))}`;
    const where = `${names.venue(venue)} · ${names.strategy(strategy)}`;
    return count === 1
      ? { title: `${done} ${what}`, description: where }
      : { title: `${count} fills`, description: `last: ${done.toLowerCase()} ${what}, ${where}` };
  }
}

/** Whether a notice tells of one of our orders that went another way than was asked. */
export function isOrderTrouble(notice: Notice): boolean {
  return notice.order !== undefined && notice.severity === "warning";
}
