import { describe, expect, it } from "vitest";
import type { WatchRow } from "@/protocol/topics";
import { imbalanceOf, isStale, orderWall, wallSorts } from "./wall-order";

const now = 100e9;
const instruments = ["AAPL", "CVX", "JPM"].map((symbol, id) => ({ id, symbol, sector: id === 1 ? "Energy" : "Other" }));
const rows = [
  { bidQuantity: 100, askQuantity: 100, spreadBps: 1, volume: 10, changedNs: now - 1e9 },
  { bidQuantity: 300, askQuantity: 100, spreadBps: 3, volume: 5, changedNs: now - 2e9 },
  { bidQuantity: 100, askQuantity: 900, spreadBps: 2, volume: 90, changedNs: now },
] as WatchRow[];
const order = (sort: (typeof wallSorts)[number], of = rows, filter = "") =>
  orderWall(instruments, (id) => of[id], sort, filter, now).join("");

describe("the order of the wall", () => {
  it("follows what it is sorted by, the heaviest side whichever it is", () => {
    expect(wallSorts.map((sort) => order(sort))).toEqual(["012", "120", "210", "201", "102"]);
    expect(imbalanceOf(rows[1])).toBe(0.5);
    expect(imbalanceOf({ bidQuantity: 0, askQuantity: 0 })).toBeNull();
  });

  it("sinks stale symbols below all others, the older the deeper", () => {
    const frozen = [{ ...rows[0], changedNs: now - 20e9 }, { ...rows[1], changedNs: now - 10e9 }, rows[2]];
    expect(isStale(frozen[0], now)).toBe(true);
    expect(isStale(rows[1], now)).toBe(false);
    for (const sort of wallSorts) expect(order(sort, frozen)).toBe("210");
  });

  it("is filtered by symbol and sector", () => {
    expect(order("symbol", rows, "energy")).toBe("1");
    expect(order("symbol", rows, "jp")).toBe("2");
  });
});
