import type { StateRegistry } from "../../machine/state-registry";

/** Orders remembered over the desk; far more than any message rate lets out within the window. */
const rows = 1 << 13;
const mask = rows - 1;

/**
 * Orders that went out a moment ago, so that the same one does not go out twice. The same: strategy, pair, instrument,
 * side, price and quantity. Children of one parent are no duplicates of each other, since their sum is bounded by it.
 * A ring, chained by strategy, instrument and side.
 */
export class DuplicateOrders {
  private readonly timeNs: Float64Array;
  private readonly price: Float64Array;
  private readonly quantity: Int32Array;
  private readonly pair: Int32Array;
  private readonly parent: Int32Array;
  /** Number of the entry before in the same chain; 0 for none. */
  private readonly before: Float64Array;
  /** Number of the last entry of each chain, from 1. */
  private readonly last: Float64Array;
  private readonly counted: Float64Array;
  private readonly instrumentCount: number;

  constructor(registry: StateRegistry, strategyCount: number, instrumentCount: number) {
    const name = "risk.duplicates";
    this.instrumentCount = instrumentCount;
    this.timeNs = registry.allocate(`${name}.timeNs`, "f64", rows);
    this.price = registry.allocate(`${name}.price`, "f64", rows);
    this.quantity = registry.allocate(`${name}.quantity`, "i32", rows);
    this.pair = registry.allocate(`${name}.pair`, "i32", rows);
    this.parent = registry.allocate(`${name}.parent`, "i32", rows);
    this.before = registry.allocate(`${name}.before`, "f64", rows);
    this.last = registry.allocate(`${name}.last`, "f64", strategyCount * instrumentCount * 2);
    this.counted = registry.allocate(`${name}.counted`, "f64", 1);
  }

  /** Age in ns of the same order when it went out less than `windowNs` ago, -1 when it did not. */
  readonly ageOfSame = (
    strategy: number,
    pair: number,
    instrument: number,
    sell: number,
    quantity: number,
    price: number,
    parent: number,
    nowNs: number,
    windowNs: number,
  ): number => {
    const oldest = this.counted[0] - rows;
    for (let entry = this.last[this.chainOf(strategy, instrument, sell)]; entry > 0 && entry > oldest; ) {
      const row = entry & mask;
      const age = nowNs - this.timeNs[row];
      if (age >= windowNs) return -1;
      if (
        this.price[row] === price &&
        this.quantity[row] === quantity &&
        this.pair[row] === pair &&
        this.parent[row] !== parent
      )
        return age;
      entry = this.before[row];
    }
    return -1;
  };

  /** True while the ring can't tell any more what went out within the window: then nothing more may. */
  readonly isFull = (nowNs: number, windowNs: number): boolean => {
    return this.counted[0] >= rows && nowNs - this.timeNs[(this.counted[0] + 1) & mask] < windowNs;
  };

  /** Remembers an order that goes out. */
  readonly add = (
    strategy: number,
    pair: number,
    instrument: number,
    sell: number,
    quantity: number,
    price: number,
    parent: number,
    nowNs: number,
  ): void => {
    const entry = ++this.counted[0];
    const row = entry & mask;
    const chain = this.chainOf(strategy, instrument, sell);
    this.timeNs[row] = nowNs;
    this.price[row] = price;
    this.quantity[row] = quantity;
    this.pair[row] = pair;
    this.parent[row] = parent;
    this.before[row] = this.last[chain];
    this.last[chain] = entry;
  };

  private readonly chainOf = (strategy: number, instrument: number, sell: number): number => {
    return (strategy * this.instrumentCount + instrument) * 2 + sell;
  };
}
