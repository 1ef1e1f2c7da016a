import { refusalKey } from "@/components/live/topic-stores";
import type { RefusalCode } from "@/domain/refusal";
import type { RefusalMinute, RefusalRow } from "@/protocol/topics";

/** What people call each reason of the gate; the numbers come with the refusal itself (`refusalText`). */
export const refusalTitle: Readonly<Record<RefusalCode, string>> = {
  killed: "Killed",
  strategyNotRunning: "Strategy not running",
  venueNotReady: "Venue not ready",
  noLimit: "No limit set",
  orderQuantity: "Order quantity",
  orderNotional: "Order notional",
  positionLimit: "Position",
  grossExposure: "Gross exposure",
  priceCollar: "Price collar",
  noReferencePrice: "No reference price",
  staleData: "Stale data",
  notTrading: "Not trading",
  messageRate: "Message rate of the desk",
  parentExceeded: "More than its parent",
  ordersOfTheDay: "Orders of the day",
  notATick: "Not a tick",
  strategyPositionLimit: "Position of the strategy",
  reconciliationBreak: "Reconciliation break",
  replayOnly: "A replay sends nothing",
  checkFailed: "A check failed",
  modeHalted: "Mode: halted",
  modeReducing: "Mode: reducing",
  repeatedExecutions: "Repeated executions",
  notPermitted: "Not permitted there",
  restricted: "Restricted list",
  parentQuantity: "Parent quantity",
  parentNotional: "Parent notional",
  basketNotional: "Basket notional",
  crossedMarket: "Crossed market",
  deviantMarket: "Market far from last trade",
  dataRecovering: "Data just back",
  noPrice: "No price within limit",
  priceBand: "Limit up/limit down",
  shortSaleRestricted: "Short-sale restriction",
  pairGrossExposure: "Gross exposure of the pair",
  pairNetExposure: "Net exposure of the pair",
  strategyGrossExposure: "Gross exposure of the strategy",
  strategyNetExposure: "Net exposure of the strategy",
  netExposure: "Net exposure",
  strategyCapital: "Capital of the strategy",
  capital: "Capital",
  strategyDailyLoss: "Daily loss of the strategy",
  dailyLoss: "Daily loss",
  selfMatch: "Would trade with ourselves",
  duplicateOrder: "Duplicate order",
  strategyMessageRate: "Message rate of the strategy",
  venueMessageRate: "Message rate of the venue",
  longSaleExceeded: "More than is held",
};

/** Refusals of one strategy for one reason. */
export type RefusalLine = {
  readonly key: string;
  readonly strategy: number;
  readonly reason: RefusalCode;
  /** Of the day. */
  readonly count: number;
};

/** One line for each strategy and reason that ever was today, most first. */
export function refusalLines(rows: readonly RefusalRow[]): RefusalLine[] {
  return rows
    .flatMap(({ id, counts }) =>
      (Object.entries(counts) as [RefusalCode, number][]).map(([reason, count]) => ({
        key: refusalKey(id, reason),
        strategy: id,
        reason,
        count,
      })),
    )
    .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
}

/** Minutes of the chart of refusals. */
export const hourMinutes = 60;

/**
 * Refusals by the minute over the hour that ends with `nowSeconds`, oldest first, a place for every minute: of a strategy
 * and a reason, or null for all.
 */
export function refusalsByMinute(
  minutes: readonly RefusalMinute[],
  nowSeconds: number,
  only: { readonly strategy: number; readonly reason: RefusalCode } | null,
): number[] {
  const counts = new Array<number>(hourMinutes).fill(0);
  const last = Math.floor(nowSeconds / 60);
  for (const { timeSeconds, counts: parts } of minutes) {
    const place = hourMinutes - 1 - (last - Math.floor(timeSeconds / 60));
    if (place < 0 || place >= hourMinutes) continue;
    for (const part of parts)
      if (only === null || (part.strategy === only.strategy && part.reason === only.reason))
        counts[place] += part.count;
  }
  return counts;
}
