import { type FrameScheduler, type Lane, Signal } from "./frame-scheduler";

/**
 * Rows by key. A cell listens to its own row, a table to the set of keys or to everything; rows are never mutated,
 * so an unchanged row is the same object. Beyond `limit` the oldest rows go, those that `goesFirst` names before others.
 */
export class KeyedStore<Key extends string | number, Row> {
  private readonly map = new Map<Key, Row>();
  private readonly rowSignals = new Map<Key, Signal>();
  private readonly keySignal = new Signal();
  private readonly anySignal = new Signal();
  private keyList: readonly Key[] = [];
  private keysDirty = false;
  private rowList: readonly Row[] = [];
  private rowsDirty = false;

  constructor(
    private readonly scheduler: FrameScheduler,
    private readonly limit = Number.POSITIVE_INFINITY,
    /** Rows that make room before all others, the oldest of them first. */
    private readonly goesFirst: (row: Row) => boolean = () => false,
  ) {}

  get size(): number {
    return this.map.size;
  }

  get(key: Key): Row | undefined {
    return this.map.get(key);
  }

  /** Keys in the order of arrival; the same array until a key comes or goes. */
  keys(): readonly Key[] {
    if (this.keysDirty) {
      this.keyList = [...this.map.keys()];
      this.keysDirty = false;
    }
    return this.keyList;
  }

  /** Rows in the order of arrival; the same array until anything changes. */
  rows(): readonly Row[] {
    if (this.rowsDirty) {
      this.rowList = [...this.map.values()];
      this.rowsDirty = false;
    }
    return this.rowList;
  }

  put(key: Key, row: Row): void {
    if (!this.map.has(key)) this.keysChanged();
    this.map.set(key, row);
    this.rowChanged(key);
    if (this.map.size > this.limit) this.remove(this.leastWanted());
  }

  remove(key: Key): void {
    if (!this.map.delete(key)) return;
    this.keysChanged();
    this.rowChanged(key);
  }

  /** Puts a whole new set of rows in place of the old one. */
  replace(entries: Iterable<readonly [Key, Row]>): void {
    const before = [...this.map.keys()];
    this.map.clear();
    for (const [key, row] of entries) this.map.set(key, row);
    while (this.map.size > this.limit) this.map.delete(this.leastWanted());
    for (const key of before) if (!this.map.has(key)) this.rowChanged(key);
    for (const key of this.map.keys()) this.rowChanged(key);
    this.keysChanged();
  }

  /** What makes room; asked of a store that is not empty. */
  private leastWanted(): Key {
    for (const [key, row] of this.map) if (this.goesFirst(row)) return key;
    for (const key of this.map.keys()) return key;
    throw new Error("an empty store has no row to give up");
  }

  subscribeRow(key: Key, lane: Lane, listener: () => void): () => void {
    let signal = this.rowSignals.get(key);
    if (signal === undefined) {
      signal = new Signal();
      this.rowSignals.set(key, signal);
    }
    return signal.subscribe(lane, listener);
  }

  subscribeKeys(lane: Lane, listener: () => void): () => void {
    return this.keySignal.subscribe(lane, listener);
  }

  subscribeAny(lane: Lane, listener: () => void): () => void {
    return this.anySignal.subscribe(lane, listener);
  }

  private keysChanged(): void {
    this.keysDirty = true;
    this.rowsDirty = true;
    this.scheduler.mark(this.keySignal);
    this.scheduler.mark(this.anySignal);
  }

  private rowChanged(key: Key): void {
    this.rowsDirty = true;
    const signal = this.rowSignals.get(key);
    if (signal !== undefined) this.scheduler.mark(signal);
    this.scheduler.mark(this.anySignal);
  }
}
