import type { Desk } from "../../../../domain/desk";
import { roundHalfAway } from "../../../../domain/money";
import { parentReasons } from "../../../../domain/order";
import { pairStrategies } from "../../../../domain/pair-strategies";
import { pairReasons, pairStates } from "../../../../domain/strategy";
import { nsPerMillisecond, nsPerSecond } from "../../../../domain/time";
import { createWish, type StrategyContext, type Wish } from "../strategy";
import type { PairBook } from "./pair-book";

const states = pairStates.code;
const reasons = pairReasons.code;
const because = parentReasons.code;

const attemptAgainNs = 250 * nsPerMillisecond;
const refusedPauseNs = 2 * nsPerSecond;
/** Each further try to get out of a leg reaches this much deeper than the touch, up to the limit. */
const exitReachStepBps = 4;
const exitReachBpsMax = 120;

/** Columns of a strategy's parameters. */
enum Parameter {
  legNotional,
  warmUpSeconds,
  entryZ,
  exitZ,
  stopZ,
  chaseBpsMax,
  chaseNsMax,
  timeoutNs,
  cooldownNs,
  /** How many there are. */
  count,
}

/**
 * Pairs mean reversion: sells the rich leg and buys the cheap one when the spread is far from its mean, and turns back
 * when it has come home. Formula and policy: README.md. One object for all pairs of all strategies, whose parameters are
 * rows: it runs at each quote, and the compiler then knows every array that it reads.
 */
export class PairsPolicy {
  /** Of each pair, -1 for a pair that nobody trades. */
  private readonly strategyOf: Int32Array;
  /** Per strategy: see `Parameter`. */
  private readonly parameters: Float64Array;
  private readonly wish: Wish;
  /** Both legs of an entry, and the parents they got. */
  private readonly legs: readonly [Wish, Wish];
  private readonly legParents = new Int32Array(2);

  constructor(
    desk: Desk,
    private readonly book: PairBook,
    private readonly context: StrategyContext,
  ) {
    this.strategyOf = pairStrategies(desk);
    this.parameters = new Float64Array(desk.strategies.length * Parameter.count);
    desk.strategies.forEach(({ parameters: own }, strategy) => {
      if (own.kind !== "pairs") return;
      const at = strategy * Parameter.count;
      this.parameters[at + Parameter.legNotional] = own.legNotional;
      this.parameters[at + Parameter.warmUpSeconds] = own.warmUpSeconds;
      this.parameters[at + Parameter.entryZ] = own.entryZ;
      this.parameters[at + Parameter.exitZ] = own.exitZ;
      this.parameters[at + Parameter.stopZ] = own.stopZ;
      this.parameters[at + Parameter.chaseBpsMax] = own.chaseBpsMax;
      this.parameters[at + Parameter.chaseNsMax] = own.chaseSecondsMax * nsPerSecond;
      this.parameters[at + Parameter.timeoutNs] = own.timeoutSeconds * nsPerSecond;
      this.parameters[at + Parameter.cooldownNs] = own.cooldownSeconds * nsPerSecond;
    });
    this.wish = createWish(0, "pairSignal");
    this.legs = [createWish(0, "pairSignal"), createWish(0, "pairSignal")];
  }

  readonly onParentDone = (parent: number): void => {
    const { book } = this;
    const pair = this.context.pairOf(parent);
    if (book.parentA[pair] === parent) book.parentA[pair] = 0;
    else if (book.parentB[pair] === parent) book.parentB[pair] = 0;
    else return;
    this.evaluate(pair);
  };

  /** One look at a pair: where it stands, what the spread says, what to do. */
  readonly evaluate = (pair: number): void => {
    const { book, context } = this;
    if (!context.isRunning(this.strategyOf[pair])) return this.standStill(pair);
    switch (book.state[pair]) {
      case states.flat:
        return this.considerEntry(pair);
      case states.entering:
        return this.pursueEntry(pair);
      case states.open:
        return this.considerExit(pair);
      default:
        return this.pursueExit(pair);
    }
  };

  private readonly standStill = (pair: number): void => {
    this.book.reason[pair] = reasons.strategyNotRunning;
    if (this.context.isPaused(this.strategyOf[pair])) this.windDown(pair);
  };

