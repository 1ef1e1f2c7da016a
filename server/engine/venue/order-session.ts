import { alertCodes, sessionStates } from "../../../domain/health";
import { nsPerMicrosecond, nsPerSecond } from "../../../domain/time";
import { orderChannel } from "../../machine/channels";
import type { StateRegistry } from "../../machine/state-registry";
import { readU64AsNumber } from "../../wire/bytes";
import { decodeOuchOutbound, OuchOutboundHandlerBase } from "../../wire/ouch";
import { ouchOrderState, ouchOutboundType, ouchPriceLimit, ouchQuantityLimit } from "../../wire/ouch-codes";
import { ouchLongestMessage } from "../../wire/ouch-encode";
import { OuchOptions, ouchTag, ouchVerdict } from "../../wire/ouch-options";
import type { Execution } from "../order/execution";
import type { Orders } from "../order/orders";
import type { ApprovedMessage } from "../risk/approved-message";
import { SoupClient, type SoupClientOwner, soupClientStateLength } from "../session/soup-client";
import type { Turn } from "../turn";
import { MassCancels } from "./mass-cancels";
import type { OrderEntryEncoder } from "./order-entry";

const states = sessionStates.code;
/** A prime: user references that a login leaves out at most. */
const loginJumpMax = 997;
/** A question about the account that is not answered within this is asked again. */
const queryAgainNs = 3 * nsPerSecond;
/** After so many questions in a row without an answer the line is given up. */
const queriesInARowMax = 4;
/** A cancel of what our logs have lost, and that the venue refused, is asked again after this. */
const forgottenAgainNs = nsPerSecond;
/** A mass cancel that is not acknowledged is asked so often in all; each order has a cancel of its own beside it. */
const massCancelAsksMax = 3;
/** A line that stands for so long after those cancels has taken them; lost before, they are sent again over the next. */
const forgottenStandsNs = 3 * nsPerSecond;
/** References cancelled one by one; of more the last ones. */
const forgottenMax = 4_096;
/** Questions that may be without an answer at a time; one that was lost on the way counts up to the next login. */
const openQueriesMax = 8;

/** Columns of `numbers`. */
const Column = {
  malformed: 0,
  /** When this login first asked for the account. */
  loginAskedNs: 1,
  /** The venue's next reference, by its last answer during this login. */
  nextReference: 2,
  /** The reference whose echo ends this login; 0 until it is sent. */
  awaitedReference: 3,
  lastAskedNs: 4,
  /** Questions since the last answer. */
  asksInARow: 5,
  openQueries: 6,
  /** The venue's time of its last message during this login; 0 before it. */
  venueNs: 7,
  /** References that the venue counts and our logs have lost: the first, the one after the last; 0 for none. */
  forgottenFrom: 8,
  forgottenEnd: 9,
  /** When what is open of them is to be cancelled; 0 for not. */
  forgottenNs: 10,
  /**
   * Our next reference at the first login since the session was ready last; infinity while it is. The venue has said by the
   * next time whether it counts others than ours from there on, whatever we have taken meanwhile.
   */
  loginReference: 11,
  /** When each open query was asked, oldest first. */
  openAskedNs: 12,
} as const;
const columnCount = Column.openAskedNs + openQueriesMax;

/** The venue's time of a sound message, ns since midnight; it stands after the type in each (OUCH 5.0 section 3). */
export function ouchTimeNs(bytes: Uint8Array, offset: number): number {
  return readU64AsNumber(bytes, offset + 1);
}

/** False for what no venue may report (OUCH 5.0 section 1.2): it is counted and alerted, never booked. */
export function isSoundExecution(quantity: number, price: number): boolean {
  return quantity > 0 && quantity <= ouchQuantityLimit && price > 0 && price <= ouchPriceLimit;
}

