import type { Desk } from "../../../domain/desk";
import { factCode } from "../../../domain/facts";
import { alertCodes } from "../../../domain/health";
import { listingOf } from "../../../domain/ids";
import { sides } from "../../../domain/order";
import type { StateRegistry } from "../../machine/state-registry";
import { removesLiquidity } from "../../wire/ouch-codes";
import type { Execution } from "../order/execution";
import type { Orders } from "../order/orders";
import type { Turn } from "../turn";
import { type Reconciliation, tellers } from "./reconciliation";

const everyTeller = (1 << tellers.orders) | (1 << tellers.dropCopy);

import type { MarkOuts } from "./mark-outs";

/** Where accepted fills go; the position stage is behind it. */
export interface FillSink {
  /** Books a fill; returns what it realised for its holder, before the fee. */
  book(strategy: number, pair: number, instrument: number, signedQuantity: number, price: number, fee: number): number;
  positionOf(instrument: number): number;
  averagePriceOf(instrument: number): number;
  /** After it is booked, before its order ends: whatever a strategy does about it comes later. side: a code of `sides`. */
  onFill(strategy: number, venue: number, instrument: number, side: number): void;
}

/**
 * Every execution is booked once, whichever session tells of it and however often: the key is venue, match number and
 * user reference (a match of ours with ours has two). The last `rows` fills are remembered; a venue repeats and breaks
 * trades of minutes ago, not of a day's. Fees by the venue's rate for adding or removing liquidity.
 */
export class Fills {
  /** Row + 1 by hashed key; 0 for empty. */
  private readonly slots: Int32Array;
  private readonly matchHigh: Uint32Array;
  private readonly matchLow: Uint32Array;
  private readonly userReference: Uint32Array;
  private readonly venueOf: Uint8Array;
  /** Order id, which the order's row may have outlived. */
  private readonly order: Int32Array;
  private readonly strategy: Int32Array;
  private readonly pair: Int32Array;
  private readonly instrument: Int32Array;
  private readonly side: Uint8Array;
  private readonly quantity: Int32Array;
  private readonly price: Float64Array;
  private readonly fee: Float64Array;
  private readonly broken: Uint8Array;
  /** Bits of the tellers that have told of the fill. */
  private readonly toldBy: Uint8Array;
  /** 0: fills so far; 1: duplicates; 2: of unknown orders. */
  private readonly counters: Int32Array;
  private readonly mask: number;
  private readonly rows: number;

  constructor(
    registry: StateRegistry,
    private readonly desk: Desk,
    private readonly turn: Turn,
    private readonly orders: Orders,
    private readonly execution: Execution,
    private readonly sink: FillSink,
    private readonly reconciliation: Reconciliation,
    private readonly markOuts: MarkOuts,
    rows: number,
  ) {
    this.rows = rows;
    this.mask = rows * 2 - 1;
    this.slots = registry.allocate("fills.slots", "i32", rows * 2);
    this.matchHigh = registry.allocate("fills.matchHigh", "u32", rows);
    this.matchLow = registry.allocate("fills.matchLow", "u32", rows);
    this.userReference = registry.allocate("fills.userReference", "u32", rows);
    this.venueOf = registry.allocate("fills.venue", "u8", rows);
    this.order = registry.allocate("fills.order", "i32", rows);
    this.strategy = registry.allocate("fills.strategy", "i32", rows);
    this.pair = registry.allocate("fills.pair", "i32", rows);
    this.instrument = registry.allocate("fills.instrument", "i32", rows);
    this.side = registry.allocate("fills.side", "u8", rows);
    this.quantity = registry.allocate("fills.quantity", "i32", rows);
    this.price = registry.allocate("fills.price", "f64", rows);
    this.fee = registry.allocate("fills.fee", "f64", rows);
    this.broken = registry.allocate("fills.broken", "u8", rows);
    this.toldBy = registry.allocate("fills.toldBy", "u8", rows);
    this.counters = registry.allocate("fills.counters", "i32", 3);
  }

  get count(): number {
    return this.counters[0];
  }

