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

/** Columns of `head`; the high half of a tag is at `highs` + tag. */
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

/**
 * The open orders of one venue by their 64-bit reference. Venues give references in sequence, so an order's home is
 * simply its reference modulo a window several times larger than the orders that can rest: no hash, no collision, one
 * cache line. An order whose home is taken, by one that has rested for longer than the window is wide, is displaced to
 * `DisplacedOrders`, and so are references with more high halves than there are tags for.
 *
 * A record's place is its index in `records` (a multiple of four): homes first, then the rows of displaced orders. The
 * high half is compared by its tag: a small number given to each high half the first time it is seen.
 */
export class OrderTable {
  readonly records: Int32Array;
  /**
   * First the places of the last orders that arrived, by arrival number modulo `Recent.count`; then, at
   * `Recent.count` + place / 4, the arrival number of the order there. Arrivals are numbered modulo 2^32.
   */
  readonly arrivals: Int32Array;
  private readonly head: Int32Array;
  private readonly mask: number;
  private readonly displacedFrom: number;
  private readonly displaced: DisplacedOrders;
  private readonly ordersMax: number;
  /** What `warm` read, so that the reading is not left out. No state. */
  warmed = 0;

  constructor(registry: StateRegistry, name: string, ordersMax: number) {
    let homes = 16;
    while (homes < ordersMax * homesPerOrder) homes *= 2;
    this.mask = homes - 1;
    this.displacedFrom = homes * 4;
    this.ordersMax = ordersMax;
    this.records = registry.allocate(`${name}.records`, "i32", (homes + ordersMax) * 4);
    this.arrivals = registry.allocate(`${name}.arrivals`, "i32", Recent.count + homes + ordersMax);
    this.head = registry.allocate(`${name}.head`, "i32", Head.highs + tagsMax + 1);
    this.displaced = new DisplacedOrders(registry, `${name}.displaced`, ordersMax);
    // Tag 1 is that of high half 0, the usual one; tag 0 means a free home.
    this.head[Head.tags] = 1;
    this.head[Head.lastTag] = 1;
  }

  /** Orders in the table. */
  get size(): number {
    return this.head[Head.orders];
  }

  /** The next order's arrival number: orders that ever arrived, modulo 2^32. */
  get nextArrival(): number {
    return this.head[Head.arrivals];
  }

  /** The arrival number of the order at a place. */
  readonly arrivalOf = (at: number): number => {
    return this.arrivals[Recent.count + (at >> 2)];
  };

  /** Brings the records near that references with these low halves most likely have. Changes no state. */
  readonly warm = (lows: Int32Array, count: number): void => {
    const { records, mask } = this;
    let sum = 0;
    for (let i = 0; i < count; i++) sum ^= records[(lows[i] & mask) << 2];
    this.warmed = sum;
  };

  /** The place of a reference, or -1. Halves are signed 32-bit integers. */
  readonly find = (high: number, low: number): number => {
    const { records, head } = this;
    const home = (low & this.mask) << 2;
    const meta = records[home + OrderField.meta];
    let tag = head[Head.lastTag];
    if (head[Head.highs + tag] !== high) tag = this.knownTagOf(high);
    if (records[home + OrderField.low] === low && ((meta >> OrderMeta.tagShift) & OrderMeta.tagMask) === tag)
      return home;
    return meta >>> OrderMeta.displacedShift === 0 ? -1 : this.findDisplaced(high, low);
  };

  /**
   * Takes a place for a new order and numbers its arrival; the caller sets level and quantity, and adds the ladder + 1
   * to the meta field. `repeatedReference` or `noRoom` when nothing was taken.
   */
  readonly claim = (high: number, low: number): number => {
    const { records, head } = this;
    const home = (low & this.mask) << 2;
    let tag = head[Head.lastTag];
    if (head[Head.highs + tag] !== high) tag = this.tagOf(high);
    if (records[home + OrderField.meta] !== 0 || tag < 0) return this.claimElsewhere(high, low);
    if (head[Head.orders] >= this.ordersMax) return noRoom;
    records[home + OrderField.low] = low;
    records[home + OrderField.meta] = tag << OrderMeta.tagShift;
    this.arrive(home);
    return home;
  };

  /** Frees a place. */
  readonly release = (at: number): void => {
    this.head[Head.orders]--;
    this.records[at + OrderField.meta] &= OrderMeta.displacedMask;
    if (at >= this.displacedFrom) this.releaseDisplaced(at);
  };

  /** Forgets all orders. */
  readonly clear = (): void => {
    this.records.fill(0);
    this.head[Head.orders] = 0;
    if (this.displaced.wasUsed) this.displaced.clear();
  };

  private readonly arrive = (at: number): void => {
    const { head, arrivals } = this;
    const arrival = head[Head.arrivals];
    head[Head.arrivals] = arrival + 1;
    head[Head.orders]++;
    arrivals[arrival & Recent.mask] = at;
    arrivals[Recent.count + (at >> 2)] = arrival;
  };

  private readonly claimElsewhere = (high: number, low: number): number => {
    if (this.find(high, low) >= 0) return repeatedReference;
    const { records } = this;
    if (this.head[Head.orders] >= this.ordersMax) return noRoom;
    const home = (low & this.mask) << 2;
    const meta = records[home + OrderField.meta];
    const tag = this.tagOf(high);
    if ((meta & OrderMeta.orderMask) === 0 && tag > 0) {
      records[home + OrderField.low] = low;
      records[home + OrderField.meta] = meta | (tag << OrderMeta.tagShift);
      this.arrive(home);
      return home;
    }
    const row = this.displaced.insert(high, low);
    if (row < 0) return noRoom;
    if (meta >>> OrderMeta.displacedShift < Displaced.max)
      records[home + OrderField.meta] = meta + OrderMeta.displacedOne;
    const at = this.displacedFrom + row * 4;
    this.arrive(at);
    return at;
  };

  private readonly findDisplaced = (high: number, low: number): number => {
    const row = this.displaced.find(high, low);
    return row < 0 ? -1 : this.displacedFrom + row * 4;
  };

  private readonly releaseDisplaced = (at: number): void => {
    const low = this.displaced.remove((at - this.displacedFrom) >> 2);
    const home = (low & this.mask) << 2;
    const meta = this.records[home + OrderField.meta];
    if (meta >>> OrderMeta.displacedShift < Displaced.max)
      this.records[home + OrderField.meta] = meta - OrderMeta.displacedOne;
  };

  /** The tag of a high half, or -1 when it has none. */
  private readonly knownTagOf = (high: number): number => {
    const { head } = this;
    const tags = head[Head.tags];
    for (let tag = 1; tag <= tags; tag++) {
      if (head[Head.highs + tag] !== high) continue;
      head[Head.lastTag] = tag;
      return tag;
    }
    return -1;
  };

  /** The tag of a high half, given to it now if it has none; -1 when all are taken. */
  private readonly tagOf = (high: number): number => {
    const known = this.knownTagOf(high);
    const tags = this.head[Head.tags];
    if (known > 0 || tags === tagsMax) return known;
    this.head[Head.highs + tags + 1] = high;
    this.head[Head.tags] = tags + 1;
    this.head[Head.lastTag] = tags + 1;
    return tags + 1;
  };
}
