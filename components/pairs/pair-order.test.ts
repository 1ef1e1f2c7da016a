import { describe, expect, it } from "vitest";
import type { PairRow } from "@/protocol/topics";
import { cellAt, heatLayout, orderPairs, pairSorts } from "./pair-order";

const pairs = ["AAPL/MSFT", "CVX/XOM", "HD/LOW", "JPM/BAC"].map((name, id) => ({ id, name, strategyName: "pairs" }));
const rows: readonly Partial<PairRow>[] = [
  { z: -3, net: 10, state: "open", reason: "holding" },
  { z: 1, net: -5, state: "flat", reason: "insideEntryBand" },
  { z: 2, net: 30, state: "entering", reason: "none" },
];
const rowOf = (id: number) => rows[id] as PairRow | undefined;

describe("the order of the pairs map", () => {
  it("follows what it is sorted by; a pair without a row comes last", () => {
    const orders = Object.fromEntries(pairSorts.map((sort) => [sort, orderPairs(pairs, rowOf, sort, "")]));
    expect(orders).toEqual({
      name: [0, 1, 2, 3],
      z: [2, 1, 0, 3],
      distance: [0, 2, 1, 3],
      net: [2, 0, 1, 3],
      state: [0, 2, 1, 3],
    });
  });

  it("is filtered by name, state and reason in words", () => {
    expect(orderPairs(pairs, rowOf, "name", "xom")).toEqual([1]);
    expect(orderPairs(pairs, rowOf, "name", "open")).toEqual([0]);
    expect(orderPairs(pairs, rowOf, "name", "inside entry")).toEqual([1]);
    expect(orderPairs(pairs, rowOf, "name", "nothing like it")).toEqual([]);
  });
});

describe("the layout of the pairs map", () => {
  it("shows 60 and 400 pairs on a desktop without a scroll bar, readable", () => {
    for (const count of [1, 60, 400]) {
      const layout = heatLayout(1_400, 690, count);
      expect(layout.rows * layout.cellHeight).toBeLessThanOrEqual(690);
      expect(layout.columns * layout.rows).toBeGreaterThanOrEqual(count);
      expect(layout.cellWidth).toBeGreaterThanOrEqual(60);
      expect(layout.cellHeight).toBeGreaterThanOrEqual(30);
    }
  });

  it("scrolls on a phone, with cells of the smallest size", () => {
    const layout = heatLayout(370, 500, 400);
    expect(layout).toMatchObject({ columns: 6, rows: 67, cellHeight: 30 });
  });

  it("finds the cell under a point, and none beyond the last", () => {
    const layout = heatLayout(370, 500, 400);
    expect(cellAt(layout, 400, 65, 31)).toBe(7);
    expect(cellAt(layout, 400, 369, 67 * 30 - 1)).toBe(-1);
    expect(cellAt(layout, 400, -1, 5)).toBe(-1);
  });
});
