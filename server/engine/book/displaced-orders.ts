import type { StateRegistry } from "../../machine/state-registry";

/**
 * Orders of one venue whose home in the window of `OrderTable` is not theirs to have: another order has it, or their
 * reference has an unusual high half. Open addressing over typed arrays by both halves of the reference, mixed well;
 * right for all references, slower than a home. Rows are numbered from 0 and used again.
 */
export class DisplacedOrders {
  private readonly mask: number;
  /** Row + 1, 0 for an empty slot. */
  private readonly slots: Int32Array;
  private readonly high: Int32Array;
  private readonly low: Int32Array;
  private readonly nextFree: Int32Array;
  /** 0: free list head + 1; 1: rows in use; 2: rows ever used. */
  private readonly counters: Int32Array;

  /** `rows` at most; slots are at least twice as many. */
  constructor(
    registry: StateRegistry,
    name: string,
    private readonly rows: number,
  ) {
    let slots = 2;
    while (slots < rows * 2) slots *= 2;
    this.mask = slots - 1;
    this.slots = registry.allocate(`${name}.slots`, "i32", slots);
    this.high = registry.allocate(`${name}.high`, "i32", rows);
    this.low = registry.allocate(`${name}.low`, "i32", rows);
    this.nextFree = registry.allocate(`${name}.nextFree`, "i32", rows);
    this.counters = registry.allocate(`${name}.counters`, "i32", 3);
  }

  /** False until the first order came, and again after `clear`. */
  get wasUsed(): boolean {
    return this.counters[2] > 0;
  }

  /** The row of a reference, or -1. Halves are signed 32-bit integers. */
  readonly find = (high: number, low: number): number => {
    let slot = this.slotOf(high, low);
    for (;;) {
      const row = this.slots[slot] - 1;
      if (row < 0) return -1;
      if (this.low[row] === low && this.high[row] === high) return row;
      slot = (slot + 1) & this.mask;
    }
  };

  /** Adds a reference that is not there; its row, or -1 when all rows are in use. */
  readonly insert = (high: number, low: number): number => {
    const row = this.takeRow();
    if (row < 0) return -1;
    this.high[row] = high;
    this.low[row] = low;
    let slot = this.slotOf(high, low);
    while (this.slots[slot] !== 0) slot = (slot + 1) & this.mask;
    this.slots[slot] = row + 1;
    return row;
  };

  /** Frees a row in use; closes the probe chain behind it (backward shift). Returns the reference's low half. */
  readonly remove = (row: number): number => {
    const { slots, mask } = this;
    let hole = this.slotOf(this.high[row], this.low[row]);
    while (slots[hole] !== row + 1) hole = (hole + 1) & mask;
    let next = (hole + 1) & mask;
    while (slots[next] !== 0) {
      const other = slots[next] - 1;
      const home = this.slotOf(this.high[other], this.low[other]);
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        slots[hole] = slots[next];
        hole = next;
      }
      next = (next + 1) & mask;
    }
    slots[hole] = 0;
    this.nextFree[row] = this.counters[0];
    this.counters[0] = row + 1;
    this.counters[1]--;
    return this.low[row];
  };

  /** Forgets all orders. */
  readonly clear = (): void => {
    this.slots.fill(0);
    this.counters.fill(0);
  };

  private readonly takeRow = (): number => {
    const head = this.counters[0] - 1;
    if (head >= 0) {
      this.counters[0] = this.nextFree[head];
      this.counters[1]++;
      return head;
    }
    const fresh = this.counters[2];
    if (fresh >= this.rows) return -1;
    this.counters[2] = fresh + 1;
    this.counters[1]++;
    return fresh;
  };

  /** Murmur3's finaliser over both halves. */
  private readonly slotOf = (high: number, low: number): number => {
    let hash = low ^ Math.imul(high, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) & this.mask;
  };
}
