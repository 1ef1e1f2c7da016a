import type { Desk } from "../../../domain/desk";
import { factCode } from "../../../domain/facts";
import { alertCodes } from "../../../domain/health";
import { sides } from "../../../domain/order";
import type { StateRegistry } from "../../machine/state-registry";
import { removesLiquidity } from "../../wire/ouch-codes";
import type { Execution } from "../order/execution";
import type { Orders } from "../order/orders";
import type { Turn } from "../turn";

/** Where accepted fills go; the position stage is behind it. */
export interface FillSink {
  /** Books a fill; returns what it realised for its holder, before the fee. */
  book(strategy: number, pair: number, instrument: number, signedQuantity: number, price: number, fee: number): number;
  positionOf(instrument: number): number;
  averagePriceOf(instrument: number): number;
  onFill(strategy: number, venue: number): void;
}

/**
 * Every execution is booked once, whichever session tells of it and however often: the key is venue, match number and
 * user reference (a match of ours with ours has two). Fees by the venue's rate for adding or removing liquidity.
 */
export class Fills {
  /** Fill id + 1 by hashed key; 0 for empty. */
  private readonly slots: Int32Array;
  private readonly matchHigh: Uint32Array;
  private readonly matchLow: Uint32Array;
  private readonly userReference: Uint32Array;
  private readonly venueOf: Uint8Array;
  private readonly order: Int32Array;
  private readonly quantity: Int32Array;
  private readonly price: Float64Array;
  private readonly fee: Float64Array;
  private readonly broken: Uint8Array;
  /** 0: fills so far; 1: duplicates; 2: of unknown orders. */
  private readonly counters: Int32Array;
  private readonly mask: number;
  private readonly fillsMax: number;

  constructor(
    registry: StateRegistry,
    private readonly desk: Desk,
    private readonly turn: Turn,
    private readonly orders: Orders,
    private readonly execution: Execution,
    private readonly sink: FillSink,
    fillsMax: number,
  ) {
    this.fillsMax = fillsMax;
    this.mask = fillsMax * 2 - 1;
    this.slots = registry.allocate("fills.slots", "i32", fillsMax * 2);
    this.matchHigh = registry.allocate("fills.matchHigh", "u32", fillsMax);
    this.matchLow = registry.allocate("fills.matchLow", "u32", fillsMax);
    this.userReference = registry.allocate("fills.userReference", "u32", fillsMax);
    this.venueOf = registry.allocate("fills.venue", "u8", fillsMax);
    this.order = registry.allocate("fills.order", "i32", fillsMax);
    this.quantity = registry.allocate("fills.quantity", "i32", fillsMax);
    this.price = registry.allocate("fills.price", "f64", fillsMax);
    this.fee = registry.allocate("fills.fee", "f64", fillsMax);
    this.broken = registry.allocate("fills.broken", "u8", fillsMax);
    this.counters = registry.allocate("fills.counters", "i32", 3);
  }

  get count(): number {
    return this.counters[0];
  }

  /** Takes an execution report. `source`: 0 order session, 1 drop copy. */
  onExecuted(
    venue: number,
    source: number,
    venueTimeNs: number,
    userReference: number,
    quantity: number,
    price: number,
    liquidityFlag: number,
    matchHigh: number,
    matchLow: number,
  ): void {
    const slot = this.slotOf(venue, userReference, matchHigh, matchLow);
    if (this.slots[slot] !== 0) {
      this.counters[1]++;
      return;
    }
    const order = this.orders.ofReference(venue, userReference);
    if (order === 0) {
      this.counters[2]++;
      this.turn.alert(alertCodes.code.fillOfUnknownOrder, venue, userReference, quantity);
      return;
    }
    const fill = this.counters[0];
    if (fill >= this.fillsMax) throw new RangeError(`fills of the day are used up: ${this.fillsMax}`);
    const { orders, desk } = this;
    const spec = desk.venues[venue];
    const feePerShare = removesLiquidity(liquidityFlag) ? spec.takerFeePerShare : spec.makerFeePerShare;
    const fee = feePerShare * quantity;
    this.slots[slot] = fill + 1;
    this.matchHigh[fill] = matchHigh;
    this.matchLow[fill] = matchLow;
    this.userReference[fill] = userReference;
    this.venueOf[fill] = venue;
    this.order[fill] = order;
    this.quantity[fill] = quantity;
    this.price[fill] = price;
    this.fee[fill] = fee;
    this.counters[0] = fill + 1;

    const strategy = orders.strategy[order];
    const pair = orders.pair[order];
    const instrument = orders.instrument[order];
    const signed = orders.side[order] === sides.code.buy ? quantity : -quantity;
    const leaves = this.execution.onFilled(order, quantity);
    const realised = this.sink.book(strategy, pair, instrument, signed, price, fee);
    this.turn.emit(
      factCode.fill,
      fill + 1,
      order,
      orders.parent[order],
      strategy,
      pair,
      instrument,
      venue,
      orders.side[order],
      quantity,
      price,
      fee,
      liquidityFlag,
      matchHigh,
      matchLow,
      source,
      venueTimeNs,
      realised,
      this.sink.positionOf(instrument),
      this.sink.averagePriceOf(instrument),
      leaves,
    );
    this.sink.onFill(strategy, venue);
    if (leaves === 0) this.execution.endFilled(order);
  }

  /** The venue takes a fill back (OUCH 'B'): its quantity goes out again at its own price, its fee comes back. */
  onBroken(venue: number, userReference: number, matchHigh: number, matchLow: number): void {
    const fill = this.slots[this.slotOf(venue, userReference, matchHigh, matchLow)] - 1;
    if (fill < 0 || this.broken[fill] === 1) return;
    this.broken[fill] = 1;
    const { orders } = this;
    const order = this.order[fill];
    const side = orders.side[order];
    const signed = side === sides.code.buy ? -this.quantity[fill] : this.quantity[fill];
    this.sink.book(
      orders.strategy[order],
      orders.pair[order],
      orders.instrument[order],
      signed,
      this.price[fill],
      -this.fee[fill],
    );
    this.turn.emit(
      factCode.fillBroken,
      fill + 1,
      order,
      orders.strategy[order],
      orders.pair[order],
      orders.instrument[order],
      venue,
      side,
      this.quantity[fill],
      this.price[fill],
      this.fee[fill],
    );
  }

  /** The slot of a key, or the empty one where it belongs. */
  private slotOf(venue: number, userReference: number, matchHigh: number, matchLow: number): number {
    let slot =
      (Math.imul(matchLow, 0x9e3779b1) ^
        Math.imul(matchHigh, 0x85ebca6b) ^
        Math.imul(userReference, 0xc2b2ae35) ^
        venue) &
      this.mask;
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
  }
}
