import type { Desk } from "../../domain/desk";
import type { StateRegistry } from "../machine/state-registry";
import { copyBytes, highHalf, lowHalf, symbolBytes } from "../wire/bytes";
import { decodeOuchInbound, type OuchInboundHandler } from "../wire/ouch";
import {
  ouchBrokenTradeReason,
  ouchCancelReason,
  ouchCrossType,
  ouchDisplay,
  ouchEventCode,
  ouchLiquidityFlag,
  ouchMarketPrice,
  ouchOrderState,
  ouchOutboundType,
  ouchPostOnly,
  ouchPriceLimit,
  ouchQuantityLimit,
  ouchRejectReason,
  ouchRestateReason,
  ouchSide,
  ouchTimeInForce,
} from "../wire/ouch-codes";
import {
  encodeOuchAccepted,
  encodeOuchAccountQueryResponse,
  encodeOuchBrokenTrade,
  encodeOuchCanceled,
  encodeOuchCancelPending,
  encodeOuchCancelRejected,
  encodeOuchDisableResponse,
  encodeOuchEnableResponse,
  encodeOuchExecuted,
  encodeOuchMassCancelResponse,
  encodeOuchModified,
  encodeOuchPriorityUpdated,
  encodeOuchRejected,
  encodeOuchReplaced,
  encodeOuchRestated,
  encodeOuchSelfMatchCanceled,
  encodeOuchSystemEvent,
  ouchLongestMessage,
} from "../wire/ouch-encode";
import { OuchOptions, ouchTag } from "../wire/ouch-options";
import { Executions } from "./executions";
import { orderNotionalMax } from "./limits";
import type { MemberAccount } from "./member-account";
import type { MemberStream } from "./member-stream";
import { buySide, liquidity, none, type OrderBooks, orderOwner, sellSide } from "./order-books";

const clientOrderIdLength = 14;
const bucketCount = 16_384;
const limitPriceType = 0x4c;
const noClientOrderId = new Uint8Array(clientOrderIdLength).fill(0x20);

const LAST_REFERENCE = 0;
const DISABLED = 1;
const OPEN_ORDERS = 2;
const IGNORED = 3;
const MALFORMED = 4;
const standingLength = 8;

/** Answers that say only that something was taken, and may be withheld; the rest never are. */
export const answers = { other: 0, acceptance: 1, account: 2 } as const;
const answerKinds = 3;

/**
 * What a name's cross does with cancels of the member. Refusing: each is answered by Cancel Rejected. Holding: a cancel of
 * all that is open is answered by Cancel Pending and done when the cross is over, unless the order trades before.
 */
export const crosses = { none: 0, refusing: 1, holding: 2 } as const;

const flagOf: Readonly<Record<number, number>> = {
  [liquidity.removed]: ouchLiquidityFlag.removed,
  [liquidity.added]: ouchLiquidityFlag.added,
  [liquidity.addedHidden]: ouchLiquidityFlag.nonDisplayedAdded,
  [liquidity.addedReserve]: ouchLiquidityFlag.reserveAdded,
};

/** An open order of the member, as the exchange has it. */
export type MemberOrder = {
  readonly venue: number;
  readonly instrument: number;
  readonly side: number;
  readonly userReference: number;
  readonly reference: number;
  /** Still open. */
  readonly quantity: number;
  readonly executed: number;
  readonly shown: number;
  readonly price: number;
  /** Displayed quantity before it in the queue of its price. */
  readonly quantityAhead: number;
};

/**
 * The member's order entry at every venue: OUCH 5.0 in, checks, books, and OUCH 5.0 out into the venue's stream.
 *
 * - User reference numbers must rise, within a venue's port; a message with one already seen is ignored, as a benign
 *   repeat. Mass cancel and disable act whatever their number, since taking risk off must not fail for it.
 * - In a replace, a cancel and a modify the quantity is the intended size, shares already executed (over all replaces)
 *   included, so that a fill that crosses the message on the wire never adds to what the member wanted. Replaced says
 *   what is open; a replace to no more than was executed cancels.
 * - A replace keeps its place only when the price stays and the quantity does not grow. A refused one leaves the original
 *   working.
 * - Minimum quantity goes with a new immediate or cancel order only. A market order never rests, and stops 10 % from the last price.
 * - Orders of the member never trade with each other: the resting one is taken out, with an AIQ Canceled message.
 * - In a cross cancels are refused, or held until it is over (see `crosses`); an order whose cancel is held can't be replaced.
 * - What rests when a cross or a halt is over goes into the book anew, behind what is there: Order Priority Update.
 * - A lost connection leaves the orders working.
 */
