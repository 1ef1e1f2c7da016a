import type { PairsParameters } from "../../../../domain/desk";
import { roundHalfAway } from "../../../../domain/money";
import { parentReasons } from "../../../../domain/order";
import { pairReasons, pairStates } from "../../../../domain/strategy";
import { nsPerMillisecond, nsPerSecond } from "../../../../domain/time";
import type { StateRegistry } from "../../../machine/state-registry";
import { pairsByInstrument } from "../../signal/pairs-by-instrument";
import { createWish, type Strategy, type StrategyContext, type Wish } from "../strategy";

const states = pairStates.code;
const reasons = pairReasons.code;
const because = parentReasons.code;

const attemptAgainNs = 250 * nsPerMillisecond;
const refusedPauseNs = 2 * nsPerSecond;
/** Each further try to get out of a leg reaches this much deeper than the touch, up to the limit. */
const exitReachStepBps = 4;
const exitReachBpsMax = 120;

/** Columns kept for every pair of the desk; shared by all pairs strategies. */
export class PairBook {
  readonly state: Uint8Array;
  readonly reason: Uint8Array;
  /** +1 when A is held long against B, -1 the other way, 0 when flat. */
  readonly direction: Int8Array;
  readonly targetA: Int32Array;
  readonly targetB: Int32Array;
  /** Touch at the decision, which a chase is measured from. */
  readonly decisionA: Float64Array;
  readonly decisionB: Float64Array;
  readonly parentA: Int32Array;
  readonly parentB: Int32Array;
  readonly openedNs: Float64Array;
  readonly deadlineNs: Float64Array;
  readonly notBeforeNs: Float64Array;
  readonly attempts: Int32Array;
  readonly roundTrips: Float64Array;
  /** Why the pair is being closed, a code of `parentReasons`. */
  readonly exitReason: Uint8Array;

  constructor(registry: StateRegistry, pairCount: number) {
    const name = "strategy.pairs";
    this.state = registry.allocate(`${name}.state`, "u8", pairCount, "carried");
    this.reason = registry.allocate(`${name}.reason`, "u8", pairCount);
    this.direction = registry.allocate(`${name}.direction`, "i8", pairCount, "carried");
    this.targetA = registry.allocate(`${name}.targetA`, "i32", pairCount, "carried");
    this.targetB = registry.allocate(`${name}.targetB`, "i32", pairCount, "carried");
    this.decisionA = registry.allocate(`${name}.decisionA`, "f64", pairCount);
    this.decisionB = registry.allocate(`${name}.decisionB`, "f64", pairCount);
    this.parentA = registry.allocate(`${name}.parentA`, "i32", pairCount);
    this.parentB = registry.allocate(`${name}.parentB`, "i32", pairCount);
    this.openedNs = registry.allocate(`${name}.openedNs`, "f64", pairCount);
    this.deadlineNs = registry.allocate(`${name}.deadlineNs`, "f64", pairCount);
    this.notBeforeNs = registry.allocate(`${name}.notBeforeNs`, "f64", pairCount);
    this.attempts = registry.allocate(`${name}.attempts`, "i32", pairCount);
    this.roundTrips = registry.allocate(`${name}.roundTrips`, "f64", pairCount, "carried");
    this.exitReason = registry.allocate(`${name}.exitReason`, "u8", pairCount, "carried");
  }
}

/**
 * Pairs mean reversion: sells the rich leg and buys the cheap one when the spread is far from its mean, and turns back
 * when it has come home. Formula and policy: README.md.
 */
export class PairsStrategy implements Strategy {
  readonly instruments: readonly number[];
  private readonly wish: Wish;
  /** Both legs of an entry, and the parents they got. */
  private readonly legs: readonly [Wish, Wish];
  private readonly legParents = new Int32Array(2);
  /** This strategy's pairs of each instrument: `pairsOf[firstOf[i] .. firstOf[i + 1])`. */
  private readonly firstOf: Int32Array;
  private readonly pairsOf: Int32Array;

