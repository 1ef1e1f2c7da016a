import type { Desk } from "../../domain/desk";
import { notionalOf, roundHalfAway } from "../../domain/money";
import type { StateRegistry } from "../machine/state-registry";
import { buySide, liquidity } from "./order-books";

/** What the exchange holds of the member in one listing. Quantities in lots, money in 1/10,000; fees positive are paid. */
export type AccountLine = {
  readonly venue: number;
  readonly instrument: number;
  readonly position: number;
  readonly bought: number;
  readonly sold: number;
  readonly fills: number;
  readonly cash: number;
  readonly fees: number;
};

const POSITION = 0;
const BOUGHT = 1;
const SOLD = 2;
const FILLS = 3;
const CASH = 4;
const FEES = 5;
const lineLength = 6;

/**
 * The member's account as the exchange keeps it, from its own executions: the other side of every reconciliation.
 * It is carried over from day to day. Fees of a fill are rounded half away from zero, by the rule of the house.
 */
export class MemberAccount {
  private readonly lines: Float64Array;

  constructor(
    registry: StateRegistry,
    private readonly desk: Desk,
  ) {
    const count = desk.venues.length * desk.instruments.length;
    this.lines = registry.allocate("account.lines", "f64", count * lineLength, "carried");
  }

  /** Books an execution of the member. */
  fill(venue: number, instrument: number, side: number, quantity: number, price: number, how: number): void {
    this.book(venue, instrument, side, quantity, price, how, 1);
  }

  /** Takes back an execution that was broken: what `fill` did is undone to the unit. */
  takeBack(venue: number, instrument: number, side: number, quantity: number, price: number, how: number): void {
    this.book(venue, instrument, side, quantity, price, how, -1);
  }

  private book(
    venue: number,
    instrument: number,
    side: number,
    quantity: number,
    price: number,
    how: number,
    times: 1 | -1,
  ): void {
    const { lines, desk } = this;
    const at = (instrument * desk.venues.length + venue) * lineLength;
    const lot = desk.instruments[instrument].lot;
    const perShare =
      how === liquidity.removed ? desk.venues[venue].takerFeePerShare : desk.venues[venue].makerFeePerShare;
    const notional = notionalOf(price, quantity, lot);
    const sign = side === buySide ? times : -times;
    lines[at + POSITION] += sign * quantity;
    lines[at + (side === buySide ? BOUGHT : SOLD)] += times * quantity;
    lines[at + FILLS] += times;
    lines[at + CASH] -= sign * notional;
    lines[at + FEES] += times * roundHalfAway(perShare * quantity * lot);
  }

  /** The lines with any fill, by instrument, then venue. */
  traded(): AccountLine[] {
    const { lines, desk } = this;
    const found: AccountLine[] = [];
    for (let instrument = 0; instrument < desk.instruments.length; instrument++)
      for (let venue = 0; venue < desk.venues.length; venue++) {
        const at = (instrument * desk.venues.length + venue) * lineLength;
        if (lines[at + FILLS] === 0) continue;
        found.push({
          venue,
          instrument,
          position: lines[at + POSITION],
          bought: lines[at + BOUGHT],
          sold: lines[at + SOLD],
          fills: lines[at + FILLS],
          cash: lines[at + CASH],
          fees: lines[at + FEES],
        });
      }
    return found;
  }
}
