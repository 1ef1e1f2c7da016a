import type { StateRegistry } from "../../machine/state-registry";

/** Orders remembered over the desk; far more than any message rate lets out within the window. */
export const duplicateRows = 1 << 13;
const rows = duplicateRows;
const mask = rows - 1;

/** Numbers of an entry; the last two places are free. */
enum Field {
  timeNs,
  price,
  quantity,
  pair,
  parent,
  /** Number of the entry before in the same chain; 0 for none. */
  before,
  count = 8,
}

/**
 * Orders that went out a moment ago, so that the same one does not go out twice. The same: strategy, pair, instrument,
 * side, price and quantity. Children of one parent are no duplicates of each other, since their sum is bounded by it.
 * A ring, chained by strategy, instrument and side.
 */
export class DuplicateOrders {
  /** Entries, `Field` numbers each: one entry is one line of the processor's cache. */
  private readonly entries: Float64Array;
  /** Number of the last entry of each chain, from 1. */
  private readonly last: Int32Array;
  private readonly counted: Int32Array;
  private readonly instrumentCount: number;

  constructor(registry: StateRegistry, strategyCount: number, instrumentCount: number) {
    const name = "risk.duplicates";
    this.instrumentCount = instrumentCount;
    this.entries = registry.allocate(`${name}.entries`, "f64", rows * Field.count);
    this.last = registry.allocate(`${name}.last`, "i32", strategyCount * instrumentCount * 2);
    this.counted = registry.allocate(`${name}.counted`, "i32", 1);
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
    const { entries } = this;
    const oldest = this.counted[0] - rows;
    for (let entry = this.last[this.chainOf(strategy, instrument, sell)]; entry > 0 && entry > oldest; ) {
      const at = (entry & mask) * Field.count;
      const age = nowNs - entries[at + Field.timeNs];
      if (age >= windowNs) return -1;
      if (
        entries[at + Field.price] === price &&
        entries[at + Field.quantity] === quantity &&
        entries[at + Field.pair] === pair &&
        entries[at + Field.parent] !== parent
      )
        return age;
      entry = entries[at + Field.before];
    }
    return -1;
  };

  /** True while the ring can't tell any more what went out within the window: then nothing more may. */
  readonly isFull = (nowNs: number, windowNs: number): boolean => {
    if (this.counted[0] < rows) return false;
    return nowNs - this.entries[((this.counted[0] + 1) & mask) * Field.count + Field.timeNs] < windowNs;
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
    const { entries } = this;
    const entry = ++this.counted[0];
    const at = (entry & mask) * Field.count;
    const chain = this.chainOf(strategy, instrument, sell);
    entries[at + Field.timeNs] = nowNs;
    entries[at + Field.price] = price;
    entries[at + Field.quantity] = quantity;
    entries[at + Field.pair] = pair;
    entries[at + Field.parent] = parent;
    entries[at + Field.before] = this.last[chain];
    this.last[chain] = entry;
  };

  private readonly chainOf = (strategy: number, instrument: number, sell: number): number => {
    return (strategy * this.instrumentCount + instrument) * 2 + sell;
  };
}
