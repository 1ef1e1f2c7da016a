import { type ViewRowCounts, type ViewTable, viewColumns, viewTables } from "../../domain/views";

/**
 * Where a machine copies its changed view rows at the end of a turn. `rows[table]` holds the rows one after another;
 * the writer fills the row between `begin` and `end`, which lets the shared-memory sink guard it with a sequence.
 */
export interface ViewSink {
  readonly rows: Readonly<Record<ViewTable, Float64Array>>;
  begin(table: ViewTable, row: number): void;
  end(table: ViewTable, row: number): void;
}

/** A machine that has views. */
export interface ViewSource {
  readonly viewRowCounts: ViewRowCounts;
  /** Writes every row changed since the last call; with `all`, every row. */
  publishViews(sink: ViewSink, all: boolean): void;
}

/** A sink in plain memory, for tests and tools. */
export function createViewSink(counts: ViewRowCounts): ViewSink {
  const rows = Object.fromEntries(
    viewTables.map((table) => [table, new Float64Array(counts[table] * viewColumns[table].length)]),
  ) as Record<ViewTable, Float64Array>;
  return { rows, begin: () => undefined, end: () => undefined };
}
