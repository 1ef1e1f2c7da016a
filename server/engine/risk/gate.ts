import { alertCodes } from "../../../domain/health";
import { sides } from "../../../domain/order";
import { refusalCodes } from "../../../domain/refusal";
import { ApprovedMessage } from "./approved-message";
import { checkTable } from "./check-table";
import { GateChecks, QuestionKind } from "./gate-checks";

const codes = refusalCodes.code;
const nothing = -1;

/**
 * The one gate. Every parent passes it, and again every message a parent gives birth to: child, chase, replace. A
 * refusal leaves code, limit and the value that would have been in `code`, `limit`, `value`. Cancels do not come here:
 * they are never refused, only counted. `passes` is the ordered list of checks, `check-table.ts` says what each is.
 */
export class Gate extends GateChecks {
  private readonly message = new ApprovedMessage();

  /**
   * Every check, in this order; the first no stands. A check that throws means no: a message that can't be judged
   * does not go out.
   */
  private readonly passes = (): boolean => {
    this.code = nothing;
    this.approval.clear();
    try {
      return (
        this.isNoReplay() &&
        this.isEngineOpen() &&
        this.isNotKilled() &&
        this.isReconciled() &&
        this.isStrategyRunning() &&
        this.isNotRepeating() &&
        this.isWithinMode() &&
        this.isPermitted() &&
        this.isNotRestricted() &&
        this.isOnTick() &&
        this.isQuantitySound() &&
        this.isNotionalSound() &&
        this.isParentSound() &&
        this.isBasketSound() &&
        this.isWithinParent() &&
        this.isWithinOrdersOfTheDay() &&
        this.isVenueReady() &&
        this.isPhaseOpen() &&
        this.isDataFresh() &&
        this.isNotCrossed() &&
        this.isNotDeviant() &&
        this.isDataRecovered() &&
        this.isWithinCollar() &&
        this.isWithinBand() &&
        this.isShortSaleAllowed() &&
        this.isPositionWithin() &&
        this.isStrategyPositionWithin() &&
        this.isPairExposureWithin() &&
        this.isStrategyExposureWithin() &&
        this.isDeskExposureWithin() &&
        this.isCapitalWithin() &&
        this.isLossWithin() &&
        this.isNoSelfMatch() &&
        this.isNoDuplicate() &&
        this.isWithinRates()
      );
    } catch {
      return this.failed();
    }
  };

  /** May this strategy want this? Checked before a parent exists, for its whole quantity. `basket`: money of the parents asked for before it in one basket. */
  readonly approvesParent = (
    strategy: number,
    pair: number,
    instrument: number,
    sell: boolean,
    quantity: number,
    price: number,
    basket = 0,
  ): boolean => {
    this.kind = QuestionKind.parent;
    this.ask(strategy, pair, instrument, nothing, sell ? 1 : 0, quantity, price);
    this.basketNotional = basket + quantity * price;
    return this.weigh() && this.passes();
  };

  /**
   * A parent was made of an approved wish: so much may be placed for it. What is approved is taken from that, whatever its
   * router thinks that it placed.
   */
  readonly openParent = (parent: number, quantity: number): void => {
    this.parentLeft[parent] = quantity;
  };

  /** What of a parent may still be approved. */
  readonly leftOf = (parent: number): number => this.parentLeft[parent];

  /** So much of what was approved for a parent can't trade any more, unfilled; less than 0: more traded than was approved. */
  readonly giveBack = (parent: number, quantity: number): void => {
    this.parentLeft[parent] += quantity;
  };

  /**
   * May this order go to this venue now? Returns the approved message, its side derived, or null; an approved one counts as
   * sent at once, and as placed of its parent. The caller has not counted it as working yet.
   */
  readonly approveOrder = (
    strategy: number,
    pair: number,
    instrument: number,
    venue: number,
    sell: boolean,
    quantity: number,
    price: number,
    timeInForce: number,
    postOnly: number,
    parent: number,
  ): ApprovedMessage | null => {
    this.kind = QuestionKind.child;
    this.ask(strategy, pair, instrument, venue, sell ? 1 : 0, quantity, price);
    this.parent = parent;
    if (!this.weigh() || !this.passes()) return null;
    this.count(strategy, venue);
    this.parentLeft[parent] -= quantity;
    this.duplicates.add(strategy, pair, instrument, this.sell, quantity, price, parent, this.parts.turn.timeNs);
    return this.sign(timeInForce, postOnly, quantity);
  };

