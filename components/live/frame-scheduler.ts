/** How soon a listener hears: `frame` at every animation frame, `text` at most ten times a second. */
export type Lane = "frame" | "text";

/** What the scheduler needs from its surroundings; tests give their own. */
export type SchedulerHost = {
  now(): number;
  requestFrame(run: () => void): void;
  after(milliseconds: number, run: () => void): void;
  /** Runs notifications so that all renders they cause happen together and before it returns. */
  batch(run: () => void): void;
};

/** Milliseconds between two updates of text cells. */
export const textIntervalMs = 100;

/** A set of listeners that the scheduler calls at most once a flush of their lane. */
export class Signal {
  readonly listeners: Readonly<Record<Lane, Set<() => void>>> = { frame: new Set(), text: new Set() };

  /** Adds a listener; the answer takes it away again. */
  subscribe(lane: Lane, listener: () => void): () => void {
    this.listeners[lane].add(listener);
    return () => this.listeners[lane].delete(listener);
  }
}

/**
 * Collects signals between animation frames and calls each listener once: whatever arrives within a frame costs one
 * redraw. While the tab is hidden no frame comes, and only the set of signals waits.
 */
export class FrameScheduler {
  private frameDirty = new Set<Signal>();
  private textDirty = new Set<Signal>();
  private planned = false;
  private lastTextMs = Number.NEGATIVE_INFINITY;
  private meanMs = 0;
  private worstMs = 0;

  constructor(private readonly host: SchedulerHost) {}

  /** Notes that a signal's listeners have something to read. */
  mark(signal: Signal): void {
    if (signal.listeners.frame.size > 0) this.frameDirty.add(signal);
    if (signal.listeners.text.size > 0) this.textDirty.add(signal);
    if (this.frameDirty.size > 0) this.plan();
    else if (this.textDirty.size > 0) this.planText();
  }

  /** Mean script time of the flushes lately, and the longest since last asked, in milliseconds. */
  takeCost(): { meanMs: number; worstMs: number } {
    const cost = { meanMs: this.meanMs, worstMs: this.worstMs };
    this.worstMs = 0;
    return cost;
  }

  private plan(): void {
    if (this.planned) return;
    this.planned = true;
    this.host.requestFrame(() => this.flush());
  }

  private planText(): void {
    if (this.planned) return;
    const wait = this.lastTextMs + textIntervalMs - this.host.now();
    if (wait <= 0) {
      this.plan();
      return;
    }
    this.planned = true;
    this.host.after(wait, () => this.host.requestFrame(() => this.flush()));
  }

  private flush(): void {
    this.planned = false;
    const started = this.host.now();
    const listeners = new Set<() => void>();
    for (const signal of this.frameDirty) for (const listener of signal.listeners.frame) listeners.add(listener);
    this.frameDirty.clear();
    if (started - this.lastTextMs >= textIntervalMs - 4) {
      this.lastTextMs = started;
      for (const signal of this.textDirty) for (const listener of signal.listeners.text) listeners.add(listener);
      this.textDirty.clear();
    }
    if (listeners.size > 0)
      this.host.batch(() => {
        for (const listener of listeners) listener();
      });
    const cost = this.host.now() - started;
    this.meanMs += (cost - this.meanMs) * 0.05;
    if (cost > this.worstMs) this.worstMs = cost;
    if (this.textDirty.size > 0) this.planText();
  }
}

/** The browser's own frames and clock; `batch` comes from the renderer. */
export function browserSchedulerHost(batch: (run: () => void) => void): SchedulerHost {
  return {
    now: () => performance.now(),
    requestFrame: (run) => {
      requestAnimationFrame(run);
    },
    after: (milliseconds, run) => {
      setTimeout(run, milliseconds);
    },
    batch,
  };
}
