import type { Desk } from "../../../domain/desk";
import { type LimitCode, tradingModes } from "../../../domain/limit";
import { sides } from "../../../domain/order";
import type { PositionView } from "../../../domain/position-view";
import { refusalCodes } from "../../../domain/refusal";
import { strategyStates } from "../../../domain/strategy";
import { nsPerMillisecond } from "../../../domain/time";
import type { StateRegistry } from "../../machine/state-registry";
import type { Quotes } from "../book/quotes";
import type { TradingRules } from "../market/trading-rules";
import type { Bars } from "../signal/bars";
import type { Turn } from "../turn";
import { Approval } from "./approval";
import type { DataSoundness } from "./data-soundness";
import { DuplicateOrders } from "./duplicate-orders";
import type { KillSwitch } from "./kill-switch";
import type { Limits } from "./limits";
import type { LossGuard } from "./loss-guard";
import type { Modes } from "./modes";
import { Permissions } from "./permissions";
import { RateLimits } from "./rate-limits";
import type { RepeatedExecutions } from "./repeated-executions";
import { phaseBits } from "./session-phases";

const codes = refusalCodes.code;
const modes = tradingModes.code;
const nothing = -1;
const bpsPerOne = 10_000;
/** Orders past the day's limit that may only reduce positions: reaching it must not leave positions that can't be closed. */
const reducingReserve = 10_000;

/** What the gate knows of open orders; the order stage owns them. */
export interface WorkingView {
  /** Working quantity of an instrument on one side at its worst: 0 buy, 1 sell. */
  workingOf(instrument: number, sell: number): number;
  strategyWorkingOf(strategy: number, instrument: number, sell: number): number;
  /** Which leg of a pair an instrument is: 0 for instrument A, 1 for instrument B. */
  legOf(pair: number, instrument: number): number;
  /** Working quantity of one leg of a pair. */
  pairWorkingOf(pair: number, leg: number, sell: number): number;
  /** Money at stake in open orders at their worst: [buy, sell]; per strategy and per pair the same. */
  readonly workingNotional: Float64Array;
  readonly strategyWorkingNotional: Float64Array;
  readonly pairWorkingNotional: Float64Array;
  /** Orders sent today. */
  readonly count: number;
  /** True while rows and user references are left. */
  hasRoom(venue: number): boolean;
  /** Open orders of a listing and side, as a chain of rows; 0 ends it. */
  firstAt(listing: number, sell: number): number;
  nextAt(row: number): number;
  /** The most aggressive price that an open order has or may get. */
  touchingPrice(row: number): number;
  readonly strategy: Int32Array;
  readonly pair: Int32Array;
  readonly instrument: Int32Array;
  readonly venue: Uint8Array;
  readonly side: Uint8Array;
  readonly parent: Int32Array;
  readonly timeInForce: Uint8Array;
  readonly postOnly: Uint8Array;
  readonly filledQuantity: Int32Array;
  readonly countedQuantity: Int32Array;
  readonly countedPrice: Float64Array;
}

/** What the gate knows of venues and strategies. */
export interface StandingView {
  /** True when the venue's order session may send new orders. */
  isVenueReady(venue: number): boolean;
  /** Time of the venue's last feed packet, ns. */
  feedTimeOf(venue: number): number;
  /** A code of `strategyStates`. */
  strategyStateOf(strategy: number): number;
  /** True while order session and drop copy differ over an instrument: it takes no new risk. */
  isBroken(instrument: number): boolean;
  /** True in a replay, which sends no order. */
  isReplay(): boolean;
  /** True while nothing may be sent: recovery, shutdown. */
  isClosed(): boolean;
}

