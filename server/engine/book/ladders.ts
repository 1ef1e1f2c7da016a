import type { StateRegistry } from "../../machine/state-registry";

const smallestBlock = 16;
const blockClasses = 24;
/** Levels searched one by one from the best; nearly all changes are among them. */
enum Near {
  levels = 24,
}

/** Columns of `ladders`, per ladder: where its entries begin, how many it has, has room for, and who watches it. */
enum Column {
  first,
  count,
  capacity,
  watch,
}

/**
 * Price ladders, one a book side: ladder = listing × 2 + side, side 0 bids and 1 asks. A ladder is a sorted array of
 * entries (key, level) with the best at its end, where nearly all changes happen; the key is the price, turned round for
 * asks, so that both sides sort the same way. What a level holds (quantity, price, order count) has a place of its own
 * that does not move while the level lives: an order remembers its level's number, and nothing is searched when it goes.
 *
 * A ladder's entries are a block of one pool; a ladder that outgrows its block moves to one of twice the size. Prices
 * are unsigned 32-bit integers; a level's quantity may be anything a safe integer holds.
 */
export class Ladders {
  /** Per ladder: see `Column`. */
  private readonly ladders: Int32Array;
  /** Per entry: key, level. */
  private readonly entries: Int32Array;
  /** Per level 16 bytes: quantity as a float, then price and orders as two integers, seen through `levelWords`. */
  private readonly levelQuantity: Float64Array;
  /** The same memory: price at level × 4 + 2 (next free level + 1 while free), orders at level × 4 + 3. */
  private readonly levelWords: Int32Array;
  /** Free blocks by size class: first entry + 1; the next one is kept in the block's first word. */
  private readonly freeBlocks: Int32Array;
  /** 0: entries of the pool ever used; 1: free level + 1; 2: levels ever used. */
  private readonly counters: Int32Array;
  private readonly entriesMax: number;

  /** `ladderCount` ladders, `levelsMax` levels over all of them. */
  constructor(
    registry: StateRegistry,
    name: string,
    readonly ladderCount: number,
    private readonly levelsMax: number,
  ) {
    this.entriesMax = levelsMax * 2;
    this.ladders = registry.allocate(`${name}.ladders`, "i32", ladderCount * 4);
    this.entries = registry.allocate(`${name}.entries`, "i32", this.entriesMax * 2);
    this.levelQuantity = registry.allocate(`${name}.levels`, "f64", levelsMax * 2);
    this.levelWords = new Int32Array(this.levelQuantity.buffer, this.levelQuantity.byteOffset, levelsMax * 4);
    this.freeBlocks = registry.allocate(`${name}.freeBlocks`, "i32", blockClasses);
    this.counters = registry.allocate(`${name}.counters`, "i32", 3);
  }

  /** An order joins the level of its price, which is made when there is none; the level, or -1 when there is no room. */
  readonly join = (ladder: number, price: number, quantity: number): number => {
    const { entries, ladders } = this;
    const key = this.keyOf(ladder, price);
    const first = ladders[ladder << 2] << 1;
    const end = (first + (ladders[(ladder << 2) | Column.count] << 1)) | 0;
    const nearest = end - first > Near.levels * 2 ? end - Near.levels * 2 : first;
    let at = end - 2;
    while (at >= nearest && entries[at] > key) at -= 2;
    if (at < nearest && nearest > first) at = this.searchFar(first, nearest, key);
    if (at >= first && entries[at] === key) {
      const level = entries[at + 1];
      this.levelQuantity[level << 1] += quantity;
      this.levelWords[(level << 2) | 3]++;
      return level;
    }
    return this.insertLevel(ladder, (at + 2 - first) >> 1, key, price, quantity);
  };

  /** Takes quantity away from a level; its orders stay. */
  readonly take = (level: number, quantity: number): void => {
    this.levelQuantity[level << 1] -= quantity;
  };

  /** An order leaves a level with what it had left; an emptied level is removed. */
  readonly leave = (ladder: number, level: number, quantity: number): void => {
    this.levelQuantity[level << 1] -= quantity;
    if (--this.levelWords[(level << 2) | 3] === 0) this.removeLevel(ladder, level);
  };

  /** Empties a ladder; it keeps its block. */
  readonly clear = (ladder: number): void => {
    const first = this.ladders[ladder << 2];
    const count = this.ladders[(ladder << 2) | Column.count];
    for (let i = 0; i < count; i++) this.freeLevel(this.entries[(first + i) * 2 + 1]);
    this.ladders[(ladder << 2) | Column.count] = 0;
  };

  /** Levels of a ladder. */
  readonly countOf = (ladder: number): number => {
    return this.ladders[(ladder << 2) | Column.count];
  };

  /** The level at a depth, 0 the best; -1 when the ladder is not that deep. */
  readonly levelAt = (ladder: number, depth: number): number => {
    const count = this.ladders[(ladder << 2) | Column.count];
    return depth < count ? this.entries[((this.ladders[ladder << 2] + count - depth) << 1) - 1] : -1;
  };

  readonly priceOf = (level: number): number => {
    return this.levelWords[(level << 2) | 2] >>> 0;
  };

  readonly quantityOf = (level: number): number => {
    return this.levelQuantity[level << 1];
  };

  readonly ordersOf = (level: number): number => {
    return this.levelWords[(level << 2) | 3];
  };

  /** True when a level of the ladder is its best. */
  readonly isBest = (ladder: number, level: number): boolean => {
    return this.levelAt(ladder, 0) === level;
  };

  /** Best price, 0 when empty. */
  readonly bestPrice = (ladder: number): number => {
    const level = this.levelAt(ladder, 0);
    return level < 0 ? 0 : this.priceOf(level);
  };

