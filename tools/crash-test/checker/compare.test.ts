import { describe, expect, it } from "vitest";
import { compare } from "./compare";
import type { VenueLog } from "./drop-copy";
import type { FactsFile } from "./facts-file";

const order = { order: 1, venue: 0, instrument: 3, userReference: 7, quantity: 100 };
const fill = { fill: 1, order: 1, venue: 0, instrument: 3, quantity: 40, price: 1_000_000, match: "0/5" };
const facts: FactsFile = {
  orders: [order],
  openOrders: new Set([1]),
  references: new Map([
    ["0:7", 1],
    ["0:8", 1],
  ]),
  fills: [{ ...fill, positionQuantity: 40 }],
  brokenFills: new Set(),
  count: 10,
};
const venue: VenueLog = {
  accepted: [{ userReference: 7, quantity: 100 }],
  replaced: [{ original: 7, userReference: 8 }],
  executed: [{ userReference: 8, quantity: 40, price: 1_000_000, match: "0/5" }],
  brokenMatches: new Set(),
};
const store = { fills: [{ ...fill, id: 1 }], orders: [1] };

const problems = (log: Partial<VenueLog>, told: Partial<FactsFile> = {}) =>
  compare([{ ...venue, ...log }], { ...facts, ...told }, store).problems;

describe("the crash test's checker", () => {
  it("finds nothing where venue, facts and store agree", () => {
    expect(problems({})).toEqual([]);
  });

  it("finds an order that the facts call open and no venue ever had", () => {
    expect(problems({ accepted: [], replaced: [], executed: [] }, { fills: [] })).toContain(
      "order 1 is open in the facts, and no venue ever had it",
    );
    const never = problems({ accepted: [], replaced: [], executed: [] }, { fills: [], openOrders: new Set() });
    expect(never.filter((problem) => problem.includes("open in the facts"))).toEqual([]);
  });

  it("finds a replaced reference that no fact speaks of, and one that is used twice", () => {
    expect(problems({ replaced: [{ original: 7, userReference: 9 }] })).toContain(
      "venue 0 replaced 7 by 9, of which no fact speaks",
    );
    expect(problems({ replaced: [...venue.replaced, ...venue.replaced] })).toContain("venue 0 took 8 twice");
  });

  it("finds a fill that is missing, one that is told with other numbers, and one that is invented", () => {
    expect(problems({}, { fills: [] })).toContain("venue 0: execution 0/5 of 8 is in no fact");
    const dearer = problems({ executed: [{ userReference: 8, quantity: 40, price: 1_000_100, match: "0/5" }] });
    expect(dearer).toContain("fill 1: 40 at 1000000, the venue says 40 at 1000100");
    expect(problems({ executed: [] })).toContain("fill 1 (0/0/5/1) is at no venue");
  });
});
