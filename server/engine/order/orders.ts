import type { Desk } from "../../../domain/desk";
import { orderStates, sides } from "../../../domain/order";
import type { StateRegistry } from "../../machine/state-registry";

const states = orderStates.code;

/** References an order session may use up: orders, replaces, mass cancels. */
export const userReferencesPerOrder = 4;

/**
 * Our orders at the venues (children) of one day, one row each, by order id from 1. An order keeps its id through
 * replaces; its user reference changes. Rows are never reused within the day, so that a late message about a finished
 * order still finds it.
 */
export class Orders {
  readonly parent: Int32Array;
  readonly strategy: Int16Array | Int32Array;
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
  /** cancelCauses + 1 of the cancel that was asked for; 0 for none. */
  readonly cancelCause: Uint8Array;
  /** 1 while the order belongs to the kill in progress. */
  readonly killMark: Uint8Array;
  /** Working quantity of an instrument, by side: [buy, sell] per instrument. */
  readonly workingQuantity: Float64Array;
  /** The same per strategy × instrument. */
  readonly strategyWorkingQuantity: Float64Array;
  /** Money at stake in open orders: leaves × price, over all. */
  readonly workingNotional: Float64Array;
  readonly openByStrategy: Int32Array;
  /** Ids of open orders, dense; `counters[1]` of them. */
  readonly open: Int32Array;
  private readonly openPlace: Int32Array;
  /** 0: last order id; 1: open orders. */
  private readonly counters: Int32Array;
  private readonly orderOfReference: Int32Array[] = [];
  /** Next user reference of each venue, from 1. */
  private readonly nextReference: Float64Array;
  readonly referencesMax: number;
  readonly ordersMax: number;
  private readonly instrumentCount: number;

  constructor(registry: StateRegistry, desk: Desk, ordersMax: number) {
    const rows = ordersMax + 1;
    this.ordersMax = ordersMax;
    this.instrumentCount = desk.instruments.length;
    this.referencesMax = ordersMax * userReferencesPerOrder;
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
    this.cancelCause = registry.allocate("orders.cancelCause", "u8", rows);
    this.killMark = registry.allocate("orders.killMark", "u8", rows);
    this.workingQuantity = registry.allocate("orders.workingQuantity", "f64", desk.instruments.length * 2);
    this.strategyWorkingQuantity = registry.allocate(
      "orders.strategyWorkingQuantity",
      "f64",
      desk.strategies.length * desk.instruments.length * 2,
    );
    this.workingNotional = registry.allocate("orders.workingNotional", "f64", 1);
    this.openByStrategy = registry.allocate("orders.openByStrategy", "i32", desk.strategies.length);
    this.open = registry.allocate("orders.open", "i32", rows);
    this.openPlace = registry.allocate("orders.openPlace", "i32", rows);
    this.counters = registry.allocate("orders.counters", "i32", 2);
    this.nextReference = registry.allocate("orders.nextReference", "f64", desk.venues.length).fill(1);
    desk.venues.forEach((_, venue) => {
      this.orderOfReference.push(registry.allocate(`orders.ofReference${venue}`, "i32", this.referencesMax + 1));
    });
  }

  /** Orders sent today. */
  get count(): number {
    return this.counters[0];
  }

  get openCount(): number {
    return this.counters[1];
  }

  /** True while another order (and its cancels and replaces) fits into the day's rows and references. */
  hasRoom(venue: number): boolean {
    return this.counters[0] < this.ordersMax && this.nextReference[venue] < this.referencesMax - 1_000;
  }

  /** The order of a venue's user reference, 0 when it is none of ours. */
  ofReference(venue: number, userReference: number): number {
    return userReference <= this.referencesMax ? this.orderOfReference[venue][userReference] : 0;
  }

  /** Uses up a user reference of a venue; `order` 0 for messages that are no order. */
  takeReference(venue: number, order: number): number {
    const reference = this.nextReference[venue]++;
    if (reference > this.referencesMax) throw new RangeError(`venue ${venue}: user references of the day are used up`);
    this.orderOfReference[venue][reference] = order;
    return reference;
  }

  /** The next user reference of a venue, which the venue may have taken further than we know. */
  nextReferenceOf(venue: number): number {
    return this.nextReference[venue];
  }

  raiseNextReference(venue: number, atLeast: number): void {
    if (atLeast > this.nextReference[venue] && atLeast <= this.referencesMax) this.nextReference[venue] = atLeast;
  }

  /** Takes the next order id and opens it as `pending`; the caller has set all of its columns but state and leaves. */
  openNext(): number {
    const id = ++this.counters[0];
    return id;
  }

  /** Makes an order count as exposure; `quantity` is what it may still trade. */
  beginLife(id: number): void {
    this.state[id] = states.pending;
    this.leavesQuantity[id] = this.quantity[id];
    this.openPlace[id] = this.counters[1];
    this.open[this.counters[1]++] = id;
    this.openByStrategy[this.strategy[id]]++;
    this.countWorking(id, this.leavesQuantity[id]);
  }

  /** Sets what may still trade; at 0 nothing changes but the number (the caller ends the order). */
  setLeaves(id: number, leaves: number): void {
    this.countWorking(id, leaves - this.leavesQuantity[id]);
    this.leavesQuantity[id] = leaves;
  }

  /** Gives an open order another price; its stake is counted at the new one. */
  setPrice(id: number, price: number): void {
    this.workingNotional[0] += this.leavesQuantity[id] * (price - this.price[id]);
    this.price[id] = price;
  }

  /** Ends an order in a final state: nothing of it is exposure any more. */
  endLife(id: number, state: number): void {
    this.setLeaves(id, 0);
    this.state[id] = state;
    const place = this.openPlace[id];
    const last = this.open[--this.counters[1]];
    this.open[place] = last;
    this.openPlace[last] = place;
    this.openByStrategy[this.strategy[id]]--;
  }

  /** True while the order may trade. */
  isOpen(id: number): boolean {
    const state = this.state[id];
    return state === states.pending || state === states.working || state === states.cancelling;
  }

  /** Working quantity of an instrument on one side (0 buy, 1 sell). */
  workingOf(instrument: number, sell: number): number {
    return this.workingQuantity[instrument * 2 + sell];
  }

  strategyWorkingOf(strategy: number, instrument: number, sell: number): number {
    return this.strategyWorkingQuantity[(strategy * this.instrumentCount + instrument) * 2 + sell];
  }

  private countWorking(id: number, change: number): void {
    const sell = this.side[id] === sides.code.buy ? 0 : 1;
    const instrument = this.instrument[id];
    this.workingQuantity[instrument * 2 + sell] += change;
    this.strategyWorkingQuantity[(this.strategy[id] * this.instrumentCount + instrument) * 2 + sell] += change;
    this.workingNotional[0] += change * this.price[id];
  }
}
