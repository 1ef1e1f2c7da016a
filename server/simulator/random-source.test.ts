import { describe, expect, test } from "vitest";
import { StateRegistry } from "../machine/state-registry";
import { RandomSource } from "./random-source";

const draws = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
function variance(values: readonly number[]): number {
  const middle = mean(values);
  return mean(values.map((value) => (value - middle) ** 2));
}

describe("a random source", () => {
  test("gives the same numbers for the same seed, and others for another", () => {
    const from = (seed: number): number[] => {
      const source = new RandomSource(new StateRegistry(), "r", seed);
      return draws(20, () => source.nextWord());
    };
    expect(from(7)).toEqual(from(7));
    expect(from(7)).not.toEqual(from(8));
  });

  test("goes on where a restored registry left off, in the middle of a pair of normals too", () => {
    const registry = new StateRegistry();
    const source = new RandomSource(registry, "r", 7);
    source.normal();
    const snapshot = new Uint8Array(registry.byteLength);
    registry.copyInto(snapshot);
    const expected = draws(9, () => source.normal());
    const other = new StateRegistry();
    const restored = new RandomSource(other, "r", 99);
    other.restore(snapshot, registry.layout());
    expect(draws(9, () => restored.normal())).toEqual(expected);
  });

  test("draws from the distributions it names", () => {
    const source = new RandomSource(new StateRegistry(), "r", 20_260_105);
    const uniform = draws(100_000, () => source.uniform());
    expect(mean(uniform)).toBeCloseTo(0.5, 2);
    expect(Math.max(...uniform.slice(0, 10_000))).toBeLessThan(1);
    const normal = draws(100_000, () => source.normal());
    expect(Math.abs(mean(normal))).toBeLessThan(0.015);
    expect(variance(normal)).toBeCloseTo(1, 1);
    const exponential = draws(100_000, () => source.exponential());
    expect(mean(exponential)).toBeCloseTo(1, 1);
    expect(Math.min(...exponential.slice(0, 10_000))).toBeGreaterThan(0);
    const poisson = draws(50_000, () => source.poisson(1.7));
    expect(Math.abs(mean(poisson) - 1.7)).toBeLessThan(0.03);
    expect(new Set(draws(1_000, () => source.below(5))).size).toBe(5);
  });
});
