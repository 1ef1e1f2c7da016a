import { pairReasonText, pairStateText } from "@/components/format/words";
import { pairStates } from "@/domain/strategy";
import type { PairRow } from "@/protocol/topics";

/** What the map can be sorted by. */
export const pairSorts = ["name", "z", "distance", "net", "state"] as const;
export type PairSort = (typeof pairSorts)[number];

type Named = { readonly id: number; readonly name: string; readonly strategyName: string };

/**
 * The ids of the pairs that the filter leaves, in order: by name from A, by z from the highest, by distance from the
 * furthest, by P&L from the best, by state with those that trade first. Pairs without a row come last.
 */
export function orderPairs(
  pairs: readonly Named[],
  rowOf: (id: number) => PairRow | undefined,
  sort: PairSort,
  filter: string,
): readonly number[] {
  const words = filter.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return pairs
    .map((pair) => ({ pair, row: rowOf(pair.id) }))
    .filter(({ pair, row }) => {
      const text = textOf(pair, row);
      return words.every((word) => text.includes(word));
    })
    .map((each) => ({ ...each, value: each.row === undefined ? Number.NEGATIVE_INFINITY : sortValue(each.row, sort) }))
    .sort((a, b) => (a.value === b.value ? byName(a.pair, b.pair) : b.value - a.value))
    .map(({ pair }) => pair.id);
}

function textOf(pair: Named, row: PairRow | undefined): string {
  const standing = row === undefined ? "" : `${pairStateText[row.state]} ${pairReasonText[row.reason]}`;
  return `${pair.name} ${pair.strategyName} ${standing}`.toLowerCase();
}

function sortValue(row: PairRow, sort: PairSort): number {
  switch (sort) {
    case "name":
      return 0;
    case "z":
      return row.z;
    case "distance":
      return Math.abs(row.z);
    case "net":
      return row.net;
    case "state":
      return row.state === "flat" ? 0 : pairStates.code[row.state];
  }
}

function byName(a: Named, b: Named): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id;
}

/** Where the cells of the map lie: so large as fits, and a scroll bar only when the smallest do not. */
export type HeatLayout = {
  readonly columns: number;
  readonly rows: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
};

const cellWidthMin = 60;
const cellHeightMin = 30;
const cellHeightMax = 96;
const cellWidthMax = 192;

/** Lays `count` cells into a box; cells are at most twice as wide as high and never too small to read. */
export function heatLayout(width: number, height: number, count: number): HeatLayout {
  const columnsMax = Math.max(1, Math.floor(width / cellWidthMin));
  const columnsMin = Math.min(columnsMax, Math.max(1, Math.ceil(width / cellWidthMax)));
  let best: HeatLayout | null = null;
  for (let columns = columnsMin; columns <= columnsMax; columns++) {
    const rows = Math.max(1, Math.ceil(count / columns));
    const cellHeight = Math.min(cellHeightMax, Math.floor(height / rows));
    if (cellHeight < cellHeightMin) continue;
    const layout = { columns, rows, cellWidth: width / columns, cellHeight };
    const size = Math.min(layout.cellWidth / 2, cellHeight);
    if (best === null || size > Math.min(best.cellWidth / 2, best.cellHeight)) best = layout;
  }
  if (best !== null) return best;
  const rows = Math.max(1, Math.ceil(count / columnsMax));
  return { columns: columnsMax, rows, cellWidth: width / columnsMax, cellHeight: cellHeightMin };
}

/** The place in the order that lies under a point of the map; -1 for none. */
export function cellAt(layout: HeatLayout, count: number, x: number, y: number): number {
  const column = Math.floor(x / layout.cellWidth);
  const row = Math.floor(y / layout.cellHeight);
  const place = row * layout.columns + column;
  return column < 0 || column >= layout.columns || row < 0 || place >= count ? -1 : place;
}