/** Everything that the checks read. */
export type GateParts = {
  readonly registry: StateRegistry;
  readonly desk: Desk;
  readonly turn: Turn;
  readonly quotes: Quotes;
  readonly bars: Bars;
  readonly rules: TradingRules;
  readonly soundness: DataSoundness;
  readonly limits: Limits;
  readonly kills: KillSwitch;
  readonly modes: Modes;
  readonly losses: LossGuard;
  readonly repeated: RepeatedExecutions;
  readonly positions: PositionView;
  readonly working: WorkingView;
  readonly standing: StandingView;
  /** Rows of parents, the one of none included. */
  readonly parentRows: number;
};

/** What is asked: may a parent exist, may an order go to a venue, may an open order become another. */
export const QuestionKind = { parent: 0, child: 1, replace: 2 } as const;

/**
 * The checks of the gate, a method each. They read the question in the fields below and answer true, or false with
 * code, limit and value. A comparison is written so that what is no number refuses. `check-table.ts` is their list for
 * people; `gate.ts` calls them in its order.
 */
export class GateChecks {
  /** Why the last question was answered no; -1 after a yes. */
  code = nothing;
  limit = 0;
  value = 0;

  /** What the last approved message was judged by. */
  readonly approval = new Approval();

  // The question.
  protected kind: number = QuestionKind.parent;
  protected strategy = 0;
  /** -1 for none. */
  protected pair = nothing;
  protected instrument = 0;
  /** -1 for a parent, which has none yet. */
  protected venue = nothing;
  protected listing = nothing;
  /** 0 buy, 1 sell. */
  protected sell = 0;
  /** The size asked for; of a replace what would be open. */
  protected quantity = 0;
  protected price = 0;
  protected parent = 0;
  /** Row of the order to be replaced; 0 for none. */
  protected order = 0;
  /** A code of `sides`: derived for orders, kept by replaces. */
  protected side = 0;
  /** What it adds to the worst case: all of an order, of a replace what it is worse than the order already counts. */
  protected addedQuantity = 0;
  protected addedNotional = 0;
  /** True when all working orders of its side and this one at most close what the strategy holds. */
  protected reduces = false;
  /** The desk's position at its worst and its limit, for the record of what was approved. */
  private deskWorst = 0;
  private deskPositionLimit = 0;
  /** Money of the basket so far, this parent included. */
  protected basketNotional = 0;

  /** By parent's row: its quantity less what was approved for it and may still trade or did. */
  protected readonly parentLeft: Int32Array;
  /** A row for each strategy, then one for each venue (`rateOfVenue`), then that of the desk. */
  protected readonly rates: RateLimits;
  protected readonly rateOfVenue: Int32Array;
  protected readonly deskRate: number;
  protected readonly duplicates: DuplicateOrders;
  private readonly permissions: Permissions;
  private readonly phases: number;
  private readonly ticks: Float64Array;
  // Rows of limits.
  private readonly desk;
  private readonly own;
  private readonly ownStride: number;
  private readonly venueRateRow: number;
  private readonly positionRow: number;
  private readonly restrictedRow: number;
  private readonly instrumentStride: number;
  private readonly pairGrossRow: number;
  private readonly pairNetRow: number;
  private readonly pairStride: number;

