import { closedSet } from "../../domain/closed-set";
import { copyBytes, isSafeU64, readU16, readU64Unchecked, writeU16, writeU64 } from "./bytes";

/**
 * MoldUDP64 1.00, the multicast transport of ITCH. A downstream packet is a 20-byte header, session (10),
 * sequence number of its first message (8), message count (2), then that many message blocks, each a two-byte length
 * and its data. A request packet is the same header: resend `count` messages from a sequence number.
 * Bytes are never trusted: verdicts come back and nothing is thrown.
 */

/** What became of the bytes of one packet. */
export const moldVerdict = closedSet(
  "MoldUDP64 verdict",
  "ok",
  "truncatedHeader",
  "sequenceOutOfRange",
  "truncatedBlock",
  "trailingBytes",
);

/** A code of `moldVerdict`. */
export type MoldVerdict = number;

const OK = moldVerdict.code.ok;

/** Length of the header of a downstream packet, and of a whole request packet. */
export const moldHeaderLength = 20;

/** Length of a session name. */
export const moldSessionLength = 10;

/** Count of a heartbeat: no messages; its sequence number is that of the next message. */
export const moldHeartbeatCount = 0;

/** Count that marks the end of the session; its sequence number is that of the next message. */
export const moldEndOfSessionCount = 0xffff;

/** Most bytes of a packet this system sends, well inside an Ethernet frame. */
export const moldPayloadLimit = 1400;

/** A decoded header, filled in place by `readMoldHeader`. */
export class MoldHeader {
  /** Where the ten bytes of the session stand. */
  sessionOffset = 0;
  /** Sequence number of the first message, or of the next one when there is none in this packet. */
  sequence = 0;
  /** Number of messages as on the wire, with the marks for heartbeat and end of session. */
  count = 0;
}

/** Reads the header of a downstream or request packet that fills `length` bytes from `offset`. */
export function readMoldHeader(bytes: Uint8Array, offset: number, length: number, header: MoldHeader): MoldVerdict {
  if (length < moldHeaderLength || offset < 0 || offset + moldHeaderLength > bytes.length) {
    return moldVerdict.code.truncatedHeader;
  }
  if (!isSafeU64(bytes, offset + 10)) return moldVerdict.code.sequenceOutOfRange;
  header.sessionOffset = offset;
  header.sequence = readU64Unchecked(bytes, offset + 10);
  header.count = readU16(bytes, offset + 18);
  return OK;
}

/** How many message blocks follow a header: its count, except that the end of session mark means none. */
export function moldBlockCount(count: number): number {
  return count === moldEndOfSessionCount ? 0 : count;
}

/**
 * The data length of the message block at `offset`, or -1 when the block does not end by `end`. The data begins two
 * bytes on; the next block begins two bytes plus this length on.
 */
export function moldBlockLength(bytes: Uint8Array, offset: number, end: number): number {
  if (offset + 2 > end || end > bytes.length) return -1;
  const length = readU16(bytes, offset);
  return offset + 2 + length > end ? -1 : length;
}

/**
 * Checks that the blocks of a packet fill it exactly, before any of them is used: a packet is taken whole or not at
 * all. `header` is the one `readMoldHeader` filled from the same bytes.
 */
export function checkMoldBlocks(bytes: Uint8Array, offset: number, length: number, header: MoldHeader): MoldVerdict {
  const end = offset + length;
  let position = offset + moldHeaderLength;
  for (let left = moldBlockCount(header.count); left > 0; left -= 1) {
    const blockLength = moldBlockLength(bytes, position, end);
    if (blockLength < 0) return moldVerdict.code.truncatedBlock;
    position += 2 + blockLength;
  }
  return position === end ? OK : moldVerdict.code.trailingBytes;
}

/** Calls back for every message of a packet that `checkMoldBlocks` found ok; stops at the first block cut off. */
export function forEachMoldBlock(
  bytes: Uint8Array,
  offset: number,
  length: number,
  header: MoldHeader,
  onBlock: (sequence: number, blockOffset: number, blockLength: number) => void,
): MoldVerdict {
  const end = offset + length;
  const count = moldBlockCount(header.count);
  let position = offset + moldHeaderLength;
  for (let index = 0; index < count; index += 1) {
    const blockLength = moldBlockLength(bytes, position, end);
    if (blockLength < 0) return moldVerdict.code.truncatedBlock;
    onBlock(header.sequence + index, position + 2, blockLength);
    position += 2 + blockLength;
  }
  return position === end ? OK : moldVerdict.code.trailingBytes;
}