export class OrderGateway implements OuchInboundHandler {
  private readonly userReference: Uint32Array;
  private readonly executedQuantity: Uint32Array;
  private readonly sideLetter: Uint8Array;
  private readonly timeInForceOf: Uint8Array;
  private readonly displayOf: Uint8Array;
  private readonly capacityOf: Uint8Array;
  private readonly group: Uint16Array;
  private readonly clientOrderId: Uint8Array;
  private readonly memberNext: Int32Array;
  private readonly memberPrevious: Int32Array;
  private readonly bucketNext: Int32Array;
  private readonly buckets: Int32Array;
  private readonly firstOrder: Int32Array;
  private readonly lastOrder: Int32Array;
  private readonly standing: Float64Array;
  /** 1 while the listing is halted. */
  readonly halted: Uint8Array;
  /** By name, one of `crosses` (OUCH 5.0 sections 3.9, 3.10). */
  private readonly inCross: Uint8Array;
  /** 1 for an order whose cancel waits for the end of its cross. */
  private readonly cancelHeld: Uint8Array;
  /** By venue and kind of answer. */
  private readonly answersWithheld: Float64Array;
  private readonly executions: Executions;

  private readonly symbols: Uint8Array;
  private readonly instrumentOfSymbol = new Map<number, number>();
  private readonly options = new OuchOptions();
  private readonly restatement = new OuchOptions();
  private readonly message = new Uint8Array(ouchLongestMessage);
  private venue = 0;
  private timeNs = 0;

  constructor(
    registry: StateRegistry,
    private readonly desk: Desk,
    private readonly books: OrderBooks,
    private readonly streams: readonly MemberStream[],
    private readonly account: MemberAccount,
  ) {
    const count = books.orderCapacity;
    const venueCount = desk.venues.length;
    this.userReference = registry.allocate("member.userReference", "u32", count);
    this.executedQuantity = registry.allocate("member.executedQuantity", "u32", count);
    this.sideLetter = registry.allocate("member.sideLetter", "u8", count);
    this.timeInForceOf = registry.allocate("member.timeInForce", "u8", count);
    this.displayOf = registry.allocate("member.display", "u8", count);
    this.capacityOf = registry.allocate("member.capacity", "u8", count);
    this.group = registry.allocate("member.group", "u16", count);
    this.clientOrderId = registry.allocate("member.clientOrderId", "u8", count * clientOrderIdLength);
    this.memberNext = registry.allocate("member.next", "i32", count);
    this.memberPrevious = registry.allocate("member.previous", "i32", count);
    this.bucketNext = registry.allocate("member.bucketNext", "i32", count);
    this.buckets = registry.allocate("member.buckets", "i32", venueCount * bucketCount);
    this.firstOrder = registry.allocate("member.firstOrder", "i32", venueCount);
    this.lastOrder = registry.allocate("member.lastOrder", "i32", venueCount);
    this.standing = registry.allocate("member.standing", "f64", venueCount * standingLength);
    this.halted = registry.allocate("gateway.halted", "u8", venueCount * desk.instruments.length);
    this.inCross = registry.allocate("gateway.inCross", "u8", desk.instruments.length);
    this.cancelHeld = registry.allocate("member.cancelHeld", "u8", count);
    this.answersWithheld = registry.allocate("gateway.answersWithheld", "f64", venueCount * answerKinds);
    this.executions = new Executions(registry);
    this.symbols = new Uint8Array(desk.instruments.length * 8);
    desk.instruments.forEach(({ symbol }, index) => {
      this.symbols.set(symbolBytes(symbol), index * 8);
      this.instrumentOfSymbol.set(symbolKey(this.symbols, index * 8), index);
    });
    this.clear();
  }

  /** Empties the member's standing for a new day. */
  clear(): void {
    this.buckets.fill(none);
    this.firstOrder.fill(none);
    this.lastOrder.fill(none);
    this.standing.fill(0);
    this.halted.fill(0);
    this.inCross.fill(crosses.none);
    this.cancelHeld.fill(0);
    this.answersWithheld.fill(0);
    this.executions.clear();
  }

  /** Announces the start of the day to the member. */
  openDay(timeNs: number): void {
    this.timeNs = timeNs;
    for (let venue = 0; venue < this.streams.length; venue++) {
      this.venue = venue;
      this.say(encodeOuchSystemEvent(this.message, 0, timeNs, ouchEventCode.startOfDay));
    }
  }

