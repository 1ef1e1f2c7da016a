import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { viewOf } from "../../domain/view-of";
import { appendHeaderLength } from "./append-log";
import { checksum } from "./checksum";
import { JournalError } from "./journal-error";
import type { SoundFile } from "./sound-ahead";

/** How far past a short tail a whole append is looked for. */
const tailScanLength = 256 << 10;

/** Bytes of a file held at a time, unless one append is longer; small enough for a processor's cache. */
const windowLength = 256 << 10;

/**
 * Walks the appends of a file through a window of a quarter megabyte. `next` moves on; afterwards `offset` and `length` give
 * the append's content within `bytes`. Stops at the end and at a torn tail (what a process left that died within a
 * write); throws a JournalError on anything else that does not agree with its checksum.
 *
 * A file that another thread is writing is read up to `limit`, which its reader moves as more is committed; there
 * nothing counts as a tail.
 */
export class AppendReader {
  bytes: Buffer;
  view: DataView;
  /** Content of the append `next` moved to, within `bytes`. */
  offset = 0;
  length = 0;
  /** File offset where the append begins, its framing included. */
  start = 0;
  /** File offset where the walk stands; after it ended, the file's good length. */
  at: number;
  /** File offset up to which may be read. */
  limit: number;
  /** File offset of `bytes[0]`. */
  base: number;
  /** Bytes from this file offset on stay in the window while `next` moves it. */
  keepFrom = Number.POSITIVE_INFINITY;
  /** Bytes of a torn tail, known once `next` has returned false. */
  tornBytes = 0;
  /** Appends that end at or before this file offset were found sound by another thread. */
  private soundTo = 0;
  private held = 0;
  /** The walk has ended. What is appended by another hand afterwards, in place of a torn tail, is not read. */
  private hasEnded = false;
  private readonly descriptor: number;

  /**
   * `start` is the file offset of the first append; `lengthMax` the longest content there can be; `what` says how to
   * name the append where the walk stands; `isGrowing` that another thread is writing (see above); `sound` how far
   * another thread has summed up the file.
   */
  constructor(
    readonly file: string,
    start: number,
    private readonly lengthMax: number,
    private readonly what: () => string,
    private readonly isGrowing = false,
    private readonly sound: SoundFile | null = null,
  ) {
    this.descriptor = openSync(file, "r");
    this.at = start;
    this.base = start;
    this.limit = isGrowing ? start : fstatSync(this.descriptor).size;
    const length = isGrowing ? windowLength : Math.min(windowLength, Math.max(this.limit - start, appendHeaderLength));
    this.bytes = Buffer.allocUnsafeSlow(length);
    this.view = viewOf(this.bytes);
  }

  next(): boolean {
    if (this.hasEnded) return false;
    let from = this.at - this.base;
    if (this.held - from < appendHeaderLength) {
      if (this.limit - this.at < appendHeaderLength) return this.end();
      from = this.fill(appendHeaderLength);
    }
    const length = this.view.getUint32(from);
    if (length === 0 || length > this.lengthMax || this.at + appendHeaderLength + length > this.limit)
      return this.end();
    if (this.held - from < appendHeaderLength + length) from = this.fill(appendHeaderLength + length);
    const content = from + appendHeaderLength;
    if (this.at + appendHeaderLength + length > this.soundTo) this.sumUp(from, length);
    this.start = this.at;
    this.offset = content;
    this.length = length;
    this.at += appendHeaderLength + length;
    return true;
  }

  close(): void {
    closeSync(this.descriptor);
  }

  /** Compares the checksum of the append that lies at `from` in the window, unless another thread has meanwhile. */
  private sumUp(from: number, length: number): void {
    if (this.sound !== null) {
      this.soundTo = this.sound.ahead.offsetOf(this.sound.file);
      if (this.at + appendHeaderLength + length <= this.soundTo) return;
    }
    const expected = this.view.getUint32(from + 4);
    const got = checksum(this.view, from + appendHeaderLength, length);
    if (got !== expected)
      throw new JournalError(
        `${this.file}: damaged at offset ${this.at} (${this.what()}): ` +
          `checksum of ${length} bytes is ${got}, the file says ${expected}`,
      );
  }

  /** Gets at least `wanted` bytes from `at` on into the window; returns where they lie in it. */
  private fill(wanted: number): number {
    const keep = Math.max(this.base, Math.min(this.at, this.keepFrom));
    const kept = this.held - (keep - this.base);
    const needed = this.at - keep + wanted;
    if (needed > this.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length));
      this.bytes.copy(grown, 0, this.held - kept, this.held);
      this.bytes = grown;
      this.view = viewOf(grown);
    } else this.bytes.copyWithin(0, this.held - kept, this.held);
    this.base = keep;
    this.held = kept;
    while (this.held < needed) {
      const room = Math.min(this.bytes.length - this.held, this.limit - this.base - this.held);
      const got = readSync(this.descriptor, this.bytes, this.held, room, this.base + this.held);
      if (got === 0)
        throw new JournalError(
          `${this.file}: ends at offset ${this.base + this.held}, ${this.limit} bytes were expected`,
        );
      this.held += got;
    }
    return this.at - this.base;
  }

  /** The end of what may be read. A tail is torn when nothing whole follows; otherwise the length before it is damaged. */
  private end(): false {
    const { at } = this;
    this.hasEnded = !this.isGrowing;
    if (at === this.limit) return false;
    if (this.isGrowing)
      throw new JournalError(
        `${this.file}: damaged at offset ${at} (${this.what()}): its length does not end within what is written`,
      );
    const tail = Buffer.alloc(this.limit - at);
    for (let got = 0; got < tail.length; ) {
      const count = readSync(this.descriptor, tail, got, tail.length - got, at + got);
      if (count === 0) throw new JournalError(`${this.file}: became shorter while it was read`);
      got += count;
    }
    const view = viewOf(tail);
    const end = Math.min(tail.length - appendHeaderLength, tailScanLength);
    for (let from = 1; from < end; from++) {
      const length = view.getUint32(from);
      if (length === 0 || length > this.lengthMax || from + appendHeaderLength + length > tail.length) continue;
      if (checksum(view, from + appendHeaderLength, length) === view.getUint32(from + 4))
        throw new JournalError(
          `${this.file}: damaged at offset ${at} (${this.what()}): its length is ${view.getUint32(0)}, ` +
            `${tail.length} bytes are left, yet a whole append follows at offset ${at + from}`,
        );
    }
    this.tornBytes = tail.length;
    return false;
  }
}
