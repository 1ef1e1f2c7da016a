import type { Desk } from "../../../domain/desk";
import { tradingStatuses } from "../../../domain/health";
import { sides } from "../../../domain/order";
import type { PositionView } from "../../../domain/position-view";
import { refusalCodes } from "../../../domain/refusal";
import { strategyStates } from "../../../domain/strategy";
import { nsPerSecond } from "../../../domain/time";
import type { StateRegistry } from "../../machine/state-registry";
import type { Quotes } from "../book/quotes";
import type { Turn } from "../turn";
import { Approval } from "./approval";
import { ApprovedMessage } from "./approved-message";
import type { KillSwitch } from "./kill-switch";
import { RateLimit } from "./rate-limit";

const codes = refusalCodes.code;
/** No code, no venue. */
const nothing = -1;

/** What the gate knows of open orders; the order stage owns them. */
export interface WorkingView {
  /** Working quantity of an instrument on one side: 0 buy, 1 sell. */
  workingOf(instrument: number, sell: number): number;
  strategyWorkingOf(strategy: number, instrument: number, sell: number): number;
  /** [0]: money at stake in open orders. */
  readonly workingNotional: Float64Array;
  /** The same per strategy. */
  readonly strategyWorkingNotional: Float64Array;
  hasRoom(venue: number, reduces: boolean): boolean;
  readonly ordersMax: number;
}

/** What the gate knows of venues and strategies. */
export interface StandingView {
  /** True when the venue's order session may send new orders. */
  isVenueReady(venue: number): boolean;
  /** Time of the venue's last feed packet, ns. */
  feedTimeOf(venue: number): number;
  /** A code of `strategyStates`. */
  strategyStateOf(strategy: number): number;
  /** A code of `tradingStatuses`. */
  listingStatusOf(listing: number): number;
  /** True while order session and drop copy differ over an instrument: it takes no new risk. */
  isBroken(instrument: number): boolean;
  /** True while nothing may be sent: recovery, shutdown. */
  isClosed(): boolean;
  /** True when a recording is replayed: wishes are judged and recorded, and nothing is sent. */
  isReplay(): boolean;
}

/**
 * The one gate. Every parent passes it, and again every message a parent gives birth to. A refusal leaves code, limit
 * and the value that would have been in `code`, `limit`, `value`. Cancels do not come here: they are never refused.
 */
export class Gate {
  /** Why the last question was answered no; -1 after a yes. */
  code = nothing;
  limit = 0;
  value = 0;
  /** What the last approved message was judged by. */
  readonly approval = new Approval();
  private readonly message = new ApprovedMessage();
  private readonly rate: RateLimit;
  private readonly limits: Desk["limits"];
  private readonly venueCount: number;

  constructor(
    registry: StateRegistry,
    private readonly desk: Desk,
    private readonly turn: Turn,
    private readonly quotes: Quotes,
    private readonly kills: KillSwitch,
    private readonly positions: PositionView,
    private readonly working: WorkingView,
    private readonly standing: StandingView,
  ) {
    this.limits = desk.limits;
    this.venueCount = desk.venues.length;
    this.rate = new RateLimit(registry, "risk.messageRate", desk.limits.messagesPerSecondMax);
  }

  /** May this strategy want this? Checked before a parent exists, for its whole quantity. */
  approvesParent(strategy: number, instrument: number, sell: boolean, quantity: number, price: number): boolean {
    this.code = nothing;
    const reduces = this.reduces(strategy, instrument, sell, quantity);
    if (!this.isStrategyFree(strategy, instrument, nothing, reduces)) return false;
    if (!this.hasRoom(0, reduces)) return false;
    if (!this.isWithinLimits(strategy, instrument, sell, quantity, price)) return false;
    return !this.standing.isReplay() || this.no(codes.replayOnly, 0, 0);
  }

  /**
   * May this order go to this venue now? `parentLeft`: what the parent may still place. Returns the approved message,
   * its side derived, or null. The caller has not counted the order as working yet.
   */
  approveOrder(
    strategy: number,
    instrument: number,
    venue: number,
    sell: boolean,
    quantity: number,
    price: number,
    timeInForce: number,
    postOnly: number,
    parentLeft: number,
  ): ApprovedMessage | null {
    this.code = nothing;
    this.approval.clear();
    const reduces = this.reduces(strategy, instrument, sell, quantity);
    if (!this.isStrategyFree(strategy, instrument, venue, reduces)) return null;
    if (!this.isVenueFree(instrument, venue)) return null;
    if (quantity > parentLeft) return this.refuse(codes.parentExceeded, parentLeft, quantity);
    if (!this.hasRoom(venue, reduces)) return null;
    if (!this.isWithinLimits(strategy, instrument, sell, quantity, price)) return null;
    if (!this.isWithinRate()) return null;
    return this.sign(
      venue,
      instrument,
      this.sideOf(instrument, sell, quantity),
      quantity,
      price,
      timeInForce,
      postOnly,
    );
  }

