import type { HistoryWindow } from "@/protocol/history";
import { windowQuery, windowRows } from "./list-query";

/** Windows kept; those farthest from the screen go first. */
const windowsMax = 60;
const requestsMax = 2;

/** What the page shows of a list. */
export type HistoryListState<Row, Totals> = {
  /** The question that the rows answer. */
  readonly query: string;
  /** Another question is under way; the rows are the last one's. */
  readonly loading: boolean;
  readonly error: string | null;
  readonly count: number;
  readonly totals: Totals | null;
  readonly journal: string | null;
  readonly through: number;
  /** When the list was read, ms since 1970; 0 before. */
  readonly readMs: number;
  readonly windows: ReadonlyMap<number, readonly Row[]>;
};

/** Reads a window; throws an Error whose message is for people. */
export type ReadWindow<Row, Totals> = (query: string, signal: AbortSignal) => Promise<HistoryWindow<Row, Totals>>;

/**
 * A long list that the server sorts, of which windows are here. The first answer says up to which row the list goes;
 * later windows ask for that list, so that rows that come meanwhile move nothing.
 */
export class HistoryList<Row, Totals extends { readonly count: number }> {
  private current: HistoryListState<Row, Totals> = {
    query: "",
    loading: true,
    error: null,
    count: 0,
    totals: null,
    journal: null,
    through: 0,
    readMs: 0,
    windows: new Map(),
  };
  private readonly listeners = new Set<() => void>();
  private abort = new AbortController();
  private asked = new Set<number>();
  private wanted: readonly number[] = [];
  private middle = 0;

  constructor(
    private readonly read: ReadWindow<Row, Totals>,
    private readonly now: () => number = Date.now,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly state = (): HistoryListState<Row, Totals> => this.current;

  /** Asks for another list, or for the same one anew. What is shown stays until the answer is there. */
  async open(query: string): Promise<void> {
    this.abort.abort();
    this.abort = new AbortController();
    this.asked = new Set([0]);
    this.wanted = [];
    const { signal } = this.abort;
    this.set({ ...this.current, loading: true });
    try {
      const { rows, totals, journal, through } = await this.read(windowQuery(query, 0, null), signal);
      if (signal.aborted) return;
      const windows = new Map([[0, rows]]);
      const { count } = totals;
      const found = { count, totals, journal, through, windows, readMs: this.now() };
      this.set({ query, loading: false, error: null, ...found });
      this.readWanted();
    } catch (error) {
      if (!signal.aborted) this.set({ ...this.current, query, loading: false, error: textOf(error) });
    }
  }

  /** Leaves what is under way. */
  close(): void {
    this.abort.abort();
  }

  /** The screen shows these rows: they and their neighbours are read next. */
  readonly want = (first: number, last: number): void => {
    const windowOf = (row: number) => Math.floor(Math.max(0, row) / windowRows);
    const nearest = Math.min(last + windowRows / 2, Math.max(0, this.current.count - 1));
    this.middle = windowOf((first + last) / 2);
    const wanted: number[] = [];
    for (let window = windowOf(first - windowRows / 2); window <= windowOf(nearest); window++) wanted.push(window);
    this.wanted = wanted.sort((a, b) => Math.abs(a - this.middle) - Math.abs(b - this.middle));
    this.readWanted();
  };

  readonly rowAt = (index: number): Row | undefined =>
    this.current.windows.get(Math.floor(index / windowRows))?.[index % windowRows];

  private readWanted(): void {
    if (this.current.loading || this.current.error !== null) return;
    for (const window of this.wanted) {
      if (this.asked.size - this.current.windows.size >= requestsMax) return;
      if (this.asked.has(window) || window * windowRows >= this.current.count) continue;
      this.asked.add(window);
      void this.readOne(window);
    }
  }

  private async readOne(window: number): Promise<void> {
    const { query, through } = this.current;
    const { signal } = this.abort;
    try {
      const { rows } = await this.read(windowQuery(query, window * windowRows, through), signal);
      if (signal.aborted) return;
      const windows = new Map(this.current.windows).set(window, rows);
      for (const far of [...windows.keys()].sort((a, b) => Math.abs(b - this.middle) - Math.abs(a - this.middle))) {
        if (windows.size <= windowsMax) break;
        windows.delete(far);
        this.asked.delete(far);
      }
      this.set({ ...this.current, windows });
      this.readWanted();
    } catch (error) {
      if (!signal.aborted) this.set({ ...this.current, error: textOf(error) });
    }
  }

  private set(state: HistoryListState<Row, Totals>): void {
    this.current = state;
    for (const listener of this.listeners) listener();
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