  /** Paused: an open pair stands as it is; one that was half way in or out is brought out, since half a pair is a bet. */
  private readonly windDown = (pair: number): void => {
    const { book } = this;
    if (book.state[pair] === states.entering) {
      if (book.parentA[pair] === 0 && book.parentB[pair] === 0) this.abandonEntry(pair);
    } else if (book.state[pair] === states.exiting || book.state[pair] === states.unwinding) this.pursueExit(pair);
  };

  private readonly considerEntry = (pair: number): void => {
    const { book, context, parameters } = this;
    const { pairSignals: signals, timeNs } = context;
    const own = this.strategyOf[pair] * Parameter.count;
    const z = signals.z(pair);
    const size = Math.abs(z);
    if (signals.samples(pair) < parameters[own + Parameter.warmUpSeconds]) book.reason[pair] = reasons.warmingUp;
    else if (!signals.isValid(pair)) book.reason[pair] = reasons.oneSided;
    else if (timeNs < book.notBeforeNs[pair]) {
      if (book.reason[pair] !== reasons.refused) book.reason[pair] = reasons.coolingDown;
    } else if (size < parameters[own + Parameter.entryZ]) book.reason[pair] = reasons.insideEntryBand;
    else if (size >= parameters[own + Parameter.stopZ]) book.reason[pair] = reasons.beyondStop;
    else this.enter(pair, z > 0 ? -1 : 1);
  };

  /** Sends both legs at once; a leg that stays behind is chased, then the other is unwound. */
  private readonly enter = (pair: number, direction: number): void => {
    const { book, context, parameters } = this;
    const { pairSignals: signals, quotes, timeNs } = context;
    const own = this.strategyOf[pair] * Parameter.count;
    const a = signals.instrumentA(pair);
    const b = signals.instrumentB(pair);
    const notional = parameters[own + Parameter.legNotional];
    const quantityA = Math.floor(notional / quotes.mid(a));
    const quantityB = roundHalfAway((notional * signals.hedgeRatio(pair)) / quotes.mid(b));
    if (quantityA < 1 || quantityB < 1) return this.pause(pair, reasons.refused);
    book.targetA[pair] = direction * quantityA;
    book.targetB[pair] = -direction * quantityB;
    book.decisionA[pair] = direction > 0 ? quotes.askPrice(a) : quotes.bidPrice(a);
    book.decisionB[pair] = direction > 0 ? quotes.bidPrice(b) : quotes.askPrice(b);
    book.direction[pair] = direction;
    book.deadlineNs[pair] = timeNs + parameters[own + Parameter.chaseNsMax];
    book.attempts[pair] = 0;
    // Both legs or none: a name that may not trade now would leave the other one alone.
    const { legParents, legs } = this;
    this.prepareEvidence(pair);
    for (let leg = 0; leg < 2; leg++) {
      const quantity = leg === 0 ? book.targetA[pair] : book.targetB[pair];
      const price = leg === 0 ? book.decisionA[pair] : book.decisionB[pair];
      this.prepare(legs[leg], pair, leg, quantity, price, because.entry);
    }
    if (context.submitBasket(legs, legParents) === 0) return this.pause(pair, reasons.refused);
    book.parentA[pair] = legParents[0];
    book.parentB[pair] = legParents[1];
    this.move(pair, states.entering, because.entry);
    book.notBeforeNs[pair] = timeNs + attemptAgainNs;
  };

  private readonly pursueEntry = (pair: number): void => {
    const { book, context } = this;
    book.reason[pair] = reasons.none;
    if (book.parentA[pair] !== 0 || book.parentB[pair] !== 0) return;
    const missingA = book.targetA[pair] - context.positions.pairQuantityOf(pair, 0);
    const missingB = book.targetB[pair] - context.positions.pairQuantityOf(pair, 1);
    if (missingA === 0 && missingB === 0) {
      book.openedNs[pair] = context.timeNs;
      this.move(pair, states.open, because.entry);
      return;
    }
    if (context.timeNs >= book.deadlineNs[pair]) return this.abandonEntry(pair);
    if (context.timeNs < book.notBeforeNs[pair]) return;
    book.notBeforeNs[pair] = context.timeNs + attemptAgainNs;
    if (missingA !== 0) book.parentA[pair] = this.chase(pair, 0, missingA, book.decisionA[pair]);
    if (missingB !== 0) book.parentB[pair] = this.chase(pair, 1, missingB, book.decisionB[pair]);
  };

