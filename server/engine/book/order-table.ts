import type { StateRegistry } from "../../machine/state-registry";
import { DisplacedOrders } from "./displaced-orders";

/** `claim` found the reference in use. */
export const repeatedReference = -1;
/** `claim` found no room. */
export const noRoom = -2;

/** An order's record: four 32-bit integers in one cache line. */
export enum OrderField {
  low = 0,
  level = 1,
  quantity = 2,
  /** See `OrderMeta`. */
  meta = 3,
}

/** What the meta field holds, from its low bits up. */
export enum OrderMeta {
  /** The order's ladder + 1: 20 bits. */
  ladderMask = 0xfffff,
  /** The tag of its reference's high half: 6 bits. With the ladder 0 when the home is free. */
  tagShift = 20,
  tagMask = 0x3f,
  orderMask = 0x3ffffff,
  /** Displaced orders that have this home: 6 bits; the highest number stands for that many or more, and stays. */
  displacedShift = 26,
  displacedOne = 0x4000000,
  displacedMask = 0xfc000000,
}

enum Displaced {
  max = 63,
}

/** Columns of a venue's part of `head`; the high half of a tag is at `highs` + tag. */
enum Head {
  orders,
  arrivals,
  tags,
  lastTag,
  highs,
}

/** The last so many arrivals are remembered in their order. */
export enum Recent {
  count = 0x4000,
  mask = 0x3fff,
}

/** Homes for each order that may rest: most references then find their home free. */
const homesPerOrder = 4;
/** High halves that have a tag; a venue has one or two a day. */
const tagsMax = OrderMeta.tagMask;

const headWidth = Head.highs + tagsMax + 1;

/**
 * The open orders of all venues by their 64-bit reference. A venue gives references in sequence, so an order's home is
 * simply its reference modulo a window several times larger than the orders that can rest: no hash, no collision, one
 * cache line. An order whose home is taken, by one that has rested for longer than the window is wide, is displaced to
 * its venue's `DisplacedOrders`, and so are references with more high halves than there are tags for.
 *
 * A record's place is its index in `records` (a multiple of four). Each venue has its part of them: homes first, then the
 * rows of displaced orders. The high half is compared by its tag: a small number given to each high half the first time
 * the venue shows it. One table for all venues: its arrays are then known to the compiler.
 */
export class OrderTable {
  readonly records: Int32Array;
  /** Per venue the places, counted from its first, of its last orders that arrived, by arrival number modulo `Recent.count`. */
  readonly recent: Int32Array;
  /** The arrival number, modulo 2^32, of the order at place / 4. */
  private readonly arrivals: Int32Array;
  private readonly head: Int32Array;
  private readonly mask: number;
  /** Places of a venue. */
  readonly width: number;
  private readonly displacedFrom: number;
  private readonly displaced: readonly DisplacedOrders[];
  private readonly ordersMax: number;
  /** What `warm` read, so that the reading is not left out. No state. */
  warmed = 0;

  /** `ordersMax`: at a venue. */
  constructor(registry: StateRegistry, name: string, venueCount: number, ordersMax: number) {
    let homes = 16;
    while (homes < ordersMax * homesPerOrder) homes *= 2;
    this.mask = homes - 1;
    this.displacedFrom = homes * 4;
    this.width = (homes + ordersMax) * 4;
    this.ordersMax = ordersMax;
    this.records = registry.allocate(`${name}.records`, "i32", venueCount * this.width);
    this.recent = registry.allocate(`${name}.recent`, "i32", venueCount * Recent.count);
    this.arrivals = registry.allocate(`${name}.arrivals`, "i32", (venueCount * this.width) / 4);
    this.head = registry.allocate(`${name}.head`, "i32", venueCount * headWidth);
    this.displaced = Array.from(
      { length: venueCount },
      (_, venue) => new DisplacedOrders(registry, `${name}${venue}.displaced`, ordersMax),
    );
    // Tag 1 is that of high half 0, the usual one; tag 0 means a free home.
    for (let venue = 0; venue < venueCount; venue++) {
      this.head[venue * headWidth + Head.tags] = 1;
      this.head[venue * headWidth + Head.lastTag] = 1;
      const from = venue * this.width;
      registry.formerly(`${name}${venue}.records`, this.records.subarray(from, from + this.width));
      registry.formerly(
        `${name}${venue}.arrivals`,
        this.recent.subarray(venue * Recent.count, (venue + 1) * Recent.count),
        this.arrivals.subarray(from / 4, (from + this.width) / 4),
      );
      registry.formerly(`${name}${venue}.head`, this.head.subarray(venue * headWidth, (venue + 1) * headWidth));
    }
  }

  /** Orders of a venue in the table. */
  readonly sizeOf = (venue: number): number => {
    return this.head[venue * headWidth + Head.orders];
  };

  /** The arrival number of a venue's next order: orders that ever arrived, modulo 2^32. */
  readonly nextArrivalOf = (venue: number): number => {
    return this.head[venue * headWidth + Head.arrivals];
  };

  /** The arrival number of the order at a place. */
  readonly arrivalOf = (at: number): number => {
    return this.arrivals[at >> 2];
  };

  /** Brings the records near that references with these low halves most likely have. Changes no state. */
  readonly warm = (venue: number, lows: Int32Array, count: number): void => {
    const { records, mask } = this;
    const from = venue * this.width;
    let sum = 0;
    for (let i = 0; i < count; i++) sum ^= records[from + ((lows[i] & mask) << 2)];
    this.warmed = sum;
  };

