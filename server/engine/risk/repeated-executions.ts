import { nsPerSecond } from "../../../domain/time";
import type { StateRegistry } from "../../machine/state-registry";

/** Fills remembered per strategy; more than this within the window counts as too many. */
export const repeatedRows = 1 << 12;
const rows = repeatedRows;
const mask = rows - 1;

/**
 * How often each strategy was filled in the same instrument and side within a sliding window (RTS 6 Art. 15(3)). At the
 * limit the strategy is off, latched over restarts and days, until a person puts it back.
 */
export class RepeatedExecutions {
  /** Chain and time of each strategy's last fills, a ring each. */
  private readonly chain: Int32Array;
  private readonly timeNs: Float64Array;
  /** Per strategy: fills ever taken into the ring, and fills that have left it. */
  private readonly taken: Float64Array;
  private readonly left: Float64Array;
  /** Per strategy: fills taken before a person put it back; they count no more. */
  private readonly forgotten: Float64Array;
  /** Fills within the window by strategy, instrument and side. */
  private readonly count: Int32Array;
  private readonly off: Uint8Array;
  /** What it was at when it went off. */
  private readonly offAt: Float64Array;
  private readonly instrumentCount: number;

  constructor(registry: StateRegistry, strategyCount: number, instrumentCount: number) {
    const name = "risk.repeated";
    this.instrumentCount = instrumentCount;
    this.chain = registry.allocate(`${name}.chain`, "i32", strategyCount * rows);
    this.timeNs = registry.allocate(`${name}.timeNs`, "f64", strategyCount * rows);
    this.taken = registry.allocate(`${name}.taken`, "f64", strategyCount);
    this.left = registry.allocate(`${name}.left`, "f64", strategyCount);
    this.forgotten = registry.allocate(`${name}.forgotten`, "f64", strategyCount);
    this.count = registry.allocate(`${name}.count`, "i32", strategyCount * instrumentCount * 2);
    this.off = registry.allocate(`${name}.off`, "u8", strategyCount, "carried");
    this.offAt = registry.allocate(`${name}.offAt`, "f64", strategyCount, "carried");
  }

  /** Counts a fill; true when the strategy goes off with it. No limit, or a full ring, is too many. */
  readonly onFill = (
    strategy: number,
    instrument: number,
    sell: number,
    nowNs: number,
    limit: number,
    seconds: number,
  ): boolean => {
    this.expire(strategy, nowNs, seconds);
    const isFull = this.taken[strategy] - this.left[strategy] >= rows;
    if (isFull) this.leave(strategy);
    const at = strategy * rows + (this.taken[strategy] & mask);
    const chain = (strategy * this.instrumentCount + instrument) * 2 + sell;
    this.chain[at] = chain;
    this.timeNs[at] = nowNs;
    this.taken[strategy]++;
    const count = ++this.count[chain];
    if (this.off[strategy] === 1 || !(isFull || !(count < limit))) return false;
    this.off[strategy] = 1;
    this.offAt[strategy] = count;
    return true;
  };

  /**
   * Looks again after the limit was tightened, or the window made longer: fills that had left it and are still remembered
   * come back. True when the strategy goes off with it.
   */
  readonly look = (strategy: number, nowNs: number, limit: number, seconds: number): boolean => {
    this.expire(strategy, nowNs, seconds);
    this.comeBack(strategy, nowNs, seconds);
    const highest = this.highest(strategy);
    if (this.off[strategy] === 1 || highest === 0 || highest < limit) return false;
    this.off[strategy] = 1;
    this.offAt[strategy] = highest;
    return true;
  };

  readonly isOff = (strategy: number): boolean => {
    return this.off[strategy] === 1;
  };

  /** How many fills of one instrument and side switched the strategy off. */
  readonly countWhenOff = (strategy: number): number => {
    return this.offAt[strategy];
  };

  /** Once a second: fills that are older than the window leave it. */
  readonly onTimer = (strategy: number, nowNs: number, seconds: number): void => {
    this.expire(strategy, nowNs, seconds);
  };

  /**
   * The most fills of one instrument and side in the window, as of the last timer or fill. For people: it looks at all of
   * the strategy's, and changes nothing, since views are copied outside of a step.
   */
  readonly highest = (strategy: number): number => {
    let highest = 0;
    const first = strategy * this.instrumentCount * 2;
    for (let i = 0; i < this.instrumentCount * 2; i++) highest = Math.max(highest, this.count[first + i]);
    return highest;
  };

  /** A person puts the strategy back: it begins to count anew. */
  readonly putBack = (strategy: number): void => {
    while (this.left[strategy] < this.taken[strategy]) this.leave(strategy);
    this.forgotten[strategy] = this.taken[strategy];
    this.off[strategy] = 0;
    this.offAt[strategy] = 0;
  };

  private readonly expire = (strategy: number, nowNs: number, seconds: number): void => {
    while (
      this.left[strategy] < this.taken[strategy] &&
      nowNs - this.timeNs[strategy * rows + (this.left[strategy] & mask)] >= seconds * nsPerSecond
    )
      this.leave(strategy);
  };

  private readonly comeBack = (strategy: number, nowNs: number, seconds: number): void => {
    const first = Math.max(this.forgotten[strategy], this.taken[strategy] - rows);
    while (this.left[strategy] > first) {
      const at = strategy * rows + ((this.left[strategy] - 1) & mask);
      if (nowNs - this.timeNs[at] >= seconds * nsPerSecond) return;
      this.left[strategy]--;
      this.count[this.chain[at]]++;
    }
  };

  private readonly leave = (strategy: number): void => {
    this.count[this.chain[strategy * rows + (this.left[strategy] & mask)]]--;
    this.left[strategy]++;
  };
}