  /** Follows the touch up to `chaseBpsMax` from the decision's price; 0 while the touch is beyond. */
  private readonly chase = (pair: number, leg: number, missing: number, decision: number): number => {
    const instrument = this.instrumentOf(pair, leg);
    const { quotes } = this.context;
    const bpsMax = this.parameters[this.strategyOf[pair] * Parameter.count + Parameter.chaseBpsMax];
    const reach = (decision * bpsMax) / 10_000;
    const touch = missing > 0 ? quotes.askPrice(instrument) : quotes.bidPrice(instrument);
    if (touch === 0 || (missing > 0 ? touch > decision + reach : touch < decision - reach)) return 0;
    this.prepareEvidence(pair);
    return this.send(pair, leg, missing, touch, because.chase);
  };

  private readonly abandonEntry = (pair: number): void => {
    const { positions } = this.context;
    if (positions.pairQuantityOf(pair, 0) === 0 && positions.pairQuantityOf(pair, 1) === 0)
      return this.finish(pair, because.entry);
    this.context.alertUnwound(pair);
    this.beginExit(pair, states.unwinding, because.unwind);
  };

  private readonly considerExit = (pair: number): void => {
    const { book, context, parameters } = this;
    const { pairSignals: signals, positions, timeNs } = context;
    const own = this.strategyOf[pair] * Parameter.count;
    book.reason[pair] = reasons.holding;
    if (positions.pairQuantityOf(pair, 0) === 0 || positions.pairQuantityOf(pair, 1) === 0)
      return this.beginExit(pair, states.unwinding, because.unwind);
    // Times begin anew with the day; a pair carried over it is held from its morning on.
    if (book.openedNs[pair] === 0) book.openedNs[pair] = timeNs;
    if (timeNs - book.openedNs[pair] > parameters[own + Parameter.timeoutNs])
      return this.beginExit(pair, states.exiting, because.timeout);
    if (!signals.isValid(pair)) {
      book.reason[pair] = reasons.oneSided;
      return;
    }
    // Long A against B waits for z to rise from below zero; short A for it to fall.
    const away = -book.direction[pair] * signals.z(pair);
    if (away <= parameters[own + Parameter.exitZ]) this.beginExit(pair, states.exiting, because.exit);
    else if (away >= parameters[own + Parameter.stopZ]) this.beginExit(pair, states.exiting, because.stop);
  };

  private readonly beginExit = (pair: number, state: number, reason: number): void => {
    this.book.attempts[pair] = 0;
    this.book.notBeforeNs[pair] = 0;
    this.book.exitReason[pair] = reason;
    this.move(pair, state, reason);
    this.pursueExit(pair);
  };

  /** Gets out of both legs, each try reaching deeper, until nothing is left. */
  private readonly pursueExit = (pair: number): void => {
    const { book, context } = this;
    book.reason[pair] = reasons.none;
    if (book.parentA[pair] !== 0 || book.parentB[pair] !== 0) return;
    const heldA = context.positions.pairQuantityOf(pair, 0);
    const heldB = context.positions.pairQuantityOf(pair, 1);
    if (heldA === 0 && heldB === 0) return this.finish(pair, book.exitReason[pair]);
    if (context.timeNs < book.notBeforeNs[pair]) return;
    book.notBeforeNs[pair] = context.timeNs + attemptAgainNs;
    const reason = book.exitReason[pair];
    this.prepareEvidence(pair);
    for (let leg = 0; leg < 2; leg++) {
      const held = leg === 0 ? heldA : heldB;
      if (held === 0) continue;
      const parent = this.closeLeg(pair, leg, -held, reason);
      if (leg === 0) book.parentA[pair] = parent;
      else book.parentB[pair] = parent;
    }
    book.attempts[pair]++;
  };

