import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { z } from "zod";
import { nearestWord } from "../../desk/nearest-word";
import { describeFault, describeRecent } from "../../simulation/describe";
import { type FaultKind, faultKinds } from "../../simulation/fault-plan";
import { addSummary, emptySummary, runSeeds, type SeedsSummary } from "../../simulation/run-seeds";
import { shrink } from "../../simulation/shrink";
import { venueMoves } from "../../simulation/venue-moves";
import type { WorldOptions, WorldResult } from "../../simulation/world";
import { type Command, type CommandInput, UsageError } from "../command";
import { rootFolder } from "../root-folder";

const secondsBetweenReports = 10;

/** A worker's summary, as it prints it. */
const summarySchema = z.object({
  seeds: z.int(),
  failed: z.array(z.int()),
  simulatedSeconds: z.number(),
  struck: z.record(z.enum(faultKinds.names), z.int()),
  moves: z.record(z.enum(venueMoves.names), z.int()),
  orders: z.int(),
  replaces: z.int(),
  cancels: z.int(),
  fills: z.int(),
  brokenFills: z.int(),
  runs: z.int(),
  replayedRecords: z.int(),
  refusedStarts: z.int(),
  processorSeconds: z.number(),
}) satisfies z.ZodType<SeedsSummary>;

/** What a test puts in place of the engine as it is, and of the program that a worker runs; neither outside tests. */
export type SimulateChanges = Pick<WorldOptions, "alter" | "alterShell"> & {
  /** A worker's program: takes the command line, prints its lines, last the summary as JSON. */
  readonly workerFile?: string;
};

/** Runs worlds of faults on virtual time and holds them against everything that must be true. */
export function simulateCommand(changes: SimulateChanges = {}): Command {
  return {
    name: "simulate",
    summary: "worlds of faults on virtual time, from seeds; exit code 1 when something that must hold does not",
    usage: "",
    options: [
      { name: "seeds", kind: "whole", value: "N", summary: "how many worlds; default 300" },
      { name: "from", kind: "whole", value: "K", summary: "first seed; default 1" },
      { name: "faults", kind: "text", value: "LIST", summary: `all, or some of ${faultKinds.names.join(",")}` },
      { name: "workers", kind: "whole", value: "N", summary: "processes to share the seeds; default 1" },
      { name: "json", kind: "flag", summary: "the summary as one JSON object on the last line" },
    ],
    wordsMax: 0,
    run: async (input) => {
      const seeds = input.whole("seeds") ?? 300;
      const from = input.whole("from") ?? 1;
      const kinds = kindsOf(input.text("faults") ?? "all");
      const workers = Math.min(Math.max(1, input.whole("workers") ?? 1), Math.max(1, seeds));
      const summary =
        workers === 1
          ? await runHere(from, seeds, kinds, changes)
          : await runElsewhere(from, seeds, workers, input, changes.workerFile ?? join(rootFolder, "bin/heliograph"));
      for (const line of summaryLines(summary)) console.log(line);
      if (input.flag("json")) console.log(JSON.stringify(summary));
      return summary.failed.length === 0 ? 0 : 1;
    },
  };
}

export const command: Command = simulateCommand();

function kindsOf(text: string): readonly FaultKind[] {
  if (text === "all") return faultKinds.names;
  return text.split(",").map((name) => {
    const kind = faultKinds.names.find((known) => known === name);
    if (kind !== undefined) return kind;
    const nearest = nearestWord(name, faultKinds.names);
    throw new UsageError(
      `--faults: unknown fault "${name}"${nearest === null ? "" : `; did you mean ${nearest}?`} (${faultKinds.names.join(", ")})`,
    );
  });
}

/** Ctrl-C ends it after the world that runs, with the summary of what was done. */
async function runHere(
  from: number,
  seeds: number,
  kinds: readonly FaultKind[],
  { alter, alterShell }: SimulateChanges,
): Promise<SeedsSummary> {
  const options = { kinds, ...(alter && { alter }), ...(alterShell && { alterShell }) };
  let reportedAt = Date.now();
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  return await runSeeds(from, seeds, options, (result, summary) => {
    if (result.breaks.length > 0) tellBreak(result, { ...options, seed: result.seed });
    if (Date.now() - reportedAt >= secondsBetweenReports * 1_000) {
      reportedAt = Date.now();
      console.log(`${summary.seeds} of ${seeds} seeds, ${summary.failed.length} failed`);
    }
    return !stopped;
  });
}

