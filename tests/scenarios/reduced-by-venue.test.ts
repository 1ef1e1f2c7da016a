import { beforeEach, describe, expect, it } from "vitest";
import { alertCodes } from "../../domain/health";
import { orderStates, parentReasons, sides } from "../../domain/order";
import { createWish } from "../../server/engine/strategy/strategy";
import { orderEventRow } from "../../server/store/order-event-row";
import { detailInWords } from "../../server/store/order-life";
import { ouchCancelReason, ouchLiquidityFlag, ouchSide } from "../../server/wire/ouch-codes";
import { encodeOuchModified, encodeOuchSelfMatchCanceled } from "../../server/wire/ouch-encode";
import { makerDesk as desk, instrument, maker, price, symbol } from "../support/maker-desk";
import { type ArrivedOrder, ScriptedVenue } from "../support/scripted-venue";

const quantity = 50;
const bid = price - 100;

let venue: ScriptedVenue;
let order: ArrivedOrder;
let row: number;
const orders = () => venue.engine.orders;
const parents = () => venue.engine.execution.parents;
const state = () => orderStates.name(orders().state[row]!);
const exposure = () => orders().workingOf(instrument, 0);
/** What the gate has approved of the order's parent, and that may still trade or has. */
const placed = () => {
  const parent = orders().parent[row]!;
  return parents().quantity[parent]! - venue.engine.gate.leftOf(parent);
};
const lastCancelled = () => venue.factsOf("orderCancelled").at(-1)!;
const unknownOrders = () => venue.factsOf("alert").filter(({ code }) => code === alertCodes.code.orderUnknown).length;

function modified(open: number, side: number = ouchSide.buy, reference = order.reference): void {
  venue.tell(0, (bytes) => encodeOuchModified(bytes, 0, venue.timeNs, reference, side, open, null));
}

function selfMatched(gone: number, reference = order.reference): void {
  venue.tell(0, (bytes) =>
    encodeOuchSelfMatchCanceled(
      bytes,
      0,
      venue.timeNs,
      reference,
      gone,
      ouchCancelReason.selfMatchPrevention,
      gone,
      bid,
      ouchLiquidityFlag.added,
      0x4f,
      null,
    ),
  );
}

beforeEach(() => {
  venue = new ScriptedVenue(desk);
  venue.quote(0, symbol, bid, 500, price + 100, 500);
  venue.command("approve", "strategy", maker);
  venue.wait(500);
  const wish = { ...createWish(maker), instrument, quantity, limitPrice: bid, venue: 0, style: "post" as const };
  wish.reason = parentReasons.code.quote;
  venue.during(({ execution }) => expect(execution.submit(wish)).toBeGreaterThan(0));
  row = venue.engine.execution.lastOrder;
  order = venue.takeArrived().at(-1)!;
  expect([state(), exposure()]).toEqual(["working", quantity]);
});

describe("an order that its venue modifies (OUCH 'M')", () => {
  it("has as much open as the venue says: exposure and its parent have the rest back, and it works on", () => {
    modified(30);
    expect(orders().leavesQuantity[row]).toBe(30);
    expect([state(), exposure(), placed()]).toEqual(["working", 30, 30]);
    expect(lastCancelled()).toMatchObject({ quantity: 20, leavesQuantity: 30, reason: 0 });
    // What was ordered stays what it was, and what is left can trade.
    expect(orders().quantity[row]).toBe(quantity);
    venue.fill(order, 30);
    expect([state(), exposure()]).toEqual(["filled", 0]);
    expect(venue.engine.positions.quantityOf(instrument)).toBe(30);
  });

  it("after a part fill: what is open counts, not what was ordered", () => {
    venue.fill(order, 20);
    modified(10);
    expect(lastCancelled()).toMatchObject({ quantity: 20, leavesQuantity: 10 });
    expect([state(), exposure()]).toEqual(["partlyFilled", 10]);
  });

  it("down to nothing has ended", () => {
    modified(0);
    expect([state(), exposure(), placed()]).toEqual(["cancelled", 0, 0]);
  });

  it("to what is open already, or to more, which is an older word than one we have: nothing changes", () => {
    venue.fill(order, 20);
    modified(30);
    modified(quantity);
    expect([state(), exposure()]).toEqual(["partlyFilled", 30]);
    expect(venue.factsOf("orderCancelled")).toEqual([]);
  });

  it("as another kind of sale: it counts on the side that it was sent on", () => {
    modified(30, ouchSide.sellShort);
    expect(sides.name(orders().side[row]!)).toBe("buy");
    expect([exposure(), orders().workingOf(instrument, 1)]).toEqual([30, 0]);
  });

  it("while a cancel is on its way goes on being cancelled", () => {
    venue.command("cancelAll", "all", -1);
    modified(30);
    expect([state(), exposure()]).toEqual(["cancelling", 30]);
    venue.cancelled(order, 30);
    expect([state(), exposure()]).toEqual(["cancelled", 0]);
  });

  it("and is none of ours is reported", () => {
    modified(30, ouchSide.buy, 9_000);
    expect(unknownOrders()).toBe(1);
    expect(exposure()).toBe(quantity);
  });
});

describe("an order that would have traded with another of ours (OUCH 'D')", () => {
  it("ends, with its reason in words", () => {
    selfMatched(quantity);
    expect([state(), exposure(), placed()]).toEqual(["cancelled", 0, 0]);
    const { kind, detail = null, leavesQuantity } = orderEventRow("day", lastCancelled())!;
    expect([detailInWords(kind, detail), leavesQuantity]).toEqual(["Q: self match prevention", 0]);
  });

  it("loses only what the venue took off, and trades on with the rest", () => {
    selfMatched(20);
    expect([state(), exposure(), placed()]).toEqual(["working", 30, 30]);
    venue.fill(order, 30);
    expect([state(), exposure()]).toEqual(["filled", 0]);
  });

  it("told once more after its end changes nothing", () => {
    selfMatched(quantity);
    selfMatched(quantity);
    expect(venue.factsOf("orderCancelled")).toHaveLength(1);
    expect(exposure()).toBe(0);
  });

  it("and is none of ours is reported", () => {
    selfMatched(quantity, 9_000);
    expect(unknownOrders()).toBe(1);
  });
});
