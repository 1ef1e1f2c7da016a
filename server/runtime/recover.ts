import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, truncateSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import type { FileWriter } from "../journal/append-log";
import { FactsLog, FactsReader, factsFile } from "../journal/facts-log";
import { appendPoisonMark, InputsLog } from "../journal/inputs-log";
import { JournalError } from "../journal/journal-error";
import type { JournalIdentity, LogHeader } from "../journal/log-header";
import { usableIndex } from "../journal/segment-index";
import { SegmentReader } from "../journal/segment-reader";
import { listDays, listSegments } from "../journal/segments";
import {
  listSnapshots,
  readSnapshot,
  removeUnfinishedSnapshots,
  type SnapshotHeader,
  writeSnapshot,
} from "../journal/snapshot-file";
import type { startCauses } from "../machine/input-record";
import type { Machine } from "../machine/machine";
import { RunningHash } from "../machine/running-hash";
import { StepOutputs } from "../machine/step-outputs";
import { type Difference, type ReplayChecks, ReplayLoop } from "./replay-loop";

export type StartCause = (typeof startCauses)["names"][number];

export type RecoverOptions<Kind extends Machine> = {
  /** The machine's own folder in the data directory; one folder a trading day lies in it. */
  readonly directory: string;
  readonly identity: JournalIdentity;
  /** The date in UTC, YYYY-MM-DD. */
  readonly today: string;
  /** Makes the machine in its initial state; called again for a new day and after a step that threw. */
  readonly createMachine: () => Kind;
  /** Told in words what was found and done. */
  readonly report: (text: string) => void;
  /** How appends reach the files; tests put a full disk here. */
  readonly write?: FileWriter;
  readonly segmentLength?: number;
  /** Bytes of facts, and of outputs, that a turn may have; the usual ones have room for thousands of orders. */
  readonly turnLengthMax?: number;
  /** Snapshots are on the disk before they count. */
  readonly isForced?: boolean;
};

/** A machine as its last run left it, with its logs open for the next. */
export type Recovered<Kind extends Machine = Machine> = {
  readonly machine: Kind;
  /** What its steps were handed so far, for those to come. */
  readonly outputs: StepOutputs;
  readonly identity: JournalIdentity;
  readonly directory: string;
  readonly tradingDay: string;
  readonly journal: string;
  /** Number of the run that begins now; the day's first is 1. */
  readonly epoch: number;
  readonly cause: StartCause;
  /** Records that were stepped again. */
  readonly replayedRecords: number;
  /** The record whose step threw in the last run, which is skipped from now on; 0 when there is none. */
  readonly poisonedRecord: number;
  /** Number of the day's last fact, 0 before the first. */
  readonly factNumber: number;
  /** Time of the last journaled input, ns since the trading day's start. */
  readonly timeNs: number;
  /** The day's running hash up to the last record. */
  readonly runningHash: RunningHash;
  readonly inputs: InputsLog;
  readonly facts: FactsLog;
};

/** What replaying a day leaves. */
type ReplayedDay<Kind extends Machine> = {
  machine: Kind;
  journal: string;
  epoch: number;
  record: number;
  replayedRecords: number;
  factNumber: number;
  factsLength: number;
  timeNs: number;
  runningHash: string;
  cause: StartCause;
  poisonedRecord: number;
};

/**
 * Brings a machine back to where its last run ended: newest valid snapshot, then the inputs after it, whose facts
 * must equal the recorded ones byte for byte (those that were decided but not yet recorded are appended). On a later
 * date it then opens a new trading day with the carried state. Ends with a snapshot, so that the same records are
 * never replayed twice, and opens both logs.
 *
 * Throws a JournalError that says what was found and expected when the journal is damaged, was written for another
 * desk, or does not agree with what the machine does.
 */
