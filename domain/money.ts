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
 * a × b ÷ c by the one rounding rule, exact also where the product leaves 2^53. All integers; throws a RangeError
 * when the result is not a safe integer.
 */
export function multiplyDivide(a: number, b: number, c: number): number {
  const product = a * b;
  if (Number.isSafeInteger(product)) return divideExactly(product, c);
  const [bigProduct, bigDivisor] = [BigInt(a) * BigInt(b), BigInt(c)];
  const isNegative = bigProduct < 0n !== bigDivisor < 0n;
  const [dividend, divisor] = [bigProduct < 0n ? -bigProduct : bigProduct, bigDivisor < 0n ? -bigDivisor : bigDivisor];
  const rounded = Number((dividend * 2n + divisor) / (divisor * 2n));
  if (!Number.isSafeInteger(rounded)) throw new RangeError(`${a} × ${b} ÷ ${c} leaves the exact range`);
  return isNegative ? -rounded : rounded;
}

/** Two safe integers divided, rounded half away from zero: a quotient near 2^53 has no room for the fraction it is rounded by. */
function divideExactly(dividend: number, divisor: number): number {
  const whole = Math.abs(dividend);
  const by = Math.abs(divisor);
  let quotient = Math.floor(whole / by);
  let rest = whole - quotient * by;
  if (rest < 0) {
    quotient--;
    rest += by;
  }
  if (rest >= by - rest) quotient++;
  return quotient === 0 || dividend < 0 === divisor < 0 ? quotient : -quotient;
}

/**
 * The one rounding rule of the house: half away from zero, to a whole unit.
 * Used for average prices, fees given in fractions of a unit, and realised P&L of a partial close.
 */
export function roundHalfAway(value: number): number {
  const rounded = value < 0 ? -Math.floor(-value + 0.5) : Math.floor(value + 0.5);
  return rounded === 0 ? 0 : rounded;
}
