import type { Brand } from "./brand";

/** A price in the listing's price unit (1/10,000 of the currency for US equities); a safe integer, never negative. */
export type Price = Brand<number, "Price">;

/** Checks that `value` is a non-negative safe integer; throws a RangeError that carries it otherwise. */
export function toPrice(value: number): Price {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`price must be a whole number of price units, got ${value}`);
  return value as Price;
}

/** Midpoint of two prices in price units; may end in .5, hence a plain number. */
export function midOf(bid: Price, ask: Price): number {
  return (bid + ask) / 2;
}

/** Spread of a two-sided market in basis points of its midpoint; null when either side is empty (0). */
export function spreadBps(bid: Price, ask: Price): number | null {
  if (bid === 0 || ask === 0) return null;
  return ((ask - bid) / midOf(bid, ask)) * 10_000;
}
