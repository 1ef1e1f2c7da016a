import { scopes } from "../../../domain/command";
import { factCode } from "../../../domain/facts";
import { alertCodes } from "../../../domain/health";
import { listingOf } from "../../../domain/ids";
import { cancelCauses, openStates, orderStates, sides, timesInForce } from "../../../domain/order";
import {
  lifeCell,
  orderMessages,
  orderNextStates,
  orderVerdictCodes,
  orderVerdicts,
  settledState,
} from "../../../domain/order-life";
import { nsPerSecond } from "../../../domain/time";
import type { StateRegistry } from "../../machine/state-registry";
import { ouchCancelReason } from "../../wire/ouch-codes";
import type { OrderBooks } from "../book/order-books";
import { askSide, bidSide } from "../book/order-books";
import type { Quotes } from "../book/quotes";
import type { ApprovedMessage } from "../risk/approved-message";
import type { Gate } from "../risk/gate";
import type { Wish } from "../strategy/strategy";
import type { Turn } from "../turn";
import { BookRecord } from "./book-record";
import { acceptances, type Orders } from "./orders";
import type { Parents } from "./parents";

const states = orderStates.code;
const messages = orderMessages.code;
const contradicts = orderVerdicts.code.contradicts;
const notSent = orderVerdicts.code.notSent;
const causes = cancelCauses.code;
/** Kills whose progress is followed at a time, a bit each in an order's marks; the oldest gives way. */
export const killSlots = 8;
/** A cancel that a venue refused is asked again after this. */
const cancelAgainNs = nsPerSecond;
/** A venue answers within this, or the order's fate is unknown and it is asked. */
const answerNsMax = 2 * nsPerSecond;
const dayOrder = timesInForce.code.day;
const immediateOrCancel = timesInForce.code.immediateOrCancel;

/** Where execution sends messages; the venue stage is behind it. */
export interface OrderPort {
  enter(approved: ApprovedMessage, userReference: number, order: number): void;
  replace(approved: ApprovedMessage, originalReference: number, userReference: number, order: number): void;
  /** False when the session is down; the cancel goes out when it is back. */
  cancel(venue: number, userReference: number): boolean;
}

/** Who hears that a parent ended, and when refusals happen. */
export interface ExecutionOwner {
  onParentDone(parent: number): void;
  onRefused(strategy: number, code: number): void;
  onOrderSent(strategy: number, venue: number): void;
  /** An order of these kill slots that had ended is alive. */
  onKilledBack(slots: number): void;
  /** A venue would not cancel an order that has ended here: one in doubt. */
  onCancelOfClosedRefused(order: number): void;
}

/**
 * Parents and their children: places what the gate approves, follows each order's life, and asks for cancels. The
 * transition of every venue message stands here; fills come through the fill stage and end here.
 */
export class Execution {
  private readonly venueCount: number;
  /** Orders ended per kill slot. */
  private readonly killedEnded: Float64Array;
  private readonly bookRecord: BookRecord;
  /** Bits of the kill slots of which this step sends cancels. */
  private readonly killCancels: Uint8Array;
  /** The order placed last. */
  lastOrder = 0;
  /** What led to the wish at hand: fields of the fact that it names, the first one the parent's. */
  readonly evidence = new Float64Array(32);

  constructor(
    registry: StateRegistry,
    private readonly turn: Turn,
    private readonly books: OrderBooks,
    private readonly quotes: Quotes,
    private readonly gate: Gate,
    readonly orders: Orders,
    readonly parents: Parents,
    private readonly port: OrderPort,
    private readonly owner: ExecutionOwner,
    venueCount: number,
  ) {
    this.venueCount = venueCount;
    this.bookRecord = new BookRecord(turn, books, quotes, venueCount);
    this.killedEnded = registry.allocate("execution.killedEnded", "f64", killSlots);
    this.killCancels = registry.allocate("execution.killCancels", "u8", 1);
  }

  /** Takes a wish: the parent's id, or 0 when the gate refused it or nothing of it could be placed. */
  readonly submit = (wish: Wish): number => {
    return this.approvesParent(wish, 0) ? this.open(wish, this.firstVenueOf(wish)) : 0;
  };

  /**
   * Takes wishes that belong together: none when the gate refuses one, when all of them together are too much (each is
   * weighed with those before it as if they worked), or when no venue would take one of those that take. `rows` gets each
   * one's parent, 0 for none; one whose orders are refused after all ends it. How many got a parent. The wishes must be
   * different objects.
   */
  readonly submitBasket = (wishes: readonly Wish[], rows: Int32Array): number => {
    const { orders } = this;
    let notional = 0;
    let approved = 0;
    for (; approved < wishes.length; approved++) {
      const wish = wishes[approved];
      if (!this.approvesParent(wish, notional)) break;
      // Nothing that is sent for one wish changes what the venues show: it is the venue to begin with later too.
      const venue = this.firstVenueOf(wish);
      if (venue < 0) {
        this.refuseWithoutVenue(wish);
        break;
      }
      rows[approved] = venue;
      notional += wish.quantity * wish.limitPrice;
      orders.reserve(wish, 1);
    }
    for (let i = 0; i < approved; i++) orders.reserve(wishes[i], -1);
    if (approved < wishes.length) {
      rows.fill(0);
      return 0;
    }
    for (let i = 0; i < wishes.length; i++) {
      rows[i] = this.open(wishes[i], rows[i]);
      if (rows[i] !== 0) continue;
      rows.fill(0, i);
      return i;
    }
    return wishes.length;
  };

