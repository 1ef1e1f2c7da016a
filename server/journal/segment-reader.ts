import { inputHeaderLength, inputPayloadLengthMax } from "../machine/input-record";
import { appendHeaderLength } from "./append-log";
import { AppendReader } from "./append-reader";
import { hashMarkLength, logMarks } from "./inputs-log";
import { JournalError } from "./journal-error";
import { type DecodedLogHeader, readLogHeader } from "./log-header";
import type { SegmentIndex } from "./segment-index";
import type { SoundFile } from "./sound-ahead";

/** A poison mark found while reading. */
export type PoisonMark = { readonly record: number; readonly reason: string };

/** What the live machine's hashes were after a record. */
export type HashMark = {
  readonly record: number;
  readonly high: number;
  readonly low: number;
  /** Each state group's hash, two numbers a group; null when the state was not hashed. */
  readonly groups: Uint32Array | null;
};

/** No append of an inputs log is longer: an input of full length, or a mark. */
export const appendLengthMax = inputHeaderLength + inputPayloadLengthMax;

export type SegmentReaderOptions = {
  /** The segment is written by another thread: `growTo` says how far it may be read. */
  readonly isGrowing?: boolean;
  /** Begins at or before record `from`, with the help of the segment's index, instead of the segment's first. */
  readonly seek?: { readonly index: SegmentIndex; readonly from: number };
  /** How far another thread has summed it up. */
  readonly sound?: SoundFile;
};

/**
 * Reads a segment: `next` moves to the next record, whose encoded input is at `offset`, `length` bytes long, in
 * `bytes` (which the call may replace). Marks are taken in on the way: after `next` those behind the record are known,
 * after construction those before the first record.
 */
export class SegmentReader {
  /** Number of the record `next` moved to. */
  record: number;
  length = 0;
  /** The poison mark that follows the current record, if one does. */
  poison: PoisonMark | null = null;
  /** The hash marks that follow the current record. */
  readonly hashes: HashMark[] = [];
  /** True when the last append read was the mark of a clean end. */
  orderly = false;
  /** Null when the process died while it wrote the header: the segment holds nothing. */
  readonly header: DecodedLogHeader | null;
  private appends: AppendReader;
  private recordStart = 0;
  private ahead = false;

  constructor(
    readonly file: string,
    private readonly options: SegmentReaderOptions = {},
  ) {
    this.header = readLogHeader(file);
    this.record = (this.header?.firstRecord ?? 0) - 1;
    this.appends = this.open(this.header?.length ?? 0);
    if (this.header === null) {
      this.appends.limit = 0;
      return;
    }
    if (options.seek && this.isSoughtAt(options.seek.index, options.seek.from)) return;
    this.ahead = this.appends.next();
    this.takeMarks();
  }

  /** Where the input lies. */
  get bytes(): Buffer {
    return this.appends.bytes;
  }

  get view(): DataView {
    return this.appends.view;
  }

  /** Offset of the current record's input within `bytes`. */
  get offset(): number {
    return this.recordStart + appendHeaderLength - this.appends.base;
  }

  /** Offset of the current record's append within the file. */
  get fileOffset(): number {
    return this.recordStart;
  }

  /** Bytes up to the last whole append. */
  get goodLength(): number {
    return this.appends.at;
  }

  /** Bytes of a torn tail; known at the end. */
  get tornBytes(): number {
    return this.appends.tornBytes;
  }

  /** Bytes that may be read. */
  get limit(): number {
    return this.appends.limit;
  }

  /** Lets a growing segment be read up to the file offset `limit`, which ends a turn. */
  growTo(limit: number): void {
    this.appends.limit = limit;
    if (this.ahead) return;
    this.ahead = this.appends.next();
    this.takeMarks();
  }

  next(): boolean {
    if (!this.ahead) return false;
    const { appends } = this;
    if (appends.length < inputHeaderLength)
      throw new JournalError(`${this.file}: append of ${appends.length} bytes at offset ${appends.start} is no input`);
    this.recordStart = appends.start;
    this.length = appends.length;
    this.record++;
    this.orderly = false;
    this.poison = null;
    if (this.hashes.length > 0) this.hashes.length = 0;
    appends.keepFrom = this.recordStart;
    this.ahead = appends.next();
    if (this.ahead && this.appends.view.getUint8(appends.offset) >= logMarks.hash) this.takeMarks();
    return true;
  }

  close(): void {
    this.appends.close();
  }

  private open(start: number): AppendReader {
    return new AppendReader(
      this.file,
      start,
      appendLengthMax,
      () => `record ${this.record + 1}`,
      this.options.isGrowing,
      this.options.sound,
    );
  }

  /** Goes to the index's entry at or before `from`; false when the log does not say there what the index says. */
  private isSoughtAt(index: SegmentIndex, from: number): boolean {
    const entry = index.entries.findLast(({ record }) => record <= from);
    if (!entry || entry.record <= this.record + 1) return false;
    const first = this.appends;
    const limit = first.limit;
    this.appends = this.open(entry.offset);
    try {
      this.appends.limit = limit;
      this.ahead = this.appends.next();
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      this.ahead = false;
    }
    const { view, offset, length } = this.appends;
    if (this.ahead && length >= inputHeaderLength && view.getFloat64(offset + 4) === entry.timeNs) {
      first.close();
      this.record = entry.record - 1;
      return true;
    }
    this.appends.close();
    this.appends = first;
    this.ahead = false;
    return false;
  }

  private takeMarks(): void {
    const { appends } = this;
    while (this.ahead) {
      const { view, offset, length } = appends;
      const kind = view.getUint8(offset);
      if (kind < logMarks.hash) return;
      if (kind === logMarks.orderlyStop) this.orderly = true;
      else if (kind === logMarks.poison) {
        const reason = appends.bytes.toString("utf8", offset + 9, offset + length);
        this.poison = { record: view.getFloat64(offset + 1), reason };
      } else this.hashes.push(this.takeHash());
      this.ahead = appends.next();
    }
  }

  private takeHash(): HashMark {
    const { view, offset, length, start } = this.appends;
    const groupCount = view.getUint8(offset + 1);
    const record = view.getFloat64(offset + 2);
    if (length !== hashMarkLength + groupCount * 8)
      throw new JournalError(`${this.file}: hash mark of ${length} bytes at offset ${start} has ${groupCount} groups`);
    if (record !== this.record)
      throw new JournalError(
        `${this.file}: hash mark at offset ${start} is for record ${record}, it follows record ${this.record}`,
      );
    const groups = groupCount === 0 ? null : new Uint32Array(groupCount * 2);
    if (groups) for (let i = 0; i < groups.length; i++) groups[i] = view.getUint32(offset + hashMarkLength + i * 4);
    return { record, high: view.getInt32(offset + 10), low: view.getInt32(offset + 14), groups };
  }
}
