import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, rmSync, truncateSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { decodeFact } from "../../domain/facts";
import type { FileWriter } from "../journal/append-log";
import { FactsLog, factsFile, readFactsTail } from "../journal/facts-log";
import { appendPoisonMark, InputsLog, listSegments, SegmentReader } from "../journal/inputs-log";
import { JournalError } from "../journal/journal-error";
import type { JournalIdentity, LogHeader } from "../journal/log-header";
import { listSnapshots, readSnapshot, type SnapshotHeader, writeSnapshot } from "../journal/snapshot-file";
import { FactsOutbox } from "../machine/facts-outbox";
import { InputRecord, type startCauses } from "../machine/input-record";
import type { Machine } from "../machine/machine";
import { Outbox } from "../machine/outbox";

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
};

/** A machine as its last run left it, with its logs open for the next. */
export type Recovered<Kind extends Machine = Machine> = {
  readonly machine: Kind;
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
  let day = newestDay(directory);
  if (day === null) {
    day = today;
    openDay(options, day, options.createMachine());
  }
  let replayed = replayDay(options, day);
  if (today > day) {
    if (replayed.replayedRecords > 0) saveSnapshot(options, day, replayed);
    report(`trading day ${today} opens; ${day} ended after record ${replayed.record}`);
    const machine = options.createMachine();
    const { registry } = replayed.machine;
    const state = new Uint8Array(registry.byteLength);
    registry.copyInto(state);
    machine.registry.restore(state, registry.layout(), true);
    openDay(options, today, machine);
    deleteOldSnapshots(directory, day);
    day = today;
    replayed = replayDay(options, day);
  }
  if (replayed.cause !== "fresh" && (replayed.replayedRecords > 0 || replayed.poisonedRecord > 0))
    saveSnapshot(options, day, replayed);
  const epoch = replayed.epoch + 1;
  const header: LogHeader = { ...headerOf(identity, day, replayed.journal, epoch), kind: "inputs" };
  const dayDirectory = join(directory, day);
  const inputs = new InputsLog(dayDirectory, header, replayed.record + 1, options.write, options.segmentLength);
  const facts = FactsLog.open(dayDirectory, replayed.factsLength, options.write);
  return {
    machine: replayed.machine,
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
    inputs,
    facts,
  };
}

function headerOf(identity: JournalIdentity, tradingDay: string, journal: string, epoch: number) {
  return { ...identity, tradingDay, journal, epoch, nodeVersion: process.version };
}

/** The newest trading day of a machine's folder; null in an empty one. */
export function newestDay(directory: string): string | null {
  const days = readdirSync(directory).filter((name) => /^\d{4}-\d{2}-\d{2}$/.test(name));
  return days.sort().at(-1) ?? null;
}

/**
 * Deletes the snapshots of days before `closedDay`: what they carried on has been in a later day's snapshot twice
 * over. Logs stay: facts for ever, inputs within their cap.
 */
function deleteOldSnapshots(directory: string, closedDay: string): void {
  for (const name of readdirSync(directory))
    if (/^\d{4}-\d{2}-\d{2}$/.test(name) && name < closedDay)
      for (const { file } of listSnapshots(join(directory, name))) unlinkSync(file);
}

const unfinishedSuffix = ".part";

function removeUnfinished(directory: string): void {
  for (const name of readdirSync(directory))
    if (name.endsWith(unfinishedSuffix)) rmSync(join(directory, name), { recursive: true });
}

/** Makes a day's directory whole before it gets its name: a facts log and the snapshot before the first record. */
function openDay(options: RecoverOptions<Machine>, day: string, machine: Machine): void {
  const directory = join(options.directory, day + unfinishedSuffix);
  mkdirSync(directory);
  const journal = randomUUID();
  const header = headerOf(options.identity, day, journal, 0);
  FactsLog.create(directory, { ...header, kind: "facts" });
  const { goodLength } = readFactsTail(directory, 0, 0);
  const { registry } = machine;
  const state = new Uint8Array(registry.byteLength);
  registry.copyInto(state);
  writeSnapshot(
    directory,
    { ...header, record: 0, factsOffset: goodLength, factNumber: 0, timeNs: 0, layout: registry.layout() },
    state,
  );
  renameSync(directory, join(options.directory, day));
}

