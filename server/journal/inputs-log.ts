import { closeSync } from "node:fs";
import { join } from "node:path";
import { inputHeaderLength, inputPayloadLengthMax, writeInputHeader } from "../machine/input-record";
import type { RunningHash } from "../machine/running-hash";
import { AppendLog, type FileWriter } from "./append-log";
import { SegmentError } from "./journal-error";
import { encodeLogHeader, type LogHeader, setFirstRecord } from "./log-header";

/**
 * Marks between the inputs, told apart by the first byte of an append (an input's kind elsewhere). They are no
 * records and have no number. `orderlyStop` closes a run; `poison` names the record before it, whose step threw:
 * record number f64, then the reason in UTF-8. `hash` says what the live machine's hashes were after a record:
 * number of state groups u8 (0: the state was not hashed), record number f64, running hash (high u32, low u32), then
 * each group's state hash (high u32, low u32).
 */
export const logMarks = { hash: 253, orderlyStop: 254, poison: 255 } as const;

/** Bytes of a hash mark without groups. */
export const hashMarkLength = 18;

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
  /** True while no new segment could be begun: the old one goes on until `retrySegment` finds that there is one. */
  private isHeldUp = false;
  private total = 0;
  private segments = 0;
  /** Takes over the descriptors of closed segments, which are then its to close; null: they are closed here. */
  onSegmentClosed: ((descriptor: number) => void) | null = null;

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
    this.log.open(join(directory, segmentName(nextRecord)), 0, this.headerBytes);
    this.segments = 1;
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

  /** Segments begun by this run, counted from 1. */
  get segmentCount(): number {
    return this.segments;
  }

  /** Bytes of the segment that is written now. */
  get segmentByteLength(): number {
    return this.log.fileLength;
  }

  /** Bytes that wait for `flush`. */
  get waiting(): number {
    return this.log.waiting;
  }

  /** True when the next flush begins a new segment. */
  get isSegmentFull(): boolean {
    return !this.isHeldUp && this.log.fileLength + this.log.waiting >= this.segmentLength;
  }

  /** Descriptor of the segment that is written now. */
  get fileDescriptor(): number {
    return this.log.fileDescriptor;
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

  /**
   * Journals what waits; throws an AppendError, after which everything still waits and may be tried again; a SegmentError
   * once, when all is journaled and only the next segment cannot be begun. Returns true when a new segment was begun.
   */
  flush(): boolean {
    this.log.flush();
    if (this.log.fileLength < this.segmentLength || this.isHeldUp) return false;
    this.isHeldUp = true;
    this.beginSegment();
    return true;
  }

  /** Tries again to begin the segment that could not be begun; true when nothing is held up any more. Between turns only. */
  retrySegment(): boolean {
    if (!this.isHeldUp) return true;
    try {
      this.beginSegment();
      return true;
    } catch {
      return false;
    }
  }

  /** Puts the hash mark of the last record; `flush` journals it with what waits. */
  putHash(hash: RunningHash, groupHashes: Uint32Array | null): void {
    const groupLength = groupHashes === null ? 0 : groupHashes.length * 4;
    const { view } = this.log;
    let at = this.log.begin(hashMarkLength + groupLength);
    view.setUint8(at, logMarks.hash);
    view.setUint8(at + 1, groupLength >>> 3);
    view.setFloat64(at + 2, this.next - 1);
    view.setInt32(at + 10, hash.high);
    view.setInt32(at + 14, hash.low);
    at += hashMarkLength;
    if (groupHashes !== null) for (let i = 0; i < groupHashes.length; i++, at += 4) view.setUint32(at, groupHashes[i]);
    this.log.end(hashMarkLength + groupLength);
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

  /** Everything put must be flushed. */
  private beginSegment(): void {
    setFirstRecord(this.headerBytes, this.next);
    const length = this.log.fileLength;
    let closed: number;
    try {
      closed = this.log.moveTo(join(this.directory, segmentName(this.next)), this.headerBytes);
    } catch (error) {
      throw new SegmentError(error instanceof Error ? error.message : String(error));
    }
    this.isHeldUp = false;
    this.total += length;
    this.segments++;
    if (this.onSegmentClosed) this.onSegmentClosed(closed);
    else closeSync(closed);
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