  /** Makes a parent of an approved wish and places its orders, the first one at `firstVenue`; -1 for no venue. */
  private readonly open = (wish: Wish, firstVenue: number): number => {
    const { orders, parents, turn } = this;
    // A parent without any order to send would only fill the record, four times a second while a venue is away.
    if (firstVenue < 0) return this.refuseWithoutVenue(wish);
    const parent = parents.openNext();
    parents.strategy[parent] = wish.strategy;
    parents.pair[parent] = wish.pair;
    parents.instrument[parent] = wish.instrument;
    parents.side[parent] = wish.sell ? sides.code.sell : sides.code.buy;
    parents.reason[parent] = wish.reason;
    parents.quantity[parent] = wish.quantity;
    parents.limitPrice[parent] = wish.limitPrice;
    this.gate.openParent(parent, wish.quantity);
    const at = turn.beginFact();
    const { factFields } = turn;
    factFields[at] = parents.idOf[parent];
    factFields[at + 1] = wish.strategy;
    factFields[at + 2] = wish.pair;
    factFields[at + 3] = wish.instrument;
    factFields[at + 4] = parents.side[parent];
    factFields[at + 5] = wish.quantity;
    factFields[at + 6] = wish.limitPrice;
    factFields[at + 7] = wish.reason;
    factFields[at + 8] = this.quotes.bidPrice(wish.instrument);
    factFields[at + 9] = this.quotes.askPrice(wish.instrument);
    factFields[at + 10] = wish.signal;
    turn.endFact(factCode.parentCreated);
    if (wish.evidenceKind >= 0) {
      this.evidence[0] = parents.idOf[parent];
      turn.emitFrom(wish.evidenceKind, this.evidence);
    }
    const before = orders.count;
    if (wish.style === "post") this.place(wish, parent, firstVenue, wish.quantity, wish.limitPrice, dayOrder, 1);
    else this.take(wish, parent, firstVenue);
    if (orders.count === before) {
      parents.nothingSent(parent);
      return 0;
    }
    return parent;
  };

  /** Asks the venue to cancel an open order; asking again changes nothing. False when the order is not open. */
  readonly cancel = (order: number, cause: number): boolean => {
    const { orders } = this;
    if (!orders.isOpen(order) || orders.countedQuantity[order] === 0) return false;
    if (orders.cancelCause[order] !== 0) {
      // Whoever else wants it too has it asked again where the venue refuses; a strategy that is killed would not.
      if (orders.cancelCause[order] === causes.strategy + 1) orders.cancelCause[order] = cause + 1;
      return true;
    }
    // Nor does one that runs on take over what somebody else wants and was refused.
    const refused = orders.refusedCancel[order];
    const by = refused !== 0 && cause === causes.strategy ? refused - 1 : cause;
    orders.cancelCause[order] = by + 1;
    orders.refusedCancel[order] = 0;
    this.turn.emit(factCode.orderCancelSent, orders.idOf[order], by);
    this.recordBook(order);
    this.move(order, messages.cancelSent);
    this.sendCancel(order);
    return true;
  };

  /** Cancels a reference of an order in doubt, open here or not; false when that can't leave now. */
  readonly cancelDoubted = (venue: number, reference: number): boolean => {
    const { orders } = this;
    const order = orders.ofReference(venue, reference);
    // Of an open one the cancel is followed like any other's.
    if (orders.isOpen(order) && orders.userReference[order] === reference && this.cancel(order, causes.user))
      return true;
    if (!this.port.cancel(venue, reference)) return false;
    this.gate.countSessionMessage(venue);
    return true;
  };

  /** Cancels a parent's open orders. */
  readonly cancelParent = (parent: number, cause: number): void => {
    const { orders } = this;
    for (let i = orders.openCount - 1; i >= 0; i--)
      if (orders.parent[orders.open[i]] === parent) this.cancel(orders.open[i], cause);
  };

  /** Cancels all open orders in a scope; how many there were. With a kill slot they count towards that kill from now on. */
  readonly cancelScope = (scope: number, target: number, cause: number, killSlot = -1): number => {
    const { orders } = this;
    let found = 0;
    for (let i = orders.openCount - 1; i >= 0; i--) {
      const order = orders.open[i];
      if (!this.isInScope(order, scope, target)) continue;
      found++;
      if (killSlot >= 0) orders.killMarks[order] |= 1 << killSlot;
      this.cancel(order, cause);
    }
    return found;
  };

  /** True while any order in a scope is open. */
  readonly hasOpenIn = (scope: number, target: number): boolean => {
    const { orders } = this;
    for (let i = 0; i < orders.openCount; i++) if (this.isInScope(orders.open[i], scope, target)) return true;
    return false;
  };

  /**
   * Moves a working order of which nothing is filled yet to another price, and to another size where one is given; a fill
   * that crosses it on the wire is part of that size, as OUCH means it. False when it can't be now.
   */
  readonly replace = (order: number, price: number, quantity = this.orders.quantity[order]): boolean => {
    const { orders, turn } = this;
    if (
      orderVerdictCodes[lifeCell(orders.state[order], messages.replaceSent)] === notSent ||
      orders.replaceReference[order] !== 0 ||
      orders.filledQuantity[order] > 0
    )
      return false;
    const approved = this.gate.approveReplace(order, quantity, price);
    if (approved === null) {
      this.emitRefusal(
        orders.strategy[order],
        orders.pair[order],
        orders.instrument[order],
        orders.venue[order],
        orders.side[order],
        quantity,
        price,
      );
      return false;
    }
    const venue = orders.venue[order];
    const reference = orders.takeReference(venue, order);
    const before = orders.countedQuantity[order];
    orders.beginReplace(order, reference, quantity, price);
    // The gate took the size asked for; shares of a fill that was broken are in it and can't trade again.
    this.gate.giveBack(orders.parent[order], Math.max(before, quantity) - orders.countedQuantity[order]);
    orders.unansweredNs[order] = turn.timeNs;
    this.move(order, messages.replaceSent);
    turn.emit(factCode.orderReplaceSent, orders.idOf[order], reference, quantity, price);
    this.recordApproved(order);
    this.port.replace(approved, orders.userReference[order], reference, order);
    this.owner.onOrderSent(orders.strategy[order], venue);
    return true;
  };