  constructor(
    private readonly strategy: number,
    private readonly parameters: PairsParameters,
    private readonly book: PairBook,
    private readonly context: StrategyContext,
  ) {
    this.wish = createWish(strategy, "pairSignal");
    this.legs = [createWish(strategy, "pairSignal"), createWish(strategy, "pairSignal")];
    const { firstOf, pairsOf } = pairsByInstrument(context.desk, parameters.pairs);
    this.firstOf = firstOf;
    this.pairsOf = pairsOf;
    this.instruments = context.desk.instruments
      .map((_, instrument) => instrument)
      .filter((instrument) => firstOf[instrument + 1] > firstOf[instrument]);
  }

  onQuote(instrument: number): void {
    const { firstOf, pairsOf } = this;
    for (let i = firstOf[instrument]; i < firstOf[instrument + 1]; i++) this.evaluate(pairsOf[i]);
  }

  onTimer(): void {
    for (const pair of this.parameters.pairs) if (this.book.state[pair] !== states.flat) this.evaluate(pair);
  }

  onParentDone(parent: number): void {
    const { book } = this;
    const pair = this.context.pairOf(parent);
    if (book.parentA[pair] === parent) book.parentA[pair] = 0;
    else if (book.parentB[pair] === parent) book.parentB[pair] = 0;
    else return;
    this.evaluate(pair);
  }

  onStateChanged(): void {
    for (const pair of this.parameters.pairs) this.evaluate(pair);
  }

  /** One look at a pair: where it stands, what the spread says, what to do. */
  private evaluate(pair: number): void {
    const { book, context } = this;
    if (!context.isRunning(this.strategy)) {
      book.reason[pair] = reasons.strategyNotRunning;
      if (context.isPaused(this.strategy)) this.windDown(pair);
      return;
    }
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
  }

  /** Paused: an open pair stands as it is; one that was half way in or out is brought out, since half a pair is a bet. */
  private windDown(pair: number): void {
    const { book } = this;
    if (book.state[pair] === states.entering) {
      if (book.parentA[pair] === 0 && book.parentB[pair] === 0) this.abandonEntry(pair);
    } else if (book.state[pair] === states.exiting || book.state[pair] === states.unwinding) this.pursueExit(pair);
  }

  private considerEntry(pair: number): void {
    const { book, context, parameters } = this;
    const { pairSignals: signals, timeNs } = context;
    const z = signals.z(pair);
    const size = Math.abs(z);
    if (signals.samples(pair) < parameters.warmUpSeconds) book.reason[pair] = reasons.warmingUp;
    else if (!signals.isValid(pair)) book.reason[pair] = reasons.oneSided;
    else if (timeNs < book.notBeforeNs[pair]) {
      if (book.reason[pair] !== reasons.refused) book.reason[pair] = reasons.coolingDown;
    } else if (size < parameters.entryZ) book.reason[pair] = reasons.insideEntryBand;
    else if (size >= parameters.stopZ) book.reason[pair] = reasons.beyondStop;
    else this.enter(pair, z > 0 ? -1 : 1);
  }

  /** Sends both legs at once; a leg that stays behind is chased, then the other is unwound. */
  private enter(pair: number, direction: number): void {
    const { book, context, parameters } = this;
    const { pairSignals: signals, quotes, timeNs } = context;
    const a = signals.instrumentA(pair);
    const b = signals.instrumentB(pair);
    const quantityA = Math.floor(parameters.legNotional / quotes.mid(a));
    const quantityB = roundHalfAway((parameters.legNotional * signals.hedgeRatio(pair)) / quotes.mid(b));
    if (quantityA < 1 || quantityB < 1) return this.pause(pair, reasons.refused);
    book.targetA[pair] = direction * quantityA;
    book.targetB[pair] = -direction * quantityB;
    book.decisionA[pair] = direction > 0 ? quotes.askPrice(a) : quotes.bidPrice(a);
    book.decisionB[pair] = direction > 0 ? quotes.bidPrice(b) : quotes.askPrice(b);
    book.direction[pair] = direction;
    book.deadlineNs[pair] = timeNs + parameters.chaseSecondsMax * nsPerSecond;
    book.attempts[pair] = 0;
    // Both legs or none: a name that may not trade now would leave the other one alone.
    const { legParents, legs } = this;
    this.prepare(legs[0], pair, 0, book.targetA[pair], book.decisionA[pair], because.entry);
    this.prepare(legs[1], pair, 1, book.targetB[pair], book.decisionB[pair], because.entry);
    if (context.submitBasket(legs, legParents) === 0) return this.pause(pair, reasons.refused);
    book.parentA[pair] = legParents[0];
    book.parentB[pair] = legParents[1];
    this.move(pair, states.entering, because.entry);
    book.notBeforeNs[pair] = timeNs + attemptAgainNs;
  }

