import type { FactsOutbox } from "./facts-outbox";
import type { Outbox } from "./outbox";

const lowStart = 0x811c9dc5 | 0;
const highStart = 0xcbf29ce4 | 0;
const lowFactor = 0x9e3779b1 | 0;
const highFactor = 0x85ebca77 | 0;

/**
 * A running 64-bit hash of everything a machine sends and decides, over a whole trading day: two journals, or a
 * journal and its replay, agree when their hashes do. Two lanes of 32 bits, so that their multiplications overlap; a
 * record that sends and decides nothing costs nothing and changes nothing. Layout in `docs/journal-format.md`.
 */
export class RunningHash {
  low = lowStart;
  high = highStart;

  /**
   * Takes in what one record made: the outputs from `firstOutput` on and the facts from the byte `factsFrom` on. Calls
   * for records that made nothing change nothing.
   */
  mixRecord(record: number, outbox: Outbox, firstOutput: number, facts: FactsOutbox, factsFrom: number): void {
    const { count } = outbox;
    const { used } = facts;
    if (count === firstOutput && used === factsFrom) return;
    this.mixPair(record | 0, ((count - firstOutput) << 16) ^ (used - factsFrom));
    for (let i = firstOutput; i < count; i++) {
      const length = outbox.lengthAt(i);
      this.mixPair((outbox.kindAt(i) << 16) | outbox.channelAt(i), length);
      this.mixBytes(outbox.view, outbox.offsetAt(i), length);
    }
    this.mixBytes(facts.view, factsFrom, used - factsFrom);
    let { low, high } = this;
    high = Math.imul(high ^ low, highFactor);
    high ^= high >>> 13;
    low = Math.imul(low ^ high, lowFactor);
    this.low = low ^ (low >>> 15);
    this.high = high;
  }

  private mixPair(first: number, second: number): void {
    const low = Math.imul(this.low ^ first, lowFactor);
    const high = Math.imul(this.high ^ second, highFactor);
    this.low = low ^ (low >>> 15);
    this.high = high ^ (high >>> 13);
  }

  /** Eight bytes at a time, one lane each four; what is left goes to the low lane by four, then to the high one by one. */
  private mixBytes(view: DataView, offset: number, length: number): void {
    let { low, high } = this;
    const end = offset + length;
    let at = offset;
    for (; at + 8 <= end; at += 8) {
      low = Math.imul(low ^ view.getInt32(at), lowFactor);
      high = Math.imul(high ^ view.getInt32(at + 4), highFactor);
      low ^= low >>> 15;
      high ^= high >>> 13;
    }
    if (at + 4 <= end) {
      low = Math.imul(low ^ view.getInt32(at), lowFactor);
      low ^= low >>> 15;
      at += 4;
    }
    for (; at < end; at++) {
      high = Math.imul(high ^ view.getUint8(at), highFactor);
      high ^= high >>> 13;
    }
    this.low = low;
    this.high = high;
  }

  /** Goes on from a hash written as 16 hex digits; throws a RangeError on anything else. */
  restore(text: string): void {
    if (!/^[0-9a-f]{16}$/.test(text)) throw new RangeError(`running hash must be 16 hex digits, got "${text}"`);
    this.high = Number.parseInt(text.slice(0, 8), 16) | 0;
    this.low = Number.parseInt(text.slice(8), 16) | 0;
  }

  /** 16 hex digits, the high lane first. */
  toString(): string {
    return hashText(this.high, this.low);
  }
}

/** Two lanes of 32 bits as 16 hex digits, the high one first. */
export function hashText(high: number, low: number): string {
  return (high >>> 0).toString(16).padStart(8, "0") + (low >>> 0).toString(16).padStart(8, "0");
}