  /** Takes one OUCH message from the member at a venue; malformed ones are counted and ignored. */
  receive(venue: number, bytes: Uint8Array, offset: number, length: number, timeNs: number): void {
    this.venue = venue;
    this.timeNs = timeNs;
    if (decodeOuchInbound(bytes, offset, length, this) !== 0) this.standing[venue * standingLength + MALFORMED] += 1;
  }

  enterOrder(
    bytes: Uint8Array,
    userReference: number,
    side: number,
    quantity: number,
    symbolOffset: number,
    price: number,
    timeInForce: number,
    display: number,
    capacity: number,
    sweepEligibility: number,
    crossType: number,
    clientOrderIdOffset: number,
    appendageOffset: number,
    appendageLength: number,
  ): void {
    if (!this.takeNumber(userReference)) return;
    this.options.decode(bytes, appendageOffset, appendageLength);
    const instrument = this.instrumentAt(bytes, symbolOffset);
    const refusal = this.refusalOf(instrument, side, quantity, price, timeInForce, display, crossType);
    if (refusal !== 0) {
      this.reject(userReference, refusal, bytes, clientOrderIdOffset);
      return;
    }
    const { books, venue, timeNs } = this;
    const bookSide = side === ouchSide.buy ? buySide : sellSide;
    const immediate = this.isImmediate(timeInForce, price);
    const limit = this.limitOf(instrument, bookSide, price);
    const hidden = display === ouchDisplay.hidden;
    const order = books.prepare(
      orderOwner.member,
      venue,
      instrument,
      bookSide,
      quantity,
      limit,
      hidden,
      this.showMostOf(quantity),
    );
    this.userReference[order] = userReference;
    this.executedQuantity[order] = 0;
    this.cancelHeld[order] = 0;
    this.sideLetter[order] = side;
    this.timeInForceOf[order] = timeInForce;
    this.displayOf[order] = display;
    this.capacityOf[order] = capacity;
    this.group[order] = this.options.get(ouchTag.groupId);
    copyBytes(this.clientOrderId, order * clientOrderIdLength, bytes, clientOrderIdOffset, clientOrderIdLength);
    this.remember(order);
    const reference = books.reference[order];
    this.say(
      encodeOuchAccepted(
        this.message,
        0,
        timeNs,
        userReference,
        side,
        quantity,
        this.symbols,
        instrument * 8,
        price,
        timeInForce,
        display,
        highHalf(reference),
        lowHalf(reference),
        capacity,
        sweepEligibility,
        crossType,
        ouchOrderState.live,
        bytes,
        clientOrderIdOffset,
        this.options,
      ),
    );
    this.work(order, immediate, price);
  }

  replaceOrder(
    bytes: Uint8Array,
    originalUserReference: number,
    userReference: number,
    quantity: number,
    price: number,
    timeInForce: number,
    display: number,
    sweepEligibility: number,
    clientOrderIdOffset: number,
    appendageOffset: number,
    appendageLength: number,
  ): void {
    if (!this.takeNumber(userReference)) return;
    this.options.decode(bytes, appendageOffset, appendageLength);
    const { books, venue, timeNs } = this;
    const order = this.find(originalUserReference);
    if (order === none) {
      this.reject(userReference, ouchRejectReason.replaceNotAllowed, bytes, clientOrderIdOffset);
      return;
    }
    if (this.cancelHeld[order] === 1) {
      this.reject(userReference, ouchRejectReason.cancelPending, bytes, clientOrderIdOffset);
      return;
    }
    const instrument = books.instrument[order];
    const side = this.options.get(ouchTag.side, this.sideLetter[order]);
    const sameSide = (side === ouchSide.buy) === (books.side[order] === buySide);
    const minimum = this.options.get(ouchTag.minimumQuantity);
    const refusal =
      minimum > 0
        ? ouchRejectReason.invalidMinimumQuantity
        : sameSide
          ? this.refusalOf(instrument, side, quantity, price, timeInForce, display, ouchCrossType.continuous)
          : ouchRejectReason.invalidSide;
    if (refusal !== 0) {
      this.reject(userReference, refusal, bytes, clientOrderIdOffset);
      return;
    }
    const immediate = this.isImmediate(timeInForce, price);
    const limit = this.limitOf(instrument, books.side[order], price);
    const hidden = display === ouchDisplay.hidden;
    const open = quantity - this.executedQuantity[order];
    if (open <= 0) {
      this.sayCanceled(originalUserReference, books.quantity[order], ouchCancelReason.userRequested, timeNs);
      books.cancel(order, timeNs);
      return;
    }
    const showMost = this.showMostOf(open);
    this.forget(order);
    this.userReference[order] = userReference;
    this.sideLetter[order] = side;
    this.timeInForceOf[order] = timeInForce;
    this.displayOf[order] = display;
    if (this.options.has(ouchTag.groupId)) this.group[order] = this.options.get(ouchTag.groupId);
    copyBytes(this.clientOrderId, order * clientOrderIdLength, bytes, clientOrderIdOffset, clientOrderIdLength);
    this.remember(order);
    const keeps = books.keepsPlace(order, open, limit, hidden, showMost, immediate);
    const reference = keeps ? books.reference[order] : books.upcomingReference;
    this.say(
      encodeOuchReplaced(
        this.message,
        0,
        timeNs,
        originalUserReference,
        userReference,
        side,
        open,
        this.symbols,
        instrument * 8,
        price,
        timeInForce,
        display,
        highHalf(reference),
        lowHalf(reference),
        this.capacityOf[order],
        sweepEligibility,
        ouchCrossType.continuous,
        ouchOrderState.live,
        bytes,
        clientOrderIdOffset,
        this.options,
      ),
    );
    if (this.isPostOnly() && books.wouldTrade(venue, instrument, books.side[order], limit)) {
      this.sayCanceled(userReference, open, ouchCancelReason.postOnlyAgainstBook, timeNs);
      books.cancel(order, timeNs);
      return;
    }
    const left = books.replace(order, open, limit, hidden, showMost, immediate, timeNs);
    if (left > 0 && immediate) this.dropRest(order, left, price);
  }