  /** The venue took an order (OUCH 'A'). `live` false: it was dead on arrival. */
  readonly onAccepted = (
    order: number,
    referenceHigh: number,
    referenceLow: number,
    venueTimeNs: number,
    quantity: number,
    price: number,
    live: boolean,
  ): void => {
    const { orders } = this;
    const wasOpen = orders.isOpen(order);
    const isFirst = orders.acceptance[order] !== acceptances.accepted;
    orders.acceptance[order] = acceptances.accepted;
    // Dead on arrival is no acceptance of an order that has ended here: who follows it by its facts would have it live again.
    if (isFirst && (live || wasOpen)) {
      // A cancel asked meanwhile is still without its answer, and may never have been sent.
      if (orders.replaceReference[order] === 0 && orders.cancelCause[order] === 0) this.answered(order);
      const { fields } = this.turn;
      fields[0] = orders.idOf[order];
      fields[1] = referenceHigh;
      fields[2] = referenceLow;
      fields[3] = venueTimeNs;
      fields[4] = quantity;
      fields[5] = price;
      this.turn.emitFields(factCode.orderAccepted);
      this.recordBook(order);
      if (live && quantity > 0 && price > 0) this.takeAsAccepted(order, quantity, price);
    }
    if (!live && !wasOpen) return this.move(order, messages.deadOnArrival);
    if (!live) {
      this.alertContradiction(order, messages.deadOnArrival);
      return this.onCancelled(order, orders.leavesQuantity[order], 0, venueTimeNs);
    }
    this.move(order, messages.accepted);
    if (isFirst && orders.isOpen(order)) this.watchQueue(order, referenceHigh, referenceLow);
    // An order given up as never seen, and here it is: it counts again, and goes.
    if (!wasOpen && orders.isOpen(order)) this.sendCancel(order);
  };

  /**
   * The venue accepted a replace (OUCH 'U'). `quantity`: what the new order has open; `live` false: nothing. The new
   * order has references of its own.
   */
  readonly onReplaced = (
    order: number,
    userReference: number,
    referenceHigh: number,
    referenceLow: number,
    quantity: number,
    price: number,
    venueTimeNs: number,
    live: boolean,
  ): void => {
    const { orders } = this;
    const asked = orders.replaceReference[order] === userReference ? orders.replaceQuantity[order] : 0;
    const before = orders.countedQuantity[order];
    orders.userReference[order] = userReference;
    const executed = orders.filledQuantity[order] + orders.bustedQuantity[order];
    orders.quantity[order] = asked > 0 ? asked : executed + quantity;
    orders.price[order] = price;
    orders.replaceReference[order] = 0;
    const isOpen = orders.isOpen(order);
    if (isOpen) {
      this.answered(order);
      // A fill that the drop copy told first is not open any more, whatever the venue said before it; nor if it was broken.
      orders.setLeaves(order, Math.max(0, Math.min(quantity, orders.quantity[order] - executed)));
      this.giveBack(order, before);
      const leaves = orders.leavesQuantity[order];
      this.turn.emit(factCode.orderReplaced, orders.idOf[order], userReference, leaves, price, venueTimeNs);
      this.recordBook(order);
      if (!live) return this.onCancelled(order, orders.leavesQuantity[order], 0, venueTimeNs);
      this.watchQueue(order, referenceHigh, referenceLow);
    }
    this.move(order, messages.replaced);
    this.endFilled(order);
    if (isOpen && orders.isOpen(order) && orders.cancelCause[order] !== 0) this.sendCancel(order);
  };

  /** The venue refused an order, or only its replace (OUCH 'J'). */
  readonly onRejected = (order: number, userReference: number, code: number, venueTimeNs: number): void => {
    const { orders } = this;
    // A reference that is not the order's own is a replace's, also of one that was given up meanwhile.
    if (userReference !== orders.userReference[order]) {
      if (userReference === orders.replaceReference[order]) {
        this.endReplace(order);
        this.answeredUnlessAsked(order);
      }
      this.turn.emit(factCode.orderReplaceRejected, orders.idOf[order], userReference, code, venueTimeNs);
      this.recordBook(order);
      this.move(order, messages.replaceRejected);
      this.endFilled(order);
      if (orders.isOpen(order) && orders.cancelCause[order] !== 0) this.sendCancel(order);
      return;
    }
    if (orders.isOpen(order)) {
      this.turn.emit(factCode.orderRejected, orders.idOf[order], code, venueTimeNs);
      this.recordBook(order);
    }
    this.move(order, messages.rejected);
  };

  /** The venue will cancel later (OUCH 'P'), or will not (OUCH 'I'): the order is in a cross. */
  readonly onCancelAnswered = (order: number, pending: boolean): void => {
    const { orders } = this;
    if (orders.isOpen(order)) {
      this.spokenOf(order);
      this.answeredUnlessAsked(order);
      this.turn.emit(factCode.orderCancelAnswered, orders.idOf[order], pending ? 1 : 0);
      this.recordBook(order);
      if (!pending) this.refuseCancel(order);
    } else if (!pending) this.owner.onCancelOfClosedRefused(order);
    this.move(order, pending ? messages.cancelPending : messages.cancelRejected);
  };

  /** What somebody else than its strategy wanted cancelled is asked again; a strategy decides anew. */
  private readonly refuseCancel = (order: number): void => {
    const { orders } = this;
    const cause = orders.cancelCause[order];
    orders.cancelCause[order] = 0;
    if (cause === 0 || cause === causes.strategy + 1) return;
    orders.refusedCancel[order] = cause;
    orders.refusedCancelNs[order] = this.turn.timeNs;
  };

