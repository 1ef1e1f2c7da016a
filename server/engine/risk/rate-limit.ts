import { nsPerSecond } from "../../../domain/time";
import type { StateRegistry } from "../../machine/state-registry";

/** Room for a raised limit: how many times the first one fits, up to so many messages. */
const headroom = 4;
const messagesMax = 1 << 20;

/**
 * How many messages went out in the last second, exactly: a ring of the times of the last ones. Cancels are counted
 * too, though never refused: orders give way to them. A window is half open: a message exactly one second old is out.
 */
export class RateLimit {
  private readonly times: Float64Array;
  /** Messages counted since the day began. */
  private readonly counted: Int32Array;
  private readonly mask: number;

  /** `first`: the limit to begin with; it may be raised to `limitMax`. */
  constructor(registry: StateRegistry, name: string, first: number) {
    let size = 16;
    while (size < first * headroom && size < messagesMax) size *= 2;
    this.mask = size - 1;
    this.times = registry.allocate(`${name}.times`, "f64", size);
    this.counted = registry.allocate(`${name}.counted`, "i32", 1);
  }

  /** The highest limit that can be kept exactly. */
  get limitMax(): number {
    return this.mask + 1;
  }

  /** True when one more message now keeps `limit` a second. False for a limit of none. */
  allows(limit: number, timeNs: number): boolean {
    if (!(limit >= 1 && limit <= this.mask + 1)) return false;
    const counted = this.counted[0];
    return counted < limit || timeNs - this.times[(counted - limit) & this.mask] >= nsPerSecond;
  }

  /** Counts a message, at once. */
  count(timeNs: number): void {
    this.times[this.counted[0] & this.mask] = timeNs;
    this.counted[0]++;
  }

  /** Messages in the second that ends now, at most `limitMax`. For people: it looks at each of them. */
  inLastSecond(timeNs: number): number {
    const counted = this.counted[0];
    let found = 0;
    while (
      found <= this.mask &&
      found < counted &&
      timeNs - this.times[(counted - 1 - found) & this.mask] < nsPerSecond
    )
      found++;
    return found;
  }
}