  cancelOrder(_bytes: Uint8Array, userReference: number, quantity: number): void {
    const order = this.find(userReference);
    if (order === none) {
      this.standing[this.venue * standingLength + IGNORED] += 1;
      return;
    }
    const open = this.books.quantity[order];
    const left = Math.max(0, quantity - this.executedQuantity[order]);
    if (left >= open) return;
    const cross = this.inCross[this.books.instrument[order]];
    if (cross === crosses.holding && left === 0) return this.holdCancel(order);
    if (cross !== crosses.none) {
      this.say(encodeOuchCancelRejected(this.message, 0, this.timeNs, userReference, null));
      return;
    }
    this.sayCanceled(userReference, open - left, ouchCancelReason.userRequested, this.timeNs);
    if (left === 0) this.books.cancel(order, this.timeNs);
    else this.books.reduce(order, open - left, this.timeNs);
  }

  modifyOrder(_bytes: Uint8Array, userReference: number, side: number, quantity: number): void {
    const order = this.find(userReference);
    if (order === none) return;
    const open = this.books.quantity[order];
    const left = quantity - this.executedQuantity[order];
    const sameSide = (side === ouchSide.buy) === (this.books.side[order] === buySide) && isSide(side);
    if (!sameSide || left <= 0 || left > open || this.cancelHeld[order] === 1) return;
    this.sideLetter[order] = side;
    if (left < open) this.books.reduce(order, open - left, this.timeNs);
    this.say(encodeOuchModified(this.message, 0, this.timeNs, userReference, side, left, null));
  }

  massCancel(
    bytes: Uint8Array,
    userReference: number,
    firm: number,
    symbolOffset: number,
    appendageOffset: number,
    appendageLength: number,
  ): void {
    this.noteNumber(userReference);
    this.options.decode(bytes, appendageOffset, appendageLength);
    const every = isBlank(bytes, symbolOffset);
    const instrument = every ? none : this.instrumentAt(bytes, symbolOffset);
    this.say(
      encodeOuchMassCancelResponse(
        this.message,
        0,
        this.timeNs,
        userReference,
        firm,
        bytes,
        symbolOffset,
        this.options.isEmpty ? null : this.options,
      ),
    );
    if (every || instrument !== none) this.cancelAll(instrument, this.options);
  }

  disableOrderEntry(_bytes: Uint8Array, userReference: number, firm: number): void {
    this.noteNumber(userReference);
    this.standing[this.venue * standingLength + DISABLED] = 1;
    this.say(encodeOuchDisableResponse(this.message, 0, this.timeNs, userReference, firm, null));
    this.cancelAll(none, null);
  }

  /** Cancels what the member has open at a venue, for it has gone away; its session will tell it when it is back. */
  cancelOnDisconnect(venue: number, timeNs: number): void {
    this.venue = venue;
    this.timeNs = timeNs;
    this.cancelAll(none, null, ouchCancelReason.systemCancel);
  }

  /** Never gives the next so many answers of a kind (of `answers`); 0: they are given again. */
  withholdAnswers(venue: number, kind: number, count: number): void {
    this.answersWithheld[venue * answerKinds + kind] = count;
  }

