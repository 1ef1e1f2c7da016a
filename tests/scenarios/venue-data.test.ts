import { beforeEach, describe, expect, it } from "vitest";
import { sessionPhases } from "../../domain/health";
import { listingOf } from "../../domain/ids";
import { orderStates, parentReasons } from "../../domain/order";
import { refusalCodes } from "../../domain/refusal";
import { createWish } from "../../server/engine/strategy/strategy";
import { OrderReplica } from "../../server/gateway/order-replica";
import { symbolBytes } from "../../server/wire/bytes";
import { encodeOperationalHalt, encodeOrderReplace, encodeTradingAction } from "../../server/wire/itch-encode";
import { encodeOuchAccepted } from "../../server/wire/ouch-encode";
import { makerDesk as desk, instrument, maker, price, symbol } from "../support/maker-desk";
import { type ArrivedOrder, ScriptedVenue } from "../support/scripted-venue";

let venue: ScriptedVenue;

/** Asks for a resting order at venue 0; "sent", or why not. */
function ask(quantity = 100): string {
  const wish = { instrument, quantity, limitPrice: price - 200, venue: 0, reason: parentReasons.code.quote };
  const parent = venue.during(({ execution }) =>
    execution.submit({ ...createWish(maker), ...wish, style: "post" as const }),
  );
  return parent > 0 ? "sent" : refusalCodes.name(venue.engine.gate.code);
}

beforeEach(() => {
  venue = new ScriptedVenue(desk);
  venue.quote(0, symbol, price - 100, 500, price + 100, 500);
  venue.quote(1, symbol, price - 100, 500, price + 100, 500);
  venue.command("approve", "strategy", maker);
  venue.wait(500);
});

describe("an operational halt of a name at one venue (ITCH 5.0 section 1.2.8)", () => {
  const phase = (at: number) =>
    sessionPhases.name(venue.engine.market.rules.phaseOf(listingOf(instrument, at, desk.venues.length)));
  const stop = (action: "H" | "T") =>
    venue.feed(0, (bytes, at) =>
      encodeOperationalHalt(
        bytes,
        at,
        instrument + 1,
        0,
        venue.timeNs,
        symbolBytes(symbol),
        0,
        0x51,
        action.charCodeAt(0),
      ),
    );
  const act = (state: "H" | "T") =>
    venue.feed(0, (bytes, at) =>
      encodeTradingAction(
        bytes,
        at,
        instrument + 1,
        0,
        venue.timeNs,
        symbolBytes(symbol),
        0,
        state.charCodeAt(0),
        0x2020_2020,
      ),
    );

  it("stops orders there, and there only, until it is lifted", () => {
    expect(ask()).toBe("sent");
    stop("H");
    expect([phase(0), phase(1)]).toEqual(["halted", "trading"]);
    expect(ask(101)).not.toBe("sent");
    stop("T");
    expect(phase(0)).toBe("trading");
    expect(ask(102)).toBe("sent");
  });

  it("is apart from the halt of all markets: each lasts as long as it lasts", () => {
    stop("H");
    act("H");
    act("T");
    expect(phase(0)).toBe("halted");
    act("H");
    stop("T");
    expect(phase(0)).toBe("halted");
    act("T");
    expect(phase(0)).toBe("trading");
  });
});

describe("a replace whose new reference is another order's", () => {
  it("takes the original out of the quote at once", () => {
    const best = venue.rest(0, symbol, "buy", 300, price - 50);
    const other = venue.rest(0, symbol, "buy", 300, price - 300);
    expect(venue.engine.quotes.bidPrice(instrument)).toBe(price - 50);
    venue.feed(0, (bytes, at) =>
      encodeOrderReplace(bytes, at, instrument + 1, 0, venue.timeNs, 0, best, 0, other, 300, price - 50),
    );
    expect(venue.engine.books.bestBid(listingOf(instrument, 0, desk.venues.length))).toBe(price - 100);
    expect(venue.engine.quotes.bidPrice(instrument)).toBe(price - 100);
  });
});

describe("an order that the venue took at another price or size than it was sent (OUCH 5.0 section 3.2)", () => {
  it("is on the screen as it is in the engine", () => {
    venue.acceptsByItself = false;
    expect(ask(100)).toBe("sent");
    const order = venue.takeArrived().at(-1) as ArrivedOrder;
    venue.accept({ ...order, price: price - 300, quantity: 60 });
    venue.fill({ ...order, price: price - 300 }, 20);
    const { orders } = venue.engine;
    const row = orders.ofReference(0, order.reference);
    const replica = new OrderReplica(() => undefined);
    for (const fact of venue.facts) replica.apply(fact);
    const engine = {
      quantity: orders.quantity[row],
      filledQuantity: orders.filledQuantity[row],
      leavesQuantity: orders.leavesQuantity[row],
      price: orders.price[row],
    };
    expect(engine).toEqual({ quantity: 60, filledQuantity: 20, leavesQuantity: 40, price: price - 300 });
    expect(replica.get(orders.idOf[row]!)).toMatchObject(engine);
    expect(replica.workingAt(instrument).ownBids).toEqual({ [price - 300]: 40 });
  });

  it("has as much open before its first fill", () => {
    venue.acceptsByItself = false;
    expect(ask(100)).toBe("sent");
    const order = venue.takeArrived().at(-1) as ArrivedOrder;
    venue.accept({ ...order, quantity: 60 });
    const { orders } = venue.engine;
    const row = orders.ofReference(0, order.reference);
    const replica = new OrderReplica(() => undefined);
    for (const fact of venue.facts) replica.apply(fact);
    expect(orders.leavesQuantity[row]).toBe(60);
    expect(replica.get(orders.idOf[row]!)).toMatchObject({ quantity: 60, leavesQuantity: 60 });
  });
});

describe("an order that the venue never saw, told dead on arrival after all", () => {
  it("does not live again on the screen: the engine knows it as lost", () => {
    venue.acceptsByItself = false;
    expect(ask()).toBe("sent");
    const order = venue.takeArrived().at(-1) as ArrivedOrder;
    venue.hasSeenOnlyBelow(0, order.reference);
    venue.cut(0).wait(1_000);
    const blanks = symbolBytes("", 14);
    venue.tell(0, (bytes) =>
      encodeOuchAccepted(
        bytes,
        0,
        venue.timeNs,
        order.reference,
        0x42,
        order.quantity,
        symbolBytes(symbol),
        0,
        order.price,
        0x30,
        0x59,
        0,
        order.reference,
        0x50,
        0x4e,
        0x4e,
        0x44, // D: dead
        blanks,
        0,
        null,
      ),
    );
    const { orders } = venue.engine;
    const row = orders.ofReference(0, order.reference);
    const replica = new OrderReplica(() => undefined);
    for (const fact of venue.facts) replica.apply(fact);
    expect(orderStates.name(orders.state[row]!)).toBe("lost");
    expect(replica.get(orders.idOf[row]!)).toMatchObject({ state: "lost", leavesQuantity: 0 });
    expect(replica.openCount).toBe(orders.openCount);
  });
});