  /** The place of a reference, or -1. Halves are signed 32-bit integers. */
  readonly find = (venue: number, high: number, low: number): number => {
    const { records, head } = this;
    const own = venue * headWidth;
    const home = venue * this.width + ((low & this.mask) << 2);
    const meta = records[home | OrderField.meta];
    let tag = head[own + Head.lastTag];
    if (head[own + Head.highs + tag] !== high) tag = this.knownTagOf(venue, high);
    if (records[home] === low && ((meta >> OrderMeta.tagShift) & OrderMeta.tagMask) === tag) return home;
    return meta >>> OrderMeta.displacedShift === 0 ? -1 : this.findDisplaced(venue, high, low);
  };

  /**
   * Takes a place for a new order and numbers its arrival; the caller sets level and quantity, and adds the ladder + 1
   * to the meta field. `repeatedReference` or `noRoom` when nothing was taken.
   */
  readonly claim = (venue: number, high: number, low: number): number => {
    const { records, head } = this;
    const own = venue * headWidth;
    const home = venue * this.width + ((low & this.mask) << 2);
    let tag = head[own + Head.lastTag];
    if (head[own + Head.highs + tag] !== high) tag = this.tagOf(venue, high);
    if (records[home | OrderField.meta] !== 0 || tag < 0) return this.claimElsewhere(venue, high, low);
    if (head[own + Head.orders] >= this.ordersMax) return noRoom;
    records[home] = low;
    records[home | OrderField.meta] = tag << OrderMeta.tagShift;
    this.arrive(venue, home);
    return home;
  };

  /** Frees a place of a venue's. */
  readonly release = (venue: number, at: number): void => {
    this.head[venue * headWidth + Head.orders]--;
    this.records[at | OrderField.meta] &= OrderMeta.displacedMask;
    if (at - venue * this.width >= this.displacedFrom) this.releaseDisplaced(venue, at);
  };

  /** Forgets all orders of a venue. */
  readonly clear = (venue: number): void => {
    this.records.fill(0, venue * this.width, (venue + 1) * this.width);
    this.head[venue * headWidth + Head.orders] = 0;
    if (this.displaced[venue].wasUsed) this.displaced[venue].clear();
  };

  private readonly arrive = (venue: number, at: number): void => {
    const { head, arrivals, recent } = this;
    const own = venue * headWidth;
    const arrival = head[own + Head.arrivals];
    head[own + Head.arrivals] = (arrival + 1) | 0;
    head[own + Head.orders]++;
    recent[venue * Recent.count + (arrival & Recent.mask)] = at - venue * this.width;
    arrivals[at >> 2] = arrival;
  };

  private readonly claimElsewhere = (venue: number, high: number, low: number): number => {
    if (this.find(venue, high, low) >= 0) return repeatedReference;
    const { records } = this;
    if (this.sizeOf(venue) >= this.ordersMax) return noRoom;
    const from = venue * this.width;
    const home = from + ((low & this.mask) << 2);
    const meta = records[home | OrderField.meta];
    const tag = this.tagOf(venue, high);
    if ((meta & OrderMeta.orderMask) === 0 && tag > 0) {
      records[home] = low;
      records[home | OrderField.meta] = meta | (tag << OrderMeta.tagShift);
      this.arrive(venue, home);
      return home;
    }
    const row = this.displaced[venue].insert(high, low);
    if (row < 0) return noRoom;
    if (meta >>> OrderMeta.displacedShift < Displaced.max)
      records[home | OrderField.meta] = meta + OrderMeta.displacedOne;
    const at = from + this.displacedFrom + row * 4;
    this.arrive(venue, at);
    return at;
  };

  private readonly findDisplaced = (venue: number, high: number, low: number): number => {
    const row = this.displaced[venue].find(high, low);
    return row < 0 ? -1 : venue * this.width + this.displacedFrom + row * 4;
  };

  private readonly releaseDisplaced = (venue: number, at: number): void => {
    const from = venue * this.width;
    const low = this.displaced[venue].remove((at - from - this.displacedFrom) >> 2);
    const home = from + ((low & this.mask) << 2);
    const meta = this.records[home | OrderField.meta];
    if (meta >>> OrderMeta.displacedShift < Displaced.max)
      this.records[home | OrderField.meta] = meta - OrderMeta.displacedOne;
  };

  /** The tag of a high half at a venue, or -1 when it has none. */
  private readonly knownTagOf = (venue: number, high: number): number => {
    const { head } = this;
    const own = venue * headWidth;
    const tags = head[own + Head.tags];
    for (let tag = 1; tag <= tags; tag++) {
      if (head[own + Head.highs + tag] !== high) continue;
      head[own + Head.lastTag] = tag;
      return tag;
    }
    return -1;
  };

  /** The tag of a high half at a venue, given to it now if it has none; -1 when all are taken. */
  private readonly tagOf = (venue: number, high: number): number => {
    const known = this.knownTagOf(venue, high);
    const own = venue * headWidth;
    const tags = this.head[own + Head.tags];
    if (known > 0 || tags === tagsMax) return known;
    this.head[own + Head.highs + tags + 1] = high;
    this.head[own + Head.tags] = tags + 1;
    this.head[own + Head.lastTag] = tags + 1;
    return tags + 1;
  };
}
