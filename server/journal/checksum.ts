import { crc32 } from "node:zlib";

/** Above this many bytes the native call wins over the tables. */
const nativeLengthMin = 640;

/** Eight tables of 256: the first is CRC-32's, each further one that of a byte one place earlier (slicing by eight). */
const tables = new Int32Array(8 * 256);
for (let i = 0; i < 256; i++) {
  let value = i;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  tables[i] = value;
}
for (let i = 256; i < tables.length; i++) tables[i] = (tables[i - 256] >>> 8) ^ tables[tables[i - 256] & 0xff];

/** CRC-32 (that of zlib) of `length` bytes at `offset`, as an unsigned integer. */
export function checksum(view: DataView, offset: number, length: number): number {
  if (length >= nativeLengthMin) return crc32(new Uint8Array(view.buffer, view.byteOffset + offset, length));
  let value = -1;
  let at = offset;
  const end = offset + length;
  for (; at + 8 <= end; at += 8) {
    const first = value ^ view.getInt32(at, true);
    const second = view.getInt32(at + 4, true);
    value =
      tables[1_792 + (first & 0xff)] ^
      tables[1_536 + ((first >>> 8) & 0xff)] ^
      tables[1_280 + ((first >>> 16) & 0xff)] ^
      tables[1_024 + (first >>> 24)] ^
      tables[768 + (second & 0xff)] ^
      tables[512 + ((second >>> 8) & 0xff)] ^
      tables[256 + ((second >>> 16) & 0xff)] ^
      tables[second >>> 24];
  }
  if (at + 4 <= end) {
    const last = value ^ view.getInt32(at, true);
    value =
      tables[768 + (last & 0xff)] ^
      tables[512 + ((last >>> 8) & 0xff)] ^
      tables[256 + ((last >>> 16) & 0xff)] ^
      tables[last >>> 24];
    at += 4;
  }
  for (; at < end; at++) value = (value >>> 8) ^ tables[(value ^ view.getUint8(at)) & 0xff];
  return ~value >>> 0;
}
