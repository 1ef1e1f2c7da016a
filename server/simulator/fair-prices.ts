import type { Desk } from "../../domain/desk";
import { exponential, naturalLogarithm } from "../../domain/logarithm";
import type { StateRegistry } from "../machine/state-registry";
import type { RandomSource } from "./random-source";

const naturalLogarithmOf2 = naturalLogarithm(2);
/** Simulated seconds a trading day's volatility is spread over. */
const secondsPerTradingDay = 23_400;
/** Standard deviation of a day's return of the market factor. */
const marketDailyVolatility = 0.009;
/** How far prices may wander from where they began over days: standard deviation of the logarithm. */
const wanderDeviation = 0.35;
/** Share of a name's variance that stays its own, whatever its beta says. */
const ownVarianceShareMin = 0.15;

/** Quiet, normal, busy: activity relative to the average, mean seconds of a spell. Activity averages 1. */
const spellActivity = [0.4, 1, 3.5];
const spellSeconds = [40, 60, 15];
const normalSpell = 1;

/**
 * What the names are worth: latent prices that the agents quote around and nobody else sees. A name follows the market
 * factor and noise of its own, both faster in busy spells. The first leg of a pair follows its second by the pair's
 * relation, ln A = mean + ratio × ln B + spread, with a mean-reverting spread; now and then a relation breaks: the
 * level that the spread returns to moves by three to eight deviations, stays there for minutes, then fades back.
 * Over days a weak pull keeps prices within sight of where they began. Everything here is carried from day to day.
 *
 * Half lives are seconds of the exchange; volatilities are compressed by the desk's time compression.
 */
export class FairPrices {
  private readonly logPrice: Float64Array;
  /** Market factor (log) now, and as each name last saw it. */
  private readonly market: Float64Array;
  private readonly marketSeen: Float64Array;
  private readonly spread: Float64Array;
  private readonly breakShift: Float64Array;
  private readonly breakSecondsLeft: Float64Array;
  private readonly spells: Uint8Array;

  private readonly startLog: Float64Array;
  private readonly loading: Float64Array;
  private readonly ownDeviation: Float64Array;
  private readonly pull: Float64Array;
  /** The pair whose first leg the instrument is, or -1. */
  private readonly relation: Int32Array;
  private readonly relationMean: Float64Array;
  private readonly floorLog: Float64Array;
  private readonly relatedInstruments: readonly number[];
  /** Standard deviation of the log price over a second, on average. */
  readonly deviationPerSecond: Float64Array;

  constructor(
    registry: StateRegistry,
    private readonly desk: Desk,
    private readonly random: RandomSource,
  ) {
    const count = desk.instruments.length;
    this.logPrice = registry.allocate("fair.logPrice", "f64", count, "carried");
    this.market = registry.allocate("fair.market", "f64", 1, "carried");
    this.marketSeen = registry.allocate("fair.marketSeen", "f64", count, "carried");
    this.spread = registry.allocate("fair.spread", "f64", count, "carried");
    this.breakShift = registry.allocate("fair.breakShift", "f64", count, "carried");
    this.breakSecondsLeft = registry.allocate("fair.breakSecondsLeft", "f64", count, "carried");
    // One spell a name, and one of the whole market behind them.
    this.spells = registry.allocate("fair.spells", "u8", count + 1, "carried");
    this.spells.fill(normalSpell);
    this.startLog = new Float64Array(count);
    this.loading = new Float64Array(count);
    this.ownDeviation = new Float64Array(count);
    this.pull = new Float64Array(count);
    this.relation = relationsOf(desk);
    this.relationMean = new Float64Array(count);
    this.floorLog = new Float64Array(count);
    this.deviationPerSecond = new Float64Array(count);
    this.calibrate();
    this.relatedInstruments = desk.instruments.map((_, index) => index).filter((index) => this.relation[index] >= 0);
  }

  /** The latent price in price units, not rounded. */
  price(instrument: number): number {
    return exponential(this.logPrice[instrument]);
  }

  /** How busy the name is now, relative to its average of 1. */
  activity(instrument: number): number {
    return spellActivity[this.spells[instrument]] * this.marketActivity();
  }

  /** Moves the market factor on, and breaks a relation when its time has come. */
  advanceMarket(seconds: number): void {
    this.changeSpell(this.spells.length - 1, seconds);
    const perSecond = marketDailyVolatility * Math.sqrt(this.desk.market.timeCompression / secondsPerTradingDay);
    this.market[0] += perSecond * Math.sqrt(seconds * this.marketActivity()) * this.random.normal();
    const mean = this.desk.market.breakSecondsMean;
    if (mean > 0 && this.relatedInstruments.length > 0 && this.random.uniform() < seconds / mean) this.breakRelation();
  }

