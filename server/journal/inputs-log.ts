import { readdirSync, readFileSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { inputHeaderLength, inputPayloadLengthMax, writeInputHeader } from "../machine/input-record";
import { AppendLog, type FileWriter } from "./append-log";
import { AppendReader } from "./append-reader";
import { JournalError } from "./journal-error";
import { type DecodedLogHeader, decodeLogHeader, encodeLogHeader, type LogHeader, setFirstRecord } from "./log-header";

/**
 * Marks between the inputs, told apart by the first byte of an append (an input's kind elsewhere). They are no
 * records and have no number. `orderlyStop` closes a run; `poison` names the record before it, whose step threw:
 * record number f64, then the reason in UTF-8.
 */
export const logMarks = { orderlyStop: 254, poison: 255 } as const;

/** Bytes after which a new segment begins. */
export const segmentLengthMax = 64 << 20;

/** Bytes of all inputs logs of a machine, over all days, above which old segments are deleted. */
export const inputsLengthMax = 4 * 2 ** 30;

const bufferLength = 1 << 20;

/** The file name of the segment whose first record is `firstRecord`. */
export function segmentName(firstRecord: number): string {
  return `inputs-${String(firstRecord).padStart(12, "0")}.log`;
}

/**
 * The inputs log, writing side. An input is put straight into the append buffer, where the machine reads it; `flush`
 * journals all that was put since. A new segment begins only between flushes, at a turn's end.
 */
export class InputsLog {
  private readonly log: AppendLog;
  private readonly headerBytes: Buffer;
  private next: number;
  private total = 0;

  /** `header` goes in front of every segment of this run; `nextRecord` is the number of the first input to come. */
  constructor(
    private readonly directory: string,
    header: LogHeader,
    nextRecord: number,
    write?: FileWriter,
    private readonly segmentLength = segmentLengthMax,
  ) {
    this.log = new AppendLog(bufferLength, write);
    this.headerBytes = encodeLogHeader(header, nextRecord);
    this.next = nextRecord;
    this.openSegment();
  }

  /** The append buffer: an input's payload lies here from `begin` until the next `begin` after a flush. */
  get bytes(): Buffer {
    return this.log.bytes;
  }

  /** Number the next input gets. */
  get nextRecord(): number {
    return this.next;
  }

  /** File that is written now. */
  get file(): string {
    return this.log.file;
  }

  /** Bytes written by this run. */
  get byteLength(): number {
    return this.total + this.log.fileLength;
  }

  /** Room for an input with a payload of up to 65,535 bytes; returns the offset in `bytes` for the payload. */
  begin(payloadLength: number): number {
    if (payloadLength > inputPayloadLengthMax)
      throw new RangeError(`input payload of ${payloadLength} bytes, at most ${inputPayloadLengthMax}`);
    return this.log.begin(inputHeaderLength + payloadLength) + inputHeaderLength;
  }

  /** Closes the input whose payload was put at `begin`'s offset; returns its record number. */
  end(kind: number, channel: number, timeNs: number, payloadOffset: number, payloadLength: number): number {
    writeInputHeader(this.log.view, payloadOffset - inputHeaderLength, kind, channel, timeNs);
    this.log.end(inputHeaderLength + payloadLength);
    return this.next++;
  }

  /** Journals what waits; throws an AppendError. Returns true when a new segment was begun. */
  flush(): boolean {
    this.log.flush();
    if (this.log.fileLength < this.segmentLength) return false;
    this.total += this.log.fileLength;
    this.log.close();
    this.openSegment();
    return true;
  }

  /** Journals the mark of a clean end. */
  markOrderlyStop(): void {
    this.log.bytes[this.log.begin(1)] = logMarks.orderlyStop;
    this.log.end(1);
    this.log.flush();
  }

  /** Journals that stepping `record`, the last one put, threw. */
  markPoison(record: number, reason: string): void {
    putPoison(this.log, record, reason);
  }

  close(): void {
    this.log.close();
  }

  private openSegment(): void {
    setFirstRecord(this.headerBytes, this.next);
    this.log.open(join(this.directory, segmentName(this.next)), 0, this.headerBytes);
  }
}

/** Appends a poison mark to a segment of an earlier run, whose good length is `length`. */
export function appendPoisonMark(file: string, length: number, record: number, reason: string): void {
  const log = new AppendLog(4_096);
  log.open(file, length, null);
  putPoison(log, record, reason);
  log.close();
}

function putPoison(log: AppendLog, record: number, reason: string): void {
  const words = Buffer.from(reason.slice(0, 500));
  const at = log.begin(9 + words.length);
  log.bytes[at] = logMarks.poison;
  log.view.setFloat64(at + 1, record);
  log.bytes.set(words, at + 9);
  log.end(9 + words.length);
  log.flush();
}

/** A segment as it lies on disk. */
export type Segment = { readonly file: string; readonly firstRecord: number; readonly byteLength: number };

/** The segments of a day's directory, in order of their records. */
export function listSegments(directory: string): Segment[] {
  return readdirSync(directory)
    .filter((name) => /^inputs-\d{12}\.log$/.test(name))
    .sort()
    .map((name) => {
      const file = join(directory, name);
      return { file, firstRecord: Number(name.slice(7, 19)), byteLength: statSync(file).size };
    });
}

/**
 * Deletes segments, oldest day first, until all inputs logs under `machineDirectory` are below `lengthMax` bytes.
 * Only those may go whose every record is before `neededFrom` of the current day (the older of the two snapshots
 * kept); when these do not suffice the log grows on, and the result says so.
 */
export function pruneSegments(
  machineDirectory: string,
  currentDay: string,
  neededFrom: number,
  lengthMax: number = inputsLengthMax,
): { deleted: number; byteLength: number } {
  const days = readdirSync(machineDirectory)
    .filter((name) => /^\d{4}-\d{2}-\d{2}$/.test(name))
    .sort();
  const segments = days.map((day) => ({ day, list: listSegments(join(machineDirectory, day)) }));
  let byteLength = segments.reduce((sum, { list }) => sum + list.reduce((total, one) => total + one.byteLength, 0), 0);
  let deleted = 0;
  for (const { day, list } of segments) {
    for (let i = 0; i < list.length && byteLength > lengthMax; i++) {
      const following = list[i + 1]?.firstRecord ?? Number.POSITIVE_INFINITY;
      if (day >= currentDay && following > neededFrom) break;
      unlinkSync(list[i].file);
      byteLength -= list[i].byteLength;
      deleted++;
    }
  }
  return { deleted, byteLength };
}

/** A poison mark found while reading. */
export type PoisonMark = { readonly record: number; readonly reason: string };

/**
 * Reads a segment: `next` moves to the next record, whose encoded input is at `offset`, `length` bytes long, in
 * `bytes`. Marks are taken in on the way.
 */
export class SegmentReader {
  readonly bytes: Buffer;
  /** Number of the record `next` moved to. */
  record: number;
  offset = 0;
  length = 0;
  /** The mark that follows the current record, if it is a poison mark. */
  poison: PoisonMark | null = null;
  /** True when the last append read was the mark of a clean end. */
  orderly = false;
  /** Null when the process died while it wrote the header: the segment holds nothing. */
  readonly header: DecodedLogHeader | null;
  private readonly appends: AppendReader;
  private ahead = false;

  constructor(readonly file: string) {
    this.bytes = readFileSync(file);
    this.header = decodeLogHeader(this.bytes, file);
    this.record = (this.header?.firstRecord ?? 0) - 1;
    const start = this.header?.length ?? this.bytes.length;
    this.appends = new AppendReader(this.bytes, start, file, 0, () => `record ${this.record + 1}`);
    this.ahead = this.appends.next();
    this.takeMarks();
  }

  /** Bytes up to the last whole append. */
  get goodLength(): number {
    return this.appends.at;
  }

  /** Bytes of a torn tail; known at the end. */
  get tornBytes(): number {
    return this.appends.tornBytes;
  }

  next(): boolean {
    if (!this.ahead) return false;
    const appends = this.appends;
    if (appends.length < inputHeaderLength)
      throw new JournalError(`${this.file}: append of ${appends.length} bytes at offset ${appends.offset} is no input`);
    this.offset = appends.offset;
    this.length = appends.length;
    this.record++;
    this.orderly = false;
    this.poison = null;
    this.ahead = appends.next();
    this.takeMarks();
    return true;
  }

  private takeMarks(): void {
    const appends = this.appends;
    while (this.ahead && this.bytes[appends.offset] >= logMarks.orderlyStop) {
      if (this.bytes[appends.offset] === logMarks.orderlyStop) this.orderly = true;
      else {
        const record = this.bytes.readDoubleBE(appends.offset + 1);
        const reason = this.bytes.toString("utf8", appends.offset + 9, appends.offset + appends.length);
        this.poison = { record, reason };
      }
      this.ahead = appends.next();
    }
  }
}
