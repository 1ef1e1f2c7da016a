import type { Desk } from "../../../domain/desk";
import { factCode } from "../../../domain/facts";
import { pairStrategies } from "../../../domain/pair-strategies";
import type { PositionView } from "../../../domain/position-view";
import type { StateRegistry } from "../../machine/state-registry";
import type { Turn } from "../turn";
import { PositionBook } from "./position-book";

/**
 * All positions, twice: per instrument (the desk's account, as a broker nets it) and per holder, a holder being one
 * leg of a pair or one instrument of another strategy. Totals agree to the unit (realised + unrealised − fees); how
 * much of it is realised differs where holders stand against each other.
 */
export class Positions implements PositionView {
  readonly instruments: PositionBook;
  readonly holders: PositionBook;
  /** Strategy × instrument → signed lots. */
  private readonly strategyQuantity: Float64Array;
  private readonly marks: Float64Array;
  private readonly exposures: Float64Array;
  /** Money: realised and unrealised less fees, per strategy; the desk's account last. */
  private readonly results: Float64Array;
  /** What belongs to a holder, by row: config, not state. */
  readonly holderStrategy: Int32Array;
  readonly holderPair: Int32Array;
  readonly holderInstrument: Int32Array;
  /** First holder row of each strategy that trades no pairs, by strategy; -1 for pairs. */
  private readonly firstHolderOf: Int32Array;
  private readonly makerInstruments: (readonly number[])[] = [];
  private readonly instrumentCount: number;
  private readonly strategyCount: number;
  private readonly pairCount: number;

  constructor(
    registry: StateRegistry,
    desk: Desk,
    private readonly turn: Turn,
  ) {
    this.instrumentCount = desk.instruments.length;
    this.strategyCount = desk.strategies.length;
    this.pairCount = desk.pairs.length;
    const strategies: number[] = [];
    const pairs: number[] = [];
    const instruments: number[] = [];
    const strategyOfPair = pairStrategies(desk);
    desk.pairs.forEach((pair, id) => {
      for (const instrument of [pair.instrumentA, pair.instrumentB]) {
        strategies.push(strategyOfPair[id]);
        pairs.push(id);
        instruments.push(instrument);
      }
    });
    this.firstHolderOf = new Int32Array(desk.strategies.length).fill(-1);
    desk.strategies.forEach(({ parameters }, strategy) => {
      this.makerInstruments.push(parameters.kind === "maker" ? parameters.instruments : []);
      if (parameters.kind !== "maker") return;
      this.firstHolderOf[strategy] = strategies.length;
      for (const instrument of parameters.instruments) {
        strategies.push(strategy);
        pairs.push(-1);
        instruments.push(instrument);
      }
    });
    this.holderStrategy = Int32Array.from(strategies);
    this.holderPair = Int32Array.from(pairs);
    this.holderInstrument = Int32Array.from(instruments);
    this.instruments = new PositionBook(registry, "position.instruments", this.instrumentCount);
    this.holders = new PositionBook(registry, "position.holders", strategies.length);
    this.strategyQuantity = registry.allocate(
      "position.strategyQuantity",
      "f64",
      this.strategyCount * this.instrumentCount,
      "carried",
    );
    this.marks = registry.allocate("position.marks", "f64", this.instrumentCount, "carried");
    // Per strategy gross, net; the desk's pair last.
    this.exposures = registry.allocate("position.exposures", "f64", (this.strategyCount + 1) * 2, "carried");
    this.results = registry.allocate("position.results", "f64", this.strategyCount + 1, "carried");
  }

  readonly quantityOf = (instrument: number): number => {
    return this.instruments.quantity[instrument];
  };

  readonly strategyQuantityOf = (strategy: number, instrument: number): number => {
    return this.strategyQuantity[strategy * this.instrumentCount + instrument];
  };

  readonly pairQuantityOf = (pair: number, leg: number): number => {
    return this.holders.quantity[pair * 2 + leg];
  };

  get grossExposure(): number {
    return this.exposures[this.strategyCount * 2];
  }

  get netExposure(): number {
    return this.exposures[this.strategyCount * 2 + 1];
  }

  readonly strategyGrossExposureOf = (strategy: number): number => {
    return this.exposures[strategy * 2];
  };

  readonly strategyNetExposureOf = (strategy: number): number => {
    return this.exposures[strategy * 2 + 1];
  };

  readonly pairGrossExposureOf = (pair: number): number => {
    return Math.abs(this.legValue(pair * 2)) + Math.abs(this.legValue(pair * 2 + 1));
  };

  readonly pairNetExposureOf = (pair: number): number => {
    return this.legValue(pair * 2) + this.legValue(pair * 2 + 1);
  };

  readonly resultOf = (strategy: number): number => {
    return this.results[strategy < 0 ? this.strategyCount : strategy];
  };

  /** Price units the position is marked at; 0 before the first price. */
  readonly markOf = (instrument: number): number => {
    return this.marks[instrument];
  };

  /** The holder row of an order's owner; throws on an owner that has none, which no order may have. */
  readonly holderOf = (strategy: number, pair: number, instrument: number): number => {
    if (pair >= 0) {
      for (let leg = 0; leg < 2; leg++) if (this.holderInstrument[pair * 2 + leg] === instrument) return pair * 2 + leg;
    } else {
      const place = this.makerInstruments[strategy].indexOf(instrument);
      if (place >= 0) return this.firstHolderOf[strategy] + place;
    }
    throw new Error(`no position row for strategy ${strategy}, pair ${pair}, instrument ${instrument}`);
  };

