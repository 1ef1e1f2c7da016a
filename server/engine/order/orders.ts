import type { Desk } from "../../../domain/desk";
import { openStates, orderStates, sides } from "../../../domain/order";
import type { StateRegistry } from "../../machine/state-registry";

const states = orderStates.code;

/** User references remembered per row: an order uses one, each of its replaces another. */
const referencesPerRow = 4;
/** Orders past the day's limit that may only reduce positions. */
const reducingReserve = 10_000;
/** OUCH user references are u32; the last ones are kept for cancels. */
const userReferenceMax = 0xffff_ff00;

/** How we know that a venue took an order: not at all, by a fill that overtook its acceptance, or by that. */
export const acceptances = { none: 0, byFill: 1, accepted: 2 } as const;

/**
 * Our orders at the venues (children), one row each, used in turn: a row is taken again when its order has ended and
 * all other rows have been used since, so that a late message about an ended order still finds it. Row 0 is none.
 * `idOf` is the order's number within the day, from 1: what facts and people call it. An order keeps row and id
 * through replaces; its user reference changes.
 */
export class Orders {
  /** The order's number within the day. */
  readonly idOf: Int32Array;
  readonly parent: Int32Array;
  readonly strategy: Int32Array;
  readonly pair: Int32Array;
  readonly instrument: Int32Array;
  readonly venue: Uint8Array;
  readonly side: Uint8Array;
  readonly state: Uint8Array;
  readonly timeInForce: Uint8Array;
  readonly postOnly: Uint8Array;
  readonly quantity: Int32Array;
  readonly filledQuantity: Int32Array;
  readonly leavesQuantity: Int32Array;
  readonly price: Float64Array;
  readonly userReference: Uint32Array;
  /** User reference of a replace on its way; 0 for none. */
  readonly replaceReference: Uint32Array;
  readonly replacePrice: Float64Array;
  readonly submittedNs: Float64Array;
  /** When the venue was last told something about the order that it has not answered; 0 when all is answered. */
  readonly unansweredNs: Float64Array;
  /** How we know that the venue took the order: a code of `acceptances`. */
  readonly acceptance: Uint8Array;
  /** cancelCauses + 1 of the cancel that was asked for; 0 for none. */
  readonly cancelCause: Uint8Array;
  /** Slot + 1 of the kill that the order belongs to; 0 for none. */
  readonly killMark: Uint8Array;
  /** Working quantity of an instrument, by side: [buy, sell] per instrument. */
  readonly workingQuantity: Float64Array;
  /** The same per strategy × instrument. */
  readonly strategyWorkingQuantity: Float64Array;
  /** Money at stake in open orders: leaves × price, over all. */
  readonly workingNotional: Float64Array;
  readonly openByStrategy: Int32Array;
  /** Money at stake in a strategy's open orders. */
  readonly strategyWorkingNotional: Float64Array;
  /** Rows of open orders, dense; `openCount` of them. */
  readonly open: Int32Array;
  private readonly openPlace: Int32Array;
  /** 0: last order id; 1: open orders. */
  private readonly counters: Int32Array;
  /** Per venue, by user reference modulo the slots: which reference stands there, and the order id it belongs to. */
  private readonly slotReference: Uint32Array[] = [];
  private readonly slotOrder: Int32Array[] = [];
  private readonly referenceSlots: number;
  /** Next user reference of each venue, from 1. */
  private readonly nextReference: Float64Array;
  /** Orders of one day; the gate refuses more. */
  readonly ordersMax: number;
  private readonly rows: number;
  private readonly instrumentCount: number;

