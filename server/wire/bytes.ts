/**
 * Big-endian reads and writes on plain byte arrays. Every function composes bytes by hand: no DataView, no allocation,
 * so the codecs built on it can run once per market data message. Offsets are not checked here: a codec checks the
 * message length once, then reads.
 */

const TWO_TO_16 = 0x1_0000;
const TWO_TO_32 = 0x1_0000_0000;

/** The highest high half of a 64-bit value that still fits a safe integer (2^53 - 1). */
const SAFE_HIGH = 0x1f_ffff;

const SPACE = 0x20;

/** Reads an unsigned 16-bit integer. */
export function readU16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] << 8) | bytes[offset + 1];
}

/** Reads an unsigned 32-bit integer. */
export function readU32(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] << 24) | (bytes[offset + 1] << 16) | (bytes[offset + 2] << 8) | bytes[offset + 3]) >>> 0;
}

/** Reads a signed 32-bit integer. */
export function readI32(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] << 24) | (bytes[offset + 1] << 16) | (bytes[offset + 2] << 8) | bytes[offset + 3];
}

/** Reads an unsigned 48-bit integer, always exact. */
export function readU48(bytes: Uint8Array, offset: number): number {
  return readU16(bytes, offset) * TWO_TO_32 + readU32(bytes, offset + 2);
}

/** True when the unsigned 64-bit integer at `offset` fits a safe integer. */
export function isSafeU64(bytes: Uint8Array, offset: number): boolean {
  return readU32(bytes, offset) <= SAFE_HIGH;
}

/** Reads an unsigned 64-bit integer known to be safe (see `isSafeU64`); a larger one comes back rounded. */
export function readU64Unchecked(bytes: Uint8Array, offset: number): number {
  return readU32(bytes, offset) * TWO_TO_32 + readU32(bytes, offset + 4);
}

/** Reads an unsigned 64-bit integer; throws a RangeError that carries its halves when it exceeds 2^53 - 1. */
export function readU64AsNumber(bytes: Uint8Array, offset: number): number {
  const high = readU32(bytes, offset);
  const low = readU32(bytes, offset + 4);
  if (high > SAFE_HIGH) throw new RangeError(`64-bit value ${high} * 2^32 + ${low} is not a safe integer`);
  return high * TWO_TO_32 + low;
}

/** Joins the two halves of a 64-bit value known to be below 2^53. */
export function joinU64(high: number, low: number): number {
  return high * TWO_TO_32 + low;
}

/** The high 32 bits of a safe non-negative integer. */
export function highHalf(value: number): number {
  return Math.floor(value / TWO_TO_32);
}

/** The low 32 bits of a safe non-negative integer, unsigned. */
export function lowHalf(value: number): number {
  return value % TWO_TO_32;
}

/** Writes an unsigned 16-bit integer. */
export function writeU16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 8;
  bytes[offset + 1] = value;
}

/** Writes a 32-bit integer, signed or unsigned. */
export function writeU32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}

/** Writes an unsigned 48-bit integer. */
export function writeU48(bytes: Uint8Array, offset: number, value: number): void {
  const high = Math.floor(value / TWO_TO_32);
  writeU16(bytes, offset, high % TWO_TO_16);
  writeU32(bytes, offset + 2, value - high * TWO_TO_32);
}

/** Writes a safe non-negative integer as an unsigned 64-bit integer. */
export function writeU64(bytes: Uint8Array, offset: number, value: number): void {
  const high = Math.floor(value / TWO_TO_32);
  writeU32(bytes, offset, high);
  writeU32(bytes, offset + 4, value - high * TWO_TO_32);
}

/** Copies `length` bytes; a plain loop, which beats a subarray and `set` at the sizes of a wire field. */
export function copyBytes(
  target: Uint8Array,
  targetOffset: number,
  source: Uint8Array,
  sourceOffset: number,
  length: number,
): void {
  for (let index = 0; index < length; index += 1) target[targetOffset + index] = source[sourceOffset + index];
}

