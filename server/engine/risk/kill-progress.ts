import { factCode } from "../../../domain/facts";
import type { StateRegistry } from "../../machine/state-registry";
import type { Turn } from "../turn";

const Column = {
  scope: 0,
  target: 1,
  orders: 2,
  ended: 3,
  unknown: 4,
  active: 5,
  blockedNs: 6,
  lastCancelNs: 7,
} as const;
const columnCount = 8;

/** A mark's token: its number above, one bit for each slot below. */
const slotBits = 8;
const slotMask = (1 << slotBits) - 1;
/** Numbers that leave room for the slots in 32 bits: more marks than the kills of a day can need. */
const markNumbers = 16_777_216;

/**
 * How far each of the last kills is: the orders it found open, how many of them have ended since, how many have a
 * session that is down, when new orders were blocked and when the last cancel was handed to the wire. That last the engine
 * cannot know by itself: a mark stands behind the cancels in the outbox, and the shell says when all before it had left.
 * Told as facts. A kill has a slot; the oldest slot gives way to a new kill.
 */
export class KillProgress {
  private readonly numbers: Float64Array;
  /** By slot, the number of the first mark that may be about its kill: an earlier one is about a kill that had the slot before. */
  private readonly firstMark: Float64Array;
  private readonly next: Int32Array;
  /** How many slots are active: asked after each input. */
  private readonly activeCount: Int32Array;
  /** Number of the last mark. */
  private readonly lastMark: Float64Array;

  /** `slots`: at most eight, a bit each in a mark's token. */
  constructor(
    registry: StateRegistry,
    private readonly turn: Turn,
    private readonly slots: number,
  ) {
    this.numbers = registry.allocate("kill.progress", "f64", slots * columnCount);
    this.firstMark = registry.allocate("kill.firstMark", "f64", slots);
    this.next = registry.allocate("kill.nextSlot", "i32", 1);
    this.activeCount = registry.allocate("kill.activeCount", "i32", 1);
    this.lastMark = registry.allocate("kill.lastMark", "f64", 1);
    if (slots > slotBits) throw new RangeError(`${slots} kill slots, a mark has bits for ${slotBits}`);
  }

  /** Orders, ended and unknown of the kill engaged last. */
  get lastOrders(): number {
    return this.numbers[this.lastSlot * columnCount + Column.orders];
  }

  get lastEnded(): number {
    return this.numbers[this.lastSlot * columnCount + Column.ended];
  }

  get lastUnknown(): number {
    return this.numbers[this.lastSlot * columnCount + Column.unknown];
  }

  /** The slot of a kill of this scope and target that is not over yet; -1 for none. */
  activeSlotOf(scope: number, target: number): number {
    for (let slot = 0; slot < this.slots; slot++) {
      const at = slot * columnCount;
      if (
        this.isActive(slot) &&
        this.numbers[at + Column.scope] === scope &&
        this.numbers[at + Column.target] === target
      )
        return slot;
    }
    return -1;
  }

  /** Tells once more how far a kill is. */
  tell(slot: number): void {
    this.emit(slot * columnCount);
  }

  /** The slot that the next kill takes. */
  takeSlot(): number {
    const slot = this.next[0] % this.slots;
    this.next[0]++;
    return slot;
  }

  /** True while any kill has orders whose end is not known. */
  get hasActive(): boolean {
    return this.activeCount[0] > 0;
  }

  isActive(slot: number): boolean {
    return this.numbers[slot * columnCount + Column.active] === 1;
  }

  /** A kill was engaged over `orders` open orders. */
  begin(slot: number, scope: number, target: number, orders: number): void {
    const at = slot * columnCount;
    this.numbers[at + Column.scope] = scope;
    this.numbers[at + Column.target] = target;
    this.numbers[at + Column.orders] = orders;
    this.numbers[at + Column.ended] = 0;
    this.numbers[at + Column.unknown] = 0;
    this.setActive(at, orders > 0 ? 1 : 0);
    this.numbers[at + Column.blockedNs] = this.turn.timeNs;
    this.numbers[at + Column.lastCancelNs] = 0;
    this.firstMark[slot] = this.lastMark[0] + 1;
    this.emit(at);
  }

  /** The kill was released: nothing more is told of it, for it would read as in force. */
  forget(scope: number, target: number): void {
    const { numbers, slots } = this;
    for (let slot = 0; slot < slots; slot++) {
      const at = slot * columnCount;
      if (numbers[at + Column.scope] !== scope || numbers[at + Column.target] !== target) continue;
      this.setActive(at, 0);
      this.firstMark[slot] = Number.POSITIVE_INFINITY;
    }
  }

  /** An order of a kill had ended and is alive: it is under way again, unless it was released. */
  reopen(slot: number): void {
    if (this.firstMark[slot] !== Number.POSITIVE_INFINITY) this.setActive(slot * columnCount, 1);
  }

  /** Looks again; a fact when something moved. */
  update(slot: number, ended: number, unknown: number): void {
    const at = slot * columnCount;
    const { numbers } = this;
    if (ended === numbers[at + Column.ended] && unknown === numbers[at + Column.unknown]) return;
    numbers[at + Column.ended] = ended;
    numbers[at + Column.unknown] = unknown;
    if (ended >= numbers[at + Column.orders]) this.setActive(at, 0);
    this.emit(at);
  }

  /** Token of a mark behind cancels of these slots, given by their bits. */
  nextMark(cancelled: number): number {
    const number = ++this.lastMark[0] % markNumbers;
    return number * (slotMask + 1) + cancelled;
  }

  /** All before a mark was handed to the wire at `sentNs`: where a kill has cancels there, none of them left later. */
  onSent(token: number, sentNs: number): void {
    const number = Math.floor(token / (slotMask + 1));
    const { numbers, slots } = this;
    for (let slot = 0; slot < slots; slot++) {
      const at = slot * columnCount;
      if (((token >> slot) & 1) === 0 || number < this.firstMark[slot]) continue;
      if (!(sentNs > numbers[at + Column.lastCancelNs] && sentNs >= numbers[at + Column.blockedNs])) continue;
      numbers[at + Column.lastCancelNs] = sentNs;
      this.emit(at);
    }
  }

  private setActive(at: number, active: number): void {
    this.activeCount[0] += active - this.numbers[at + Column.active];
    this.numbers[at + Column.active] = active;
  }

  private get lastSlot(): number {
    return (this.next[0] + this.slots - 1) % this.slots;
  }

  private emit(at: number): void {
    const { numbers } = this;
    this.turn.emit(
      factCode.kill,
      numbers[at + Column.scope],
      numbers[at + Column.target],
      1,
      numbers[at + Column.orders],
      numbers[at + Column.ended],
      numbers[at + Column.unknown],
      numbers[at + Column.blockedNs],
      numbers[at + Column.lastCancelNs],
    );
  }
}
