import type { Desk } from "../../../domain/desk";
import { factCode } from "../../../domain/facts";
import { alertCodes, breakCauses } from "../../../domain/health";
import { listingOf } from "../../../domain/ids";
import { sides } from "../../../domain/order";
import type { StateRegistry } from "../../machine/state-registry";
import { removesLiquidity } from "../../wire/ouch-codes";
import type { Execution } from "../order/execution";
import type { Orders } from "../order/orders";
import type { Turn } from "../turn";
import type { MarkOuts } from "./mark-outs";
import { differenceNsMax, type Reconciliation, tellers } from "./reconciliation";
import { UnplacedExecutions } from "./unplaced-executions";

const everyTeller = (1 << tellers.orders) | (1 << tellers.dropCopy);
const causes = breakCauses.code;

/** Whether a fill stands: taken back by the venue, or by a person who did not believe the one teller that it had. */
const breaks = { none: 0, byVenue: 1, byPerson: 2 } as const;

/** Where accepted fills go; the position stage is behind it. */
export interface FillSink {
  /** Books a fill; returns what it realised for its holder, before the fee. */
  book(strategy: number, pair: number, instrument: number, signedQuantity: number, price: number, fee: number): number;
  positionOf(instrument: number): number;
  averagePriceOf(instrument: number): number;
  /** After it is booked, before its order ends: whatever a strategy does about it comes later. side: a code of `sides`. */
  onFill(strategy: number, venue: number, instrument: number, side: number): void;
  /** A fill was taken back, or came of an order that had ended: what works was approved beside another position. */
  onCorrected(): void;
}

