import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StateRegistry } from "../../machine/state-registry";
import { OrderBooks } from "./order-books";
import { NaiveOrderBooks } from "./testing/naive-order-books";

const venueCount = 2;
const listingCount = 4;

const reference = fc.record({
  // References share low halves, high halves and hash slots on purpose.
  high: fc.constantFrom(0, 1, 0xffffffff),
  low: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(0x80000000, 0xffffffff, 0x00010001)),
});
const venue = fc.integer({ min: 0, max: venueCount - 1 });
const price = fc.integer({ min: 1, max: 60 }).map((tick) => tick * 100);
const quantity = fc.integer({ min: 1, max: 500 });
const operation = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("add" as const),
      venue,
      reference,
      instrument: fc.integer({ min: 0, max: 1 }),
      side: fc.integer({ min: 0, max: 1 }),
      price,
      quantity,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("reduce" as const), venue, reference, quantity }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("delete" as const), venue, reference }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("replace" as const), venue, reference, to: reference, price, quantity }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("clear" as const), venue }) },
);

describe("the order books and their naive twin", () => {
  it("agree level by level after every message, whatever the references", () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const books = booksOf(listingCount, venueCount, 256, 4_096);
        const naive = new NaiveOrderBooks();
        for (const step of operations) {
          apply(books, step);
          apply(naive, step);
          for (let listing = 0; listing < listingCount; listing++)
            for (const side of [0, 1]) expect(books.levels(listing, side, 100)).toEqual(naive.levels(listing, side));
          for (let id = 0; id < venueCount; id++) expect(books.openOrders(id)).toBe(naive.openOrders(id));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("count references to orders never seen, and change nothing", () => {
    const books = booksOf(1, 1, 16, 64);
    books.reduce(0, 0, 7, 100);
    books.delete(0, 0, 7);
    books.replace(0, 0, 7, 0, 8, 100, 100);
    expect(books.unknownReferences(0)).toBe(3);
    expect(books.openOrders(0)).toBe(0);
    expect(books.listing).toBe(-1);
  });

  it("leave out and count what does not fit, orders or levels, and stay sound", () => {
    const books = booksOf(1, 1, 16, 32);
    for (let i = 0; i < 40; i++) books.add(0, 0, 0, i, 0, 10, 100 + i);
    expect(books.openOrders(0)).toBe(16);
    expect(books.outOfCapacity(0)).toBe(24);
    for (let i = 0; i < 40; i++) books.delete(0, 0, i);
    expect(books.levels(0, 0, 100)).toEqual([]);
    books.add(0, 0, 0, 100, 0, 5, 100);
    expect(books.bestBid(0)).toBe(100);
  });

  it("keep working over many lives: rows and blocks of levels are used again", () => {
    const books = booksOf(2, 1, 64, 256);
    for (let round = 0; round < 500; round++) {
      for (let i = 0; i < 40; i++) books.add(0, i & 1, round, i, i & 1, 1 + i, 1_000 + i * 100);
      for (let i = 0; i < 40; i++) books.delete(0, round, i);
    }
    expect(books.openOrders(0)).toBe(0);
    expect(books.outOfCapacity(0)).toBe(0);
  });
});

type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

function apply(books: OrderBooks | NaiveOrderBooks, step: Operation): void {
  switch (step.kind) {
    case "add":
      return books.add(
        step.venue,
        step.instrument * venueCount + step.venue,
        step.reference.high,
        step.reference.low,
        step.side,
        step.quantity,
        step.price,
      );
    case "reduce":
      return books.reduce(step.venue, step.reference.high, step.reference.low, step.quantity);
    case "delete":
      return books.delete(step.venue, step.reference.high, step.reference.low);
    case "replace":
      return books.replace(
        step.venue,
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
