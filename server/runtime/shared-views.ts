import { type ViewRowCounts, type ViewTable, viewColumns, viewTables } from "../../domain/views";
import type { ViewSink } from "../machine/view-sink";

/**
 * The views in shared memory: one Float64Array a table, and a sequence a row. A row's sequence is odd while the row
 * is being written and grows by 2 with each change. Passes through `postMessage` as it is.
 */
export type SharedViews = {
  readonly counts: ViewRowCounts;
  readonly rows: Readonly<Record<ViewTable, Float64Array>>;
  readonly sequences: Readonly<Record<ViewTable, Int32Array>>;
};

/** Allocates zeroed views for a desk of this size. */
export function createSharedViews(counts: ViewRowCounts): SharedViews {
  const rows = {} as Record<ViewTable, Float64Array>;
  const sequences = {} as Record<ViewTable, Int32Array>;
  for (const table of viewTables) {
    rows[table] = new Float64Array(new SharedArrayBuffer(counts[table] * viewColumns[table].length * 8));
    sequences[table] = new Int32Array(new SharedArrayBuffer(counts[table] * 4));
  }
  return { counts, rows, sequences };
}

/** The one writer's side: `begin` makes the row's sequence odd, `end` even again. */
export class SharedViewSink implements ViewSink {
  readonly rows: SharedViews["rows"];
  private readonly sequences: SharedViews["sequences"];

  constructor(views: SharedViews) {
    this.rows = views.rows;
    this.sequences = views.sequences;
  }

  begin(table: ViewTable, row: number): void {
    Atomics.add(this.sequences[table], row, 1);
    // On processors with weak ordering (ARM) the columns' stores may not overtake the odd sequence: an acquiring load
    // after the releasing store keeps them behind it.
    Atomics.load(this.sequences[table], row);
  }

  end(table: ViewTable, row: number): void {
    Atomics.add(this.sequences[table], row, 1);
  }
}

/** Copies of a row tried before the reader leaves it for the next time. */
const readAttemptsMax = 16;

/**
 * A reader's side. It never waits for the writer: a row that keeps changing under it is left as it was last read, and
 * is found again at the next look, since its sequence has moved.
 */
export class SharedViewReader {
  /**
   * `isWhole` compares the sequence before and after a copy. It is a parameter only so that a test can show what
   * happens without it.
   */
  constructor(
    readonly views: SharedViews,
    private readonly isWhole: (before: number, after: number) => boolean = (before, after) => before === after,
  ) {}

  /** The row's sequence as it stands: differs from the last one read when there is something new. */
  sequence(table: ViewTable, row: number): number {
    return Atomics.load(this.views.sequences[table], row);
  }

  /**
   * Copies a row into `target`. Returns the sequence of the copy, which is even, or -1 when no whole copy was had
   * (`target` is then half-written and must not be used).
   */
  read(table: ViewTable, row: number, target: Float64Array): number {
    const sequences = this.views.sequences[table];
    const source = this.views.rows[table];
    const width = viewColumns[table].length;
    const start = row * width;
    for (let attempt = 0; attempt < readAttemptsMax; attempt++) {
      const before = Atomics.load(sequences, row);
      if ((before & 1) !== 0) continue;
      for (let column = 0; column < width; column++) target[column] = source[start + column];
      // Adding nothing, since on ARM a plain second load could be done before the copy's loads.
      if (this.isWhole(before, Atomics.add(sequences, row, 0))) return before;
    }
    return -1;
  }
}
