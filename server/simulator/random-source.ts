import { naturalLogarithm } from "../../domain/logarithm";
import type { StateLife, StateRegistry } from "../machine/state-registry";

/**
 * A stream of pseudo-random numbers (sfc32) whose state lives in the registry: a restored exchange draws on where the
 * stopped one left off, and one stream (prices) is not disturbed by how often another (agents) is asked.
 */
export class RandomSource {
  private readonly words: Uint32Array;
  /** [1 while a second normal draw is kept, that draw]. */
  private readonly spare: Float64Array;

  constructor(registry: StateRegistry, name: string, seed: number, life: StateLife = "carried") {
    this.words = registry.allocate(`${name}.words`, "u32", 4, life);
    this.spare = registry.allocate(`${name}.spare`, "f64", 2, life);
    this.words[0] = seed >>> 0;
    this.words[1] = Math.imul(seed, 0x9e37_79b1) ^ Math.floor(seed / 0x1_0000_0000);
    this.words[2] = 0x5bd1_e995;
    this.words[3] = 1;
    for (let round = 0; round < 16; round++) this.nextWord();
  }

  /** 32 random bits. */
  nextWord(): number {
    const words = this.words;
    const a = words[0];
    const b = words[1];
    const c = words[2];
    const result = (a + b + words[3]) | 0;
    words[3] += 1;
    words[0] = b ^ (b >>> 9);
    words[1] = c + (c << 3);
    words[2] = ((c << 21) | (c >>> 11)) + result;
    return result >>> 0;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.nextWord() / 0x1_0000_0000;
  }

  /** A whole number in [0, count). */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Exponential with mean 1, always above 0. */
  exponential(): number {
    return -naturalLogarithm((this.nextWord() + 1) / 0x1_0000_0001);
  }

  /** Standard normal, by the polar method. */
  normal(): number {
    const spare = this.spare;
    if (spare[0] === 1) {
      spare[0] = 0;
      return spare[1];
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const square = u * u + v * v;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * naturalLogarithm(square)) / square);
      spare[0] = 1;
      spare[1] = v * scale;
      return u * scale;
    }
  }

  /** How many events of a Poisson process fall into a stretch that expects `mean` of them (small means). */
  poisson(mean: number): number {
    let count = 0;
    for (let at = this.exponential(); at < mean; at += this.exponential()) count += 1;
    return count;
  }
}
