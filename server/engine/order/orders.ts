import type { Desk } from "../../../domain/desk";
import { openStates, orderStates, sides } from "../../../domain/order";
import type { StateRegistry } from "../../machine/state-registry";
import { powerOfTwoAtLeast } from "../dimensions";
import type { Wish } from "../strategy/strategy";

const states = orderStates.code;

/** User references remembered per row: an order uses one, each of its replaces another. */
const referencesPerRow = 4;
/** OUCH user references are u32; the last ones are kept for cancels. */
const userReferenceMax = 0xffff_ff00;

/**
 * What we know of a venue's taking an order: nothing; another word of it, a fill's say, that overtook its acceptance; the
 * acceptance. Or only that it received it, since it counts a later reference of the same line; and then that it was asked
 * and said nothing of it. Or that its count is of a later line, which tells nothing of this order: it is sought by a cancel.
 */
export const acceptances = { none: 0, byWord: 1, accepted: 2, received: 3, withheld: 4, sought: 5 } as const;

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
  /** Filled and taken back since: it is not open again, at the venue neither. */
  readonly bustedQuantity: Int32Array;
  readonly leavesQuantity: Int32Array;
  readonly price: Float64Array;
  readonly userReference: Uint32Array;
  /** User reference of a replace on its way; 0 for none. */
  readonly replaceReference: Uint32Array;
  readonly replacePrice: Float64Array;
  /** Size that a replace on its way asks for, shares already filled included. */
  readonly replaceQuantity: Int32Array;
  /** What counts as exposure: the worst of the order and of a replace on its way. */
  readonly countedQuantity: Int32Array;
  readonly countedPrice: Float64Array;
  readonly submittedNs: Float64Array;
  /** When the venue was last told something about the order that it has not answered; 0 when all is answered. */
  readonly unansweredNs: Float64Array;
  /** What we know of the venue's taking the order: a code of `acceptances`. */
  readonly acceptance: Uint8Array;
  /**
   * The first user reference that cannot have gone out over the line the order went out over, since that line was lost
   * before; 0 while it is up.
   */
  readonly lineEndReference: Uint32Array;
  /** cancelCauses + 1 of the cancel that was asked for; 0 for none. */
  readonly cancelCause: Uint8Array;
  /** cancelCauses + 1 of a cancel that the venue refused and that is asked again (OUCH 'I': the order is in a cross); 0 for none. */
  readonly refusedCancel: Uint8Array;
  /** When the venue refused it, ns. */
  readonly refusedCancelNs: Float64Array;
  /** Bits of the slots of the kills that the order belongs to. */
  readonly killMarks: Uint8Array;
  /** Working quantity of an instrument, by side: [buy, sell] per instrument. */
  readonly workingQuantity: Float64Array;
  /** The same per strategy × instrument. */
  readonly strategyWorkingQuantity: Float64Array;
  /** Money at stake in open orders at their worst, by side: [buy, sell]. */
  readonly workingNotional: Float64Array;
  readonly openByStrategy: Int32Array;
  /** The same per strategy, and per pair. */
  readonly strategyWorkingNotional: Float64Array;
  readonly pairWorkingNotional: Float64Array;
  /** Working quantity per pair: leg A bought, leg A sold, leg B bought, leg B sold. */
  private readonly pairWorkingQuantity: Float64Array;
  /** Per pair: its instrument B. */
  private readonly pairInstrumentB: Int32Array;
  /** Open orders of each listing and side, chained by row; 0 ends a chain. */
  private readonly listingFirst: Int32Array;
  private readonly listingNext: Int32Array;
  private readonly listingBefore: Int32Array;
  /** Rows of open orders, dense; `openCount` of them. */
  readonly open: Int32Array;
  private readonly openPlace: Int32Array;
  /** 0: last order id; 1: open orders. */
  private readonly counters: Int32Array;
  /** By venue and user reference modulo the slots: which reference stands there, and the order id it belongs to. */
  private readonly slotReference: Uint32Array;
  private readonly slotOrder: Int32Array;
  /** Slots of a venue: a power of two. */
  private readonly referenceSlots: number;
  /** Next user reference of each venue, from 1. */
  private readonly nextReference: Float64Array;
  private readonly rows: number;
  private readonly instrumentCount: number;
  private readonly venueCount: number;

  /** `rows` is how many orders are remembered, the open ones among them. */
  constructor(registry: StateRegistry, desk: Desk, rows: number) {
    this.rows = rows;
    this.instrumentCount = desk.instruments.length;
    this.venueCount = desk.venues.length;
    this.referenceSlots = powerOfTwoAtLeast(rows * referencesPerRow);
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
    this.bustedQuantity = registry.allocate("orders.bustedQuantity", "i32", rows);
    this.leavesQuantity = registry.allocate("orders.leavesQuantity", "i32", rows);
    this.price = registry.allocate("orders.price", "f64", rows);
    this.userReference = registry.allocate("orders.userReference", "u32", rows);
    this.replaceReference = registry.allocate("orders.replaceReference", "u32", rows);
    this.replacePrice = registry.allocate("orders.replacePrice", "f64", rows);
    this.replaceQuantity = registry.allocate("orders.replaceQuantity", "i32", rows);
    this.countedQuantity = registry.allocate("orders.countedQuantity", "i32", rows);
    this.countedPrice = registry.allocate("orders.countedPrice", "f64", rows);
    this.submittedNs = registry.allocate("orders.submittedNs", "f64", rows);
    this.unansweredNs = registry.allocate("orders.unansweredNs", "f64", rows);
    this.acceptance = registry.allocate("orders.acceptance", "u8", rows);
    this.lineEndReference = registry.allocate("orders.lineEndReference", "u32", rows);
    this.cancelCause = registry.allocate("orders.cancelCause", "u8", rows);
    this.refusedCancel = registry.allocate("orders.refusedCancel", "u8", rows);
    this.refusedCancelNs = registry.allocate("orders.refusedCancelNs", "f64", rows);
    this.killMarks = registry.allocate("orders.killMarks", "u8", rows);
    this.workingQuantity = registry.allocate("orders.workingQuantity", "f64", desk.instruments.length * 2);
    this.strategyWorkingQuantity = registry.allocate(
      "orders.strategyWorkingQuantity",
      "f64",
      desk.strategies.length * desk.instruments.length * 2,
    );
    this.workingNotional = registry.allocate("orders.workingNotional", "f64", 2);
    this.strategyWorkingNotional = registry.allocate(
      "orders.strategyWorkingNotional",
      "f64",
      desk.strategies.length * 2,
    );
    this.pairWorkingNotional = registry.allocate("orders.pairWorkingNotional", "f64", desk.pairs.length * 2);
    this.pairWorkingQuantity = registry.allocate("orders.pairWorkingQuantity", "f64", desk.pairs.length * 4);
    this.pairInstrumentB = Int32Array.from(desk.pairs, (pair) => pair.instrumentB);
    const listingSides = desk.instruments.length * desk.venues.length * 2;
    this.listingFirst = registry.allocate("orders.listingFirst", "i32", listingSides);
    this.listingNext = registry.allocate("orders.listingNext", "i32", rows);
    this.listingBefore = registry.allocate("orders.listingBefore", "i32", rows);
    this.openByStrategy = registry.allocate("orders.openByStrategy", "i32", desk.strategies.length);
    this.open = registry.allocate("orders.open", "i32", rows);
    this.openPlace = registry.allocate("orders.openPlace", "i32", rows);
    this.counters = registry.allocate("orders.counters", "i32", 2);
    this.nextReference = registry.allocate("orders.nextReference", "f64", desk.venues.length).fill(1);
    this.slotReference = registry.allocate("orders.slotReference", "u32", desk.venues.length * this.referenceSlots);
    this.slotOrder = registry.allocate("orders.slotOrder", "i32", desk.venues.length * this.referenceSlots);
  }

  /** Orders sent today. */
  get count(): number {
    return this.counters[0];
  }

  get openCount(): number {
    return this.counters[1];
  }

  /** True while another order fits into the rows and the user references. */
  readonly hasRoom = (venue: number): boolean => {
    return this.counters[1] < this.rows >> 1 && this.nextReference[venue] < userReferenceMax;
  };

  /** The first open order of a listing on a side (0 buy, 1 sell); 0 when there is none. */
  readonly firstAt = (listing: number, sell: number): number => {
    return this.listingFirst[listing * 2 + sell];
  };

  /** The open order after another one of the same listing and side; 0 at the end. */
  readonly nextAt = (row: number): number => {
    return this.listingNext[row];
  };

  /** The most aggressive price an open order has or may get by a replace on its way. */
  readonly touchingPrice = (row: number): number => {
    const { price, replacePrice } = this;
    if (this.replaceReference[row] === 0) return price[row];
    return this.side[row] === sides.code.buy
      ? Math.max(price[row], replacePrice[row])
      : Math.min(price[row], replacePrice[row]);
  };

  /** The row of a venue's user reference, 0 when it is none of ours, or of an order too old to be remembered. */
  readonly ofReference = (venue: number, userReference: number): number => {
    const slot = this.slotOf(venue, userReference);
    return this.slotReference[slot] === userReference ? this.ofId(this.slotOrder[slot]) : 0;
  };

  /** True for a user reference that we used, for an order or for a message that is none, as far as it is remembered. */
  readonly isTaken = (venue: number, userReference: number): boolean => {
    return this.slotReference[this.slotOf(venue, userReference)] === userReference;
  };

  /** The row of an order id, 0 when there was none or it is too old to be remembered. */
  readonly ofId = (id: number): number => {
    if (id < 1 || id > this.counters[0]) return 0;
    const row = 1 + (id % (this.rows - 1));
    return this.idOf[row] === id ? row : 0;
  };

  /** Uses up a user reference of a venue; row 0 for messages that are no order. */
  readonly takeReference = (venue: number, row: number): number => {
    const reference = this.nextReference[venue]++;
    const slot = this.slotOf(venue, reference);
    this.slotReference[slot] = reference;
    this.slotOrder[slot] = row === 0 ? 0 : this.idOf[row];
    return reference;
  };

  /** Notes a reference that the venue says belongs to an order; ours to come are above it. */
  readonly adoptReference = (venue: number, reference: number, row: number): void => {
    const slot = this.slotOf(venue, reference);
    this.slotReference[slot] = reference;
    this.slotOrder[slot] = this.idOf[row];
    this.raiseNextReference(venue, reference + 1);
  };

  /** The next user reference of a venue, which the venue may have taken further than we know. */
  readonly nextReferenceOf = (venue: number): number => {
    return this.nextReference[venue];
  };

  readonly raiseNextReference = (venue: number, atLeast: number): void => {
    if (atLeast > this.nextReference[venue] && atLeast <= userReferenceMax) this.nextReference[venue] = atLeast;
  };

  /**
   * Takes the next order id and its row, cleared; the caller sets its columns and begins its life. An id whose row
   * is still in use by an order that has been open for all the others is passed over.
   */
  readonly openNext = (): number => {
    let id = this.counters[0] + 1;
    while (this.isOpen(1 + (id % (this.rows - 1)))) id++;
    this.counters[0] = id;
    const row = 1 + (id % (this.rows - 1));
    this.idOf[row] = id;
    this.filledQuantity[row] = 0;
    this.bustedQuantity[row] = 0;
    this.replaceReference[row] = 0;
    this.unansweredNs[row] = 0;
    this.acceptance[row] = acceptances.none;
    this.lineEndReference[row] = 0;
    this.cancelCause[row] = 0;
    this.refusedCancel[row] = 0;
    this.killMarks[row] = 0;
    return row;
  };

  /** Makes an order count as exposure, in an open state; what it may still trade is what has not been filled. */
  readonly beginLife = (row: number, state: number = states.pending): void => {
    this.state[row] = state;
    this.leavesQuantity[row] = this.quantity[row] - this.filledQuantity[row] - this.bustedQuantity[row];
    this.openPlace[row] = this.counters[1];
    this.open[this.counters[1]++] = row;
    this.openByStrategy[this.strategy[row]]++;
    this.chain(row);
    this.countedQuantity[row] = 0;
    this.countedPrice[row] = 0;
    this.countWorst(row, this.leavesQuantity[row], this.price[row]);
  };

  /** Sets what may still trade; at 0 nothing changes but the number (the caller ends the order). */
  readonly setLeaves = (row: number, leaves: number): void => {
    this.leavesQuantity[row] = leaves;
    this.recount(row);
  };

  /** The order stands at another price from now on. */
  readonly setPrice = (row: number, price: number): void => {
    this.price[row] = price;
    this.recount(row);
  };

  /** A replace goes out: until it is answered the worse of both counts. */
  readonly beginReplace = (row: number, reference: number, quantity: number, price: number): void => {
    this.replaceReference[row] = reference;
    this.replaceQuantity[row] = quantity;
    this.replacePrice[row] = price;
    this.recount(row);
  };

  /** The replace was answered, or never arrived: only what the order is counts again. */
  readonly endReplace = (row: number): void => {
    this.replaceReference[row] = 0;
    this.recount(row);
  };

  /** Ends an order in a final state: nothing of it is exposure any more. */
  readonly endLife = (row: number, state: number): void => {
    this.replaceReference[row] = 0;
    this.setLeaves(row, 0);
    this.state[row] = state;
    const place = this.openPlace[row];
    const last = this.open[--this.counters[1]];
    this.open[place] = last;
    this.openPlace[last] = place;
    this.openByStrategy[this.strategy[row]]--;
    this.unchain(row);
  };

  /** True while the order may trade. */
  readonly isOpen = (row: number): boolean => {
    return openStates[this.state[row]] === 1;
  };

  /** Working quantity of an instrument on one side (0 buy, 1 sell). */
  readonly workingOf = (instrument: number, sell: number): number => {
    return this.workingQuantity[instrument * 2 + sell];
  };

  readonly strategyWorkingOf = (strategy: number, instrument: number, sell: number): number => {
    return this.strategyWorkingQuantity[(strategy * this.instrumentCount + instrument) * 2 + sell];
  };

  /** 0 for the pair's instrument A, 1 for its instrument B. */
  readonly legOf = (pair: number, instrument: number): number => {
    return instrument === this.pairInstrumentB[pair] ? 1 : 0;
  };

  /** Working quantity of one leg of a pair (0 instrument A, 1 instrument B) on one side. */
  readonly pairWorkingOf = (pair: number, leg: number, sell: number): number => {
    return this.pairWorkingQuantity[pair * 4 + leg * 2 + sell];
  };

  /**
   * Counts a wish as if it worked in full (1), or takes that back (-1): how the items of a basket weigh on those after
   * them. Sums of whole numbers, so that taking back leaves what was.
   */
  readonly reserve = (wish: Wish, sign: 1 | -1): void => {
    const sell = wish.sell ? 1 : 0;
    const quantity = sign * wish.quantity;
    this.countWorking(wish.strategy, wish.pair, wish.instrument, sell, quantity, quantity * wish.limitPrice);
  };

  /** Counts an order at its worst: as it is, or as a replace on its way would make it. */
  private readonly recount = (row: number): void => {
    const leaves = this.leavesQuantity[row];
    if (this.replaceReference[row] === 0) return this.countWorst(row, leaves, this.price[row]);
    this.countWorst(
      row,
      Math.max(leaves, this.replaceQuantity[row] - this.filledQuantity[row] - this.bustedQuantity[row]),
      Math.max(this.price[row], this.replacePrice[row]),
    );
  };

  private readonly countWorst = (row: number, quantity: number, price: number): void => {
    const sell = this.side[row] === sides.code.buy ? 0 : 1;
    const change = quantity - this.countedQuantity[row];
    const notional = quantity * price - this.countedQuantity[row] * this.countedPrice[row];
    this.countedQuantity[row] = quantity;
    this.countedPrice[row] = price;
    this.countWorking(this.strategy[row], this.pair[row], this.instrument[row], sell, change, notional);
  };

  private readonly countWorking = (
    strategy: number,
    pair: number,
    instrument: number,
    sell: number,
    quantity: number,
    notional: number,
  ): void => {
    this.workingQuantity[instrument * 2 + sell] += quantity;
    this.strategyWorkingQuantity[(strategy * this.instrumentCount + instrument) * 2 + sell] += quantity;
    this.workingNotional[sell] += notional;
    this.strategyWorkingNotional[strategy * 2 + sell] += notional;
    if (pair < 0) return;
    const leg = this.legOf(pair, instrument);
    this.pairWorkingNotional[pair * 2 + sell] += notional;
    this.pairWorkingQuantity[pair * 4 + leg * 2 + sell] += quantity;
  };

  private readonly chain = (row: number): void => {
    const place = this.chainOf(row);
    const next = this.listingFirst[place];
    this.listingNext[row] = next;
    this.listingBefore[row] = 0;
    if (next !== 0) this.listingBefore[next] = row;
    this.listingFirst[place] = row;
  };

  private readonly unchain = (row: number): void => {
    const next = this.listingNext[row];
    const before = this.listingBefore[row];
    if (next !== 0) this.listingBefore[next] = before;
    if (before !== 0) this.listingNext[before] = next;
    else this.listingFirst[this.chainOf(row)] = next;
  };

  private readonly slotOf = (venue: number, reference: number): number => {
    return venue * this.referenceSlots + (reference & (this.referenceSlots - 1));
  };

  private readonly chainOf = (row: number): number => {
    const sell = this.side[row] === sides.code.buy ? 0 : 1;
    return (this.instrument[row] * this.venueCount + this.venue[row]) * 2 + sell;
  };
}
