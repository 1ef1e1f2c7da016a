import { closeSync, constants, ftruncateSync, openSync, rmSync, writeSync } from "node:fs";
import { viewOf } from "../../domain/view-of";
import { checksum } from "./checksum";
import { AppendError } from "./journal-error";

/** Bytes in front of each append: length u32, CRC u32 of what follows. */
export const appendHeaderLength = 8;

/** How bytes reach a file; tests put a full disk here. */
export type FileWriter = (descriptor: number, bytes: Uint8Array, offset: number, length: number) => number;

/**
 * A new file, written at its end wherever that is: a place kept by the descriptor would stay behind a write that was cut
 * off and taken back, and leave a hole before the next.
 */
const newAtEnd = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_APPEND;

export const fileWriter: FileWriter = (descriptor, bytes, offset, length) =>
  writeSync(descriptor, bytes, offset, length);

/**
 * A file of framed appends behind one buffer. The caller writes its bytes into `bytes` between `begin` and `end`, may
 * read them there until `flush`, which hands them to the operating system with synchronous writes: what is flushed
 * survives the process's death; `log-sync.ts` forces it to the disk where that is wanted.
 */
export class AppendLog {
  readonly bytes: Buffer;
  readonly view: DataView;
  private used = 0;
  private descriptor = -1;
  private size = 0;
  private path = "";

  constructor(
    bufferLength: number,
    private readonly write: FileWriter = fileWriter,
  ) {
    this.bytes = Buffer.alloc(bufferLength);
    this.view = viewOf(this.bytes);
  }

  /** Opens `path` for appends at `size` (its good length; what lies beyond is cut). A new file gets `header` first. */
  open(path: string, size: number, header: Uint8Array | null): void {
    this.descriptor = openSync(path, header ? newAtEnd : "r+");
    this.path = path;
    this.size = 0;
    if (header) {
      this.writeAll(header, 0, header.length);
      return;
    }
    ftruncateSync(this.descriptor, size);
    closeSync(this.descriptor);
    this.descriptor = openSync(path, "a");
    this.size = size;
  }

  /**
   * Goes on in a new file at `path` and returns the descriptor of the old one, which is the caller's to close. Throws an
   * AppendError when the file cannot be made: then nothing has changed.
   */
  moveTo(path: string, header: Uint8Array): number {
    const { descriptor: oldDescriptor, path: oldPath, size: oldSize } = this;
    try {
      this.open(path, 0, header);
      return oldDescriptor;
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      // A file that could be opened and not written would stand in the way of the next one's records.
      if (this.descriptor !== oldDescriptor) {
        closeSync(this.descriptor);
        rmSync(path, { force: true });
      }
      this.descriptor = oldDescriptor;
      this.path = oldPath;
      this.size = oldSize;
      throw error instanceof AppendError ? error : new AppendError(`${path}: could not be made: ${words}`);
    }
  }

  get file(): string {
    return this.path;
  }

  /** What the operating system knows the file by; -1 when it is closed. */
  get fileDescriptor(): number {
    return this.descriptor;
  }

  /** Bytes of the file that are written and whole. */
  get fileLength(): number {
    return this.size;
  }

  /** Bytes of appends that wait for `flush`. */
  get waiting(): number {
    return this.used;
  }

  /** Room for an append of up to `lengthMax` bytes; returns the offset in `bytes` to write at. Flushes when full. */
  begin(lengthMax: number): number {
    if (this.used + appendHeaderLength + lengthMax > this.bytes.length) {
      if (appendHeaderLength + lengthMax > this.bytes.length)
        throw new RangeError(`append of ${lengthMax} bytes, the buffer holds ${this.bytes.length}`);
      this.flush();
    }
    return this.used + appendHeaderLength;
  }

  /** Closes the append begun last, `length` bytes long. */
  end(length: number): void {
    const at = this.used;
    this.view.setUint32(at, length);
    this.view.setUint32(at + 4, checksum(this.view, at + appendHeaderLength, length));
    this.used = at + appendHeaderLength + length;
  }

  /** Forgets what is not flushed. */
  discard(): void {
    this.used = 0;
  }

  /** Writes what waits; throws an AppendError, with the file cut back to its last whole append and all still waiting. */
  flush(): void {
    if (this.used === 0) return;
    this.writeAll(this.bytes, 0, this.used);
    this.used = 0;
  }

  close(): void {
    if (this.descriptor < 0) return;
    closeSync(this.descriptor);
    this.descriptor = -1;
  }

  private writeAll(bytes: Uint8Array, offset: number, length: number): void {
    let written = 0;
    try {
      while (written < length) {
        const count = this.write(this.descriptor, bytes, offset + written, length - written);
        if (count <= 0) throw new Error("the write took no bytes");
        written += count;
      }
    } catch (error) {
      try {
        ftruncateSync(this.descriptor, this.size);
      } catch {
        // The reader cuts the torn tail instead.
      }
      const words = error instanceof Error ? error.message : String(error);
      throw new AppendError(
        `${this.path}: ${length} bytes at offset ${this.size} could not be written (${written} were): ${words}`,
      );
    }
    this.size += length;
  }
}
