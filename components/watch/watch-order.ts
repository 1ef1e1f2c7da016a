import type { WatchRow } from "@/protocol/topics";

/** Columns the watch list can be sorted by. */
export type WatchColumn = "symbol" | "last" | "change" | "spread" | "age";

/** How the watch list is sorted. */
export type WatchSort = { readonly column: WatchColumn; readonly descending: boolean };

/**
 * The ids to show, in order. Rows without a value come last whichever way the column is sorted; equal ones by symbol,
 * so that the same rows always give the same order.
 */
export function orderWatch(
  instruments: readonly { readonly id: number; readonly symbol: string; readonly sector: string }[],
  rowOf: (id: number) => WatchRow | undefined,
  sort: WatchSort,
  filter: string,
): readonly number[] {
  const wanted = filter.trim().toUpperCase();
  const kept = instruments.filter(
    ({ symbol, sector }) => wanted === "" || symbol.includes(wanted) || sector.toUpperCase().includes(wanted),
  );
  const sign = sort.descending ? -1 : 1;
  const bySymbol = (a: { symbol: string }, b: { symbol: string }) => (a.symbol < b.symbol ? -1 : 1);
  const { column } = sort;
  if (column === "symbol") return kept.sort((a, b) => sign * bySymbol(a, b)).map(({ id }) => id);
  const valued = kept.map((instrument) => ({ ...instrument, value: sortValue(rowOf(instrument.id), column) }));
  valued.sort((a, b) => {
    if (a.value === null || b.value === null) return a.value === b.value ? bySymbol(a, b) : a.value === null ? 1 : -1;
    return a.value === b.value ? bySymbol(a, b) : sign * (a.value - b.value);
  });
  return valued.map(({ id }) => id);
}

function sortValue(row: WatchRow | undefined, column: Exclude<WatchColumn, "symbol">): number | null {
  if (row === undefined) return null;
  switch (column) {
    case "last":
      return row.lastPrice === 0 ? null : row.lastPrice;
    case "change":
      return row.changeBps;
    case "spread":
      return row.spreadBps;
    case "age":
      return row.changedNs === 0 ? null : -row.changedNs;
  }
}
