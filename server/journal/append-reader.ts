import { appendHeaderLength } from "./append-log";
import { checksum } from "./checksum";
import { JournalError } from "./journal-error";

/** How far past a short tail a whole append is looked for. */
const tailScanLength = 256 << 10;

/**
 * Walks the appends in `bytes`. `next` moves on; afterwards `offset` and `length` give the append's content. Stops at
 * the end and at a torn tail (what a process left that died within a write); throws a JournalError on anything else
 * that does not agree with its checksum.
 */
export class AppendReader {
  offset = 0;
  length = 0;
  /** Where the walk stands; after it ended, the good length of the bytes. */
  at: number;
  /** Bytes of a torn tail, known once `next` has returned false. */
  tornBytes = 0;
  private readonly view: DataView;

  /** `base` is the offset of `bytes` within `file`, for errors; `what` says how to name the append there. */
  constructor(
    readonly bytes: Uint8Array,
    start: number,
    private readonly file: string,
    private readonly base: number,
    private readonly what: () => string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = start;
  }

  next(): boolean {
    const at = this.at;
    const left = this.bytes.length - at;
    if (left === 0) return false;
    if (left < appendHeaderLength) return this.tail(at);
    const length = this.view.getUint32(at);
    if (length === 0 || appendHeaderLength + length > left) return this.tail(at);
    const expected = this.view.getUint32(at + 4);
    const got = checksum(this.bytes, at + appendHeaderLength, length);
    if (got !== expected)
      throw new JournalError(
        `${this.file}: damaged at offset ${this.base + at} (${this.what()}): ` +
          `checksum of ${length} bytes is ${got}, the file says ${expected}`,
      );
    this.offset = at + appendHeaderLength;
    this.length = length;
    this.at = at + appendHeaderLength + length;
    return true;
  }

  /** A tail is torn when nothing whole follows; otherwise the length in front of it is damaged. */
  private tail(at: number): false {
    const bytes = this.bytes;
    const end = Math.min(bytes.length - appendHeaderLength, at + tailScanLength);
    for (let from = at + 1; from < end; from++) {
      const length = this.view.getUint32(from);
      if (length === 0 || from + appendHeaderLength + length > bytes.length) continue;
      if (checksum(bytes, from + appendHeaderLength, length) === this.view.getUint32(from + 4))
        throw new JournalError(
          `${this.file}: damaged at offset ${this.base + at} (${this.what()}): its length is ${this.view.getUint32(at)}, ` +
            `${bytes.length - at} bytes are left, yet a whole append follows at offset ${this.base + from}`,
        );
    }
    this.tornBytes = bytes.length - at;
    return false;
  }
}
