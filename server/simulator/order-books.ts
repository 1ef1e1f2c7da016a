import type { StateRegistry } from "../machine/state-registry";
import type { MarketFeed } from "./market-feed";

export const buySide = 0;
export const sellSide = 1;
/** "No order" or "no level" in every link. */
export const none = -1;

/** Who an order belongs to. Free slots belong to nobody. */
export const orderOwner = { nobody: 0, agent: 1, member: 2 } as const;

/** How a resting order met an incoming one; the incoming one always removed liquidity. */
export const liquidity = { removed: 0, added: 1, addedHidden: 2, addedReserve: 3 } as const;

/** What happens to orders, as their owners must learn it. `order` is a slot, still filled while the call lasts. */
export interface ExecutionReports {
  executed(order: number, quantity: number, price: number, how: number, match: number, timeNs: number): void;
  /** The displayed part was used up and a new one shown, under a new reference and behind the queue. */
  refreshed(order: number, timeNs: number): void;
  /** A resting order stood in the way of its own member's incoming one and is taken out, before any trade. */
  selfMatched(order: number, incomingQuantity: number, timeNs: number): void;
  /** The slot is about to be free again. */
  gone(order: number): void;
}

/**
 * The books: one per listing (instrument × venue) with price-time priority; displayed orders of a price trade before
 * hidden ones, and an order with reserves shows a part at a time. Orders and levels are struct-of-arrays slots joined
 * by links; every change of displayed quantity is told to the feed. Entry checks are the gateway's, not done here.
 */
export class OrderBooks {
  readonly owner: Uint8Array;
  readonly venue: Uint8Array;
  readonly instrument: Uint16Array;
  readonly side: Uint8Array;
  /** Price units, below 2^32. */
  readonly price: Uint32Array;
  /** All that is open. */
  readonly quantity: Uint32Array;
  /** The displayed part of `quantity`; 0 for a hidden order. */
  readonly shown: Uint32Array;
  /** What an order with reserves shows at a time; 0 shows all. */
  readonly showMost: Uint32Array;
  readonly hidden: Uint8Array;
  /** The venue's order reference number. */
  readonly reference: Float64Array;
  /** The next and previous order in the queue of the same price; free slots are chained through `next`. */
  readonly next: Int32Array;
  readonly previous: Int32Array;
  /** The level the order rests in, or none while it does not rest. */
  readonly level: Int32Array;

  readonly levelPrice: Uint32Array;
  /** Displayed quantity and number of displayed orders. */
  readonly levelQuantity: Float64Array;
  readonly levelOrders: Int32Array;
  readonly levelFirst: Int32Array;
  private readonly levelLast: Int32Array;
  readonly levelHiddenFirst: Int32Array;
  private readonly levelHiddenLast: Int32Array;
  /** The level next worse in price. */
  readonly levelWorse: Int32Array;
  private readonly levelBetter: Int32Array;
  private readonly levelLadder: Int32Array;

  /** Best level of each ladder (listing × 2 + side). */
  readonly best: Int32Array;
  /** Last trade price of each listing; 0 before the first. */
  readonly lastPrice: Float64Array;
  /** [first free order, first free level, next order reference, open orders]. */
  private readonly counters: Float64Array;

  /** Told what happens; set once by the exchange that owns the books. */
  reports: ExecutionReports = { executed: ignore, refreshed: ignore, selfMatched: ignore, gone: ignore };

