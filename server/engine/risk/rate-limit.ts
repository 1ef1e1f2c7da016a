import { nsPerSecond } from "../../../domain/time";
import type { StateRegistry } from "../../machine/state-registry";

/** At most `limit` messages in any second, exactly: a ring of the last `limit` send times. */
export class RateLimit {
  private readonly times: Float64Array;
  private readonly place: Int32Array;

  constructor(
    registry: StateRegistry,
    name: string,
    readonly limit: number,
  ) {
    this.times = registry.allocate(`${name}.times`, "f64", limit).fill(-nsPerSecond);
    this.place = registry.allocate(`${name}.place`, "i32", 1);
  }

  /** True when one more message now keeps the limit. */
  allows(timeNs: number): boolean {
    return timeNs - this.times[this.place[0]] >= nsPerSecond;
  }

  /** Counts a message, at once. */
  count(timeNs: number): void {
    this.times[this.place[0]] = timeNs;
    this.place[0] = (this.place[0] + 1) % this.limit;
  }
}
