import { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FileWriter } from "../journal/append-log";
import type { CrashPoint } from "./fault-plan";

/** A folder for one world's logs, in memory where the machine has such a place. */
export function makeLogFolder(): string {
  let parent = tmpdir();
  try {
    if (statSync("/dev/shm").isDirectory()) parent = "/dev/shm";
  } catch {
    // No memory file system here: the temporary folder does.
  }
  return mkdtempSync(join(parent, "heliograph-world-"));
}

export function removeLogFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

type Armed = { readonly point: CrashPoint; readonly depth: number };

/**
 * What lies under both logs: passes writes on to files, and where it is told to, dies within one at any byte, has no
 * room left, or forgets what was written last.
 */
export class Disk {
  /** Set when our side died: nothing that follows happened. */
  isDead = false;
  private armed: Armed | null = null;
  private room = Number.POSITIVE_INFINITY;
  private inputsDescriptor = -1;
  private torn: { readonly descriptor: number; readonly bytes: Uint8Array } | null = null;
  /** Lengths of both logs at the end of each turn of this run: time, inputs, facts. */
  private readonly turns: number[] = [];

  constructor(private readonly onFactsWritten: (bytes: Uint8Array, offset: number, length: number) => void) {}

  /** A new run: the first write opens the inputs log's segment. */
  beginRun(): void {
    this.isDead = false;
    this.armed = null;
    this.inputsDescriptor = -1;
    this.torn = null;
    this.turns.length = 0;
  }

  /** Our side dies when a write next passes this point. */
  arm(point: CrashPoint, depth: number): void {
    this.armed = { point, depth };
  }

  disarm(): void {
    this.armed = null;
  }

  get armedPoint(): CrashPoint | null {
    return this.armed?.point ?? null;
  }

  /** How far into what it strikes the armed crash strikes, 0..1. */
  get armedDepth(): number {
    return this.armed?.depth ?? 0;
  }

  /** So many more bytes fit; infinity for all. */
  setRoom(bytes: number): void {
    this.room = bytes;
  }

  readonly write: FileWriter = (descriptor, bytes, offset, length) => {
    if (this.isDead) throw new Error("this side is dead");
    if (this.inputsDescriptor < 0) this.inputsDescriptor = descriptor;
    const isInputs = descriptor === this.inputsDescriptor;
    const point = this.armed?.point;
    if (point === (isInputs ? "withinInputs" : "withinFacts") || (isInputs && point === "beforeInputs")) {
      const share = point === "beforeInputs" ? 0 : (this.armed?.depth ?? 0);
      this.torn = { descriptor, bytes: bytes.slice(offset, offset + Math.floor(length * share)) };
      this.isDead = true;
      throw new Error("this side died within a write");
    }
    if (length > this.room) {
      const taken = Math.floor(this.room);
      this.room = 0;
      if (taken > 0) return writeSync(descriptor, bytes, offset, taken);
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    }
    this.room -= length;
    const written = writeSync(descriptor, bytes, offset, length);
    if (!isInputs) this.onFactsWritten(bytes, offset, length);
    if (point === (isInputs ? "afterInputs" : "afterFacts")) this.isDead = true;
    return written;
  };

  /** Notes how long the logs are at the end of a turn. */
  noteTurn(timeNs: number, inputsLength: number, factsLength: number): void {
    this.turns.push(timeNs, inputsLength, factsLength);
  }

  /** After a death within a write: what of it reached the file lies there. */
  leaveTorn(inputsFile: string, factsFile: string): void {
    if (this.torn === null || this.torn.bytes.length === 0) return;
    appendFileSync(this.torn.descriptor === this.inputsDescriptor ? inputsFile : factsFile, this.torn.bytes);
    this.torn = null;
  }

  /** After a loss of power: what was written later than these times never reached the disk. */
  forgetSince(inputsFile: string, inputsNs: number, factsFile: string, factsNs: number): void {
    const { turns } = this;
    if (turns.length === 0) return;
    let inputsLength = turns[1];
    let factsLength = turns[2];
    for (let i = 0; i < turns.length; i += 3) {
      if (turns[i] <= inputsNs) inputsLength = turns[i + 1];
      if (turns[i] <= factsNs) factsLength = turns[i + 2];
    }
    truncateSync(inputsFile, inputsLength);
    truncateSync(factsFile, factsLength);
  }
}
