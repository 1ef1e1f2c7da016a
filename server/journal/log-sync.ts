import { closeSync, fdatasync, fdatasyncSync, fsyncSync, openSync } from "node:fs";
import { closedSet, type NameOf } from "../../domain/closed-set";
import type { FactsLog } from "./facts-log";
import type { InputsLog } from "./inputs-log";
import { AppendError } from "./journal-error";

/**
 * When logs are forced to the disk. `always`: before anything leaves the machine; `interval`: in the background, every
 * so often; `never`: when the operating system sees fit. What each promises is in `docs/journal-format.md`.
 */
export const fsyncModes = closedSet("fsync mode", "always", "interval", "never");
export type FsyncMode = NameOf<typeof fsyncModes>;

/** Forces what was written through these descriptors to the disk, off the thread; tests put a slow or broken disk here. */
export type Forcer = (descriptors: readonly number[], done: (error: Error | null) => void) => void;

const systemForcer: Forcer = (descriptors, done) => {
  let left = descriptors.length;
  let first: Error | null = null;
  for (const descriptor of descriptors)
    fdatasync(descriptor, (error) => {
      first ??= error;
      if (--left === 0) done(first);
    });
};

/** Forces both logs of a run to the disk, segments that were closed since and the directory that names them included. */
export class LogSync {
  private retired: number[] = [];
  /** What the sync under way forces: not on the disk yet. */
  private forcing: readonly number[] = [];
  /** Closed segments that wait for the sync under way, which may still have to force them. */
  private leftOpen: number[] = [];
  private readonly directory: number;
  private isDirectoryDirty = true;
  private inputsLength = -1;
  private factsLength = -1;
  private isOver = false;
  /** True from `start` until its `done`. */
  isUnderway = false;

  /** Takes over the closing of old segments. */
  constructor(
    private readonly inputs: InputsLog,
    private readonly facts: FactsLog,
    private readonly directoryPath: string,
    private readonly force: Forcer = systemForcer,
  ) {
    this.directory = openSync(directoryPath, "r");
    inputs.onSegmentClosed = (descriptor) => {
      this.retired.push(descriptor);
      this.isDirectoryDirty = true;
    };
  }

  /** True when everything written is covered by what has been started. */
  get isCovered(): boolean {
    return this.inputs.byteLength === this.inputsLength && this.facts.fileLength === this.factsLength;
  }

  /**
   * Begins to force everything written up to now. `done` is called later, from the event loop: null, or an
   * AppendError after which nothing may be believed to be on the disk. One at a time.
   */
  start(done: (error: AppendError | null) => void): void {
    if (this.isUnderway) throw new Error("a sync is underway");
    this.isUnderway = true;
    const { retired } = this;
    this.retired = [];
    this.forcing = this.takeDescriptors(retired);
    this.force(this.forcing, (error) => {
      this.isUnderway = false;
      this.forcing = [];
      for (const descriptor of [...retired, ...this.leftOpen]) closeSync(descriptor);
      this.leftOpen = [];
      if (this.isOver) return;
      done(error === null ? null : this.failure(error));
    });
  }

  /** Forces everything at once, what a sync has under way too, holding the thread; throws an AppendError. */
  now(): void {
    const { retired } = this;
    this.retired = [];
    try {
      for (const descriptor of new Set([...this.forcing, ...this.takeDescriptors(retired)]))
        if (descriptor === this.directory) fsyncSync(descriptor);
        else fdatasyncSync(descriptor);
    } catch (error) {
      throw this.failure(error);
    } finally {
      if (this.isUnderway) this.leftOpen.push(...retired);
      else for (const descriptor of retired) closeSync(descriptor);
    }
  }

  /** Nothing is reported any more. The logs are closed by their owner. */
  close(): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const descriptor of this.retired) closeSync(descriptor);
    this.retired = [];
    this.inputs.onSegmentClosed = null;
    closeSync(this.directory);
  }

  private takeDescriptors(retired: readonly number[]): number[] {
    const { inputs, facts } = this;
    const descriptors = [...retired];
    if (inputs.byteLength !== this.inputsLength) descriptors.push(inputs.fileDescriptor);
    if (facts.fileLength !== this.factsLength) descriptors.push(facts.fileDescriptor);
    if (this.isDirectoryDirty) descriptors.push(this.directory);
    this.isDirectoryDirty = false;
    this.inputsLength = inputs.byteLength;
    this.factsLength = facts.fileLength;
    return descriptors.length === 0 ? [inputs.fileDescriptor] : descriptors;
  }

  private failure(error: unknown): AppendError {
    const words = error instanceof Error ? error.message : String(error);
    return new AppendError(`${this.directoryPath}: the logs could not be forced to the disk: ${words}`);
  }
}
