import { medianOf } from "./machine-line";

/** Percentiles of a latency in nanoseconds, as `bench` prints them; `max` is the longest of all runs. */
export type LatencyFigures = {
  readonly p50: number;
  readonly p99: number;
  readonly "p99.9": number;
  readonly max: number;
};

/** Latencies of one run, in nanoseconds; room for `capacity` of them, the rest is left out. */
export class Latencies {
  private readonly values: Float64Array;
  /** How many there are; in an array, since a field would be boxed as it grows. */
  private readonly count = new Int32Array(1);

  constructor(capacity: number) {
    this.values = new Float64Array(capacity);
  }

  get length(): number {
    return this.count[0];
  }

  /** Adds the time between two readings of `performance.now`, which are milliseconds. */
  addMs(beganMs: number, endedMs: number): void {
    const index = this.count[0];
    if (index >= this.values.length) return;
    this.values[index] = (endedMs - beganMs) * 1e6;
    this.count[0] = index + 1;
  }

  /** Adds nanoseconds. */
  add(ns: number): void {
    const index = this.count[0];
    if (index >= this.values.length) return;
    this.values[index] = ns;
    this.count[0] = index + 1;
  }

  clear(): void {
    this.count[0] = 0;
  }

  /** The mean of the fastest, `share` of all. */
  meanBelow(share: number): number {
    const sorted = this.values.slice(0, this.length).sort();
    const count = Math.max(1, Math.floor(sorted.length * share));
    return sorted.subarray(0, count).reduce((total, value) => total + value, 0) / count;
  }

  /** Percentiles of what was added since `clear`; throws when nothing was. */
  figures(): LatencyFigures {
    const { length } = this;
    if (length === 0) throw new RangeError("no latencies were taken");
    const sorted = this.values.slice(0, length).sort();
    const at = (share: number) => Math.round(sorted[Math.min(length - 1, Math.floor(length * share))]);
    return { p50: at(0.5), p99: at(0.99), "p99.9": at(0.999), max: at(1) };
  }
}

/** The median run by each percentile, and the longest of all runs. */
export function medianFigures(runs: readonly LatencyFigures[]): LatencyFigures {
  const middle = (name: keyof LatencyFigures) => Math.round(medianOf(runs.map((run) => run[name])));
  return { p50: middle("p50"), p99: middle("p99"), "p99.9": middle("p99.9"), max: Math.max(...runs.map((r) => r.max)) };
}

/** What two readings of `performance.now` on end say has passed, in nanoseconds: every latency holds this much. */
export function timerFigures(): LatencyFigures {
  const latencies = new Latencies(200_000);
  for (let run = 0; run < 2; run++) {
    latencies.clear();
    for (let i = 0; i < 200_000; i++) {
      const began = performance.now();
      latencies.addMs(began, performance.now());
    }
  }
  return latencies.figures();
}

/** From here on a gap between two readings of the clock is an interruption, in nanoseconds. */
const interruptionNsMin = 10_000;
const interruptionsWatchMs = 2_000;

/** What takes the processor from a program that never waits: the system's own tick, other processes, the host of a virtual machine. */
export type InterruptionFigures = {
  readonly perSecond: number;
  /** Median nanoseconds of one. */
  readonly p50: number;
};

/** Reads nothing but the clock for two seconds: each gap of more than 10 µs was not this program's doing. */
export function interruptionFigures(): InterruptionFigures {
  const gaps = new Latencies(1 << 18);
  const began = performance.now();
  let before = began;
  while (before - began < interruptionsWatchMs) {
    const now = performance.now();
    if ((now - before) * 1e6 >= interruptionNsMin) gaps.addMs(before, now);
    before = now;
  }
  const p50 = gaps.length === 0 ? 0 : gaps.figures().p50;
  return { perSecond: Math.round((gaps.length / interruptionsWatchMs) * 1_000), p50 };
}

/** One line for people: a label and its percentiles in microseconds. */
export function latencyLine(label: string, figures: LatencyFigures): string {
  const us = (ns: number) => (ns / 1_000).toFixed(2).padStart(9);
  return `  ${label.padEnd(34)}${us(figures.p50)}${us(figures.p99)}${us(figures["p99.9"])}${us(figures.max)}`;
}

/** The heading over `latencyLine`s. */
export const latencyHeading = `  ${"microseconds".padEnd(34)}${["p50", "p99", "p99.9", "max"].map((name) => name.padStart(9)).join("")}`;
