import { closedSet } from "../../domain/closed-set";

/**
 * What the shell is asked to do on a channel: send bytes, open the connection, close it. `mark` has no channel (0): its
 * token (u32) comes back in an `outputsSent` input once all that stands before it has been handed over.
 */
export const outputKinds = closedSet("output kind", "send", "connect", "disconnect", "mark");

const tokenLength = 4;

/**
 * The outputs of one turn, in order. Preallocated; writers take the next free bytes with `begin`, fill them, and
 * `end` them. The limits are sized for a mass cancel of every working order; past them `begin` throws, which halts
 * the machine (a turn that wants to send megabytes is a broken invariant).
 */
export class Outbox {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  count = 0;
  /** How many of the outputs are marks. */
  markCount = 0;
  private used = 0;
  private readonly kinds: Uint8Array;
  private readonly channels: Uint16Array;
  private readonly offsets: Uint32Array;
  private readonly lengths: Uint32Array;

  constructor(byteLengthMax = 4 << 20, countMax = 65_536) {
    this.bytes = new Uint8Array(byteLengthMax);
    this.view = new DataView(this.bytes.buffer);
    this.kinds = new Uint8Array(countMax);
    this.channels = new Uint16Array(countMax);
    this.offsets = new Uint32Array(countMax);
    this.lengths = new Uint32Array(countMax);
  }

  /** Room for a message of up to `lengthMax` bytes; returns the offset to write at. */
  readonly begin = (lengthMax: number): number => {
    if (this.used + lengthMax > this.bytes.length)
      throw new RangeError(`outbox is full: ${this.used} of ${this.bytes.length} bytes used, ${lengthMax} more wanted`);
    return this.used;
  };

  /** Closes the message begun at the last `begin`, `length` bytes long, to be sent on `channel`. */
  readonly end = (channel: number, length: number): void => {
    this.append(outputKinds.code.send, channel, length);
  };

  /** Asks the shell to open the channel's connection. */
  readonly connect = (channel: number): void => {
    this.append(outputKinds.code.connect, channel, 0);
  };

  /** Asks the shell to close the channel's connection once what was sent before is flushed. */
  readonly disconnect = (channel: number): void => {
    this.append(outputKinds.code.disconnect, channel, 0);
  };

  /** Asks the shell to say when all before this has been handed over; `token`, a u32, tells marks apart. */
  readonly mark = (token: number): void => {
    this.view.setUint32(this.begin(tokenLength), token);
    this.append(outputKinds.code.mark, 0, tokenLength);
    this.markCount++;
  };

  readonly kindAt = (index: number): number => {
    return this.kinds[index];
  };

  readonly channelAt = (index: number): number => {
    return this.channels[index];
  };

  readonly offsetAt = (index: number): number => {
    return this.offsets[index];
  };

  readonly lengthAt = (index: number): number => {
    return this.lengths[index];
  };

  /** Appends copies of all that `other` holds; returns false, and takes nothing, when there is no room. */
  readonly take = (other: Outbox): boolean => {
    const { count, used } = other;
    if (this.count + count > this.kinds.length || this.used + used > this.bytes.length) return false;
    if (used > 0) this.bytes.set(other.bytes.subarray(0, used), this.used);
    for (let i = 0; i < count; i++) this.append(other.kinds[i], other.channels[i], other.lengths[i]);
    this.markCount += other.markCount;
    return true;
  };

  readonly clear = (): void => {
    this.count = 0;
    this.markCount = 0;
    this.used = 0;
  };

  private readonly append = (kind: number, channel: number, length: number): void => {
    const index = this.count;
    if (index >= this.kinds.length) throw new RangeError(`outbox is full: ${index} outputs in one turn`);
    this.kinds[index] = kind;
    this.channels[index] = channel;
    this.offsets[index] = this.used;
    this.lengths[index] = length;
    this.used += length;
    this.count = index + 1;
  };
}
