import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { elsewhereNiceness, setNiceness, setPriorityOf } from "../server/runtime/process-priority";
import type { Bench } from "./bench";
import { type BrowserKind, browserKinds } from "./browser-load";
import { usageOf } from "./desk-cpu";
import type { LatencyFigures } from "./latencies";
import { medianOf } from "./machine-line";
import { nodeChild, stopChild, WireLoad } from "./wire";

const thereMsMax = 30_000;

export type BrowsersFigures = {
  readonly rounds: number;
  readonly samples: number;
  readonly packetsPerSecond: number;
  /** Nanoseconds from the packet to the order, the medians of all rounds. */
  readonly latencies: Readonly<Record<BrowserKind, { readonly p50: number; readonly p99: number }>>;
  /**
   * p99 over that of the same round without a browser, the median of all rounds: 1 is no change. `none`: the round's second run without
   * a browser over its first; how far that is from 1 is what the machine itself changes.
   */
  readonly p99Ratio: Readonly<Record<BrowserKind, P99Ratio>>;
  /** Resident megabytes after the first and after the last round. */
  readonly residentMegabytes: Readonly<Record<"engine" | "gateway", { readonly first: number; readonly last: number }>>;
};

/** Over the rounds: the median, and the span of the middle half of them. */
export type P99Ratio = { readonly median: number; readonly low: number; readonly high: number };

/** Packets in front of each run, as a share of it, that do not count. */
const warmUpShare = 0.1;

/** One round: twice without a browser, so that a run without one stands beside each kind, and one is held against the other. */
const turns = ["none", "slow", "dead", "none", "hostile"] as const satisfies readonly BrowserKind[];

/**
 * What browsers cost the engine: UDP packet in, TCP order out, as `bench wire` takes it, with the real gateway beside the
 * engine's process and, in turns, no browser, slow ones, dead ones and hostile ones. The gateway has the priority that the
 * supervisor gives the web process; browsers, which are on other machines in life, the lowest.
 */
