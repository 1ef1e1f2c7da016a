import { describe, expect, it } from "vitest";
import { compare, type StoredFill } from "./compare";
import type { VenueLog, VenueOrder } from "./drop-copy";
import type { FactEnd, FactsFile } from "./facts-file";

const order = { order: 1, venue: 0, instrument: 3, userReference: 7, quantity: 100 };
const fill = { fill: 1, order: 1, venue: 0, instrument: 3, quantity: 40, price: 1_000_000, match: "0/5" };
/** Forty of a hundred were bought, the rest was cancelled at the venue at 90 s, of which we heard at once. */
const cancelledNs = 90e9;
const end: FactEnd = { how: "cancelled", timeNs: cancelledNs + 1e6 };
const facts: FactsFile = {
  orders: [order],
  openOrders: new Set(),
  ends: new Map([[1, end]]),
  disturbances: [
    { venue: -1, timeNs: 1e9 },
    { venue: 0, timeNs: 2e9 },
  ],
  references: new Map([
    ["0:7", 1],
    ["0:8", 1],
  ]),
  fills: [{ ...fill, positionQuantity: 40 }],
  brokenFills: new Set(),
  count: 10,
};
const atVenue: VenueOrder = { references: [7, 8], acceptedNs: 80e9, endedNs: cancelledNs };
const venue: VenueLog = {
  accepted: [{ userReference: 7, quantity: 100 }],
  replaced: [{ original: 7, userReference: 8 }],
  executed: [{ userReference: 8, quantity: 40, price: 1_000_000, match: "0/5" }],
  rejected: [],
  brokenMatches: new Set(),
  orders: [atVenue],
};
const never: Partial<VenueLog> = { accepted: [], replaced: [], executed: [], orders: [] };
const open: Partial<FactsFile> = { openOrders: new Set([1]), ends: new Map() };
const stored: StoredFill = { ...fill, id: 1 };
const store = { fills: [stored], orders: [1] };

const problems = (log: Partial<VenueLog>, told: Partial<FactsFile> = {}, rows: Partial<typeof store> = {}) =>
  compare([{ ...venue, ...log }], { ...facts, ...told }, { ...store, ...rows }).problems;
const ended = (endedNs: number | null): Partial<VenueLog> => ({ orders: [{ ...atVenue, endedNs }] });
const endedInFacts = (how: FactEnd["how"], timeNs = end.timeNs): Partial<FactsFile> => ({
  ends: new Map([[1, { how, timeNs }]]),
});

