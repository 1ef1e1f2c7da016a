import { existsSync, readFileSync } from "node:fs";
import { describe, expect } from "vitest";
import { decodeItch, ItchHandlerBase } from "./itch";
import { forEachItchMessage } from "./itch-file";
import { itWithRecording, recordingPath } from "./testing/recorded-data";

type Order = { readonly side: number; readonly price: number; shares: number };

/** The plainest possible book: a map of orders, levels summed when asked for. */
class NaiveBook extends ItchHandlerBase {
  readonly orders = new Map<string, Order>();

  override addOrder(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    refHigh: number,
    refLow: number,
    side: number,
    shares: number,
    _bytes: Uint8Array,
    _symbolOffset: number,
    price: number,
  ): void {
    this.orders.set(`${refHigh}.${refLow}`, { side, price, shares });
  }

  override orderExecuted(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    refHigh: number,
    refLow: number,
    shares: number,
  ): void {
    const order = this.orders.get(`${refHigh}.${refLow}`);
    if (order === undefined) return;
    order.shares -= shares;
    if (order.shares <= 0) this.orders.delete(`${refHigh}.${refLow}`);
  }

  override orderDelete(_locate: number, _tracking: number, _timeNs: number, refHigh: number, refLow: number): void {
    this.orders.delete(`${refHigh}.${refLow}`);
  }

  override orderReplace(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    originalHigh: number,
    originalLow: number,
    newHigh: number,
    newLow: number,
    shares: number,
    price: number,
  ): void {
    const original = this.orders.get(`${originalHigh}.${originalLow}`);
    if (original === undefined) return;
    this.orders.delete(`${originalHigh}.${originalLow}`);
    this.orders.set(`${newHigh}.${newLow}`, { side: original.side, price, shares });
  }

  /** The best ten levels of a side as pairs of price and shares. */
  levels(side: number): number[][] {
    const byPrice = new Map<number, number>();
    for (const order of this.orders.values()) {
      if (order.side === side) byPrice.set(order.price, (byPrice.get(order.price) ?? 0) + order.shares);
    }
    const sign = side === 0x42 ? -1 : 1;
    return [...byPrice].sort((left, right) => sign * (left[0] - right[0])).slice(0, 10);
  }
}

describe("ITCH feeding a book", () => {
  itWithRecording(
    "ends a recorded ESH4 day with the open orders and best ten levels its recorder counted",
    "itch/esh4-20231225.itch",
    (file) => {
      const expectedPath = recordingPath("itch/esh4-20231225.itch.expected.json");
      if (!existsSync(expectedPath)) throw new Error(`the recording lacks its oracle ${expectedPath}`);
      const expected: unknown = JSON.parse(readFileSync(expectedPath, "utf8"));
      const book = new NaiveBook();
      forEachItchMessage(file, (offset, length) => decodeItch(file, offset, length, book));
      expect(expected).toMatchObject({
        open_orders: book.orders.size,
        bids: book.levels(0x42),
        asks: book.levels(0x53),
      });
    },
  );
});
