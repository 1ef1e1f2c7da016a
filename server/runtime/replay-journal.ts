import { existsSync } from "node:fs";
import { basename } from "node:path";
import { Worker } from "node:worker_threads";
import { FactsReader } from "../journal/facts-log";
import { JournalError } from "../journal/journal-error";
import { isHashedAlike, type LogHeader, readLogHeader } from "../journal/log-header";
import { usableIndex } from "../journal/segment-index";
import { SegmentReader } from "../journal/segment-reader";
import { listSegments } from "../journal/segments";
import { listSnapshots, readSnapshot, type SnapshotHeader } from "../journal/snapshot-file";
import { SoundAhead } from "../journal/sound-ahead";
import type { Machine } from "../machine/machine";
import type { StepOutputs } from "../machine/step-outputs";
import { type Difference, ReplayLoop } from "./replay-loop";

export type ReplayJournalOptions = {
  /** A machine's day directory. */
  readonly directory: string;
  readonly createMachine: () => Machine;
  /** Where the machine's outputs go, if it was stepped before: those it had then. */
  readonly outputs?: StepOutputs;
  /** Hash of the desk that `createMachine` builds. */
  readonly deskHash: string;
  /** Compare with what was recorded. */
  readonly isVerifying: boolean;
  /** Begin at the newest snapshot before this record instead of the oldest there is. */
  readonly from?: number;
  /** The script of the thread that sums up the inputs ahead; without it the replay does it alone. */
  readonly checksumWorker?: URL;
};

/** What that thread is given: segments, and the memory of a `SoundAhead`. */
export type ChecksumWorkerData = { readonly files: readonly string[]; readonly shared: SharedArrayBuffer };

/** What a replay did. */
export type ReplayReport = {
  readonly machine: SnapshotHeader["machine"];
  readonly tradingDay: string;
  readonly journal: string;
  /** Records passed: the first, the last, and how many were stepped. */
  readonly firstRecord: number;
  readonly lastRecord: number;
  readonly records: number;
  readonly inputBytes: number;
  readonly facts: number;
  readonly runningHash: string;
  readonly stateHash: string;
  /** Running hashes and state hashes that agreed with what was recorded. */
  readonly hashesCompared: number;
  readonly statesCompared: number;
  /** The first difference; the replay ends there. */
  readonly difference: Difference | null;
  /** What else there is to know, in words. */
  readonly notes: readonly string[];
};

/** What the newest log header of a day's directory says; throws a JournalError when the directory holds no journal. */
export function readJournalHeader(directory: string): LogHeader {
  const headers = existsSync(directory) ? listSegments(directory).map(({ file }) => readLogHeader(file)?.header) : [];
  const newest = headers.findLast((header) => header !== undefined);
  if (!newest) throw new JournalError(`${directory}: holds no inputs log (inputs-*.log)`);
  return newest;
}

/** The oldest snapshot whose following records are there, or the newest before `from`. */
function startingSnapshot(directory: string, from: number | undefined) {
  const segments = listSegments(directory);
  const firstRecord = segments[0]?.firstRecord ?? 1;
  const snapshots = listSnapshots(directory);
  const usable = snapshots.filter(({ record }) => record + 1 >= firstRecord);
  const wanted = from === undefined ? usable.at(-1) : usable.find(({ record }) => record < from);
  if (wanted) return readSnapshot(wanted.file);
  const there = snapshots.map(({ record }) => record).join(", ") || "none";
  throw new JournalError(
    `${directory}: no snapshot to begin with${from === undefined ? "" : ` before record ${from}`}: ` +
      `inputs begin with record ${firstRecord}, snapshots are after records ${there}`,
  );
}

/**
 * Runs a day's recorded inputs through a machine at full speed; verifying, it compares facts byte for byte, running
 * hashes and state hashes, and ends at the first difference. Reads only, also while a desk writes. Throws a
 * JournalError when the journal is damaged or was made for another desk.
 */
