import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { StateRegistry } from "../../machine/state-registry";
import { itWithRecording, recordingPath } from "../../wire/testing/recorded-data";
import { askSide, bidSide, OrderBooks } from "./order-books";

/** What LOBSTER calls its messages. */
const newOrder = 1;
const partialCancel = 2;
const deletion = 3;
const visibleExecution = 4;

type Level = { readonly price: number; readonly quantity: number };

/**
 * A recording of the best level only: message and book rows side by side. What stood at a best level when it became the
 * best is put in as one order; from then on its quantity may change by nothing but the messages beside it.
 */
class BestLevelReplay {
  readonly books = new OrderBooks(new StateRegistry(), {
    listingCount: 1,
    venueCount: 1,
    restingOrdersMax: 4_096,
    levelsMax: 4_096,
    orderRows: 1,
  });
  /** References at the best level, by side; what was there before is 0. */
  private readonly known = [new Set<number>(), new Set<number>()];

  best(side: number): Level | null {
    const [level] = this.books.levels(0, side, 1);
    return level === undefined ? null : { price: level[0], quantity: level[1] };
  }

  /** Another price is best: forgets the side, and takes what the recording shows. */
  begin(side: number, { price, quantity }: Level): void {
    for (const reference of this.known[side]) this.books.delete(0, 0, side, reference);
    this.known[side] = new Set([0]);
    this.books.add(0, 0, side, 0, side, quantity, price);
  }

  apply(type: number, reference: number, side: number, quantity: number, price: number): void {
    const known = this.known[side];
    const own = known.has(reference) ? reference : 0;
    if (type === newOrder) {
      known.add(reference);
      this.books.add(0, 0, side, reference, side, quantity, price);
    } else if (type === deletion && own !== 0) {
      known.delete(own);
      this.books.delete(0, 0, side, own);
    } else if (type === deletion || type === partialCancel || type === visibleExecution)
      this.books.reduce(0, 0, side, own, quantity);
  }
}

itWithRecording(
  "books of a LOBSTER day: each change of a best level is explained by the message beside it",
  "lobster/message.csv",
  (bytes) => {
    const messages = rowsOf(new TextDecoder().decode(bytes));
    const rows = rowsOf(readFileSync(recordingPath("lobster/orderbook.csv"), "utf8"));
    expect(rows.length).toBe(messages.length);
    const replay = new BestLevelReplay();
    let explained = 0;
    const unexplained: unknown[] = [];
    for (let i = 0; i < messages.length; i++) {
      const [, type = 0, reference = 0, quantity = 0, price = 0, direction = 0] = messages[i];
      const [askPrice = 0, askQuantity = 0, bidPrice = 0, bidQuantity = 0] = rows[i];
      const shown = [
        { price: bidPrice, quantity: bidQuantity },
        { price: askPrice, quantity: askQuantity },
      ];
      const side = direction === 1 ? bidSide : askSide;
      const before = [replay.best(bidSide), replay.best(askSide)];
      if (before[side]?.price === price) replay.apply(type, reference, side, quantity, price);
      for (const which of [bidSide, askSide]) {
        const now = shown[which];
        if (before[which]?.price !== now.price) {
          replay.begin(which, now);
          continue;
        }
        if (before[which].quantity !== now.quantity) explained++;
        const ours = replay.best(which);
        if (ours?.price === now.price && ours.quantity === now.quantity) continue;
        unexplained.push({ row: i + 1, which, type, price, quantity, ours, now });
        replay.begin(which, now);
      }
    }
    expect(unexplained.slice(0, 5)).toEqual([]);
    expect(explained).toBe(27_513);
  },
);

function rowsOf(text: string): number[][] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(",").map(Number));
}
