import type { Slippage } from "../gateway/history";

/** A fill and the best prices it is held against, 0 for an empty side. */
export type FillAgainst = {
  readonly quantity: number;
  readonly price: number;
  readonly broken: boolean;
  readonly bid: number;
  readonly ask: number;
};

/** True when a fill stands and there is a mid to hold it against. */
export function hasMid({ broken, bid, ask }: FillAgainst): boolean {
  return !broken && bid > 0 && ask > 0;
}

/**
 * What the fills cost against the mids of their `bid` and `ask`; above zero they were dearer. Fills that were taken
 * back or have no mid are left out; null when none is left. Twice a mid is whole, so twice the money is exact.
 */
export function slippageOf(side: string, fills: readonly FillAgainst[]): Slippage | null {
  const counted = fills.filter(hasMid);
  if (counted.length === 0) return null;
  const sign = side === "buy" ? 1 : -1;
  const sum = (of: (fill: FillAgainst) => number) => counted.reduce((total, fill) => total + of(fill), 0);
  const twice = sum(({ quantity, price, bid, ask }) => sign * (2 * price - bid - ask) * quantity);
  const twiceValue = sum(({ quantity, bid, ask }) => (bid + ask) * quantity);
  return { quantity: sum(({ quantity }) => quantity), money: twice / 2, bps: (twice / twiceValue) * 10_000 };
}