  /** Ten times a second: cancels that a venue refused a while ago are asked again, until they are done. */
  readonly askRefusedCancels = (): void => {
    const { orders, turn } = this;
    for (let i = orders.openCount - 1; i >= 0; i--) {
      const order = orders.open[i];
      const cause = orders.refusedCancel[order];
      if (cause !== 0 && turn.timeNs - orders.refusedCancelNs[order] >= cancelAgainNs) this.cancel(order, cause - 1);
    }
  };

  /** The venue took quantity out of an order (OUCH 'C'); the order ends when nothing is left. */
  readonly onCancelled = (order: number, quantity: number, reason: number, venueTimeNs: number): void => {
    const { orders } = this;
    const leaves = Math.max(0, orders.leavesQuantity[order] - quantity);
    if (!orders.isOpen(order)) return this.move(order, messages.cancelled);
    this.spokenOf(order);
    this.turn.emit(factCode.orderCancelled, orders.idOf[order], quantity, leaves, reason, venueTimeNs);
    this.recordBook(order);
    if (leaves > 0) {
      const before = orders.countedQuantity[order];
      orders.setLeaves(order, leaves);
      this.giveBack(order, before);
      this.move(order, messages.reduced);
      return;
    }
    if (orders.cancelCause[order] === 0)
      orders.cancelCause[order] =
        (orders.timeInForce[order] === immediateOrCancel ? causes.immediateOrCancel : causes.venue) + 1;
    this.move(order, isExpiry(reason) ? messages.expired : messages.cancelled);
  };

  /** What is open of an order is now this much (OUCH 'M'). */
  readonly onReduced = (order: number, leavesQuantity: number, venueTimeNs: number): void => {
    const { orders } = this;
    const gone = orders.leavesQuantity[order] - leavesQuantity;
    if (orders.isOpen(order) && gone > 0) this.onCancelled(order, gone, 0, venueTimeNs);
  };

  /**
   * The venue moved an order by itself: to another place in its queue (OUCH 'T'), or what it shows of it (OUCH 'R'). `price`:
   * where it stands now; what the venue shows is 0 where it does not say, and so is the reference of a place that is the
   * same. A price worse than the one we gave is a contradiction: it counts all the same.
   */
  readonly onRestated = (
    order: number,
    reason: number,
    price: number,
    displayQuantity: number,
    displayPrice: number,
    referenceHigh: number,
    referenceLow: number,
    venueTimeNs: number,
  ): void => {
    const { orders, turn } = this;
    if (!orders.isOpen(order)) return this.move(order, messages.restated);
    this.spokenOf(order);
    const beyond = orders.side[order] === sides.code.buy ? price - orders.price[order] : orders.price[order] - price;
    if (beyond > 0 || displayQuantity > orders.leavesQuantity[order])
      turn.alert(alertCodes.code.orderContradiction, orders.idOf[order], messages.restated, orders.state[order]);
    if (price !== orders.price[order]) orders.setPrice(order, price);
    const { fields } = turn;
    fields[0] = orders.idOf[order];
    fields[1] = reason;
    fields[2] = price;
    fields[3] = displayQuantity;
    fields[4] = displayPrice;
    fields[5] = referenceHigh;
    fields[6] = referenceLow;
    fields[7] = orders.leavesQuantity[order];
    fields[8] = venueTimeNs;
    turn.emitFields(factCode.orderRestated);
    this.recordBook(order);
    if (referenceHigh !== 0 || referenceLow !== 0) this.watchQueue(order, referenceHigh, referenceLow);
    this.move(order, messages.restated);
  };

  /**
   * The order session broke: what a venue has not told yet, nobody here can know. Every open order there is unknown, in
   * exposure as before, until the venue has been asked.
   */
  readonly onSessionLost = (venue: number): void => {
    const { orders } = this;
    for (let i = orders.openCount - 1; i >= 0; i--) {
      const order = orders.open[i];
      if (orders.venue[order] !== venue) continue;
      if (orders.lineEndReference[order] === 0) orders.lineEndReference[order] = orders.nextReferenceOf(venue);
      // The cancel that seeks it may have been lost with this line.
      if (orders.acceptance[order] === acceptances.sought) orders.acceptance[order] = acceptances.none;
      this.becomeUnknown(order, messages.sessionLost);
    }
  };

  /**
   * Once a tenth of a second: orders that wait for an answer for too long are unknown from now on. True for the venue
   * where there are such, which is to be asked; about those that a cancel seeks as soon as it has left.
   */
  readonly hasUnanswered = (venue: number): boolean => {
    const { orders, turn } = this;
    let found = false;
    for (let i = orders.openCount - 1; i >= 0; i--) {
      const order = orders.open[i];
      const since = orders.unansweredNs[order];
      if (orders.venue[order] !== venue || since === 0) continue;
      const waitNs = orders.acceptance[order] === acceptances.sought ? 1 : answerNsMax;
      if (turn.timeNs - since < waitNs) continue;
      found = true;
      this.becomeUnknown(order, messages.noAnswer);
    }
    return found;
  };

  /**
   * The venue's next reference, from any answer to an account query, also one to an earlier question: what it counts
   * beyond, it has received, where both went out over one line. A later line's references say nothing of an order before
   * them; the first may be a kill's, before that line's own query was answered.
   */
  readonly onReceiptTold = (venue: number, nextReference: number): void => {
    const { orders } = this;
    for (let i = 0; i < orders.openCount; i++) {
      const order = orders.open[i];
      if (orders.venue[order] !== venue || orders.acceptance[order] !== acceptances.none) continue;
      const lineEnd = orders.lineEndReference[order];
      if (orders.userReference[order] < nextReference && (lineEnd === 0 || nextReference <= lineEnd))
        orders.acceptance[order] = acceptances.received;
    }
  };

