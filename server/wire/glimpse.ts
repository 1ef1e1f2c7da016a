import { readAsciiNumber, writeAsciiNumber } from "./bytes";

/**
 * GLIMPSE 5.0: the state of the book on request. After a login for sequence 1 over SoupBinTCP the server sends ITCH
 * 5.0 messages, then one Snapshot message of its own, and the client goes on from the real-time feed.
 */

/** The type byte of the Snapshot message, 'G'. It is no ITCH type. */
export const glimpseSnapshotType = 0x47;

/** Length of the Snapshot message: the type and twenty ASCII digits. */
export const glimpseSnapshotLength = 21;

/**
 * 'G', the last message: the sequence number of the ITCH message the client should go on with. Written right-justified
 * with spaces on the left, as SoupBinTCP writes its numbers; the specification only says twenty ASCII characters.
 */
export function encodeGlimpseSnapshot(bytes: Uint8Array, offset: number, nextSequence: number): number {
  bytes[offset] = glimpseSnapshotType;
  writeAsciiNumber(bytes, offset + 1, nextSequence, 20);
  return glimpseSnapshotLength;
}

/**
 * The sequence number in a Snapshot message that fills `length` bytes from `offset`; -1 when it is not one. Spaces or
 * zeros before the digits and spaces after them are accepted.
 */
export function readGlimpseSnapshot(bytes: Uint8Array, offset: number, length: number): number {
  if (length !== glimpseSnapshotLength || offset < 0 || offset + length > bytes.length) return -1;
  if (bytes[offset] !== glimpseSnapshotType) return -1;
  return readAsciiNumber(bytes, offset + 1, 20);
}