/** Who hears of a venue's answers beyond the order's own life. */
export interface OrderSessionOwner {
  onExecuted(
    venue: number,
    source: number,
    timeNs: number,
    userReference: number,
    quantity: number,
    price: number,
    liquidityFlag: number,
    matchHigh: number,
    matchLow: number,
  ): void;
  onBroken(venue: number, userReference: number, matchHigh: number, matchLow: number): void;
  /** A sound message has been heard, from the order session (0) or the drop copy (1). */
  onTold(venue: number, session: number, bytes: Uint8Array, offset: number, length: number): void;
  /** session: 0 orders, 1 drop copy; state: a code of `sessionStates`. */
  onSessionState(venue: number, session: number, state: number): void;
  onRoundTrip(venue: number, durationNs: number): void;
  onReject(venue: number): void;
  /** The order session has told all that the venue knew at its login, at this time of the venue's. */
  onAccountTold(venue: number, venueTimeNs: number): void;
  /** A session begins at another sequence number than was asked for: what lies between is not told. */
  /** A sequenced message, or a number in it, was not what OUCH allows; the session's `count`th today. */
  onUnreadable(venue: number, type: number, count: number): void;
  onSequenceJump(venue: number, session: number, asked: number, given: number): void;
  /** True while the venue must refuse new orders of ours. */
  mustBeDisabled(venue: number): boolean;
  /** True while a kill stands that left nothing of this instrument (-1: of any) open at the venue. */
  isKilledAt(venue: number, instrument: number): boolean;
}

/** How the order sessions of all venues stand, in one array: the gate asks of every venue that an order could go to. */
export class OrderSessionStates {
  private readonly states: Int32Array;

  constructor(registry: StateRegistry, venueCount: number) {
    this.states = registry.allocate("venue.orders.states", "i32", venueCount * soupClientStateLength);
    for (let venue = 0; venue < venueCount; venue++) registry.formerly(`venue.orders${venue}.state`, this.of(venue));
  }

  /** A venue's own part. */
  of(venue: number): Int32Array {
    return this.states.subarray(venue * soupClientStateLength, (venue + 1) * soupClientStateLength);
  }

  /** True when a venue's session takes orders. */
  readonly isReady = (venue: number): boolean => {
    return this.states[venue * soupClientStateLength] === states.ready;
  };
}

/**
 * One venue's OUCH 5.0 session. After each login it asks the account query: everything missed has come by then, and
 * the answer tells which of our orders the venue never saw (OUCH 5.0 section 2.8); only then is the session ready.
 */
export class OrderSession extends OuchOutboundHandlerBase implements SoupClientOwner {
  private readonly client: SoupClient;
  private readonly numbers: Float64Array;
  private readonly massCancels: MassCancels;
  /** When the cancels of what our logs have lost were sent last. */
  private readonly forgottenSentNs: Float64Array;
  /** 1 while the venue has been told to refuse our orders. */
  private readonly disabled: Uint8Array;
  /** The options of the message at hand. */
  private readonly options = new OuchOptions();

  constructor(
    registry: StateRegistry,
    private readonly turn: Turn,
    private readonly venue: number,
    private readonly orders: Orders,
    private readonly execution: Execution,
    private readonly encoder: OrderEntryEncoder,
    private readonly owner: OrderSessionOwner,
    instrumentCount: number,
    sessions: OrderSessionStates,
  ) {
    super();
    const name = `venue.orders${venue}`;
    const state = sessions.of(venue);
    this.client = new SoupClient(registry, name, turn, orderChannel + venue, "HELIO1", true, this, state);
    this.numbers = registry.allocate(`venue.orders${venue}.numbers`, "f64", columnCount);
    this.forgottenSentNs = registry.allocate(`venue.orders${venue}.forgottenSentNs`, "f64", 1);
    this.disabled = registry.allocate(`venue.orders${venue}.disabled`, "u8", 1);
    this.massCancels = new MassCancels(registry, venue, instrumentCount);
  }

  get stateCode(): number {
    return this.client.stateCode;
  }

  get lastMessageNs(): number {
    return this.client.lastReceivedNs;
  }

