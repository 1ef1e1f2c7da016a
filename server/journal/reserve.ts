import { closeSync, openSync, statSync, unlinkSync, writeSync } from "node:fs";

/** Bytes held back beside the logs: half an hour of order sessions, timers and commands without market data. */
export const reserveLength = 4 << 20;

/** Room that is given up when the logs find none, so that what takes risk away can still be journaled. */
export interface Reserve {
  /** Gives the room up; false when there is none to give. */
  release(): boolean;
  /** Takes room again; false when the disk has none. */
  renew(): boolean;
}

/** A reserve as a file full of bytes on the logs' own file system. */
export class ReserveFile implements Reserve {
  private isHeld = false;

  constructor(private readonly file: string) {
    this.renew();
  }

  release(): boolean {
    if (!this.isHeld) return false;
    this.isHeld = false;
    return this.remove();
  }

  renew(): boolean {
    if (this.isHeld) return true;
    try {
      if (statSync(this.file).size === reserveLength) {
        this.isHeld = true;
        return true;
      }
    } catch {
      // There is none yet.
    }
    try {
      const descriptor = openSync(this.file, "w", 0o600);
      try {
        // Written, not only sized: a hole would hold no room.
        const bytes = Buffer.alloc(1 << 20, 0x52);
        for (let at = 0; at < reserveLength; ) at += writeSync(descriptor, bytes, 0, bytes.length, at);
      } finally {
        closeSync(descriptor);
      }
      this.isHeld = true;
    } catch {
      this.remove();
    }
    return this.isHeld;
  }

  private remove(): boolean {
    try {
      unlinkSync(this.file);
      return true;
    } catch {
      return false;
    }
  }
}
