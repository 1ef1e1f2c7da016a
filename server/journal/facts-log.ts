import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { factHeaderLengthOf, factLengthMin, factLengthOf, factNumberOf } from "../../domain/facts";
import { viewOf } from "../../domain/view-of";
import { AppendLog, appendHeaderLength, type FileWriter } from "./append-log";
import { AppendReader } from "./append-reader";
import { checksum } from "./checksum";
import { JournalError } from "./journal-error";
import { encodeLogHeader, type LogHeader, readLogHeader } from "./log-header";

/** The day's facts log in a day's directory. */
export function factsFile(directory: string): string {
  return join(directory, "facts.log");
}

const bufferLength = 8 << 20;

/** The facts log, writing side: one append a turn, around the turn's whole facts. */
export class FactsLog {
  private readonly log: AppendLog;

  private constructor(write: FileWriter | undefined, turnLengthMax: number) {
    this.log = new AppendLog(turnLengthMax + appendHeaderLength, write);
  }

  /** Creates the day's file. */
  static create(directory: string, header: LogHeader): void {
    const log = new AppendLog(16);
    log.open(factsFile(directory), 0, encodeLogHeader(header, 1));
    log.close();
  }

  /** Opens the day's file for appends at its good length; a turn has at most `turnLengthMax` bytes of facts. */
  static open(directory: string, goodLength: number, write?: FileWriter, turnLengthMax = bufferLength): FactsLog {
    const facts = new FactsLog(write, turnLengthMax);
    facts.log.open(factsFile(directory), goodLength, null);
    return facts;
  }

  /** Descriptor of the file. */
  get fileDescriptor(): number {
    return this.log.fileDescriptor;
  }

  /** Bytes of the file that are written: what readers in other threads may read up to. */
  get fileLength(): number {
    return this.log.fileLength;
  }

  /** Journals whole facts; throws an AppendError. */
  append(bytes: Uint8Array, length: number): void {
    if (length === 0) return;
    const at = this.log.begin(length);
    // A loop for the few hundred bytes of a common turn: `subarray` costs more than it saves.
    if (length <= 256) for (let i = 0; i < length; i++) this.log.bytes[at + i] = bytes[i];
    else this.log.bytes.set(bytes.subarray(0, length), at);
    this.log.end(length);
    try {
      this.log.flush();
    } catch (error) {
      // The caller still has the facts, and may bring them again with more.
      this.log.discard();
      throw error;
    }
  }

  close(): void {
    this.log.close();
  }
}

/** Longest append of a facts log: a turn's facts. */
const appendLengthMax = bufferLength;

/**
 * Walks the facts of a log one by one. `next` moves to the next fact, whose bytes lie at `offset`, `length` long, in
 * `bytes`. Facts must be numbered without holes. A torn tail ends the walk; other damage is a JournalError.
 */
export class FactsReader {
  readonly file: string;
  /** Number of the fact `next` moved to, or of the last before the first. */
  number: number;
  offset = 0;
  length = 0;
  private readonly appends: AppendReader;
  private end = 0;

  /**
   * Begins at the append at the file offset `start` (0: the first), with the fact after `lastBefore`. With `isGrowing`
   * another thread writes the log, and `growTo` says how far it may be read.
   */
  constructor(directory: string, start: number, lastBefore: number, isGrowing = false) {
    const file = factsFile(directory);
    this.file = file;
    if (!existsSync(file)) throw new JournalError(`${file}: is missing, the day's directory is not complete`);
    const size = statSync(file).size;
    const header = readLogHeader(file);
    if (start > size)
      throw new JournalError(`${file}: is ${size} bytes long, the snapshot was taken at ${start}: facts are lost`);
    const first = start > 0 ? start : (header?.length ?? size);
    this.number = lastBefore;
    this.appends = new AppendReader(file, first, appendLengthMax, () => `after fact ${this.number}`, isGrowing);
  }

  get bytes(): Buffer {
    return this.appends.bytes;
  }

  get view(): DataView {
    return this.appends.view;
  }