  get malformed(): number {
    return this.numbers[Column.malformed];
  }

  get isReady(): boolean {
    return this.client.stateCode === states.ready;
  }

  /** How far the venue's account is known, in its own time: that of its last message; 0 while not ready. */
  get venueTimeNs(): number {
    return this.isReady ? this.numbers[Column.venueNs] : 0;
  }

  get isLoggedIn(): boolean {
    return this.client.isLoggedIn;
  }

  onStart(): void {
    this.client.onStart();
    this.forgetQueries();
    this.rememberForgotten();
    this.execution.onSessionLost(this.venue);
    this.client.want(true);
  }

  onTimer(): void {
    this.client.onTimer();
  }

  /**
   * Ten times a second: where an order, or this login, waits for an answer for too long, the venue is asked, again when it
   * says nothing; a line that answers no question is no line.
   */
  askAboutUnanswered(): void {
    const { numbers } = this;
    if (!this.client.isLoggedIn) return;
    if (this.isReady && !this.execution.hasUnanswered(this.venue)) {
      numbers[Column.asksInARow] = 0;
      return;
    }
    if (numbers[Column.asksInARow] > 0 && this.turn.timeNs - numbers[Column.lastAskedNs] < queryAgainNs) return;
    if (numbers[Column.asksInARow] >= queriesInARowMax || numbers[Column.openQueries] >= openQueriesMax)
      return this.client.giveUp();
    this.ask();
  }

  /**
   * Ten times a second: of what our logs have lost (a loss of power) the venue may have an order open that it has not spoken
   * of, and never will. Each of those references is cancelled; one that is nothing to cancel is ignored (OUCH 5.0 section 2.3).
   */
  cancelForgotten(): void {
    const { numbers, orders, venue, turn } = this;
    const dueNs = numbers[Column.forgottenNs];
    if (dueNs === 0 || turn.timeNs < dueNs || !this.isReady) return;
    numbers[Column.forgottenNs] = 0;
    this.forgottenSentNs[0] = turn.timeNs;
    const end = numbers[Column.forgottenEnd];
    for (let reference = Math.max(numbers[Column.forgottenFrom], end - forgottenMax); reference < end; reference++)
      if (!orders.isTaken(venue, reference) && this.cancel(reference)) this.execution.countSessionMessage(venue);
  }

  /**
   * Ten times a second: a mass cancel that the venue has not acknowledged in time is told to people, and asked again while
   * its kill stands. It is what ends orders that we do not know of.
   */
  askMassCancelsAgain(): void {
    const { massCancels, owner, turn, venue } = this;
    if (massCancels.openCount === 0 || !this.isReady) return;
    for (let instrument = -1; instrument < massCancels.instrumentCount; instrument++) {
      if (!massCancels.isOverdue(instrument, turn.timeNs)) continue;
      const asks = massCancels.asksOf(instrument);
      const isKilled = owner.isKilledAt(venue, instrument);
      if (isKilled) turn.alert(alertCodes.code.massCancelUnanswered, venue, instrument, asks);
      if (isKilled && asks < massCancelAsksMax) this.sendMassCancel(instrument, true);
      else massCancels.forget(instrument);
    }
  }

  /** What was to be sent since `sinceNs` never left: questions among it are never answered. */
  onOutputsLost(sinceNs: number): void {
    const { numbers } = this;
    while (numbers[Column.openQueries] > 0 && numbers[Column.openAskedNs + numbers[Column.openQueries] - 1] >= sinceNs)
      numbers[Column.openQueries]--;
  }

  /** Logs out for good, e.g. at shutdown. */
  close(): void {
    this.client.want(false);
  }

  onConnected(): void {
    this.client.onConnected();
    this.owner.onSessionState(this.venue, 0, this.client.stateCode);
  }

  onDisconnected(): void {
    this.client.onDisconnected();
  }

  onData(bytes: Uint8Array, offset: number, length: number): void {
    this.client.onData(bytes, offset, length);
  }