  constructor(
    registry: StateRegistry,
    readonly venueCount: number,
    readonly instrumentCount: number,
    readonly orderCapacity: number,
    private readonly feed: MarketFeed,
  ) {
    const count = orderCapacity;
    this.owner = registry.allocate("order.owner", "u8", count);
    this.venue = registry.allocate("order.venue", "u8", count);
    this.instrument = registry.allocate("order.instrument", "u16", count);
    this.side = registry.allocate("order.side", "u8", count);
    this.price = registry.allocate("order.price", "u32", count);
    this.quantity = registry.allocate("order.quantity", "u32", count);
    this.shown = registry.allocate("order.shown", "u32", count);
    this.showMost = registry.allocate("order.showMost", "u32", count);
    this.hidden = registry.allocate("order.hidden", "u8", count);
    this.reference = registry.allocate("order.reference", "f64", count);
    this.next = registry.allocate("order.next", "i32", count);
    this.previous = registry.allocate("order.previous", "i32", count);
    this.level = registry.allocate("order.level", "i32", count);
    // Each level holds an order, so there are never more levels than orders.
    this.levelPrice = registry.allocate("level.price", "u32", count);
    this.levelQuantity = registry.allocate("level.quantity", "f64", count);
    this.levelOrders = registry.allocate("level.orders", "i32", count);
    this.levelFirst = registry.allocate("level.first", "i32", count);
    this.levelLast = registry.allocate("level.last", "i32", count);
    this.levelHiddenFirst = registry.allocate("level.hiddenFirst", "i32", count);
    this.levelHiddenLast = registry.allocate("level.hiddenLast", "i32", count);
    this.levelWorse = registry.allocate("level.worse", "i32", count);
    this.levelBetter = registry.allocate("level.better", "i32", count);
    this.levelLadder = registry.allocate("level.ladder", "i32", count);
    const listingCount = venueCount * instrumentCount;
    this.best = registry.allocate("book.best", "i32", listingCount * 2);
    this.lastPrice = registry.allocate("book.lastPrice", "f64", listingCount);
    this.counters = registry.allocate("book.counters", "f64", 4);
    this.clear();
  }

  /** Empties all books for a new day. */
  clear(): void {
    this.owner.fill(orderOwner.nobody);
    this.level.fill(none);
    this.best.fill(none);
    this.lastPrice.fill(0);
    for (let slot = 0; slot < this.orderCapacity; slot++) {
      this.next[slot] = slot + 1 < this.orderCapacity ? slot + 1 : none;
      this.levelWorse[slot] = this.next[slot];
    }
    this.counters[0] = 0;
    this.counters[1] = 0;
    this.counters[2] = 1;
    this.counters[3] = 0;
  }

  /** Orders open over all venues. */
  get openOrders(): number {
    return this.counters[3];
  }

  /** False when every slot is taken: no order can be entered. */
  get hasRoom(): boolean {
    return this.counters[0] !== none;
  }

  ladder(venue: number, instrument: number, side: number): number {
    return (instrument * this.venueCount + venue) * 2 + side;
  }

  /** Best price with displayed quantity, 0 when there is none. */
  bestPrice(venue: number, instrument: number, side: number): number {
    let level = this.best[this.ladder(venue, instrument, side)];
    while (level !== none && this.levelFirst[level] === none) level = this.levelWorse[level];
    return level === none ? 0 : this.levelPrice[level];
  }

  /** Displayed quantity at the best displayed price. */
  bestQuantity(venue: number, instrument: number, side: number): number {
    let level = this.best[this.ladder(venue, instrument, side)];
    while (level !== none && this.levelFirst[level] === none) level = this.levelWorse[level];
    return level === none ? 0 : this.levelQuantity[level];
  }

  /** True when an order at this price would trade at once with something, displayed or hidden. */
  wouldTrade(venue: number, instrument: number, side: number, price: number): boolean {
    const level = this.best[this.ladder(venue, instrument, 1 - side)];
    if (level === none) return false;
    return side === buySide ? this.levelPrice[level] <= price : this.levelPrice[level] >= price;
  }

