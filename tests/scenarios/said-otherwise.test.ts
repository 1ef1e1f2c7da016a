import { beforeEach, describe, expect, it } from "vitest";
import { commandAnswers } from "../../domain/command";
import { alertCodes } from "../../domain/health";
import { orderStates, parentReasons } from "../../domain/order";
import { createWish } from "../../server/engine/strategy/strategy";
import { dropChannel, orderChannel } from "../../server/machine/channels";
import { isEngineAtRest } from "../../server/runtime/unfinished-day";
import { symbolBytes } from "../../server/wire/bytes";
import { encodeOuchExecuted, encodeOuchRejected } from "../../server/wire/ouch-encode";
import { makerDesk as desk, instrument, maker, price, symbol } from "../support/maker-desk";
import { openQuoting, instrument as quoted, maker as quoter } from "../support/quoting-desk";
import { type ArrivedOrder, ScriptedVenue } from "../support/scripted-venue";

const blanks = symbolBytes("", 14);
let venue: ScriptedVenue;
const rowOf = (order: ArrivedOrder) => venue.engine.orders.ofReference(order.venue, order.reference);
const stateOf = (order: ArrivedOrder) => orderStates.name(venue.engine.orders.state[rowOf(order)]!);
const exposure = (sell = 0) => venue.engine.orders.workingOf(instrument, sell);
const cancelsOf = (order: ArrivedOrder) =>
  venue.cancels.filter(({ reference }) => reference === order.reference).length;
const lastKill = () => venue.factsOf("kill").at(-1);

function rest(level: number, quantity = 100, at = 0): ArrivedOrder {
  const side = { instrument, quantity, limitPrice: price - level * 100, venue: at };
  const wish = { ...createWish(maker), ...side, style: "post" as const, reason: parentReasons.code.quote };
  venue.during(({ execution }) => expect(execution.submit(wish)).toBeGreaterThan(0));
  return venue.takeArrived().at(-1)!;
}

function pass(seconds: number): void {
  for (let second = 0; second < seconds; second++) {
    venue.quote(0, symbol, price - 100, 500, price + 100, 500);
    venue.wait(1_000);
  }
}

beforeEach(() => {
  venue = new ScriptedVenue(desk);
  venue.quote(0, symbol, price - 100, 500, price + 100, 500);
  venue.quote(1, symbol, price - 100, 500, price + 100, 500);
  venue.command("approve", "strategy", maker);
  venue.wait(500);
});

describe("a kill whose orders come back, or of which a part goes", () => {
  it("is not done while one of its orders works, whatever came back to life", () => {
    const other = rest(1);
    venue.acceptsByItself = false;
    const order = rest(2);
    venue.command("kill", "all", -1);
    expect(lastKill()).toMatchObject({ orders: 2, cancelled: 0 });
    venue.hasSeenOnlyBelow(0, order.reference);
    venue.cut(0).wait(1_000);
    expect(stateOf(order)).toBe("lost");
    venue.accept(order);
    expect(stateOf(order)).toBe("cancelling");
    venue.cancelled(order, order.quantity);
    expect(venue.engine.orders.openCount).toBe(1);
    expect(venue.engine.orders.isOpen(rowOf(other))).toBe(true);
    expect(lastKill()).toMatchObject({ orders: 2, cancelled: 1 });
  });

  it("is under way again when the one order it had comes back", () => {
    venue.acceptsByItself = false;
    const order = rest(2);
    venue.command("kill", "all", -1);
    venue.hasSeenOnlyBelow(0, order.reference);
    venue.cut(0).wait(1_000);
    expect(stateOf(order)).toBe("lost");
    expect(lastKill()).toMatchObject({ orders: 1, cancelled: 1 });
    venue.accept(order);
    venue.wait(200);
    expect(venue.engine.orders.openCount).toBe(1);
    expect(lastKill()).toMatchObject({ orders: 1, cancelled: 0 });
  });

  it("asks again for a cancel that was lost", () => {
    const order = rest(1);
    venue.command("kill", "instrument", instrument);
    venue.cancels.length = 0;
    pass(6);
    expect(cancelsOf(order)).toBeGreaterThan(0);
  });
  it("asks again for it also where the venue took a part of the order meanwhile", () => {
    const order = rest(1);
    venue.command("kill", "instrument", instrument);
    venue.cancelled(order, 20);
    venue.cancels.length = 0;
    pass(30);
    expect(exposure()).toBe(80);
    expect(cancelsOf(order)).toBeGreaterThan(0);
  });
});

