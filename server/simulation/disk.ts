import { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FileWriter } from "../journal/append-log";
import type { Reserve } from "../journal/reserve";
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

/** In a world: enough for a minute of order sessions. */
const reserveLengthWhole = 200_000;

type Armed = { readonly point: CrashPoint; readonly depth: number };

/** What a run has appended to one file. */
class Image {
  bytes = new Uint8Array(1 << 18);
  length = 0;

  append(source: Uint8Array, offset: number, length: number): void {
    if (this.length + length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + length));
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.bytes.set(source.subarray(offset, offset + length), this.length);
    this.length += length;
  }
}

/**
 * What lies under both logs. Writes are kept in memory and put into the files when the run is over; where it is told to,
 * it dies within a write at any byte, has no room left, or forgets what was written last.
 */
export class Disk {
  /** Set when our side died: nothing that follows happened. */
  isDead = false;
  private armed: Armed | null = null;
  private room = Number.POSITIVE_INFINITY;
  private reserveLength = reserveLengthWhole;
  private inputsDescriptor = -1;
  private readonly inputs = new Image();
  private readonly facts = new Image();
  /** Lengths of both images at the end of each turn of this run: time, inputs, facts. */
  private readonly turns: number[] = [];
  private factsBase = 0;

  constructor(private readonly onFactsWritten: (bytes: Uint8Array, offset: number, length: number) => void) {}

  /** A new run: the first write opens the inputs log's segment. */
  beginRun(): void {
    this.isDead = false;
    this.armed = null;
    this.inputsDescriptor = -1;
    this.inputs.length = 0;
    this.facts.length = 0;
    this.turns.length = 0;
  }

  /** Length of the facts log that this run goes on with. */
  setFactsBase(length: number): void {
    this.factsBase = length;
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

  /** So many more bytes fit; infinity for all. `reserve` more are held back. */
  setRoom(bytes: number, reserve = this.reserveLength): void {
    this.room = bytes;
    this.reserveLength = reserve;
  }

  /** What is held back for an engine that finds no room. */
  readonly reserve: Reserve = {
    release: () => {
      if (this.reserveLength === 0) return false;
      this.room += this.reserveLength;
      this.reserveLength = 0;
      return true;
    },
    renew: () => {
      if (this.room !== Number.POSITIVE_INFINITY) return false;
      this.reserveLength = reserveLengthWhole;
      return true;
    },
  };

  readonly write: FileWriter = (descriptor, bytes, offset, length) => {
    if (this.isDead) throw new Error("this side is dead");
    if (this.inputsDescriptor < 0) this.inputsDescriptor = descriptor;
    const isInputs = descriptor === this.inputsDescriptor;
    const image = isInputs ? this.inputs : this.facts;
    const point = this.armed?.point;
    if (point === (isInputs ? "withinInputs" : "withinFacts") || (isInputs && point === "beforeInputs")) {
      const share = point === "beforeInputs" ? 0 : (this.armed?.depth ?? 0);
      image.append(bytes, offset, Math.floor(length * share));
      this.isDead = true;
      throw new Error("this side died within a write");
    }
    // What a full disk takes of a write is cut off again by the log.
    if (length > this.room) {
      this.room = 0;
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    }
    this.room -= length;
    image.append(bytes, offset, length);
    if (!isInputs) this.onFactsWritten(bytes, offset, length);
    if (point === (isInputs ? "afterInputs" : "afterFacts")) this.isDead = true;
    return length;
  };

  /** Notes how long the logs are at the end of a turn. */
  noteTurn(timeNs: number): void {
    this.turns.push(timeNs, this.inputs.length, this.facts.length);
  }

  /** After a loss of power: what was written later than these times never reached the disk. */
  forgetSince(inputsNs: number, factsNs: number): void {
    const { turns } = this;
    if (turns.length === 0) return;
    this.inputs.length = turns[1];
    this.facts.length = turns[2];
    for (let i = 0; i < turns.length; i += 3) {
      if (turns[i] <= inputsNs) this.inputs.length = turns[i + 1];
      if (turns[i] <= factsNs) this.facts.length = turns[i + 2];
    }
  }

  /** The run is over: its files hold what it left, torn ends included. */
  settle(inputsFile: string, factsFile: string): void {
    truncateSync(inputsFile, 0);
    appendFileSync(inputsFile, this.inputs.bytes.subarray(0, this.inputs.length));
    truncateSync(factsFile, this.factsBase);
    appendFileSync(factsFile, this.facts.bytes.subarray(0, this.facts.length));
  }
}
