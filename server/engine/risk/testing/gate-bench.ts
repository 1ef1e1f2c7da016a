import { feedStates, tradingStatuses } from "../../../../domain/health";
import type { LimitCode } from "../../../../domain/limit";
import { sides } from "../../../../domain/order";
import { type RefusalCode, refusalCodes } from "../../../../domain/refusal";
import { strategyStates } from "../../../../domain/strategy";
import { nsPerSecond } from "../../../../domain/time";
import { FactsOutbox } from "../../../machine/facts-outbox";
import { Outbox } from "../../../machine/outbox";
import { StateRegistry } from "../../../machine/state-registry";
import { QuoteColumn, Quotes } from "../../book/quotes";
import { TradingRules } from "../../market/trading-rules";
import { Bars } from "../../signal/bars";
import { Turn } from "../../turn";
import { DataSoundness } from "../data-soundness";
import { Gate } from "../gate";
import type { GateParts } from "../gate-checks";
import { KillSwitch } from "../kill-switch";
import { Limits } from "../limits";
import { LossGuard } from "../loss-guard";
import { Modes } from "../modes";
import { RepeatedExecutions } from "../repeated-executions";
import { RecycledRegistry } from "./recycled-registry";
import { riskDesk } from "./risk-desk";

/** What is asked of the gate; the fields that a kind does not need are left alone. */
export type Ask = {
  kind: "parent" | "child" | "replace";
  strategy: number;
  pair: number;
  instrument: number;
  venue: number;
  sell: boolean;
  /** Size of a replace: shares already filled included. */
  quantity: number;
  price: number;
  postOnly: number;
  timeInForce: number;
  parent: number;
  /** What the parent has left to place; null leaves it as it stands. */
  parentLeft: number | null;
  basket: number;
};

const orderRows = 16;
const parentRows = 128;
const listed = 6;

/** Price units: the middle of every market of the bench. */
export const middle = 200_000;
/** When the bench begins, ns. */
export const beginNs = 1_000 * nsPerSecond;
/** The open order that a replace is asked about; others may stand from `otherOrder` on. */
export const ownOrder = 1;
export const otherOrder = 2;

/**
 * A gate over a world that the test sets by hand; everything is in order to begin with. Strategy 1 (a maker) asks about
 * instrument 2 at venue 0.
 */
export class GateBench {
  /** For those who use one bench after another, never two. */
  static recycles = false;

