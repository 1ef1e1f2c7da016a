import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SegmentReader } from "../server/journal/segment-reader";
import { listSegments } from "../server/journal/segments";
import type { Machine } from "../server/machine/machine";
import { StepOutputs } from "../server/machine/step-outputs";
import { type ReplayReport, replayJournal } from "../server/runtime/replay-journal";
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

/** What the passes of one process over a journal took and found. */
export type ReplayPasses = {
  /** Of each timed pass. */
  readonly seconds: readonly number[];
  readonly records: number;
  readonly inputBytes: number;
  readonly facts: number;
  readonly runningHash: string;
  readonly stateHash: string;
  /** True when every pass, that to warm up too, gave the same hashes. */
  readonly isSameHash: boolean;
  /** In words, when a pass differed from the recording; null otherwise. */
  readonly difference: string | null;
};

/** Replays a day's directory once to warm up and `rounds` times on the clock, with one machine that begins anew each time. */
export function timeReplays(
  directory: string,
  deskHash: string,
  createMachine: () => Machine,
  isVerifying: boolean,
  rounds: number,
  checksumWorker?: URL,
): ReplayPasses {
  const machine = createMachine();
  const { registry } = machine;
  const outputs = new StepOutputs();
  const initial = new Uint8Array(registry.byteLength);
  registry.copyInto(initial);
  const seconds: number[] = [];
  const hashes = new Set<string>();
  let report: ReplayReport | undefined;
  let difference: string | null = null;
  for (let round = -1; round < rounds; round++) {
    registry.restore(initial, registry.layout());
    const started = performance.now();
    report = replayJournal({
      ...{ directory, deskHash, createMachine: () => machine, isVerifying, outputs },
      ...(checksumWorker ? { checksumWorker } : {}),
    });
    if (round >= 0) seconds.push((performance.now() - started) / 1_000);
    hashes.add(`${report.runningHash} ${report.stateHash}`);
    if (report.difference)
      difference ??= `record ${report.difference.record}, ${report.difference.stage}: expected ${report.difference.expected}, got ${report.difference.got}`;
  }
  if (!report) throw new RangeError("at least one pass");
  const { records, inputBytes, facts, runningHash, stateHash } = report;
  return { seconds, records, inputBytes, facts, runningHash, stateHash, isSameHash: hashes.size === 1, difference };
}

/**
 * Replays a day's directory, with and without comparing, beside the baseline. `replay` is `timeReplays`, each time in a
 * process of its own: code is compiled for the one machine of a process.
 */
export async function benchReplay(
  directory: string,
  rounds: number,
  replay: (isVerifying: boolean) => Promise<ReplayPasses>,
): Promise<ReplayFigures> {
  const baseline: number[] = [];
  let count = 0;
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    count = readAll(directory);
    baseline.push((performance.now() - started) / 1_000);
  }
  const plain = await replay(false);
  const verified = await replay(true);
  const { records, inputBytes, facts, runningHash, stateHash } = plain;
  if (records > count) throw new Error(`${records} records were stepped, ${count} are in the log`);
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
    replay: rateOf(plain.seconds),
    verified: rateOf(verified.seconds),
    baseline: rateOf(baseline),
    runningHash,
    stateHash,
    isSameHash:
      plain.isSameHash &&
      verified.isSameHash &&
      plain.runningHash === verified.runningHash &&
      plain.stateHash === verified.stateHash,
    difference: plain.difference ?? verified.difference,
  };
}

/** Records a scripted day of `records` records into a directory of its own and calls `use` with it; removed afterwards. */
export async function withScriptedDay<Result>(
  origin: DeskOrigin,
  records: number,
  use: (directory: string) => Promise<Result>,
): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), "heliograph-replay-"));
  try {
    return await use(recordScriptedDay(directory, origin, records).directory);
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

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
