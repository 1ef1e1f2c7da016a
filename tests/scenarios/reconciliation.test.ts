import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { commandAnswers } from "../../domain/command";
import { parentReasons } from "../../domain/order";
import { refusalCodes } from "../../domain/refusal";
import { createWish } from "../../server/engine/strategy/strategy";
import { dropChannel, orderChannel } from "../../server/machine/channels";
import { ouchLiquidityFlag } from "../../server/wire/ouch-codes";
import { encodeOuchExecuted } from "../../server/wire/ouch-encode";
import { demoDesk } from "../support/demo-desk";
import { type ArrivedOrder, ScriptedVenue } from "../support/scripted-venue";

const desk = demoDesk({ names: 30, pairs: 15 });
const maker = desk.strategies.findIndex((strategy) => strategy.kind === "maker");
const parameters = desk.strategies[maker]?.parameters;
if (parameters?.kind !== "maker") throw new Error("the demo desk has a maker");
const instrument = parameters.instruments[0] ?? 0;
const spec = desk.instruments[instrument]!;
const bid = Math.round(spec.referencePrice / 100) * 100;
const ask = bid + Math.max(400, Math.ceil((bid * parameters.spreadBpsMin * 2) / 10_000 / 100) * 100);

function open(): { venue: ScriptedVenue; order: ArrivedOrder } {
  const venue = new ScriptedVenue(desk);
  venue.quote(0, spec.symbol, bid, 500, ask, 500);
  venue.command("approve", "strategy", maker);
  venue.wait(2_000);
  const order = venue.takeArrived().find((arrived) => arrived.symbol === spec.symbol && arrived.side === "buy");
  if (!order) throw new Error("the maker quotes");
  return { venue, order };
}

describe("order session and drop copy", () => {
  let venue: ScriptedVenue;
  let order: ArrivedOrder;
  const position = () => venue.engine.positions.quantityOf(instrument);
  const breaks = () => venue.factsOf("reconciliationBreak");
  const refusals = () =>
    venue.factsOf("refusal").filter(({ code }) => refusalCodes.name(code) === "reconciliationBreak");
  const answerTo = (kind: "adopt" | "correct") =>
    commandAnswers.name(venue.command(kind, "instrument", instrument).answer);

  beforeEach(() => {
    ({ venue, order } = open());
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

  it("that agree again by themselves end the break", () => {
    const match = venue.fill(order, 40);
    venue.wait(5_000);
    venue.fillAgain(order, match, 40, dropChannel);
    expect(breaks().map(({ open: isOpen }) => isOpen)).toEqual([1, 0]);
    expect(position()).toBe(40);
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

  it("tell of each fill up to five times, in any order, and it is booked once", () => {
    const telling = fc.record({ fill: fc.nat({ max: 5 }), dropCopy: fc.boolean() });
    fc.assert(
      fc.property(fc.array(telling, { minLength: 1, maxLength: 60 }), (tellings) => {
        const world = open();
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
