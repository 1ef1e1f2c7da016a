import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StateRegistry } from "../../machine/state-registry";
import { OrderBooks } from "./order-books";
import { NaiveQueues } from "./testing/naive-queues";

const rows = 6;
const reference = fc.integer({ min: 1, max: 30 });
const side = fc.integer({ min: 0, max: 1 });
const price = fc.integer({ min: 1, max: 3 }).map((tick) => tick * 100);
const quantity = fc.integer({ min: 1, max: 9 });
const operation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("add" as const), reference, side, price, quantity }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("reduce" as const), reference, quantity }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("delete" as const), reference }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("replace" as const), reference, to: reference, price, quantity }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("watch" as const),
      row: fc.integer({ min: 1, max: rows - 1 }),
      reference,
      side,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("forget" as const), row: fc.integer({ min: 1, max: rows - 1 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("clear" as const) }) },
);

function bookOf(restingOrdersMax = 64): OrderBooks {
  const size = { listingCount: 1, venueCount: 1, restingOrdersMax, levelsMax: 64, orderRows: rows };
  return new OrderBooks(new StateRegistry(), size);
}

describe("the place of our orders in their queues", () => {
  it("is that of a naive list of all orders, whenever the venue's acceptance comes", () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 120 }), (operations) => {
        const books = bookOf();
        const naive = new NaiveQueues();
        const watched = new Map<number, { key: string; side: number; isOver: boolean }>();
        for (const step of operations) {
          const key = "reference" in step ? `${step.reference}` : "";
          const before = new Map([...watched].map(([row, { key: own }]) => [row, naive.levelOf(own)]));
          switch (step.kind) {
            case "add":
              books.add(0, 0, 0, step.reference, step.side, step.quantity, step.price);
              naive.add(key, `${step.side}:${step.price}`, step.quantity);
              break;
            case "reduce":
              books.reduce(0, 0, 0, step.reference, step.quantity);
              naive.reduce(key, step.quantity);
              break;
            case "delete":
              books.delete(0, 0, 0, step.reference);
              naive.delete(key);
              break;
            case "replace": {
              const level = naive.levelOf(key);
              books.replace(0, 0, 0, step.reference, 0, step.to, step.quantity, step.price);
              naive.delete(key);
              if (level !== undefined) naive.add(`${step.to}`, `${level[0]}:${step.price}`, step.quantity);
              break;
            }
            case "watch":
              // One row for one order, as the venue's references are given once.
              if ([...watched.values()].some((own) => own.key === key)) continue;
              books.queue.watch(step.row, 0, step.side, 0, step.reference);
              watched.set(step.row, { key, side: step.side, isOver: isOnOtherSide(naive.levelOf(key), step.side) });
              break;
            case "forget":
              books.queue.forget(step.row);
              watched.delete(step.row);
              break;
            case "clear":
              books.clearVenue(0);
              naive.clear();
          }
          for (const [row, own] of watched) {
            // An order that rested and left the book is over; a reference used again is another order.
            const rested = before.get(row) !== undefined && !isOnOtherSide(before.get(row), own.side);
            const replacedByItself = step.kind === "replace" && key === own.key;
            if (rested && step.kind !== "clear" && (naive.levelOf(own.key) === undefined || replacedByItself))
              own.isOver = true;
            const isOurs = !own.isOver && !isOnOtherSide(naive.levelOf(own.key), own.side);
            expect(books.queue.aheadOf(row)).toBe(isOurs ? naive.aheadOf(own.key) : -1);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is found however long ago the order arrived before its acceptance", () => {
    const books = bookOf(40_000);
    books.add(0, 0, 0, 1, 0, 70, 100);
    books.add(0, 0, 0, 2, 0, 10, 100);
    for (let later = 3; later < 30_000; later++) books.add(0, 0, 0, later, 0, 1, later % 2 === 0 ? 100 : 200);
    books.queue.watch(1, 0, 0, 0, 2);
    expect(books.queue.aheadOf(1)).toBe(70);
    books.reduce(0, 0, 0, 1, 30);
    expect(books.queue.aheadOf(1)).toBe(40);
    books.delete(0, 0, 0, 4);
    expect(books.queue.aheadOf(1)).toBe(40);
    books.delete(0, 0, 0, 1);
    expect(books.queue.aheadOf(1)).toBe(0);
  });

  it("is lost by a replace and found again with the new reference", () => {
    const books = bookOf();
    books.add(0, 0, 0, 1, 1, 50, 300);
    books.queue.watch(1, 0, 1, 0, 2);
    expect(books.queue.aheadOf(1)).toBe(-1);
    books.add(0, 0, 0, 2, 1, 10, 300);
    expect(books.queue.aheadOf(1)).toBe(50);
    books.add(0, 0, 0, 3, 1, 20, 200);
    books.replace(0, 0, 0, 2, 0, 4, 10, 200);
    expect(books.queue.aheadOf(1)).toBe(-1);
    books.queue.watch(1, 0, 1, 0, 4);
    expect(books.queue.aheadOf(1)).toBe(20);
  });

  it("is awaited anew when the venue's books begin anew", () => {
    const books = bookOf();
    books.add(0, 0, 0, 1, 0, 50, 300);
    books.add(0, 0, 0, 2, 0, 10, 300);
    books.queue.watch(1, 0, 0, 0, 2);
    books.clearVenue(0);
    expect(books.queue.aheadOf(1)).toBe(-1);
    books.add(0, 0, 0, 1, 0, 35, 300);
    books.add(0, 0, 0, 2, 0, 10, 300);
    expect(books.queue.aheadOf(1)).toBe(35);
  });
});

function isOnOtherSide(level: string | undefined, side: number): boolean {
  return level !== undefined && !level.startsWith(`${side}:`);
}