export function recover<Kind extends Machine>(options: RecoverOptions<Kind>): Recovered<Kind> {
  const { directory, identity, today, report } = options;
  mkdirSync(directory, { recursive: true });
  removeUnfinished(directory);
  const newest = newestDay(directory);
  let day = newest ?? today;
  // One machine, set back where a fresh one is needed: code that is compiled for the only one of its kind is faster.
  const machine = options.createMachine();
  const isNewDay = today > day;
  const fresh = new Uint8Array(isNewDay ? machine.registry.byteLength : 0);
  if (isNewDay) machine.registry.copyInto(fresh);
  if (newest === null) openDay(options, day, machine);
  const outputs = new StepOutputs(options.turnLengthMax);
  let replayed = replayDay(options, day, machine, outputs);
  if (isNewDay) {
    if (replayed.replayedRecords > 0) saveSnapshot(options, day, replayed);
    report(`trading day ${today} opens; ${day} ended after record ${replayed.record}`);
    const { machine } = replayed;
    const { registry } = machine;
    const state = new Uint8Array(registry.byteLength);
    registry.copyInto(state);
    registry.restore(fresh, registry.layout());
    registry.restore(state, registry.layout(), true);
    openDay(options, today, machine);
    deleteOldSnapshots(directory, day);
    day = today;
    replayed = replayDay(options, day, machine, outputs);
  }
  if (replayed.cause !== "fresh" && (replayed.replayedRecords > 0 || replayed.poisonedRecord > 0))
    saveSnapshot(options, day, replayed);
  const epoch = replayed.epoch + 1;
  const header: LogHeader = { ...headerOf(identity, day, replayed.journal, epoch), kind: "inputs" };
  const dayDirectory = join(directory, day);
  const inputs = new InputsLog(dayDirectory, header, replayed.record + 1, options.write, options.segmentLength);
  const facts = FactsLog.open(dayDirectory, replayed.factsLength, options.write, options.turnLengthMax);
  const runningHash = new RunningHash();
  runningHash.restore(replayed.runningHash);
  // What the run begins with, for a replay to compare.
  inputs.putHash(runningHash, replayed.machine.registry.groupHashes());
  return {
    machine: replayed.machine,
    outputs,
    identity,
    directory: dayDirectory,
    tradingDay: day,
    journal: replayed.journal,
    epoch,
    cause: replayed.cause,
    replayedRecords: replayed.replayedRecords,
    poisonedRecord: replayed.poisonedRecord,
    factNumber: replayed.factNumber,
    timeNs: replayed.timeNs,
    runningHash,
    inputs,
    facts,
  };
}

function headerOf(identity: JournalIdentity, tradingDay: string, journal: string, epoch: number) {
  return { ...identity, tradingDay, journal, epoch, nodeVersion: process.version };
}

/** The newest trading day of a machine's folder; null in an empty one. */
export function newestDay(directory: string): string | null {
  return listDays(directory).at(-1) ?? null;
}

/**
 * Deletes the snapshots of days before `closedDay`: what they carried on has been in a later day's snapshot twice
 * over. Logs stay, facts for ever and inputs within their cap, and so does the small one a day opened with: the
 * day can be replayed as long as its inputs are there.
 */
function deleteOldSnapshots(directory: string, closedDay: string): void {
  for (const name of listDays(directory))
    if (name < closedDay)
      for (const { file, record } of listSnapshots(join(directory, name))) if (record > 0) unlinkSync(file);
}

const unfinishedSuffix = ".part";

function removeUnfinished(directory: string): void {
  for (const name of readdirSync(directory))
    if (name.endsWith(unfinishedSuffix)) rmSync(join(directory, name), { recursive: true });
  for (const day of listDays(directory)) removeUnfinishedSnapshots(join(directory, day));
}

/**
 * Makes a day's directory whole before it gets its name: a facts log and the snapshot before the first record, which
 * holds what is carried over and leaves the rest as a new machine has it.
 */
function openDay(options: RecoverOptions<Machine>, day: string, machine: Machine): void {
  const directory = join(options.directory, day + unfinishedSuffix);
  mkdirSync(directory);
  const journal = randomUUID();
  const header = headerOf(options.identity, day, journal, 0);
  FactsLog.create(directory, { ...header, kind: "facts" });
  const { registry } = machine;
  const factsOffset = statSync(factsFile(directory)).size;
  const runningHash = new RunningHash().toString();
  writeSnapshot(
    directory,
    { ...header, record: 0, factsOffset, factNumber: 0, timeNs: 0, runningHash, layout: registry.layout("carried") },
    registry,
    options.isForced,
  );
  renameSync(directory, join(options.directory, day));
}

