import type { Bar } from "../../protocol/topics";

const columns = 7;

/** A finished bar may come after its successor has begun: so many of the newest are sent in any case. */
const lateBars = 3;

/**
 * The last bars of one instrument and interval: a ring of numbers that grows up to `capacity` and never further. The
 * newest bar may be put again while it runs.
 */
export class BarSeries {
  private cells = new Float64Array(0);
  private room = 0;
  private first = 0;
  private count = 0;
  version = 0;

  constructor(private readonly capacity: number) {}

  get length(): number {
    return this.count;
  }

  /** Appends a bar, or replaces the one of the same time; older than the newest and unknown is ignored. */
  put(start: number, open: number, high: number, low: number, close: number, volume: number): void {
    let at = this.count - 1;
    while (at >= 0 && this.start(at) > start) at--;
    if (at >= 0 && this.start(at) === start) {
      const cell = this.cellOf(at);
      const same = this.cells[cell + 4] === close && this.cells[cell + 5] === volume && this.cells[cell + 1] === open;
      if (same && this.cells[cell + 2] === high && this.cells[cell + 3] === low) return;
    } else {
      if (at !== this.count - 1) return;
      this.makeRoom();
      if (this.count === this.capacity) this.first = (this.first + 1) % this.room;
      else this.count++;
      at = this.count - 1;
    }
    this.cells.set([start, open, high, low, close, volume, ++this.version], this.cellOf(at));
  }

  /** Bars changed after `version`, oldest first; 0 gives all. */
  barsSince(version: number, barTimeSeconds: (start: number) => number): Bar[] {
    let from = this.count;
    const sure = Math.max(0, this.count - lateBars);
    while (from > 0 && (from > sure || this.cells[this.cellOf(from - 1) + 6] > version)) from--;
    const bars: Bar[] = [];
    for (let at = from; at < this.count; at++) {
      const cell = this.cellOf(at);
      const [start, open, high, low, close, volume] = this.cells.subarray(cell, cell + 6);
      bars.push({ timeSeconds: barTimeSeconds(start), open, high, low, close, volume });
    }
    return bars;
  }

  /** Closing prices of the last `most` bars, oldest first. */
  closes(most: number): number[] {
    const closes: number[] = [];
    for (let at = Math.max(0, this.count - most); at < this.count; at++) closes.push(this.cells[this.cellOf(at) + 4]);
    return closes;
  }

  private start(at: number): number {
    return this.cells[this.cellOf(at)];
  }

  private cellOf(at: number): number {
    return ((this.first + at) % this.room) * columns;
  }

  private makeRoom(): void {
    if (this.count < this.room || this.room === this.capacity) return;
    this.room = Math.min(this.capacity, Math.max(16, this.room * 2));
    const larger = new Float64Array(this.room * columns);
    larger.set(this.cells);
    this.cells = larger;
  }
}
