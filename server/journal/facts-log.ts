import { closeSync, existsSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { factHeaderLength } from "../../domain/facts";
import { AppendLog, appendHeaderLength, type FileWriter } from "./append-log";
import { AppendReader } from "./append-reader";
import { checksum } from "./checksum";
import { JournalError } from "./journal-error";
import { decodeLogHeader, encodeLogHeader, type LogHeader, readLogHeader } from "./log-header";

/** The day's facts log in a day's directory. */
export function factsFile(directory: string): string {
  return join(directory, "facts.log");
}

const bufferLength = 8 << 20;

/** The facts log, writing side: one append a turn, around the turn's whole facts. */
export class FactsLog {
  private readonly log: AppendLog;

  private constructor(write?: FileWriter) {
    this.log = new AppendLog(bufferLength + appendHeaderLength, write);
  }

  /** Creates the day's file. */
  static create(directory: string, header: LogHeader): void {
    const log = new AppendLog(16);
    log.open(factsFile(directory), 0, encodeLogHeader(header, 1));
    log.close();
  }

  /** Opens the day's file for appends at its good length. */
  static open(directory: string, goodLength: number, write?: FileWriter): FactsLog {
    const facts = new FactsLog(write);
    facts.log.open(factsFile(directory), goodLength, null);
    return facts;
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
    this.log.flush();
  }

  close(): void {
    this.log.close();
  }
}

/** What a facts log's tail holds. */
export type FactsTail = {
  /** The facts after the offset asked for, without their framing. */
  readonly bytes: Uint8Array;
  /** Length of the file up to its last whole append. */
  readonly goodLength: number;
  /** Bytes of a torn append beyond it. */
  readonly tornBytes: number;
  /** Number of the last fact, `lastBefore` when there is none. */
  readonly lastNumber: number;
};

/**
 * Reads and verifies all appends from `offset` on (0: from the first). Facts must be numbered without holes from
 * `lastBefore` + 1; throws a JournalError otherwise, and on damage.
 */
export function readFactsTail(directory: string, offset: number, lastBefore: number): FactsTail {
  const file = factsFile(directory);
  if (!existsSync(file)) throw new JournalError(`${file}: is missing, the day's directory is not complete`);
  const bytes = readFileSync(file);
  if (offset === 0) offset = decodeLogHeader(bytes, file)?.length ?? bytes.length;
  if (offset > bytes.length)
    throw new JournalError(
      `${file}: is ${bytes.length} bytes long, the snapshot was taken at ${offset}: facts are lost`,
    );
  let last = lastBefore;
  const appends = new AppendReader(bytes, offset, file, 0, () => `after fact ${last}`);
  const whole = Buffer.alloc(bytes.length - offset);
  let used = 0;
  while (appends.next()) {
    whole.set(bytes.subarray(appends.offset, appends.offset + appends.length), used);
    used += appends.length;
    last = checkNumbers(bytes, appends.offset, appends.length, last, file);
  }
  return {
    bytes: whole.subarray(0, used),
    goodLength: appends.at,
    tornBytes: appends.tornBytes,
    lastNumber: last,
  };
}

/** Walks whole facts and checks that they count on from `last`; returns the last number. */
function checkNumbers(bytes: Buffer, offset: number, length: number, last: number, file: string): number {
  for (let at = offset; at < offset + length; ) {
    const number = bytes.readDoubleBE(at + 4);
    if (number !== last + 1) throw new JournalError(`${file}: fact ${number} at offset ${at}, expected ${last + 1}`);
    last = number;
    at += Math.max(bytes.readUInt16BE(at), factHeaderLength);
  }
  return last;
}

/** Bytes a follower reads at a time, unless one append is longer. */
const readLength = 256 << 10;

/**
 * Follows a facts log that another thread writes, up to the length that thread has committed. Holds one read's bytes.
 */
export class FactsFollower {
  private readonly descriptor: number;
  private buffer = Buffer.alloc(readLength);
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
        return this.read(committed, onAppend);
      }
      if (checksum(this.buffer, at + appendHeaderLength, length) !== this.buffer.readUInt32BE(at + 4))
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
