import type { AppendError } from "../journal/journal-error";
import type { LogSync } from "../journal/log-sync";
import { Outbox } from "../machine/outbox";

export type GroupCommitOptions = {
  readonly sync: LogSync;
  /** Sends what is on the disk now; the outbox is read during the call. */
  readonly send: (outbox: Outbox) => void;
  /** Told how far the facts log is on the disk. */
  readonly onCommitted: (factsLength: number, factNumber: number) => void;
  /** Called once; what was held is forgotten. */
  readonly onFailure: (error: AppendError) => void;
};

/** What turns made that no sync covers yet: their outputs, and how far their facts go. */
class Batch {
  readonly outbox = new Outbox();
  factsLength = 0;
  factNumber = 0;
  isEmpty = true;

  clear(): void {
    this.outbox.clear();
    this.isEmpty = true;
  }
}

/**
 * Holds outputs until their inputs and facts are on the disk. One sync runs at a time, off the thread; whatever turns
 * make meanwhile waits for the next, which covers all of it (group commit). Order is kept. When the waiting batch is
 * full (an outbox's limits), the thread itself forces the logs and sends everything: the one place where it waits.
 */
export class GroupCommit {
  private underway = new Batch();
  private waiting = new Batch();
  private isOver = false;

  constructor(private readonly options: GroupCommitOptions) {}

  /** Takes over a turn's outputs (copied) and facts, which are written but not on the disk. */
  hold(outbox: Outbox, factsLength: number, factNumber: number): void {
    if (!this.waiting.outbox.take(outbox)) {
      this.sendNow();
      this.waiting.outbox.take(outbox);
    }
    const { waiting } = this;
    waiting.factsLength = factsLength;
    waiting.factNumber = factNumber;
    waiting.isEmpty = false;
    if (!this.options.sync.isUnderway) this.begin();
  }

  /** Forces the logs, holding the thread, and sends everything that is held. Throws an AppendError. */
  sendNow(): void {
    if (this.underway.isEmpty && this.waiting.isEmpty) return;
    this.options.sync.now();
    this.release(this.underway);
    this.release(this.waiting);
  }

  /** Forgets what is held. */
  drop(): void {
    this.isOver = true;
    this.underway.clear();
    this.waiting.clear();
  }

  private begin(): void {
    const { waiting } = this;
    this.waiting = this.underway;
    this.underway = waiting;
    this.options.sync.start((error) => this.finish(error));
  }

  private finish(error: AppendError | null): void {
    if (this.isOver) return;
    if (error !== null) {
      this.drop();
      this.options.onFailure(error);
      return;
    }
    this.release(this.underway);
    if (!this.isOver && !this.waiting.isEmpty) this.begin();
  }

  private release(batch: Batch): void {
    if (batch.isEmpty) return;
    this.options.send(batch.outbox);
    this.options.onCommitted(batch.factsLength, batch.factNumber);
    batch.clear();
  }
}