  /**
   * May this open order become one of this size (shares already filled included) and price? Until the venue has
   * answered, the worse of both counts.
   */
  readonly approveReplace = (order: number, quantity: number, price: number): ApprovedMessage | null => {
    const { working } = this.parts;
    this.kind = QuestionKind.replace;
    const sell = working.side[order] === sides.code.buy ? 0 : 1;
    const open = quantity - working.filledQuantity[order];
    this.ask(
      working.strategy[order],
      working.pair[order],
      working.instrument[order],
      working.venue[order],
      sell,
      open,
      price,
    );
    this.order = order;
    this.parent = working.parent[order];
    if (!this.weigh() || !this.passes()) return null;
    this.count(this.strategy, this.venue);
    this.parentLeft[this.parent] -= this.addedQuantity;
    return this.sign(working.timeInForce[order], working.postOnly[order], quantity);
  };

  /** An order finds no price within its limit at any venue, the best one shown being this (0 for none): the answer for the record. */
  readonly refuseUnpriced = (limitPrice: number, bestPrice: number): void => {
    this.no(codes.noPrice, limitPrice, bestPrice);
  };

  /** Would this venue take an order in this instrument now: not killed, session ready, trading, data live? */
  readonly isVenueOpen = (instrument: number, venue: number): boolean => {
    this.kind = QuestionKind.child;
    this.code = nothing;
    this.instrument = instrument;
    this.venue = venue;
    this.listing = instrument * this.parts.desk.venues.length + venue;
    try {
      return (
        this.isVenueFree() &&
        this.isVenueReady() &&
        this.isPhaseOpen() &&
        this.isDataFresh() &&
        this.isVenueRecovered(venue)
      );
    } catch {
      return this.failed();
    }
  };

  /**
   * True when this open order, or what is working with it, is beyond a limit of size or exposure as it stands, though
   * nothing is added: after a limit was tightened. Orders that only close a position are never beyond. `collar`: look at
   * the price too.
   */
  readonly standsBeyond = (order: number, collar: boolean): boolean => {
    const { working } = this.parts;
    this.kind = QuestionKind.child;
    const sell = working.side[order] === sides.code.buy ? 0 : 1;
    this.ask(
      working.strategy[order],
      working.pair[order],
      working.instrument[order],
      working.venue[order],
      sell,
      working.countedQuantity[order],
      working.countedPrice[order],
    );
    this.order = order;
    this.side = working.side[order];
    this.addedQuantity = 0;
    // Anything above nothing: the exposure checks look at what stands.
    this.addedNotional = Number.MIN_VALUE;
    try {
      this.weighClosing();
      const within =
        this.isNotRestricted() &&
        (this.reduces || (this.isQuantitySound() && this.isNotionalSound() && (!collar || this.isWithinCollar()))) &&
        this.isPositionWithin() &&
        this.isStrategyPositionWithin() &&
        this.isPairExposureWithin() &&
        this.isStrategyExposureWithin() &&
        this.isDeskExposureWithin() &&
        this.isCapitalWithin();
      return !within;
    } catch {
      return !this.failed();
    }
  };

  /** True when a mode in force over this open order would not let it go out now: halted, or it does not only reduce. */
  readonly standsAgainstMode = (order: number): boolean => {
    const { working } = this.parts;
    this.kind = QuestionKind.child;
    this.strategy = working.strategy[order];
    this.pair = working.pair[order];
    this.instrument = working.instrument[order];
    this.venue = working.venue[order];
    this.sell = working.side[order] === sides.code.buy ? 0 : 1;
    this.addedQuantity = 0;
    try {
      this.weighClosing();
      return !this.isWithinMode();
    } catch {
      return !this.failed();
    }
  };

  /** A cancel goes out: counted at once, so that orders give way to it; never refused. */
  readonly countCancel = (strategy: number, venue: number): void => {
    this.count(strategy, venue);
  };

  /** A message goes out that is of no strategy: a mass cancel, a question, whether orders are taken. Never refused. */
  readonly countSessionMessage = (venue: number): void => {
    const now = this.parts.turn.timeNs;
    this.rates.count(this.rateOfVenue[venue], now);
    this.rates.count(this.deskRate, now);
  };