/** Writes a header and returns its length; `session` holds the ten bytes of the session from `sessionOffset`. */
export function encodeMoldHeader(
  bytes: Uint8Array,
  offset: number,
  session: Uint8Array,
  sessionOffset: number,
  sequence: number,
  count: number,
): number {
  copyBytes(bytes, offset, session, sessionOffset, moldSessionLength);
  writeU64(bytes, offset + 10, sequence);
  writeU16(bytes, offset + 18, count);
  return moldHeaderLength;
}

/** Heartbeat: says the line is alive and which message comes next. Sent once a second when there is no traffic. */
export function encodeMoldHeartbeat(
  bytes: Uint8Array,
  offset: number,
  session: Uint8Array,
  sessionOffset: number,
  nextSequence: number,
): number {
  return encodeMoldHeader(bytes, offset, session, sessionOffset, nextSequence, moldHeartbeatCount);
}

/** End of session: says no message follows in this session. */
export function encodeMoldEndOfSession(
  bytes: Uint8Array,
  offset: number,
  session: Uint8Array,
  sessionOffset: number,
  nextSequence: number,
): number {
  return encodeMoldHeader(bytes, offset, session, sessionOffset, nextSequence, moldEndOfSessionCount);
}

/** Request packet: asks a re-request server for `count` messages from `sequence`. */
export function encodeMoldRequest(
  bytes: Uint8Array,
  offset: number,
  session: Uint8Array,
  sessionOffset: number,
  sequence: number,
  count: number,
): number {
  return encodeMoldHeader(bytes, offset, session, sessionOffset, sequence, count);
}

/**
 * Builds one downstream packet after another in a fixed buffer. Messages are encoded in place:
 *
 *     writer.begin(nextSequence);
 *     const at = writer.openBlock(itchLongestMessage);        // -1: full, finish and begin again
 *     writer.closeBlock(encodeAddOrder(writer.bytes, at, …));
 *     const length = writer.finish();                          // bytes[0 .. length) is the packet
 */
export class MoldPacketWriter {
  readonly bytes: Uint8Array;
  private readonly limit: number;
  private position = moldHeaderLength;
  private blocks = 0;

  /** `buffer` is written from its start; no packet grows beyond `limit` bytes or the buffer. */
  constructor(buffer: Uint8Array, session: Uint8Array, sessionOffset = 0, limit = moldPayloadLimit) {
    this.bytes = buffer;
    this.limit = Math.min(limit, buffer.length);
    encodeMoldHeader(buffer, 0, session, sessionOffset, 1, 0);
  }

  /** Messages in the packet so far. */
  get count(): number {
    return this.blocks;
  }

  /** Length of the packet so far. */
  get length(): number {
    return this.position;
  }

  /** Starts an empty packet whose first message will have this sequence number. */
  begin(sequence: number): void {
    this.position = moldHeaderLength;
    this.blocks = 0;
    writeU64(this.bytes, 10, sequence);
  }

  /** Where a message of up to `longest` bytes may be encoded, or -1 when the packet has no room for it. */
  openBlock(longest: number): number {
    if (this.position + 2 + longest > this.limit || this.blocks >= moldEndOfSessionCount - 1) return -1;
    return this.position + 2;
  }

  /** Adds the message just encoded at the place `openBlock` gave. */
  closeBlock(length: number): void {
    writeU16(this.bytes, this.position, length);
    this.position += 2 + length;
    this.blocks += 1;
  }

  /** Copies a message into the packet; false when there is no room for it. */
  append(source: Uint8Array, offset: number, length: number): boolean {
    const at = this.openBlock(length);
    if (at < 0) return false;
    copyBytes(this.bytes, at, source, offset, length);
    this.closeBlock(length);
    return true;
  }

  /** Completes the header and returns the packet's length; a packet without messages is a heartbeat. */
  finish(): number {
    writeU16(this.bytes, 18, this.blocks);
    return this.position;
  }
}