  /** `rows` is how many orders are remembered, the open ones among them. */
  constructor(registry: StateRegistry, desk: Desk, rows: number) {
    this.rows = rows;
    this.ordersMax = desk.limits.ordersPerDayMax;
    this.instrumentCount = desk.instruments.length;
    this.referenceSlots = rows * referencesPerRow;
    this.idOf = registry.allocate("orders.id", "i32", rows);
    this.parent = registry.allocate("orders.parent", "i32", rows);
    this.strategy = registry.allocate("orders.strategy", "i32", rows);
    this.pair = registry.allocate("orders.pair", "i32", rows);
    this.instrument = registry.allocate("orders.instrument", "i32", rows);
    this.venue = registry.allocate("orders.venue", "u8", rows);
    this.side = registry.allocate("orders.side", "u8", rows);
    this.state = registry.allocate("orders.state", "u8", rows);
    this.timeInForce = registry.allocate("orders.timeInForce", "u8", rows);
    this.postOnly = registry.allocate("orders.postOnly", "u8", rows);
    this.quantity = registry.allocate("orders.quantity", "i32", rows);
    this.filledQuantity = registry.allocate("orders.filledQuantity", "i32", rows);
    this.leavesQuantity = registry.allocate("orders.leavesQuantity", "i32", rows);
    this.price = registry.allocate("orders.price", "f64", rows);
    this.userReference = registry.allocate("orders.userReference", "u32", rows);
    this.replaceReference = registry.allocate("orders.replaceReference", "u32", rows);
    this.replacePrice = registry.allocate("orders.replacePrice", "f64", rows);
    this.submittedNs = registry.allocate("orders.submittedNs", "f64", rows);
    this.unansweredNs = registry.allocate("orders.unansweredNs", "f64", rows);
    this.acceptance = registry.allocate("orders.acceptance", "u8", rows);
    this.cancelCause = registry.allocate("orders.cancelCause", "u8", rows);
    this.killMark = registry.allocate("orders.killMark", "u8", rows);
    this.workingQuantity = registry.allocate("orders.workingQuantity", "f64", desk.instruments.length * 2);
    this.strategyWorkingQuantity = registry.allocate(
      "orders.strategyWorkingQuantity",
      "f64",
      desk.strategies.length * desk.instruments.length * 2,
    );
    this.workingNotional = registry.allocate("orders.workingNotional", "f64", 1);
    this.strategyWorkingNotional = registry.allocate("orders.strategyWorkingNotional", "f64", desk.strategies.length);
    this.openByStrategy = registry.allocate("orders.openByStrategy", "i32", desk.strategies.length);
    this.open = registry.allocate("orders.open", "i32", rows);
    this.openPlace = registry.allocate("orders.openPlace", "i32", rows);
    this.counters = registry.allocate("orders.counters", "i32", 2);
    this.nextReference = registry.allocate("orders.nextReference", "f64", desk.venues.length).fill(1);
    desk.venues.forEach((_, venue) => {
      this.slotReference.push(registry.allocate(`orders.slotReference${venue}`, "u32", this.referenceSlots));
      this.slotOrder.push(registry.allocate(`orders.slotOrder${venue}`, "i32", this.referenceSlots));
    });
  }

  /** Orders sent today. */
  get count(): number {
    return this.counters[0];
  }

  get openCount(): number {
    return this.counters[1];
  }

  /**
   * True while another order fits into the day's limit, the rows and the user references. What reduces a position
   * has a reserve past the limit: reaching it must not leave the desk with positions that it can't close.
   */
  hasRoom(venue: number, reduces: boolean): boolean {
    return (
      this.counters[0] < this.ordersMax + (reduces ? reducingReserve : 0) &&
      this.counters[1] < this.rows >> 1 &&
      this.nextReference[venue] < userReferenceMax
    );
  }

  /** The row of a venue's user reference, 0 when it is none of ours, or of an order too old to be remembered. */
  ofReference(venue: number, userReference: number): number {
    const slot = userReference % this.referenceSlots;
    return this.slotReference[venue][slot] === userReference ? this.ofId(this.slotOrder[venue][slot]) : 0;
  }

  /** The row of an order id, 0 when there was none or it is too old to be remembered. */
  ofId(id: number): number {
    if (id < 1 || id > this.counters[0]) return 0;
    const row = 1 + (id % (this.rows - 1));
    return this.idOf[row] === id ? row : 0;
  }

