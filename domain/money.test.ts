import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { multiplyDivide, notionalOf, roundHalfAway } from "./money";

/** a × b ÷ c in big integers all the way, half away from zero. */
function exactly(a: number, b: number, c: number): number {
  const [product, divisor] = [BigInt(a) * BigInt(b), BigInt(c)];
  const quotient = product / divisor;
  const rest = product - quotient * divisor;
  const doubled = (rest < 0n ? -rest : rest) * 2n;
  const step = doubled >= (divisor < 0n ? -divisor : divisor) ? (product < 0n !== divisor < 0n ? -1n : 1n) : 0n;
  return Number(quotient + step);
}

describe("money", () => {
  it("is rounded half away from zero", () => {
    expect([2.5, -2.5, 2.4, -2.4, 0.5, -0.5, 0].map(roundHalfAway)).toEqual([3, -3, 2, -2, 1, -1, 0]);
  });

  it("is refused rather than rounded when a product leaves the exact range", () => {
    expect(notionalOf(1_999_999_900, 999_999)).toBe(1_999_999_900 * 999_999);
    expect(() => notionalOf(2 ** 40, 2 ** 20)).toThrow(/exact range/);
  });

  it("is divided exactly, also where the product in between is beyond 2^53", () => {
    expect(multiplyDivide(100_000_000_000, 99_999, 100_000)).toBe(99_999_000_000);
    // The quotient is near enough to 2^53 that a double rounds 363.478 to 363.5.
    expect(multiplyDivide(597_532_105_717_720, 13, 23)).toBe(337_735_538_014_363);
    const amount = fc.integer({ min: -(2 ** 50), max: 2 ** 50 });
    const lots = fc.integer({ min: 1, max: 2 ** 30 });
    fc.assert(
      fc.property(amount, lots, lots, fc.boolean(), (cost, part, extra, short) => {
        const whole = (short ? -1 : 1) * (part + extra);
        expect(multiplyDivide(cost, part, whole)).toBe(exactly(cost, part, whole));
      }),
      { numRuns: 20_000 },
    );
  });
});