describe("the crash test's checker", () => {
  it("finds nothing where venue, facts and store agree", () => {
    expect(problems({})).toEqual([]);
    expect(problems(ended(null), open)).toEqual([]);
  });

  it("finds a lost order: the venue has it, or refused it, and no fact speaks of it", () => {
    const accepted = [...venue.accepted, { userReference: 9, quantity: 100 }];
    expect(problems({ accepted })).toEqual(["venue 0 has an order 9 that no fact speaks of"]);
    expect(problems({ rejected: [{ userReference: 9, timeNs: 1 }] })).toEqual([
      "venue 0 rejected 9, of which no fact speaks",
    ]);
  });

  it("finds an invented order: the facts call it open or say how it ended, and no venue ever had it", () => {
    expect(problems(never, { ...open, fills: [] }, { fills: [] })).toEqual([
      "order 1 is open in the facts, and no venue ever had it",
    ]);
    expect(problems(never, { fills: [] }, { fills: [] })).toEqual([
      "order 1 is cancelled in the facts, and no venue ever had it",
    ]);
    for (const how of ["lost", "abandoned"] as const)
      expect(problems(never, { ...endedInFacts(how), fills: [] }, { fills: [] })).toEqual([]);
    const refused = { ...never, rejected: [{ userReference: 7, timeNs: cancelledNs }] };
    expect(problems(refused, { ...endedInFacts("rejected"), fills: [] }, { fills: [] })).toEqual([]);
  });

  it("finds a doubled order, at the venue and in the facts", () => {
    expect(problems({ accepted: [...venue.accepted, ...venue.accepted] })).toEqual(["venue 0 accepted 7 twice"]);
    expect(problems({}, { orders: [order, order] })).toEqual(["the facts submit order 1 twice"]);
  });

  it("finds a replaced reference that no fact speaks of, and one that is used twice", () => {
    expect(problems({ replaced: [{ original: 7, userReference: 9 }] })).toContain(
      "venue 0 replaced 7 by 9, of which no fact speaks",
    );
    expect(problems({ replaced: [...venue.replaced, ...venue.replaced] })).toContain("venue 0 took 8 twice");
  });

  it("finds a fill that is lost, invented, doubled, or told with other numbers", () => {
    expect(problems({}, { fills: [] }, { fills: [] })).toEqual(["venue 0: execution 0/5 of 8 is in no fact"]);
    expect(problems({ executed: [] })).toEqual(["fill 1 (0/0/5/1) is at no venue"]);
    const again = { ...fill, fill: 2, positionQuantity: 80 };
    expect(problems({}, { fills: [...facts.fills, again] }, { fills: [stored, { ...again, id: 2 }] })).toEqual([
      "fill 2 is fill 1 again: 0/0/5/1",
    ]);
    const dearer = problems({ executed: [{ userReference: 8, quantity: 40, price: 1_000_100, match: "0/5" }] });
    expect(dearer).toEqual(["fill 1: 40 at 1000000, the venue says 40 at 1000100"]);
    const larger = problems({ executed: [{ userReference: 8, quantity: 41, price: 1_000_000, match: "0/5" }] });
    expect(larger).toEqual(["fill 1: 40 at 1000000, the venue says 41 at 1000000"]);
  });

  it("finds a fill that only the venue broke, or only we", () => {
    const broken = ["fill 1 is broken on one side only"];
    const brokenMatches = new Set(["0/5"]);
    const brokenFills = new Set([1]);
    expect(problems({ brokenMatches })).toEqual(broken);
    expect(problems({}, { brokenFills })).toEqual(broken);
    expect(problems({ brokenMatches }, { brokenFills })).toEqual([]);
  });
});

describe("an order's end, in the facts and at its venue", () => {
  it("finds an order that we forgot: it is still open at the venue", () => {
    expect(problems(ended(null))).toEqual([
      "order 1 (7, 8 at venue 0) is cancelled in the facts, and open at the venue",
    ]);
  });

  it("finds an order that we forgot although a halt had the venue cancel it before anybody looked", () => {
    expect(problems(ended(end.timeNs + 12.34e9))).toEqual([
      "order 1 (7, 8 at venue 0) is cancelled in the facts, and was open at the venue for 12.3 s after that",
    ]);
    expect(problems(ended(end.timeNs + 1.1e9))).toHaveLength(1);
    // Two clocks, each read from the wall once.
    expect(problems(ended(end.timeNs + 0.9e9))).toEqual([]);
  });

  it("finds an order that we say the venue never had, and it had it for a moment", () => {
    expect(problems({}, endedInFacts("lost"))).toEqual([
      "order 1 (7, 8 at venue 0) is lost in the facts, and the venue had it",
    ]);
  });

  it("finds an order that we still believe in, though it has ended at the venue", () => {
    const believed = ["order 1 (7, 8 at venue 0) is open in the facts, and has ended at the venue"];
    expect(problems({}, open)).toEqual(believed);
    const refused = { ...never, rejected: [{ userReference: 7, timeNs: cancelledNs }] };
    expect(problems(refused, { ...open, fills: [] }, { fills: [] })).toContain(
      "order 1 (7 at venue 0) is open in the facts, and has ended at the venue",
    );
  });

  it("finds an order that we believed in until a halt made us ask, with nothing wrong with its session", () => {
    const late = endedInFacts("cancelled", cancelledNs + 30e9);
    const believed = (seconds: string) => [
      `order 1 (7, 8 at venue 0) has ended at the venue, and was open in the facts for ${seconds} s of calm after`,
    ];
    expect(problems({}, late)).toEqual(believed("30.0"));
    const at = (venue: number, afterNs: number) => ({
      ...late,
      disturbances: [...facts.disturbances, { venue, timeNs: cancelledNs + afterNs }],
    });
    // A session or an engine that was away hears of it when it is back; it has no other excuse after that.
    expect(problems({}, at(0, 29e9))).toEqual([]);
    expect(problems({}, at(-1, 29e9))).toEqual([]);
    expect(problems({}, at(0, 5e9))).toEqual(believed("25.0"));
    expect(problems({}, at(1, 29e9))).toEqual(believed("30.0"));
    expect(problems({}, at(0, 31e9))).toEqual(believed("30.0"));
    expect(problems({}, endedInFacts("cancelled", cancelledNs + 15e9))).toEqual([]);
  });

  it("does not take a refused replace for an order's end", () => {
    expect(problems({ ...ended(null), rejected: [{ userReference: 8, timeNs: cancelledNs }] }, open)).toEqual([]);
  });
});