  /** What an order at this price would find, up to `wanted`, leaving out orders of `exceptOwner`. */
  availableQuantity(
    venue: number,
    instrument: number,
    side: number,
    price: number,
    wanted: number,
    exceptOwner: number,
  ): number {
    let found = 0;
    let level = this.best[this.ladder(venue, instrument, 1 - side)];
    for (; level !== none && found < wanted; level = this.levelWorse[level]) {
      if (side === buySide ? this.levelPrice[level] > price : this.levelPrice[level] < price) break;
      for (let order = this.levelFirst[level]; order !== none && found < wanted; order = this.next[order])
        if (this.owner[order] !== exceptOwner) found += this.quantity[order];
      for (let order = this.levelHiddenFirst[level]; order !== none && found < wanted; order = this.next[order])
        if (this.owner[order] !== exceptOwner) found += this.quantity[order];
    }
    return found;
  }

  /** Takes a slot for a new order and gives it a reference; `hasRoom` must hold. It trades and rests by `submit`. */
  prepare(
    owner: number,
    venue: number,
    instrument: number,
    side: number,
    quantity: number,
    price: number,
    hidden: boolean,
    showMost: number,
  ): number {
    const order = this.counters[0];
    if (order === none) throw new RangeError(`the books are full: ${this.orderCapacity} orders`);
    this.counters[0] = this.next[order];
    this.counters[3] += 1;
    this.owner[order] = owner;
    this.venue[order] = venue;
    this.instrument[order] = instrument;
    this.side[order] = side;
    this.price[order] = price;
    this.quantity[order] = quantity;
    this.hidden[order] = hidden ? 1 : 0;
    this.showMost[order] = showMost;
    this.shown[order] = 0;
    this.reference[order] = this.takeReference();
    this.next[order] = none;
    this.previous[order] = none;
    this.level[order] = none;
    return order;
  }

  /**
   * Trades a prepared order, then lets the rest of it rest unless `immediate`. Returns what is left open: 0 means the
   * slot is gone; with `immediate` what is left stays in the slot for the caller to `discard`.
   */
  submit(order: number, immediate: boolean, timeNs: number): number {
    this.trade(order, timeNs);
    const left = this.quantity[order];
    if (left === 0) this.release(order);
    else if (!immediate) this.rest(order, timeNs, true);
    return left;
  }

  /** Frees an order that does not rest. */
  discard(order: number): void {
    this.release(order);
  }

  /** Takes a resting order out of its book. */
  cancel(order: number, timeNs: number): void {
    if (this.shown[order] > 0)
      this.feed.orderDeleted(this.venue[order], timeNs, this.instrument[order], this.reference[order]);
    this.unlink(order);
    this.release(order);
  }

  /** Takes `quantity` off a resting order, which keeps its place; all of it must not be taken this way. */
  reduce(order: number, quantity: number, timeNs: number): void {
    const left = this.quantity[order] - quantity;
    this.quantity[order] = left;
    const shown = this.shown[order];
    if (shown > left) {
      this.feed.orderReduced(this.venue[order], timeNs, this.instrument[order], this.reference[order], shown - left);
      this.levelQuantity[this.level[order]] -= shown - left;
      this.shown[order] = left;
    }
  }

  /** Puts a resting order at the end of its price's queue, under a new reference; with reserves it shows a whole part again. */
  requeue(order: number, timeNs: number): void {
    const original = this.reference[order];
    const wasShown = this.shown[order] > 0;
    this.unlink(order);
    this.reference[order] = this.takeReference();
    this.rest(order, timeNs, false);
    if (!wasShown) return;
    const { venue, instrument, reference, shown, price } = this;
    this.feed.orderReplaced(
      venue[order],
      timeNs,
      instrument[order],
      original,
      reference[order],
      shown[order],
      price[order],
    );
  }

  /** The reference the next order, or replacement that loses its place, will get. */
  get upcomingReference(): number {
    return this.counters[2];
  }

  /** True when a replacement of these terms keeps the order's place in the queue, and its reference. */
  keepsPlace(
    order: number,
    quantity: number,
    price: number,
    hidden: boolean,
    showMost: number,
    immediate: boolean,
  ): boolean {
    const sameDisplay = hidden === (this.hidden[order] === 1) && showMost === this.showMost[order];
    return !immediate && sameDisplay && price === this.price[order] && quantity <= this.quantity[order];
  }