  /**
   * The venue answered an account query that was asked at `askedNs`: all it had to say of what it was told before then
   * has come, since the stream is sequenced. What was told in that very turn may have left after the question: it is
   * asked about again. An order that the venue never received is lost. Where its count is of a later line, it tells nothing of the
   * order: a cancel goes out, and what it does not find by the answer to the next question is lost. One that it received and says nothing of
   * contradicts the stream: nobody can tell its fate. A replace or cancel that it never answered found nothing to act on,
   * or was lost: the order stands, and the cancel is asked again.
   */
  readonly onQueryAnswered = (venue: number, nextReference: number, askedNs: number): void => {
    const { orders } = this;
    orders.raiseNextReference(venue, nextReference);
    this.onReceiptTold(venue, nextReference);
    for (let i = orders.openCount - 1; i >= 0; i--) {
      const order = orders.open[i];
      if (orders.venue[order] !== venue || orders.unansweredNs[order] >= askedNs) continue;
      switch (orders.acceptance[order]) {
        case acceptances.none:
          if (this.isCountOfLaterLine(order, nextReference)) this.seek(order);
          else this.giveUp(order);
          continue;
        case acceptances.sought:
          this.giveUp(order);
          continue;
        case acceptances.received:
        case acceptances.withheld:
          this.withheld(order);
          continue;
      }
      // It took the order before, and now says that it never saw it: a person has to find out.
      if (orders.userReference[order] >= nextReference) {
        this.turn.alert(
          alertCodes.code.orderContradiction,
          orders.idOf[order],
          messages.neverSeen,
          orders.state[order],
        );
        orders.unansweredNs[order] = 0;
        this.becomeUnknown(order, messages.sessionLost);
        continue;
      }
      if (orders.unansweredNs[order] === 0 && orders.state[order] !== states.unknown) continue;
      this.endReplace(order);
      orders.unansweredNs[order] = 0;
      this.turn.emit(factCode.orderConfirmed, orders.idOf[order]);
      this.recordBook(order);
      this.move(order, messages.confirmed);
      this.endFilled(order);
      if (orders.isOpen(order) && orders.cancelCause[order] !== 0) this.sendCancel(order);
    }
  };

  /** The day ends and nobody could tell the order's fate: it is not followed any more. */
  readonly abandon = (order: number): void => {
    const { orders } = this;
    this.turn.emit(factCode.orderAbandoned, orders.idOf[order], orders.leavesQuantity[order]);
    this.recordBook(order);
    this.move(order, messages.expired);
  };

  /**
   * What was to be sent since `sinceNs` never left. Orders among it the venue never received, nor will it; cancels that
   * may be among it are sent again. Replaces are asked about like any other that is not answered.
   */
  readonly onOutputsLost = (sinceNs: number): void => {
    const { orders } = this;
    for (let i = orders.openCount - 1; i >= 0; i--) {
      const order = orders.open[i];
      const isUnsent = orders.submittedNs[order] >= sinceNs && orders.acceptance[order] === acceptances.none;
      if (isUnsent) this.giveUp(order);
      else if (orders.cancelCause[order] !== 0) this.sendCancel(order);
    }
  };

  /** A fill was accepted: less is open, and the parent has more. Returns the order's leaves. */
  readonly onFilled = (order: number, quantity: number): number => {
    const { orders, parents } = this;
    const parent = orders.parent[order];
    orders.filledQuantity[order] += quantity;
    parents.fill(parent, quantity);
    if (!orders.isOpen(order)) {
      // What had been given back to the parent is taken after all.
      this.gate.giveBack(parent, -quantity);
      this.turn.alert(alertCodes.code.overfill, orders.idOf[order], quantity, 0);
      return 0;
    }
    this.spokenOf(order);
    const leaves = orders.leavesQuantity[order] - quantity;
    if (leaves < 0 && orders.replaceReference[order] === 0) {
      this.gate.giveBack(parent, leaves);
      this.turn.alert(alertCodes.code.overfill, orders.idOf[order], quantity, orders.leavesQuantity[order]);
    }
    orders.setLeaves(order, Math.max(0, leaves));
    if (leaves > 0) this.move(order, messages.partFill);
    return Math.max(0, leaves);
  };

  /**
   * Ends an order that is filled; called after its position is booked, so that strategies see it. One whose replace is
   * still on its way may have more to trade, and goes on until the venue has answered.
   */
  readonly endFilled = (order: number): void => {
    if (this.orders.isOpen(order) && this.orders.countedQuantity[order] <= 0) this.move(order, messages.wholeFill);
  };

  /** The venue took a fill back (OUCH 'B'). What was open stays open: a bust brings no order back. */
  readonly onBusted = (order: number, quantity: number): void => {
    const { orders, parents } = this;
    orders.filledQuantity[order] -= quantity;
    orders.bustedQuantity[order] += quantity;
    parents.bust(orders.parent[order], quantity);
    this.move(order, messages.bust);
  };

  /** A fill that had been taken back stands after all; what is open stays as it is. */
  readonly onRestored = (order: number, quantity: number): void => {
    const { orders, parents } = this;
    orders.filledQuantity[order] += quantity;
    orders.bustedQuantity[order] = Math.max(0, orders.bustedQuantity[order] - quantity);
    parents.fill(orders.parent[order], quantity);
    if (orders.isOpen(order)) this.move(order, messages.partFill);
  };

  /** The order is what the venue took (OUCH 5.0 section 3.2); more of it, or a worse price, is a contradiction, and counts. */
  private readonly takeAsAccepted = (order: number, quantity: number, price: number): void => {
    const { orders, turn } = this;
    if (quantity === orders.quantity[order] && price === orders.price[order]) return;
    const beyond = orders.side[order] === sides.code.buy ? price - orders.price[order] : orders.price[order] - price;
    if (quantity > orders.quantity[order] || beyond > 0)
      turn.alert(alertCodes.code.orderContradiction, orders.idOf[order], messages.accepted, orders.state[order]);
    const before = orders.countedQuantity[order];
    orders.quantity[order] = quantity;
    orders.price[order] = price;
    if (!orders.isOpen(order)) return;
    orders.setLeaves(order, Math.max(0, quantity - orders.filledQuantity[order] - orders.bustedQuantity[order]));
    this.giveBack(order, before);
  };