describe("the store against the facts", () => {
  it("finds a fill that is lost, invented or doubled in it", () => {
    expect(problems({}, {}, { fills: [] })).toEqual(["fill 1: facts 1, 0, 3, 40, 1000000; store nothing"]);
    expect(problems({}, {}, { fills: [stored, { ...stored, id: 2 }] })).toEqual(["the store invents fill 2"]);
    expect(problems({}, {}, { fills: [stored, stored] })).toEqual(["the store has fill 1 twice"]);
  });

  it.each([
    ["order", 2, "2, 0, 3, 40, 1000000"],
    ["venue", 1, "1, 1, 3, 40, 1000000"],
    ["instrument", 4, "1, 0, 4, 40, 1000000"],
    ["quantity", 41, "1, 0, 3, 41, 1000000"],
    ["price", 1_000_100, "1, 0, 3, 40, 1000100"],
  ])("finds a fill whose %s is another in it", (field, value, there) => {
    expect(problems({}, {}, { fills: [{ ...stored, [field]: value }] })).toEqual([
      `fill 1: facts 1, 0, 3, 40, 1000000; store ${there}`,
    ]);
  });

  it("finds an order that is lost, invented or doubled in it", () => {
    expect(problems({}, {}, { orders: [] })).toEqual(["order 1 is not in the store"]);
    expect(problems({}, {}, { orders: [1, 2] })).toEqual(["the store invents order 2"]);
    expect(problems({}, {}, { orders: [1, 1] })).toEqual(["the store has an order twice"]);
  });
});

describe("positions against the fills that made them", () => {
  const sold = { ...fill, fill: 2, quantity: -15, match: "0/6" };
  const executed = [...venue.executed, { userReference: 8, quantity: 15, price: 1_000_000, match: "0/6" }];
  const rows = { fills: [stored, { ...stored, id: 2, quantity: 15 }] };
  const held = (first: number, second: number, instrument = 3): Partial<FactsFile> => ({
    fills: [
      { ...fill, positionQuantity: first },
      { ...sold, instrument, positionQuantity: second },
    ],
  });

  it("finds one that is not the sum of its fills", () => {
    expect(problems({ executed }, held(40, 25), rows)).toEqual([]);
    expect(problems({ executed }, held(40, 40), rows)).toEqual(["fill 2: position 40, its fills make 25"]);
    expect(problems({ executed }, held(40, 55), rows)).toEqual(["fill 2: position 55, its fills make 25"]);
  });

  it("begins with what was held when the day began, in each name", () => {
    expect(problems({ executed }, held(1_040, 1_025), rows)).toEqual([]);
    const other = { fills: [stored, { ...stored, id: 2, quantity: 15, instrument: 4 }] };
    expect(problems({ executed }, held(40, -15, 4), other)).toEqual([]);
  });
});
