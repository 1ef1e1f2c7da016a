import type { Desk } from "../../../domain/desk";
import { exponential, replaceByLogarithm } from "../../../domain/logarithm";
import type { StateRegistry } from "../../machine/state-registry";
import type { Quotes } from "../book/quotes";
import { pairsByInstrument } from "./pairs-by-instrument";

/** Weight of the research's hedge ratio against what is observed: the variance of ln B that counts as much as it. */
const hedgePriorVariance = 0.004 * 0.004;
/** The hedge ratio stays within this share of the research's. */
const hedgeRatioDriftMax = 0.25;
/** An observed deviation is never taken for less than this share of the research's. */
const deviationFloorShare = 0.4;
const priceUnitsPerCurrency = 10_000;
const ln2 = Math.LN2;

/**
 * Spread statistics of all pairs: spread = ln(mid A) − hedge ratio × ln(mid B), with an exponentially weighted mean
 * and deviation that start from the desk file's research, and a hedge ratio that follows an exponentially weighted
 * regression shrunk towards the research. Statistics are sampled once a second; z is fresh at every quote. Floats.
 */
export class PairSignals {
  readonly instrumentA: Int32Array;
  readonly instrumentB: Int32Array;
  /** Pairs of each instrument: `pairsOf[firstOf[i] .. firstOf[i + 1])`. */
  readonly firstOf: Int32Array;
  readonly pairsOf: Int32Array;
  readonly z: Float64Array;
  readonly spread: Float64Array;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  readonly hedgeRatio: Float64Array;
  readonly samples: Float64Array;
  /** 1 while both legs have a two-sided, uncrossed market. */
  readonly valid: Uint8Array;
  private readonly meanA: Float64Array;
  private readonly meanB: Float64Array;
  private readonly varianceB: Float64Array;
  private readonly covariance: Float64Array;
  private readonly researchRatio: Float64Array;
  private readonly deviationFloor: Float64Array;
  /** Logarithm of an instrument's mid in the currency, and the mid it was taken of: scratch, made anew when they differ. */
  private readonly logMid: Float64Array;
  private readonly midOfLog: Float64Array;
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
    this.instrumentA = Int32Array.from(desk.pairs, (pair) => pair.instrumentA);
    this.instrumentB = Int32Array.from(desk.pairs, (pair) => pair.instrumentB);
    const { firstOf, pairsOf } = pairsByInstrument(
      desk,
      desk.pairs.map((_, pair) => pair),
    );
    this.firstOf = firstOf;
    this.pairsOf = pairsOf;
    const carried = (name: string) => registry.allocate(`signal.pairs.${name}`, "f64", pairCount, "carried");
    this.z = carried("z");
    this.spread = carried("spread");
    this.mean = carried("mean");
    this.variance = carried("variance");
    this.hedgeRatio = carried("hedgeRatio");
    this.samples = carried("samples");
    this.meanA = carried("meanA");
    this.meanB = carried("meanB");
    this.varianceB = carried("varianceB");
    this.covariance = carried("covariance");
    this.valid = registry.allocate("signal.pairs.valid", "u8", pairCount);
    this.researchRatio = Float64Array.from(desk.pairs, (pair) => pair.hedgeRatio);
    this.deviationFloor = Float64Array.from(desk.pairs, (pair) => pair.spreadDeviation * deviationFloorShare);
    this.logMid = new Float64Array(desk.instruments.length);
    this.midOfLog = new Float64Array(desk.instruments.length);
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
      this.mean[id] = pair.spreadMean;
      this.variance[id] = pair.spreadDeviation * pair.spreadDeviation;
      this.hedgeRatio[id] = pair.hedgeRatio;
    });
  }

  /** A leg's quote changed: spread and z anew. */
  readonly refresh = (pair: number): void => {
    const a = this.instrumentA[pair];
    const b = this.instrumentB[pair];
    if (!this.quotes.isTwoSided(a) || !this.quotes.isTwoSided(b)) {
      this.valid[pair] = 0;
      return;
    }
    this.valid[pair] = 1;
    this.refreshLogMid(a);
    this.refreshLogMid(b);
    const spread = this.logMid[a] - this.hedgeRatio[pair] * this.logMid[b];
    this.spread[pair] = spread;
    const observed = Math.sqrt(this.variance[pair]);
    const floor = this.deviationFloor[pair];
    this.z[pair] = (spread - this.mean[pair]) / Math.max(observed, floor);
  };

  /** Standard deviation in use: the observed one, but not below a share of the research's. */
  readonly deviation = (pair: number): number => {
    return Math.max(Math.sqrt(this.variance[pair]), this.deviationFloor[pair]);
  };

  /** Once a second: learns from the spreads of all pairs that have one. */
  readonly sample = (): void => {
    for (let pair = 0; pair < this.pairCount; pair++) {
      if (this.valid[pair] === 0) continue;
      this.refresh(pair);
      if (this.hedgeAlpha[pair] > 0) this.learnHedgeRatio(pair);
      const alpha = this.statisticsAlpha[pair];
      const error = this.spread[pair] - this.mean[pair];
      this.mean[pair] += alpha * error;
      this.variance[pair] = (1 - alpha) * (this.variance[pair] + alpha * error * error);
      this.samples[pair]++;
    }
  };

  /** Brings `logMid` up to the quote: one logarithm a change of price, however many pairs hold the instrument. */
  private readonly refreshLogMid = (instrument: number): void => {
    const mid = (this.quotes.bidPrice[instrument] + this.quotes.askPrice[instrument]) / 2;
    if (this.midOfLog[instrument] === mid) return;
    this.midOfLog[instrument] = mid;
    this.logMid[instrument] = mid / priceUnitsPerCurrency;
    replaceByLogarithm(this.logMid, instrument);
  };

  private readonly learnHedgeRatio = (pair: number): void => {
    const lnA = this.logMid[this.instrumentA[pair]];
    const lnB = this.logMid[this.instrumentB[pair]];
    if (this.samples[pair] === 0) {
      this.meanA[pair] = lnA;
      this.meanB[pair] = lnB;
    }
    const alpha = this.hedgeAlpha[pair];
    const errorA = lnA - this.meanA[pair];
    const errorB = lnB - this.meanB[pair];
    this.meanA[pair] += alpha * errorA;
    this.meanB[pair] += alpha * errorB;
    this.varianceB[pair] = (1 - alpha) * (this.varianceB[pair] + alpha * errorB * errorB);
    this.covariance[pair] = (1 - alpha) * (this.covariance[pair] + alpha * errorA * errorB);
    const research = this.researchRatio[pair];
    let ratio = (hedgePriorVariance * research + this.covariance[pair]) / (hedgePriorVariance + this.varianceB[pair]);
    const low = research * (1 - hedgeRatioDriftMax);
    const high = research * (1 + hedgeRatioDriftMax);
    if (ratio < low) ratio = low;
    else if (ratio > high) ratio = high;
    // The mean moves with the ratio, so that learning it does not look like a deviation of the spread.
    const drift = (ratio - this.hedgeRatio[pair]) * lnB;
    this.hedgeRatio[pair] = ratio;
    this.mean[pair] -= drift;
    this.spread[pair] -= drift;
  };
}

/** Weight of a new sample per second, so that half of the memory is older than the half life. */
function alphaOf(halfLifeSeconds: number): number {
  return 1 - exponential(-ln2 / halfLifeSeconds);
}