  /** True when the walk stands between two appends: the end of a turn. */
  get isAtAppendEnd(): boolean {
    return this.offset + this.length === this.end;
  }

  /** File offset up to which appends have been read; while `isAtAppendEnd` that of the next fact's append. */
  get fileOffset(): number {
    return this.appends.at;
  }

  /** Bytes of a torn tail, known once `next` has returned false. */
  get tornBytes(): number {
    return this.appends.tornBytes;
  }

  /** Lets a growing log be read up to the file offset `limit`. */
  growTo(limit: number): void {
    this.appends.limit = limit;
  }

  next(): boolean {
    let at = this.offset + this.length;
    if (at === this.end) {
      if (!this.appends.next()) return false;
      at = this.appends.offset;
      this.end = at + this.appends.length;
    }
    const { view } = this.appends;
    const left = this.end - at;
    const length = left < factLengthMin ? 0 : factLengthOf(view, at);
    const isWhole = length >= factLengthMin && length <= left && length >= factHeaderLengthOf(view, at);
    const number = isWhole ? factNumberOf(view, at) : Number.NaN;
    const fileAt = this.appends.base + at;
    if (!isWhole)
      throw new JournalError(`${this.file}: fact of ${length} bytes at offset ${fileAt}, ${left} bytes are left there`);
    if (number !== this.number + 1)
      throw new JournalError(`${this.file}: fact ${number} at offset ${fileAt}, expected ${this.number + 1}`);
    this.offset = at;
    this.length = length;
    this.number = number;
    return true;
  }

  close(): void {
    this.appends.close();
  }
}

/** Bytes a follower reads at a time, unless one append is longer. */
const readLength = 256 << 10;

/**
 * Follows a facts log that another thread writes, up to the length that thread has committed. Holds one read's bytes.
 */
export class FactsFollower {
  private readonly descriptor: number;
  private buffer = Buffer.alloc(readLength);
  /** Over the bytes that `read` hands on, valid as long as they. */
  view = viewOf(this.buffer);
  /** Offset in the file of the next append to read. */
  offset: number;

  constructor(private readonly file: string) {
    this.descriptor = openSync(file, "r");
    this.offset = readLogHeader(file)?.length ?? 0;
    if (this.offset === 0) throw new JournalError(`${file}: has no whole header`);
  }

  /** Moves to the append at `offset`. */
  seek(offset: number): void {
    this.offset = offset;
  }

  /**
   * Reads whole appends up to the file offset `committed`, at most about 256 KB, and calls `onAppend` for each with
   * its facts (valid during the call) and its file offset. Returns false when nothing was left to read. Throws a
   * JournalError on a checksum that does not agree.
   */
  read(
    committed: number,
    onAppend: (bytes: Buffer, offset: number, length: number, fileOffset: number) => void,
  ): boolean {
    const wanted = Math.min(committed - this.offset, this.buffer.length);
    if (wanted < appendHeaderLength) return false;
    const got = readSync(this.descriptor, this.buffer, 0, wanted, this.offset);
    let at = 0;
    while (got - at >= appendHeaderLength) {
      const length = this.buffer.readUInt32BE(at);
      if (at + appendHeaderLength + length > got) {
        if (at > 0) break;
        if (appendHeaderLength + length > bufferLength + appendHeaderLength)
          throw new JournalError(`${this.file}: append of ${length} bytes at offset ${this.offset}`);
        if (this.buffer.length >= appendHeaderLength + length) return false;
        this.buffer = Buffer.alloc(appendHeaderLength + length);
        this.view = viewOf(this.buffer);
        return this.read(committed, onAppend);
      }
      if (checksum(this.view, at + appendHeaderLength, length) !== this.buffer.readUInt32BE(at + 4))
        throw new JournalError(`${this.file}: damaged at offset ${this.offset + at}`);
      onAppend(this.buffer, at + appendHeaderLength, length, this.offset + at);
      at += appendHeaderLength + length;
    }
    this.offset += at;
    return at > 0;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