  /** A cross in a name begins; one that runs changes what it does with cancels. `cross`: one of `crosses` but none. */
  beginCross(instrument: number, cross: number): void {
    this.inCross[instrument] = cross;
  }

  /** A cross in a name is over: cancels that were held are done, the other orders go into the book anew. */
  endCross(instrument: number, timeNs: number): void {
    if (this.inCross[instrument] === crosses.none) return;
    this.inCross[instrument] = crosses.none;
    for (let venue = 0; venue < this.streams.length; venue++) {
      this.cancelWhatWasHeld(venue, instrument, timeNs);
      this.queueAnew(venue, instrument, timeNs);
    }
  }

  /** The member's orders in a listing lose their places to all that rest there, and keep their order among themselves. */
  queueAnew(venue: number, instrument: number, timeNs: number): void {
    const { books } = this;
    this.venue = venue;
    for (let order = this.firstOrder[venue]; order !== none; order = this.memberNext[order]) {
      if (books.instrument[order] !== instrument) continue;
      books.requeue(order, timeNs);
      const reference = books.reference[order];
      this.say(
        encodeOuchPriorityUpdated(
          this.message,
          0,
          timeNs,
          this.userReference[order],
          books.price[order],
          this.displayOf[order],
          highHalf(reference),
          lowHalf(reference),
          null,
        ),
      );
    }
  }

  private holdCancel(order: number): void {
    this.cancelHeld[order] = 1;
    this.say(encodeOuchCancelPending(this.message, 0, this.timeNs, this.userReference[order], null));
  }

  private cancelWhatWasHeld(venue: number, instrument: number, timeNs: number): void {
    const { books } = this;
    this.venue = venue;
    for (let order = this.firstOrder[venue]; order !== none; ) {
      const following = this.memberNext[order];
      if (books.instrument[order] === instrument && this.cancelHeld[order] === 1) {
        this.sayCanceled(this.userReference[order], books.quantity[order], ouchCancelReason.userRequested, timeNs);
        books.cancel(order, timeNs);
      }
      order = following;
    }
  }

  /** True while the member has orders open at a venue. */
  hasOpenOrders(venue: number): boolean {
    return this.firstOrder[venue] !== none;
  }

  enableOrderEntry(_bytes: Uint8Array, userReference: number, firm: number): void {
    this.noteNumber(userReference);
    this.standing[this.venue * standingLength + DISABLED] = 0;
    this.say(encodeOuchEnableResponse(this.message, 0, this.timeNs, userReference, firm, null));
  }

  accountQuery(): void {
    const next = this.standing[this.venue * standingLength + LAST_REFERENCE] + 1;
    this.say(encodeOuchAccountQueryResponse(this.message, 0, this.timeNs, next, null));
  }

  /** A fill of the member's order: the account, and Executed. */
  executed(order: number, quantity: number, price: number, how: number, match: number, timeNs: number): void {
    const { books } = this;
    this.executedQuantity[order] += quantity;
    this.account.fill(books.venue[order], books.instrument[order], books.side[order], quantity, price, how);
    this.venue = books.venue[order];
    this.executions.add({
      venue: books.venue[order],
      instrument: books.instrument[order],
      side: books.side[order],
      userReference: this.userReference[order],
      quantity,
      price,
      how,
      match,
    });
    const high = highHalf(match);
    const low = lowHalf(match);
    const reference = this.userReference[order];
    this.say(encodeOuchExecuted(this.message, 0, timeNs, reference, quantity, price, flagOf[how], high, low, null));
  }

  /** Tells the member of an execution once more, word for word, as a venue's own recovery may; nothing is booked. */
  repeatExecution(venue: number, back: number, timeNs: number): void {
    const found = this.executions.find(venue, back);
    if (found === null) return;
    this.venue = venue;
    const { userReference, quantity, price, how, match } = found;
    const [high, low] = [highHalf(match), lowHalf(match)];
    this.say(encodeOuchExecuted(this.message, 0, timeNs, userReference, quantity, price, flagOf[how], high, low, null));
  }

  /** Breaks an execution of the member (a bust): the account is put back, and the member is told. */
  breakExecution(venue: number, back: number, timeNs: number): void {
    const found = this.executions.find(venue, back);
    if (found === null) return;
    this.executions.markBroken(found.row);
    this.venue = venue;
    const { instrument, side, userReference, quantity, price, how, match } = found;
    this.account.takeBack(venue, instrument, side, quantity, price, how);
    const [high, low] = [highHalf(match), lowHalf(match)];
    const reason = ouchBrokenTradeReason.erroneous;
    this.say(
      encodeOuchBrokenTrade(this.message, 0, timeNs, userReference, high, low, reason, noClientOrderId, 0, null),
    );
  }

