import type { StateRegistry } from "../../machine/state-registry";
import type { Ladders } from "./ladders";
import { OrderField, OrderMeta, type OrderTable, Recent } from "./order-table";

/** What is known of an order's place in its queue. */
const states = { none: 0, waiting: 1, resting: 2 } as const;
const filterSize = 1 << 12;

/**
 * Where our own resting orders stand in their queues: the quantity ahead at the same price. An order is watched by the
 * reference that the venue gave it, from when the venue accepts it. What stood at its level when it arrived is ahead of
 * it, less what was executed, cancelled or deleted since of orders that arrived earlier; an order that is replaced loses
 * its place, its replacement has to be watched anew. Levels are shared: a snapshot is taken to list orders in priority.
 *
 * Rows are those of our orders. A ladder without any of them costs one comparison a message.
 */
export class QueuePositions {
  private readonly state: Uint8Array;
  private readonly venue: Uint8Array;
  private readonly high: Int32Array;
  private readonly low: Int32Array;
  /** Where the order's record is in its venue's part of the table, while resting. */
  private readonly place: Int32Array;
  private readonly level: Int32Array;
  private readonly ladder: Int32Array;
  private readonly ahead: Float64Array;
  /** Next row that rests on the same ladder, 0 for none; for a waiting row its place among the waiting. */
  private readonly next: Int32Array;
  /** Rows whose order is not in the book (yet), dense. */
  private readonly waiting: Int32Array;
  /** 0: rows waiting. */
  private readonly counters: Int32Array;
  /** Waiting rows by the low bits of their reference: almost all arrivals are told apart from ours by it. */
  private readonly filter: Int32Array;

  constructor(
    registry: StateRegistry,
    name: string,
    rows: number,
    private readonly table: OrderTable,
    private readonly ladders: Ladders,
  ) {
    this.state = registry.allocate(`${name}.state`, "u8", rows);
    this.venue = registry.allocate(`${name}.venue`, "u8", rows);
    this.high = registry.allocate(`${name}.high`, "i32", rows);
    this.low = registry.allocate(`${name}.low`, "i32", rows);
    this.place = registry.allocate(`${name}.place`, "i32", rows);
    this.level = registry.allocate(`${name}.level`, "i32", rows);
    this.ladder = registry.allocate(`${name}.ladder`, "i32", rows);
    this.ahead = registry.allocate(`${name}.ahead`, "f64", rows);
    this.next = registry.allocate(`${name}.next`, "i32", rows);
    this.waiting = registry.allocate(`${name}.waiting`, "i32", rows);
    this.counters = registry.allocate(`${name}.counters`, "i32", 1);
    this.filter = registry.allocate(`${name}.filter`, "i32", filterSize);
  }

  /** True while an order of ours is awaited in the books. */
  get isAwaiting(): boolean {
    return this.counters[0] > 0;
  }

  /** Quantity ahead of an order at its price, 0 when it is first; -1 when its place is not known. */
  readonly aheadOf = (row: number): number => {
    return this.state[row] === states.resting ? this.ahead[row] : -1;
  };

  /**
   * Follows an order of ours on a ladder by its venue's reference from now on; another reference of the same row is
   * forgotten. Halves are signed 32-bit integers. An order of that reference on another ladder is none of ours.
   */
  readonly watch = (row: number, venue: number, ladder: number, high: number, low: number): void => {
    this.forget(row);
    this.venue[row] = venue;
    this.ladder[row] = ladder;
    this.high[row] = high;
    this.low[row] = low;
    const at = this.table.find(venue, high, low);
    if (at < 0) return this.startWaiting(row);
    if (this.ladderAt(at) === ladder) this.rest(row, at, this.aheadInBook(venue, at));
  };

  /** Follows an order no longer. */
  readonly forget = (row: number): void => {
    if (this.state[row] === states.waiting) this.endWaiting(row);
    else if (this.state[row] === states.resting) this.unlink(row);
    this.state[row] = states.none;
  };