  private pursueEntry(pair: number): void {
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
  }

  /** Follows the touch up to `chaseBpsMax` from the decision's price; 0 while the touch is beyond. */
  private chase(pair: number, leg: number, missing: number, decision: number): number {
    const instrument = this.instrumentOf(pair, leg);
    const { quotes } = this.context;
    const reach = (decision * this.parameters.chaseBpsMax) / 10_000;
    const touch = missing > 0 ? quotes.askPrice(instrument) : quotes.bidPrice(instrument);
    if (touch === 0 || (missing > 0 ? touch > decision + reach : touch < decision - reach)) return 0;
    return this.send(pair, leg, missing, touch, because.chase);
  }

  private abandonEntry(pair: number): void {
    const { positions } = this.context;
    if (positions.pairQuantityOf(pair, 0) === 0 && positions.pairQuantityOf(pair, 1) === 0)
      return this.finish(pair, because.entry);
    this.context.alertUnwound(pair);
    this.beginExit(pair, states.unwinding, because.unwind);
  }

  private considerExit(pair: number): void {
    const { book, context, parameters } = this;
    const { pairSignals: signals, timeNs } = context;
    book.reason[pair] = reasons.holding;
    if (context.positions.pairQuantityOf(pair, 0) === 0 || context.positions.pairQuantityOf(pair, 1) === 0)
      return this.beginExit(pair, states.unwinding, because.unwind);
    // Times begin anew with the day; a pair carried over it is held from its morning on.
    if (book.openedNs[pair] === 0) book.openedNs[pair] = timeNs;
    if (timeNs - book.openedNs[pair] > parameters.timeoutSeconds * nsPerSecond)
      return this.beginExit(pair, states.exiting, because.timeout);
    if (!signals.isValid(pair)) {
      book.reason[pair] = reasons.oneSided;
      return;
    }
    // Long A against B waits for z to rise from below zero; short A for it to fall.
    const away = -book.direction[pair] * signals.z(pair);
    if (away <= parameters.exitZ) this.beginExit(pair, states.exiting, because.exit);
    else if (away >= parameters.stopZ) this.beginExit(pair, states.exiting, because.stop);
  }

  private beginExit(pair: number, state: number, reason: number): void {
    this.book.attempts[pair] = 0;
    this.book.notBeforeNs[pair] = 0;
    this.book.exitReason[pair] = reason;
    this.move(pair, state, reason);
    this.pursueExit(pair);
  }

  /** Gets out of both legs, each try reaching deeper, until nothing is left. */
  private pursueExit(pair: number): void {
    const { book, context } = this;
    book.reason[pair] = reasons.none;
    if (book.parentA[pair] !== 0 || book.parentB[pair] !== 0) return;
    const heldA = context.positions.pairQuantityOf(pair, 0);
    const heldB = context.positions.pairQuantityOf(pair, 1);
    if (heldA === 0 && heldB === 0) return this.finish(pair, book.exitReason[pair]);
    if (context.timeNs < book.notBeforeNs[pair]) return;
    book.notBeforeNs[pair] = context.timeNs + attemptAgainNs;
    const reason = book.exitReason[pair];
    if (heldA !== 0) book.parentA[pair] = this.closeLeg(pair, 0, -heldA, reason);
    if (heldB !== 0) book.parentB[pair] = this.closeLeg(pair, 1, -heldB, reason);
    book.attempts[pair]++;
  }

