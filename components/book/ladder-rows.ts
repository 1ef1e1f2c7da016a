import type { BookLevel, BookPayload } from "@/protocol/topics";

/** Levels a side on the ladder. */
export const ladderLevels = 10;

/** One line of the ladder. `side` is null where the book has nothing at this price. */
export type LadderRow = {
  readonly price: number;
  readonly side: "bid" | "ask" | null;
  readonly quantity: number;
  readonly cumulative: number;
  readonly venues: readonly number[];
  readonly own: number;
};

/** The prices on the ladder from top to bottom; 0 where a side has fewer levels. */
export type LadderPrices = { readonly asks: readonly number[]; readonly bids: readonly number[] };

/** Asks from the worst shown down to the best, then bids from the best down. */
export function ladderPrices(book: BookPayload): LadderPrices {
  const pad = (levels: readonly BookLevel[]) =>
    Array.from({ length: ladderLevels }, (_, index) => levels[index]?.price ?? 0);
  return { asks: pad(book.asks).reverse(), bids: pad(book.bids) };
}

/**
 * The book laid onto given prices: the current ones, or those held still under the pointer. A price may stand on both
 * sides, since two venues can lock or cross each other for a moment; each row then shows its own side.
 */
export function ladderRows(book: BookPayload, prices: LadderPrices): { asks: LadderRow[]; bids: LadderRow[] } {
  const bids = rowsByPrice(book.bids, "bid", book.ownBids);
  const asks = rowsByPrice(book.asks, "ask", book.ownAsks);
  const nothing = (price: number): LadderRow => ({
    price,
    side: null,
    quantity: 0,
    cumulative: 0,
    venues: [],
    own: 0,
  });
  return {
    asks: prices.asks.map((price) => asks.get(price) ?? bids.get(price) ?? nothing(price)),
    bids: prices.bids.map((price) => bids.get(price) ?? asks.get(price) ?? nothing(price)),
  };
}

/** What the best bid and offer of all venues are to each other. */
export function touchState(book: BookPayload): "oneSided" | "normal" | "locked" | "crossed" {
  const bid = book.bids[0]?.price ?? 0;
  const ask = book.asks[0]?.price ?? 0;
  if (bid === 0 || ask === 0) return "oneSided";
  return bid < ask ? "normal" : bid === ask ? "locked" : "crossed";
}

/** The largest cumulative quantity shown on either side: the length of a full bar. */
export function deepest(book: BookPayload): number {
  const sum = (levels: readonly BookLevel[]) =>
    levels.slice(0, ladderLevels).reduce((total, level) => total + level.quantity, 0);
  return Math.max(1, sum(book.bids), sum(book.asks));
}

function rowsByPrice(
  levels: readonly BookLevel[],
  side: "bid" | "ask",
  own: Readonly<Record<number, number>>,
): Map<number, LadderRow> {
  const rows = new Map<number, LadderRow>();
  let cumulative = 0;
  for (const level of levels) {
    cumulative += level.quantity;
    rows.set(level.price, {
      price: level.price,
      side,
      quantity: level.quantity,
      cumulative,
      venues: level.venues,
      own: own[level.price] ?? 0,
    });
  }
  return rows;
}