  /** An order joined the book at `at` of its table, with `before` at its level; is it one of ours? */
  readonly onAdded = (venue: number, high: number, low: number, at: number, before: number): void => {
    if (this.filter[low & (filterSize - 1)] === 0) return;
    for (let i = 0; i < this.counters[0]; i++) {
      const row = this.waiting[i];
      if (this.low[row] !== low || this.high[row] !== high || this.venue[row] !== venue) continue;
      if (this.ladderAt(at) !== this.ladder[row]) continue;
      this.endWaiting(row);
      return this.rest(row, at, before);
    }
  };

  /** `taken` left the order at `at`; called before its record changes, on watched ladders only. */
  readonly onReduced = (ladder: number, at: number, taken: number, isGone: boolean): void => {
    const { table } = this;
    const level = table.records[at + OrderField.level];
    let next = 0;
    for (let row = this.ladders.watchOf(ladder); row !== 0; row = next) {
      next = this.next[row];
      if (this.level[row] !== level) continue;
      const own = this.venue[row] * table.width + this.place[row];
      if (own === at) {
        if (isGone) this.forget(row);
      } else if (((table.arrivalOf(at) - table.arrivalOf(own)) | 0) < 0) this.ahead[row] -= taken;
    }
  };

  /** A ladder is emptied, since its venue's books begin anew: our orders are awaited in the new ones. */
  readonly onCleared = (ladder: number): void => {
    for (let row = this.ladders.watchOf(ladder); row !== 0; ) {
      const next = this.next[row];
      this.startWaiting(row);
      row = next;
    }
    this.ladders.setWatch(ladder, 0);
  };

  /** What stands before an order in the book: its level, less itself and what came later. */
  private readonly aheadInBook = (venue: number, at: number): number => {
    const { table } = this;
    const { recent, records } = table;
    const level = records[at + OrderField.level];
    const own = table.arrivalOf(at);
    const next = table.nextArrivalOf(venue);
    const from = venue * table.width;
    const later = (next - own - 1) | 0;
    let behind = 0;
    if (later >= 0 && later < Recent.count) {
      for (let number = (own + 1) | 0; number !== next; number = (number + 1) | 0) {
        const other = from + recent[venue * Recent.count + (number & Recent.mask)];
        // A place may have been given to a later order since: then it is counted when that one's turn comes.
        if (table.arrivalOf(other) === number) behind += shownAt(records, other, level);
      }
    } else {
      for (let other = from; other < from + table.width; other += 4)
        if (((table.arrivalOf(other) - own) | 0) > 0) behind += shownAt(records, other, level);
    }
    return this.ladders.quantityOf(level) - (records[at + OrderField.quantity] >>> 0) - behind;
  };

  private readonly rest = (row: number, at: number, ahead: number): void => {
    const ladder = this.ladder[row];
    this.state[row] = states.resting;
    this.place[row] = at - this.venue[row] * this.table.width;
    this.level[row] = this.table.records[at + OrderField.level];
    this.ahead[row] = ahead;
    this.next[row] = this.ladders.watchOf(ladder);
    this.ladders.setWatch(ladder, row);
  };

  private readonly ladderAt = (at: number): number => {
    return (this.table.records[at + OrderField.meta] & OrderMeta.ladderMask) - 1;
  };

  private readonly unlink = (row: number): void => {
    const ladder = this.ladder[row];
    const first = this.ladders.watchOf(ladder);
    if (first === row) return this.ladders.setWatch(ladder, this.next[row]);
    let before = first;
    while (this.next[before] !== row) before = this.next[before];
    this.next[before] = this.next[row];
  };

  private readonly startWaiting = (row: number): void => {
    this.state[row] = states.waiting;
    this.next[row] = this.counters[0];
    this.waiting[this.counters[0]++] = row;
    this.filter[this.low[row] & (filterSize - 1)]++;
  };

  private readonly endWaiting = (row: number): void => {
    const place = this.next[row];
    const last = this.waiting[--this.counters[0]];
    this.waiting[place] = last;
    this.next[last] = place;
    this.filter[this.low[row] & (filterSize - 1)]--;
  };
}

/** Quantity of the order at a place, when there is one and it is at that level. */
function shownAt(records: Int32Array, at: number, level: number): number {
  return (records[at + OrderField.meta] & OrderMeta.orderMask) !== 0 && records[at + OrderField.level] === level
    ? records[at + OrderField.quantity] >>> 0
    : 0;
}