  constructor(protected readonly parts: GateParts) {
    const { registry, desk, limits } = parts;
    this.ticks = Float64Array.from(desk.instruments, (instrument) => instrument.tick);
    this.permissions = new Permissions(desk);
    this.phases = phaseBits(desk.limits.sessionPhases);
    this.rateOfVenue = Int32Array.from(desk.venues, (_, venue) => desk.strategies.length + venue);
    this.deskRate = desk.strategies.length + desk.venues.length;
    this.rates = new RateLimits(registry, "risk.rates", [
      ...desk.strategies.map(({ limits: own }, id) => ({
        limit: own.messagesPerSecondMax,
        formerly: `risk.rate.strategy${id}`,
      })),
      ...desk.venues.map((_, id) => ({
        limit: desk.limits.venueMessagesPerSecondMax,
        formerly: `risk.rate.venue${id}`,
      })),
      { limit: desk.limits.messagesPerSecondMax, formerly: "risk.rate.desk" },
    ]);
    this.parentLeft = registry.allocate("risk.parentLeft", "i32", parts.parentRows);
    this.duplicates = new DuplicateOrders(registry, desk.strategies.length, desk.instruments.length);
    const all = (code: LimitCode) => limits.baseOf(code, "all");
    this.desk = {
      orderQuantity: all("orderQuantity"),
      orderNotional: all("orderNotional"),
      parentQuantity: all("parentQuantity"),
      parentNotional: all("parentNotional"),
      basketNotional: all("basketNotional"),
      gross: all("grossExposure"),
      net: all("netExposure"),
      capital: all("capital"),
      lossHard: all("dailyLossHard"),
      collar: all("priceCollarBps"),
      deviation: all("deviationBps"),
      dataAge: all("dataAgeMilliseconds"),
      tradeAge: all("tradeAgeMilliseconds"),
      recovery: all("recoveryUpdates"),
      rate: all("messagesPerSecond"),
      duplicate: all("duplicateMilliseconds"),
      ordersPerDay: all("ordersPerDay"),
    } as const;
    const own = (code: LimitCode) => limits.baseOf(code, "strategy");
    this.own = {
      position: own("positionQuantity"),
      gross: own("grossExposure"),
      net: own("netExposure"),
      capital: own("capital"),
      lossHard: own("dailyLossHard"),
      rate: own("messagesPerSecond"),
      repeated: own("repeatedExecutions"),
      repeatedSeconds: own("repeatedSeconds"),
    } as const;
    this.ownStride = limits.strideOf("strategy");
    this.venueRateRow = limits.baseOf("messagesPerSecond", "venue");
    this.positionRow = limits.baseOf("positionQuantity", "instrument");
    this.restrictedRow = limits.baseOf("restricted", "instrument");
    this.instrumentStride = limits.strideOf("instrument");
    this.pairGrossRow = limits.baseOf("grossExposure", "pair");
    this.pairNetRow = limits.baseOf("netExposure", "pair");
    this.pairStride = limits.strideOf("pair");
  }

  // Standing: who may send at all.

  protected isEngineOpen(): boolean {
    return !this.parts.standing.isClosed() || this.no(codes.venueNotReady, 0, 0);
  }

  protected isNoReplay(): boolean {
    return !this.parts.standing.isReplay() || this.no(codes.replayOnly, 0, 0);
  }

  protected isNotKilled(): boolean {
    return (
      !this.parts.kills.covers(this.strategy, this.pair, this.instrument, this.venue) || this.no(codes.killed, 0, 0)
    );
  }

  protected isReconciled(): boolean {
    return (
      !this.parts.standing.isBroken(this.instrument) ||
      (this.reduces && this.reducesDesk()) ||
      this.no(codes.reconciliationBreak, 0, 0)
    );
  }

  /** A paused strategy may still bring a position back: half a pair is not left standing. */
  protected isStrategyRunning(): boolean {
    const state = this.parts.standing.strategyStateOf(this.strategy);
    return (
      state === strategyStates.code.running ||
      (this.reduces && state === strategyStates.code.paused) ||
      this.no(codes.strategyNotRunning, strategyStates.code.running, state)
    );
  }

  protected isNotRepeating(): boolean {
    const { repeated } = this.parts;
    const limit = this.ownLimit(this.own.repeated);
    if (repeated.isOff(this.strategy))
      return this.no(codes.repeatedExecutions, limit, repeated.countWhenOff(this.strategy));
    return (limit >= 0 && this.ownLimit(this.own.repeatedSeconds) >= 0) || this.no(codes.noLimit, 0, 0);
  }

