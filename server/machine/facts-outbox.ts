import { factHeaderLength } from "../../domain/facts";

/**
 * The facts of one turn, encoded as they go to the facts log (layout in `domain/facts.ts`). A fact is a kind, a
 * number, a time, up to 32 numeric fields and an optional text. Numbers count on from `lastNumber`, which the owner
 * restores with its state.
 */
export class FactsOutbox {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  private readonly head = new Float64Array(2);
  used = 0;
  count = 0;

  constructor(byteLengthMax = 8 << 20) {
    this.bytes = new Uint8Array(byteLengthMax);
    this.view = new DataView(this.bytes.buffer);
  }

  /**
   * Appends one fact whose fields are the first `fieldCount` numbers of `fields`; `text` (may be empty) follows as
   * UTF-8 bytes. Throws when the turn's buffer is full, which halts the machine.
   */
  readonly append = (
    kind: number,
    number: number,
    timeNs: number,
    fields: Float64Array,
    fieldCount: number,
    text: Uint8Array,
    textOffset: number,
    textLength: number,
  ): void => {
    this.head[0] = number;
    this.head[1] = timeNs;
    this.appendWith(kind, this.head, fields, fieldCount, text, textOffset, textLength);
  };

  /** The same with the fact's number and time in `head`: an array is handed on without allocating, two doubles are not. */
  readonly appendWith = (
    kind: number,
    head: Float64Array,
    fields: Float64Array,
    fieldCount: number,
    text: Uint8Array,
    textOffset: number,
    textLength: number,
  ): void => {
    const length = factHeaderLength + fieldCount * 8 + textLength;
    let at = this.used;
    if (at + length > this.bytes.length)
      throw new RangeError(`facts outbox is full: ${at} of ${this.bytes.length} bytes used`);
    const view = this.view;
    view.setUint16(at, length);
    view.setUint8(at + 2, kind);
    view.setUint8(at + 3, fieldCount);
    view.setFloat64(at + 4, head[0]);
    view.setFloat64(at + 12, head[1]);
    at += factHeaderLength;
    for (let i = 0; i < fieldCount; i++, at += 8) view.setFloat64(at, fields[i]);
    for (let i = 0; i < textLength; i++) this.bytes[at + i] = text[textOffset + i];
    this.used = at + textLength;
    this.count++;
  };

  readonly clear = (): void => {
    this.used = 0;
    this.count = 0;
  };
}