  private readonly closeLeg = (pair: number, leg: number, quantity: number, reason: number): number => {
    const instrument = this.instrumentOf(pair, leg);
    const { quotes } = this.context;
    const touch = quantity > 0 ? quotes.askPrice(instrument) : quotes.bidPrice(instrument);
    if (touch === 0) return 0;
    const reachBps = Math.min(this.book.attempts[pair] * exitReachStepBps, exitReachBpsMax);
    const reach = (touch * reachBps) / 10_000;
    return this.send(pair, leg, quantity, quantity > 0 ? touch + reach : touch - reach, reason);
  };

  private readonly finish = (pair: number, reason: number): void => {
    const { book, context, parameters } = this;
    book.roundTrips[pair]++;
    book.direction[pair] = 0;
    book.targetA[pair] = 0;
    book.targetB[pair] = 0;
    book.openedNs[pair] = 0;
    const cooldownNs = parameters[this.strategyOf[pair] * Parameter.count + Parameter.cooldownNs];
    book.notBeforeNs[pair] = context.timeNs + cooldownNs;
    book.reason[pair] = reasons.coolingDown;
    this.move(pair, states.flat, reason);
  };

  private readonly pause = (pair: number, reason: number): void => {
    this.book.direction[pair] = 0;
    this.book.reason[pair] = reason;
    this.book.notBeforeNs[pair] = this.context.timeNs + refusedPauseNs;
  };

  private readonly move = (pair: number, state: number, reason: number): void => {
    const from = this.book.state[pair];
    this.book.state[pair] = state;
    this.book.reason[pair] = state === states.flat ? reasons.coolingDown : reasons.none;
    this.context.recordPairState(pair, from, state, reason);
  };

  /** Takes `quantity` (signed) of a leg at `price` or better, rounded to the tick in favour of being filled. */
  private readonly send = (pair: number, leg: number, quantity: number, price: number, reason: number): number => {
    this.prepare(this.wish, pair, leg, quantity, price, reason);
    const parent = this.context.submit(this.wish);
    // Nothing could be sent: there is no use in asking again at once.
    if (parent === 0) this.book.notBeforeNs[pair] = this.context.timeNs + refusedPauseNs;
    return parent;
  };

  private readonly prepare = (
    wish: Wish,
    pair: number,
    leg: number,
    quantity: number,
    price: number,
    reason: number,
  ): void => {
    const { context } = this;
    const instrument = this.instrumentOf(pair, leg);
    const tick = context.ticks[instrument];
    wish.strategy = this.strategyOf[pair];
    wish.pair = pair;
    wish.instrument = instrument;
    wish.sell = quantity < 0;
    wish.quantity = Math.abs(quantity);
    wish.limitPrice = quantity > 0 ? Math.ceil(price / tick) * tick : Math.floor(price / tick) * tick;
    wish.style = "take";
    wish.reason = reason;
    wish.signal = context.pairSignals.z(pair);
  };

  /** The fields of the fact `pairSignal`, in its order, for what is wished next. */
  private readonly prepareEvidence = (pair: number): void => {
    const { context, parameters } = this;
    const { evidence, pairSignals: signals, quotes } = context;
    const own = this.strategyOf[pair] * Parameter.count;
    evidence[1] = pair;
    evidence[2] = signals.z(pair);
    evidence[3] = signals.spread(pair);
    evidence[4] = signals.mean(pair);
    evidence[5] = signals.deviation(pair);
    evidence[6] = signals.hedgeRatio(pair);
    evidence[7] = quotes.mid(signals.instrumentA(pair));
    evidence[8] = quotes.mid(signals.instrumentB(pair));
    evidence[9] = parameters[own + Parameter.entryZ];
    evidence[10] = parameters[own + Parameter.exitZ];
    evidence[11] = parameters[own + Parameter.stopZ];
  };

  private readonly instrumentOf = (pair: number, leg: number): number => {
    const { pairSignals } = this.context;
    return leg === 0 ? pairSignals.instrumentA(pair) : pairSignals.instrumentB(pair);
  };
}
