/**
 * Normalised market events, as every later stage knows them: listings by number, prices in price units, quantities in
 * lots, sides 0 bid and 1 ask, 64-bit references as two 32-bit halves, signed or not. A message about an order names the
 * listing too, -1 when it is of none we know: an order of another listing is none of its. Whatever protocol a venue
 * speaks ends here.
 */
export interface MarketSink {
  /** Messages about orders with these low halves of references follow at once: their records may be fetched. */
  expectOrders(venue: number, lows: Int32Array, count: number): void;
  addOrder(
    venue: number,
    listing: number,
    high: number,
    low: number,
    side: number,
    quantity: number,
    price: number,
  ): void;
  /** An execution of a resting order; `price` 0 means the order's own price. `printable` false: not a trade for the tape. */
  executeOrder(
    venue: number,
    listing: number,
    high: number,
    low: number,
    quantity: number,
    price: number,
    printable: boolean,
  ): void;
  cancelOrder(venue: number, listing: number, high: number, low: number, quantity: number): void;
  deleteOrder(venue: number, listing: number, high: number, low: number): void;
  replaceOrder(
    venue: number,
    listing: number,
    oldHigh: number,
    oldLow: number,
    newHigh: number,
    newLow: number,
    quantity: number,
    price: number,
  ): void;
  /** A trade that touched no displayed order. */
  trade(listing: number, quantity: number, price: number): void;
  /** status: a code of `tradingStatuses`. */
  statusChanged(listing: number, status: number): void;
  /** The venue has stopped a listing by itself, or goes on with it, whatever its status is. */
  operationalHaltChanged(listing: number, halted: boolean): void;
  /** event: the letter of a system event (ITCH 5.0 section 1.1). */
  sessionChanged(venue: number, event: number): void;
  /** Limit up/limit down tier of a listing: 1 or 2, 0 when the listing has none. */
  tierChanged(listing: number, tier: number): void;
  /** A short sale restriction (Reg SHO rule 201) is in force, or not. */
  shortSaleChanged(listing: number, restricted: boolean): void;
  /** Prices between which a paused listing may be reopened. */
  auctionCollarChanged(listing: number, lowest: number, highest: number): void;
}