  /** The member's order with reserves shows its next part. */
  refreshed(order: number, timeNs: number): void {
    const reference = this.books.reference[order];
    this.restatement
      .clear()
      .setSecondaryOrderReference(highHalf(reference), lowHalf(reference))
      .set(ouchTag.displayQuantity, this.books.shown[order]);
    this.venue = this.books.venue[order];
    const reason = ouchRestateReason.displayRefreshed;
    this.say(encodeOuchRestated(this.message, 0, timeNs, this.userReference[order], reason, this.restatement));
  }

  /** The member's resting order would have traded with its own incoming one. */
  selfMatched(order: number, incomingQuantity: number, timeNs: number): void {
    const open = this.books.quantity[order];
    this.say(
      encodeOuchSelfMatchCanceled(
        this.message,
        0,
        timeNs,
        this.userReference[order],
        open,
        ouchCancelReason.selfMatchPrevention,
        Math.min(open, incomingQuantity),
        this.books.price[order],
        ouchLiquidityFlag.added,
        0x4f, // O: cancel the oldest
        null,
      ),
    );
  }

  /** The member's order has left the books. */
  gone(order: number): void {
    this.forget(order);
  }

  /** Open orders of the member at a venue, oldest first. */
  openOrders(venue: number): MemberOrder[] {
    const { books } = this;
    const found: MemberOrder[] = [];
    for (let order = this.firstOrder[venue]; order !== none; order = this.memberNext[order])
      found.push({
        venue,
        instrument: books.instrument[order],
        side: books.side[order],
        userReference: this.userReference[order],
        reference: books.reference[order],
        quantity: books.quantity[order],
        executed: this.executedQuantity[order],
        shown: books.shown[order],
        price: books.price[order],
        quantityAhead: this.quantityAhead(order),
      });
    return found;
  }

  private quantityAhead(order: number): number {
    const { books } = this;
    let ahead = 0;
    for (let before = books.previous[order]; before !== none; before = books.previous[before])
      ahead += books.shown[before];
    return ahead;
  }

  /** Number of the member's open orders at a venue. */
  openCount(venue: number): number {
    return this.standing[venue * standingLength + OPEN_ORDERS];
  }

  /** True while the member has disabled its own order entry at a venue. */
  isDisabled(venue: number): boolean {
    return this.standing[venue * standingLength + DISABLED] === 1;
  }

  /** Messages of the member that were ignored (repeats, cancels of unknown orders) and that could not be read. */
  ignoredMessages(venue: number): { ignored: number; malformed: number } {
    const at = venue * standingLength;
    return { ignored: this.standing[at + IGNORED], malformed: this.standing[at + MALFORMED] };
  }

  /** The reject reason for an order that must not enter, 0 for one that may. */
  private refusalOf(
    instrument: number,
    side: number,
    quantity: number,
    price: number,
    timeInForce: number,
    display: number,
    crossType: number,
  ): number {
    const { options, desk, venue } = this;
    if (this.isDisabled(venue)) return ouchRejectReason.firmNotAuthorized;
    if (instrument === none) return ouchRejectReason.invalidSymbol;
    if (this.halted[instrument * desk.venues.length + venue] === 1) return ouchRejectReason.halted;
    if (!isSide(side)) return ouchRejectReason.invalidSide;
    if (quantity < 1 || quantity > ouchQuantityLimit) return ouchRejectReason.invalidQuantity;
    if (crossType !== ouchCrossType.continuous) return ouchRejectReason.invalidCrossOrder;
    if (display !== ouchDisplay.visible && display !== ouchDisplay.hidden && display !== ouchDisplay.attributable)
      return ouchRejectReason.invalidDisplay;
    // Good till time and after hours are not offered: this market knows one session.
    const day = timeInForce === ouchTimeInForce.day || timeInForce === ouchTimeInForce.extendedHours;
    if (!day && timeInForce !== ouchTimeInForce.immediateOrCancel) return ouchRejectReason.other;
    if (options.get(ouchTag.priceType, limitPriceType) !== limitPriceType || options.has(ouchTag.pegOffset))
      return ouchRejectReason.peggingNotAllowed;
    if (options.has(ouchTag.route)) return ouchRejectReason.routingNotAllowed;
    if (options.get(ouchTag.maxFloor) > 0 && display === ouchDisplay.hidden) return ouchRejectReason.invalidMaxFloor;
    const minimum = options.get(ouchTag.minimumQuantity);
    if (minimum > quantity || (minimum > 0 && day)) return ouchRejectReason.invalidMinimumQuantity;
    if (price !== ouchMarketPrice) {
      if (price < 1 || price > ouchPriceLimit || price % desk.instruments[instrument].tick !== 0)
        return ouchRejectReason.invalidPrice;
      const around = this.priceAround(instrument);
      if (side === ouchSide.buy ? price > around * 1.5 : price < around * 0.5) return ouchRejectReason.fatFinger;
    }
    const worth = (price === ouchMarketPrice ? this.priceAround(instrument) * 1.1 : price) * quantity;
    if (worth * desk.instruments[instrument].lot > orderNotionalMax) return ouchRejectReason.exceedsMaximumNotional;
    return this.books.hasRoom ? 0 : ouchRejectReason.processingError;
  }

