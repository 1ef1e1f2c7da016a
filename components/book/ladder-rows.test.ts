import { describe, expect, it } from "vitest";
import type { BookPayload } from "@/protocol/topics";
import { deepest, ladderLevels, ladderPrices, ladderRows, touchState } from "./ladder-rows";

const level = (price: number, quantity: number) => ({ price, quantity, orders: 1, venues: [quantity, 0] });
const book = (bids: [number, number][], asks: [number, number][]): BookPayload => ({
  instrument: 0,
  status: "trading",
  bids: bids.map(([price, quantity]) => level(price, quantity)),
  asks: asks.map(([price, quantity]) => level(price, quantity)),
  ownBids: { 9900: 5 },
  ownAsks: {},
  lastPrice: 0,
  lastQuantity: 0,
  lastTimeNs: 0,
  changedNs: 0,
});

describe("the ladder", () => {
  it("has the best ask above the best bid, sums from the touch outwards and marks our own", () => {
    const now = book(
      [
        [10_000, 10],
        [9_900, 20],
      ],
      [
        [10_100, 1],
        [10_200, 2],
      ],
    );
    const { asks, bids } = ladderRows(now, ladderPrices(now));
    expect(asks).toHaveLength(ladderLevels);
    expect(asks.at(-1)).toMatchObject({ price: 10_100, cumulative: 1, side: "ask" });
    expect(asks.at(-2)).toMatchObject({ price: 10_200, cumulative: 3 });
    expect(bids[0]).toMatchObject({ price: 10_000, cumulative: 10, own: 0 });
    expect(bids[1]).toMatchObject({ price: 9_900, cumulative: 30, own: 5 });
    expect(bids[2]).toMatchObject({ price: 0, side: null });
    expect(deepest(now)).toBe(30);
  });

  it("shows each side's own quantity where two venues lock or cross each other", () => {
    const locked = book([[10_000, 10]], [[10_000, 3]]);
    const { asks, bids } = ladderRows(locked, ladderPrices(locked));
    expect(asks.at(-1)).toMatchObject({ price: 10_000, side: "ask", quantity: 3 });
    expect(bids[0]).toMatchObject({ price: 10_000, side: "bid", quantity: 10 });
    expect(touchState(locked)).toBe("locked");
    expect(touchState(book([[10_100, 1]], [[10_000, 1]]))).toBe("crossed");
    expect(touchState(book([[9_900, 1]], [[10_000, 1]]))).toBe("normal");
    expect(touchState(book([], [[10_000, 1]]))).toBe("oneSided");
  });

  it("keeps its prices in place while they are held, also when the market moves through them", () => {
    const held = ladderPrices(book([[10_000, 10]], [[10_100, 1]]));
    const later = book([[10_100, 7]], [[10_200, 3]]);
    const { asks, bids } = ladderRows(later, held);
    expect(asks.at(-1)).toMatchObject({ price: 10_100, side: "bid", quantity: 7 });
    expect(bids[0]).toMatchObject({ price: 10_000, side: null, quantity: 0 });
  });
});