  /** Takes an execution report. `source`: 0 order session, 1 drop copy. */
  readonly onExecuted = (
    venue: number,
    source: number,
    venueTimeNs: number,
    userReference: number,
    quantity: number,
    price: number,
    liquidityFlag: number,
    matchHigh: number,
    matchLow: number,
  ): void => {
    const known = this.slots[this.slotOf(venue, userReference, matchHigh, matchLow)] - 1;
    if (known >= 0) {
      this.counters[1]++;
      this.toldAgain(known, source);
      return;
    }
    const order = this.orders.ofReference(venue, userReference);
    if (order === 0) {
      this.counters[2]++;
      this.turn.alert(alertCodes.code.fillOfUnknownOrder, venue, userReference, quantity);
      return;
    }
    const { orders, desk } = this;
    const spec = desk.venues[venue];
    const feePerShare = removesLiquidity(liquidityFlag) ? spec.takerFeePerShare : spec.makerFeePerShare;
    const fee = feePerShare * quantity;
    const fill = this.counters[0] + 1;
    const row = this.counters[0] % this.rows;
    if (fill > this.rows) this.forget(row);
    this.counters[0] = fill;
    this.matchHigh[row] = matchHigh;
    this.matchLow[row] = matchLow;
    this.userReference[row] = userReference;
    this.venueOf[row] = venue;
    this.order[row] = orders.idOf[order];
    this.strategy[row] = orders.strategy[order];
    this.pair[row] = orders.pair[order];
    this.instrument[row] = orders.instrument[order];
    this.side[row] = orders.side[order];
    this.quantity[row] = quantity;
    this.price[row] = price;
    this.fee[row] = fee;
    this.broken[row] = 0;
    this.toldBy[row] = 0;
    this.slots[this.slotOf(venue, userReference, matchHigh, matchLow)] = row + 1;

    const strategy = orders.strategy[order];
    const pair = orders.pair[order];
    const instrument = orders.instrument[order];
    const signed = orders.side[order] === sides.code.buy ? quantity : -quantity;
    this.toldAgain(row, source);
    const leaves = this.execution.onFilled(order, quantity);
    const realised = this.sink.book(strategy, pair, instrument, signed, price, fee);
    const { fields } = this.turn;
    fields[0] = fill;
    fields[1] = orders.idOf[order];
    fields[2] = this.execution.parents.idOf[orders.parent[order]];
    fields[3] = strategy;
    fields[4] = pair;
    fields[5] = instrument;
    fields[6] = venue;
    fields[7] = orders.side[order];
    fields[8] = quantity;
    fields[9] = price;
    fields[10] = fee;
    fields[11] = liquidityFlag;
    fields[12] = matchHigh;
    fields[13] = matchLow;
    fields[14] = source;
    fields[15] = venueTimeNs;
    fields[16] = realised;
    fields[17] = this.sink.positionOf(instrument);
    fields[18] = this.sink.averagePriceOf(instrument);
    fields[19] = leaves;
    this.turn.emitFields(factCode.fill);
    this.execution.recordBook(order);
    this.markOuts.follow(fill, orders.idOf[order], instrument);
    this.sink.onFill(strategy, venue, instrument, orders.side[order]);
    if (leaves === 0) this.execution.endFilled(order);
  };

  /** The venue takes a fill back (OUCH 'B'): its quantity goes out again at its own price, its fee comes back. */
  readonly onBroken = (venue: number, userReference: number, matchHigh: number, matchLow: number): void => {
    const row = this.slots[this.slotOf(venue, userReference, matchHigh, matchLow)] - 1;
    if (row < 0 || this.broken[row] === 1) return;
    this.takeBack(row);
  };

  /**
   * A person takes the venue's other word for a listing where order session and drop copy differ: every fill of it that
   * only one of the two has told of is taken back. Returns how many.
   */
  readonly correct = (instrument: number, venue: number): number => {
    let taken = 0;
    const rows = Math.min(this.counters[0], this.rows);
    for (let row = 0; row < rows; row++) {
      if (this.instrument[row] !== instrument || this.venueOf[row] !== venue) continue;
      if (this.broken[row] === 1 || this.toldBy[row] === everyTeller) continue;
      this.takeBack(row);
      taken++;
    }
    return taken;
  };