function saveSnapshot(options: RecoverOptions<Machine>, day: string, replayed: ReplayedDay<Machine>): void {
  const { registry } = replayed.machine;
  writeSnapshot(
    join(options.directory, day),
    {
      ...headerOf(options.identity, day, replayed.journal, replayed.epoch),
      record: replayed.record,
      factsOffset: replayed.factsLength,
      factNumber: replayed.factNumber,
      timeNs: replayed.timeNs,
      runningHash: replayed.runningHash,
      layout: registry.layout(),
    },
    registry,
    options.isForced,
  );
}

/** The newest snapshot that can be read; the others are reported. */
function newestSnapshot(directory: string, report: (text: string) => void) {
  const found: string[] = [];
  for (const { file } of listSnapshots(directory)) {
    try {
      return readSnapshot(file);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      report(`snapshot not used: ${words}`);
      found.push(words);
    }
  }
  throw new JournalError(`${directory}: no snapshot can be read (${found.join("; ") || "there is none"})`);
}

function checkIdentity(header: SnapshotHeader, identity: JournalIdentity, directory: string): void {
  if (header.machine !== identity.machine)
    throw new JournalError(`${directory}: journal of the ${header.machine}, expected the ${identity.machine}'s`);
  if (header.deskShape !== identity.deskShape)
    throw new JournalError(
      `${directory}: was made for another desk (other venues, instruments, pairs or strategies, shape ` +
        `${header.deskShape.slice(0, 12)}, now ${identity.deskShape.slice(0, 12)}): ` +
        "start with that desk, or with another data directory",
    );
}

