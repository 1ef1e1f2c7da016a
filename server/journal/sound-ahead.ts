import { AppendReader } from "./append-reader";
import { JournalError } from "./journal-error";
import { readLogHeader } from "./log-header";
import { appendLengthMax } from "./segment-reader";

/** Between two words of how far it is; a reader that is ahead of them looks itself. */
const bytesPerWord = 16 << 10;

/**
 * How far the appends of files have been found sound by another thread, an offset a file, in shared memory. A reader that
 * comes to an append below it need not sum it up again; beyond it, and after a damaged one, it looks itself.
 */
export class SoundAhead {
  private readonly offsets: Int32Array;

  constructor(readonly shared: SharedArrayBuffer) {
    this.offsets = new Int32Array(shared);
  }

  static of(fileCount: number): SoundAhead {
    return new SoundAhead(new SharedArrayBuffer(Math.max(1, fileCount) * 4));
  }

  /** Offset in a file up to which it is sound. */
  offsetOf(file: number): number {
    return Atomics.load(this.offsets, file);
  }

  /** Sums up the segments `files`, one after another; ends at the first that is damaged, and leaves that to its reader. */
  look(files: readonly string[]): void {
    for (const [index, file] of files.entries()) {
      const start = readLogHeader(file)?.length;
      if (start === undefined) continue;
      const reader = new AppendReader(file, start, appendLengthMax, () => "ahead");
      try {
        let told = start;
        while (reader.next()) {
          if (reader.at - told < bytesPerWord) continue;
          told = reader.at;
          if (told > 0x7fffffff) break;
          Atomics.store(this.offsets, index, told);
        }
        if (reader.at <= 0x7fffffff) Atomics.store(this.offsets, index, reader.at);
      } catch (error) {
        if (error instanceof JournalError) return;
        throw error;
      } finally {
        reader.close();
      }
    }
  }
}

/** One file of a `SoundAhead`. */
export type SoundFile = { readonly ahead: SoundAhead; readonly file: number };