  onLoggedIn(): void {
    // What an earlier login asked for is answered by the stream it drains now: that says nothing of this one.
    this.forgetQueries();
    this.massCancels.onLineLost();
    this.numbers[Column.loginAskedNs] = this.turn.timeNs;
    const next = this.orders.nextReferenceOf(this.venue);
    this.numbers[Column.loginReference] = Math.min(this.numbers[Column.loginReference], next);
    this.owner.onSessionState(this.venue, 0, this.client.stateCode);
    this.ask();
  }

  onSequenceJump(asked: number, given: number): void {
    this.owner.onSequenceJump(this.venue, 0, asked, given);
  }

  onSequenced(bytes: Uint8Array, offset: number, length: number): void {
    if (decodeOuchOutbound(bytes, offset, length, this) !== ouchVerdict.code.ok) return this.unreadable(bytes[offset]);
    this.numbers[Column.venueNs] = ouchTimeNs(bytes, offset);
    this.owner.onTold(this.venue, 0, bytes, offset, length);
  }

  onSessionLost(): void {
    this.forgetQueries();
    this.rememberForgotten();
    this.execution.onSessionLost(this.venue);
    this.owner.onSessionState(this.venue, 0, this.client.stateCode);
  }

  enter(approved: ApprovedMessage, userReference: number, order: number): void {
    const at = this.client.beginMessage(ouchLongestMessage);
    this.client.endMessage(this.encoder.enter(this.bytes, this.turn.outbox.view, at, approved, userReference, order));
  }

  replace(approved: ApprovedMessage, originalReference: number, userReference: number, order: number): void {
    const at = this.client.beginMessage(ouchLongestMessage);
    const { view } = this.turn.outbox;
    this.client.endMessage(
      this.encoder.replace(this.bytes, view, at, approved, originalReference, userReference, order),
    );
  }

  /** False when the session is down: then the cancel is sent again at the next login. */
  cancel(userReference: number): boolean {
    if (!this.client.isLoggedIn) return false;
    this.client.endMessage(
      this.encoder.cancel(this.bytes, this.client.beginMessage(ouchLongestMessage), userReference),
    );
    return true;
  }

  /**
   * Tells the venue to cancel everything and refuse new orders, however often it was told; or to take orders again, where
   * it was told to refuse them.
   */
  setDisabled(disabled: boolean): void {
    if (!this.client.isLoggedIn || (!disabled && this.disabled[0] === 0)) return;
    this.tellStanding(disabled);
  }

  /** Tells the venue to cancel all our orders, or those in one instrument (-1 for all), in one message. */
  massCancel(instrument: number): void {
    if (this.client.isLoggedIn) this.sendMassCancel(instrument, false);
  }

  /** The last words of an engine that does not trust itself: cancel all, refuse more. */
  withdraw(): void {
    if (!this.client.isLoggedIn) return;
    const next = this.orders.nextReferenceOf(this.venue);
    this.client.endMessage(this.encoder.massCancel(this.bytes, this.client.beginMessage(ouchLongestMessage), next, -1));
    this.client.endMessage(this.encoder.disable(this.bytes, this.client.beginMessage(ouchLongestMessage), next + 1));
  }

  override accepted(
    _bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    _side: number,
    quantity: number,
    _symbolOffset: number,
    price: number,
    _timeInForce: number,
    _display: number,
    orderReferenceHigh: number,
    orderReferenceLow: number,
    _capacity: number,
    _sweepEligibility: number,
    _crossType: number,
    orderState: number,
  ): void {
    const order = this.orders.ofReference(this.venue, userReference);
    if (order === 0) return this.forgotten(userReference, orderState);
    this.owner.onRoundTrip(this.venue, this.turn.timeNs - this.orders.submittedNs[order]);
    const live = orderState !== ouchOrderState.dead;
    this.execution.onAccepted(order, orderReferenceHigh, orderReferenceLow, timeNs, quantity, price, live);
  }