function saveSnapshot(options: RecoverOptions<Machine>, day: string, replayed: ReplayedDay<Machine>): void {
  const { registry } = replayed.machine;
  const state = new Uint8Array(registry.byteLength);
  registry.copyInto(state);
  writeSnapshot(
    join(options.directory, day),
    {
      ...headerOf(options.identity, day, replayed.journal, replayed.epoch),
      record: replayed.record,
      factsOffset: replayed.factsLength,
      factNumber: replayed.factNumber,
      timeNs: replayed.timeNs,
      layout: registry.layout(),
    },
    state,
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

function replayDay<Kind extends Machine>(options: RecoverOptions<Kind>, day: string): ReplayedDay<Kind> {
  const { report, identity } = options;
  const directory = join(options.directory, day);
  const { header, state } = newestSnapshot(directory, report);
  checkIdentity(header, identity, directory);
  const machine = options.createMachine();
  machine.registry.restore(state, header.layout);
  const tail = readFactsTail(directory, header.factsOffset, header.factNumber);
  if (tail.tornBytes > 0)
    report(`${factsFile(directory)}: a torn append of ${tail.tornBytes} bytes at offset ${tail.goodLength} is cut`);
  const check = new FactsCheck(directory, tail.bytes, tail.goodLength, header.factNumber, header.codeVersion);
  const input = new InputRecord();
  const outbox = new Outbox();
  const facts = new FactsOutbox();
  const result: ReplayedDay<Kind> = {
    machine,
    journal: header.journal,
    epoch: header.epoch,
    record: header.record,
    replayedRecords: 0,
    factNumber: header.factNumber,
    factsLength: 0,
    timeNs: header.timeNs,
    cause: "fresh",
    poisonedRecord: 0,
  };
  const segments = listSegments(directory);
  const cuts: { file: string; length: number }[] = [];
  let first = segments.findLastIndex(({ firstRecord }) => firstRecord <= header.record + 1);
  if (first < 0) first = 0;
  try {
    for (let i = first; i < segments.length; i++) {
      const { file, firstRecord } = segments[i];
      if (firstRecord > result.record + 1)
        throw new JournalError(`${file}: begins with record ${firstRecord}, expected ${result.record + 1}`);
      const reader = new SegmentReader(file);
      if (!reader.header) {
        report(`${file}: ends within its header and is removed`);
        unlinkSync(file);
        continue;
      }
      const written = reader.header.header;
      result.epoch = Math.max(result.epoch, written.epoch);
      result.cause = "crashed";
      result.poisonedRecord = 0;
      input.attach(reader.bytes);
      while (reader.next()) {
        const { record } = reader;
        if (reader.poison) result.poisonedRecord = record;
        if (record <= header.record) continue;
        if (written.deskHash !== identity.deskHash)
          throw new JournalError(
            `${file}: records after the last snapshot were made with another version of the desk file (hash ` +
              `${written.deskHash.slice(0, 12)}, now ${identity.deskHash.slice(0, 12)}): start once with that one`,
          );
        input.decode(reader.offset, reader.length);
        result.record = record;
        result.timeNs = input.timeNs;
        if (reader.poison) continue;
        outbox.clear();
        facts.clear();
        try {
          machine.step(input, outbox, facts);
        } catch (error) {
          const words = error instanceof Error ? error.message : String(error);
          if (reader.next() || i < segments.length - 1)
            throw new JournalError(
              `${file}: replaying record ${record} throws (${words}), which it did not when it was recorded by version ` +
                `${written.codeVersion}; this is ${identity.codeVersion}`,
            );
          appendPoisonMark(file, reader.goodLength, record, words);
          check.close();
          return replayDay(options, day);
        }
        result.replayedRecords++;
        check.take(facts);
      }
      if (reader.orderly) result.cause = "continued";
      else if (result.poisonedRecord > 0 && result.poisonedRecord === reader.record) result.cause = "poisoned";
      else result.poisonedRecord = 0;
      if (reader.tornBytes > 0) {
        report(`${file}: a torn append of ${reader.tornBytes} bytes after record ${reader.record} is cut`);
        cuts.push({ file, length: reader.goodLength });
      }
    }
    check.finish(result.record);
    // Cut only now: a tail that reads as torn is damage when the facts know better.
    for (const { file, length } of cuts) truncateSync(file, length);
  } finally {
    check.close();
  }
  if (result.poisonedRecord > 0) report(`record ${result.poisonedRecord} could not be stepped and is skipped`);
  if (result.replayedRecords > 0) report(`${result.replayedRecords} records replayed after record ${header.record}`);
  if (check.appended > 0) report(`${check.appended} bytes of facts were decided but not recorded and are appended`);
  result.factNumber = check.factNumber;
  result.factsLength = check.fileLength;
  return result;
}

/** Compares the facts of a replay with the recorded ones and appends those that come after them. */
class FactsCheck {
  factNumber: number;
  appended = 0;
  private at = 0;
  private log: FactsLog | undefined;

  constructor(
    private readonly directory: string,
    private readonly recorded: Uint8Array,
    private goodLength: number,
    lastNumber: number,
    private readonly codeVersion: string,
  ) {
    this.factNumber = lastNumber;
  }

  /** Length of the facts log, with what was appended. */
  get fileLength(): number {
    return this.log?.fileLength ?? this.goodLength;
  }

  /** Takes the facts of one step. */
  take(facts: FactsOutbox): void {
    if (facts.used === 0) return;
    const { recorded, at } = this;
    const { bytes, used } = facts;
    const overlap = Math.min(used, recorded.length - at);
    for (let i = 0; i < overlap; i++) if (bytes[i] !== recorded[at + i]) this.mismatch(facts, i);
    this.at += overlap;
    this.factNumber += facts.count;
    if (overlap === used) return;
    this.log ??= FactsLog.open(this.directory, this.goodLength);
    this.log.append(bytes.subarray(overlap, used), used - overlap);
    this.appended += used - overlap;
  }

  /** Checks that nothing recorded is left over. */
  finish(record: number): void {
    if (this.at === this.recorded.length) return;
    const { fact } = decodeFact(this.recorded, this.at);
    throw new JournalError(
      `${factsFile(this.directory)}: holds fact ${fact.number} and later ones, the inputs up to record ${record} ` +
        `lead to ${this.factNumber} facts: inputs are lost`,
    );
  }

  close(): void {
    if (!this.log) return;
    this.goodLength = this.log.fileLength;
    this.log.close();
    this.log = undefined;
  }

  private mismatch(facts: FactsOutbox, differs: number): never {
    let start = 0;
    const view = new DataView(facts.bytes.buffer);
    while (start + view.getUint16(start) <= differs) start += view.getUint16(start);
    const expected = factText(this.recorded, this.at + start);
    const got = factText(facts.bytes.subarray(0, facts.used), start);
    throw new JournalError(
      `${factsFile(this.directory)}: replay does not agree at fact ${view.getFloat64(start + 4)}: recorded ${expected}, ` +
        `replayed ${got} (recorded by version ${this.codeVersion})`,
    );
  }
}

function factText(bytes: Uint8Array, offset: number): string {
  try {
    return JSON.stringify(decodeFact(bytes, offset).fact);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
