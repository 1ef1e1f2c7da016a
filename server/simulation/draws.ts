/**
 * Randomness for worlds. `draw` is a hash, not a stream: what happens to one packet depends on the seed and the packet's
 * own numbers, so that leaving a fault out of a plan changes nothing else.
 */
export function draw(seed: number, a: number, b = 0, c = 0): number {
  let value = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(a + 0x7f4a_7c15, 0xc2b2_ae35);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b_3c6d) ^ Math.imul(b + 0x165_667b1, 0x27d4_eb2f);
  value = Math.imul(value ^ (value >>> 13), 0x297a_2d39) ^ Math.imul(c + 0x51ed_270b, 0x9e37_79b1);
  value = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2_ae35);
  return ((value ^ (value >>> 16)) >>> 0) / 0x1_0000_0000;
}

/** A stream of draws, for making plans. */
export class Draws {
  private count = 0;

  constructor(
    private readonly seed: number,
    private readonly purpose: number,
  ) {}

  /** Uniform in [0, 1). */
  uniform(): number {
    return draw(this.seed, this.purpose, this.count++);
  }

  /** A whole number in [0, count). */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** A whole number in [from, to]. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  chance(share: number): boolean {
    return this.uniform() < share;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)];
  }
}
