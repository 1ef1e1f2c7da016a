import { factCode } from "../../../domain/facts";
import { parentStates } from "../../../domain/order";
import type { StateRegistry } from "../../machine/state-registry";
import type { Turn } from "../turn";

const states = parentStates.code;

/**
 * Parent orders: what a strategy wishes, whatever orders at venues it takes. A parent ends when all of its children
 * have; how much it got is then final. Rows are used in turn, as those of `Orders` are; row 0 is none, `idOf` is the
 * parent's number within the day, from 1.
 */
export class Parents {
  readonly idOf: Int32Array;
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

  constructor(
    registry: StateRegistry,
    private readonly turn: Turn,
    private readonly rows: number,
  ) {
    this.idOf = registry.allocate("parents.id", "i32", rows);
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

  /** Takes the next parent's row, cleared and active; the caller fills the rest. */
  readonly openNext = (): number => {
    let id = this.counters[0] + 1;
    while (this.state[1 + (id % (this.rows - 1))] === states.active) id++;
    this.counters[0] = id;
    const row = 1 + (id % (this.rows - 1));
    this.idOf[row] = id;
    this.state[row] = states.active;
    this.filledQuantity[row] = 0;
    this.placedQuantity[row] = 0;
    this.openChildren[row] = 0;
    return row;
  };

  /** Ends a parent once it has no open child; true when it did. */
  readonly endIfIdle = (row: number): boolean => {
    if (this.state[row] === states.done || this.openChildren[row] > 0) return false;
    this.state[row] = states.done;
    const { fields } = this.turn;
    fields[0] = this.idOf[row];
    fields[1] = this.strategy[row];
    fields[2] = this.pair[row];
    fields[3] = this.instrument[row];
    fields[4] = this.filledQuantity[row];
    fields[5] = this.quantity[row];
    this.turn.emitFields(factCode.parentDone);
    return true;
  };
}