/** Copies the eight bytes of a symbol: no loop, whose end the processor would guess wrong. */
export function copySymbol(target: Uint8Array, targetOffset: number, source: Uint8Array, sourceOffset: number): void {
  target[targetOffset] = source[sourceOffset];
  target[targetOffset + 1] = source[sourceOffset + 1];
  target[targetOffset + 2] = source[sourceOffset + 2];
  target[targetOffset + 3] = source[sourceOffset + 3];
  target[targetOffset + 4] = source[sourceOffset + 4];
  target[targetOffset + 5] = source[sourceOffset + 5];
  target[targetOffset + 6] = source[sourceOffset + 6];
  target[targetOffset + 7] = source[sourceOffset + 7];
}

/** Writes ASCII text left-justified and padded with spaces to `width`; text beyond the width is cut off. */
export function writeSymbol(bytes: Uint8Array, offset: number, text: string, width: number): void {
  for (let index = 0; index < width; index += 1) {
    bytes[offset + index] = index < text.length ? text.charCodeAt(index) : SPACE;
  }
}

/** Reads ASCII text of `width` bytes without the spaces around it. Allocates a string: not for the hot path. */
export function readSymbol(bytes: Uint8Array, offset: number, width: number): string {
  let start = offset;
  let end = offset + width;
  while (end > start && bytes[end - 1] === SPACE) end -= 1;
  while (start < end && bytes[start] === SPACE) start += 1;
  let text = "";
  for (let index = start; index < end; index += 1) text += String.fromCharCode(bytes[index]);
  return text;
}

/** A fresh array of `width` bytes holding ASCII text padded with spaces; made once per symbol, not per message. */
export function symbolBytes(text: string, width = 8): Uint8Array {
  const bytes = new Uint8Array(width);
  writeSymbol(bytes, 0, text, width);
  return bytes;
}

/** Packs up to four ASCII characters, padded with spaces, into the 32-bit integer that stands for them on the wire. */
export function packAscii4(text: string): number {
  const at = (index: number): number => (index < text.length ? text.charCodeAt(index) & 0xff : SPACE);
  return ((at(0) << 24) | (at(1) << 16) | (at(2) << 8) | at(3)) >>> 0;
}

/** The text of four packed ASCII characters, without the spaces after it. */
export function unpackAscii4(packed: number): string {
  return String.fromCharCode(packed >>> 24, (packed >>> 16) & 0xff, (packed >>> 8) & 0xff, packed & 0xff).trimEnd();
}

/** Packs up to two ASCII characters, padded with a space, into a 16-bit integer. */
export function packAscii2(text: string): number {
  return packAscii4(text) >>> 16;
}

/** The text of two packed ASCII characters, without the space after it. */
export function unpackAscii2(packed: number): string {
  return String.fromCharCode((packed >>> 8) & 0xff, packed & 0xff).trimEnd();
}

/** Writes a safe non-negative integer in ASCII digits, right-justified and padded on the left with spaces. */
export function writeAsciiNumber(bytes: Uint8Array, offset: number, value: number, width: number): void {
  let rest = value;
  for (let index = width - 1; index >= 0; index -= 1) {
    const more = rest > 0 || index === width - 1;
    bytes[offset + index] = more ? 0x30 + (rest % 10) : SPACE;
    rest = Math.floor(rest / 10);
  }
}

/**
 * Reads ASCII digits with spaces allowed on either side; -1 when there is no digit, something else than digits, or a
 * value beyond 2^53 - 1.
 */
export function readAsciiNumber(bytes: Uint8Array, offset: number, width: number): number {
  let start = offset;
  let end = offset + width;
  while (start < end && bytes[start] === SPACE) start += 1;
  while (end > start && bytes[end - 1] === SPACE) end -= 1;
  if (start === end) return -1;
  let value = 0;
  for (let index = start; index < end; index += 1) {
    const digit = bytes[index] - 0x30;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
    if (value > Number.MAX_SAFE_INTEGER) return -1;
  }
  return value;
}