  /** Each scope has its say, and its own position to be lowered: what closes a strategy's may open the desk's. */
  protected isWithinMode(): boolean {
    const { modes: standing } = this.parts;
    const desk = standing.overDesk(this.instrument, this.venue);
    const strategy = standing.overStrategy(this.strategy);
    const pair = standing.overPair(this.pair);
    if (desk === modes.active && strategy === modes.active && pair === modes.active) return true;
    const strictest = Math.max(desk, strategy, pair);
    if (strictest !== modes.reducing) return this.no(codes.modeHalted, 0, strictest);
    const lowers =
      (desk === modes.active || this.reducesDesk()) &&
      (strategy === modes.active || this.reduces) &&
      (pair === modes.active || this.reducesPair());
    return lowers || this.no(codes.modeReducing, 0, strictest);
  }

  protected isPermitted(): boolean {
    return (
      this.permissions.allows(this.strategy, this.pair, this.instrument, this.venue) ||
      this.no(codes.notPermitted, this.instrument, this.venue)
    );
  }

  protected isNotRestricted(): boolean {
    const restricted = this.limitAt(this.restrictedRow + this.instrument * this.instrumentStride);
    return restricted === 0 || this.no(codes.restricted, 0, restricted);
  }

  // The order itself.

  protected isOnTick(): boolean {
    const tick = this.ticks[this.instrument];
    // Multiplied back instead of a remainder, which for doubles is a call into the C library: exact below 2^53.
    const rest = this.price - Math.round(this.price / tick) * tick;
    return (this.price > 0 && rest === 0) || this.no(codes.notATick, tick, this.price);
  }

  protected isQuantitySound(): boolean {
    const limit = this.limitAt(this.desk.orderQuantity);
    if (!(this.quantity >= 1 && Number.isInteger(this.quantity)))
      return this.no(codes.orderQuantity, limit, this.quantity);
    if (this.kind === QuestionKind.parent) return true;
    if (!(this.quantity <= limit)) return this.beyond(codes.orderQuantity, limit, this.quantity);
    this.approval.judgeQuantity(this.quantity, limit);
    return true;
  }

  protected isNotionalSound(): boolean {
    if (this.kind === QuestionKind.parent) return true;
    const limit = this.limitAt(this.desk.orderNotional);
    const notional = this.quantity * this.price;
    if (!(notional <= limit)) return this.beyond(codes.orderNotional, limit, notional);
    this.approval.judgeNotional(notional, limit);
    return true;
  }

  protected isParentSound(): boolean {
    if (this.kind !== QuestionKind.parent) return true;
    const quantityMax = this.limitAt(this.desk.parentQuantity);
    if (!(this.quantity <= quantityMax)) return this.beyond(codes.parentQuantity, quantityMax, this.quantity);
    const notionalMax = this.limitAt(this.desk.parentNotional);
    const notional = this.quantity * this.price;
    return notional <= notionalMax || this.beyond(codes.parentNotional, notionalMax, notional);
  }

  protected isBasketSound(): boolean {
    if (this.kind !== QuestionKind.parent) return true;
    const limit = this.limitAt(this.desk.basketNotional);
    return this.basketNotional <= limit || this.beyond(codes.basketNotional, limit, this.basketNotional);
  }

  /** Children never want more than their parent, replaces included; the gate itself counts what it approved of each. */
  protected isWithinParent(): boolean {
    if (this.kind === QuestionKind.parent) return true;
    const left = this.parentLeft[this.parent];
    return this.addedQuantity <= left || this.no(codes.parentExceeded, left, this.addedQuantity);
  }

  protected isWithinOrdersOfTheDay(): boolean {
    const { working } = this.parts;
    const limit = this.limitAt(this.desk.ordersPerDay);
    const count = working.count + (this.kind === QuestionKind.replace ? 0 : 1);
    if (!(count <= (this.reduces && limit >= 0 ? limit + reducingReserve : limit)))
      return this.beyond(codes.ordersOfTheDay, limit, count);
    return working.hasRoom(Math.max(0, this.venue)) || this.no(codes.ordersOfTheDay, limit, count);
  }

  // Venue and market.

  protected isVenueReady(): boolean {
    return this.venue < 0 || this.parts.standing.isVenueReady(this.venue) || this.no(codes.venueNotReady, 1, 0);
  }

