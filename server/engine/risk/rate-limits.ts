import { nsPerSecond } from "../../../domain/time";
import type { StateRegistry } from "../../machine/state-registry";

/** Room for a raised limit: how many times the first one fits, up to so many messages. */
const headroom = 4;
const messagesMax = 1 << 20;

/** The limit that a row begins with, which may be raised to `limitMaxOf`, and its name in snapshots of earlier versions. */
export type RateRow = { readonly limit: number; readonly formerly: string };

/**
 * How many messages of each row (a strategy, a venue, the desk) went out in the last second, exactly: rings of the times
 * of the last ones. Cancels are counted too, though never refused: orders give way to them. A window is half open: a
 * message exactly one second old is out.
 */
export class RateLimits {
  private readonly times: Float64Array;
  /** Messages counted since the day began, per row. */
  private readonly counted: Int32Array;
  /** Where each row's ring begins in `times`, and how long it is less one. */
  private readonly first: Int32Array;
  private readonly mask: Int32Array;

  constructor(registry: StateRegistry, name: string, rows: readonly RateRow[]) {
    const sizes = rows.map(({ limit }) => {
      let size = 16;
      while (size < limit * headroom && size < messagesMax) size *= 2;
      return size;
    });
    let length = 0;
    this.first = Int32Array.from(sizes, (size) => {
      length += size;
      return length - size;
    });
    this.mask = Int32Array.from(sizes, (size) => size - 1);
    this.times = registry.allocate(`${name}.times`, "f64", length);
    this.counted = registry.allocate(`${name}.counted`, "i32", rows.length);
    for (const [row, { formerly }] of rows.entries()) {
      registry.formerly(`${formerly}.times`, this.times.subarray(this.first[row], this.first[row] + sizes[row]));
      registry.formerly(`${formerly}.counted`, this.counted.subarray(row, row + 1));
    }
  }

  /** The highest limit of a row that can be kept exactly. */
  readonly limitMaxOf = (row: number): number => {
    return this.mask[row] + 1;
  };

  /** True when one more message of a row now keeps `limit` a second. False for a limit of none. */
  readonly allows = (row: number, limit: number, timeNs: number): boolean => {
    const mask = this.mask[row];
    if (!(limit >= 1 && limit <= mask + 1)) return false;
    const counted = this.counted[row];
    return counted < limit || timeNs - this.times[this.first[row] + ((counted - limit) & mask)] >= nsPerSecond;
  };

  /** Counts a message of a row, at once. */
  readonly count = (row: number, timeNs: number): void => {
    this.times[this.first[row] + (this.counted[row] & this.mask[row])] = timeNs;
    this.counted[row]++;
  };

  /** Messages of a row in the second that ends now, at most `limitMaxOf` it. For people: it looks at each of them. */
  readonly inLastSecond = (row: number, timeNs: number): number => {
    const mask = this.mask[row];
    const counted = this.counted[row];
    let found = 0;
    while (
      found <= mask &&
      found < counted &&
      timeNs - this.times[this.first[row] + ((counted - 1 - found) & mask)] < nsPerSecond
    )
      found++;
    return found;
  };
}
