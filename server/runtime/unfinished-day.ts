import { existsSync } from "node:fs";
import { join } from "node:path";
import { SegmentReader } from "../journal/segment-reader";
import { listDays, listSegments } from "../journal/segments";
import { listSnapshots, readSnapshot, type SnapshotHeader } from "../journal/snapshot-file";

/** Where the engine counts its open orders: `Orders.counters`, the second. */
const openOrders = { array: "orders.counters", index: 1 } as const;
/** Not 0 where order session and drop copy differ: `Reconciliation.differsNs`. */
const differences = "reconciliation.differsNs";
/** 1 where that is a break that people know of, which the next day begins with. */
const breaks = "reconciliation.open";
/** How each order stands between the two: `OrderWords.standing`; 1 where they differ and it is no break yet. */
const orderStandings = "reconciliation.orders.standing";
const orderDiffers = 1;

/**
 * The trading day before `today` that an engine's directory ends with and that may not simply be left: its last run did not
 * end in order, or ended with orders open or with a difference that was no break yet. Fills of it may be known to the venue
 * only. Null when there is none.
 */
export function unfinishedDay(engineDirectory: string, today: string): string | null {
  const day = existsSync(engineDirectory) ? listDays(engineDirectory).at(-1) : undefined;
  if (day === undefined || day >= today) return null;
  const directory = join(engineDirectory, day);
  const last = listSegments(directory).at(-1);
  if (last === undefined) return null;
  const reader = new SegmentReader(last.file);
  try {
    while (reader.next());
    if (!reader.orderly) return day;
    return isAtRest(directory, reader.record) ? null : day;
  } finally {
    reader.close();
  }
}

/** Whether the snapshot after `record` says that nothing is open; false where there is none. */
function isAtRest(directory: string, record: number): boolean {
  const snapshot = listSnapshots(directory).find((one) => one.record === record);
  if (snapshot === undefined) return false;
  const { header, state } = readSnapshot(snapshot.file);
  return isEngineAtRest(header.layout, state);
}

/**
 * True when an engine's state, as snapshots hold it, has no open order and no difference but those that are breaks; false
 * when it is of an engine that says none of this.
 */
export function isEngineAtRest(layout: SnapshotHeader["layout"], state: Uint8Array): boolean {
  const arrays = new Map<string, Uint8Array<ArrayBuffer>>();
  let at = 0;
  for (const { name, type, length } of layout) {
    const byteLength = length * bytesOf[type];
    if (name === openOrders.array || name === differences || name === breaks || name === orderStandings)
      arrays.set(name, Uint8Array.from(state.subarray(at, at + byteLength)));
    at += byteLength;
  }
  const counters = arrays.get(openOrders.array);
  const differs = arrays.get(differences);
  const open = arrays.get(breaks);
  const standings = arrays.get(orderStandings);
  if (counters === undefined || differs === undefined || open === undefined || standings === undefined) return false;
  if (standings.includes(orderDiffers)) return false;
  if (new Int32Array(counters.buffer)[openOrders.index] !== 0) return false;
  return new Float64Array(differs.buffer).every((ns, listing) => ns === 0 || open[listing] === 1);
}

const bytesOf = { u8: 1, i8: 1, u16: 2, u32: 4, i32: 4, f64: 8 } as const;