/**
 * Every execution is booked once, whichever session tells of it and however often: the key is venue, match number and
 * user reference (a match of ours with ours has two). The last `rows` fills are remembered. A match that is not, and is not
 * above all those forgotten of its venue, may be one of them: it is not booked, and a person is called. Fees by the venue's
 * rate for adding or removing liquidity.
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
  private readonly liquidityFlag: Uint8Array;
  private readonly venueTimeNs: Float64Array;
  /** One of `breaks`. */
  private readonly broken: Uint8Array;
  /** Bits of the tellers that have told of the fill, and of those whose word is in the reconciliation. */
  private readonly toldBy: Uint8Array;
  /** When it was told of first, ns. */
  private readonly toldNs: Float64Array;
  private readonly countedBy: Uint8Array;
  /** The teller + 1 whose numbers are not those booked, 0 for none, and its numbers. */
  private readonly otherTeller: Uint8Array;
  private readonly otherQuantity: Int32Array;
  private readonly otherPrice: Float64Array;
  /** Highest match number forgotten, by venue; 1 in `hasForgotten` when there is one. */
  private readonly forgottenHigh: Uint32Array;
  private readonly forgottenLow: Uint32Array;
  private readonly hasForgotten: Uint8Array;
  private readonly unplaced: UnplacedExecutions;
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
    this.liquidityFlag = registry.allocate("fills.liquidityFlag", "u8", rows);
    this.venueTimeNs = registry.allocate("fills.venueTimeNs", "f64", rows);
    this.toldBy = registry.allocate("fills.toldBy", "u8", rows);
    this.toldNs = registry.allocate("fills.toldNs", "f64", rows);
    this.countedBy = registry.allocate("fills.countedBy", "u8", rows);
    this.otherTeller = registry.allocate("fills.otherTeller", "u8", rows);
    this.otherQuantity = registry.allocate("fills.otherQuantity", "i32", rows);
    this.otherPrice = registry.allocate("fills.otherPrice", "f64", rows);
    this.forgottenHigh = registry.allocate("fills.forgottenHigh", "u32", desk.venues.length);
    this.forgottenLow = registry.allocate("fills.forgottenLow", "u32", desk.venues.length);
    this.hasForgotten = registry.allocate("fills.hasForgotten", "u8", desk.venues.length);
    this.unplaced = new UnplacedExecutions(registry, turn, reconciliation);
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
      this.toldAgain(known, source, quantity, price);
      return;
    }
    const { orders, desk } = this;
    const order = orders.ofReference(venue, userReference);
    if (order === 0) {
      this.counters[2]++;
      this.unplaced.onExecuted(venue, source, userReference, quantity, matchHigh, matchLow);
      return;
    }
    if (this.isBeyondMemory(venue, matchHigh, matchLow)) {
      this.turn.alert(alertCodes.code.fillBeyondMemory, orders.idOf[order], quantity, price);
      this.reconciliation.hold(listingOf(orders.instrument[order], venue, desk.venues.length), causes.beyondMemory);
      return;
    }
    const spec = desk.venues[venue];
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
    this.fee[row] = (removesLiquidity(liquidityFlag) ? spec.takerFeePerShare : spec.makerFeePerShare) * quantity;
    this.liquidityFlag[row] = liquidityFlag;
    this.venueTimeNs[row] = venueTimeNs;
    this.broken[row] = breaks.none;
    this.toldBy[row] = 0;
    this.toldNs[row] = this.turn.timeNs;
    this.countedBy[row] = 0;
    this.otherTeller[row] = 0;
    this.slots[this.slotOf(venue, userReference, matchHigh, matchLow)] = row + 1;

    this.toldAgain(row, source, quantity, price);
    const toldBefore = this.unplaced.take(venue, userReference, matchHigh, matchLow);
    // Whoever told of it before its order was known; a repeat changes nothing.
    if (toldBefore !== 0 && toldBefore !== 1 << source) this.toldAgain(row, 1 - source, quantity, price);
    const wasOpen = orders.isOpen(order);
    const leaves = this.execution.onFilled(order, quantity);
    this.book(row, source, this.execution.parents.idOf[orders.parent[order]], leaves);
    this.execution.recordBook(order);
    this.markOuts.follow(fill, orders.idOf[order], orders.instrument[order]);
    this.sink.onFill(orders.strategy[order], venue, orders.instrument[order], orders.side[order]);
    if (leaves === 0) this.execution.endFilled(order);
    if (!wasOpen) this.sink.onCorrected();
  };

  /**
   * The venue takes a fill back (OUCH 'B'): its quantity goes out again at its own price, its fee comes back. One that we
   * do not have is an alert and a break: what it takes back may stand in a position all the same.
   */
  readonly onBroken = (venue: number, userReference: number, matchHigh: number, matchLow: number): void => {
    const row = this.slots[this.slotOf(venue, userReference, matchHigh, matchLow)] - 1;
    if (row >= 0) {
      if (this.broken[row] === breaks.byVenue) return;
      this.takeBack(row, breaks.byVenue);
      this.sink.onCorrected();
      return;
    }
    if (this.unplaced.take(venue, userReference, matchHigh, matchLow) !== 0) return;
    this.turn.alert(alertCodes.code.bustOfUnknownFill, venue, userReference, matchLow);
    const order = this.orders.ofReference(venue, userReference);
    if (order === 0) this.reconciliation.holdVenue(venue, tellers.orders, 0, 0);
    else {
      const listing = listingOf(this.orders.instrument[order], venue, this.desk.venues.length);
      this.reconciliation.hold(listing, causes.unplaced);
    }
  };

  /**
   * A person takes the venue's other word for a listing where order session and drop copy differ: every fill of it that
   * only one of the two has told of is taken back, and one that they told with different numbers is booked with the other
   * ones. A fill that a person took back before stays out. Between `beginSettling` and `settle` of the reconciliation. Returns how many.
   */
  readonly correct = (instrument: number, venue: number, doubt: (order: number) => void): number => {
    let taken = 0;
    const rows = Math.min(this.counters[0], this.rows);
    for (let row = 0; row < rows; row++) {
      // What was told a moment ago may be on its way from the other: no break was told of it.
      if (!this.isUnsettled(row, instrument, venue) || this.turn.timeNs - this.toldNs[row] < differenceNsMax) continue;
      const isRestored = this.otherTeller[row] !== 0 && this.toldBy[row] === everyTeller;
      if (this.broken[row] === breaks.byPerson) this.uncountAll(row);
      else this.takeBack(row, breaks.byPerson);
      if (isRestored) this.restore(row, this.otherQuantity[row], this.otherPrice[row]);
      const order = this.orders.ofId(this.order[row]);
      if (order !== 0) doubt(order);
      taken++;
    }
    return taken;
  };

  /**
   * A person adopts what was booked: fills that only one of the two has told of, or that they told with different numbers,
   * count as told by both as they are. One that a person took back, and the other teller has told of since, is booked
   * again. Between the same two. Returns how many.
   */
  readonly adopt = (instrument: number, venue: number): number => {
    let adopted = 0;
    const rows = Math.min(this.counters[0], this.rows);
    for (let row = 0; row < rows; row++) {
      if (!this.isUnsettled(row, instrument, venue)) continue;
      if (this.broken[row] === breaks.byPerson) this.restore(row, this.quantity[row], this.price[row]);
      else this.countAsBooked(row);
      adopted++;
    }
    return adopted;
  };

  /** A person has taken note of what a venue told that belongs to nothing we know: nothing of it is booked. */
  readonly settleVenue = (venue: number): void => this.unplaced.settle(venue);

  /** True for a fill of a listing that the tellers have not told alike, or that a person took back and one has told of since. */
  private readonly isUnsettled = (row: number, instrument: number, venue: number): boolean => {
    if (this.instrument[row] !== instrument || this.venueOf[row] !== venue) return false;
    switch (this.broken[row]) {
      case breaks.none:
        return this.toldBy[row] !== everyTeller || this.otherTeller[row] !== 0;
      case breaks.byPerson:
        return this.countedBy[row] !== 0;
      default:
        return false;
    }
  };

  /** Matches of a listing that this teller alone tells of, of those remembered. */
  readonly aloneOf = (listing: number, teller: number): number => {
    let alone = 0;
    const rows = Math.min(this.counters[0], this.rows);
    for (let row = 0; row < rows; row++)
      if (this.countedBy[row] === 1 << teller && this.listingOf(row) === listing) alone++;
    return alone;
  };

  /** When the oldest match of a listing was told that one of the two alone tells of; 0 when it is not remembered. */
  readonly oldestAloneNs = (listing: number): number => {
    let oldest = Number.POSITIVE_INFINITY;
    const rows = Math.min(this.counters[0], this.rows);
    for (let row = 0; row < rows; row++) {
      const counted = this.countedBy[row];
      if (counted === 0 || counted === everyTeller || this.listingOf(row) !== listing) continue;
      if (this.toldNs[row] < oldest) oldest = this.toldNs[row];
    }
    return oldest === Number.POSITIVE_INFINITY ? 0 : oldest;
  };

  /** Position, cash and the fact of a fill that stands in its row. `leaves`: what its order has open after it. */
  private readonly book = (row: number, source: number, parent: number, leaves: number): void => {
    const strategy = this.strategy[row];
    const pair = this.pair[row];
    const instrument = this.instrument[row];
    const signed = this.signedQuantityOf(row);
    const realised = this.sink.book(strategy, pair, instrument, signed, this.price[row], this.fee[row]);
    const { fields } = this.turn;
    fields[0] = this.idOfRow(row);
    fields[1] = this.order[row];
    fields[2] = parent;
    fields[3] = strategy;
    fields[4] = pair;
    fields[5] = instrument;
    fields[6] = this.venueOf[row];
    fields[7] = this.side[row];
    fields[8] = this.quantity[row];
    fields[9] = this.price[row];
    fields[10] = this.fee[row];
    fields[11] = this.liquidityFlag[row];
    fields[12] = this.matchHigh[row];
    fields[13] = this.matchLow[row];
    fields[14] = source;
    fields[15] = this.venueTimeNs[row];
    fields[16] = realised;
    fields[17] = this.sink.positionOf(instrument);
    fields[18] = this.sink.averagePriceOf(instrument);
    fields[19] = leaves;
    this.turn.emitFields(factCode.fill);
  };

  private readonly takeBack = (row: number, by: number): void => {
    const wasBooked = this.broken[row] === breaks.none;
    this.uncountAll(row);
    this.broken[row] = by;
    if (!wasBooked) return;
    const order = this.orders.ofId(this.order[row]);
    if (order !== 0) this.execution.onBusted(order, this.quantity[row]);
    const signed = -this.signedQuantityOf(row);
    this.sink.book(this.strategy[row], this.pair[row], this.instrument[row], signed, this.price[row], -this.fee[row]);
    const { fields } = this.turn;
    fields[0] = this.idOfRow(row);
    fields[1] = this.order[row];
    fields[2] = this.strategy[row];
    fields[3] = this.pair[row];
    fields[4] = this.instrument[row];
    fields[5] = this.venueOf[row];
    fields[6] = this.side[row];
    fields[7] = this.quantity[row];
    fields[8] = this.price[row];
    fields[9] = this.fee[row];
    this.turn.emitFields(factCode.fillBroken);
  };

  /** A fill that was taken back stands again, by a person's word, with these numbers, under its own number. */
  private readonly restore = (row: number, quantity: number, price: number): void => {
    const feePerShare = this.fee[row] / this.quantity[row];
    this.uncountAll(row);
    this.broken[row] = breaks.none;
    this.quantity[row] = quantity;
    this.price[row] = price;
    this.fee[row] = feePerShare * quantity;
    this.countAsBooked(row);
    const order = this.orders.ofId(this.order[row]);
    if (order !== 0) this.execution.onRestored(order, quantity);
    const { orders } = this;
    const parent = order === 0 ? 0 : this.execution.parents.idOf[orders.parent[order]];
    const leaves = order !== 0 && orders.isOpen(order) ? orders.leavesQuantity[order] : 0;
    this.book(row, tellers.dropCopy, parent, leaves);
  };

  /** A teller's word for a fill in a row, first or again, with the numbers it gives. */
  private readonly toldAgain = (row: number, teller: number, quantity: number, price: number): void => {
    const isBooked = this.broken[row] !== breaks.byVenue;
    if (isBooked && (quantity !== this.quantity[row] || price !== this.price[row]))
      this.toldOtherwise(row, teller, quantity, price);
    if ((this.toldBy[row] >> teller) & 1) return;
    this.toldBy[row] |= 1 << teller;
    if (isBooked) this.countWord(row, teller);
  };

  /** A teller gives a match other numbers than those booked: told once, and only a person settles it. */
  private readonly toldOtherwise = (row: number, teller: number, quantity: number, price: number): void => {
    const before = this.otherTeller[row];
    if (before === teller + 1 && this.otherQuantity[row] === quantity && this.otherPrice[row] === price) return;
    this.turn.alert(alertCodes.code.dropCopyMismatch, this.idOfRow(row), quantity, price);
    if (before !== 0) return;
    const isCounted = ((this.countedBy[row] >> teller) & 1) === 1;
    if (isCounted) this.uncountWord(row, teller);
    this.otherTeller[row] = teller + 1;
    this.otherQuantity[row] = quantity;
    this.otherPrice[row] = price;
    this.reconciliation.hold(this.listingOf(row), causes.match);
    if (isCounted) this.countWord(row, teller);
  };

  private readonly countWord = (row: number, teller: number): void => {
    this.countedBy[row] |= 1 << teller;
    const byBoth = this.countedBy[row] === everyTeller;
    this.reconciliation.told(this.listingOf(row), teller, this.signedWordOf(row, teller), byBoth);
  };

  private readonly uncountWord = (row: number, teller: number): void => {
    const byBoth = this.countedBy[row] === everyTeller;
    this.countedBy[row] &= ~(1 << teller);
    this.reconciliation.takenBack(this.listingOf(row), teller, this.signedWordOf(row, teller), byBoth);
  };

  /** Takes what was told of a fill out of the reconciliation. */
  private readonly uncountAll = (row: number): void => {
    for (const teller of [tellers.orders, tellers.dropCopy])
      if ((this.countedBy[row] >> teller) & 1) this.uncountWord(row, teller);
    if (this.otherTeller[row] === 0) return;
    this.otherTeller[row] = 0;
    this.reconciliation.release(this.listingOf(row));
  };

  /** Both tellers count as having told of a fill as it is booked. */
  private readonly countAsBooked = (row: number): void => {
    this.uncountAll(row);
    this.toldBy[row] = everyTeller;
    this.countWord(row, tellers.orders);
    this.countWord(row, tellers.dropCopy);
  };

  private readonly listingOf = (row: number): number => {
    return listingOf(this.instrument[row], this.venueOf[row], this.desk.venues.length);
  };

  private readonly signedQuantityOf = (row: number): number => {
    return this.side[row] === sides.code.buy ? this.quantity[row] : -this.quantity[row];
  };

  /** A fill's signed lots as a teller gave them. */
  private readonly signedWordOf = (row: number, teller: number): number => {
    if (this.otherTeller[row] !== teller + 1) return this.signedQuantityOf(row);
    return this.side[row] === sides.code.buy ? this.otherQuantity[row] : -this.otherQuantity[row];
  };

  /** True for a match number that is not above all those forgotten of its venue: it may have been booked already. */
  private readonly isBeyondMemory = (venue: number, matchHigh: number, matchLow: number): boolean => {
    if (this.hasForgotten[venue] === 0) return false;
    const high = this.forgottenHigh[venue];
    return matchHigh < high || (matchHigh === high && matchLow <= this.forgottenLow[venue]);
  };

  /** The fill in a row, counted from 1 within the day. */
  private readonly idOfRow = (row: number): number => {
    const last = this.counters[0] - 1;
    return last - ((last - row + this.rows) % this.rows) + 1;
  };

  /** Takes the oldest fill's key out of the table; closes the probe chain behind it (backward shift). */
  private readonly forget = (row: number): void => {
    const { slots, mask } = this;
    const venue = this.venueOf[row];
    if (!this.isBeyondMemory(venue, this.matchHigh[row], this.matchLow[row])) {
      this.hasForgotten[venue] = 1;
      this.forgottenHigh[venue] = this.matchHigh[row];
      this.forgottenLow[venue] = this.matchLow[row];
    }
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
