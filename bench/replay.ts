import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SegmentReader } from "../server/journal/segment-reader";
import { listSegments } from "../server/journal/segments";
import type { Machine } from "../server/machine/machine";
import { replayJournal } from "../server/runtime/replay-journal";
import { type DeskOrigin, recordScriptedDay } from "../tests/support/recorded-journal";
import { medianOf } from "./machine-line";

/** How fast a journal runs again. Rates are medians of `rounds`, in million records a second. */
export type ReplayFigures = {
  readonly rounds: number;
  readonly records: number;
  readonly inputBytes: number;
  readonly facts: number;
  /** Stepping every record through the whole machine, running hash included. */
  readonly replay: { readonly millionPerSecond: number; readonly nanosecondsPerRecord: number };
  /** The same, every fact and hash compared with what was recorded. */
  readonly verified: { readonly millionPerSecond: number; readonly nanosecondsPerRecord: number };
  /** Reading and checksumming the same bytes, no step. */
  readonly baseline: { readonly millionPerSecond: number; readonly nanosecondsPerRecord: number };
  readonly runningHash: string;
  readonly stateHash: string;
  /** True when every round gave the same running hash and state hash. */
  readonly isSameHash: boolean;
  /** In words, when a verified round differed from the recording; null otherwise. */
  readonly difference: string | null;
};

/** Replays a day's directory `rounds` times, beside the baseline, one after the other in each round. */
export function benchReplay(
  directory: string,
  deskHash: string,
  createMachine: () => Machine,
  rounds: number,
): ReplayFigures {
  const times = { replay: [] as number[], verified: [] as number[], baseline: [] as number[] };
  const hashes = new Set<string>();
  let report: ReturnType<typeof replayJournal> | undefined;
  let difference: string | null = null;
  for (let round = 0; round < rounds; round++) {
    let count = 0;
    times.baseline.push(
      secondsOf(() => {
        count = readAll(directory);
      }),
    );
    for (const what of ["replay", "verified"] as const) {
      const machine = createMachine();
      const isVerifying = what === "verified";
      let made: ReturnType<typeof replayJournal> | undefined;
      times[what].push(
        secondsOf(() => {
          made = replayJournal({ directory, deskHash, createMachine: () => machine, isVerifying });
        }),
      );
      if (!made) throw new Error("the replay made no report");
      if (made.records > count) throw new Error(`${made.records} records were stepped, ${count} are in the log`);
      hashes.add(`${made.runningHash} ${made.stateHash}`);
      if (made.difference)
        difference ??= `record ${made.difference.record}, ${made.difference.stage}: expected ${made.difference.expected}, got ${made.difference.got}`;
      report = made;
    }
  }
  if (!report) throw new RangeError("at least one round");
  const { records, inputBytes, facts, runningHash, stateHash } = report;
  const rateOf = (seconds: readonly number[]) => {
    const median = medianOf(seconds);
    return {
      millionPerSecond: rounded(records / median / 1e6, 2),
      nanosecondsPerRecord: rounded((median / records) * 1e9, 1),
    };
  };
  return {
    rounds,
    records,
    inputBytes,
    facts,
    replay: rateOf(times.replay),
    verified: rateOf(times.verified),
    baseline: rateOf(times.baseline),
    runningHash,
    stateHash,
    isSameHash: hashes.size === 1,
    difference,
  };
}

/** Records a scripted day of `records` records into a directory of its own and calls `use` with it; removed afterwards. */
export function withScriptedDay<Result>(
  origin: DeskOrigin,
  records: number,
  use: (directory: string) => Result,
): Result {
  const directory = mkdtempSync(join(tmpdir(), "heliograph-replay-"));
  try {
    return use(recordScriptedDay(directory, origin, records).directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function readAll(directory: string): number {
  let count = 0;
  for (const { file } of listSegments(directory)) {
    const reader = new SegmentReader(file);
    while (reader.next()) count++;
    reader.close();
  }
  return count;
}

function secondsOf(work: () => void): number {
  const started = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - started) / 1e9;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
