import { type FactKind, factCode } from "../facts";

/** A fact as journals up to format 3 hold it: big-endian, without the bit 0x80 in its kind. */
export function olderFact(
  kind: FactKind,
  number: number,
  timeNs: number,
  fields: readonly number[],
  text: string,
): Buffer {
  const words = Buffer.from(text, "utf8");
  const bytes = Buffer.alloc(20 + fields.length * 8 + words.length);
  bytes.writeUInt16BE(bytes.length, 0);
  bytes[2] = factCode[kind];
  bytes[3] = fields.length;
  bytes.writeDoubleBE(number, 4);
  bytes.writeDoubleBE(timeNs, 12);
  fields.forEach((field, at) => {
    bytes.writeDoubleBE(field, 20 + at * 8);
  });
  words.copy(bytes, 20 + fields.length * 8);
  return bytes;
}
