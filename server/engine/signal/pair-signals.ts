import type { Desk } from "../../../domain/desk";
import { exponential } from "../../../domain/logarithm";
import type { StateRegistry } from "../../machine/state-registry";
import type { Quotes } from "../book/quotes";
import { pairsByInstrument } from "./pairs-by-instrument";

/** Weight of the research's hedge ratio against what is observed: the variance of ln B that counts as much as it. */
const hedgePriorVariance = 0.004 * 0.004;
/** The hedge ratio stays within this share of the research's. */
const hedgeRatioDriftMax = 0.25;
/** An observed deviation is never taken for less than this share of the research's. */
const deviationFloorShare = 0.4;
const ln2 = Math.LN2;

/** Columns of a pair's signal: eight numbers, one line of the cache; the last is free. */
enum Column {
  z,
  spread,
  mean,
  variance,
  deviation,
  hedgeRatio,
  samples,
  /** How many there are. */
  count = 8,
}

/** Columns of a pair's regression, which is looked at once a second only. */
enum Regression {
  meanA,
  meanB,
  varianceB,
  covariance,
  /** How many there are. */
  count,
}

/**
 * Spread statistics of all pairs: spread = ln(mid A) − hedge ratio × ln(mid B), with an exponentially weighted mean
 * and deviation that start from the desk file's research, and a hedge ratio that follows an exponentially weighted
 * regression shrunk towards the research. Statistics are sampled once a second; z is fresh at every quote. Floats.
 */
export class PairSignals {
  /** Pairs of each instrument: `pairsOf[firstOf[i] .. firstOf[i + 1])`. */
  readonly firstOf: Int32Array;
  readonly pairsOf: Int32Array;
  /** Per pair: instrument A, instrument B. */
  private readonly legs: Int32Array;
  /** Per pair: see `Column`. */
  private readonly rows: Float64Array;
  /** Per pair: see `Regression`. */
  private readonly regressions: Float64Array;
  private readonly researchRatio: Float64Array;
  private readonly deviationFloor: Float64Array;
  private readonly statisticsAlpha: Float64Array;
  private readonly hedgeAlpha: Float64Array;
  private readonly pairCount: number;

  constructor(
    registry: StateRegistry,
    desk: Desk,
    private readonly quotes: Quotes,
  ) {
    const pairCount = desk.pairs.length;
    this.pairCount = pairCount;
    this.legs = Int32Array.from(desk.pairs.flatMap((pair) => [pair.instrumentA, pair.instrumentB]));
    const { firstOf, pairsOf } = pairsByInstrument(
      desk,
      desk.pairs.map((_, pair) => pair),
    );
    this.firstOf = firstOf;
    this.pairsOf = pairsOf;
    this.rows = registry.allocate("signal.pairs.rows", "f64", pairCount * Column.count, "carried");
    this.regressions = registry.allocate("signal.pairs.regressions", "f64", pairCount * Regression.count, "carried");
    this.researchRatio = Float64Array.from(desk.pairs, (pair) => pair.hedgeRatio);
    this.deviationFloor = Float64Array.from(desk.pairs, (pair) => pair.spreadDeviation * deviationFloorShare);
    this.statisticsAlpha = new Float64Array(pairCount);
    this.hedgeAlpha = new Float64Array(pairCount);
    for (const { parameters } of desk.strategies) {
      if (parameters.kind !== "pairs") continue;
      for (const pair of parameters.pairs) {
        this.statisticsAlpha[pair] = alphaOf(parameters.statisticsHalfLifeSeconds);
        this.hedgeAlpha[pair] = parameters.hedgeHalfLifeSeconds > 0 ? alphaOf(parameters.hedgeHalfLifeSeconds) : 0;
      }
    }
    desk.pairs.forEach((pair, id) => {
      const at = id * Column.count;
      this.rows[at + Column.mean] = pair.spreadMean;
      this.rows[at + Column.hedgeRatio] = pair.hedgeRatio;
      this.setVariance(id, pair.spreadDeviation * pair.spreadDeviation);
    });
  }

  readonly instrumentA = (pair: number): number => {
    return this.legs[pair * 2];
  };

  readonly instrumentB = (pair: number): number => {
    return this.legs[pair * 2 + 1];
  };

  /** Distance of the spread from its mean in standard deviations, as of the last two-sided market of both legs. */
  readonly z = (pair: number): number => {
    return this.rows[pair * Column.count + Column.z];
  };