  protected isPhaseOpen(): boolean {
    if (this.venue < 0) return true;
    const phase = this.parts.rules.phaseOf(this.listing);
    return ((this.phases >>> phase) & 1) === 1 || this.no(codes.notTrading, this.phases, phase);
  }

  protected isDataFresh(): boolean {
    return this.venue < 0 || this.isVenueFresh(this.venue);
  }

  protected isNotCrossed(): boolean {
    const { quotes, soundness } = this.parts;
    if (!soundness.isCrossed(this.instrument)) return true;
    return this.unsound(codes.crossedMarket, quotes.bidPrice(this.instrument), quotes.askPrice(this.instrument));
  }

  /** The middle of the market stands near the day's last trade, where both are there. */
  protected isNotDeviant(): boolean {
    const { soundness } = this.parts;
    const limit = this.limitAt(this.desk.deviation);
    if (!(limit >= 0)) return this.no(codes.noLimit, 0, 0);
    if (!soundness.isDeviant(this.instrument)) return true;
    return this.unsound(codes.deviantMarket, limit, soundness.deviationBps(this.instrument));
  }

  /** Data that was stale, crossed or deviant has shown by enough updates that it is not any more. */
  protected isDataRecovered(): boolean {
    const limit = this.limitAt(this.desk.recovery);
    if (!(limit >= 0)) return this.no(codes.noLimit, 0, 0);
    const updates = this.parts.soundness.updatesOf(this.instrument);
    if (!(updates >= limit)) return this.no(codes.dataRecovering, limit, updates);
    return this.venue < 0 || this.isVenueRecovered(this.venue);
  }

  protected isWithinCollar(): boolean {
    const limit = this.limitAt(this.desk.collar);
    if (!(limit >= 0 && this.limitAt(this.desk.tradeAge) >= 0)) return this.no(codes.noLimit, 0, 0);
    const twice = this.twiceReference();
    if (!(twice > 0)) return this.no(codes.noReferencePrice, 0, 0);
    // In halves and ten-thousandths, so that all numbers are whole.
    const at = 2 * this.price * bpsPerOne;
    if (!(at <= twice * (bpsPerOne + limit)))
      return this.no(codes.priceCollar, (twice * (bpsPerOne + limit)) / (2 * bpsPerOne), this.price);
    if (!(at >= twice * (bpsPerOne - limit)))
      return this.no(codes.priceCollar, (twice * (bpsPerOne - limit)) / (2 * bpsPerOne), this.price);
    const reach = (twice * limit) / (2 * bpsPerOne);
    this.approval.judgePrice(this.price, twice / 2 - reach, twice / 2 + reach);
    return true;
  }

  protected isWithinBand(): boolean {
    if (this.venue < 0) return true;
    const { rules } = this.parts;
    if (this.sell === 0) {
      const highest = rules.highestPrice(this.listing);
      return highest === 0 || this.price <= highest || this.no(codes.priceBand, highest, this.price);
    }
    const lowest = rules.lowestPrice(this.listing);
    return lowest === 0 || this.price >= lowest || this.no(codes.priceBand, lowest, this.price);
  }

  /**
   * A replace keeps its order's side: a sale of what is held may not grow beyond that (Reg SHO 200(g)). Rule 201: while in
   * force a short sale is above the best bid, and refused where none is known.
   */
  protected isShortSaleAllowed(): boolean {
    if (this.venue < 0 || this.side === sides.code.buy) return true;
    if (this.side === sides.code.sell) {
      if (this.kind !== QuestionKind.replace) return true;
      const { positions, working } = this.parts;
      const others = working.workingOf(this.instrument, 1) - working.countedQuantity[this.order];
      const free = positions.quantityOf(this.instrument) - others;
      return this.addedQuantity === 0 || this.quantity <= free || this.no(codes.longSaleExceeded, free, this.quantity);
    }
    if (!this.parts.rules.isShortSaleRestricted(this.instrument)) return true;
    const bid = this.parts.quotes.bidPrice(this.instrument);
    return (bid > 0 && this.price > bid) || this.no(codes.shortSaleRestricted, bid, this.price);
  }