  /**
   * May this open order go on at another price? The quantity stays what it is, so exposure changes by the price alone.
   * Position limits hold as they did when the order was approved.
   */
  approveReplace(
    strategy: number,
    instrument: number,
    venue: number,
    side: number,
    quantity: number,
    oldPrice: number,
    price: number,
    timeInForce: number,
    postOnly: number,
  ): ApprovedMessage | null {
    this.code = nothing;
    this.approval.clear();
    if (!this.isStrategyFree(strategy, instrument, venue, false)) return null;
    if (!this.isVenueFree(instrument, venue)) return null;
    if (!this.hasRoom(venue, false)) return null;
    if (!this.isPriceSound(instrument, price) || !this.isNotionalSound(quantity, price)) return null;
    if (!this.hasExposureLeft(strategy, quantity * Math.max(0, price - oldPrice))) return null;
    if (!this.isWithinRate()) return null;
    return this.sign(venue, instrument, side, quantity, price, timeInForce, postOnly);
  }

  /** Would this venue take an order in this instrument now: not killed, session ready, trading, data live? */
  isVenueOpen(instrument: number, venue: number): boolean {
    this.code = nothing;
    if (this.kills.isVenueKilled(venue)) return this.no(codes.killed, 0, 0);
    return this.isVenueFree(instrument, venue);
  }

  private hasRoom(venue: number, reduces: boolean): boolean {
    const { working } = this;
    return working.hasRoom(venue, reduces) || this.no(codes.ordersOfTheDay, working.ordersMax, working.ordersMax + 1);
  }

  /** A paused strategy may still bring a position back: half a pair is not left standing. */
  private isStrategyFree(strategy: number, instrument: number, venue: number, reduces: boolean): boolean {
    if (this.standing.isClosed()) return this.no(codes.venueNotReady, 0, 0);
    if (this.kills.covers(strategy, instrument, venue)) return this.no(codes.killed, 0, 0);
    if (!reduces && this.standing.isBroken(instrument)) return this.no(codes.reconciliationBreak, 0, 0);
    const state = this.standing.strategyStateOf(strategy);
    if (state === strategyStates.code.running || (state === strategyStates.code.paused && reduces)) return true;
    return this.no(codes.strategyNotRunning, strategyStates.code.running, state);
  }

  private isVenueFree(instrument: number, venue: number): boolean {
    if (this.standing.isReplay()) return this.no(codes.replayOnly, 0, 0);
    if (!this.standing.isVenueReady(venue)) return this.no(codes.venueNotReady, 1, 0);
    const status = this.standing.listingStatusOf(instrument * this.venueCount + venue);
    if (status !== tradingStatuses.code.trading) return this.no(codes.notTrading, tradingStatuses.code.trading, status);
    const ageNs = this.turn.timeNs - this.standing.feedTimeOf(venue);
    const ageNsMax = this.limits.dataAgeSecondsMax * nsPerSecond;
    if (this.quotes.venueLive[venue] === 0 || ageNs > ageNsMax) return this.no(codes.staleData, ageNsMax, ageNs);
    this.approval.judgeDataAge(ageNs, ageNsMax);
    return true;
  }

  private isWithinLimits(
    strategy: number,
    instrument: number,
    sell: boolean,
    quantity: number,
    price: number,
  ): boolean {
    const { limits, positions, working } = this;
    if (!(limits.orderQuantityMax > 0 && limits.orderNotionalMax > 0 && limits.positionQuantityMax > 0))
      return this.no(codes.noLimit, 0, 0);
    if (quantity <= 0 || quantity > limits.orderQuantityMax)
      return this.no(codes.orderQuantity, limits.orderQuantityMax, quantity);
    this.approval.judgeQuantity(quantity, limits.orderQuantityMax);
    if (!this.isPriceSound(instrument, price) || !this.isNotionalSound(quantity, price)) return false;

    // Worst case: all working orders of this side fill, and this one too.
    const sellIndex = sell ? 1 : 0;
    const direction = sell ? -1 : 1;
    const held = positions.quantityOf(instrument);
    const worst = Math.abs(held + direction * (working.workingOf(instrument, sellIndex) + quantity));
    if (worst > limits.positionQuantityMax && worst > Math.abs(held))
      return this.no(codes.positionLimit, limits.positionQuantityMax, worst);

    const own = this.desk.strategies[strategy].limits;
    const strategyHeld = positions.strategyQuantityOf(strategy, instrument);
    const strategyWorst = Math.abs(
      strategyHeld + direction * (working.strategyWorkingOf(strategy, instrument, sellIndex) + quantity),
    );
    if (strategyWorst > own.positionQuantityMax && strategyWorst > Math.abs(strategyHeld))
      return this.no(codes.strategyPositionLimit, own.positionQuantityMax, strategyWorst);
    this.approval.judgePosition(worst, limits.positionQuantityMax, strategyWorst, own.positionQuantityMax);

    // What brings a strategy's position back needs no room under the exposure limits.
    return this.reduces(strategy, instrument, sell, quantity) || this.hasExposureLeft(strategy, quantity * price);
  }

