import { readdirSync, rmSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { indexFileOf } from "./segment-index";
import { snapshotName } from "./snapshot-file";

/** Bytes of all inputs logs of a machine, over all days, above which old segments are deleted. */
export const inputsLengthMax = 4 * 2 ** 30;

/** A segment as it lies on disk. */
export type Segment = { readonly file: string; readonly firstRecord: number; readonly byteLength: number };

/** The segments of a day's directory, in order of their records. */
export function listSegments(directory: string): Segment[] {
  return readdirSync(directory)
    .filter((name) => /^inputs-\d{12}\.log$/.test(name))
    .sort()
    .map((name) => {
      const file = join(directory, name);
      return { file, firstRecord: Number(name.slice(7, 19)), byteLength: statSync(file).size };
    });
}

/** The trading days in a machine's directory, oldest first. */
export function listDays(machineDirectory: string): string[] {
  return readdirSync(machineDirectory)
    .filter((name) => /^\d{4}-\d{2}-\d{2}$/.test(name))
    .sort();
}

/**
 * Deletes segments with their indexes, oldest day first, until all inputs logs under `machineDirectory` are below
 * `lengthMax` bytes. Only those may go whose every record is before `neededFrom` of the current day (the older of the
 * two snapshots kept); when these do not suffice the log grows on, and the result says so.
 */
export function pruneSegments(
  machineDirectory: string,
  currentDay: string,
  neededFrom: number,
  lengthMax: number = inputsLengthMax,
): { deleted: number; byteLength: number } {
  const segments = listDays(machineDirectory).map((day) => ({ day, list: listSegments(join(machineDirectory, day)) }));
  let byteLength = segments.reduce((sum, { list }) => sum + list.reduce((total, one) => total + one.byteLength, 0), 0);
  let deleted = 0;
  for (const { day, list } of segments) {
    for (let i = 0; i < list.length && byteLength > lengthMax; i++) {
      const following = list[i + 1]?.firstRecord ?? Number.POSITIVE_INFINITY;
      if (day >= currentDay && following > neededFrom) break;
      unlinkSync(list[i].file);
      rmSync(indexFileOf(list[i].file), { force: true });
      // What the day opened with is of no use without its first records.
      rmSync(join(machineDirectory, day, snapshotName(0)), { force: true });
      byteLength -= list[i].byteLength;
      deleted++;
    }
  }
  return { deleted, byteLength };
}