  /** Records the market beside the fact just emitted about this order. */
  readonly recordBook = (order: number): void => {
    const { orders } = this;
    this.bookRecord.record(orders.idOf[order], this.turn.factNumber, orders.instrument[order], orders.venue[order]);
  };

  /** Quantity ahead of a resting order at its price, as its venue's data tell; -1 while its place is not known. */
  readonly quantityAheadOf = (order: number): number => {
    return this.books.queue.aheadOf(order);
  };

  /** Orders of a kill slot that have ended. */
  readonly killedEndedIn = (slot: number): number => {
    return this.killedEnded[slot];
  };

  /** Bits of the kill slots of which cancels were sent since the last call. */
  readonly takeKillCancels = (): number => {
    const slots = this.killCancels[0];
    this.killCancels[0] = 0;
    return slots;
  };

  /** A kill slot is used anew. */
  readonly clearKillSlot = (slot: number): void => {
    const { orders } = this;
    for (let row = 0; row < orders.killMarks.length; row++) orders.killMarks[row] &= ~(1 << slot);
    this.killCancels[0] &= ~(1 << slot);
    this.killedEnded[slot] = 0;
  };

  /** Open orders of a kill slot whose fate nobody can tell now: unknown, or the venue refuses their cancel for the time being. */
  readonly unknownOfKill = (slot: number): number => {
    const { orders } = this;
    let unknown = 0;
    for (let i = 0; i < orders.openCount; i++) {
      const order = orders.open[i];
      if ((orders.killMarks[order] & (1 << slot)) === 0) continue;
      if (orders.state[order] === states.unknown || orders.refusedCancel[order] !== 0) unknown++;
    }
    return unknown;
  };

  /** Open orders whose fate nobody can tell now. */
  get unknownCount(): number {
    const { orders } = this;
    let unknown = 0;
    for (let i = 0; i < orders.openCount; i++) if (orders.state[orders.open[i]] === states.unknown) unknown++;
    return unknown;
  }

  /** Best price first, venue by venue, up to the limit: what each shows, the rest at the last one. */
  private readonly take = (wish: Wish, parent: number, firstVenue: number): void => {
    const { instrument, sell, limitPrice } = wish;
    let left = wish.quantity;
    let tried = 0;
    let venue = firstVenue;
    while (venue >= 0 && left > 0) {
      tried |= 1 << venue;
      const ladder = listingOf(instrument, venue, this.venueCount) * 2 + (sell ? bidSide : askSide);
      const shown = this.shownWithin(ladder, sell, limitPrice, left);
      const isLast = shown >= left || this.bestVenue(wish, tried) < 0;
      const quantity = isLast ? left : shown;
      if (this.place(wish, parent, venue, quantity, limitPrice, immediateOrCancel, 0)) left -= quantity;
      venue = left > 0 ? this.bestVenue(wish, tried) : -1;
    }
  };

  /** The venue with the best price within the limit that takes orders now; -1 for none. `tried`: bits of venues to leave out. */
  private readonly bestVenue = (wish: Wish, tried: number): number => {
    const { instrument, sell, limitPrice } = wish;
    let best = -1;
    let bestPrice = 0;
    for (let venue = 0; venue < this.venueCount; venue++) {
      if ((tried >> venue) & 1 || !this.gate.isVenueOpen(instrument, venue)) continue;
      const price = this.shownPrice(instrument, venue, sell);
      if (price === 0 || (sell ? price < limitPrice : price > limitPrice)) continue;
      if (best < 0 || (sell ? price > bestPrice : price < bestPrice)) {
        best = venue;
        bestPrice = price;
      }
    }
    return best;
  };

  /** Where a wish would be taken to now, -1 for nowhere; a resting one names its venue. */
  private readonly firstVenueOf = (wish: Wish): number =>
    wish.style === "take" ? this.bestVenue(wish, 0) : wish.venue;

  /** Says why no venue takes the order: the first one's reason, or that none shows a price within the limit. */
  private readonly refuseWithoutVenue = (wish: Wish): number => {
    const { gate } = this;
    const { instrument, limitPrice, sell } = wish;
    let bestPrice = 0;
    for (let venue = 0; venue < this.venueCount; venue++) {
      if (!gate.isVenueOpen(instrument, venue)) {
        this.refused(wish, venue, wish.quantity, limitPrice);
        return 0;
      }
      const price = this.shownPrice(instrument, venue, sell);
      if (price !== 0 && (bestPrice === 0 || (sell ? price > bestPrice : price < bestPrice))) bestPrice = price;
    }
    gate.refuseUnpriced(limitPrice, bestPrice);
    this.refused(wish, -1, wish.quantity, limitPrice);
    return 0;
  };

  /** What a venue shows on the other side of an order; 0 for nothing. */
  private readonly shownPrice = (instrument: number, venue: number, sell: boolean): number => {
    const ladder = listingOf(instrument, venue, this.venueCount) * 2 + (sell ? bidSide : askSide);
    return this.books.ladders.bestPrice(ladder);
  };

  /** Quantity shown at the limit or better; does not count on beyond `wanted`. */
  private readonly shownWithin = (ladder: number, sell: boolean, limitPrice: number, wanted: number): number => {
    const { ladders } = this.books;
    let shown = 0;
    for (let depth = 0; depth < ladders.countOf(ladder) && shown < wanted; depth++) {
      const level = ladders.levelAt(ladder, depth);
      const price = ladders.priceOf(level);
      if (sell ? price < limitPrice : price > limitPrice) break;
      shown += ladders.quantityOf(level);
    }
    return shown;
  };

