import type { StateRegistry } from "../../machine/state-registry";
import { Ladders } from "./ladders";
import { OrderField, OrderMeta, OrderTable, repeatedReference } from "./order-table";
import { QueuePositions } from "./queue-positions";

/** Sides of a book. */
export const bidSide = 0;
export const askSide = 1;

/** Counters of what a venue's data referred to and we did not have. */
enum Count {
  unknownReferences,
  repeatedReferences,
  overdrawn,
  outOfCapacity,
  foreignReferences,
  /** How many there are. */
  all,
}

/** Sizes of the books' arrays. */
export type BookSizes = {
  readonly listingCount: number;
  readonly venueCount: number;
  /** Orders that rest at a venue at one time; those beyond are counted and left out. */
  readonly restingOrdersMax: number;
  /** Price levels over all ladders; likewise. */
  readonly levelsMax: number;
  /** Rows of our own orders, whose places in their queues are followed. */
  readonly orderRows: number;
};

/**
 * The order books of all listings: orders by reference (one table for all venues) and price ladders (two a listing). Applies
 * normalised messages; references to unseen orders are counted and change nothing. After each call `listing`, `side`,
 * `price`, `quantity` and `isBestChanged` say what the message was about. References are two 32-bit halves, signed or not; prices and
 * quantities of orders are unsigned 32-bit integers.
 */
export class OrderBooks {
  readonly ladders: Ladders;
  readonly queue: QueuePositions;
  private readonly table: OrderTable;
  private readonly counters: Float64Array;
  private readonly venueCount: number;
  /** What the last message was about; -1 when its reference was unknown. */
  listing = -1;
  side = 0;
  price = 0;
  quantity = 0;
  /** True when it touched the best level of a side, before it or after: else no best price and no quantity there moved. */
  isBestChanged = false;

  constructor(registry: StateRegistry, size: BookSizes) {
    this.venueCount = size.venueCount;
    if (size.listingCount * 2 > OrderMeta.ladderMask)
      throw new RangeError(`at most ${OrderMeta.ladderMask >> 1} listings`);
    this.ladders = new Ladders(registry, "book.ladders", size.listingCount * 2, size.levelsMax);
    this.table = new OrderTable(registry, "book.orders", size.venueCount, size.restingOrdersMax);
    this.queue = new QueuePositions(registry, "book.queue", size.orderRows, this.table, this.ladders);
    this.counters = registry.allocate("book.counters", "f64", size.venueCount * Count.all);
  }

  /** Messages about orders with these low halves are soon to come: brings their records near. Changes nothing. */
  readonly expect = (venue: number, lows: Int32Array, count: number): void => {
    this.table.warm(venue, lows, count);
  };

  /** A new displayed order. */
  readonly add = (
    venue: number,
    listing: number,
    high: number,
    low: number,
    side: number,
    quantity: number,
    price: number,
  ): void => {
    const { table } = this;
    const at = table.claim(venue, high | 0, low | 0);
    this.listing = -1;
    this.isBestChanged = false;
    if (at < 0) return this.countUp(venue, at === repeatedReference ? Count.repeatedReferences : Count.outOfCapacity);
    const ladder = listing * 2 + side;
    const level = this.ladders.join(ladder, price, quantity);
    if (level < 0) {
      table.release(venue, at);
      return this.countUp(venue, Count.outOfCapacity);
    }
    const { records } = table;
    records[at | OrderField.level] = level;
    records[at | OrderField.quantity] = quantity;
    records[at | OrderField.meta] |= ladder + 1;
    this.isBestChanged = this.ladders.isBest(ladder, level);
    this.listing = listing;
    this.side = side;
    this.price = price;
    this.quantity = quantity;
    if (this.queue.isAwaiting)
      this.queue.onAdded(venue, high | 0, low | 0, at, this.ladders.quantityOf(level) - quantity);
  };

  /** An execution or partial cancel takes `quantity` from an order; the order goes when nothing is left. */
  readonly reduce = (venue: number, listing: number, high: number, low: number, quantity: number): void => {
    const { table } = this;
    const at = table.find(venue, high | 0, low | 0);
    this.listing = -1;
    if (at < 0) return this.countUp(venue, Count.unknownReferences);
    if (!this.isOf(at, listing)) return this.countUp(venue, Count.foreignReferences);
    const left = table.records[at | OrderField.quantity] >>> 0;
    if (quantity > left) this.countUp(venue, Count.overdrawn);
    if (quantity >= left) return this.remove(venue, at, left);
    const ladder = this.about(at, quantity);
    if (this.ladders.watchOf(ladder) !== 0) this.queue.onReduced(ladder, at, quantity, false);
    this.ladders.take(table.records[at | OrderField.level], quantity);
    table.records[at | OrderField.quantity] = left - quantity;
  };

