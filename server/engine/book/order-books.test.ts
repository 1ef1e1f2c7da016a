import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StateRegistry } from "../../machine/state-registry";
import { OrderBooks } from "./order-books";
import { NaiveOrderBooks } from "./testing/naive-order-books";

const venueCount = 2;
const listingCount = 4;

/** Operations of the comparison with the naive twin: 60,000, or as many as HELIOGRAPH_BOOK_OPERATIONS says. */
const operationsWanted = Number(process.env.HELIOGRAPH_BOOK_OPERATIONS ?? 60_000);
const operationsPerRun = 200;
/** Orders that may rest, and with them the homes of the order table: references this far apart share one. */
const restingOrdersMax = 256;
const homes = restingOrdersMax * 4;

/** References that share low halves, high halves, homes and hash slots on purpose, sequential ones, and any. */
const reference = fc.oneof(
  fc.record({ high: fc.constantFrom(0, 1, 0xffffffff), low: fc.integer({ min: 0, max: 40 }) }),
  fc.record({ high: fc.constant(0), low: fc.integer({ min: 0, max: 20 }).map((i) => 7 + i * homes) }),
  fc.record({ high: fc.integer({ min: 0, max: 80 }), low: fc.constantFrom(7, 0x80000000, 0xffffffff, 0x00010001) }),
  fc.record({ high: fc.nat({ max: 0xffffffff }), low: fc.nat({ max: 0xffffffff }) }),
);
const venue = fc.integer({ min: 0, max: venueCount - 1 });
const instrument = fc.integer({ min: 0, max: 1 });
const price = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 1, max: 60 }).map((tick) => tick * 100) },
  { weight: 1, arbitrary: fc.constantFrom(1, 0x7fffffff, 0x80000000, 0xffffffff) },
);
const quantity = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 1, max: 500 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 0x7fffffff, 0x80000000, 0xffffffff) },
);
const operation = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("add" as const),
      venue,
      reference,
      instrument,
      side: fc.integer({ min: 0, max: 1 }),
      price,
      quantity,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("reduce" as const), venue, instrument, reference, quantity }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("delete" as const), venue, instrument, reference }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("replace" as const),
      venue,
      instrument,
      reference,
      to: reference,
      price,
      quantity,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("clear" as const), venue }) },
);

describe("the order books and their naive twin", () => {
  it("agree level by level after every message, whatever the references", () => {
    let applied = 0;
    fc.assert(
      fc.property(fc.array(operation, { minLength: operationsPerRun, maxLength: operationsPerRun }), (operations) => {
        const books = booksOf(listingCount, venueCount, restingOrdersMax, 4_096);
        const naive = new NaiveOrderBooks();
        for (const step of operations) {
          apply(books, step);
          apply(naive, step);
          applied++;
          for (let listing = 0; listing < listingCount; listing++)
            for (const side of [0, 1]) {
              const ours = books.levels(listing, side, 100);
              const theirs = naive.levels(listing, side);
              // A text is compared first: a thousand times faster, and nearly always enough.
              if (ours.join() !== theirs.join()) expect(ours).toEqual(theirs);
            }
          for (let id = 0; id < venueCount; id++)
            if (books.openOrders(id) !== naive.openOrders(id)) expect(books.openOrders(id)).toBe(naive.openOrders(id));
        }
      }),
      { numRuns: Math.ceil(operationsWanted / operationsPerRun) },
    );
    expect(applied).toBeGreaterThanOrEqual(operationsWanted);
  });

  it("tell of each message that may have moved a best price or the quantity there, and of none behind it", () => {
    let moved = 0;
    let behind = 0;
    fc.assert(
      fc.property(fc.array(operation, { minLength: 100, maxLength: 200 }), (operations) => {
        const books = booksOf(listingCount, venueCount, restingOrdersMax, 4_096);
        const bests = () =>
          Array.from({ length: listingCount * 2 }, (_, ladder) => {
            const level = books.ladders.levelAt(ladder, 0);
            return level < 0 ? "" : `${books.ladders.priceOf(level)} ${books.ladders.quantityOf(level)}`;
          });
        for (const step of operations) {
          const before = bests();
          apply(books, step);
          if (step.kind === "clear") continue;
          const after = bests();
          const isMoved = before.join() !== after.join();
          if (isMoved) expect([books.listing >= 0, books.isBestChanged]).toEqual([true, true]);
          if (isMoved) moved++;
          else if (books.listing >= 0 && !books.isBestChanged) behind++;
        }
      }),
      { numRuns: 40 },
    );
    expect(moved).toBeGreaterThan(500);
    expect(behind).toBeGreaterThan(50);
  });

  it("count references to orders never seen, and change nothing", () => {
    const books = booksOf(1, 1, 16, 64);
    books.reduce(0, 0, 0, 7, 100);
    books.delete(0, 0, 0, 7);
    books.replace(0, 0, 0, 7, 0, 8, 100, 100);
    expect(books.unknownReferences(0)).toBe(3);
    expect(books.openOrders(0)).toBe(0);
    expect(books.listing).toBe(-1);
  });

  it("leave out and count what does not fit, orders or levels, and stay sound", () => {
    const books = booksOf(1, 1, 16, 32);
    for (let i = 0; i < 40; i++) books.add(0, 0, 0, i, 0, 10, 100 + i);
    expect(books.openOrders(0)).toBe(16);
    expect(books.outOfCapacity(0)).toBe(24);
    for (let i = 0; i < 40; i++) books.delete(0, 0, 0, i);
    expect(books.levels(0, 0, 100)).toEqual([]);
    books.add(0, 0, 0, 100, 0, 5, 100);
    expect(books.bestBid(0)).toBe(100);
  });

  it("keep working over many lives: rows and blocks of levels are used again", () => {
    const books = booksOf(2, 1, 64, 256);
    for (let round = 0; round < 500; round++) {
      for (let i = 0; i < 40; i++) books.add(0, i & 1, round, i, i & 1, 1 + i, 1_000 + i * 100);
      for (let i = 0; i < 40; i++) books.delete(0, i & 1, round, i);
    }
    expect(books.openOrders(0)).toBe(0);
    expect(books.outOfCapacity(0)).toBe(0);
  });
});

function listing({ instrument, venue }: { instrument: number; venue: number }): number {
  return instrument * venueCount + venue;
}

type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

function apply(books: OrderBooks | NaiveOrderBooks, step: Operation): void {
  switch (step.kind) {
    case "add":
      return books.add(
        step.venue,
        listing(step),
        step.reference.high,
        step.reference.low,
        step.side,
        step.quantity,
        step.price,
      );
    case "reduce":
      return books.reduce(step.venue, listing(step), step.reference.high, step.reference.low, step.quantity);
    case "delete":
      return books.delete(step.venue, listing(step), step.reference.high, step.reference.low);
    case "replace":
      return books.replace(
        step.venue,
        listing(step),
        step.reference.high,
        step.reference.low,
        step.to.high,
        step.to.low,
        step.quantity,
        step.price,
      );
    case "clear":
      return books.clearVenue(step.venue);
  }
}

function booksOf(listings: number, venues: number, restingOrdersMax: number, levelsMax: number): OrderBooks {
  const size = { listingCount: listings, venueCount: venues, restingOrdersMax, levelsMax, orderRows: 16 };
  return new OrderBooks(new StateRegistry(), size);
}