  /** Moves one name's price on by a stretch of time, and returns it. */
  advanceName(instrument: number, seconds: number): number {
    this.changeSpell(instrument, seconds);
    const busy = Math.sqrt(this.activity(instrument));
    const pair = this.relation[instrument];
    if (pair < 0) {
      const marketMove = this.market[0] - this.marketSeen[instrument];
      const own = this.ownDeviation[instrument] * Math.sqrt(seconds) * busy * this.random.normal();
      const back = this.pull[instrument] * seconds * (this.startLog[instrument] - this.logPrice[instrument]);
      this.logPrice[instrument] += this.loading[instrument] * marketMove + own + back;
    } else {
      const { instrumentB, hedgeRatio, halfLifeSeconds, spreadDeviation } = this.desk.pairs[pair];
      this.fadeBreak(instrument, seconds);
      const rate = naturalLogarithmOf2 / halfLifeSeconds;
      const noise = spreadDeviation * Math.sqrt(2 * rate * seconds) * busy * this.random.normal();
      this.spread[instrument] += rate * seconds * (this.breakShift[instrument] - this.spread[instrument]) + noise;
      this.logPrice[instrument] =
        this.relationMean[instrument] + hedgeRatio * this.logPrice[instrumentB] + this.spread[instrument];
    }
    this.marketSeen[instrument] = this.market[0];
    const floor = this.floorLog[instrument];
    if (this.logPrice[instrument] < floor) this.logPrice[instrument] = floor;
    else if (this.logPrice[instrument] > ceilingLog) this.logPrice[instrument] = ceilingLog;
    return this.price(instrument);
  }

  private marketActivity(): number {
    return spellActivity[this.spells[this.spells.length - 1]];
  }

  private changeSpell(index: number, seconds: number): void {
    const spell = this.spells[index];
    if (this.random.uniform() >= seconds / spellSeconds[spell]) return;
    this.spells[index] = spell !== normalSpell ? normalSpell : this.random.uniform() < 0.6 ? 0 : 2;
  }

  private breakRelation(): void {
    const instrument = this.relatedInstruments[this.random.below(this.relatedInstruments.length)];
    const deviations = (3 + 5 * this.random.uniform()) * (this.random.uniform() < 0.5 ? -1 : 1);
    this.breakShift[instrument] = deviations * this.desk.pairs[this.relation[instrument]].spreadDeviation;
    this.breakSecondsLeft[instrument] = 60 + 180 * this.random.exponential();
  }

  private fadeBreak(instrument: number, seconds: number): void {
    if (this.breakShift[instrument] === 0) return;
    if (this.breakSecondsLeft[instrument] > 0) this.breakSecondsLeft[instrument] -= seconds;
    else this.breakShift[instrument] *= 1 - Math.min(1, seconds / 90);
  }

  private calibrate(): void {
    const { desk } = this;
    const perDay = Math.sqrt(desk.market.timeCompression / secondsPerTradingDay);
    desk.instruments.forEach((spec, instrument) => {
      const start = naturalLogarithm(spec.referencePrice);
      this.startLog[instrument] = start;
      this.logPrice[instrument] = start;
      this.floorLog[instrument] = naturalLogarithm(spec.tick * 50);
      const total = spec.dailyVolatility;
      const fromMarketMost = total * Math.sqrt(1 - ownVarianceShareMin);
      const asked = spec.marketBeta * marketDailyVolatility;
      const fromMarket = Math.max(-fromMarketMost, Math.min(fromMarketMost, asked));
      this.loading[instrument] = fromMarket / marketDailyVolatility;
      this.ownDeviation[instrument] = Math.sqrt(total * total - fromMarket * fromMarket) * perDay;
      this.deviationPerSecond[instrument] = total * perDay;
      const variance = total * total * perDay * perDay;
      this.pull[instrument] = variance / (2 * wanderDeviation * wanderDeviation);
    });
    for (let round = 0; round < desk.pairs.length; round++) if (!this.calibrateRelations()) break;
  }

  /** Settles deviations down the forest of relations; true while something changed. */
  private calibrateRelations(): boolean {
    let changed = false;
    for (let instrument = 0; instrument < this.relation.length; instrument++) {
      const pair = this.relation[instrument];
      if (pair < 0) continue;
      const { instrumentB, hedgeRatio, halfLifeSeconds, spreadMean, spreadDeviation } = this.desk.pairs[pair];
      const now = this.startLog[instrument] - hedgeRatio * this.startLog[instrumentB];
      const mean = spreadMean + (1 - hedgeRatio) * logUnitsPerCurrency;
      // A relation that the starting prices contradict is taken to hold at them.
      const agrees = Math.abs(now - mean) <= 6 * spreadDeviation;
      this.relationMean[instrument] = agrees ? mean : now;
      this.spread[instrument] = agrees ? now - mean : 0;
      const spreadPerSecond = spreadDeviation * Math.sqrt((2 * naturalLogarithmOf2) / halfLifeSeconds);
      const fromOther = hedgeRatio * this.deviationPerSecond[instrumentB];
      const deviation = Math.sqrt(fromOther * fromOther + spreadPerSecond * spreadPerSecond);
      if (Math.abs(deviation - this.deviationPerSecond[instrument]) > 1e-12) changed = true;
      this.deviationPerSecond[instrument] = deviation;
    }
    return changed;
  }
}

/** Research speaks of prices in the currency, the books of 1/10,000 of it. */
const logUnitsPerCurrency = naturalLogarithm(10_000);
const ceilingLog = naturalLogarithm(1_500_000_000);

/**
 * The pair each instrument follows as first leg. An instrument follows its first pair only, and never one that would
 * close a circle: such a pair has no relation of its own.
 */
function relationsOf(desk: Desk): Int32Array {
  const relation = new Int32Array(desk.instruments.length).fill(-1);
  desk.pairs.forEach(({ instrumentA, instrumentB }, pair) => {
    if (relation[instrumentA] >= 0) return;
    let ancestor = instrumentB;
    while (ancestor !== instrumentA && relation[ancestor] >= 0) ancestor = desk.pairs[relation[ancestor]].instrumentB;
    if (ancestor !== instrumentA) relation[instrumentA] = pair;
  });
  return relation;
}