  // Positions and exposures at their worst: all working orders of this side fill, and this one too.

  protected isPositionWithin(): boolean {
    const { positions, working } = this.parts;
    const limit = this.limitAt(this.positionRow + this.instrument * this.instrumentStride);
    const held = positions.quantityOf(this.instrument);
    this.deskWorst = this.worstOf(held, working.workingOf(this.instrument, this.sell));
    this.deskPositionLimit = limit;
    return this.isQuantityWithin(codes.positionLimit, limit, held, this.deskWorst);
  }

  protected isStrategyPositionWithin(): boolean {
    const { positions, working } = this.parts;
    const limit = this.ownLimit(this.own.position);
    const held = positions.strategyQuantityOf(this.strategy, this.instrument);
    const worst = this.worstOf(held, working.strategyWorkingOf(this.strategy, this.instrument, this.sell));
    if (!this.isQuantityWithin(codes.strategyPositionLimit, limit, held, worst)) return false;
    this.approval.judgePosition(Math.abs(this.deskWorst), this.deskPositionLimit, Math.abs(worst), limit);
    return true;
  }

  protected isPairExposureWithin(): boolean {
    if (this.pair < 0 || !this.adds) return true;
    const { positions, working } = this.parts;
    const at = this.pair * 2;
    const { pairWorkingNotional: stake } = working;
    const gross = positions.pairGrossExposureOf(this.pair) + stake[at] + stake[at + 1] + this.addedNotional;
    const grossMax = this.limitAt(this.pairGrossRow + this.pair * this.pairStride);
    if (!(gross <= grossMax)) return this.reducesPair() || this.beyond(codes.pairGrossExposure, grossMax, gross);
    const net = this.worstNet(positions.pairNetExposureOf(this.pair), stake[at + this.sell]);
    const netMax = this.limitAt(this.pairNetRow + this.pair * this.pairStride);
    return net <= netMax || this.reducesPair() || this.beyond(codes.pairNetExposure, netMax, net);
  }

  protected isStrategyExposureWithin(): boolean {
    if (this.reduces || !this.adds) return true;
    const { positions, working } = this.parts;
    const gross = this.strategyGross() + this.addedNotional;
    const grossMax = this.ownLimit(this.own.gross);
    if (!(gross <= grossMax)) return this.beyond(codes.strategyGrossExposure, grossMax, gross);
    const stake = working.strategyWorkingNotional[this.strategy * 2 + this.sell];
    const net = this.worstNet(positions.strategyNetExposureOf(this.strategy), stake);
    const netMax = this.ownLimit(this.own.net);
    return net <= netMax || this.beyond(codes.strategyNetExposure, netMax, net);
  }

  protected isDeskExposureWithin(): boolean {
    if (!this.adds) return true;
    const { positions, working } = this.parts;
    const gross = this.deskGross() + this.addedNotional;
    const grossMax = this.limitAt(this.desk.gross);
    if (!(gross <= grossMax)) return this.reducesDesk() || this.beyond(codes.grossExposure, grossMax, gross);
    const ownMax = this.ownLimit(this.own.gross);
    this.approval.judgeExposure(gross, grossMax, this.strategyGross() + this.addedNotional, ownMax);
    const net = this.worstNet(positions.netExposure, working.workingNotional[this.sell]);
    const netMax = this.limitAt(this.desk.net);
    return net <= netMax || this.reducesDesk() || this.beyond(codes.netExposure, netMax, net);
  }