  readonly spread = (pair: number): number => {
    return this.rows[pair * Column.count + Column.spread];
  };

  readonly mean = (pair: number): number => {
    return this.rows[pair * Column.count + Column.mean];
  };

  /** Standard deviation in use: the observed one, but not below a share of the research's. */
  readonly deviation = (pair: number): number => {
    return this.rows[pair * Column.count + Column.deviation];
  };

  readonly hedgeRatio = (pair: number): number => {
    return this.rows[pair * Column.count + Column.hedgeRatio];
  };

  /** Seconds learned from. */
  readonly samples = (pair: number): number => {
    return this.rows[pair * Column.count + Column.samples];
  };

  /** True while both legs have a two-sided, uncrossed market. */
  readonly isValid = (pair: number): boolean => {
    return this.quotes.isTwoSided(this.legs[pair * 2]) && this.quotes.isTwoSided(this.legs[pair * 2 + 1]);
  };

  /** A leg's quote changed: spread and z anew. */
  readonly refresh = (pair: number): void => {
    if (!this.isValid(pair)) return;
    const { quotes, rows } = this;
    const at = pair * Column.count;
    const spread =
      quotes.logMid(this.legs[pair * 2]) - rows[at + Column.hedgeRatio] * quotes.logMid(this.legs[pair * 2 + 1]);
    rows[at + Column.spread] = spread;
    rows[at + Column.z] = (spread - rows[at + Column.mean]) / rows[at + Column.deviation];
  };

  /** Once a second: learns from the spreads of all pairs that have one. */
  readonly sample = (): void => {
    const { rows } = this;
    for (let pair = 0; pair < this.pairCount; pair++) {
      if (!this.isValid(pair)) continue;
      this.refresh(pair);
      if (this.hedgeAlpha[pair] > 0) this.learnHedgeRatio(pair);
      const at = pair * Column.count;
      const alpha = this.statisticsAlpha[pair];
      const error = rows[at + Column.spread] - rows[at + Column.mean];
      rows[at + Column.mean] += alpha * error;
      this.setVariance(pair, (1 - alpha) * (rows[at + Column.variance] + alpha * error * error));
      rows[at + Column.samples]++;
    }
  };

  private readonly setVariance = (pair: number, variance: number): void => {
    const at = pair * Column.count;
    this.rows[at + Column.variance] = variance;
    this.rows[at + Column.deviation] = Math.max(Math.sqrt(variance), this.deviationFloor[pair]);
  };

  private readonly learnHedgeRatio = (pair: number): void => {
    const { regressions, rows } = this;
    const at = pair * Regression.count;
    const row = pair * Column.count;
    const lnA = this.quotes.logMid(this.legs[pair * 2]);
    const lnB = this.quotes.logMid(this.legs[pair * 2 + 1]);
    if (rows[row + Column.samples] === 0) {
      regressions[at + Regression.meanA] = lnA;
      regressions[at + Regression.meanB] = lnB;
    }
    const alpha = this.hedgeAlpha[pair];
    const errorA = lnA - regressions[at + Regression.meanA];
    const errorB = lnB - regressions[at + Regression.meanB];
    regressions[at + Regression.meanA] += alpha * errorA;
    regressions[at + Regression.meanB] += alpha * errorB;
    const varianceB = (1 - alpha) * (regressions[at + Regression.varianceB] + alpha * errorB * errorB);
    const covariance = (1 - alpha) * (regressions[at + Regression.covariance] + alpha * errorA * errorB);
    regressions[at + Regression.varianceB] = varianceB;
    regressions[at + Regression.covariance] = covariance;
    const research = this.researchRatio[pair];
    let ratio = (hedgePriorVariance * research + covariance) / (hedgePriorVariance + varianceB);
    const low = research * (1 - hedgeRatioDriftMax);
    const high = research * (1 + hedgeRatioDriftMax);
    if (ratio < low) ratio = low;
    else if (ratio > high) ratio = high;
    // The mean moves with the ratio, so that learning it does not look like a deviation of the spread.
    const drift = (ratio - rows[row + Column.hedgeRatio]) * lnB;
    rows[row + Column.hedgeRatio] = ratio;
    rows[row + Column.mean] -= drift;
    rows[row + Column.spread] -= drift;
  };
}

/** Weight of a new sample per second, so that half of the memory is older than the half life. */
function alphaOf(halfLifeSeconds: number): number {
  return 1 - exponential(-ln2 / halfLifeSeconds);
}
