import path from "node:path";
import { CommandInput } from "../server/cli/command";
import { dayDirectoryOf, journalDeskOptions, machineOfJournal } from "../server/cli/journal-directory";
import { rootFolder } from "../server/cli/root-folder";
import { loadDesk } from "../server/desk/load-desk";
import type { Bench, BenchFigures } from "./bench";
import { benchReplay, type ReplayPasses, timeReplays, withScriptedDay } from "./replay";
import { runBenchChild } from "./start-bench-child";

/** Replays a journal, or a day made for it: five million records of the demonstration desk on scripted venues. */
export const replayBench: Bench = {
  summary: "how fast a journal is replayed, and compared with what was recorded",
  usage: "[JOURNAL]",
  options: [
    { name: "rounds", kind: "whole", value: "N", summary: "replay: the same" },
    { name: "records", kind: "whole", value: "N", summary: "replay: records of the day that is made; default 5000000" },
    ...journalDeskOptions,
  ],
  run: async (input, [journal]) => {
    if (journal !== undefined) return timeReplay(input, dayDirectoryOf(journal));
    const source = { file: path.join(rootFolder, "desks", "demo.yaml"), names: null, pairs: null, seed: null };
    const day = { ...loadDesk(source.file, source), source };
    return withScriptedDay(day, input.whole("records") ?? 5_000_000, (directory) => timeReplay(input, directory));
  },
};

/** What the process of `bench-child.ts` is told, and does. */
export type ReplayPassesOptions = {
  readonly directory: string;
  readonly isVerifying: boolean;
  readonly rounds: number;
  /** Of `journalDeskOptions`, those that were given. */
  readonly desk: readonly (readonly [name: string, value: string | number])[];
};

export function runReplayPasses({ directory, isVerifying, rounds, desk }: ReplayPassesOptions): ReplayPasses {
  const { deskHash, createMachine } = machineOfJournal(directory, new CommandInput([], new Map(desk)));
  const checksumWorker = new URL("./checksum-worker.mjs", import.meta.url);
  return timeReplays(directory, deskHash, createMachine, isVerifying, rounds, checksumWorker);
}

/** Throws when the rounds differ from each other or from the recording. */
async function timeReplay(input: CommandInput, directory: string): Promise<BenchFigures> {
  const rounds = input.whole("rounds") ?? 5;
  const desk = journalDeskOptions.flatMap(({ name, kind }): [string, string | number][] => {
    const value = kind === "text" ? input.text(name) : input.whole(name);
    return value === null ? [] : [[name, value]];
  });
  const figures = await benchReplay(directory, rounds, (isVerifying) => {
    const options: ReplayPassesOptions = { directory, isVerifying, rounds, desk };
    return runBenchChild(["replay", JSON.stringify(options)]);
  });
  const { records, facts, inputBytes, replay, verified, baseline } = figures;
  console.log(
    `${records.toLocaleString("en")} records, ${(inputBytes / 1e6).toFixed(1)} MB, ${facts.toLocaleString("en")} facts; ` +
      `median of ${rounds} rounds, million records a second:`,
  );
  console.log(`  reading and checksumming  ${baseline.millionPerSecond}`);
  console.log(`  replay                    ${replay.millionPerSecond}`);
  console.log(`  replay, all compared      ${verified.millionPerSecond}`);
  console.log(`running hash ${figures.runningHash}, state hash ${figures.stateHash}`);
  if (!figures.isSameHash) throw new Error("the hashes of the rounds differ");
  if (figures.difference !== null) throw new Error(`differs from the recording at ${figures.difference}`);
  return figures;
}
