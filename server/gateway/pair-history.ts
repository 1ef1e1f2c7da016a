import type { FactOf } from "../../domain/facts";
import { parentReasons } from "../../domain/order";
import { pairStates } from "../../domain/strategy";
import { viewColumn } from "../../domain/views";
import type { PairEvent, PairPayload, PairSample } from "../../protocol/topics";
import { type TopicSource, topicSource } from "./topic-source";

/** Seconds kept of each pair: half an hour, less where a desk has so many pairs that it would cost too much. */
const samplesMax = 1_800;
const samplesOfAllPairsMax = 1_000_000;
const samplesMin = 120;
/** Steps kept of each pair: some fifteen round trips. */
const eventsMax = 64;

const numbersEach = 4;
const column = viewColumn.pair;

type Step = { readonly version: number; readonly event: PairEvent };

/**
 * The last half hour of every pair, a sample a second, kept whether somebody looks or not, so that a page shows where
 * a pair came from at once. One ring for all: pairs are sampled together and share the times. Samples come from views
 * and begin anew with the process; steps come from facts and are there from the day's first.
 */
export class PairHistory {
  /** Seconds since 1970 of each place in the ring. */
  private readonly times: Float64Array;
  private readonly versions: Float64Array;
  /** By place, then pair: z, spread, mean, deviation. A pair without statistics yet has NaN. */
  private readonly numbers: Float32Array;
  private readonly steps: readonly Step[][];
  private readonly stepVersions: Float64Array;
  private readonly capacity: number;
  private count = 0;
  private version = 0;
  private sampledVersion = 0;

  constructor(private readonly pairCount: number) {
    const room = Math.floor(samplesOfAllPairsMax / Math.max(1, pairCount));
    this.capacity = Math.max(samplesMin, Math.min(samplesMax, room));
    this.times = new Float64Array(this.capacity);
    this.versions = new Float64Array(this.capacity);
    this.numbers = new Float32Array(this.capacity * pairCount * numbersEach);
    this.steps = Array.from({ length: pairCount }, () => []);
    this.stepVersions = new Float64Array(pairCount);
  }

  /** Takes one sample of every pair; a second that was sampled already, or lies before it, is left out. */
  sample(timeSeconds: number, viewOf: (pair: number) => Float64Array): void {
    if (this.pairCount === 0 || (this.count > 0 && timeSeconds <= this.times[this.placeOf(this.count - 1)])) return;
    const place = this.placeOf(this.count++);
    this.times[place] = timeSeconds;
    this.sampledVersion = this.versions[place] = ++this.version;
    let at = place * this.pairCount * numbersEach;
    for (let pair = 0; pair < this.pairCount; pair++, at += numbersEach) {
      const view = viewOf(pair);
      const known = view[column.deviation] > 0;
      this.numbers[at] = known ? view[column.z] : Number.NaN;
      this.numbers[at + 1] = view[column.spread];
      this.numbers[at + 2] = view[column.mean];
      this.numbers[at + 3] = view[column.deviation];
    }
  }

  /** Takes a step of a pair's round trip. */
  step(fact: FactOf<"pairState">): void {
    const steps = this.steps[fact.pair];
    if (steps === undefined) return;
    const event: PairEvent = {
      id: fact.number,
      timeNs: fact.timeNs,
      from: pairStates.name(fact.from),
      to: pairStates.name(fact.to),
      reason: parentReasons.name(fact.reason),
      z: fact.z,
      quantityA: fact.quantityA,
      quantityB: fact.quantityB,
    };
    steps.push({ version: ++this.version, event });
    if (steps.length > eventsMax) steps.shift();
    this.stepVersions[fact.pair] = this.version;
  }

  /** What one pair's page is told. */
  topic(pair: number): TopicSource {
    return topicSource(
      1,
      () => Math.max(this.sampledVersion, this.stepVersions[pair]),
      () => this.payload(pair, 0),
      (version) => (this.reaches(pair, version) ? this.payload(pair, version) : "lost"),
    );
  }

  /** Whether everything after `version` is still kept. */
  private reaches(pair: number, version: number): boolean {
    const oldestSample = this.count > this.capacity ? this.versions[this.placeOf(this.count - this.capacity)] : 0;
    const steps = this.steps[pair];
    const oldestStep = steps.length === eventsMax ? steps[0].version : 0;
    return version >= oldestSample && version >= oldestStep;
  }

  private payload(pair: number, version: number): PairPayload {
    const oldest = Math.max(0, this.count - this.capacity);
    let from = this.count;
    while (from > oldest && this.versions[this.placeOf(from - 1)] > version) from--;
    const samples: PairSample[] = [];
    for (let sample = from; sample < this.count; sample++) {
      const place = this.placeOf(sample);
      const at = (place * this.pairCount + pair) * numbersEach;
      const [z, spread, mean, deviation] = this.numbers.subarray(at, at + numbersEach);
      if (Number.isFinite(z)) samples.push([this.times[place], short(z), short(spread), short(mean), short(deviation)]);
    }
    const events = this.steps[pair].filter((step) => step.version > version).map(({ event }) => event);
    return { pair, samples, events };
  }

  private placeOf(sample: number): number {
    return sample % this.capacity;
  }
}

function short(value: number): number {
  return Number(value.toPrecision(7));
}