  /** Post-only and minimum quantity stop an accepted order before it trades; then the order goes to work. */
  private work(order: number, immediate: boolean, price: number): void {
    const { books, options, venue, timeNs } = this;
    const limit = books.price[order];
    const instrument = books.instrument[order];
    const side = books.side[order];
    const quantity = books.quantity[order];
    if (this.isPostOnly() && books.wouldTrade(venue, instrument, side, limit)) {
      this.sayCanceled(this.userReference[order], quantity, ouchCancelReason.postOnlyAgainstBook, timeNs);
      books.discard(order);
      return;
    }
    const minimum = options.get(ouchTag.minimumQuantity);
    const short =
      minimum > 0 && books.availableQuantity(venue, instrument, side, limit, minimum, orderOwner.member) < minimum;
    const left = short ? quantity : books.submit(order, immediate, timeNs);
    if (left > 0 && immediate) this.dropRest(order, left, price);
  }

  private dropRest(order: number, left: number, price: number): void {
    const { books } = this;
    const more = books.best[books.ladder(books.venue[order], books.instrument[order], 1 - books.side[order])] !== none;
    const reason =
      price === ouchMarketPrice && more ? ouchCancelReason.marketCollars : ouchCancelReason.immediateOrCancel;
    this.sayCanceled(this.userReference[order], left, reason, this.timeNs);
    books.discard(order);
  }

  private isPostOnly(): boolean {
    return this.options.get(ouchTag.postOnly) === ouchPostOnly.postOnly;
  }

  private isImmediate(timeInForce: number, price: number): boolean {
    return timeInForce === ouchTimeInForce.immediateOrCancel || price === ouchMarketPrice;
  }

  private showMostOf(quantity: number): number {
    const floor = this.options.get(ouchTag.maxFloor);
    return floor > 0 && floor < quantity ? floor : 0;
  }

  /** The venue's last price, before the first trade its best bid, and without a market the desk's reference. */
  private priceAround(instrument: number): number {
    const { books, desk, venue } = this;
    const last = books.lastPrice[instrument * desk.venues.length + venue];
    if (last > 0) return last;
    const bid = books.bestPrice(venue, instrument, buySide);
    return bid > 0 ? bid : desk.instruments[instrument].referencePrice;
  }

  /** The price an order may trade up to: its limit, or a tenth away from the last price for a market order. */
  private limitOf(instrument: number, side: number, price: number): number {
    if (price !== ouchMarketPrice) return price;
    const { tick } = this.desk.instruments[instrument];
    const around = this.priceAround(instrument);
    return Math.max(1, Math.floor((around * (side === buySide ? 1.1 : 0.9)) / tick)) * tick;
  }

  private cancelAll(
    instrument: number,
    narrowing: OuchOptions | null,
    reason: number = ouchCancelReason.userRequested,
  ): void {
    const { books, venue } = this;
    const side = narrowing?.get(ouchTag.side) ?? 0;
    const bookSide = side === 0 ? none : side === ouchSide.buy ? buySide : sellSide;
    const group = narrowing?.has(ouchTag.groupId) ? narrowing.get(ouchTag.groupId) : none;
    let order = this.firstOrder[venue];
    while (order !== none) {
      const following = this.memberNext[order];
      const meant =
        (instrument === none || books.instrument[order] === instrument) &&
        (bookSide === none || books.side[order] === bookSide) &&
        (group === none || this.group[order] === group);
      const cross = reason === ouchCancelReason.systemCancel ? crosses.none : this.inCross[books.instrument[order]];
      if (meant && cross === crosses.holding) this.holdCancel(order);
      else if (meant && cross === crosses.none) {
        const open = books.quantity[order];
        this.sayCanceled(this.userReference[order], open, reason, this.timeNs);
        books.cancel(order, this.timeNs);
      }
      order = following;
    }
  }