  /** Exposure at its worst and what was lost today, together. */
  protected isCapitalWithin(): boolean {
    if (!this.adds) return true;
    const { losses } = this.parts;
    const own = this.strategyGross() + this.addedNotional + losses.lossOf(this.strategy);
    const ownMax = this.ownLimit(this.own.capital);
    if (!this.reduces && !(own <= ownMax)) return this.beyond(codes.strategyCapital, ownMax, own);
    const all = this.deskGross() + this.addedNotional + losses.lossOf(nothing);
    const allMax = this.limitAt(this.desk.capital);
    return all <= allMax || this.reducesDesk() || this.beyond(codes.capital, allMax, all);
  }

  /** Past the hard limit nothing adds, whatever the mode says. */
  protected isLossWithin(): boolean {
    if (!this.adds) return true;
    const { losses } = this.parts;
    const own = losses.lossOf(this.strategy);
    const ownMax = this.ownLimit(this.own.lossHard);
    if (!this.reduces && !(own <= ownMax)) return this.beyond(codes.strategyDailyLoss, ownMax, own);
    const all = losses.lossOf(nothing);
    const allMax = this.limitAt(this.desk.lossHard);
    return all <= allMax || this.reducesDesk() || this.beyond(codes.dailyLoss, allMax, all);
  }

  // Against our own orders, and how many.

  /** An open order of ours on the other side of the same listing that it would meet: the newer one is refused. */
  protected isNoSelfMatch(): boolean {
    if (this.venue < 0) return true;
    const { working } = this.parts;
    for (let row = working.firstAt(this.listing, 1 - this.sell); row !== 0; row = working.nextAt(row)) {
      const other = working.touchingPrice(row);
      if (!(this.sell === 0 ? this.price < other : this.price > other))
        return this.no(codes.selfMatch, other, this.price);
    }
    return true;
  }

  protected isNoDuplicate(): boolean {
    if (this.kind !== QuestionKind.child) return true;
    const windowNs = this.limitAt(this.desk.duplicate) * nsPerMillisecond;
    if (!(windowNs >= 0)) return this.no(codes.noLimit, 0, 0);
    const now = this.parts.turn.timeNs;
    if (this.duplicates.isFull(now, windowNs)) return this.no(codes.duplicateOrder, windowNs, 0);
    const age = this.duplicates.ageOfSame(
      this.strategy,
      this.pair,
      this.instrument,
      this.sell,
      this.quantity,
      this.price,
      this.parent,
      now,
      windowNs,
    );
    return age < 0 || this.no(codes.duplicateOrder, windowNs, age);
  }

  protected isWithinRates(): boolean {
    if (this.venue < 0) return true;
    const now = this.parts.turn.timeNs;
    const own = this.ownLimit(this.own.rate);
    if (!this.rates.allows(this.strategy, own, now)) return this.beyond(codes.strategyMessageRate, own, own + 1);
    const venue = this.limitAt(this.venueRateRow + this.venue);
    if (!this.rates.allows(this.rateOfVenue[this.venue], venue, now))
      return this.beyond(codes.venueMessageRate, venue, venue + 1);
    const all = this.limitAt(this.desk.rate);
    return this.rates.allows(this.deskRate, all, now) || this.beyond(codes.messageRate, all, all + 1);
  }

  // What the checks share.

  /** True when it makes the worst case worse. */
  protected get adds(): boolean {
    return this.addedQuantity > 0 || this.addedNotional > 0;
  }

  /** True when so much of this side only closes what is held. */
  protected closes(held: number, quantity: number): boolean {
    return quantity <= (this.sell === 0 ? -held : held);
  }

  /** As `reduces`, of what the desk holds over all strategies. */
  private reducesDesk(): boolean {
    const { positions, working } = this.parts;
    const quantity = this.addedQuantity + working.workingOf(this.instrument, this.sell);
    return this.closes(positions.quantityOf(this.instrument), quantity);
  }

  /** As `reduces`, of what the pair holds in this leg; asked where there is a pair. */
  private reducesPair(): boolean {
    const { positions, working } = this.parts;
    const leg = working.legOf(this.pair, this.instrument);
    const quantity = this.addedQuantity + working.pairWorkingOf(this.pair, leg, this.sell);
    return this.closes(positions.pairQuantityOf(this.pair, leg), quantity);
  }