  /** An order leaves the book whole. */
  readonly delete = (venue: number, listing: number, high: number, low: number): void => {
    const { table } = this;
    const at = table.find(venue, high | 0, low | 0);
    this.listing = -1;
    if (at < 0) return this.countUp(venue, Count.unknownReferences);
    if (!this.isOf(at, listing)) return this.countUp(venue, Count.foreignReferences);
    this.remove(venue, at, table.records[at | OrderField.quantity] >>> 0);
  };

  /** An order is replaced by one with a new reference, price and quantity, on the same side of the same listing. */
  readonly replace = (
    venue: number,
    listing: number,
    oldHigh: number,
    oldLow: number,
    newHigh: number,
    newLow: number,
    quantity: number,
    price: number,
  ): void => {
    this.delete(venue, listing, oldHigh, oldLow);
    if (this.listing < 0) return;
    const wasBest = this.isBestChanged;
    this.add(venue, listing, newHigh, newLow, this.side, quantity, price);
    if (wasBest) this.isBestChanged = true;
    // Left out or not, the original is gone: the book has changed.
    this.listing = listing;
  };

  /** Empties all books of a venue, e.g. before a snapshot. */
  readonly clearVenue = (venue: number): void => {
    this.table.clear(venue);
    for (let ladder = 0; ladder < this.ladders.ladderCount; ladder++) {
      if ((ladder >> 1) % this.venueCount !== venue) continue;
      this.queue.onCleared(ladder);
      this.ladders.clear(ladder);
    }
  };

  readonly bestBid = (listing: number): number => {
    return this.ladders.bestPrice(listing * 2);
  };

  readonly bestAsk = (listing: number): number => {
    return this.ladders.bestPrice(listing * 2 + 1);
  };

  readonly bestBidQuantity = (listing: number): number => {
    return this.ladders.bestQuantity(listing * 2);
  };

  readonly bestAskQuantity = (listing: number): number => {
    return this.ladders.bestQuantity(listing * 2 + 1);
  };

  /** Levels of one side, best first: [price, quantity, orders]. Allocates; for tools and tests. */
  readonly levels = (
    listing: number,
    side: number,
    depth: number,
  ): [price: number, quantity: number, orders: number][] => {
    const { ladders } = this;
    const levels: [number, number, number][] = [];
    for (let i = 0; i < depth; i++) {
      const level = ladders.levelAt(listing * 2 + side, i);
      if (level < 0) break;
      levels.push([ladders.priceOf(level), ladders.quantityOf(level), ladders.ordersOf(level)]);
    }
    return levels;
  };

  /** Orders resting at a venue. */
  readonly openOrders = (venue: number): number => {
    return this.table.sizeOf(venue);
  };

  /** References to orders never seen (or already gone). */
  readonly unknownReferences = (venue: number): number => {
    return this.counters[venue * Count.all + Count.unknownReferences];
  };

  /** Messages of one listing about an order of another; they change nothing. */
  readonly foreignReferences = (venue: number): number => {
    return this.counters[venue * Count.all + Count.foreignReferences];
  };

  /** New orders whose reference another order has; left out. */
  readonly repeatedReferences = (venue: number): number => {
    return this.counters[venue * Count.all + Count.repeatedReferences];
  };

  /** Executions and cancels of more than an order had; they took what there was. */
  readonly overdrawn = (venue: number): number => {
    return this.counters[venue * Count.all + Count.overdrawn];
  };

  /** Orders left out because the table or the pool of levels was full; the venue's books are then incomplete. */
  readonly outOfCapacity = (venue: number): number => {
    return this.counters[venue * Count.all + Count.outOfCapacity];
  };

  /** Whether the order at a place is of a listing. */
  private readonly isOf = (at: number, listing: number): boolean => {
    return ((this.table.records[at | OrderField.meta] & OrderMeta.ladderMask) - 1) >> 1 === listing;
  };

  private readonly remove = (venue: number, at: number, left: number): void => {
    const ladder = this.about(at, left);
    if (this.ladders.watchOf(ladder) !== 0) this.queue.onReduced(ladder, at, left, true);
    this.ladders.leave(ladder, this.table.records[at | OrderField.level], left);
    this.table.release(venue, at);
  };

  /** Notes what the message is about; returns the order's ladder. */
  private readonly about = (at: number, quantity: number): number => {
    const { records } = this.table;
    const ladder = (records[at | OrderField.meta] & OrderMeta.ladderMask) - 1;
    const level = records[at | OrderField.level];
    this.isBestChanged = this.ladders.isBest(ladder, level);
    this.listing = ladder >> 1;
    this.side = ladder & 1;
    this.price = this.ladders.priceOf(level);
    this.quantity = quantity;
    return ladder;
  };

  private readonly countUp = (venue: number, counter: number): void => {
    this.counters[venue * Count.all + counter]++;
  };
}