  readonly desk = riskDesk();
  readonly registry = GateBench.recycles ? new RecycledRegistry() : new StateRegistry();
  readonly turn = new Turn(this.registry);
  readonly quotes = new Quotes(this.registry, listed, 2);
  readonly bars = new Bars(this.registry, this.turn, listed);
  readonly status = new Uint8Array(listed * 2).fill(tradingStatuses.code.trading);
  readonly rules = new TradingRules(this.registry, this.status, listed, 2);
  readonly limits = new Limits(this.registry, this.desk);
  readonly kills = new KillSwitch(this.registry, { strategies: 3, instruments: listed, venues: 2, pairs: 1 });
  readonly modes = new Modes(this.registry, this.turn, { strategies: 3, instruments: listed, venues: 2, pairs: 1 });
  readonly repeated = new RepeatedExecutions(this.registry, 3, listed);
  readonly positions = {
    quantity: 0,
    strategyQuantity: 0,
    pairQuantity: 0,
    grossExposure: 0,
    strategyGrossExposure: 0,
    pairGrossExposure: 0,
    netExposure: 0,
    strategyNetExposure: 0,
    pairNetExposure: 0,
    result: 0,
    strategyResult: 0,
    quantityOf: () => this.positions.quantity,
    strategyQuantityOf: () => this.positions.strategyQuantity,
    /** Leg B holds as much the other way. */
    pairQuantityOf: (_pair: number, leg: number) =>
      leg === 0 ? this.positions.pairQuantity : -this.positions.pairQuantity,
    strategyGrossExposureOf: () => this.positions.strategyGrossExposure,
    strategyNetExposureOf: () => this.positions.strategyNetExposure,
    pairGrossExposureOf: () => this.positions.pairGrossExposure,
    pairNetExposureOf: () => this.positions.pairNetExposure,
    resultOf: (strategy: number) => (strategy < 0 ? this.positions.result : this.positions.strategyResult),
  };
  readonly working = {
    buy: 0,
    sell: 0,
    strategyBuy: 0,
    strategySell: 0,
    pairBuy: 0,
    pairSell: 0,
    workingNotional: new Float64Array(2),
    strategyWorkingNotional: new Float64Array(6),
    pairWorkingNotional: new Float64Array(2),
    count: 0,
    room: true,
    /** Rows of open orders by listing × 2 + side. */
    chains: new Map<number, number[]>(),
    touching: new Float64Array(orderRows),
    strategy: new Int32Array(orderRows).fill(1),
    pair: new Int32Array(orderRows).fill(-1),
    instrument: new Int32Array(orderRows).fill(2),
    venue: new Uint8Array(orderRows),
    side: new Uint8Array(orderRows),
    parent: new Int32Array(orderRows).fill(1),
    timeInForce: new Uint8Array(orderRows),
    postOnly: new Uint8Array(orderRows),
    filledQuantity: new Int32Array(orderRows),
    countedQuantity: new Int32Array(orderRows),
    countedPrice: new Float64Array(orderRows),
    workingOf: (_instrument: number, sell: number) => (sell === 1 ? this.working.sell : this.working.buy),
    strategyWorkingOf: (_strategy: number, _instrument: number, sell: number) =>
      sell === 1 ? this.working.strategySell : this.working.strategyBuy,
    legOf: (pair: number, instrument: number) => (instrument === this.desk.pairs[pair].instrumentB ? 1 : 0),
    /** What works in the leg whose instrument is asked for: the other leg has other figures. */
    pairWorkingOf: (_pair: number, leg: number, sell: number) =>
      leg === 0 ? (sell === 1 ? this.working.pairSell : this.working.pairBuy) : 0,
    hasRoom: () => this.working.room,
    firstAt: (listing: number, sell: number) => this.working.chains.get(listing * 2 + sell)?.[0] ?? 0,
    nextAt: (row: number) => {
      for (const chain of this.working.chains.values()) {
        const place = chain.indexOf(row);
        if (place >= 0) return chain[place + 1] ?? 0;
      }
      return 0;
    },
    touchingPrice: (row: number) => this.working.touching[row],
  };
  readonly standing = {
    ready: true,
    closed: false,
    replay: false,
    broken: -1,
    feedTimeNs: new Float64Array(2).fill(beginNs),
    state: strategyStates.code.running as number,
    isVenueReady: () => this.standing.ready,
    feedTimeOf: (venue: number) => this.standing.feedTimeNs[venue],
    strategyStateOf: () => this.standing.state,
    isBroken: (instrument: number) => instrument === this.standing.broken,
    isReplay: () => this.standing.replay,
    isClosed: () => this.standing.closed,
  };
  readonly soundness = new DataSoundness(this.registry, this.desk, this.turn, this.quotes, this.bars, this.limits);
  readonly losses: LossGuard;
  readonly facts = new FactsOutbox(1 << 13);
  readonly gate: Gate;
  /** What was asked last; null for nothing yet. */
  asked: Ask | null = null;
  private readonly outbox = new Outbox(16, 1);

  /** `create`: another gate over the same parts, e.g. one of which a check is broken. */
  constructor(create: (parts: GateParts) => Gate = (parts) => new Gate(parts)) {
    const { desk, registry, turn, quotes, bars, rules, limits, kills, modes, repeated } = this;
    this.losses = new LossGuard(registry, limits, modes, this.positions, 3);
    this.at(beginNs);
    this.losses.onStart();
    quotes.venueLive.fill(feedStates.code.live > 0 ? 1 : 0);
    fillQuotes(quotes, QuoteColumn.bidPrice, middle - 100);
    fillQuotes(quotes, QuoteColumn.bidVenue, 0);
    fillQuotes(quotes, QuoteColumn.askPrice, middle + 100);
    fillQuotes(quotes, QuoteColumn.askVenue, 0);
    bars.lastPrice.fill(middle);
    bars.lastTimeNs.fill(beginNs);
    for (let packet = 0; packet < desk.limits.recoveryUpdatesMin; packet++)
      for (const venue of [0, 1]) this.soundness.onPacket(venue, 0);
    this.gate = create({
      registry,
      desk,
      turn,
      quotes,
      bars,
      rules,
      soundness: this.soundness,
      limits,
      kills,
      modes,
      losses: this.losses,
      repeated,
      positions: this.positions,
      working: this.working,
      standing: this.standing,
      parentRows,
    });
  }

