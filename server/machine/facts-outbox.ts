import { factHeaderLength, factHeaderWords, factKindOf, factLayoutBit, factLengthOf } from "../../domain/facts";

/** Room that `begin` makes sure of: a header and 64 fields. */
const factRoom = factHeaderLength + 64 * 8;
/** A fact says its length in two bytes. */
const factLengthMax = 0xffff;
const noText = new Uint8Array(0);

/**
 * The facts of one turn, encoded as they go to the facts log (layout in `domain/facts.ts`). A fact's fields are written
 * in place: `begin` says where in `fields`, `end` makes it a fact.
 */
export class FactsOutbox {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** The same memory as doubles. */
  readonly fields: Float64Array;
  private readonly words: Int32Array;
  used = 0;
  count = 0;

  /** `byteLengthMax`: bytes of facts a turn may have, a multiple of 8. */
  constructor(byteLengthMax = 8 << 20) {
    // The last fact that fits may leave less room than `begin` makes sure of.
    this.fields = new Float64Array((byteLengthMax + factRoom) >> 3);
    this.bytes = new Uint8Array(this.fields.buffer, 0, byteLengthMax);
    this.view = new DataView(this.fields.buffer, 0, byteLengthMax);
    this.words = new Int32Array(this.fields.buffer);
  }

  /**
   * Where in `fields` the next fact's first field goes, at most 64 of them; what is written there is no fact before `end`.
   * Throws when the turn's buffer is full, which halts the machine.
   */
  readonly begin = (): number => {
    if (this.used >= this.bytes.length)
      throw new RangeError(`facts outbox is full: ${this.used} of ${this.bytes.length} bytes used`);
    return (this.used >> 3) + factHeaderWords;
  };

  /**
   * Makes a fact of what was written since `begin`: the first `fieldCount` fields, with the number and time in `head`: an
   * array is handed on without allocating, two doubles are not. `text` follows as UTF-8 bytes. Throws as `begin` does.
   */
  readonly end = (
    kind: number,
    fieldCount: number,
    head: Float64Array,
    text: Uint8Array,
    textOffset: number,
    textLength: number,
  ): void => {
    const { fields, used, words } = this;
    const at = used >> 3;
    const length = factHeaderLength + (fieldCount << 3) + ((textLength + 7) & ~7);
    if (used + length > this.bytes.length)
      throw new RangeError(
        `facts outbox is full: ${used} of ${this.bytes.length} bytes used, ${length} more are needed`,
      );
    words[at << 1] = length | ((kind | factLayoutBit) << 16) | (fieldCount << 24);
    words[(at << 1) | 1] = textLength;
    fields[at + 1] = head[0];
    fields[at + 2] = head[1];
    if (textLength > 0) {
      if (length > factLengthMax) throw new RangeError(`a fact of ${length} bytes, at most ${factLengthMax} fit`);
      this.writeText(used + factHeaderLength + (fieldCount << 3), text, textOffset, textLength);
    }
    this.used = used + length;
    this.count++;
  };

  /** Appends one whole fact; `fieldCount` numbers of `fields`, and a text that may be empty. */
  readonly append = (
    kind: number,
    number: number,
    timeNs: number,
    fields: Float64Array,
    fieldCount: number,
    text: Uint8Array = noText,
    textOffset = 0,
    textLength = text.length,
  ): void => {
    const at = this.begin();
    for (let i = 0; i < fieldCount; i++) this.fields[at + i] = fields[i];
    this.end(kind, fieldCount, Float64Array.of(number, timeNs), text, textOffset, textLength);
  };

  /** True when a fact of this kind is among them. */
  readonly holds = (kind: number): boolean => {
    for (let at = 0; at < this.used; at += factLengthOf(this.view, at))
      if (factKindOf(this.view, at) === kind) return true;
    return false;
  };

  readonly clear = (): void => {
    this.used = 0;
    this.count = 0;
  };

  /** The text and its filling up to eight bytes. */
  private readonly writeText = (at: number, text: Uint8Array, textOffset: number, textLength: number): void => {
    const { bytes } = this;
    for (let i = 0; i < textLength; i++) bytes[at + i] = text[textOffset + i];
    for (let i = textLength; (i & 7) !== 0; i++) bytes[at + i] = 0;
  };
}
