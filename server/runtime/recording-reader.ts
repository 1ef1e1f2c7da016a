import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { nsPerSecond } from "../../domain/time";
import { readU16, readU48 } from "../wire/bytes";
import { itchMessageLength } from "../wire/itch";

/** Bytes read at a time; a message is at most 65,535 bytes long. */
const chunkLength = 1 << 20;

/** Longest message that fits a packet of one input; a longer one is no ITCH and is left out. */
export const recordedMessageLengthMax = 60_000;

const hourNs = 3_600 * nsPerSecond;
/** A stamp this far back is the next day's: recordings count from midnight. */
const midnightBackNs = 12 * hourNs;
/** A jump ahead or a time beyond these is no time at all. */
const jumpNsMax = 24 * hourNs;
const timeNsMax = 96 * hourNs;

/** A place in a recording, before a message. */
export type RecordingPlace = {
  readonly fileOffset: number;
  readonly timeNs: number;
  readonly dayNs: number;
  readonly messages: number;
  readonly leftOut: number;
};

/**
 * A length-prefixed ITCH 5.0 file, message by message, never whole in memory: before each message stands its length in
 * two big-endian bytes. Times never fall: one that steps back stands still, except over midnight, which adds a day;
 * what cannot be a message has the time of the one before it. Bad bytes are never thrown.
 */
export class RecordingReader {
  readonly byteLength: number;
  /** The message `next` moved to lies in `bytes` from `offset`, `length` bytes long, until the next call. */
  readonly bytes: Buffer;
  offset = 0;
  length = 0;
  /** Time of the message, ns since midnight of the recording's first day. */
  timeNs = 0;
  /** Messages read. */
  messages = 0;
  /** Empty and oversized messages, which were left out. */
  leftOut = 0;
  /** Byte at which the file ends within a message, once that is known. */
  truncatedAt: number | null = null;
  private readonly descriptor: number;
  private used = 0;
  private at = 0;
  private dayNs = 0;
  private placeOffset = 0;
  private placeTimeNs = 0;
  private placeDayNs = 0;
  private placeMessages = 0;
  private placeLeftOut = 0;
  /** File offset of `bytes[0]`. */
  private base = 0;

  /** Opens a file; throws what the system says when it cannot be opened. */
  constructor(
    readonly file: string,
    bufferLength = chunkLength,
  ) {
    this.descriptor = openSync(file, "r");
    this.byteLength = fstatSync(this.descriptor).size;
    this.bytes = Buffer.alloc(Math.max(bufferLength, 2 + 65_535));
  }

  /** Moves to the next message; false at the end, whole or not. */
  next(): boolean {
    this.placeOffset = this.base + this.at;
    this.placeTimeNs = this.timeNs;
    this.placeDayNs = this.dayNs;
    this.placeMessages = this.messages;
    this.placeLeftOut = this.leftOut;
    for (;;) {
      if (!this.holds(2)) return this.end();
      const length = readU16(this.bytes, this.at);
      if (!this.holds(2 + length)) return this.end();
      this.offset = this.at + 2;
      this.length = length;
      this.at += 2 + length;
      if (length === 0 || length > recordedMessageLengthMax) {
        this.leftOut++;
        continue;
      }
      this.messages++;
      if (itchMessageLength[this.bytes[this.offset]] === length) this.takeTime(readU48(this.bytes, this.offset + 5));
      return true;
    }
  }

  /** True when the message is of a known type and of that type's length. */
  get isSound(): boolean {
    return itchMessageLength[this.bytes[this.offset]] === this.length;
  }

  /** Share of the file that was read, 0..1. */
  get share(): number {
    return this.byteLength === 0 ? 1 : (this.base + this.at) / this.byteLength;
  }

  /** The place before the message that `next` moved to: `goTo` and `next` lead to that message again. */
  get place(): RecordingPlace {
    return {
      fileOffset: this.placeOffset,
      timeNs: this.placeTimeNs,
      dayNs: this.placeDayNs,
      messages: this.placeMessages,
      leftOut: this.placeLeftOut,
    };
  }

  /** Goes to a place that was taken before, or to the file's start. */
  goTo(place: RecordingPlace = { fileOffset: 0, timeNs: 0, dayNs: 0, messages: 0, leftOut: 0 }): void {
    this.used = 0;
    this.at = 0;
    this.base = place.fileOffset;
    this.dayNs = place.dayNs;
    this.timeNs = place.timeNs;
    this.messages = place.messages;
    this.leftOut = place.leftOut;
    this.truncatedAt = null;
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private takeTime(stampNs: number): void {
    let timeNs = stampNs + this.dayNs;
    if (this.messages > 1 && timeNs < this.timeNs - midnightBackNs) {
      this.dayNs += 24 * hourNs;
      timeNs += 24 * hourNs;
    }
    const ahead = timeNs - this.timeNs;
    if (ahead > 0 && ahead <= jumpNsMax && timeNs <= timeNsMax) this.timeNs = timeNs;
  }

  /** Makes sure that `count` bytes from `at` are in the buffer; false when the file has fewer. */
  private holds(count: number): boolean {
    if (this.used - this.at >= count) return true;
    this.bytes.copyWithin(0, this.at, this.used);
    this.base += this.at;
    this.used -= this.at;
    this.at = 0;
    while (this.used < count) {
      const got = readSync(
        this.descriptor,
        this.bytes,
        this.used,
        this.bytes.length - this.used,
        this.base + this.used,
      );
      if (got === 0) return false;
      this.used += got;
    }
    return true;
  }

  private end(): false {
    this.truncatedAt = this.used > this.at ? this.base + this.at : null;
    return false;
  }
}
