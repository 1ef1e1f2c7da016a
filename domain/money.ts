import type { Brand } from "./brand";

/** An amount in 1/10,000 of the currency, signed, a safe integer. */
export type Money = Brand<number, "Money">;

/**
 * Price × quantity × multiplier as money. Throws a RangeError when the product leaves ±2^53, since a silently
 * rounded amount would break "positions equal the sum of their fills".
 */
export function notionalOf(price: number, quantity: number, multiplier = 1): Money {
  const product = price * quantity * multiplier;
  if (!Number.isSafeInteger(product))
    throw new RangeError(`notional leaves the exact range: ${price} × ${quantity} × ${multiplier}`);
  return product as Money;
}

/**
 * The one rounding rule of the house: half away from zero, to a whole unit.
 * Used for average prices, fees given in fractions of a unit, and realised P&L of a partial close.
 */
export function roundHalfAway(value: number): number {
  const rounded = value < 0 ? -Math.floor(-value + 0.5) : Math.floor(value + 0.5);
  return rounded === 0 ? 0 : rounded;
}
