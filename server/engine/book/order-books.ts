import type { StateRegistry } from "../../machine/state-registry";
import { Ladders } from "./ladders";
import { OrderIndex } from "./order-index";

/** Sides of a book. */
export const bidSide = 0;
export const askSide = 1;

/** Counters of what a venue's data referred to and we did not have. */
const counterNames = ["unknownReferences", "repeatedReferences", "overdrawn", "outOfCapacity"] as const;

/**
 * The order books of all listings: orders by reference (one index a venue) and price ladders (two a listing).
 * Applies normalised messages; references to unseen orders are counted and change nothing. After each call
 * `listing`, `side`, `price` and `quantity` say what the message was about.
 */
export class OrderBooks {
  readonly ladders: Ladders;
  private readonly indexes: OrderIndex[] = [];
  private readonly counters: Float64Array;
  private readonly venueCount: number;
  /** What the last message was about; -1 when its reference was unknown. */
  listing = -1;
  side = 0;
  price = 0;
  quantity = 0;

  constructor(
    registry: StateRegistry,
    listingCount: number,
    venueCount: number,
    restingOrdersMax: number,
    levelsMax: number,
  ) {
    this.venueCount = venueCount;
    this.ladders = new Ladders(registry, "book.ladders", listingCount * 2, levelsMax);
    for (let venue = 0; venue < venueCount; venue++)
      this.indexes.push(new OrderIndex(registry, `book.orders${venue}`, restingOrdersMax));
    this.counters = registry.allocate("book.counters", "f64", venueCount * counterNames.length);
  }

  /** A new displayed order. */
  add(venue: number, listing: number, high: number, low: number, side: number, quantity: number, price: number): void {
    const index = this.indexes[venue];
    this.listing = -1;
    if (index.find(high, low) >= 0) return this.countUp(venue, 1);
    const row = index.insert(high, low);
    if (row < 0) return this.countUp(venue, 3);
    if (!this.ladders.add(listing * 2 + side, side === askSide, price, quantity)) {
      index.remove(row);
      return this.countUp(venue, 3);
    }
    index.listing[row] = listing;
    index.side[row] = side;
    index.price[row] = price;
    index.quantity[row] = quantity;
    this.about(index, row, quantity);
  }

  /** An execution or partial cancel takes `quantity` from an order; the order goes when nothing is left. */
  reduce(venue: number, high: number, low: number, quantity: number): void {
    const index = this.indexes[venue];
    const row = index.find(high, low);
    this.listing = -1;
    if (row < 0) return this.countUp(venue, 0);
    const left = index.quantity[row];
    const taken = Math.min(quantity, left);
    if (quantity > left) this.countUp(venue, 2);
    this.about(index, row, taken);
    this.ladders.reduce(this.listing * 2 + this.side, this.side === askSide, this.price, taken, taken === left);
    if (taken === left) index.remove(row);
    else index.quantity[row] = left - taken;
  }

  /** An order leaves the book whole. */
  delete(venue: number, high: number, low: number): void {
    const index = this.indexes[venue];
    const row = index.find(high, low);
    this.listing = -1;
    if (row < 0) return this.countUp(venue, 0);
    const left = index.quantity[row];
    this.about(index, row, left);
    this.ladders.reduce(this.listing * 2 + this.side, this.side === askSide, this.price, left, true);
    index.remove(row);
  }

  /** An order is replaced by one with a new reference, price and quantity, on the same side of the same listing. */
  replace(
    venue: number,
    oldHigh: number,
    oldLow: number,
    newHigh: number,
    newLow: number,
    quantity: number,
    price: number,
  ): void {
    this.delete(venue, oldHigh, oldLow);
    if (this.listing < 0) return;
    this.add(venue, this.listing, newHigh, newLow, this.side, quantity, price);
  }

  /** Empties all books of a venue, e.g. before a snapshot. */
  clearVenue(venue: number): void {
    this.indexes[venue].clear();
    for (let ladder = 0; ladder < this.ladders.count.length; ladder++)
      if ((ladder >> 1) % this.venueCount === venue) this.ladders.clear(ladder);
  }

  bestBid(listing: number): number {
    return this.ladders.bestPrice(listing * 2);
  }

  bestAsk(listing: number): number {
    return this.ladders.bestPrice(listing * 2 + 1);
  }

  bestBidQuantity(listing: number): number {
    return this.ladders.bestQuantity(listing * 2);
  }

  bestAskQuantity(listing: number): number {
    return this.ladders.bestQuantity(listing * 2 + 1);
  }

  /** Levels of one side, best first: [price, quantity, orders]. Allocates; for tools and tests. */
  levels(listing: number, side: number, depth: number): [price: number, quantity: number, orders: number][] {
    const ladder = listing * 2 + side;
    const { start, count, price, quantity, orders } = this.ladders;
    const levels: [number, number, number][] = [];
    for (let i = start[ladder] + count[ladder] - 1; i >= start[ladder] && levels.length < depth; i--)
      levels.push([price[i], quantity[i], orders[i]]);
    return levels;
  }

  /** Orders resting at a venue. */
  openOrders(venue: number): number {
    return this.indexes[venue].size;
  }

  /** References to orders never seen (or already gone). */
  unknownReferences(venue: number): number {
    return this.counters[venue * counterNames.length];
  }

  /** Orders left out because the index or the pool of levels was full; the venue's books are then incomplete. */
  outOfCapacity(venue: number): number {
    return this.counters[venue * counterNames.length + 3];
  }

  private about(index: OrderIndex, row: number, quantity: number): void {
    this.listing = index.listing[row];
    this.side = index.side[row];
    this.price = index.price[row];
    this.quantity = quantity;
  }

  private countUp(venue: number, counter: number): void {
    this.counters[venue * counterNames.length + counter]++;
  }
}
