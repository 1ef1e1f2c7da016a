import { type FrameScheduler, type Lane, Signal } from "./frame-scheduler";

/** Points that may still change though newer ones are there; older ones that change make a new generation. */
export const latePoints = 3;

/**
 * Points in the order of time, for a chart. A chart draws everything once for each `generation` and from then on
 * only updates its last `latePoints` points and what is newer. Beyond `limit` the older half goes, as a new generation.
 */
export class SeriesStore<Point> {
  private readonly signal = new Signal();
  private list: Point[] = [];
  private count = 0;
  private changes = 0;

  constructor(
    private readonly scheduler: FrameScheduler,
    private readonly timeOf: (point: Point) => number,
    private readonly limit = 20_000,
  ) {}

  get points(): readonly Point[] {
    return this.list;
  }

  /** Counts up whenever the points were replaced as a whole. */
  get generation(): number {
    return this.count;
  }

  /** Counts up with every change. */
  get version(): number {
    return this.changes;
  }

  replace(points: readonly Point[]): void {
    this.list = points.slice(-this.limit);
    this.count++;
    this.changes++;
    this.scheduler.mark(this.signal);
  }

  /** Adds points or puts them in place of those with the same time; older unknown times are put in their place. */
  merge(points: readonly Point[]): void {
    for (const point of points) this.mergeOne(point);
    this.changes++;
    if (this.list.length > this.limit) this.replace(this.list.slice(this.list.length >> 1));
    this.scheduler.mark(this.signal);
  }

  subscribe(lane: Lane, listener: () => void): () => void {
    return this.signal.subscribe(lane, listener);
  }

  private mergeOne(point: Point): void {
    const time = this.timeOf(point);
    let place = this.list.length;
    while (place > 0 && this.timeOf(this.list[place - 1]) > time) place--;
    if (place > 0 && this.timeOf(this.list[place - 1]) === time) {
      this.list[place - 1] = point;
      if (place <= this.list.length - latePoints) this.count++;
    } else {
      if (place < this.list.length) this.count++;
      this.list.splice(place, 0, point);
    }
  }
}