  override replaced(
    _bytes: Uint8Array,
    timeNs: number,
    originalUserReference: number,
    userReference: number,
    _side: number,
    quantity: number,
    _symbolOffset: number,
    price: number,
    _timeInForce: number,
    _display: number,
    orderReferenceHigh: number,
    orderReferenceLow: number,
    _capacity: number,
    _sweepEligibility: number,
    _crossType: number,
    orderState: number,
  ): void {
    let order = this.orders.ofReference(this.venue, userReference);
    if (order === 0) {
      // A replace that our logs lost (a loss of power): the order is known, and goes on under the new reference.
      order = this.orders.ofReference(this.venue, originalUserReference);
      if (order === 0) return this.forgotten(userReference, orderState);
      this.noticeReference(userReference);
      this.orders.adoptReference(this.venue, userReference, order);
    }
    const live = orderState !== ouchOrderState.dead;
    this.execution.onReplaced(
      order,
      userReference,
      orderReferenceHigh,
      orderReferenceLow,
      quantity,
      price,
      timeNs,
      live,
    );
  }

  override canceled(_bytes: Uint8Array, timeNs: number, userReference: number, quantity: number, reason: number): void {
    const order = this.orders.ofReference(this.venue, userReference);
    if (order === 0) return this.unknown(userReference);
    this.execution.onCancelled(order, quantity, reason, timeNs);
  }

  override selfMatchCanceled(
    _bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    decrementShares: number,
    reason: number,
  ): void {
    const order = this.orders.ofReference(this.venue, userReference);
    if (order === 0) return this.unknown(userReference);
    this.execution.onCancelled(order, decrementShares, reason, timeNs);
  }

  override executed(
    _bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    quantity: number,
    price: number,
    liquidityFlag: number,
    matchHigh: number,
    matchLow: number,
  ): void {
    if (!isSoundExecution(quantity, price)) {
      this.unreadable(ouchOutboundType.executed);
      return this.unknown(userReference);
    }
    if (this.orders.ofReference(this.venue, userReference) === 0) this.noticeReference(userReference);
    this.owner.onExecuted(this.venue, 0, timeNs, userReference, quantity, price, liquidityFlag, matchHigh, matchLow);
  }

  override brokenTrade(
    _bytes: Uint8Array,
    _timeNs: number,
    userReference: number,
    matchHigh: number,
    matchLow: number,
  ): void {
    this.owner.onBroken(this.venue, userReference, matchHigh, matchLow);
  }

  override rejected(_bytes: Uint8Array, timeNs: number, userReference: number, reason: number): void {
    const order = this.orders.ofReference(this.venue, userReference);
    if (order === 0) return;
    this.owner.onReject(this.venue);
    this.execution.onRejected(order, userReference, reason, timeNs);
  }

  override cancelPending(_bytes: Uint8Array, _timeNs: number, userReference: number): void {
    this.cancelAnswered(userReference, true);
  }

  override cancelRejected(_bytes: Uint8Array, _timeNs: number, userReference: number): void {
    this.cancelAnswered(userReference, false);
  }

  override modified(_bytes: Uint8Array, timeNs: number, userReference: number, _side: number, quantity: number): void {
    const order = this.orders.ofReference(this.venue, userReference);
    if (order === 0) return this.unknown(userReference);
    this.execution.onReduced(order, quantity, timeNs);
  }

  override priorityUpdated(
    _bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    price: number,
    _display: number,
    orderReferenceHigh: number,
    orderReferenceLow: number,
  ): void {
    const order = this.orders.ofReference(this.venue, userReference);
    if (order === 0) return this.unknown(userReference);
    if (!(price > 0 && price <= ouchPriceLimit)) {
      this.unreadable(ouchOutboundType.priorityUpdated);
      return this.unknown(userReference);
    }
    this.execution.onRestated(
      order,
      ouchOutboundType.priorityUpdated,
      price,
      0,
      0,
      orderReferenceHigh,
      orderReferenceLow,
      timeNs,
    );
  }

