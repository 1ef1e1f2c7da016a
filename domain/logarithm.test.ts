import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exponential, naturalLogarithm } from "./logarithm";

function closeTo(found: number, expected: number): void {
  if (!Number.isFinite(expected) || expected === 0) expect(found).toBe(expected);
  else expect(Math.abs(found / expected - 1)).toBeLessThan(1e-14);
}

describe("logarithm and exponential", () => {
  test("agree with the machine's own to fourteen digits", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) =>
        closeTo(naturalLogarithm(x), Math.log(x)),
      ),
      { numRuns: 5_000 },
    );
    fc.assert(
      fc.property(fc.double({ min: -700, max: 709, noNaN: true }), (x) => closeTo(exponential(x), Math.exp(x))),
      { numRuns: 5_000 },
    );
  });

  test("agree over the range of prices and returns, step by step", () => {
    for (let x = 0.0001; x < 300_000; x *= 1.0007) closeTo(naturalLogarithm(x), Math.log(x));
    for (let x = -14; x < 14; x += 0.00131) closeTo(exponential(x), Math.exp(x));
  });

  test("know the ends of the range", () => {
    expect(naturalLogarithm(1)).toBe(0);
    expect(naturalLogarithm(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(naturalLogarithm(-1)).toBeNaN();
    expect(naturalLogarithm(Number.NaN)).toBeNaN();
    expect(naturalLogarithm(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    closeTo(naturalLogarithm(5e-324), Math.log(5e-324));
    expect(exponential(0)).toBe(1);
    expect(exponential(800)).toBe(Number.POSITIVE_INFINITY);
    expect(exponential(-800)).toBe(0);
    expect(exponential(Number.NaN)).toBeNaN();
    closeTo(exponential(709.7), Math.exp(709.7));
    closeTo(exponential(-740) * 1e20, Math.exp(-740) * 1e20);
  });

  test("undo each other", () => {
    for (let x = -20; x < 20; x += 0.01) expect(Math.abs(naturalLogarithm(exponential(x)) - x)).toBeLessThan(1e-13);
  });
});