  private readonly place = (
    wish: Wish,
    parent: number,
    venue: number,
    quantity: number,
    price: number,
    timeInForce: number,
    postOnly: number,
  ): boolean => {
    const { gate, orders, parents, quotes, turn } = this;
    const approved = gate.approveOrder(
      wish.strategy,
      wish.pair,
      wish.instrument,
      venue,
      wish.sell,
      quantity,
      price,
      timeInForce,
      postOnly,
      parent,
    );
    if (approved === null) {
      this.refused(wish, venue, quantity, price);
      return false;
    }
    const order = orders.openNext();
    this.lastOrder = order;
    const reference = orders.takeReference(venue, order);
    orders.parent[order] = parent;
    orders.strategy[order] = wish.strategy;
    orders.pair[order] = wish.pair;
    orders.instrument[order] = wish.instrument;
    orders.venue[order] = venue;
    orders.side[order] = approved.side;
    orders.timeInForce[order] = timeInForce;
    orders.postOnly[order] = postOnly;
    orders.quantity[order] = quantity;
    orders.price[order] = price;
    orders.userReference[order] = reference;
    orders.submittedNs[order] = turn.timeNs;
    orders.unansweredNs[order] = turn.timeNs;
    orders.beginLife(order);
    parents.childMoved(parent, states.none, states.pending);
    const at = turn.beginFact();
    const { factFields } = turn;
    factFields[at] = orders.idOf[order];
    factFields[at + 1] = parents.idOf[parent];
    factFields[at + 2] = wish.strategy;
    factFields[at + 3] = wish.pair;
    factFields[at + 4] = wish.instrument;
    factFields[at + 5] = venue;
    factFields[at + 6] = reference;
    factFields[at + 7] = approved.side;
    factFields[at + 8] = quantity;
    factFields[at + 9] = price;
    factFields[at + 10] = timeInForce;
    factFields[at + 11] = postOnly;
    factFields[at + 12] = quantity;
    factFields[at + 13] = 0;
    factFields[at + 14] = quotes.bidPrice(wish.instrument);
    factFields[at + 15] = quotes.askPrice(wish.instrument);
    turn.endFact(factCode.orderSubmitted);
    this.recordApproved(order);
    this.port.enter(approved, reference, order);
    this.owner.onOrderSent(wish.strategy, venue);
    return true;
  };

  /** Moves an order by a message of `domain/order-life.ts`; a final state ends it. */
  private readonly move = (order: number, message: number): void => {
    const { orders } = this;
    const state = orders.state[order];
    const cell = lifeCell(state, message);
    this.alertContradiction(order, message);
    const next = settledState(orderNextStates[cell], orders.filledQuantity[order], orders.cancelCause[order] !== 0);
    if (next === state) return;
    if (openStates[state] === 0) this.revive(order, next);
    else if (openStates[next] === 1) {
      orders.state[order] = next;
      this.parents.childMoved(orders.parent[order], state, next);
    } else this.end(order, next);
  };

  private readonly alertContradiction = (order: number, message: number): void => {
    const { orders, turn } = this;
    const state = orders.state[order];
    if (orderVerdictCodes[lifeCell(state, message)] === contradicts)
      turn.alert(alertCodes.code.orderContradiction, orders.idOf[order], message, state);
  };

  /** An ended order changes: to another end, or back to life, which its parent has to count again. */
  private readonly revive = (order: number, state: number): void => {
    const { orders, parents } = this;
    if (openStates[state] === 0) {
      orders.state[order] = state;
      return;
    }
    const parent = orders.parent[order];
    const from = orders.state[order];
    orders.beginLife(order, state);
    orders.cancelCause[order] = causes.venue + 1;
    const marks = orders.killMarks[order];
    if (marks !== 0) for (let slot = 0; slot < killSlots; slot++) this.killedEnded[slot] -= (marks >> slot) & 1;
    if (marks !== 0) this.owner.onKilledBack(marks);
    parents.childMoved(parent, from, state);
    this.gate.giveBack(parent, -orders.leavesQuantity[order]);
  };

  private readonly becomeUnknown = (order: number, message: number): void => {
    const { orders } = this;
    if (orders.state[order] === states.unknown) return;
    const cell = lifeCell(orders.state[order], message);
    if (orderNextStates[cell] !== states.unknown) return;
    this.turn.emit(factCode.orderUnknown, orders.idOf[order], message);
    this.recordBook(order);
    this.move(order, message);
  };

  /** The venue never received an order. */
  private readonly giveUp = (order: number): void => {
    this.turn.emit(factCode.orderLost, this.orders.idOf[order]);
    this.recordBook(order);
    this.move(order, messages.neverSeen);
  };

  /**
   * The venue received an order, was asked, and has said nothing of it, neither taken nor refused: it stays unknown and in
   * exposure. People hear of it once; the order is cancelled and asked about for as long as it stays so.
   */
  private readonly withheld = (order: number): void => {
    const { orders, turn } = this;
    if (orders.acceptance[order] !== acceptances.withheld) {
      orders.acceptance[order] = acceptances.withheld;
      const { orderContradiction } = alertCodes.code;
      turn.alert(orderContradiction, orders.idOf[order], messages.confirmed, orders.state[order]);
    }
    this.becomeUnknown(order, messages.noAnswer);
    this.cancelOrAgain(order);
  };

  private readonly isCountOfLaterLine = (order: number, nextReference: number): boolean => {
    const lineEnd = this.orders.lineEndReference[order];
    return lineEnd !== 0 && nextReference > lineEnd;
  };

