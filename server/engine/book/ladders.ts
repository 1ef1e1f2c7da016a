import type { StateRegistry } from "../../machine/state-registry";

const smallestBlock = 16;
const blockClasses = 20;
/** Levels searched one by one from the best; nearly all changes are among them. */
const nearLevels = 16;

/**
 * Price ladders, one a book side, each a sorted array of levels with the best at its end, where nearly all changes
 * happen. Ladders are blocks of one pool of levels; a ladder that outgrows its block moves to one of twice the size.
 * Side 0 sorts upwards (best bid last), side 1 downwards (best ask last).
 */
export class Ladders {
  readonly price: Float64Array;
  readonly quantity: Float64Array;
  readonly orders: Int32Array;
  /** First level of a ladder's block in the pool. */
  readonly start: Int32Array;
  readonly count: Int32Array;
  private readonly capacity: Int32Array;
  /** Free blocks by size class: first level + 1; the next one is kept in `orders` of the block's first level. */
  private readonly freeBlocks: Int32Array;
  /** 0: levels of the pool ever used. */
  private readonly poolUsed: Int32Array;
  private readonly levelsMax: number;

  /** `ladderCount` ladders over a pool of `levelsMax` levels. */
  constructor(registry: StateRegistry, name: string, ladderCount: number, levelsMax: number) {
    this.levelsMax = levelsMax;
    this.price = registry.allocate(`${name}.price`, "f64", levelsMax);
    this.quantity = registry.allocate(`${name}.quantity`, "f64", levelsMax);
    this.orders = registry.allocate(`${name}.orders`, "i32", levelsMax);
    this.start = registry.allocate(`${name}.start`, "i32", ladderCount);
    this.count = registry.allocate(`${name}.count`, "i32", ladderCount);
    this.capacity = registry.allocate(`${name}.capacity`, "i32", ladderCount);
    this.freeBlocks = registry.allocate(`${name}.freeBlocks`, "i32", blockClasses);
    this.poolUsed = registry.allocate(`${name}.poolUsed`, "i32", 1);
  }

  /** Adds an order's quantity at a price; false when the pool of levels is exhausted and nothing was changed. */
  add(ladder: number, descending: boolean, price: number, quantity: number): boolean {
    const start = this.start[ladder];
    const at = this.placeOf(start, start + this.count[ladder], descending, price);
    if (at > start && this.price[at - 1] === price) {
      this.quantity[at - 1] += quantity;
      this.orders[at - 1]++;
      return true;
    }
    return this.insertLevel(ladder, at - start, price, quantity);
  }

  /** Takes quantity, and with `orderGone` an order, away from a level; an emptied level is removed. */
  reduce(ladder: number, descending: boolean, price: number, quantity: number, orderGone: boolean): void {
    const start = this.start[ladder];
    const end = start + this.count[ladder];
    const at = this.placeOf(start, end, descending, price) - 1;
    if (at < start || this.price[at] !== price) throw new Error(`ladder ${ladder} has no level at ${price}`);
    this.quantity[at] -= quantity;
    if (!orderGone) return;
    if (--this.orders[at] > 0) return;
    for (let i = at + 1; i < end; i++) {
      this.price[i - 1] = this.price[i];
      this.quantity[i - 1] = this.quantity[i];
      this.orders[i - 1] = this.orders[i];
    }
    this.count[ladder]--;
  }

  /** Empties a ladder; it keeps its block. */
  clear(ladder: number): void {
    this.count[ladder] = 0;
  }

  /** Best price, 0 when empty. */
  bestPrice(ladder: number): number {
    const count = this.count[ladder];
    return count === 0 ? 0 : this.price[this.start[ladder] + count - 1];
  }

  /** Quantity at the best price, 0 when empty. */
  bestQuantity(ladder: number): number {
    const count = this.count[ladder];
    return count === 0 ? 0 : this.quantity[this.start[ladder] + count - 1];
  }

  /** Where a price belongs: behind the last level that is not better. Looks near the best first, then by halves. */
  private placeOf(start: number, end: number, descending: boolean, price: number): number {
    const levels = this.price;
    const nearest = Math.max(end - nearLevels, start);
    let at = end;
    if (descending) while (at > nearest && levels[at - 1] < price) at--;
    else while (at > nearest && levels[at - 1] > price) at--;
    if (at > nearest || nearest === start) return at;
    let low = start;
    let high = at;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (descending ? levels[middle] < price : levels[middle] > price) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private insertLevel(ladder: number, place: number, price: number, quantity: number): boolean {
    const count = this.count[ladder];
    if (count === this.capacity[ladder] && !this.grow(ladder)) return false;
    const start = this.start[ladder];
    const at = start + place;
    for (let i = start + count; i > at; i--) {
      this.price[i] = this.price[i - 1];
      this.quantity[i] = this.quantity[i - 1];
      this.orders[i] = this.orders[i - 1];
    }
    this.price[at] = price;
    this.quantity[at] = quantity;
    this.orders[at] = 1;
    this.count[ladder] = count + 1;
    return true;
  }

  private grow(ladder: number): boolean {
    const oldCapacity = this.capacity[ladder];
    const newCapacity = oldCapacity === 0 ? smallestBlock : oldCapacity * 2;
    const block = this.takeBlock(newCapacity);
    if (block < 0) return false;
    const oldStart = this.start[ladder];
    const count = this.count[ladder];
    this.price.copyWithin(block, oldStart, oldStart + count);
    this.quantity.copyWithin(block, oldStart, oldStart + count);
    this.orders.copyWithin(block, oldStart, oldStart + count);
    if (oldCapacity > 0) {
      const oldClass = classOf(oldCapacity);
      this.orders[oldStart] = this.freeBlocks[oldClass];
      this.freeBlocks[oldClass] = oldStart + 1;
    }
    this.start[ladder] = block;
    this.capacity[ladder] = newCapacity;
    return true;
  }

  private takeBlock(capacity: number): number {
    const sizeClass = classOf(capacity);
    const free = this.freeBlocks[sizeClass] - 1;
    if (free >= 0) {
      this.freeBlocks[sizeClass] = this.orders[free];
      return free;
    }
    const at = this.poolUsed[0];
    if (at + capacity > this.levelsMax) return -1;
    this.poolUsed[0] = at + capacity;
    return at;
  }
}

function classOf(capacity: number): number {
  return 31 - Math.clz32(capacity / smallestBlock);
}
