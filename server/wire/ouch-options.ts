import { closedSet } from "../../domain/closed-set";
import { isSafeU64, readI32, readU16, readU32, readU64Unchecked, writeU16, writeU32, writeU64 } from "./bytes";

/** What became of the bytes of one OUCH message. */
export const ouchVerdict = closedSet("OUCH verdict", "ok", "unknownType", "badLength", "badAppendage", "outOfRange");

/** A code of `ouchVerdict`. Out of range: a 64-bit price or time beyond 2^53 - 1. */
export type OuchVerdict = number;

/**
 * Tags of the optional fields (appendix A), with the specification's names where they differ. Tags 8 and 19 to 21 are
 * not assigned. Tags 29 and 30 came with a later revision of version 5.0.
 */
export const ouchTag = {
  /** SecondaryOrdRefNum, 8 bytes: see `OuchOptions.setSecondaryOrderReference`. */
  secondaryOrderReference: 1,
  /** Firm, 4 characters, packed. */
  firm: 2,
  /** MinQty. */
  minimumQuantity: 3,
  /** CustomerType: a code of `ouchCustomerType`. */
  customerType: 4,
  /** MaxFloor: the shares displayed of an order with reserves. */
  maxFloor: 5,
  /** PriceType: L limit, P market peg, R primary peg, M midpoint peg, Q market maker peg, m midpoint. */
  priceType: 6,
  /** PegOffset: a signed price of 4 bytes. */
  pegOffset: 7,
  discretionPrice: 9,
  discretionPriceType: 10,
  /** DiscretionPegOffset: a signed price of 4 bytes. */
  discretionPegOffset: 11,
  /** PostOnly: a code of `ouchPostOnly`. */
  postOnly: 12,
  randomReserves: 13,
  /** Route, 4 characters, packed. */
  route: 14,
  /** ExpireTime in seconds since midnight, for good till time. */
  expireTimeSeconds: 15,
  tradeNow: 16,
  /** HandleInst. */
  handleInstruction: 17,
  bboWeightIndicator: 18,
  displayQuantity: 22,
  displayPrice: 23,
  /** Group ID, 2 bytes: a mass cancel can name it. */
  groupId: 24,
  sharesLocated: 25,
  /** LocateBroker, 4 characters, packed. */
  locateBroker: 26,
  /** Side, in a replace or a mass cancel. */
  side: 27,
  /** UserRefIdx: the client's own channel number; user reference numbers count up within it. */
  userReferenceIndex: 28,
  /** AIQ Strategy: self match prevention. */
  selfMatchStrategy: 29,
  /** AIQ Group ID, 2 characters, packed. */
  selfMatchGroup: 30,
} as const;

const TAG_LIMIT = 32;

/** Length of each tag's value in bytes; 0 for a tag this version does not know. */
export const ouchTagLength: Uint8Array = new Uint8Array(256);
for (const tag of [4, 6, 10, 12, 16, 17, 18, 25, 27, 28, 29]) ouchTagLength[tag] = 1;
for (const tag of [24, 30]) ouchTagLength[tag] = 2;
for (const tag of [2, 3, 5, 7, 11, 13, 14, 15, 22, 26]) ouchTagLength[tag] = 4;
for (const tag of [1, 9, 23]) ouchTagLength[tag] = 8;

/**
 * True when the elements of an appendage (each the length of what follows, a tag, a value) fill it exactly and every
 * known tag has its length. Unknown tags are let through: newer exchanges may send them.
 */
export function isOuchAppendageSound(bytes: Uint8Array, offset: number, length: number): boolean {
  const end = offset + length;
  let position = offset;
  while (position < end) {
    const elementLength = bytes[position];
    if (elementLength < 1 || position + 1 + elementLength > end) return false;
    const expected = ouchTagLength[bytes[position + 1]];
    if (expected !== 0 && expected !== elementLength - 1) return false;
    position += 1 + elementLength;
  }
  return true;
}

/**
 * The optional fields of one message, made once and used again: decoded from an appendage, or set and encoded. A value
 * is a number whatever its tag: a byte for a one-character code, packed ASCII for two or four characters, 1/10,000 for
 * prices.
 */
export class OuchOptions {
  /** One bit a tag that is present. */
  private present = 0;
  private readonly values = new Float64Array(TAG_LIMIT);
  private secondaryHigh = 0;
  private secondaryLow = 0;

