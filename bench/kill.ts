import { UsageError } from "../server/cli/command";
import { createRandom } from "../tests/support/random";
import type { Bench } from "./bench";
import { type DegradedState, degradedStates, type KillResult, KillRig } from "./kill/kill-rig";
import { Latencies, type LatencyFigures } from "./latencies";

/** All kills of one state. */
export type KillStateFigures = {
  readonly kills: number;
  /** Open at the venues when the kills were given, the fewest and the most. */
  readonly workingMin: number;
  readonly workingMax: number;
  /** From the command's first byte to each order's own cancel on the wire, ns; to each venue's mass cancel. */
  readonly cancelOnWire: LatencyFigures;
  readonly massCancelOnWire: LatencyFigures;
  /** From block to the last cancel's hand-over by the engine's own clock, the longest, ns. */
  readonly lastCancelMax: number;
  /** Sums over the kills; see `KillResult`. */
  readonly orders: number;
  readonly cancelled: number;
  readonly unknown: number;
  readonly named: number;
  readonly openUnreachable: number;
  readonly ordersAfter: number;
  readonly openAfter: number;
  readonly openMended: number;
};

export type KillFigures = {
  readonly orders: number;
  readonly killsPerState: number;
  readonly all: KillStateFigures;
  /** The first kill of the engine's life: its code has never run before. */
  readonly first: KillStateFigures;
  readonly states: Readonly<Partial<Record<DegradedState, KillStateFigures>>>;
};

/** Kills `killsPerState` times in each state, the states in turn, at random instants that `seed` gives. */
export async function benchKill(options: {
  readonly orders: number;
  readonly killsPerState: number;
  readonly seed: number;
  readonly states?: readonly DegradedState[];
  readonly onKill?: (result: KillResult) => void;
}): Promise<KillFigures> {
  const { orders, killsPerState, seed, states = degradedStates.names, onKill = () => undefined } = options;
  const results: KillResult[] = [];
  const rig = new KillRig(orders, createRandom(seed));
  try {
    await rig.start();
    for (let round = 0; round < killsPerState; round++)
      for (const state of states) {
        const result = await rig.kill(state);
        onKill(result);
        results.push(result);
        await rig.release();
      }
  } finally {
    await rig.close();
  }
  const byState = states.map(
    (state) => [state, figuresOf(results.filter((result) => result.state === state))] as const,
  );
  return {
    orders,
    killsPerState,
    all: figuresOf(results),
    first: figuresOf(results.slice(0, 1)),
    states: Object.fromEntries(byState),
  };
}

function figuresOf(results: readonly KillResult[]): KillStateFigures {
  const sum = (of: (result: KillResult) => number) => results.reduce((total, result) => total + of(result), 0);
  return {
    kills: results.length,
    workingMin: Math.min(...results.map(({ working }) => working)),
    workingMax: Math.max(...results.map(({ working }) => working)),
    cancelOnWire: latenciesOf(results.flatMap(({ cancelMs }) => cancelMs)),
    massCancelOnWire: latenciesOf(results.flatMap(({ massCancelMs }) => massCancelMs)),
    lastCancelMax: Math.round(
      Math.max(...results.map(({ lastCancelMs }) => lastCancelMs).filter(Number.isFinite)) * 1e6,
    ),
    orders: sum(({ orders }) => orders),
    cancelled: sum(({ cancelled }) => cancelled),
    unknown: sum(({ unknown }) => unknown),
    named: sum(({ named }) => named),
    openUnreachable: sum(({ openUnreachable }) => openUnreachable),
    ordersAfter: sum(({ ordersAfter }) => ordersAfter),
    openAfter: sum(({ openAfter }) => openAfter),
    openMended: sum(({ openMended }) => openMended),
  };
}

function latenciesOf(milliseconds: readonly number[]): LatencyFigures {
  const latencies = new Latencies(milliseconds.length);
  for (const ms of milliseconds) latencies.add(ms * 1e6);
  return latencies.figures();
}

const words: Readonly<Record<DegradedState, string>> = {
  none: "nothing broken",
  database: "database killed",
  web: "web killed",
  feed: "feeds silent",
  venue: "one venue cut off",
  slowDisk: "each log write 10 ms slower",
  floodedSocket: "80 clients flood the socket",
};

function statesOf(text: string | null): readonly DegradedState[] {
  if (text === null) return degradedStates.names;
  return text.split(",").map((name) => {
    const state = degradedStates.names.find((known) => known === name);
    if (state === undefined) throw new UsageError(`--states: "${name}" is none of ${degradedStates.names.join(", ")}`);
    return state;
  });
}

/** Prints and returns the figures of `bench kill`. */
export const killBench: Bench = {
  summary: "kill of everything under load in degraded states: until each order's cancel is on the wire",
  usage: "",
  options: [
    { name: "orders", kind: "whole", value: "N", summary: "kill: orders working on two venues; default 1,000" },
    { name: "kills", kind: "whole", value: "N", summary: "kill: kills in each state; default 5" },
    { name: "states", kind: "text", value: "LIST", summary: "kill: only these states, with commas between" },
    { name: "seed", kind: "whole", value: "K", summary: "kill: of the instants; default 1" },
  ],
  run: async (input) => {
    const seed = input.whole("seed") ?? 1;
    const orders = input.whole("orders") ?? 1_000;
    const states = statesOf(input.text("states"));
    const killsPerState = input.whole("kills") ?? 5;
    let done = 0;
    const onKill = ({ state, cancelMs, massCancelMs, orders: found }: KillResult) =>
      console.error(
        `kill ${++done} of ${killsPerState * states.length}, ${words[state]}: ${found} orders, mass cancel after ` +
          `${Math.max(...massCancelMs).toFixed(1)} ms, last cancel after ${Math.max(...cancelMs).toFixed(1)} ms`,
      );
    const figures = await benchKill({ orders, killsPerState, seed, states, onKill });
    const ms = (ns: number) => (ns / 1e6).toFixed(1).padStart(8);
    const line = (title: string, of: KillStateFigures) =>
      console.log(
        `  ${title.padEnd(30)}${ms(of.cancelOnWire.p50)}${ms(of.cancelOnWire.p99)}${ms(of.cancelOnWire.max)}` +
          `${ms(of.massCancelOnWire.p50)}${ms(of.massCancelOnWire.max)}  ` +
          `${of.cancelled} of ${of.orders} cancelled, ${of.unknown} unknown, ${of.ordersAfter} orders after`,
      );
    console.log(
      `${figures.all.kills} kills of ${figures.all.workingMin} to ${figures.all.workingMax} orders on two venues; milliseconds from the command to the wire`,
    );
    const heads = ["p50", "p99", "max", "p50", "max"].map((name) => name.padStart(8)).join("");
    console.log(
      `  ${"".padEnd(30)}${"each order's cancel".padStart(24)}${"mass cancel".padStart(16)}\n  ${"".padEnd(30)}${heads}`,
    );
    for (const state of degradedStates.names) {
      const of = figures.states[state];
      if (of !== undefined) line(words[state], of);
    }
    line("the first kill of all", figures.first);
    line("all", figures.all);
    return figures;
  },
};