  /** Messages of the last second: of a strategy, of a venue, of the desk (-1, -1). */
  readonly messagesInLastSecond = (strategy: number, venue: number): number => {
    return this.rates.inLastSecond(this.rateRowOf(strategy, venue), this.parts.turn.timeNs);
  };

  /** The highest message rate that can be kept exactly for a strategy, a venue, the desk (-1, -1). */
  readonly messageRateMax = (strategy: number, venue: number): number => {
    return this.rates.limitMaxOf(this.rateRowOf(strategy, venue));
  };

  private readonly rateRowOf = (strategy: number, venue: number): number => {
    if (strategy >= 0) return strategy;
    return venue >= 0 ? this.rateOfVenue[venue] : this.deskRate;
  };

  private readonly ask = (
    strategy: number,
    pair: number,
    instrument: number,
    venue: number,
    sell: number,
    quantity: number,
    price: number,
  ): void => {
    this.strategy = strategy;
    this.pair = pair;
    this.instrument = instrument;
    this.venue = venue;
    this.listing = venue < 0 ? nothing : instrument * this.parts.desk.venues.length + venue;
    this.sell = sell;
    this.quantity = quantity;
    this.price = price;
    this.parent = 0;
    this.order = 0;
    this.basketNotional = 0;
  };

  /** What the question adds to the worst case, whether it only closes, and on which side it is. False when that can't be told. */
  private readonly weigh = (): boolean => {
    try {
      const { working } = this.parts;
      const { order, quantity, price } = this;
      this.addedQuantity = quantity;
      this.addedNotional = quantity * price;
      if (this.kind === QuestionKind.replace) {
        const counted = working.countedQuantity[order];
        const countedPrice = working.countedPrice[order];
        this.addedQuantity = Math.max(0, quantity - counted);
        this.addedNotional = Math.max(counted, quantity) * Math.max(countedPrice, price) - counted * countedPrice;
        this.side = working.side[order];
      } else this.side = this.sideOf();
      this.weighClosing();
      return true;
    } catch {
      return this.failed();
    }
  };

  /** Whether all working orders of the side and what this one adds at most close what the strategy holds. */
  private readonly weighClosing = (): void => {
    const { strategy, instrument } = this;
    const working = this.parts.working.strategyWorkingOf(strategy, instrument, this.sell);
    this.reduces = this.closes(
      this.parts.positions.strategyQuantityOf(strategy, instrument),
      this.addedQuantity + working,
    );
  };

  /** Sell what we hold and have not offered yet; anything beyond it makes the whole order a short sale (Reg SHO 200(g)). */
  private readonly sideOf = (): number => {
    if (this.sell === 0) return sides.code.buy;
    const { positions, working } = this.parts;
    const free = positions.quantityOf(this.instrument) - working.workingOf(this.instrument, 1);
    return this.quantity <= free ? sides.code.sell : sides.code.sellShort;
  };

  private readonly isVenueFree = (): boolean => {
    return !this.parts.kills.coversVenue(this.venue) || this.no(codes.killed, 0, 0);
  };

  private readonly count = (strategy: number, venue: number): void => {
    const now = this.parts.turn.timeNs;
    this.rates.count(strategy, now);
    this.rates.count(this.rateOfVenue[venue], now);
    this.rates.count(this.deskRate, now);
  };

  /** Fills the one approved message. */
  private readonly sign = (timeInForce: number, postOnly: number, quantity: number): ApprovedMessage => {
    const message = this.message;
    message.venue = this.venue;
    message.instrument = this.instrument;
    message.side = this.side;
    message.quantity = quantity;
    message.price = this.price;
    message.timeInForce = timeInForce;
    message.postOnly = postOnly;
    return message;
  };

  /** A check threw: no, with an alert that names the first check that does. 0 stands for what all of them share. */
  private readonly failed = (): false => {
    const place = checkTable.findIndex(({ method }) => this.throws(method));
    this.parts.turn.alert(alertCodes.code.gateCheckFailed, this.strategy, place + 1, checkTable.length);
    return this.no(codes.checkFailed, 0, place + 1);
  };

  private readonly throws = (method: (typeof checkTable)[number]["method"]): boolean => {
    try {
      this[method]();
      return false;
    } catch {
      return true;
    }
  };
}
