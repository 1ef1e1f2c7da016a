import { factCode } from "../../../domain/facts";
import { parentStates } from "../../../domain/order";
import type { StateRegistry } from "../../machine/state-registry";
import type { Turn } from "../turn";

const states = parentStates.code;

/**
 * Parent orders: what a strategy wishes, whatever orders at venues it takes. A parent ends when all of its children
 * have; how much it got is then final. Ids from 1 within the day.
 */
export class Parents {
  readonly strategy: Int32Array;
  readonly pair: Int32Array;
  readonly instrument: Int32Array;
  readonly side: Uint8Array;
  readonly reason: Uint8Array;
  readonly state: Uint8Array;
  readonly quantity: Int32Array;
  readonly filledQuantity: Int32Array;
  /** Quantity given to children so far, less what they gave back unfilled. */
  readonly placedQuantity: Int32Array;
  readonly limitPrice: Float64Array;
  readonly openChildren: Int32Array;
  private readonly counters: Int32Array;
  readonly parentsMax: number;

  constructor(
    registry: StateRegistry,
    private readonly turn: Turn,
    parentsMax: number,
  ) {
    const rows = parentsMax + 1;
    this.parentsMax = parentsMax;
    this.strategy = registry.allocate("parents.strategy", "i32", rows);
    this.pair = registry.allocate("parents.pair", "i32", rows);
    this.instrument = registry.allocate("parents.instrument", "i32", rows);
    this.side = registry.allocate("parents.side", "u8", rows);
    this.reason = registry.allocate("parents.reason", "u8", rows);
    this.state = registry.allocate("parents.state", "u8", rows);
    this.quantity = registry.allocate("parents.quantity", "i32", rows);
    this.filledQuantity = registry.allocate("parents.filledQuantity", "i32", rows);
    this.placedQuantity = registry.allocate("parents.placedQuantity", "i32", rows);
    this.limitPrice = registry.allocate("parents.limitPrice", "f64", rows);
    this.openChildren = registry.allocate("parents.openChildren", "i32", rows);
    this.counters = registry.allocate("parents.counters", "i32", 1);
  }

  get count(): number {
    return this.counters[0];
  }

  /** Takes the next parent id; the caller fills the row. Throws when the day's rows are used up (the gate refuses before). */
  openNext(): number {
    if (this.counters[0] >= this.parentsMax) throw new RangeError(`parents of the day are used up: ${this.parentsMax}`);
    const id = ++this.counters[0];
    this.state[id] = states.active;
    this.filledQuantity[id] = 0;
    this.placedQuantity[id] = 0;
    this.openChildren[id] = 0;
    return id;
  }

  /** Ends a parent once it has no open child; true when it did. */
  endIfIdle(id: number): boolean {
    if (this.state[id] === states.done || this.openChildren[id] > 0) return false;
    this.state[id] = states.done;
    this.turn.emit(
      factCode.parentDone,
      id,
      this.strategy[id],
      this.pair[id],
      this.instrument[id],
      this.filledQuantity[id],
      this.quantity[id],
    );
    return true;
  }
}