  /** Now is this time. */
  at(timeNs: number): this {
    this.facts.clear();
    this.turn.begin(timeNs, this.outbox, this.facts);
    return this;
  }

  /** Sets a limit of the desk, or of strategy 1, venue 0, instrument 2 or pair 0. */
  limit(code: LimitCode, scope: "all" | "strategy" | "venue" | "instrument" | "pair", value: number): this {
    const target = { all: -1, strategy: 1, venue: 0, instrument: 2, pair: 0 }[scope];
    const row = this.limits.rowOf(code, scope, target);
    if (row < 0) throw new Error(`no limit ${code} of ${scope}`);
    this.limits.value[row] = value;
    return this;
  }

  /** The order that a replace is about: 100 open at the middle, on a side. */
  openOwn(sell: boolean, short: boolean): this {
    const { working } = this;
    const side = sell ? 1 : 0;
    working.side[ownOrder] = sides.code[sell ? (short ? "sellShort" : "sell") : "buy"];
    working.countedQuantity[ownOrder] = 100;
    working.countedPrice[ownOrder] = middle;
    working.touching[ownOrder] = middle;
    if (sell) working.sell = working.strategySell = working.pairSell = 100;
    else working.buy = working.strategyBuy = working.pairBuy = 100;
    for (const notional of [working.workingNotional, working.pairWorkingNotional]) notional[side] = 100 * middle;
    for (let strategy = 0; strategy < 3; strategy++)
      working.strategyWorkingNotional[strategy * 2 + side] = 100 * middle;
    return this;
  }

  /** Asks; the answer's code, or "approved". */
  ask(ask: Ask): RefusalCode | "approved" {
    const { gate } = this;
    this.asked = ask;
    const { strategy, pair, instrument, venue, sell, quantity, price, timeInForce, postOnly, parent, parentLeft } = ask;
    if (ask.kind === "replace") {
      this.working.strategy[ownOrder] = strategy;
      this.working.pair[ownOrder] = pair;
      this.working.instrument[ownOrder] = instrument;
      this.working.venue[ownOrder] = venue;
    }
    if (parentLeft !== null)
      gate.openParent(ask.kind === "replace" ? this.working.parent[ownOrder] : parent, parentLeft);
    const yes =
      ask.kind === "parent"
        ? gate.approvesParent(strategy, pair, instrument, sell, quantity, price, ask.basket)
        : ask.kind === "child"
          ? gate.approveOrder(
              strategy,
              pair,
              instrument,
              venue,
              sell,
              quantity,
              price,
              timeInForce,
              postOnly,
              parent,
            ) !== null
          : gate.approveReplace(ownOrder, quantity, price) !== null;
    if (yes !== gate.code < 0) throw new Error(`the gate said ${yes} with code ${gate.code}`);
    return yes ? "approved" : refusalCodes.name(gate.code);
  }
}

/** A question that is in order. */
export function askOf(kind: Ask["kind"], over: Partial<Ask> = {}): Ask {
  return {
    kind,
    strategy: 1,
    pair: -1,
    instrument: 2,
    venue: 0,
    sell: false,
    quantity: 100,
    price: middle,
    postOnly: 0,
    timeInForce: 0,
    parent: 7,
    parentLeft: 100_000,
    basket: 0,
    ...over,
  };
}

/** Sets a column of every instrument's quote. */
export function fillQuotes(quotes: Quotes, column: QuoteColumn, value: number): void {
  for (let at: number = column; at < quotes.rows.length; at += QuoteColumn.count) quotes.rows[at] = value;
}
