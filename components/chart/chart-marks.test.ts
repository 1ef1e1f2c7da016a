import { describe, expect, it } from "vitest";
import type { FillRow, OrderRow, PairEvent } from "@/protocol/topics";
import { fillMarkers } from "./fill-markers";
import { markAt } from "./mark-clicks";
import { ordersOfStep } from "./orders-of-step";

const fill = (id: number, side: "buy" | "sell", seconds: number, quantity: number, more: Partial<FillRow> = {}) =>
  ({ id, order: id * 10, side, timeNs: seconds * 1e9, quantity, instrument: 3, broken: false, ...more }) as FillRow;
const colours = { buy: "blue", sell: "orange" };

describe("the marks of our fills", () => {
  it("one for each bar and side, with the fills it stands for", () => {
    const fills = [fill(1, "buy", 60, 100), fill(2, "buy", 61, 50), fill(3, "sell", 62, 70), fill(4, "buy", 125, 5)];
    const marks = fillMarkers(fills, 3, 0, 60, 0, colours);
    expect(marks.map((mark) => [mark.id, mark.fills.map(({ id }) => id), mark.marker.text])).toEqual([
      ["60b", [1, 2], "+150"],
      ["60s", [3], "\u221270"],
      ["120b", [4], ""],
    ]);
  });

  it("leave out other names, fills taken back, and what is before the first bar", () => {
    const fills = [
      fill(1, "buy", 60, 1, { instrument: 4 }),
      fill(2, "buy", 60, 1, { broken: true }),
      fill(3, "buy", 1, 1),
    ];
    expect(fillMarkers(fills, 3, 0, 60, 60, colours)).toEqual([]);
  });
});

describe("a click on a chart", () => {
  const places = [
    { id: "a", x: 100, y: 50 },
    { id: "b", x: 108, y: 50 },
  ];

  it("means the nearest mark within reach, or none", () => {
    expect(markAt(places, 103, 55)?.id).toBe("a");
    expect(markAt(places, 105, 50)?.id).toBe("b");
    expect(markAt(places, 119, 50)?.id).toBe("b");
    expect(markAt(places, 120, 50)).toBeNull();
    expect(markAt(places, 100, 67)).toBeNull();
    expect(markAt([], 100, 50)).toBeNull();
  });
});

describe("the orders of a pair's step", () => {
  const step = (id: number, to: PairEvent["to"], timeNs: number) => ({ id, to, timeNs, reason: "entry" }) as PairEvent;
  const order = (id: number, submittedNs: number, pair = 7) => ({ id, submittedNs, pair }) as OrderRow;

  it("are those sent from it until the pair's next entry or exit", () => {
    const steps = [step(1, "entering", 100), step(2, "open", 150), step(3, "exiting", 200), step(4, "flat", 250)];
    const orders = [order(1, 99), order(3, 160), order(2, 100), order(4, 200), order(5, 120, 8), order(6, 300)];
    const idsOf = (of: PairEvent) => ordersOfStep(of, steps, orders, 7).orders.map(({ id }) => id);
    expect(idsOf(steps[0])).toEqual([2, 3]);
    expect(idsOf(steps[2])).toEqual([4, 6]);
  });
});
