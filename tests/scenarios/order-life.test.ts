import { beforeEach, describe, expect, it } from "vitest";
import { alertCodes, sessionStates } from "../../domain/health";
import { orderStates } from "../../domain/order";
import { firm } from "../../server/engine/venue/order-entry";
import { dropChannel } from "../../server/machine/channels";
import { symbolBytes } from "../../server/wire/bytes";
import { ouchSide } from "../../server/wire/ouch-codes";
import { encodeOuchEnableResponse, encodeOuchExecuted, encodeOuchReplaced } from "../../server/wire/ouch-encode";
import { ask, bid, desk, instrument, maker, spec } from "../support/quoting-desk";
import { type ArrivedOrder, ScriptedVenue } from "../support/scripted-venue";

describe("an order's life at a venue", () => {
  let venue: ScriptedVenue;
  let quotes: ArrivedOrder[];
  const bidQuote = () => quotes.find((order) => order.side === "buy")!;
  const stateOf = (order: ArrivedOrder) =>
    orderStates.name(venue.engine.orders.state[venue.engine.orders.ofReference(order.venue, order.reference)] ?? 0);
  const position = () => venue.engine.positions.quantityOf(instrument);

  beforeEach(() => {
    venue = new ScriptedVenue(desk);
    venue.quote(0, spec.symbol, bid, 500, ask, 500);
    venue.command("approve", "strategy", maker);
    venue.wait(2_000);
    quotes = venue.takeArrived().filter((order) => order.symbol === spec.symbol);
    expect(quotes.map((order) => order.side)).toEqual(["buy", "sellShort"]);
  });

  it("a cancel that crosses a fill leaves the fill", () => {
    const order = bidQuote();
    venue.command("kill", "strategy", maker);
    expect(venue.cancels).toContainEqual({ venue: 0, reference: order.reference });
    expect(stateOf(order)).toBe("cancelling");
    venue.fill(order, 40);
    venue.cancelled(order, order.quantity - 40);
    expect(stateOf(order)).toBe("cancelled");
    expect(position()).toBe(40);
    expect(venue.factsOf("orderCancelled").at(-1)).toMatchObject({ quantity: order.quantity - 40, leavesQuantity: 0 });
  });

  it("a fill told by the drop copy first and by the order session again is booked once", () => {
    const order = bidQuote();
    venue.fill(order, 30, order.price, { dropCopy: true });
    expect(position()).toBe(30);
    expect(venue.factsOf("fill")).toHaveLength(1);
    expect(venue.factsOf("fill")[0]).toMatchObject({ source: 1, quantity: 30 });
  });

  it("a fill that overtakes its acceptance counts, and the acceptance after it takes nothing back", () => {
    venue.acceptsByItself = false;
    venue.command("pause", "strategy", maker);
    for (const order of quotes) venue.cancelled(order, order.quantity);
    venue.command("resume", "strategy", maker);
    venue.wait(1_500);
    const fresh = venue.takeArrived().find((order) => order.symbol === spec.symbol && order.side === "buy");
    if (!fresh) throw new Error("a new quote");
    expect(stateOf(fresh)).toBe("pending");
    venue.fill(fresh, 25, fresh.price, { dropCopy: true, orders: false });
    venue.accept(fresh);
    expect(position()).toBe(25);
    expect(stateOf(fresh)).toBe("partlyFilled");
    expect(venue.engine.orders.workingOf(instrument, 0)).toBe(fresh.quantity - 25);
  });

  it("a broken trade goes out again at its own price and its fee comes back", () => {
    const order = bidQuote();
    const match = venue.fill(order, 50);
    venue.broken(order, match);
    venue.broken(order, match);
    expect(position()).toBe(0);
    expect(venue.engine.positions.instruments.realised[instrument]).toBe(0);
    expect(venue.engine.positions.instruments.fees[instrument]).toBe(0);
    expect(venue.factsOf("fillBroken")).toHaveLength(1);
  });

  it("an order in flight when the session breaks stays in exposure until the venue tells its fate: never seen", () => {
    venue.acceptsByItself = false;
    venue.command("pause", "strategy", maker);
    for (const order of quotes) venue.cancelled(order, order.quantity);
    venue.command("resume", "strategy", maker);
    venue.quote(0, spec.symbol, bid, 500, ask, 500).wait(1_500);
    const inFlight = venue.takeArrived().filter((order) => order.symbol === spec.symbol);
    expect(inFlight.length).toBeGreaterThan(0);
    const first = Math.min(...inFlight.map((order) => order.reference));
    venue.hasSeenOnlyBelow(0, first);
    venue.cut(0);
    expect(venue.engine.orders.workingOf(instrument, 0)).toBeGreaterThan(0);
    venue.command("pause", "strategy", maker);
    venue.wait(1_000);
    for (const order of inFlight) expect(stateOf(order)).toBe("lost");
    expect(venue.engine.orders.workingOf(instrument, 0)).toBe(0);
    expect(venue.engine.orders.openCount).toBe(0);
  });

  it("an order in flight when the session breaks, and seen by the venue, goes on", () => {
    venue.acceptsByItself = false;
    venue.command("pause", "strategy", maker);
    for (const order of quotes) venue.cancelled(order, order.quantity);
    venue.command("resume", "strategy", maker);
    venue.quote(0, spec.symbol, bid, 500, ask, 500).wait(1_500);
    const order = venue.takeArrived().find((arrived) => arrived.symbol === spec.symbol && arrived.side === "buy");
    if (!order) throw new Error("a new quote");
    venue.cut(0);
    expect(stateOf(order)).toBe("unknown");
    expect(venue.engine.orders.workingOf(instrument, 0)).toBeGreaterThan(0);
    // What the venue has to say comes first in its stream, then the answer to the query.
    venue.atLogin = () => venue.accept(order);
    venue.wait(1_000);
    expect(stateOf(order)).toBe("working");
  });

  it("an order that the venue gave no answer to within two seconds is unknown, is asked about, and was never received", () => {
    venue.acceptsByItself = false;
    venue.command("pause", "strategy", maker);
    for (const order of quotes) venue.cancelled(order, order.quantity);
    venue.command("resume", "strategy", maker);
    venue.quote(0, spec.symbol, bid, 500, ask, 500).wait(1_500);
    const order = venue.takeArrived().find((arrived) => arrived.symbol === spec.symbol && arrived.side === "buy");
    if (!order) throw new Error("a new quote");
    venue.answersQueries = false;
    venue.wait(3_000);
    expect(stateOf(order)).toBe("unknown");
    expect(venue.engine.orders.workingOf(instrument, 0)).toBeGreaterThan(0);
    venue.hasSeenOnlyBelow(0, order.reference);
    venue.answerAccountQuery(0);
    expect(stateOf(order)).toBe("lost");
    expect(venue.factsOf("orderUnknown").map(({ order: id }) => id)).toContain(
      venue.engine.orders.idOf[venue.engine.orders.ofReference(0, order.reference)],
    );
  });

  it("an order given up as never seen that turns up after all counts again and is cancelled", () => {
    venue.acceptsByItself = false;
    venue.command("pause", "strategy", maker);
    for (const order of quotes) venue.cancelled(order, order.quantity);
    venue.command("resume", "strategy", maker);
    venue.quote(0, spec.symbol, bid, 500, ask, 500).wait(1_500);
    const order = venue.takeArrived().find((arrived) => arrived.symbol === spec.symbol && arrived.side === "buy");
    if (!order) throw new Error("a new quote");
    venue.command("pause", "strategy", maker);
    venue.hasSeenOnlyBelow(0, order.reference);
    venue.cut(0).wait(1_000);
    expect(stateOf(order)).toBe("lost");
    venue.accept(order);
    expect(stateOf(order)).toBe("cancelling");
    expect(venue.engine.orders.workingOf(instrument, 0)).toBe(order.quantity);
    expect(venue.cancels).toContainEqual({ venue: 0, reference: order.reference });
    venue.fill(order, 10);
    venue.cancelled(order, order.quantity - 10);
    expect(stateOf(order)).toBe("cancelled");
    expect(position()).toBe(10);
    expect(venue.engine.orders.openCount).toBe(0);
  });

  it("a reject ends the order and frees its exposure", () => {
    const order = bidQuote();
    venue.rejected(order);
    expect(stateOf(order)).toBe("rejected");
    expect(venue.engine.orders.workingOf(instrument, 0)).toBe(0);
  });

  it("more than was ordered is booked, since it happened, and alerted", () => {
    const order = bidQuote();
    venue.fill(order, order.quantity);
    venue.fill(order, 10);
    expect(position()).toBe(order.quantity + 10);
    expect(venue.factsOf("alert").at(-1)?.code).toBe(alertCodes.code.overfill);
  });

  it("an execution at an impossible price, or of an order that is not ours, is counted and not booked", () => {
    const order = bidQuote();
    venue.fill(order, 10, 9_000_000_000_000_000);
    venue.fill({ ...order, reference: 4_000 }, 10);
    venue.tell(0, (bytes) => encodeOuchExecuted(bytes, 0, 0, order.reference, 0, 100, 0x52, 0, 99, null), dropChannel);
    expect(position()).toBe(0);
    expect(venue.factsOf("alert").map((alert) => alertCodes.name(alert.code))).toEqual(
      expect.arrayContaining(["orderUnknown", "fillOfUnknownOrder"]),
    );
  });

  it("sells what is held as a sale, and more than that as a short sale", () => {
    const order = bidQuote();
    venue.fill(order, order.quantity);
    venue.command("pause", "strategy", maker);
    for (const quote of quotes) venue.cancelled(quote, quote.quantity);
    venue.takeArrived();
    venue.command("resume", "strategy", maker);
    venue.quote(0, spec.symbol, bid, 500, ask, 500).wait(2_000);
    const offer = venue.takeArrived().find((arrived) => arrived.symbol === spec.symbol && arrived.side !== "buy");
    expect(offer?.side).toBe("sell");
  });

  it("a login is not over with the echo of an earlier one that its stream repeats", () => {
    const readyAt = () =>
      venue.factsOf("sessionState").filter((fact) => fact.venue === 0 && fact.state === ready).length;
    const ready = sessionStates.code.ready;
    const before = readyAt();
    venue.answersStanding = false;
    venue.cut(0).wait(500);
    const earlier = venue.standings.at(-1)!;
    expect(earlier.venue).toBe(0);
    venue.answersQueries = false;
    venue.cut(0).wait(500);
    const echo = (reference: number) =>
      venue.tell(0, (bytes) => encodeOuchEnableResponse(bytes, 0, venue.timeNs, reference, firm, null));
    echo(earlier.reference);
    expect(readyAt()).toBe(before);
    venue.answerAccountQuery(0);
    const own = venue.standings.at(-1)!;
    expect(own.reference).toBeGreaterThan(earlier.reference);
    echo(earlier.reference);
    expect(readyAt()).toBe(before);
    echo(own.reference);
    expect(readyAt()).toBe(before + 1);
  });

  it("a reference that the venue speaks of and our logs have lost is never used for an order of ours", () => {
    const next = venue.engine.orders.nextReferenceOf(0);
    const lost = { ...bidQuote(), reference: next + 7 };
    venue.accept(lost);
    expect(venue.cancels).toContainEqual({ venue: 0, reference: lost.reference });
    expect(venue.engine.orders.nextReferenceOf(0)).toBe(lost.reference + 1);
    venue.fill({ ...lost, reference: lost.reference + 5 }, 10);
    expect(venue.engine.orders.nextReferenceOf(0)).toBe(lost.reference + 6);
  });

  it.each([false, true])(
    "a replace told after a fill that the drop copy told first leaves less open, broken %s",
    (isBroken) => {
      const order = bidQuote();
      const row = venue.engine.orders.ofReference(order.venue, order.reference);
      const price = order.price - 100;
      venue.during(({ execution }) => expect(execution.replace(row, price)).toBe(true));
      const reference = venue.engine.orders.replaceReference[row]!;
      const match = venue.fill(order, 40, order.price, { dropCopy: true, orders: false });
      if (isBroken) venue.broken(order, match, dropChannel);
      venue.tell(0, (bytes) =>
        encodeOuchReplaced(
          bytes,
          0,
          venue.timeNs,
          order.reference,
          reference,
          ouchSide.buy,
          order.quantity,
          symbolBytes(spec.symbol),
          0,
          price,
          0x30,
          0x59,
          0,
          reference,
          0x50,
          0x4e,
          0x4e,
          0x4c,
          symbolBytes("", 14),
          0,
          null,
        ),
      );
      const { orders } = venue.engine;
      expect(orders.leavesQuantity[row]).toBe(order.quantity - 40);
      expect(orders.workingOf(instrument, 0)).toBe(order.quantity - 40);
      // Blotter and history follow the facts: they must say the same.
      expect(venue.factsOf("orderReplaced").at(-1)?.quantity).toBe(order.quantity - 40);
      expect(position()).toBe(isBroken ? 0 : 40);
      venue.cancelled({ ...order, reference }, order.quantity - 40);
      expect(orders.isOpen(row)).toBe(false);
    },
  );
});
