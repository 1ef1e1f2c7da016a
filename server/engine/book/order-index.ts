import type { StateRegistry } from "../../machine/state-registry";

/**
 * The open orders of one venue by their 64-bit reference: a pool of rows (typed arrays, free list) and an
 * open-addressing table of pool rows with linear probing. All references are right; consecutive ones, as venues
 * give, hash without collisions.
 */
export class OrderIndex {
  private readonly mask: number;
  private readonly capacity: number;
  /** Pool row + 1, 0 for an empty slot. */
  private readonly slots: Int32Array;
  private readonly referenceHigh: Uint32Array;
  private readonly referenceLow: Uint32Array;
  readonly listing: Int32Array;
  readonly price: Float64Array;
  readonly quantity: Uint32Array;
  /** 0 bid, 1 ask. */
  readonly side: Uint8Array;
  private readonly nextFree: Int32Array;
  /** 0: free list head + 1, 1: rows in use, 2: rows ever used. */
  private readonly counters: Int32Array;

  /** `capacity` rows; the table has twice as many slots. Capacity must be a power of two. */
  constructor(registry: StateRegistry, name: string, capacity: number) {
    this.capacity = capacity;
    this.mask = capacity * 2 - 1;
    this.slots = registry.allocate(`${name}.slots`, "i32", capacity * 2);
    this.referenceHigh = registry.allocate(`${name}.referenceHigh`, "u32", capacity);
    this.referenceLow = registry.allocate(`${name}.referenceLow`, "u32", capacity);
    this.listing = registry.allocate(`${name}.listing`, "i32", capacity);
    this.price = registry.allocate(`${name}.price`, "f64", capacity);
    this.quantity = registry.allocate(`${name}.quantity`, "u32", capacity);
    this.side = registry.allocate(`${name}.side`, "u8", capacity);
    this.nextFree = registry.allocate(`${name}.nextFree`, "i32", capacity);
    this.counters = registry.allocate(`${name}.counters`, "i32", 3);
  }

  get size(): number {
    return this.counters[1];
  }

  /** The row of a reference, or -1. */
  find(high: number, low: number): number {
    let slot = this.slotOf(high, low);
    for (;;) {
      const row = this.slots[slot] - 1;
      if (row < 0) return -1;
      if (this.referenceLow[row] === low && this.referenceHigh[row] === high) return row;
      slot = (slot + 1) & this.mask;
    }
  }

  /** Adds a reference; its row, or -1 when the pool is full. The caller has checked that it is not there yet. */
  insert(high: number, low: number): number {
    const row = this.takeRow();
    if (row < 0) return -1;
    this.referenceHigh[row] = high;
    this.referenceLow[row] = low;
    let slot = this.slotOf(high, low);
    while (this.slots[slot] !== 0) slot = (slot + 1) & this.mask;
    this.slots[slot] = row + 1;
    return row;
  }

  /** Frees a row found before; closes the probe chain behind it (backward shift). */
  remove(row: number): void {
    const { slots, mask } = this;
    let hole = this.slotOf(this.referenceHigh[row], this.referenceLow[row]);
    while (slots[hole] !== row + 1) hole = (hole + 1) & mask;
    let next = (hole + 1) & mask;
    while (slots[next] !== 0) {
      const other = slots[next] - 1;
      const home = this.slotOf(this.referenceHigh[other], this.referenceLow[other]);
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
  }

  /** Forgets all orders. */
  clear(): void {
    this.slots.fill(0);
    this.counters.fill(0);
  }

  private takeRow(): number {
    const head = this.counters[0] - 1;
    if (head >= 0) {
      this.counters[0] = this.nextFree[head];
      this.counters[1]++;
      return head;
    }
    const fresh = this.counters[2];
    if (fresh >= this.capacity) return -1;
    this.counters[2] = fresh + 1;
    this.counters[1]++;
    return fresh;
  }

  private slotOf(high: number, low: number): number {
    return (low ^ (low >>> 16) ^ Math.imul(high, 0x9e3779b1)) & this.mask;
  }
}
