import { nsPerMillisecond } from "../domain/time";
import { feedChannel } from "../server/machine/channels";
import { inputKinds } from "../server/machine/input-record";
import type { Bench } from "./bench";
import { Latencies, timerFigures } from "./latencies";
import { medianOf } from "./machine-line";
import type { ScriptedDesk } from "./scripted-desk";
import { runBenchChild } from "./start-bench-child";
import { bringUpSteps, type StepLine } from "./step-line";
import type { DeskSize } from "./synthetic-desk";

const seed = 7;
const strategies = 8;
const venues = 2;

/** One desk's figures: nanoseconds and bytes. */
export type ScalePoint = {
  readonly instruments: number;
  readonly pairs: number;
  /** Median run of the mean cost of a market message in `step`, orders and signals included. */
  readonly messageNs: number;
  /** Orders a thousand messages, which is part of that cost. */
  readonly ordersPerThousand: number;
  /** Median cost of the timer input at which strategies look around, ten times a second. */
  readonly timerNs: number;
  /** All state of the engine. */
  readonly stateBytes: number;
};

export type ScaleFigures = {
  readonly rounds: number;
  readonly messages: number;
  /** Cost of the timer, taken off every packet. */
  readonly clockNs: number;
  /** The same messages to the smallest desk, in which everything fits the processor's cache: what growth is held against. */
  readonly baseline: ScalePoint;
  readonly pairsAtTwoASymbol: readonly ScalePoint[];
  readonly symbolsAtEqualPairs: readonly ScalePoint[];
  readonly pairsASymbol: readonly ScalePoint[];
};

export type ScalePointOptions = { readonly size: DeskSize; readonly rounds: number; readonly messages: number };

/**
 * How the cost of a message and the memory grow with pairs, with symbols, and with pairs a symbol. `measure` is
 * `measurePoint`, in a process of its own for each desk: code is compiled for the one engine of a process.
 */
export async function benchScale(options: {
  readonly rounds: number;
  readonly messages: number;
  /** The largest of each series; smaller ones are left out beyond it. */
  readonly sizeMax: number;
  readonly measure: (options: ScalePointOptions) => Promise<ScalePoint>;
}): Promise<ScaleFigures> {
  const { rounds, messages, sizeMax, measure } = options;
  const upTo = (sizes: readonly number[]) => sizes.filter((size) => size <= sizeMax);
  const series = async (sizes: readonly (readonly [instruments: number, pairs: number])[]) => {
    const points: ScalePoint[] = [];
    for (const [instruments, pairs] of sizes)
      points.push(await measure({ size: { instruments, pairs, venues, strategies }, rounds, messages }));
    return points;
  };
  const pairsAtTwoASymbol = await series(upTo([100, 300, 1_000, 3_000, 10_000]).map((pairs) => [pairs, pairs]));
  const symbolsAtEqualPairs = await series(upTo([100, 500, 1_000, 5_000]).map((symbols) => [symbols, 100]));
  const pairsASymbol = await series([1, 4, 16, 64].slice(0, sizeMax < 1_000 ? 2 : 4).map((each) => [100, each * 50]));
  return {
    rounds,
    messages,
    clockNs: timerFigures().p50,
    baseline: pairsAtTwoASymbol[0],
    pairsAtTwoASymbol,
    symbolsAtEqualPairs,
    pairsASymbol,
  };
}

/** One desk's figures. */
export function measurePoint({ size, rounds, messages }: ScalePointOptions): ScalePoint {
  const clockNs = timerFigures().p50;
  const { engine, scripted, line } = bringUpSteps(size, seed);
  const packets = new Latencies(messages);
  timeMessages(scripted, line, messages, clockNs, packets);
  const ordersBefore = scripted.orders;
  const runs: number[] = [];
  for (let round = 0; round < rounds; round++) runs.push(timeMessages(scripted, line, messages, clockNs, packets));
  return {
    instruments: size.instruments,
    pairs: size.pairs,
    messageNs: Math.round(medianOf(runs)),
    ordersPerThousand: Math.round(((scripted.orders - ordersBefore) / (rounds * messages)) * 1_000),
    timerNs: Math.round(timeTimers(line)),
    stateBytes: engine.registry.byteLength,
  };
}

/**
 * Mean nanoseconds `step` took for a message, the timer's own cost taken off. The slowest packets in a hundred are left
 * out: what interrupts a process on a busy machine takes milliseconds, and is no cost of the engine's.
 */
function timeMessages(
  scripted: ScriptedDesk,
  line: StepLine,
  messages: number,
  clockNs: number,
  packets: Latencies,
): number {
  packets.clear();
  const begin = scripted.market.messages;
  while (scripted.market.messages - begin < messages) {
    scripted.prepare();
    line.begin(inputKinds.code.data, feedChannel + scripted.market.venue, 0, scripted.market.length);
    const began = performance.now();
    line.step();
    packets.addMs(began, performance.now());
    line.end();
    scripted.answer();
  }
  const messagesAPacket = (scripted.market.messages - begin) / packets.length;
  return (packets.meanBelow(0.99) - clockNs) / messagesAPacket;
}

function timeTimers(line: StepLine): number {
  const figures: number[] = [];
  for (let i = 0; i < 60; i++) {
    // Within the second, so that the second's work is not in it.
    line.wait(101 * nsPerMillisecond);
    line.begin(inputKinds.code.timer, 0, 0, 0);
    const began = performance.now();
    line.step();
    figures.push((performance.now() - began) * 1e6);
    line.end();
  }
  return medianOf(figures.slice(20));
}

/** Prints and returns the figures of `bench scale`. */
export const scaleBench: Bench = {
  summary: "what a message costs, and the memory, as pairs and symbols grow",
  usage: "",
  options: [
    { name: "rounds", kind: "whole", value: "N", summary: "scale: timed runs, the median counts; default 5" },
    { name: "messages", kind: "whole", value: "N", summary: "scale: messages a run; default 200,000" },
  ],
  run: async (input) => {
    const figures = await benchScale({
      rounds: input.whole("rounds") ?? 5,
      messages: input.whole("messages") ?? 200_000,
      sizeMax: 10_000,
      measure: (options) => runBenchChild(["scale", JSON.stringify(options)]),
    });
    for (const [title, points] of [
      ["pairs, at two a symbol", figures.pairsAtTwoASymbol],
      ["symbols, at 100 pairs", figures.symbolsAtEqualPairs],
      ["pairs a symbol, at 100 symbols", figures.pairsASymbol],
    ] as const) {
      console.log(`${title}:`);
      for (const point of points) console.log(lineOf(point, points[0]));
    }
    return figures;
  },
};

function lineOf(point: ScalePoint, first: ScalePoint): string {
  const count = (value: number) => value.toLocaleString("en").padStart(7);
  const ratio = (point.messageNs / first.messageNs).toFixed(2);
  return (
    `${count(point.instruments)} symbols${count(point.pairs)} pairs${count(point.messageNs)} ns a message (× ${ratio})` +
    `${count(point.ordersPerThousand)} orders in 1,000${count(Math.round(point.timerNs / 1_000))} µs a timer` +
    `${count(Math.round(point.stateBytes / 1e6))} MB`
  );
}
