import type { StateRegistry } from "../machine/state-registry";
import { readU32 } from "../wire/bytes";

/**
 * Commands that are remembered. A browser asks for the last time some twenty seconds after the first, and one client may
 * give 200 a second: whoever gives that many for a minute pushes nobody's command out before its last retry. A power of two.
 */
export const rememberedMax = 16_384;
const wordsOfId = 4;

/**
 * The ids of the last commands with their answers, the oldest giving way. Found by a hash, however many there are: a flood
 * of commands must not make each of them dear, with a kill behind them. Carried over restarts and days.
 */
export class RememberedCommands {
  /** Four words an id. */
  private readonly ids: Uint32Array;
  private readonly answers: Uint8Array;
  /** The row that is used next. */
  private readonly place: Int32Array;
  /** Rows with the same hash are chained: row + 1 of the newest by hash, and of the one before it by row; 0 ends a chain. */
  private readonly newest: Int32Array;
  private readonly before: Int32Array;

  constructor(registry: StateRegistry) {
    this.ids = registry.allocate("commands.lastIds", "u32", rememberedMax * wordsOfId, "carried");
    this.answers = registry.allocate("commands.lastAnswers", "u8", rememberedMax, "carried");
    this.place = registry.allocate("commands.lastPlace", "i32", 1, "carried");
    this.newest = registry.allocate("commands.newestByHash", "i32", rememberedMax, "carried");
    this.before = registry.allocate("commands.beforeInHash", "i32", rememberedMax, "carried");
  }

  /** The row of an id, which is 16 bytes from `at` on; -1 for an unknown one and for one of zeros, which is none. */
  find(bytes: Uint8Array, at: number): number {
    const { before, ids } = this;
    const a = readU32(bytes, at);
    const b = readU32(bytes, at + 4);
    const c = readU32(bytes, at + 8);
    const d = readU32(bytes, at + 12);
    if ((a | b | c | d) === 0) return -1;
    for (let next = this.newest[hashOf(a, b, c, d)]; next !== 0; next = before[next - 1]) {
      const i = (next - 1) * wordsOfId;
      if (ids[i] === a && ids[i + 1] === b && ids[i + 2] === c && ids[i + 3] === d) return next - 1;
    }
    return -1;
  }

  answerOf(row: number): number {
    return this.answers[row];
  }

  /** Keeps an id that is not among them, with its answer, in place of the oldest. */
  add(bytes: Uint8Array, at: number, answer: number): void {
    const { before, ids, newest } = this;
    const row = this.place[0];
    this.unchain(row);
    const i = row * wordsOfId;
    for (let word = 0; word < wordsOfId; word++) ids[i + word] = readU32(bytes, at + word * 4);
    this.answers[row] = answer;
    const hash = this.hashOfRow(row);
    before[row] = newest[hash];
    newest[hash] = row + 1;
    this.place[0] = (row + 1) % rememberedMax;
  }

  /** The oldest row stands at the end of its chain, if it was ever used. */
  private unchain(row: number): void {
    const { before, newest } = this;
    const hash = this.hashOfRow(row);
    if (newest[hash] === row + 1) {
      newest[hash] = before[row];
      return;
    }
    for (let next = newest[hash]; next !== 0; next = before[next - 1])
      if (before[next - 1] === row + 1) {
        before[next - 1] = before[row];
        return;
      }
  }

  private hashOfRow(row: number): number {
    const { ids } = this;
    const i = row * wordsOfId;
    return hashOf(ids[i], ids[i + 1], ids[i + 2], ids[i + 3]);
  }
}

/** Clients choose ids at random (UUID version 4), some count them up: both spread by a multiplication (Knuth, 6.4). */
function hashOf(a: number, b: number, c: number, d: number): number {
  return Math.imul(a ^ b ^ c ^ d, 0x9e3779b1) >>> 18;
}