  override restated(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    reason: number,
    appendageOffset: number,
    appendageLength: number,
  ): void {
    const order = this.orders.ofReference(this.venue, userReference);
    if (order === 0) return this.unknown(userReference);
    const { options } = this;
    if (options.decode(bytes, appendageOffset, appendageLength) !== ouchVerdict.code.ok)
      return this.unreadable(ouchOutboundType.restated);
    this.execution.onRestated(
      order,
      reason,
      this.orders.price[order],
      options.get(ouchTag.displayQuantity),
      options.get(ouchTag.displayPrice),
      options.secondaryOrderReferenceHigh,
      options.secondaryOrderReferenceLow,
      timeNs,
    );
  }

  override accountQueryResponse(_bytes: Uint8Array, _timeNs: number, nextUserReference: number): void {
    const { numbers } = this;
    this.execution.onReceiptTold(this.venue, nextUserReference);
    if (this.client.stateCode === states.reconciling) {
      this.noticeReference(nextUserReference - 1);
      numbers[Column.nextReference] = nextUserReference;
      return this.standAtVenue();
    }
    // Answers come in the order of the questions. Where one of those was lost, an answer is taken for that of an earlier
    // question: what is judged by it is less than it could be, never more.
    const open = numbers[Column.openQueries];
    if (open === 0) return;
    const askedNs = numbers[Column.openAskedNs];
    numbers.copyWithin(Column.openAskedNs, Column.openAskedNs + 1, Column.openAskedNs + open);
    numbers[Column.openQueries] = open - 1;
    numbers[Column.asksInARow] = 0;
    this.execution.onQueryAnswered(this.venue, nextUserReference, askedNs);
  }

  override massCancelResponse(_bytes: Uint8Array, _timeNs: number, userReference: number): void {
    this.massCancels.acknowledged(userReference);
  }

  override enableResponse(_bytes: Uint8Array, timeNs: number, userReference: number): void {
    this.standingConfirmed(userReference, timeNs);
  }

  override disableResponse(_bytes: Uint8Array, timeNs: number, userReference: number): void {
    this.standingConfirmed(userReference, timeNs);
  }

  /**
   * Tells the venue after a login whether it may take orders of ours: what it holds may be older than our last word (a
   * crash between the two). Its echo of this very reference says that everything before it has come. The answer to the
   * account query alone does not: the stream may be repeating one to an earlier login. So the reference must be one that
   * no earlier login used, even one that our logs have lost: it jumps by a number taken from the time.
   */
  private standAtVenue(): void {
    const jump = Math.floor(this.turn.timeNs / nsPerMicrosecond) % loginJumpMax;
    this.orders.raiseNextReference(this.venue, this.orders.nextReferenceOf(this.venue) + jump);
    this.numbers[Column.awaitedReference] = this.orders.nextReferenceOf(this.venue);
    // Questions before this are answered before its echo, or never.
    this.numbers[Column.openQueries] = 0;
    this.tellStanding(this.owner.mustBeDisabled(this.venue));
  }

  private tellStanding(disabled: boolean): void {
    this.disabled[0] = disabled ? 1 : 0;
    const reference = this.orders.takeReference(this.venue, 0);
    const at = this.client.beginMessage(ouchLongestMessage);
    const { bytes, encoder } = this;
    this.endSessionMessage(disabled ? encoder.disable(bytes, at, reference) : encoder.enable(bytes, at, reference));
  }

  private standingConfirmed(userReference: number, venueTimeNs: number): void {
    const { numbers } = this;
    const awaited = numbers[Column.awaitedReference];
    if (this.client.stateCode !== states.reconciling || awaited === 0 || userReference !== awaited) return;
    numbers[Column.asksInARow] = 0;
    numbers[Column.loginReference] = Number.POSITIVE_INFINITY;
    this.client.markReady();
    this.execution.onQueryAnswered(this.venue, numbers[Column.nextReference], numbers[Column.loginAskedNs]);
    // A kill or a release may have come while the answer was on its way.
    const mustBeDisabled = this.owner.mustBeDisabled(this.venue);
    if ((this.disabled[0] === 1) !== mustBeDisabled) this.tellStanding(mustBeDisabled);
    this.owner.onSessionState(this.venue, 0, this.client.stateCode);
    this.owner.onAccountTold(this.venue, venueTimeNs);
  }