export async function benchBrowsers(options: {
  readonly rounds: number;
  readonly samples: number;
  readonly packetsPerSecond: number;
}): Promise<BrowsersFigures> {
  const { rounds, samples, packetsPerSecond } = options;
  const folder = mkdtempSync(path.join(tmpdir(), "heliograph-browsers-"));
  const children: ChildProcess[] = [];
  const load = new WireLoad();
  try {
    const engine = await load.startEngine(folder, children);
    const engineProcess = children[0];
    const gateway = nodeChild(["gateway", engine.socket]);
    children.push(gateway);
    if (gateway.pid !== undefined) await setPriorityOf("web", gateway.pid);
    const port = await told(gateway);
    const runs: Record<BrowserKind, LatencyFigures[]> = { none: [], slow: [], dead: [], hostile: [] };
    const resident: { engine: number; gateway: number }[] = [];
    const ratios: Record<BrowserKind, number[]> = { none: [], slow: [], dead: [], hostile: [] };
    // The first round warms up.
    for (let round = -1; round < rounds; round++) {
      const ofRound: Record<BrowserKind, LatencyFigures[]> = { none: [], slow: [], dead: [], hostile: [] };
      for (let i = 0; i < turns.length; i++) {
        // Another one first in each round, so that none always follows the same.
        const kind = turns[(i + round + 1) % turns.length];
        const browsers = nodeChild(["browsers", kind, `http://127.0.0.1:${port}`]);
        children.push(browsers);
        if (browsers.pid !== undefined) await setNiceness(browsers.pid, elsewhereNiceness);
        await told(browsers);
        // The engine had nothing to do while they came: its first packets are slower, whoever looks on.
        await load.measure(engine, Math.ceil(samples * warmUpShare), packetsPerSecond);
        ofRound[kind].push(await load.measure(engine, samples, packetsPerSecond));
        await stopChild(browsers);
      }
      console.error(`round ${round + 1} of ${rounds}${round < 0 ? ", warming up" : ""}`);
      if (round < 0) continue;
      const [first, second] = ofRound.none.map(({ p99 }) => p99);
      ratios.none.push(second / first);
      for (const kind of browserKinds) {
        runs[kind].push(...ofRound[kind]);
        if (kind !== "none") ratios[kind].push(ofRound[kind][0].p99 / ((first + second) / 2));
      }
      resident.push({ engine: megabytesOf(engineProcess), gateway: megabytesOf(gateway) });
    }
    const figuresOf = (kind: BrowserKind) => ({
      p50: medianOf(runs[kind].map(({ p50 }) => p50)),
      p99: medianOf(runs[kind].map(({ p99 }) => p99)),
    });
    const ratioOf = (kind: BrowserKind): P99Ratio => {
      const sorted = [...ratios[kind]].sort((a, b) => a - b);
      const at = (share: number) => Math.round(sorted[Math.round((sorted.length - 1) * share)] * 1_000) / 1_000;
      return { median: at(0.5), low: at(0.25), high: at(0.75) };
    };
    const spanOf = (name: "engine" | "gateway") => ({ first: resident[0][name], last: resident.at(-1)?.[name] ?? 0 });
    return {
      ...options,
      latencies: {
        none: figuresOf("none"),
        slow: figuresOf("slow"),
        dead: figuresOf("dead"),
        hostile: figuresOf("hostile"),
      },
      p99Ratio: { none: ratioOf("none"), slow: ratioOf("slow"), dead: ratioOf("dead"), hostile: ratioOf("hostile") },
      residentMegabytes: { engine: spanOf("engine"), gateway: spanOf("gateway") },
    };
  } finally {
    load.close();
    await Promise.all(children.map(stopChild));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A child's first message. */
function told(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`a child said nothing within ${thereMsMax} ms`)), thereMsMax);
    child.once("message", (message) => {
      clearTimeout(timer);
      resolve(message);
    });
    child.once("exit", (code) => reject(new Error(`a child ended with code ${code}`)));
  });
}

function megabytesOf(child: ChildProcess): number {
  return Math.round(usageOf(child.pid ?? 0).residentKilobytes / 1_024);
}

/** Prints and returns the figures of `bench browsers`. */
export const browsersBench: Bench = {
  summary: "what slow, dead and hostile browsers change of the engine's latency and of memory",
  usage: "",
  options: [
    { name: "samples", kind: "whole", value: "N", summary: "browsers: packets a run; default 10,000" },
    { name: "rounds", kind: "whole", value: "N", summary: "browsers: the same" },
    { name: "rate", kind: "whole", value: "N", summary: "browsers: the same" },
  ],
  run: async (input) => {
    const figures = await benchBrowsers({
      rounds: input.whole("rounds") ?? 9,
      samples: input.whole("samples") ?? 10_000,
      packetsPerSecond: input.whole("rate") ?? 2_000,
    });
    const { latencies, p99Ratio, residentMegabytes } = figures;
    console.log(`packet to order, microseconds, medians of ${figures.rounds} rounds of ${figures.samples}:`);
    for (const kind of browserKinds) {
      const { p50, p99 } = latencies[kind];
      const { median, low, high } = p99Ratio[kind];
      const against = kind === "none" ? "one run over the other" : "over the same round's without, wanted: < 1.05";
      console.log(
        `  ${kind.padEnd(8)} p50 ${(p50 / 1_000).toFixed(0)}, p99 ${(p99 / 1_000).toFixed(0)}; p99 × ${median} ` +
          `(middle half of the rounds ${low} to ${high}) ${against}`,
      );
    }
    for (const name of ["engine", "gateway"] as const)
      console.log(
        `  ${name}: ${residentMegabytes[name].first} MB after the first round, ${residentMegabytes[name].last} MB at the end`,
      );
    return figures;
  },
};