describe("an order that waits for an answer", () => {
  it("is asked about also where the venue took a part of it while its replace was on its way", () => {
    const order = rest(1);
    const row = rowOf(order);
    venue.during(({ execution }) => expect(execution.replace(row, order.price - 100)).toBe(true));
    venue.cancelled(order, 20);
    const before = venue.queries.length;
    pass(60);
    expect([stateOf(order), venue.queries.length > before]).toEqual(["working", true]);
  });

  it("is asked about until the venue has answered, a late no to its replace notwithstanding", () => {
    const order = rest(1);
    const row = rowOf(order);
    venue.during(({ execution }) => expect(execution.replace(row, order.price - 100)).toBe(true));
    const reference = venue.engine.orders.replaceReference[row]!;
    // The one question is never answered.
    venue.answersQueries = false;
    venue.wait(2_200);
    venue.answersQueries = true;
    expect([stateOf(order), venue.queries.at(-1)?.venue]).toEqual(["unknown", 0]);
    venue.tell(0, (bytes) => encodeOuchRejected(bytes, 0, venue.timeNs, reference, 1, blanks, 0, null));
    pass(60);
    expect(stateOf(order)).toBe("working");
  });

  it("is cancelled again where the venue would not, its strategy being paused", () => {
    const open = openQuoting();
    venue = open.venue;
    venue.command("pause", "strategy", quoter);
    expect(cancelsOf(open.order)).toBe(1);
    venue.cancelRefused(open.order);
    venue.cancels.length = 0;
    venue.wait(60_000);
    expect([stateOf(open.order), cancelsOf(open.order) > 0]).toEqual(["cancelling", true]);
  });
});

describe("an order that its venue took otherwise than it was sent", () => {
  it("counts as what the venue has, and people are told", () => {
    venue.acceptsByItself = false;
    const order = rest(1);
    venue.accept({ ...order, quantity: 300, price: order.price });
    const alerts = venue.factsOf("alert").map(({ code }) => alertCodes.name(code));
    expect([exposure(), alerts.includes("orderContradiction")]).toEqual([300, true]);
  });

  it("counts at the price that the venue has", () => {
    venue.acceptsByItself = false;
    const side = { instrument, quantity: 100, limitPrice: price + 100, venue: 0, sell: true };
    const wish = { ...createWish(maker), ...side, style: "post" as const, reason: parentReasons.code.quote };
    venue.during(({ execution }) => expect(execution.submit(wish)).toBeGreaterThan(0));
    const order = venue.takeArrived().at(-1)!;
    venue.accept({ ...order, price: order.price + 100 });
    expect([
      venue.factsOf("orderAccepted").at(-1)?.price,
      venue.engine.orders.price[rowOf(order)],
      venue.engine.orders.workingNotional[1],
    ]).toEqual([price + 200, price + 200, 100 * (price + 200)]);
  });

  it("is cancelled by its strategy's kill as long as anything of it is left", () => {
    venue.acceptsByItself = false;
    const order = rest(1);
    venue.accept({ ...order, quantity: 300 });
    venue.fill(order, 100, order.price, { dropCopy: true });
    venue.command("kill", "strategy", maker);
    venue.wait(5_000);
    expect([lastKill()?.orders, cancelsOf(order) > 0]).toEqual([1, true]);
  });
});

describe("a person who takes back what only one has told", () => {
  it("has the rest of its order cancelled, since nobody can tell what is open", () => {
    const order = rest(1);
    const match = venue.fill(order, 50);
    venue.fillAgain(order, match, 30, dropChannel);
    venue.wait(5_000);
    expect(commandAnswers.name(venue.command("correct", "instrument", instrument).answer)).toBe("done");
    expect(venue.engine.positions.quantityOf(instrument)).toBe(30);
    venue.wait(2_000);
    // 30 of 100 are filled: 70 work at the venue, 50 count here.
    expect([exposure(), cancelsOf(order) > 0]).toEqual([50, true]);
  });
  it("forgets none of it at the venue", () => {
    const order = rest(1);
    const match = venue.fill(order, 50);
    venue.fillAgain(order, match, 30, dropChannel);
    venue.wait(5_000);
    venue.command("correct", "instrument", instrument);
    venue.fill(order, 50, order.price, { dropCopy: true });
    // 80 of 100: 20 work at the venue.
    venue.command("kill", "all", -1);
    venue.wait(2_000);
    expect([venue.engine.positions.quantityOf(instrument), cancelsOf(order) > 0]).toEqual([80, true]);
  });
  it("has an order cancelled whose whole fill never happened", () => {
    const order = rest(1);
    venue.fill(order, 100);
    venue.wait(5_000);
    venue.command("correct", "instrument", instrument);
    venue.wait(5_000);
    venue.command("kill", "all", -1);
    expect([venue.engine.positions.quantityOf(instrument), cancelsOf(order) > 0]).toEqual([0, true]);
  });

  it("takes no fill back that is on its way for a moment", () => {
    const order = rest(1);
    venue.fill(order, 10);
    venue.wait(5_000);
    expect(venue.engine.reconciliation.openCount).toBe(1);
    const late = venue.fill(order, 50);
    venue.wait(20);
    venue.command("correct", "instrument", instrument);
    venue.wait(30);
    venue.fillAgain(order, late, 50, dropChannel);
    expect(venue.engine.positions.quantityOf(instrument)).toBe(50);
    venue.wait(10_000);
    expect(venue.engine.reconciliation.openCount).toBe(0);
  });
});