  /** Uses up a user reference of a venue; row 0 for messages that are no order. */
  takeReference(venue: number, row: number): number {
    const reference = this.nextReference[venue]++;
    const slot = reference % this.referenceSlots;
    this.slotReference[venue][slot] = reference;
    this.slotOrder[venue][slot] = row === 0 ? 0 : this.idOf[row];
    return reference;
  }

  /** Notes a reference that the venue says belongs to an order; ours to come are above it. */
  adoptReference(venue: number, reference: number, row: number): void {
    const slot = reference % this.referenceSlots;
    this.slotReference[venue][slot] = reference;
    this.slotOrder[venue][slot] = this.idOf[row];
    this.raiseNextReference(venue, reference + 1);
  }

  /** The next user reference of a venue, which the venue may have taken further than we know. */
  nextReferenceOf(venue: number): number {
    return this.nextReference[venue];
  }

  raiseNextReference(venue: number, atLeast: number): void {
    if (atLeast > this.nextReference[venue] && atLeast <= userReferenceMax) this.nextReference[venue] = atLeast;
  }

  /**
   * Takes the next order id and its row, cleared; the caller sets its columns and begins its life. An id whose row
   * is still in use by an order that has been open for all the others is passed over.
   */
  openNext(): number {
    let id = this.counters[0] + 1;
    while (this.isOpen(1 + (id % (this.rows - 1)))) id++;
    this.counters[0] = id;
    const row = 1 + (id % (this.rows - 1));
    this.idOf[row] = id;
    this.filledQuantity[row] = 0;
    this.replaceReference[row] = 0;
    this.unansweredNs[row] = 0;
    this.acceptance[row] = acceptances.none;
    this.cancelCause[row] = 0;
    this.killMark[row] = 0;
    return row;
  }

  /** Makes an order count as exposure, in an open state; what it may still trade is what has not been filled. */
  beginLife(row: number, state: number = states.pending): void {
    this.state[row] = state;
    this.leavesQuantity[row] = this.quantity[row] - this.filledQuantity[row];
    this.openPlace[row] = this.counters[1];
    this.open[this.counters[1]++] = row;
    this.openByStrategy[this.strategy[row]]++;
    this.countWorking(row, this.leavesQuantity[row]);
  }

  /** Sets what may still trade; at 0 nothing changes but the number (the caller ends the order). */
  setLeaves(row: number, leaves: number): void {
    this.countWorking(row, leaves - this.leavesQuantity[row]);
    this.leavesQuantity[row] = leaves;
  }

  /** Gives an open order another price; its stake is counted at the new one. */
  setPrice(row: number, price: number): void {
    const change = this.leavesQuantity[row] * (price - this.price[row]);
    this.workingNotional[0] += change;
    this.strategyWorkingNotional[this.strategy[row]] += change;
    this.price[row] = price;
  }

  /** Ends an order in a final state: nothing of it is exposure any more. */
  endLife(row: number, state: number): void {
    this.setLeaves(row, 0);
    this.state[row] = state;
    const place = this.openPlace[row];
    const last = this.open[--this.counters[1]];
    this.open[place] = last;
    this.openPlace[last] = place;
    this.openByStrategy[this.strategy[row]]--;
  }

  /** True while the order may trade. */
  isOpen(row: number): boolean {
    return openStates[this.state[row]] === 1;
  }

  /** Working quantity of an instrument on one side (0 buy, 1 sell). */
  workingOf(instrument: number, sell: number): number {
    return this.workingQuantity[instrument * 2 + sell];
  }

  strategyWorkingOf(strategy: number, instrument: number, sell: number): number {
    return this.strategyWorkingQuantity[(strategy * this.instrumentCount + instrument) * 2 + sell];
  }

  private countWorking(row: number, change: number): void {
    const sell = this.side[row] === sides.code.buy ? 0 : 1;
    const instrument = this.instrument[row];
    this.workingQuantity[instrument * 2 + sell] += change;
    this.strategyWorkingQuantity[(this.strategy[row] * this.instrumentCount + instrument) * 2 + sell] += change;
    this.workingNotional[0] += change * this.price[row];
    this.strategyWorkingNotional[this.strategy[row]] += change * this.price[row];
  }
}