  /**
   * Gives a resting order a new price and quantity. It keeps its place and reference only when the price stays and the
   * quantity does not grow; else it queues anew, under a new reference, after trading what it can. Returns what is left
   * open, 0 meaning the slot is gone; with `immediate` the rest stays in the slot for the caller to `discard`.
   */
  replace(
    order: number,
    quantity: number,
    price: number,
    hidden: boolean,
    showMost: number,
    immediate: boolean,
    timeNs: number,
  ): number {
    if (this.keepsPlace(order, quantity, price, hidden, showMost, immediate)) {
      if (quantity < this.quantity[order]) this.reduce(order, this.quantity[order] - quantity, timeNs);
      return quantity;
    }
    const venue = this.venue[order];
    const instrument = this.instrument[order];
    const original = this.reference[order];
    const wasShown = this.shown[order] > 0;
    const asOne = wasShown && !hidden && !immediate && !this.wouldTrade(venue, instrument, this.side[order], price);
    if (wasShown && !asOne) this.feed.orderDeleted(venue, timeNs, instrument, original);
    this.unlink(order);
    this.price[order] = price;
    this.quantity[order] = quantity;
    this.hidden[order] = hidden ? 1 : 0;
    this.showMost[order] = showMost;
    this.shown[order] = 0;
    this.reference[order] = this.takeReference();
    if (!asOne) return this.submit(order, immediate, timeNs);
    this.rest(order, timeNs, false);
    this.feed.orderReplaced(
      venue,
      timeNs,
      instrument,
      original,
      this.reference[order],
      this.shown[order],
      this.price[order],
    );
    return quantity;
  }

  private takeReference(): number {
    const reference = this.counters[2];
    this.counters[2] = reference + 1;
    return reference;
  }

  private trade(incoming: number, timeNs: number): void {
    const side = this.side[incoming];
    const limit = this.price[incoming];
    const venue = this.venue[incoming];
    const instrument = this.instrument[incoming];
    const opposite = this.ladder(venue, instrument, 1 - side);
    while (this.quantity[incoming] > 0) {
      const level = this.best[opposite];
      if (level === none) return;
      const price = this.levelPrice[level];
      if (side === buySide ? price > limit : price < limit) return;
      const displayed = this.levelFirst[level] !== none;
      const resting = displayed ? this.levelFirst[level] : this.levelHiddenFirst[level];
      if (this.owner[resting] === orderOwner.member && this.owner[incoming] === orderOwner.member) {
        this.reports.selfMatched(resting, this.quantity[incoming], timeNs);
        this.cancel(resting, timeNs);
        continue;
      }
      const open = displayed ? this.shown[resting] : this.quantity[resting];
      const traded = Math.min(this.quantity[incoming], open);
      const match = this.feed.takeMatchNumber(venue);
      this.quantity[incoming] -= traded;
      this.quantity[resting] -= traded;
      this.lastPrice[instrument * this.venueCount + venue] = price;
      if (displayed) {
        this.shown[resting] -= traded;
        this.levelQuantity[level] -= traded;
        this.feed.orderExecuted(venue, timeNs, instrument, this.reference[resting], traded, match);
      } else this.feed.trade(venue, timeNs, instrument, 1 - side, traded, price, match);
      const how = !displayed
        ? liquidity.addedHidden
        : this.showMost[resting] > 0
          ? liquidity.addedReserve
          : liquidity.added;
      this.reports.executed(incoming, traded, price, liquidity.removed, match, timeNs);
      this.reports.executed(resting, traded, price, how, match, timeNs);
      if (this.quantity[resting] === 0) {
        this.unlink(resting);
        this.release(resting);
      } else if (displayed && this.shown[resting] === 0) {
        this.unlink(resting);
        this.reference[resting] = this.takeReference();
        this.rest(resting, timeNs, true);
        this.reports.refreshed(resting, timeNs);
      }
    }
  }

