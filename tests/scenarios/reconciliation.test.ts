import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { commandAnswers } from "../../domain/command";
import { alertCodes, breakCauses } from "../../domain/health";
import { parentReasons } from "../../domain/order";
import { refusalCodes } from "../../domain/refusal";
import { createWish } from "../../server/engine/strategy/strategy";
import { dropChannel, orderChannel } from "../../server/machine/channels";
import { ouchLiquidityFlag } from "../../server/wire/ouch-codes";
import { encodeOuchExecuted } from "../../server/wire/ouch-encode";
import { ask, bid, desk, instrument, maker, openQuoting, spec } from "../support/quoting-desk";
import { type ArrivedOrder, ScriptedVenue } from "../support/scripted-venue";

function stateOf({ engine: { registry } }: ScriptedVenue) {
  const bytes = new Uint8Array(registry.byteLength);
  registry.copyInto(bytes);
  return { bytes, layout: registry.layout() };
}

describe("order session and drop copy", () => {
  let venue: ScriptedVenue;
  let order: ArrivedOrder;
  let quotes: ArrivedOrder[];
  const position = () => venue.engine.positions.quantityOf(instrument);
  const breaks = () => venue.factsOf("reconciliationBreak");
  /** The drop copy tells of orders from now on, also of the maker's quotes in the name. */
  const tellOrders = (): void => {
    venue.dropCopyTellsOrders = true;
    for (const quote of quotes) venue.accept(quote, dropChannel);
  };
  const causes = () => breaks().map(({ cause }) => breakCauses.name(cause));
  const alerts = () => venue.factsOf("alert").map(({ code }) => alertCodes.name(code));
  const refusals = () =>
    venue.factsOf("refusal").filter(({ code }) => refusalCodes.name(code) === "reconciliationBreak");
  const answerTo = (kind: "adopt" | "correct") =>
    commandAnswers.name(venue.command(kind, "instrument", instrument).answer);

  beforeEach(() => {
    ({ venue, order, quotes } = openQuoting());
  });

  it("that agree make no break, however long they take within three seconds", () => {
    const match = venue.fill(order, 40);
    venue.wait(2_500);
    venue.fillAgain(order, match, 40, dropChannel);
    venue.wait(10_000);
    expect(breaks()).toEqual([]);
    expect(position()).toBe(40);
  });

  it("that differ are a break within five seconds, with both sides' numbers, and the name takes no new risk", () => {
    venue.fill(order, 40);
    venue.wait(5_000);
    expect(breaks()).toHaveLength(1);
    expect(breaks()[0]).toMatchObject({ venue: 0, instrument, open: 1, orderNet: 40, dropNet: 0 });
    const wish = createWish(maker);
    wish.instrument = instrument;
    wish.quantity = 10;
    wish.limitPrice = bid;
    wish.style = "post";
    wish.reason = parentReasons.code.quote;
    expect(venue.submit(wish)).toBe(0);
    expect(refusals()).toHaveLength(1);
    // What brings the position back needs no agreement.
    wish.sell = true;
    wish.limitPrice = ask;
    for (const working of venue.engine.orders.open.slice(0, venue.engine.orders.openCount))
      venue.engine.execution.onCancelled(working, 1_000, 0, venue.timeNs);
    expect(venue.submit(wish)).toBeGreaterThan(0);
    expect(position()).toBe(40);
  });

  it("that differ are settled by a person who adopts what was booked; the second look adds nothing", () => {
    venue.fill(order, 40);
    venue.wait(5_000);
    expect(answerTo("adopt")).toBe("done");
    expect(breaks().map(({ open: isOpen }) => isOpen)).toEqual([1, 0]);
    expect(position()).toBe(40);
    venue.wait(10_000);
    expect(breaks()).toHaveLength(2);
    expect(answerTo("adopt")).toBe("alreadySo");
    expect(venue.engine.reconciliation.openCount).toBe(0);
  });

  it("that differ are settled by a person who takes back what only the drop copy told", () => {
    venue.fill(order, 25, order.price, { dropCopy: true, orders: false });
    expect(position()).toBe(25);
    venue.wait(5_000);
    expect(breaks()[0]).toMatchObject({ open: 1, orderNet: 0, dropNet: 25 });
    expect(answerTo("correct")).toBe("done");
    expect(position()).toBe(0);
    expect(venue.engine.positions.instruments.fees[instrument]).toBe(0);
    expect(breaks().at(-1)).toMatchObject({ open: 0, orderNet: 0, dropNet: 0 });
  });

  it("that agree again say so, and the name waits for a person all the same", () => {
    const match = venue.fill(order, 40);
    venue.wait(5_000);
    venue.fillAgain(order, match, 40, dropChannel);
    expect(causes()).toEqual(["totals", "agreed"]);
    expect(breaks().at(-1)).toMatchObject({ open: 1, orderNet: 40, dropNet: 40 });
    venue.wait(10_000);
    expect(breaks()).toHaveLength(2);
    expect(venue.engine.reconciliation.isBroken(instrument)).toBe(true);
    // Another fill that both tell is nothing new; one that they tell differently again is.
    venue.fillAgain(order, venue.fill(order, 10), 10, dropChannel);
    venue.wait(5_000);
    expect(breaks()).toHaveLength(2);
    venue.fill(order, 10);
    venue.wait(5_000);
    expect(causes()).toEqual(["totals", "agreed", "totals"]);
    expect(answerTo("adopt")).toBe("done");
    expect(breaks().map(({ open: isOpen }) => isOpen)).toEqual([1, 1, 1, 0]);
    expect(venue.engine.reconciliation.isBroken(instrument)).toBe(false);
    expect(position()).toBe(60);
  });

  it("that tell of as many and as much, but of different matches, are a break", () => {
    venue.fill(order, 40);
    venue.wait(500);
    venue.fill(order, 40, order.price, { dropCopy: true, orders: false });
    venue.wait(5_000);
    expect(breaks()).toHaveLength(1);
    expect(breaks()[0]).toMatchObject({ open: 1, orderNet: 40, dropNet: 40, orderFills: 1, dropFills: 1 });
    expect(position()).toBe(80);
    expect(answerTo("adopt")).toBe("done");
    venue.wait(10_000);
    expect(breaks()).toHaveLength(2);
    expect(venue.engine.reconciliation.openCount).toBe(0);
  });

  it("an order of which only the order session tells is a break, and cancelled when a person has decided", () => {
    // What a drop copy has never told of, it is not asked for: this one tells of executions only until here.
    venue.wait(5_000);
    expect(breaks()).toEqual([]);
    tellOrders();
    venue.wait(5_000);
    expect(breaks()).toEqual([]);
    venue.cancels.length = 0;
    venue.cancelled(order, order.quantity);
    venue.wait(5_000);
    expect(causes()).toEqual(["orders"]);
    expect(breaks()[0]).toMatchObject({ venue: 0, instrument, open: 1, orderNet: 0, dropNet: 0 });
    expect(breaks()[0]?.orderMessages).toBe((breaks()[0]?.dropMessages ?? 0) + 1);
    expect(answerTo("adopt")).toBe("done");
    venue.wait(10_000);
    expect(venue.cancels).toContainEqual({ venue: 0, reference: order.reference });
    expect(breaks().map(({ open: isOpen }) => isOpen)).toEqual([1, 0]);
  });

  it("an order of which only the drop copy says that it has ended is a break; it is open here until the order session says so", () => {
    tellOrders();
    venue.cancelled(order, order.quantity, dropChannel);
    venue.wait(5_000);
    expect(causes()).toEqual(["orders"]);
    const row = venue.engine.orders.ofReference(0, order.reference);
    expect(venue.engine.orders.isOpen(row)).toBe(true);
    venue.cancelled(order, order.quantity);
    expect(causes()).toEqual(["orders", "agreed"]);
    expect(venue.engine.orders.isOpen(row)).toBe(false);
    expect(answerTo("correct")).toBe("done");
    expect(venue.engine.reconciliation.openCount).toBe(0);
  });

  it("what one of them says of an order while the other is down is no break, nor what comes within three seconds", () => {
    tellOrders();
    venue.isDown.add(dropChannel);
    venue.cut(0, dropChannel);
    venue.cancelled(order, order.quantity);
    venue.wait(8_000);
    venue.isDown.clear();
    venue.wait(2_500);
    venue.cancelled(order, order.quantity, dropChannel);
    // What took its place meanwhile.
    for (const quote of venue.takeArrived()) if (quote.symbol === spec.symbol) venue.accept(quote, dropChannel);
    venue.wait(10_000);
    expect(breaks()).toEqual([]);
  });

  it("make no break while one of them is down: what it has to say comes when it is back", () => {
    venue.isDown.add(dropChannel);
    venue.cut(0, dropChannel);
    const match = venue.fill(order, 40);
    venue.wait(8_000);
    venue.isDown.clear();
    venue.wait(2_500);
    venue.fillAgain(order, match, 40, dropChannel);
    venue.wait(5_000);
    expect(breaks()).toEqual([]);
    expect(venue.engine.reconciliation.openCount).toBe(0);
  });

  it("that give one match different numbers are a break that their agreeing on how many does not end", () => {
    const match = venue.fill(order, 40);
    venue.fillAgain(order, match, 30, dropChannel, order.price - 100);
    expect(alerts()).toContain("dropCopyMismatch");
    venue.wait(5_000);
    expect(breaks()).toHaveLength(1);
    expect(breaks()[0]).toMatchObject({ open: 1, orderNet: 40, dropNet: 30, orderFills: 1, dropFills: 1 });
    // The same again is nothing new, and other fills that agree settle nothing.
    venue.fillAgain(order, match, 30, dropChannel, order.price - 100);
    venue.fillAgain(order, venue.fill(order, 10), 10, dropChannel);
    venue.wait(5_000);
    expect(breaks()).toHaveLength(1);
    expect(alerts().filter((code) => code === "dropCopyMismatch")).toHaveLength(1);
    expect(answerTo("adopt")).toBe("done");
    expect(position()).toBe(50);
    expect(breaks().at(-1)).toMatchObject({ open: 0, orderNet: 50, dropNet: 50 });
    venue.wait(10_000);
    expect(venue.engine.reconciliation.openCount).toBe(0);
  });

  it("that give one match only another price break too; a person who corrects has it booked as the other told it", () => {
    const match = venue.fill(order, 40);
    const feesBefore = venue.engine.positions.instruments.fees[instrument];
    venue.fillAgain(order, match, 40, dropChannel, order.price - 100);
    venue.wait(5_000);
    expect(breaks()[0]).toMatchObject({ open: 1, orderNet: 40, dropNet: 40 });
    expect(breakCauses.name(breaks()[0]?.cause ?? 0)).toBe("match");
    expect(answerTo("correct")).toBe("done");
    expect(position()).toBe(40);
    expect(venue.engine.positions.instruments.totalCost[instrument]).toBe(40 * (order.price - 100));
    expect(venue.engine.positions.instruments.fees[instrument]).toBe(feesBefore);
    expect(venue.engine.reconciliation.openCount).toBe(0);
    // Its row is taken back and booked again under its own number: the last word of the facts is what stands.
    expect(venue.factsOf("fill").map(({ fill, price }) => [fill, price])).toEqual([
      [1, order.price],
      [1, order.price - 100],
    ]);
  });

  it("of which one contradicts itself: a break, and what is booked is what was told first", () => {
    const match = venue.fill(order, 40);
    venue.fillAgain(order, match, 40, dropChannel);
    venue.fillAgain(order, match, 60, orderChannel);
    venue.wait(5_000);
    expect(breaks()[0]).toMatchObject({ open: 1, orderNet: 60, dropNet: 40 });
    expect(position()).toBe(40);
  });

  it("a fill that a person took back, and the other teller confirms, is a break again; adopted, it is booked", () => {
    const match = venue.fill(order, 25);
    venue.wait(5_000);
    expect(answerTo("correct")).toBe("done");
    // The one that the person did not believe tells it once more: nothing new.
    venue.fillAgain(order, match, 25, orderChannel);
    venue.wait(5_000);
    expect(breaks().map(({ open: isOpen }) => isOpen)).toEqual([1, 0]);
    venue.fillAgain(order, match, 25, dropChannel);
    venue.wait(5_000);
    expect(breaks()).toHaveLength(3);
    expect(breaks()[2]).toMatchObject({ open: 1, orderNet: 0, dropNet: 25 });
    expect(position()).toBe(0);
    expect(answerTo("adopt")).toBe("done");
    expect(position()).toBe(25);
    expect(breaks().at(-1)).toMatchObject({ open: 0, orderNet: 25, dropNet: 25 });
    expect(venue.engine.orders.filledQuantity[venue.engine.orders.ofReference(0, order.reference)]).toBe(25);
  });

  it("a fill that a person took back twice stays out, and the venue's own bust of it changes nothing", () => {
    const match = venue.fill(order, 25);
    venue.wait(5_000);
    answerTo("correct");
    venue.fillAgain(order, match, 25, dropChannel);
    venue.wait(5_000);
    expect(answerTo("correct")).toBe("done");
    expect(position()).toBe(0);
    venue.broken(order, match);
    venue.broken(order, match, dropChannel);
    venue.wait(5_000);
    expect(position()).toBe(0);
    expect(venue.factsOf("fillBroken")).toHaveLength(1);
    expect(venue.engine.reconciliation.openCount).toBe(0);
    expect(alerts()).not.toContain("bustOfUnknownFill");
  });

  it("that both tell of a fill of nobody's order stop new risk in every name, until a person has taken note", () => {
    const unknown = { ...order, reference: 900_001 };
    const match = venue.fill(unknown, 30);
    venue.fillAgain(unknown, match, 30, dropChannel);
    expect(breaks()).toHaveLength(1);
    expect(breaks()[0]).toMatchObject({ venue: 0, instrument: -1, open: 1, orderNet: 30 });
    expect(alerts().filter((code) => code === "fillOfUnknownOrder")).toHaveLength(1);
    const other = desk.instruments.findIndex((_, id) => id !== instrument);
    expect(venue.engine.reconciliation.isBroken(instrument)).toBe(true);
    expect(venue.engine.reconciliation.isBroken(other)).toBe(true);
    venue.wait(10_000);
    expect(answerTo("adopt")).toBe("alreadySo");
    expect(commandAnswers.name(venue.command("adopt", "venue", 0).answer)).toBe("done");
    expect(breaks().at(-1)).toMatchObject({ instrument: -1, open: 0, orderNet: 30, dropNet: 30, orderFills: 1 });
    // What has been taken note of is not told again by a repeat.
    venue.fillAgain(unknown, match, 30, dropChannel);
    expect(venue.engine.reconciliation.openCount).toBe(0);
    expect(commandAnswers.name(venue.command("adopt", "venue", 0).answer)).toBe("alreadySo");
    expect(commandAnswers.name(venue.command("adopt", "strategy", 0).answer)).toBe("unknownTarget");
  });

  it("a fill of nobody's order that the venue breaks is no matter any more", () => {
    const unknown = { ...order, reference: 900_001 };
    const match = venue.fill(unknown, 30);
    venue.broken(unknown, match);
    expect(causes()).toEqual(["unplaced", "agreed"]);
    expect(commandAnswers.name(venue.command("adopt", "venue", 0).answer)).toBe("done");
    expect(breaks().map(({ open: isOpen }) => isOpen)).toEqual([1, 1, 0]);
    expect(alerts()).not.toContain("bustOfUnknownFill");
  });

  it("a bust of a fill that we do not have is an alert and a break, over its name where the order is known", () => {
    venue.broken(order, 4_242);
    expect(alerts()).toContain("bustOfUnknownFill");
    venue.wait(5_000);
    expect(breaks()).toHaveLength(1);
    expect(breaks()[0]).toMatchObject({ venue: 0, instrument, open: 1 });
    expect(breakCauses.name(breaks()[0]?.cause ?? 0)).toBe("unplaced");
    expect(answerTo("adopt")).toBe("done");
    expect(venue.engine.reconciliation.openCount).toBe(0);
    venue.broken({ ...order, reference: 900_002 }, 4_243);
    expect(breaks().at(-1)).toMatchObject({ instrument: -1, open: 1 });
  });

  it("a repeat of a fill too old to be remembered is not booked twice, and a person is called", () => {
    const small = openQuoting({ fillRows: 8 });
    const first = small.venue.fill(small.order, 1);
    small.venue.fillAgain(small.order, first, 1, dropChannel);
    for (let i = 0; i < 8; i++) small.venue.fillAgain(small.order, small.venue.fill(small.order, 1), 1, dropChannel);
    const held = () => small.venue.engine.positions.quantityOf(instrument);
    expect(held()).toBe(9);
    small.venue.fillAgain(small.order, first, 1, orderChannel);
    expect(held()).toBe(9);
    const codes = small.venue.factsOf("alert").map(({ code }) => alertCodes.name(code));
    expect(codes).toContain("fillBeyondMemory");
    small.venue.wait(5_000);
    expect(small.venue.factsOf("reconciliationBreak")[0]).toMatchObject({ instrument, open: 1 });
    // Those above it are new.
    small.venue.fillAgain(small.order, small.venue.fill(small.order, 1), 1, dropChannel);
    expect(held()).toBe(10);
  });

  it("that still differ when the day ends are a break of the next day, with its numbers, until a person has decided", () => {
    venue.fill(order, 40);
    venue.fill({ ...order, reference: 900_001 }, 30);
    venue.wait(5_000);
    const next = new ScriptedVenue(desk, undefined, stateOf(venue));
    const carried = () => next.factsOf("reconciliationBreak");
    expect(carried()).toHaveLength(2);
    expect(carried()[0]).toMatchObject({ instrument, open: 1, orderNet: 40, dropNet: 0, orderFills: 1, dropFills: 0 });
    expect(carried()[1]).toMatchObject({ instrument: -1, open: 1, orderNet: 30 });
    next.wait(10_000);
    expect(next.engine.reconciliation.isBroken(instrument)).toBe(true);
    expect(next.engine.positions.quantityOf(instrument)).toBe(40);
    for (const [scope, target] of [
      ["instrument", instrument],
      ["venue", 0],
    ] as const)
      expect(commandAnswers.name(next.command("adopt", scope, target).answer)).toBe("done");
    expect(next.engine.reconciliation.openCount).toBe(0);
    next.wait(10_000);
    expect(carried()).toHaveLength(4);
    const third = new ScriptedVenue(desk, undefined, stateOf(next));
    expect(third.factsOf("reconciliationBreak")).toEqual([]);
  });

  it("that differ for less than three seconds when the day ends differ the next day", () => {
    venue.fill(order, 40);
    const next = new ScriptedVenue(desk, undefined, stateOf(venue));
    expect(next.factsOf("reconciliationBreak")[0]).toMatchObject({ instrument, open: 1, orderNet: 40, dropNet: 0 });
  });

  it("tell of each fill up to five times, in any order, and it is booked once", () => {
    const telling = fc.record({ fill: fc.nat({ max: 5 }), dropCopy: fc.boolean() });
    fc.assert(
      fc.property(fc.array(telling, { minLength: 1, maxLength: 60 }), (tellings) => {
        const world = openQuoting();
        const sizes = [5, 10, 15, 20, 25, 5];
        for (const { fill, dropCopy } of tellings)
          world.venue.tell(
            0,
            (bytes) =>
              encodeOuchExecuted(
                bytes,
                0,
                world.venue.timeNs,
                world.order.reference,
                sizes[fill]!,
                world.order.price,
                ouchLiquidityFlag.added,
                0,
                500 + fill,
                null,
              ),
            dropCopy ? dropChannel : orderChannel,
          );
        const told = new Set(tellings.map(({ fill }) => fill));
        const expected = [...told].reduce((sum, fill) => sum + sizes[fill]!, 0);
        expect(world.venue.engine.positions.quantityOf(instrument)).toBe(expected);
        expect(world.venue.factsOf("fill")).toHaveLength(told.size);
      }),
      { numRuns: 40 },
    );
  });
});
