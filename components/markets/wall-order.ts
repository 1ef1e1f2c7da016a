import type { WatchRow } from "@/protocol/topics";

/** What the wall can be sorted by. */
export const wallSorts = ["symbol", "spread", "imbalance", "volume", "age"] as const;
export type WallSort = (typeof wallSorts)[number];

/** Without a change for so long, a symbol's book is called stale: the gate refuses orders on data of this age too. */
export const staleSymbolMs = 5_000;

/** Which side is heavier at the best prices: 1 all bids, -1 all offers, null without a market. */
export function imbalanceOf(row: Pick<WatchRow, "bidQuantity" | "askQuantity"> | undefined): number | null {
  if (row === undefined) return null;
  const sum = row.bidQuantity + row.askQuantity;
  return sum === 0 ? null : (row.bidQuantity - row.askQuantity) / sum;
}

/** Whether a symbol's book has not changed for too long, or never did. */
export function isStale(row: WatchRow | undefined, engineNowNs: number | null): boolean {
  if (row === undefined || engineNowNs === null) return false;
  return row.changedNs === 0 || engineNowNs - row.changedNs > staleSymbolMs * 1e6;
}

/**
 * The ids in the order of the wall: by symbol from A, otherwise the largest first. Stale ones are sunk below all
 * others, the older the deeper, whatever the wall is sorted by.
 */
export function orderWall(
  instruments: readonly { readonly id: number; readonly symbol: string; readonly sector: string }[],
  rowOf: (id: number) => WatchRow | undefined,
  sort: WallSort,
  filter: string,
  engineNowNs: number | null,
): readonly number[] {
  const wanted = filter.trim().toUpperCase();
  return instruments
    .filter(({ symbol, sector }) => wanted === "" || symbol.includes(wanted) || sector.toUpperCase().includes(wanted))
    .map(({ id, symbol }) => {
      const row = rowOf(id);
      const stale = isStale(row, engineNowNs);
      return { id, symbol, stale, value: stale ? (row?.changedNs ?? 0) : sortValue(row, sort) };
    })
    .sort((a, b) => {
      if (a.stale !== b.stale) return a.stale ? 1 : -1;
      return a.value === b.value ? (a.symbol < b.symbol ? -1 : 1) : b.value - a.value;
    })
    .map(({ id }) => id);
}

function sortValue(row: WatchRow | undefined, sort: WallSort): number {
  const none = Number.NEGATIVE_INFINITY;
  if (row === undefined) return none;
  switch (sort) {
    case "symbol":
      return 0;
    case "spread":
      return row.spreadBps ?? none;
    case "imbalance":
      return Math.abs(imbalanceOf(row) ?? none);
    case "volume":
      return row.volume;
    case "age":
      return row.changedNs === 0 ? none : -row.changedNs;
  }
}
