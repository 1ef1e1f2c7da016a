import { beforeEach, describe, expect, it } from "vitest";
import { alertCodes } from "../../domain/health";
import { parentReasons } from "../../domain/order";
import { createWish } from "../../server/engine/strategy/strategy";
import { makerDesk as desk, instrument, maker, price, symbol } from "../support/maker-desk";
import { type ArrivedOrder, ScriptedVenue } from "../support/scripted-venue";

let venue: ScriptedVenue;
const alerts = () =>
  venue
    .factsOf("alert")
    .filter(({ code }) => code === alertCodes.code.massCancelUnanswered)
    .map(({ target, value, limit }) => ({ target, value, limit }));
/** Mass cancels that left for the first venue since the script began. */
const asked = () => venue.massCancels.filter((each) => each.venue === 0);

/** An order that rests at the first venue. */
function rest(level: number): ArrivedOrder {
  const side = { instrument, quantity: 10, limitPrice: price - level * 100, venue: 0 };
  const wish = { ...createWish(maker), ...side, style: "post" as const, reason: parentReasons.code.quote };
  venue.during(({ execution }) => expect(execution.submit(wish)).toBeGreaterThan(0));
  return venue.takeArrived().at(-1)!;
}

/** Lets seconds pass with a market, so that its age stands against nothing. */
function pass(seconds: number): void {
  for (let second = 0; second < seconds; second++) {
    venue.quote(0, symbol, price - 100, 500, price + 100, 500);
    venue.wait(1_000);
  }
}

beforeEach(() => {
  venue = new ScriptedVenue(desk);
  venue.quote(0, symbol, price - 100, 500, price + 100, 500);
  venue.command("approve", "strategy", maker);
  venue.wait(500);
  venue.answersMassCancels = false;
});

describe("a mass cancel that its venue never acknowledges", () => {
  it("loses nothing: each order gets a cancel of its own, and the kill is done with the last of them", () => {
    const orders = [1, 2, 3].map(rest);
    venue.command("kill", "instrument", instrument);
    expect(venue.sent.filter((each) => each.startsWith("0 cancel"))).toEqual(
      orders.map(({ reference }) => `0 cancel ${reference}`).reverse(),
    );
    for (const order of orders) venue.cancelled(order, order.quantity);
    expect(venue.engine.orders.openCount).toBe(0);
    expect(venue.factsOf("kill").at(-1)).toMatchObject({ orders: 3, cancelled: 3, unknown: 0 });
  });

  it("nor does one whose single cancels are lost with it: they are asked again until each order is gone", () => {
    const order = rest(1);
    venue.command("kill", "instrument", instrument);
    venue.cancels.length = 0;
    pass(4);
    expect(venue.cancels).toContainEqual({ venue: 0, reference: order.reference });
    venue.cancelled(order, order.quantity);
    expect(venue.engine.orders.openCount).toBe(0);
  });

  it("is asked three times, three seconds apart, under a reference of its own each; people are told each time", () => {
    venue.command("kill", "instrument", instrument);
    expect(asked()).toHaveLength(1);
    pass(2);
    expect(alerts()).toEqual([]);
    pass(2);
    expect(asked().map((each) => each.symbol)).toEqual([symbol, symbol]);
    pass(3);
    expect(asked()).toHaveLength(3);
    pass(8);
    expect(asked()).toHaveLength(3);
    const references = asked().map(({ reference }) => reference);
    expect([...new Set(references)].sort((a, b) => a - b)).toEqual(references);
    const first = alerts().filter(({ target }) => target === 0);
    expect(first).toEqual([1, 2, 3].map((limit) => ({ target: 0, value: instrument, limit })));
  });

  it("and is of everything, is asked again as one of everything", () => {
    venue.command("kill", "all", -1);
    pass(4);
    expect(asked().map((each) => each.symbol)).toEqual(["", ""]);
    expect(alerts()).toContainEqual({ target: 0, value: -1, limit: 1 });
  });

  it("is over with the acknowledgement of the last time it was asked, not with one of another", () => {
    venue.command("kill", "instrument", instrument);
    pass(4);
    const [first, second] = asked();
    venue.massCancelTaken(0, first!.reference, symbol);
    pass(4);
    expect(asked()).toHaveLength(3);
    venue.massCancelTaken(0, second!.reference, symbol);
    venue.massCancelTaken(0, asked()[2]!.reference, symbol);
    pass(8);
    expect(asked()).toHaveLength(3);
    expect(alerts().filter(({ target }) => target === 0)).toHaveLength(2);
  });

  it("is not asked again once its kill is released", () => {
    venue.command("kill", "instrument", instrument);
    venue.command("release", "instrument", instrument);
    pass(8);
    expect(asked()).toHaveLength(1);
    expect(alerts()).toEqual([]);
  });

  it("was asked over a line that is gone, or before our side died: it is asked again when the account is told", () => {
    venue.command("kill", "instrument", instrument);
    venue.cut(0);
    pass(2);
    expect(asked()).toHaveLength(2);
    venue.restart();
    expect(asked()).toHaveLength(3);
    venue.massCancelTaken(0, asked()[2]!.reference, symbol);
    pass(8);
    expect(asked()).toHaveLength(3);
  });
});

describe("a mass cancel that its venue acknowledges", () => {
  it("is asked once, and nobody is called", () => {
    venue.answersMassCancels = true;
    venue.command("kill", "instrument", instrument);
    venue.command("kill", "all", -1);
    pass(10);
    expect(asked().map((each) => each.symbol)).toEqual([symbol, ""]);
    expect(alerts()).toEqual([]);
  });

  it("late but in time is one that was acknowledged", () => {
    venue.command("kill", "instrument", instrument);
    pass(2);
    for (const { venue: at, reference } of [...venue.massCancels]) venue.massCancelTaken(at, reference, symbol);
    pass(8);
    expect(asked()).toHaveLength(1);
    expect(alerts()).toEqual([]);
  });
});