  /** Nobody can tell yet whether the venue received an order whose line is gone: if it is live there, a cancel finds it. */
  private readonly seek = (order: number): void => {
    this.orders.acceptance[order] = acceptances.sought;
    this.becomeUnknown(order, messages.noAnswer);
    this.cancelOrAgain(order);
  };

  private readonly cancelOrAgain = (order: number): void => {
    if (this.orders.cancelCause[order] === 0) this.cancel(order, causes.timeout);
    else this.sendCancel(order);
  };

  /** The venue speaks of an order as one of its own. */
  private readonly spokenOf = (order: number): void => {
    const { acceptance } = this.orders;
    if (acceptance[order] !== acceptances.accepted) acceptance[order] = acceptances.byWord;
  };

  /** Nothing that the venue was told about the order waits for an answer any more. */
  private readonly answered = (order: number): void => {
    this.orders.unansweredNs[order] = 0;
  };

  /** One of unknown fate stays so until the venue has answered for it: it is asked on. */
  private readonly answeredUnlessAsked = (order: number): void => {
    if (this.orders.state[order] !== states.unknown) this.answered(order);
  };

  /** Records market and verdict beside the fact just emitted about a message that the gate let pass. */
  private readonly recordApproved = (order: number): void => {
    const fact = this.turn.factNumber;
    this.recordBook(order);
    this.gate.approval.record(this.turn, this.orders.idOf[order], fact);
  };

  /** A replace is over without effect. */
  private readonly endReplace = (order: number): void => {
    const before = this.orders.countedQuantity[order];
    this.orders.endReplace(order);
    this.giveBack(order, before);
  };

  /** What an order may trade less than before goes back to its parent; what it may trade more is taken from it. */
  private readonly giveBack = (order: number, before: number): void => {
    this.gate.giveBack(this.orders.parent[order], before - this.orders.countedQuantity[order]);
  };

  private readonly sendCancel = (order: number): void => {
    const { orders } = this;
    orders.unansweredNs[order] = this.turn.timeNs;
    const venue = orders.venue[order];
    const replacement = orders.replaceReference[order];
    if (replacement !== 0) this.sendCancelOf(order, venue, replacement);
    this.sendCancelOf(order, venue, orders.userReference[order]);
  };

  private readonly sendCancelOf = (order: number, venue: number, reference: number): void => {
    if (!this.port.cancel(venue, reference)) return;
    this.gate.countCancel(this.orders.strategy[order], venue);
    this.killCancels[0] |= this.orders.killMarks[order];
  };

  /** A session sent a message that is about no order of ours. */
  readonly countSessionMessage = (venue: number): void => this.gate.countSessionMessage(venue);

  /** Follows the place of an order that may rest in its venue's book. */
  private readonly watchQueue = (order: number, referenceHigh: number, referenceLow: number): void => {
    const { orders } = this;
    if (orders.timeInForce[order] !== dayOrder) return;
    const venue = orders.venue[order];
    const side = orders.side[order] === sides.code.buy ? bidSide : askSide;
    const ladder = listingOf(orders.instrument[order], venue, this.venueCount) * 2 + side;
    this.books.queue.watch(order, venue, ladder, referenceHigh | 0, referenceLow | 0);
  };

  private readonly end = (order: number, state: number): void => {
    const { orders, parents } = this;
    this.books.queue.forget(order);
    const parent = orders.parent[order];
    this.gate.giveBack(parent, orders.countedQuantity[order]);
    const from = orders.state[order];
    orders.endLife(order, state);
    const marks = orders.killMarks[order];
    if (marks !== 0) for (let slot = 0; slot < killSlots; slot++) this.killedEnded[slot] += (marks >> slot) & 1;
    if (parents.childMoved(parent, from, state)) this.owner.onParentDone(parent);
  };

  /** True when an order belongs to a scope (a code of `scopes`). */
  readonly isInScope = (order: number, scope: number, target: number): boolean => {
    const { orders } = this;
    switch (scopes.name(scope)) {
      case "all":
        return true;
      case "strategy":
        return orders.strategy[order] === target;
      case "instrument":
        return orders.instrument[order] === target;
      case "venue":
        return orders.venue[order] === target;
      case "order":
        return orders.idOf[order] === target;
      case "pair":
        return orders.pair[order] === target;
    }
  };

  /** Asks the gate for a parent; records the refusal. `basket`: money of the wishes before it in the same basket. */
  private readonly approvesParent = (wish: Wish, basket: number): boolean => {
    const { strategy, pair, instrument, sell, quantity, limitPrice } = wish;
    if (this.gate.approvesParent(strategy, pair, instrument, sell, quantity, limitPrice, basket)) return true;
    this.refused(wish, -1, quantity, limitPrice);
    return false;
  };

  private readonly refused = (wish: Wish, venue: number, quantity: number, price: number): void => {
    const side = wish.sell ? sides.code.sell : sides.code.buy;
    this.emitRefusal(wish.strategy, wish.pair, wish.instrument, venue, side, quantity, price);
  };

  private readonly emitRefusal = (
    strategy: number,
    pair: number,
    instrument: number,
    venue: number,
    side: number,
    quantity: number,
    price: number,
  ): void => {
    const { gate } = this;
    const { fields } = this.turn;
    fields[0] = strategy;
    fields[1] = pair;
    fields[2] = instrument;
    fields[3] = venue;
    fields[4] = side;
    fields[5] = quantity;
    fields[6] = price;
    fields[7] = gate.code;
    fields[8] = gate.limit;
    fields[9] = gate.value;
    this.turn.emitFields(factCode.refusal);
    this.owner.onRefused(strategy, gate.code);
  };
}

/** True for a venue's reasons that say the order's time is over (OUCH 5.0 section 3.4): its time in force, or the day. */
function isExpiry(reason: number): boolean {
  return reason === ouchCancelReason.timeout || reason === ouchCancelReason.closed;
}