  private sayCanceled(userReference: number, quantity: number, reason: number, timeNs: number): void {
    this.say(encodeOuchCanceled(this.message, 0, timeNs, userReference, quantity, reason, null));
  }

  private reject(userReference: number, reason: number, bytes: Uint8Array, clientOrderIdOffset: number): void {
    this.say(encodeOuchRejected(this.message, 0, this.timeNs, userReference, reason, bytes, clientOrderIdOffset, null));
  }

  private say(length: number): void {
    const at = this.venue * answerKinds + answerOf(this.message[0]);
    if (this.answersWithheld[at] > 0) {
      this.answersWithheld[at] -= 1;
      return;
    }
    this.streams[this.venue].append(this.message, 0, length);
  }

  /** True when the number is new; a repeat is counted and its message ignored. */
  private takeNumber(userReference: number): boolean {
    const at = this.venue * standingLength;
    if (userReference <= this.standing[at + LAST_REFERENCE]) {
      this.standing[at + IGNORED] += 1;
      return false;
    }
    this.standing[at + LAST_REFERENCE] = userReference;
    return true;
  }

  private noteNumber(userReference: number): void {
    const at = this.venue * standingLength + LAST_REFERENCE;
    if (userReference > this.standing[at]) this.standing[at] = userReference;
  }

  private instrumentAt(bytes: Uint8Array, offset: number): number {
    const instrument = this.instrumentOfSymbol.get(symbolKey(bytes, offset)) ?? none;
    if (instrument === none) return none;
    for (let index = 0; index < 8; index++)
      if (bytes[offset + index] !== this.symbols[instrument * 8 + index]) return none;
    return instrument;
  }

  private bucketOf(venue: number, userReference: number): number {
    return venue * bucketCount + (userReference % bucketCount);
  }

  private find(userReference: number): number {
    let order = this.buckets[this.bucketOf(this.venue, userReference)];
    while (order !== none && this.userReference[order] !== userReference) order = this.bucketNext[order];
    return order;
  }

  private remember(order: number): void {
    const venue = this.books.venue[order];
    const bucket = this.bucketOf(venue, this.userReference[order]);
    this.bucketNext[order] = this.buckets[bucket];
    this.buckets[bucket] = order;
    const last = this.lastOrder[venue];
    this.memberPrevious[order] = last;
    this.memberNext[order] = none;
    if (last === none) this.firstOrder[venue] = order;
    else this.memberNext[last] = order;
    this.lastOrder[venue] = order;
    this.standing[venue * standingLength + OPEN_ORDERS] += 1;
  }

  private forget(order: number): void {
    const venue = this.books.venue[order];
    const bucket = this.bucketOf(venue, this.userReference[order]);
    if (this.buckets[bucket] === order) this.buckets[bucket] = this.bucketNext[order];
    else {
      let before = this.buckets[bucket];
      while (this.bucketNext[before] !== order) before = this.bucketNext[before];
      this.bucketNext[before] = this.bucketNext[order];
    }
    const next = this.memberNext[order];
    const previous = this.memberPrevious[order];
    if (next === none) this.lastOrder[venue] = previous;
    else this.memberPrevious[next] = previous;
    if (previous === none) this.firstOrder[venue] = next;
    else this.memberNext[previous] = next;
    this.standing[venue * standingLength + OPEN_ORDERS] -= 1;
  }
}

function answerOf(type: number): number {
  switch (type) {
    case ouchOutboundType.accepted:
      return answers.acceptance;
    case ouchOutboundType.accountQueryResponse:
    case ouchOutboundType.enableResponse:
    case ouchOutboundType.disableResponse:
    case ouchOutboundType.massCancelResponse:
      return answers.account;
    default:
      return answers.other;
  }
}

function isSide(letter: number): boolean {
  return (
    letter === ouchSide.buy ||
    letter === ouchSide.sell ||
    letter === ouchSide.sellShort ||
    letter === ouchSide.sellShortExempt
  );
}

function isBlank(bytes: Uint8Array, offset: number): boolean {
  for (let index = 0; index < 8; index++) if (bytes[offset + index] !== 0x20) return false;
  return true;
}

/** Six bits of each of the eight characters: a key that symbols may share with other bytes, hence the comparison after it. */
function symbolKey(bytes: Uint8Array, offset: number): number {
  let key = 0;
  for (let index = 0; index < 8; index++) key = key * 64 + ((bytes[offset + index] - 0x20) & 0x3f);
  return key;
}