  /** A person adopts what was booked: fills that only one of the two has told of count as told by both. Returns how many. */
  readonly adopt = (instrument: number, venue: number): number => {
    let adopted = 0;
    const rows = Math.min(this.counters[0], this.rows);
    for (let row = 0; row < rows; row++) {
      if (this.instrument[row] !== instrument || this.venueOf[row] !== venue) continue;
      if (this.broken[row] === 1 || this.toldBy[row] === everyTeller) continue;
      this.toldAgain(row, tellers.orders);
      this.toldAgain(row, tellers.dropCopy);
      adopted++;
    }
    return adopted;
  };

  private readonly takeBack = (row: number): void => {
    const venue = this.venueOf[row];
    this.broken[row] = 1;
    for (const teller of [tellers.orders, tellers.dropCopy])
      if ((this.toldBy[row] >> teller) & 1)
        this.reconciliation.takenBack(this.listingOf(row), teller, this.signedQuantityOf(row));
    const order = this.orders.ofId(this.order[row]);
    if (order !== 0) this.execution.onBusted(order, this.quantity[row]);
    const side = this.side[row];
    const signed = side === sides.code.buy ? -this.quantity[row] : this.quantity[row];
    this.sink.book(this.strategy[row], this.pair[row], this.instrument[row], signed, this.price[row], -this.fee[row]);
    const { fields } = this.turn;
    fields[0] = this.idOfRow(row);
    fields[1] = this.order[row];
    fields[2] = this.strategy[row];
    fields[3] = this.pair[row];
    fields[4] = this.instrument[row];
    fields[5] = venue;
    fields[6] = side;
    fields[7] = this.quantity[row];
    fields[8] = this.price[row];
    fields[9] = this.fee[row];
    this.turn.emitFields(factCode.fillBroken);
  };

  /** Counts a teller's word for a fill, once; of a fill that was taken back it counts nothing. */
  private readonly toldAgain = (row: number, teller: number): void => {
    if ((this.toldBy[row] >> teller) & 1) return;
    this.toldBy[row] |= 1 << teller;
    if (this.broken[row] === 0) this.reconciliation.told(this.listingOf(row), teller, this.signedQuantityOf(row));
  };

  private readonly listingOf = (row: number): number => {
    return listingOf(this.instrument[row], this.venueOf[row], this.desk.venues.length);
  };

  private readonly signedQuantityOf = (row: number): number => {
    return this.side[row] === sides.code.buy ? this.quantity[row] : -this.quantity[row];
  };

  /** The fill in a row, counted from 1 within the day. */
  private readonly idOfRow = (row: number): number => {
    const last = this.counters[0] - 1;
    return last - ((last - row + this.rows) % this.rows) + 1;
  };

  /** Takes the oldest fill's key out of the table; closes the probe chain behind it (backward shift). */
  private readonly forget = (row: number): void => {
    const { slots, mask } = this;
    let hole = this.slotOf(this.venueOf[row], this.userReference[row], this.matchHigh[row], this.matchLow[row]);
    let next = (hole + 1) & mask;
    while (slots[next] !== 0) {
      const other = slots[next] - 1;
      const home = this.homeOf(
        this.venueOf[other],
        this.userReference[other],
        this.matchHigh[other],
        this.matchLow[other],
      );
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        slots[hole] = slots[next];
        hole = next;
      }
      next = (next + 1) & mask;
    }
    slots[hole] = 0;
  };

  private readonly homeOf = (venue: number, userReference: number, matchHigh: number, matchLow: number): number => {
    const high = Math.imul(matchHigh, 0x85ebca6b) ^ Math.imul(userReference, 0xc2b2ae35);
    return (Math.imul(matchLow, 0x9e3779b1) ^ high ^ venue) & this.mask;
  };

  /** The slot of a key, or the empty one where it belongs. */
  private readonly slotOf = (venue: number, userReference: number, matchHigh: number, matchLow: number): number => {
    let slot = this.homeOf(venue, userReference, matchHigh, matchLow);
    for (;;) {
      const fill = this.slots[slot] - 1;
      if (
        fill < 0 ||
        (this.matchLow[fill] === matchLow &&
          this.matchHigh[fill] === matchHigh &&
          this.userReference[fill] === userReference &&
          this.venueOf[fill] === venue)
      )
        return slot;
      slot = (slot + 1) & this.mask;
    }
  };
}
