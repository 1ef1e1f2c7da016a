import type { Slippage } from "../gateway/history";

/** A fill as far as its price matters. */
export type PricedFill = { readonly quantity: number; readonly price: number; readonly broken: boolean };

/**
 * What the fills cost against the mid of `bid` and `ask`; above zero they were dearer than the mid. Null when nothing
 * stands or a side was empty. Twice the mid is whole, so twice the money is exact.
 */
export function slippageOf(side: string, bid: number, ask: number, fills: readonly PricedFill[]): Slippage | null {
  const standing = fills.filter(({ broken }) => !broken);
  const quantity = standing.reduce((sum, fill) => sum + fill.quantity, 0);
  if (quantity === 0 || bid <= 0 || ask <= 0) return null;
  const sign = side === "buy" ? 1 : -1;
  const twice = standing.reduce((sum, fill) => sum + sign * (2 * fill.price - bid - ask) * fill.quantity, 0);
  return { quantity, money: twice / 2, bps: (twice / ((bid + ask) * quantity)) * 10_000 };
}