export function replayJournal(options: ReplayJournalOptions): ReplayReport {
  const { directory, isVerifying, from } = options;
  const { header, state } = startingSnapshot(directory, from);
  const machine = options.createMachine();
  machine.registry.restore(state, header.layout);
  const notes: string[] = [];
  const versions = new Set<string>();
  let unrecorded = 0;
  // Opened before the inputs: inputs are written first, so that these facts' inputs are there even while a desk writes.
  const facts = new FactsReader(directory, header.factsOffset, header.factNumber);
  const checks = {
    facts,
    onUnrecorded: (_bytes: Uint8Array, _offset: number, _length: number, count: number) => {
      unrecorded += count;
    },
  };
  const loop = new ReplayLoop(machine, header, isVerifying ? checks : null, options.outputs);
  const segments = listSegments(directory);
  const first = Math.max(
    0,
    segments.findLastIndex(({ firstRecord }) => firstRecord <= header.record + 1),
  );
  const ahead = lookAhead(segments.slice(first), options.checksumWorker);
  let difference: Difference | null = null;
  let inputBytes = 0;
  let isOrderly = false;
  let reader: SegmentReader | null = null;
  try {
    for (let i = first; i < segments.length && !difference; i++) {
      const segment = segments[i];
      if (segment.firstRecord > loop.record + 1)
        throw new JournalError(
          `${segment.file}: begins with record ${segment.firstRecord}, expected ${loop.record + 1}`,
        );
      const index = usableIndex(segment);
      reader = new SegmentReader(segment.file, {
        ...(index ? { seek: { index, from: header.record } } : {}),
        ...(ahead ? { sound: { ahead, file: i - first } } : {}),
      });
      if (!reader.header) {
        notes.push(`${basename(segment.file)} ends within its header`);
        reader.close();
        continue;
      }
      const written = reader.header.header;
      if (written.deskHash !== options.deskHash)
        throw new JournalError(
          `${segment.file}: was recorded with another desk (hash ${written.deskHash.slice(0, 12)}, this one is ` +
            `${options.deskHash.slice(0, 12)}): give the one it was recorded with (${written.desk.file}) by --desk, ` +
            "--names, --pairs and --seed",
        );
      versions.add(`version ${written.codeVersion} on Node ${written.nodeVersion}`);
      difference = loop.compareHashes(reader);
      difference ??= passSegment(loop, reader, header.record);
      inputBytes += reader.goodLength;
      if (
        !difference &&
        isVerifying &&
        index?.stateGroups &&
        loop.record === reader.record &&
        isHashedAlike(reader.header.version)
      )
        difference = loop.compareState(index.stateGroups);
      isOrderly = reader.orderly;
      if (reader.tornBytes > 0)
        notes.push(`${basename(segment.file)} ends with a torn append of ${reader.tornBytes} bytes`);
      reader.close();
      reader = null;
    }
    if (isVerifying && !difference) {
      if (facts.next())
        difference = {
          stage: "facts",
          record: loop.record,
          expected: `fact ${facts.number} and later ones`,
          got: `${loop.factNumber} facts from all recorded inputs`,
          factNumber: facts.number,
        };
      else if (unrecorded > 0 && isOrderly)
        difference = {
          stage: "facts",
          record: loop.record,
          expected: `${loop.factNumber - unrecorded} facts`,
          got: `${unrecorded} more`,
          factNumber: loop.factNumber,
        };
      else if (unrecorded > 0) notes.push(`${unrecorded} facts were decided by the last inputs but not recorded`);
    }
  } finally {
    reader?.close();
    facts.close();
  }
  for (const version of versions) notes.push(`recorded by ${version}`);
  return {
    machine: header.machine,
    tradingDay: header.tradingDay,
    journal: header.journal,
    firstRecord: header.record + 1,
    lastRecord: loop.record,
    records: loop.replayedRecords,
    inputBytes,
    facts: loop.factNumber - header.factNumber,
    runningHash: loop.hash.toString(),
    stateHash: machine.registry.hash(),
    hashesCompared: loop.comparedHashes,
    statesCompared: loop.comparedStates,
    difference,
    notes,
  };
}

/** Has a thread sum up the segments ahead of their reader; null where none is given. */
function lookAhead(segments: readonly { readonly file: string }[], script: URL | undefined): SoundAhead | null {
  if (script === undefined) return null;
  const ahead = SoundAhead.of(segments.length);
  const workerData: ChecksumWorkerData = { files: segments.map(({ file }) => file), shared: ahead.shared };
  const worker = new Worker(script, { workerData });
  // What it can't do is done without it.
  worker.on("error", () => undefined);
  worker.unref();
  return ahead;
}

function passSegment(loop: ReplayLoop, reader: SegmentReader, after: number): Difference | null {
  while (reader.next()) {
    if (reader.record <= after) continue;
    let difference: Difference | null;
    try {
      difference = loop.pass(reader);
    } catch (error) {
      if (error instanceof JournalError) throw error;
      const got = `threw ${error instanceof Error ? error.message : String(error)}`;
      return { stage: "step", record: reader.record, expected: "a step that ends", got, factNumber: 0 };
    }
    if (difference) return difference;
  }
  return null;
}