describe("a break", () => {
  it("is none where the drop copy is 150 ms later, ten times a second", () => {
    const order = rest(1, 500);
    const told: number[] = [];
    for (let i = 0; i < 100; i++) {
      told.push(venue.fill(order, 1));
      venue.wait(50);
      if (told.length > 1) venue.fillAgain(order, told.shift()!, 1, dropChannel);
      venue.wait(50);
    }
    expect(venue.factsOf("reconciliationBreak")).toEqual([]);
  });

  it("is told anew within five seconds when another match of its name is told by one only", () => {
    const order = rest(1);
    venue.fill(order, 10);
    venue.wait(5_000);
    expect(venue.factsOf("reconciliationBreak").at(-1)).toMatchObject({ open: 1, orderNet: 10, dropNet: 0 });
    venue.fill(order, 70);
    venue.wait(5_000);
    expect(venue.factsOf("reconciliationBreak").at(-1)).toMatchObject({ open: 1, orderNet: 80, dropNet: 0 });
  });
});

describe("what order session and drop copy differ over when our side dies", () => {
  let order: ArrivedOrder;
  const cancels = () => cancelsOf(order);
  beforeEach(() => {
    const open = openQuoting();
    venue = open.venue;
    order = open.order;
    venue.dropCopyTellsOrders = true;
    for (const quote of open.quotes) venue.accept(quote, dropChannel);
    venue.wait(1_000);
  });
  const away = () => {
    venue.isDown.add(orderChannel);
    venue.isDown.add(dropChannel);
  };

  it("is no break while the venue is away after the restart", () => {
    venue.cancelled(order, order.quantity);
    away();
    venue.restart();
    venue.wait(6_000);
    expect(venue.factsOf("reconciliationBreak")).toEqual([]);
  });

  it("and a person has settled is cancelled again over the line after the restart", () => {
    venue.cancelled(order, order.quantity);
    venue.wait(5_000);
    expect(commandAnswers.name(venue.command("adopt", "instrument", quoted).answer)).toBe("done");
    venue.wait(1_000);
    expect(cancels()).toBe(1);
    // Its cancel is lost: our side dies, and the venue is away for a while.
    away();
    venue.restart();
    venue.wait(6_000);
    venue.isDown.clear();
    venue.wait(15_000);
    expect(cancels()).toBe(2);
  });
});

it("a day is not at rest while an order's words differ", () => {
  const open = openQuoting();
  venue = open.venue;
  venue.dropCopyTellsOrders = true;
  for (const quote of open.quotes) venue.accept(quote, dropChannel);
  venue.wait(5_000);
  venue.isDown.add(dropChannel);
  venue.cut(0, dropChannel);
  venue.command("pause", "strategy", quoter);
  for (const quote of [...open.quotes, ...venue.takeArrived()]) venue.cancelled(quote, quote.quantity);
  venue.wait(60_000);
  expect([venue.engine.orders.openCount, venue.engine.orderWords.isSettled]).toEqual([0, false]);
  venue.command("shutdown", "all", -1, { role: "system" });
  venue.wait(15_000);
  expect(venue.factsOf("engineStopped").at(-1)).toMatchObject({ ordersOpen: 0 });
  const { registry } = venue.engine;
  const bytes = new Uint8Array(registry.byteLength);
  registry.copyInto(bytes);
  // Else the next day begins without a word of it:
  const next = new ScriptedVenue(open.venue.desk, undefined, { bytes, layout: registry.layout() });
  expect([isEngineAtRest(registry.layout(), bytes), next.factsOf("reconciliationBreak").length]).not.toEqual([true, 0]);
});

it("a fill that can't be read is told to people, of either session, and many of them ever less often", () => {
  const order = rest(1);
  const unreadable = () => venue.factsOf("alert").filter(({ code }) => code === alertCodes.code.messageUnreadable);
  const tellBroken = (channel: number) =>
    venue.tell(
      0,
      (bytes) => {
        const length = encodeOuchExecuted(bytes, 0, venue.timeNs, order.reference, 40, order.price, 0x52, 0, 77, null);
        // An appendage that is not there.
        bytes[length - 1] = 3;
        return length;
      },
      channel,
    );
  tellBroken(orderChannel);
  tellBroken(dropChannel);
  expect(unreadable().map(({ target, value, limit }) => [target, value, limit])).toEqual([
    [0, 0x45, 1],
    [0, 0x45, 1],
  ]);
  for (let i = 0; i < 31; i++) tellBroken(orderChannel);
  expect(unreadable().map(({ limit }) => limit)).toEqual([1, 1, 2, 4, 8, 16, 32]);
});