  private cancelAnswered(userReference: number, pending: boolean): void {
    const order = this.orders.ofReference(this.venue, userReference);
    if (order === 0) {
      if (!pending) this.numbers[Column.forgottenNs] = this.turn.timeNs + forgottenAgainNs;
      return this.unknown(userReference);
    }
    this.execution.onCancelAnswered(order, pending);
  }

  /** Asks where the venue stands; its answer comes after all it has to say of what it was told before (section 2.8). */
  private ask(): void {
    const { numbers, turn } = this;
    numbers[Column.openAskedNs + numbers[Column.openQueries]++] = turn.timeNs;
    numbers[Column.lastAskedNs] = turn.timeNs;
    numbers[Column.asksInARow]++;
    this.endSessionMessage(this.encoder.accountQuery(this.bytes, this.client.beginMessage(ouchLongestMessage)));
  }

  private sendMassCancel(instrument: number, isAgain: boolean): void {
    const reference = this.orders.takeReference(this.venue, 0);
    this.massCancels.sent(instrument, reference, this.turn.timeNs, isAgain);
    const at = this.client.beginMessage(ouchLongestMessage);
    this.endSessionMessage(this.encoder.massCancel(this.bytes, at, reference, instrument));
  }

  /** Sends a message that no order of ours has counted: it takes its place in the venue's and the desk's windows. */
  private endSessionMessage(length: number): void {
    this.client.endMessage(length);
    this.execution.countSessionMessage(this.venue);
  }

  private forgetQueries(): void {
    const { numbers } = this;
    numbers[Column.awaitedReference] = 0;
    numbers[Column.asksInARow] = 0;
    numbers[Column.openQueries] = 0;
  }

  /** An order that our logs lost (a loss of power): it must not go on working unwatched. */
  private forgotten(userReference: number, orderState: number): void {
    if (orderState !== ouchOrderState.dead && this.cancel(userReference))
      this.execution.countSessionMessage(this.venue);
    this.unknown(userReference);
  }

  /** The line is lost. Cancels that left over it a moment ago may be lost with it. */
  private rememberForgotten(): void {
    const { numbers, turn } = this;
    if (numbers[Column.forgottenFrom] === 0 || turn.timeNs - this.forgottenSentNs[0] >= forgottenStandsNs) return;
    numbers[Column.forgottenNs] = turn.timeNs;
  }

  /** The venue has seen a reference. One that our logs do not know (a loss of power) may not be the only one; ours to come are above it. */
  private noticeReference(userReference: number): void {
    const { numbers, orders, venue } = this;
    const from = Math.min(numbers[Column.loginReference], orders.nextReferenceOf(venue));
    if (userReference < from || orders.isTaken(venue, userReference)) return;
    if (numbers[Column.forgottenFrom] === 0) numbers[Column.forgottenFrom] = from;
    numbers[Column.forgottenEnd] = Math.max(numbers[Column.forgottenEnd], userReference + 1);
    numbers[Column.forgottenNs] = this.turn.timeNs;
    orders.raiseNextReference(venue, userReference + 1);
  }

  private unreadable(type: number): void {
    this.owner.onUnreadable(this.venue, type, ++this.numbers[Column.malformed]);
  }

  /** The venue speaks of a reference that belongs to no order we know. */
  private unknown(userReference: number): void {
    this.noticeReference(userReference);
    this.turn.alert(alertCodes.code.orderUnknown, this.venue, userReference, 0);
  }

  /** Messages are encoded where they leave from. */
  private get bytes(): Uint8Array {
    return this.turn.outbox.bytes;
  }
}
