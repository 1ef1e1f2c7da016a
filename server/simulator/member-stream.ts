import type { StateRegistry } from "../machine/state-registry";
import { copyBytes, readU16, writeU16 } from "../wire/bytes";
import { ouchOutboundType } from "../wire/ouch-codes";
import { memberStreamByteLength, memberStreamMessageCount } from "./limits";

const NEXT = 0;
const OLDEST = 1;
const HEAD = 2;
const WITHHELD = 3;
const counterCount = 4;

/**
 * What a venue has said to the member, in sequence, kept for the whole day in one ring: the order session and the drop
 * copy are two readers of it, each at its own place, so both can resume from any sequence number still held.
 */
export class MemberStream {
  private readonly bytes: Uint8Array;
  /** Byte position of each message, counted from the day's start; the ring holds it modulo its length. */
  private readonly starts: Float64Array;
  private readonly counters: Float64Array;
  /** 1 for a message that the drop copy leaves out. */
  private readonly withheld: Uint8Array;

  constructor(
    registry: StateRegistry,
    readonly venue: number,
  ) {
    this.bytes = registry.allocate(`member.stream${venue}`, "u8", memberStreamByteLength);
    this.starts = registry.allocate(`member.starts${venue}`, "f64", memberStreamMessageCount);
    this.counters = registry.allocate(`member.counters${venue}`, "f64", counterCount);
    this.withheld = registry.allocate(`member.withheld${venue}`, "u8", memberStreamMessageCount);
    this.clear();
  }

  /** Starts a day with sequence number 1. */
  clear(): void {
    this.counters[NEXT] = 1;
    this.counters[OLDEST] = 1;
    this.counters[HEAD] = 0;
    this.counters[WITHHELD] = 0;
  }

  /** The drop copy leaves out the next executions, as many as this. */
  withholdNext(count: number): void {
    this.counters[WITHHELD] = count;
  }

  /** True for a retained message that the drop copy leaves out. */
  isWithheld(sequence: number): boolean {
    return this.withheld[sequence % memberStreamMessageCount] === 1;
  }

  /** Sequence number of the next message. */
  get nextSequence(): number {
    return this.counters[NEXT];
  }

  /** Lowest sequence number that can still be read. */
  get oldestSequence(): number {
    return this.counters[OLDEST];
  }

  /** Adds a message; the oldest ones leave when there is no room. */
  append(source: Uint8Array, offset: number, length: number): void {
    const { counters, starts } = this;
    let position = counters[HEAD];
    const place = position % memberStreamByteLength;
    // A message is never split: one that would be starts at the ring's beginning.
    if (place + 2 + length > memberStreamByteLength) position += memberStreamByteLength - place;
    const at = position % memberStreamByteLength;
    writeU16(this.bytes, at, length);
    copyBytes(this.bytes, at + 2, source, offset, length);
    const sequence = counters[NEXT];
    const isWithheld = counters[WITHHELD] > 0 && source[offset] === ouchOutboundType.executed;
    if (isWithheld) counters[WITHHELD] -= 1;
    this.withheld[sequence % memberStreamMessageCount] = isWithheld ? 1 : 0;
    starts[sequence % memberStreamMessageCount] = position;
    counters[HEAD] = position + 2 + length;
    counters[NEXT] = sequence + 1;
    let oldest = counters[OLDEST];
    if (sequence - oldest >= memberStreamMessageCount) oldest = sequence - memberStreamMessageCount + 1;
    while (oldest < sequence && starts[oldest % memberStreamMessageCount] < counters[HEAD] - memberStreamByteLength)
      oldest += 1;
    counters[OLDEST] = oldest;
  }

  /** Where a retained message begins in `buffer`. */
  offsetOf(sequence: number): number {
    return (this.starts[sequence % memberStreamMessageCount] % memberStreamByteLength) + 2;
  }

  /** Length of a retained message. */
  lengthOf(sequence: number): number {
    return readU16(this.bytes, this.offsetOf(sequence) - 2);
  }

  /** The ring's bytes. */
  get buffer(): Uint8Array {
    return this.bytes;
  }
}