  private closeLeg(pair: number, leg: number, quantity: number, reason: number): number {
    const instrument = this.instrumentOf(pair, leg);
    const { quotes } = this.context;
    const touch = quantity > 0 ? quotes.askPrice(instrument) : quotes.bidPrice(instrument);
    if (touch === 0) return 0;
    const reachBps = Math.min(this.book.attempts[pair] * exitReachStepBps, exitReachBpsMax);
    const reach = (touch * reachBps) / 10_000;
    return this.send(pair, leg, quantity, quantity > 0 ? touch + reach : touch - reach, reason);
  }

  private finish(pair: number, reason: number): void {
    const { book, context, parameters } = this;
    book.roundTrips[pair]++;
    book.direction[pair] = 0;
    book.targetA[pair] = 0;
    book.targetB[pair] = 0;
    book.openedNs[pair] = 0;
    book.notBeforeNs[pair] = context.timeNs + parameters.cooldownSeconds * nsPerSecond;
    book.reason[pair] = reasons.coolingDown;
    this.move(pair, states.flat, reason);
  }

  private pause(pair: number, reason: number): void {
    this.book.direction[pair] = 0;
    this.book.reason[pair] = reason;
    this.book.notBeforeNs[pair] = this.context.timeNs + refusedPauseNs;
  }

  private move(pair: number, state: number, reason: number): void {
    const from = this.book.state[pair];
    this.book.state[pair] = state;
    this.book.reason[pair] = state === states.flat ? reasons.coolingDown : reasons.none;
    this.context.recordPairState(pair, from, state, reason);
  }

  /** Takes `quantity` (signed) of a leg at `price` or better, rounded to the tick in favour of being filled. */
  private send(pair: number, leg: number, quantity: number, price: number, reason: number): number {
    this.prepare(this.wish, pair, leg, quantity, price, reason);
    const parent = this.context.submit(this.wish);
    // Nothing could be sent: there is no use in asking again at once.
    if (parent === 0) this.book.notBeforeNs[pair] = this.context.timeNs + refusedPauseNs;
    return parent;
  }

  private prepare(wish: Wish, pair: number, leg: number, quantity: number, price: number, reason: number): void {
    const { context } = this;
    const instrument = this.instrumentOf(pair, leg);
    const tick = context.ticks[instrument];
    wish.pair = pair;
    wish.instrument = instrument;
    wish.sell = quantity < 0;
    wish.quantity = Math.abs(quantity);
    wish.limitPrice = quantity > 0 ? Math.ceil(price / tick) * tick : Math.floor(price / tick) * tick;
    wish.style = "take";
    wish.reason = reason;
    wish.signal = context.pairSignals.z(pair);
    this.prepareEvidence(wish, pair);
  }

  /** The fields of the fact `pairSignal`, in its order. */
  private prepareEvidence(wish: Wish, pair: number): void {
    const { context, parameters } = this;
    const { pairSignals: signals, quotes } = context;
    const { evidence } = wish;
    evidence[1] = pair;
    evidence[2] = signals.z(pair);
    evidence[3] = signals.spread(pair);
    evidence[4] = signals.mean(pair);
    evidence[5] = signals.deviation(pair);
    evidence[6] = signals.hedgeRatio(pair);
    evidence[7] = quotes.mid(signals.instrumentA(pair));
    evidence[8] = quotes.mid(signals.instrumentB(pair));
    evidence[9] = parameters.entryZ;
    evidence[10] = parameters.exitZ;
    evidence[11] = parameters.stopZ;
  }

  private instrumentOf(pair: number, leg: number): number {
    const { pairSignals } = this.context;
    return leg === 0 ? pairSignals.instrumentA(pair) : pairSignals.instrumentB(pair);
  }
}