  /** Forgets every option. */
  clear(): this {
    this.present = 0;
    return this;
  }

  /** True when no option is present. */
  get isEmpty(): boolean {
    return this.present === 0;
  }

  /** True when the option is present. */
  has(tag: number): boolean {
    return tag < TAG_LIMIT && ((this.present >>> tag) & 1) === 1;
  }

  /** The option's value, or `absent` when it is not present. */
  get(tag: number, absent = 0): number {
    return this.has(tag) ? this.values[tag] : absent;
  }

  /** Sets an option; throws a RangeError on a tag that does not exist or has its own setter. */
  set(tag: number, value: number): this {
    if (!(ouchTagLength[tag] > 0) || tag === ouchTag.secondaryOrderReference) {
      throw new RangeError(`no OUCH option ${tag} to set`);
    }
    this.values[tag] = value;
    this.present |= 1 << tag;
    return this;
  }

  /** Sets SecondaryOrdRefNum, the order reference of the part of an order that was displayed anew. */
  setSecondaryOrderReference(high: number, low: number): this {
    this.secondaryHigh = high;
    this.secondaryLow = low;
    this.present |= 1 << ouchTag.secondaryOrderReference;
    return this;
  }

  /** High half of SecondaryOrdRefNum; 0 when absent. */
  get secondaryOrderReferenceHigh(): number {
    return this.has(ouchTag.secondaryOrderReference) ? this.secondaryHigh : 0;
  }

  /** Low half of SecondaryOrdRefNum; 0 when absent. */
  get secondaryOrderReferenceLow(): number {
    return this.has(ouchTag.secondaryOrderReference) ? this.secondaryLow : 0;
  }

  /** Replaces the options by those of an appendage; on a verdict other than ok none are left. */
  decode(bytes: Uint8Array, offset: number, length: number): OuchVerdict {
    this.present = 0;
    if (offset < 0 || length < 0 || offset + length > bytes.length || !isOuchAppendageSound(bytes, offset, length)) {
      return ouchVerdict.code.badAppendage;
    }
    const end = offset + length;
    for (let position = offset; position < end; position += 1 + bytes[position]) {
      const tag = bytes[position + 1];
      const at = position + 2;
      switch (ouchTagLength[tag]) {
        case 1:
          this.values[tag] = bytes[at];
          break;
        case 2:
          this.values[tag] = readU16(bytes, at);
          break;
        case 4:
          this.values[tag] = isSigned(tag) ? readI32(bytes, at) : readU32(bytes, at);
          break;
        case 8:
          if (tag === ouchTag.secondaryOrderReference) {
            this.secondaryHigh = readU32(bytes, at);
            this.secondaryLow = readU32(bytes, at + 4);
          } else if (isSafeU64(bytes, at)) {
            this.values[tag] = readU64Unchecked(bytes, at);
          } else {
            this.present = 0;
            return ouchVerdict.code.outOfRange;
          }
          break;
        default:
          continue;
      }
      this.present |= 1 << tag;
    }
    return ouchVerdict.code.ok;
  }

  /** Bytes the options take on the wire, without the appendage length before them. */
  get encodedLength(): number {
    let length = 0;
    for (let tag = 1; tag < TAG_LIMIT; tag += 1) if (this.has(tag)) length += 2 + ouchTagLength[tag];
    return length;
  }

  /** Writes the options in the order of their tags and returns their length. */
  encode(bytes: Uint8Array, offset: number): number {
    let position = offset;
    // The lowest bit that is left is the next tag.
    for (let left = this.present; left !== 0; left &= left - 1) {
      const tag = 31 - Math.clz32(left & -left);
      const valueLength = ouchTagLength[tag];
      bytes[position] = 1 + valueLength;
      bytes[position + 1] = tag;
      const at = position + 2;
      if (tag === ouchTag.secondaryOrderReference) {
        writeU32(bytes, at, this.secondaryHigh);
        writeU32(bytes, at + 4, this.secondaryLow);
      } else if (valueLength === 1) bytes[at] = this.values[tag];
      else if (valueLength === 2) writeU16(bytes, at, this.values[tag]);
      else if (valueLength === 4) writeU32(bytes, at, this.values[tag]);
      else writeU64(bytes, at, this.values[tag]);
      position = at + valueLength;
    }
    return position - offset;
  }
}

function isSigned(tag: number): boolean {
  return tag === ouchTag.pegOffset || tag === ouchTag.discretionPegOffset;
}