  /** Applies a fill to the instrument and its holder; emits the holder's position. Returns what the holder realised. */
  readonly apply = (
    strategy: number,
    pair: number,
    instrument: number,
    signedQuantity: number,
    price: number,
    fee: number,
  ): number => {
    const holder = this.holderOf(strategy, pair, instrument);
    if (this.marks[instrument] === 0) this.marks[instrument] = price;
    this.countExposure(strategy, instrument, -1);
    this.countResults(strategy, holder, instrument, -1);
    this.instruments.apply(instrument, signedQuantity, price, fee);
    const realised = this.holders.apply(holder, signedQuantity, price, fee);
    this.countResults(strategy, holder, instrument, 1);
    this.strategyQuantity[strategy * this.instrumentCount + instrument] += signedQuantity;
    this.countExposure(strategy, instrument, 1);
    const { quantity, totalCost, realised: realisedOf, fees, boughtQuantity, soldQuantity } = this.holders;
    const { fields } = this.turn;
    fields[0] = strategy;
    fields[1] = pair;
    fields[2] = instrument;
    fields[3] = quantity[holder];
    fields[4] = totalCost[holder];
    fields[5] = realisedOf[holder];
    fields[6] = fees[holder];
    fields[7] = boughtQuantity[holder];
    fields[8] = soldQuantity[holder];
    this.turn.emitFields(factCode.position);
    return realised;
  };

  /** Marks an instrument's positions at a price (price units, may end in .5); 0 keeps the last mark. */
  readonly mark = (instrument: number, price: number): void => {
    if (price > 0) this.marks[instrument] = price;
  };

  /** Exposures and results of each strategy and of the desk, at the marks. Called at the timer's pace. */
  readonly refreshExposures = (): void => {
    this.exposures.fill(0);
    const desk = this.strategyCount * 2;
    for (let instrument = 0; instrument < this.instrumentCount; instrument++) {
      const mark = this.marks[instrument];
      const value = Math.round(this.instruments.quantity[instrument] * mark);
      this.exposures[desk] += Math.abs(value);
      this.exposures[desk + 1] += value;
      for (let strategy = 0; strategy < this.strategyCount; strategy++) {
        const held = this.strategyQuantity[strategy * this.instrumentCount + instrument];
        if (held === 0) continue;
        const heldValue = Math.round(held * mark);
        this.exposures[strategy * 2] += Math.abs(heldValue);
        this.exposures[strategy * 2 + 1] += heldValue;
      }
    }
    this.results.fill(0);
    for (let instrument = 0; instrument < this.instrumentCount; instrument++)
      this.results[this.strategyCount] += this.resultOfRow(this.instruments, instrument, instrument);
    for (let holder = 0; holder < this.holderStrategy.length; holder++)
      if (this.holderStrategy[holder] >= 0)
        this.results[this.holderStrategy[holder]] += this.resultOfRow(
          this.holders,
          holder,
          this.holderInstrument[holder],
        );
  };

  /** Adds (1) or takes away (-1) what a holder and its instrument have brought to a strategy and the desk. */
  private readonly countResults = (strategy: number, holder: number, instrument: number, sign: number): void => {
    this.results[strategy] += sign * this.resultOfRow(this.holders, holder, instrument);
    this.results[this.strategyCount] += sign * this.resultOfRow(this.instruments, instrument, instrument);
  };

  private readonly resultOfRow = (book: PositionBook, row: number, instrument: number): number => {
    return book.realised[row] - book.fees[row] + book.unrealised(row, this.marks[instrument]);
  };

  private readonly legValue = (holder: number): number => {
    return Math.round(this.holders.quantity[holder] * this.marks[this.holderInstrument[holder]]);
  };

  /** Adds (1) or takes away (-1) what an instrument adds to the desk's and a strategy's exposure at its mark. */
  private readonly countExposure = (strategy: number, instrument: number, sign: number): void => {
    const desk = this.strategyCount * 2;
    const mark = this.marks[instrument];
    const value = Math.round(this.instruments.quantity[instrument] * mark);
    const own = Math.round(this.strategyQuantityOf(strategy, instrument) * mark);
    this.exposures[desk] += sign * Math.abs(value);
    this.exposures[desk + 1] += sign * value;
    this.exposures[strategy * 2] += sign * Math.abs(own);
    this.exposures[strategy * 2 + 1] += sign * own;
  };

  /** Money of a strategy: realised, fees and unrealised of its holders, into `totals`; strategy -1 is the desk's account. */
  readonly totalsInto = (strategy: number, totals: PositionTotals): void => {
    totals.realised = 0;
    totals.unrealised = 0;
    totals.fees = 0;
    if (strategy < 0) {
      for (let instrument = 0; instrument < this.instrumentCount; instrument++)
        this.addTotals(this.instruments, instrument, instrument, totals);
      return;
    }
    for (let holder = 0; holder < this.holderStrategy.length; holder++)
      if (this.holderStrategy[holder] === strategy)
        this.addTotals(this.holders, holder, this.holderInstrument[holder], totals);
  };

  /** The same for the two legs of a pair. */
  readonly pairTotalsInto = (pair: number, totals: PositionTotals): void => {
    totals.realised = 0;
    totals.unrealised = 0;
    totals.fees = 0;
    if (pair >= this.pairCount) return;
    for (let leg = 0; leg < 2; leg++)
      this.addTotals(this.holders, pair * 2 + leg, this.holderInstrument[pair * 2 + leg], totals);
  };

  private readonly addTotals = (book: PositionBook, row: number, instrument: number, totals: PositionTotals): void => {
    totals.realised += book.realised[row];
    totals.fees += book.fees[row];
    totals.unrealised += book.unrealised(row, this.marks[instrument]);
  };
}

/** Money, 1/10,000; filled in place. */
export type PositionTotals = { realised: number; unrealised: number; fees: number };