  protected isVenueFresh(venue: number): boolean {
    const limit = this.limitAt(this.desk.dataAge) * nsPerMillisecond;
    if (!(limit >= 0)) return this.no(codes.noLimit, 0, 0);
    const age = this.parts.turn.timeNs - this.parts.standing.feedTimeOf(venue);
    if (!(this.parts.quotes.venueLive[venue] === 1 && age <= limit)) return this.no(codes.staleData, limit, age);
    this.approval.judgeDataAge(age, limit);
    return true;
  }

  protected isVenueRecovered(venue: number): boolean {
    const limit = this.limitAt(this.desk.recovery);
    const updates = this.parts.soundness.venueUpdatesOf(venue);
    return updates >= limit || this.no(codes.dataRecovering, limit, updates);
  }

  /** Twice the reference price: the consolidated middle when it is fresh, else the last trade, else 0. */
  private twiceReference(): number {
    const { bars, quotes, soundness } = this.parts;
    const bid = quotes.bidPrice(this.instrument);
    const ask = quotes.askPrice(this.instrument);
    if (
      bid > 0 &&
      ask >= bid &&
      this.mayPrice(quotes.bidVenue(this.instrument)) &&
      this.mayPrice(quotes.askVenue(this.instrument))
    )
      return bid + ask;
    return soundness.isTradeFresh(this.instrument) ? 2 * bars.lastPrice[this.instrument] : 0;
  }

  /** A venue's data is fresh, and has been for long enough. */
  private mayPrice(venue: number): boolean {
    const { soundness, standing, turn } = this.parts;
    const oldest = turn.timeNs - this.limitAt(this.desk.dataAge) * nsPerMillisecond;
    return standing.feedTimeOf(venue) >= oldest && soundness.venueUpdatesOf(venue) >= this.limitAt(this.desk.recovery);
  }

  /** A no for a market that people are told of. */
  private unsound(code: number, limit: number, value: number): false {
    this.parts.soundness.onRefused(this.instrument, value, limit);
    return this.no(code, limit, value);
  }

  /** Position if all working orders of this side fill, and what this one adds. */
  private worstOf(held: number, working: number): number {
    return this.sell === 0 ? held + working + this.addedQuantity : held - working - this.addedQuantity;
  }

  /** Within the limit, or nearer to zero than it is, on the same side. */
  private isQuantityWithin(code: number, limit: number, held: number, worst: number): boolean {
    const size = Math.abs(worst);
    if (size <= limit) return true;
    if (limit >= 0 && (worst >= 0 ? worst <= held : worst >= held)) return true;
    return this.beyond(code, limit, size);
  }

  private worstNet(net: number, stake: number): number {
    return this.sell === 0 ? net + stake + this.addedNotional : stake + this.addedNotional - net;
  }

  private strategyGross(): number {
    const { positions, working } = this.parts;
    const at = this.strategy * 2;
    const stake = working.strategyWorkingNotional[at] + working.strategyWorkingNotional[at + 1];
    return positions.strategyGrossExposureOf(this.strategy) + stake;
  }

  private deskGross(): number {
    const { positions, working } = this.parts;
    return positions.grossExposure + working.workingNotional[0] + working.workingNotional[1];
  }

  private ownLimit(row: number): number {
    return this.limitAt(row + this.strategy * this.ownStride);
  }

  private limitAt(row: number): number {
    return this.parts.limits.value[row];
  }

  /** No for a value beyond a limit; where there is no limit, for that. */
  private beyond(code: number, limit: number, value: number): false {
    return limit >= 0 ? this.no(code, limit, value) : this.no(codes.noLimit, 0, value);
  }

  protected no(code: number, limit: number, value: number): false {
    this.code = code;
    this.limit = limit;
    this.value = value;
    return false;
  }
}