  /** Puts an order at the end of its price's queue, and on the feed when it is displayed and `announce` is set. */
  private rest(order: number, timeNs: number, announce: boolean): void {
    const level = this.levelFor(this.ladder(this.venue[order], this.instrument[order], this.side[order]), order);
    this.level[order] = level;
    this.next[order] = none;
    if (this.hidden[order] === 1) {
      const last = this.levelHiddenLast[level];
      this.previous[order] = last;
      this.levelHiddenLast[level] = order;
      if (last === none) this.levelHiddenFirst[level] = order;
      else this.next[last] = order;
      return;
    }
    const most = this.showMost[order];
    const shown = most > 0 ? Math.min(most, this.quantity[order]) : this.quantity[order];
    this.shown[order] = shown;
    const last = this.levelLast[level];
    this.previous[order] = last;
    this.levelLast[level] = order;
    if (last === none) this.levelFirst[level] = order;
    else this.next[last] = order;
    this.levelQuantity[level] += shown;
    this.levelOrders[level] += 1;
    if (!announce) return;
    const { venue, instrument, side, reference, price } = this;
    this.feed.addOrder(venue[order], timeNs, instrument[order], reference[order], side[order], shown, price[order]);
  }

  /** Takes an order out of its queue, and its level out of the ladder when that was the last one. */
  private unlink(order: number): void {
    const level = this.level[order];
    const next = this.next[order];
    const previous = this.previous[order];
    if (next !== none) this.previous[next] = previous;
    if (previous !== none) this.next[previous] = next;
    if (this.hidden[order] === 1) {
      if (previous === none) this.levelHiddenFirst[level] = next;
      if (next === none) this.levelHiddenLast[level] = previous;
    } else {
      if (previous === none) this.levelFirst[level] = next;
      if (next === none) this.levelLast[level] = previous;
      this.levelQuantity[level] -= this.shown[order];
      this.levelOrders[level] -= 1;
      this.shown[order] = 0;
    }
    this.level[order] = none;
    if (this.levelFirst[level] !== none || this.levelHiddenFirst[level] !== none) return;
    const better = this.levelBetter[level];
    const worse = this.levelWorse[level];
    if (better === none) this.best[this.levelLadder[level]] = worse;
    else this.levelWorse[better] = worse;
    if (worse !== none) this.levelBetter[worse] = better;
    this.levelWorse[level] = this.counters[1];
    this.counters[1] = level;
  }

  private release(order: number): void {
    this.reports.gone(order);
    this.owner[order] = orderOwner.nobody;
    this.next[order] = this.counters[0];
    this.counters[0] = order;
    this.counters[3] -= 1;
  }

  /** The level of the order's price, found from the best price on, or a new one in its place. */
  private levelFor(ladder: number, order: number): number {
    const price = this.price[order];
    const isBuy = this.side[order] === buySide;
    let better: number = none;
    let worse = this.best[ladder];
    while (worse !== none) {
      const there = this.levelPrice[worse];
      if (there === price) return worse;
      if (isBuy ? there < price : there > price) break;
      better = worse;
      worse = this.levelWorse[worse];
    }
    const level = this.counters[1];
    this.counters[1] = this.levelWorse[level];
    this.levelPrice[level] = price;
    this.levelQuantity[level] = 0;
    this.levelOrders[level] = 0;
    this.levelFirst[level] = none;
    this.levelLast[level] = none;
    this.levelHiddenFirst[level] = none;
    this.levelHiddenLast[level] = none;
    this.levelBetter[level] = better;
    this.levelWorse[level] = worse;
    this.levelLadder[level] = ladder;
    if (better === none) this.best[ladder] = level;
    else this.levelWorse[better] = level;
    if (worse !== none) this.levelBetter[worse] = level;
    return level;
  }
}

function ignore(): void {}