  /** True when the order, with all working ones of its side, at most closes what the strategy holds. */
  private reduces(strategy: number, instrument: number, sell: boolean, quantity: number): boolean {
    const held = this.positions.strategyQuantityOf(strategy, instrument);
    if (held === 0 || held > 0 !== sell) return false;
    return quantity + this.working.strategyWorkingOf(strategy, instrument, sell ? 1 : 0) <= Math.abs(held);
  }

  /** Positions at their marks, all working orders at their prices, and `notional` more: within desk and strategy limits? */
  private hasExposureLeft(strategy: number, notional: number): boolean {
    const { limits, positions, working } = this;
    const gross = positions.grossExposure + working.workingNotional[0] + notional;
    if (gross > limits.grossExposureMax) return this.no(codes.grossExposure, limits.grossExposureMax, gross);
    const own = this.desk.strategies[strategy].limits.grossExposureMax;
    const strategyGross =
      positions.strategyGrossExposureOf(strategy) + working.strategyWorkingNotional[strategy] + notional;
    if (strategyGross > own) return this.no(codes.grossExposure, own, strategyGross);
    this.approval.judgeExposure(gross, limits.grossExposureMax, strategyGross, own);
    return true;
  }

  /** On a tick, and within the collar around the consolidated mid. */
  private isPriceSound(instrument: number, price: number): boolean {
    const tick = this.desk.instruments[instrument].tick;
    if (price <= 0 || !isOnTick(price, tick)) return this.no(codes.notATick, tick, price);
    const mid = this.quotes.mid(instrument);
    if (mid === 0) return this.no(codes.noReferencePrice, 0, 0);
    const reach = (mid * this.limits.priceCollarBps) / 10_000;
    if (price > mid + reach) return this.no(codes.priceCollar, mid + reach, price);
    if (price < mid - reach) return this.no(codes.priceCollar, mid - reach, price);
    this.approval.judgePrice(price, mid - reach, mid + reach);
    return true;
  }

  private isNotionalSound(quantity: number, price: number): boolean {
    const notional = quantity * price;
    const notionalMax = this.limits.orderNotionalMax;
    if (notional > notionalMax) return this.no(codes.orderNotional, notionalMax, notional);
    this.approval.judgeNotional(notional, notionalMax);
    return true;
  }

  private isWithinRate(): boolean {
    if (!this.rate.allows(this.turn.timeNs)) return this.no(codes.messageRate, this.rate.limit, this.rate.limit + 1);
    this.rate.count(this.turn.timeNs);
    return true;
  }

  /** Sell what we hold and have not offered yet; anything beyond it makes the whole order a short sale (Reg SHO 200(g)). */
  private sideOf(instrument: number, sell: boolean, quantity: number): number {
    if (!sell) return sides.code.buy;
    const free = this.positions.quantityOf(instrument) - this.working.workingOf(instrument, 1);
    return quantity <= free ? sides.code.sell : sides.code.sellShort;
  }

  /** Fills the one approved message. */
  private sign(
    venue: number,
    instrument: number,
    side: number,
    quantity: number,
    price: number,
    timeInForce: number,
    postOnly: number,
  ): ApprovedMessage {
    const message = this.message;
    message.venue = venue;
    message.instrument = instrument;
    message.side = side;
    message.quantity = quantity;
    message.price = price;
    message.timeInForce = timeInForce;
    message.postOnly = postOnly;
    return message;
  }

  private no(code: number, limit: number, value: number): false {
    this.code = code;
    this.limit = limit;
    this.value = value;
    return false;
  }

  private refuse(code: number, limit: number, value: number): null {
    this.no(code, limit, value);
    return null;
  }
}

/** Whole numbers of 32 bits, as prices of shares are, divide many times faster than doubles do. */
function isOnTick(price: number, tick: number): boolean {
  const whole = price | 0;
  return whole === price ? whole % tick === 0 : price % tick === 0;
}