  /** Quantity at the best price, 0 when empty. */
  readonly bestQuantity = (ladder: number): number => {
    const level = this.levelAt(ladder, 0);
    return level < 0 ? 0 : this.levelQuantity[level << 1];
  };

  /** Writes price and quantity of the best `depth` levels into `fields` from `at` on, each `width` after the last; 0 and 0 where there is none. */
  readonly writeLevels = (ladder: number, depth: number, fields: Float64Array, at: number, width: number): void => {
    const { entries, levelQuantity, levelWords } = this;
    const count = this.ladders[(ladder << 2) | Column.count];
    const best = ((this.ladders[ladder << 2] + count) << 1) - 1;
    const shown = Math.min(count, depth);
    let to = at;
    for (let i = 0; i < shown; i++, to += width) {
      const level = entries[best - (i << 1)];
      fields[to] = levelWords[(level << 2) | 2] >>> 0;
      fields[to + 1] = levelQuantity[level << 1];
    }
    for (let i = shown; i < depth; i++, to += width) {
      fields[to] = 0;
      fields[to + 1] = 0;
    }
  };

  /** Who watches a ladder: the first of a list that `QueuePositions` keeps; 0 for nobody. */
  readonly watchOf = (ladder: number): number => {
    return this.ladders[(ladder << 2) | Column.watch];
  };

  readonly setWatch = (ladder: number, watch: number): void => {
    this.ladders[(ladder << 2) | Column.watch] = watch;
  };

  /** The last entry before `end` whose key is not above `key`, by halves; one entry before `first` when there is none. */
  private readonly searchFar = (first: number, end: number, key: number): number => {
    let low = first >> 1;
    let high = end >> 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.entries[middle * 2] > key) high = middle;
      else low = middle + 1;
    }
    return (low - 1) * 2;
  };

  /** A price as a signed integer that sorts with the best last: bids upwards, asks downwards. */
  private readonly keyOf = (ladder: number, price: number): number => {
    return price ^ (-(ladder & 1) ^ 0x80000000);
  };

  private readonly insertLevel = (
    ladder: number,
    place: number,
    key: number,
    price: number,
    quantity: number,
  ): number => {
    const level = this.takeLevel();
    if (level < 0) return -1;
    const { entries, ladders } = this;
    const count = ladders[(ladder << 2) | Column.count];
    if (count === ladders[(ladder << 2) | Column.capacity] && !this.grow(ladder)) {
      this.freeLevel(level);
      return -1;
    }
    const at = (ladders[ladder << 2] + place) << 1;
    for (let i = ((ladders[ladder << 2] + count) << 1) - 2; i >= at; i -= 2) {
      entries[i + 2] = entries[i];
      entries[i + 3] = entries[i + 1];
    }
    entries[at] = key;
    entries[at + 1] = level;
    ladders[(ladder << 2) | Column.count] = count + 1;
    this.levelQuantity[level << 1] = quantity;
    this.levelWords[(level << 2) | 2] = price;
    this.levelWords[(level << 2) | 3] = 1;
    return level;
  };

  private readonly removeLevel = (ladder: number, level: number): void => {
    const { entries, ladders } = this;
    const first = ladders[ladder << 2] << 1;
    const end = (first + (ladders[(ladder << 2) | Column.count] << 1)) | 0;
    const key = this.keyOf(ladder, this.levelWords[(level << 2) | 2]);
    const nearest = end - first > Near.levels * 2 ? end - Near.levels * 2 : first;
    let at = end - 2;
    while (at >= nearest && entries[at] > key) at -= 2;
    if (at < nearest) at = this.searchFar(first, nearest, key);
    for (let i = at + 2; i < end; i += 2) {
      entries[i - 2] = entries[i];
      entries[i - 1] = entries[i + 1];
    }
    ladders[(ladder << 2) | Column.count]--;
    this.freeLevel(level);
  };

  private readonly takeLevel = (): number => {
    const { counters } = this;
    const free = counters[1] - 1;
    if (free >= 0) {
      counters[1] = this.levelWords[free * 4 + 2];
      return free;
    }
    if (counters[2] >= this.levelsMax) return -1;
    return counters[2]++;
  };

  private readonly freeLevel = (level: number): void => {
    this.levelWords[(level << 2) | 2] = this.counters[1];
    this.levelWords[(level << 2) | 3] = 0;
    this.counters[1] = level + 1;
  };

  private readonly grow = (ladder: number): boolean => {
    const { ladders, entries } = this;
    const oldCapacity = ladders[(ladder << 2) | Column.capacity];
    const newCapacity = oldCapacity === 0 ? smallestBlock : oldCapacity * 2;
    const block = this.takeBlock(newCapacity);
    if (block < 0) return false;
    const oldFirst = ladders[ladder << 2];
    const count = ladders[(ladder << 2) | Column.count];
    entries.copyWithin(block * 2, oldFirst * 2, (oldFirst + count) * 2);
    if (oldCapacity > 0) {
      const oldClass = classOf(oldCapacity);
      entries[oldFirst * 2] = this.freeBlocks[oldClass];
      this.freeBlocks[oldClass] = oldFirst + 1;
    }
    ladders[ladder << 2] = block;
    ladders[(ladder << 2) | Column.capacity] = newCapacity;
    return true;
  };

  private readonly takeBlock = (capacity: number): number => {
    const sizeClass = classOf(capacity);
    const free = this.freeBlocks[sizeClass] - 1;
    if (free >= 0) {
      this.freeBlocks[sizeClass] = this.entries[free * 2];
      return free;
    }
    const at = this.counters[0];
    if (at + capacity > this.entriesMax) return -1;
    this.counters[0] = at + capacity;
    return at;
  };
}

function classOf(capacity: number): number {
  return 31 - Math.clz32(capacity / smallestBlock);
}