function replayDay<Kind extends Machine>(
  options: RecoverOptions<Kind>,
  day: string,
  machine: Kind,
  outputs: StepOutputs,
): ReplayedDay<Kind> {
  const { report, identity } = options;
  const directory = join(options.directory, day);
  const { header, state } = newestSnapshot(directory, report);
  checkIdentity(header, identity, directory);
  machine.registry.restore(state, header.layout);
  const recorded = new FactsReader(directory, header.factsOffset, header.factNumber);
  const appender = new FactsAppender(directory, recorded);
  const checks: ReplayChecks = {
    facts: recorded,
    onUnrecorded: (bytes, offset, length) => appender.append(bytes, offset, length),
  };
  const loop = new ReplayLoop(machine, header, checks, outputs);
  const result: ReplayedDay<Kind> = {
    machine,
    journal: header.journal,
    epoch: header.epoch,
    record: header.record,
    replayedRecords: 0,
    factNumber: header.factNumber,
    factsLength: 0,
    timeNs: header.timeNs,
    runningHash: header.runningHash,
    cause: "fresh",
    poisonedRecord: 0,
  };
  const segments = listSegments(directory);
  const cuts: { file: string; length: number }[] = [];
  const headless: string[] = [];
  let first = segments.findLastIndex(({ firstRecord }) => firstRecord <= header.record + 1);
  if (first < 0) first = 0;
  let reader: SegmentReader | undefined;
  let isPoisonFound = false;
  try {
    reading: for (let i = first; i < segments.length; i++) {
      const { file, firstRecord } = segments[i];
      if (firstRecord > result.record + 1)
        throw new JournalError(`${file}: begins with record ${firstRecord}, expected ${result.record + 1}`);
      const index = usableIndex(segments[i]);
      reader = new SegmentReader(file, index ? { seek: { index, from: header.record } } : {});
      if (!reader.header) {
        headless.push(file);
        reader.close();
        reader = undefined;
        continue;
      }
      const written = reader.header.header;
      result.epoch = Math.max(result.epoch, written.epoch);
      result.cause = "crashed";
      result.poisonedRecord = 0;
      refuse(loop.compareHashes(reader), directory, written.codeVersion);
      while (reader.next()) {
        const { record } = reader;
        if (reader.poison) result.poisonedRecord = record;
        if (record <= header.record) continue;
        if (written.deskHash !== identity.deskHash)
          throw new JournalError(
            `${file}: records after the last snapshot were made with another version of the desk file (hash ` +
              `${written.deskHash.slice(0, 12)}, now ${identity.deskHash.slice(0, 12)}): start once with that one`,
          );
        result.record = record;
        let difference: Difference | null;
        try {
          difference = loop.pass(reader);
        } catch (error) {
          if (error instanceof JournalError) throw error;
          const words = error instanceof Error ? error.message : String(error);
          if (reader.next() || i < segments.length - 1)
            throw new JournalError(
              `${file}: replaying record ${record} throws (${words}), which it did not when it was recorded by version ` +
                `${written.codeVersion}; this is ${identity.codeVersion}`,
            );
          appendPoisonMark(file, reader.goodLength, record, words);
          isPoisonFound = true;
          break reading;
        }
        refuse(difference, directory, written.codeVersion);
      }
      if (reader.orderly) result.cause = "continued";
      else if (result.poisonedRecord > 0 && result.poisonedRecord === reader.record) result.cause = "poisoned";
      else result.poisonedRecord = 0;
      if (reader.tornBytes > 0) {
        report(`${file}: a torn append of ${reader.tornBytes} bytes after record ${reader.record} is cut`);
        cuts.push({ file, length: reader.goodLength });
      }
      reader.close();
      reader = undefined;
    }
    if (!isPoisonFound && recorded.next())
      throw new JournalError(
        `${recorded.file}: holds fact ${recorded.number} and later ones, the inputs up to record ${result.record} ` +
          `lead to ${loop.factNumber} facts: inputs are lost`,
      );
    if (!isPoisonFound && recorded.tornBytes > 0)
      report(`${recorded.file}: a torn append of ${recorded.tornBytes} bytes at offset ${recorded.fileOffset} is cut`);
    // Cut only now: a tail that reads as torn is damage when the facts know better.
    for (const { file, length } of cuts) truncateSync(file, length);
    for (const file of headless) {
      report(`${file}: ends within its header and is removed`);
      unlinkSync(file);
    }
  } finally {
    reader?.close();
    recorded.close();
    appender.close();
  }
  if (isPoisonFound) return replayDay(options, day, options.createMachine(), outputs);
  result.replayedRecords = loop.replayedRecords;
  if (result.poisonedRecord > 0) report(`record ${result.poisonedRecord} could not be stepped and is skipped`);
  if (result.replayedRecords > 0) report(`${result.replayedRecords} records replayed after record ${header.record}`);
  if (appender.appended > 0)
    report(`${appender.appended} bytes of facts were decided but not recorded and are appended`);
  result.factNumber = loop.factNumber;
  result.timeNs = loop.timeNs;
  result.runningHash = loop.hash.toString();
  result.factsLength = appender.fileLength;
  return result;
}

/** A replay that is not what was recorded must not go on trading. */
function refuse(difference: Difference | null, directory: string, codeVersion: string): void {
  if (!difference) return;
  const { stage, record, factNumber, expected, got } = difference;
  const where = factNumber > 0 ? `fact ${factNumber}, record ${record}` : `record ${record}, ${stage}`;
  throw new JournalError(
    `${directory}: replay does not agree at ${where}: recorded ${expected}, replayed ${got} (recorded by version ${codeVersion})`,
  );
}

/** Appends the facts that were decided just before a crash but not recorded. */
class FactsAppender {
  appended = 0;
  private log: FactsLog | undefined;
  private length = 0;

  constructor(
    private readonly directory: string,
    private readonly recorded: FactsReader,
  ) {}

  /** Length of the facts log, with what was appended; after `close` too. */
  get fileLength(): number {
    return this.log?.fileLength ?? (this.length || this.recorded.fileOffset);
  }

  append(bytes: Uint8Array, offset: number, length: number): void {
    this.log ??= FactsLog.open(this.directory, this.recorded.fileOffset);
    this.log.append(bytes.subarray(offset, offset + length), length);
    this.appended += length;
  }

  close(): void {
    if (!this.log) return;
    this.length = this.log.fileLength;
    this.log.close();
    this.log = undefined;
  }
}