/** A break as a person needs it: the seed, the least that still fails, what was violated, the last events in words. */
function tellBreak(result: WorldResult, options: WorldOptions): void {
  console.log(`seed ${options.seed} fails; again: ${commandLineOf(options)}`);
  const least = shrink(options);
  if (least === null) {
    console.log("  run again it did not fail: something other than its seed decides what happens in this world");
    return tellResult(result);
  }
  console.log(
    `  least that still fails (${least.tries} tries): ${least.marketNs / 1e9} s of market, ${least.plan.length} faults`,
  );
  for (const fault of least.plan) console.log(`    ${describeFault(fault)}`);
  tellResult(least.result);
}

function tellResult(result: WorldResult): void {
  for (const { invariant, text, atNs } of result.breaks.slice(0, 5))
    console.log(`  broken: ${invariant}: ${text} (at ${(atNs / 1e9 - 14 * 3_600).toFixed(3)} s)`);
  console.log("  last events:");
  for (const line of describeRecent(result, 25)) console.log(`    ${line}`);
}

/** Runs the same world again. The faults of a seed depend on the kinds asked for, all of them by default. */
function commandLineOf({ seed, kinds = faultKinds.names }: WorldOptions): string {
  const faults = kinds === faultKinds.names ? "" : ` --faults ${kinds.join(",")}`;
  return `bin/heliograph simulate --seeds 1 --from ${seed}${faults}`;
}

async function runElsewhere(
  from: number,
  seeds: number,
  workers: number,
  input: CommandInput,
  workerFile: string,
): Promise<SeedsSummary> {
  const summary = emptySummary();
  const share = Math.ceil(seeds / workers);
  const children: ChildProcess[] = [];
  // Both end the workers after their worlds, and this process waits for their summaries. A terminal sends Ctrl-C to all.
  const passOn = () => void children.map((child) => child.kill("SIGTERM"));
  process.once("SIGINT", () => undefined);
  process.once("SIGTERM", passOn);
  try {
    await Promise.all(
      Array.from({ length: workers }, async (_, worker) => {
        const count = Math.min(share, seeds - worker * share);
        if (count <= 0) return;
        const parts = ["simulate", "--seeds", `${count}`, "--from", `${from + worker * share}`, "--json"];
        const faults = input.text("faults");
        if (faults !== null) parts.push("--faults", faults);
        const child = spawn(process.execPath, [workerFile, ...parts], { stdio: ["ignore", "pipe", "inherit"] });
        children.push(child);
        addSummary(summary, await summaryOf(child, worker));
      }),
    );
  } finally {
    process.off("SIGTERM", passOn);
  }
  return summary;
}

/** Resolves with a worker's summary, passes on what it says on the way. */
function summaryOf(child: ChildProcessByStdio<null, Readable, null>, worker: number): Promise<SeedsSummary> {
  return new Promise((resolve, reject) => {
    let rest = "";
    let last = "";
    child.stdout.on("data", (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line.startsWith("{")) last = line;
        else if (!line.startsWith("|")) console.log(`worker ${worker + 1}: ${line}`);
      }
    });
    child.on("error", reject);
    child.on("close", () => {
      if (last === "") reject(new Error(`worker ${worker + 1} ended without a summary`));
      else resolve(summarySchema.parse(JSON.parse(last)));
    });
  });
}

function summaryLines(summary: SeedsSummary): string[] {
  const perSecond = summary.simulatedSeconds / summary.processorSeconds;
  const number = (value: number): string => Math.round(value).toLocaleString("en");
  return [
    `| ${number(summary.seeds)} seeds, ${(summary.simulatedSeconds / 3_600).toFixed(1)} simulated hours, ` +
      `${summary.failed.length === 0 ? "0 breaks" : `FAILED: ${summary.failed.join(", ")}`}`,
    `| ${number(perSecond)} simulated seconds a second of one core (${number(summary.processorSeconds)} s of processor)`,
    `| ${number(summary.orders)} orders, ${number(summary.replaces)} replaces, ${number(summary.cancels)} cancels, ` +
      `${number(summary.fills)} fills, ${number(summary.brokenFills)} of them broken`,
    `| ${number(summary.runs)} starts of the engine, ${number(summary.replayedRecords)} records replayed, ` +
      `${number(summary.refusedStarts)} starts refused after a loss of power`,
    `| orders held or moved by their venue: ${venueMoves.names.map((move) => `${move} ${number(summary.moves[move])}`).join(", ")}`,
    `| faults: ${faultKinds.names.map((kind) => `${kind} ${number(summary.struck[kind])}`).join(", ")}`,
  ];
}
