import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StateRegistry } from "../../machine/state-registry";
import { PositionBook } from "./position-book";

function createBook(): PositionBook {
  return new PositionBook(new StateRegistry(), "test", 1);
}

describe("a position", () => {
  it("averages its cost as it grows, and realises the difference as it shrinks", () => {
    const book = createBook();
    book.apply(0, 100, 500_000, 300);
    book.apply(0, 100, 510_000, 300);
    expect(book.averagePrice(0)).toBe(505_000);
    expect(book.apply(0, -150, 520_000, 450)).toBe(150 * 15_000);
    expect(book.quantity[0]).toBe(50);
    expect(book.totalCost[0]).toBe(50 * 505_000);
    expect(book.fees[0]).toBe(1_050);
  });

  it("goes through zero: the old side is closed, the new one opens at the fill's price", () => {
    const book = createBook();
    book.apply(0, -100, 200_000, 0);
    expect(book.apply(0, 160, 190_000, 0)).toBe(100 * 10_000);
    expect(book.quantity[0]).toBe(60);
    expect(book.averagePrice(0)).toBe(190_000);
    expect(book.unrealised(0, 191_000)).toBe(60 * 1_000);
  });

  it("conserves money to the unit: realised + unrealised is cash flow + value, after any fills", () => {
    const fill = fc.record({
      quantity: fc.integer({ min: -5_000, max: 5_000 }).filter((quantity) => quantity !== 0),
      price: fc.integer({ min: 1, max: 20_000_000 }),
    });
    fc.assert(
      fc.property(fc.array(fill, { maxLength: 60 }), fc.integer({ min: 1, max: 20_000_000 }), (fills, mark) => {
        const book = createBook();
        let cash = 0;
        let held = 0;
        for (const { quantity, price } of fills) {
          book.apply(0, quantity, price, 0);
          cash -= quantity * price;
          held += quantity;
        }
        expect(book.quantity[0]).toBe(held);
        expect(book.realised[0] + book.unrealised(0, mark)).toBe(cash + held * mark);
        if (held === 0) expect(book.totalCost[0]).toBe(0);
        expect(book.boughtQuantity[0] - book.soldQuantity[0]).toBe(held);
      }),
      { numRuns: 500 },
    );
  });

  it("refuses an amount beyond exact arithmetic instead of rounding it", () => {
    expect(() => createBook().apply(0, 2 ** 40, 2 ** 20, 0)).toThrow(/exact range/);
  });
});
