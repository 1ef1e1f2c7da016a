import { factCode } from "../../../domain/facts";
import { alertCodes } from "../../../domain/health";
import { openParentStates, openStates, orderStates, parentStates } from "../../../domain/order";
import {
  parentCell,
  parentEvents,
  parentNextStates,
  parentVerdictCodes,
  parentVerdicts,
  settledParentState,
} from "../../../domain/parent-life";
import type { StateRegistry } from "../../machine/state-registry";
import type { Turn } from "../turn";

const events = parentEvents.code;
const impossible = parentVerdicts.code.impossible;
const { cancelling, none, unknown } = orderStates.code;

/**
 * Parent orders: what a strategy wishes, whatever orders at venues it takes. Children move them, by the table of
 * `domain/parent-life.ts`; a parent ends when all of its children have, and how much it got is then final. Rows are used
 * in turn, as those of `Orders` are; row 0 is none, `idOf` is the parent's number within the day, from 1.
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
  readonly limitPrice: Float64Array;
  readonly openChildren: Int32Array;
  /** Of the open children, those that are being cancelled, and those of unknown fate. */
  readonly cancellingChildren: Int32Array;
  readonly unknownChildren: Int32Array;
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
    this.limitPrice = registry.allocate("parents.limitPrice", "f64", rows);
    this.openChildren = registry.allocate("parents.openChildren", "i32", rows);
    this.cancellingChildren = registry.allocate("parents.cancellingChildren", "i32", rows);
    this.unknownChildren = registry.allocate("parents.unknownChildren", "i32", rows);
    this.counters = registry.allocate("parents.counters", "i32", 1);
  }

  /** Takes the next parent's row, cleared and pending; the caller fills the rest. */
  readonly openNext = (): number => {
    let id = this.counters[0] + 1;
    while (openParentStates[this.state[1 + (id % (this.rows - 1))]] === 1) id++;
    this.counters[0] = id;
    const row = 1 + (id % (this.rows - 1));
    this.idOf[row] = id;
    this.state[row] = parentStates.code.pending;
    this.filledQuantity[row] = 0;
    this.openChildren[row] = 0;
    this.cancellingChildren[row] = 0;
    this.unknownChildren[row] = 0;
    return row;
  };

  /** A child moved from one order state to another, codes of `orderStates`. True when that ended the parent. */
  readonly childMoved = (row: number, from: number, to: number): boolean => {
    const { openChildren, cancellingChildren, unknownChildren } = this;
    openChildren[row] += openStates[to] - openStates[from];
    cancellingChildren[row] += Number(to === cancelling) - Number(from === cancelling);
    unknownChildren[row] += Number(to === unknown) - Number(from === unknown);
    if (openStates[from] === 0) {
      if (openStates[to] === 1) this.move(row, from === none ? events.childSent : events.childBack);
      return false;
    }
    if (openChildren[row] === 0) {
      if (!this.move(row, events.childrenEnded)) return false;
      this.emitDone(row);
      return true;
    }
    if (to === unknown) this.move(row, events.childUnknown);
    else if (from === unknown) {
      if (unknownChildren[row] === 0) this.move(row, events.childrenKnown);
    } else if (cancellingChildren[row] === openChildren[row]) this.move(row, events.cancelling);
    else if (from === cancelling && openStates[to] === 1 && cancellingChildren[row] === openChildren[row] - 1)
      this.move(row, events.cancelRefused);
    return false;
  };

  /** A child was filled. */
  readonly fill = (row: number, quantity: number): void => {
    this.filledQuantity[row] += quantity;
    this.move(row, events.fill);
  };

  /** A fill of a child was taken back. */
  readonly bust = (row: number, quantity: number): void => {
    this.filledQuantity[row] -= quantity;
    this.move(row, events.bust);
  };

  /** The gate let no child go: the parent ends as it began. */
  readonly nothingSent = (row: number): void => {
    if (this.move(row, events.nothingSent)) this.emitDone(row);
  };

  /** Moves a parent by an event of `domain/parent-life.ts`. False for one that cannot come about: nothing changes. */
  private readonly move = (row: number, event: number): boolean => {
    const cell = parentCell(this.state[row], event);
    if (parentVerdictCodes[cell] === impossible) {
      this.turn.alert(alertCodes.code.parentContradiction, this.idOf[row], event, this.state[row]);
      return false;
    }
    this.state[row] = settledParentState(
      parentNextStates[cell],
      this.quantity[row],
      this.filledQuantity[row],
      this.openChildren[row],
      this.cancellingChildren[row],
      this.unknownChildren[row],
    );
    return true;
  };

  private readonly emitDone = (row: number): void => {
    const { fields } = this.turn;
    fields[0] = this.idOf[row];
    fields[1] = this.strategy[row];
    fields[2] = this.pair[row];
    fields[3] = this.instrument[row];
    fields[4] = this.filledQuantity[row];
    fields[5] = this.quantity[row];
    fields[6] = this.state[row];
    this.turn.emitFields(factCode.parentDone);
  };
}
