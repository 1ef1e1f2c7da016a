import { beforeEach, describe, expect, it } from "vitest";
import { scopes } from "../../domain/command";
import type { FactOf } from "../../domain/facts";
import { parentReasons } from "../../domain/order";
import { killSlots } from "../../server/engine/order/execution";
import { riskDesk, withoutQuotes } from "../../server/engine/risk/testing/risk-desk";
import { createWish } from "../../server/engine/strategy/strategy";
import { orderChannel } from "../../server/machine/channels";
import { type ArrivedOrder, ScriptedVenue } from "../support/scripted-venue";

const middle = 200_000;
const maker = 1;
const instrument = 2;
const symbol = "N2";
const spec = withoutQuotes(
  riskDesk({ messagesPerSecondMax: 20_000, venueMessagesPerSecondMax: 20_000, duplicateMilliseconds: 0 }),
);

let venue: ScriptedVenue;

beforeEach(() => {
  venue = new ScriptedVenue(spec);
  venue.wait(500);
  for (const at of [0, 1]) venue.quote(at, symbol, middle - 100, 90_000, middle + 100, 90_000);
  venue.command("approve", "strategy", maker);
  venue.passesMarks = false;
});

/** A resting order at a price so far below the market. */
function rest(below: number): ArrivedOrder {
  const wish = {
    ...createWish(maker),
    instrument,
    quantity: 100,
    limitPrice: middle - below,
    style: "post" as const,
    reason: parentReasons.code.quote,
  };
  venue.during((engine) => engine.execution.submit(wish));
  const [order] = venue.takeArrived();
  if (order === undefined) throw new Error("the order did not arrive");
  return order;
}

function orderNumber(): number {
  return venue.factsOf("orderSubmitted").at(-1)?.order ?? 0;
}

function lastKill(): FactOf<"kill"> | undefined {
  return venue.factsOf("kill").at(-1);
}

describe("when a kill's last cancel was on the wire", () => {
  it("is not known to the engine before the cancels have been handed over, also when they are answered sooner", () => {
    const orders = [rest(100), rest(200)];
    const blockedNs = venue.timeNs;
    venue.command("kill", "all", -1);
    expect(lastKill()).toMatchObject({ orders: 2, cancelled: 0, blockedNs, lastCancelNs: 0 });
    expect(venue.marks).toHaveLength(1);
    for (const order of orders) venue.cancelled(order, order.quantity);
    venue.wait(50);
    expect(lastKill()).toMatchObject({ cancelled: 2, blockedNs, lastCancelNs: 0 });
    venue.pass(venue.marks[0], blockedNs + 7_300_000);
    expect(lastKill()).toMatchObject({ orders: 2, cancelled: 2, blockedNs, lastCancelNs: blockedNs + 7_300_000 });
    expect(venue.marks).toHaveLength(1);
  });

  it("is later where a venue was away and its cancels went out when it was back", () => {
    const order = rest(100);
    const channel = orderChannel + order.venue;
    venue.isDown.add(channel);
    venue.cut(order.venue).wait(100);
    const blockedNs = venue.timeNs;
    venue.command("kill", "strategy", maker);
    expect([lastKill()?.orders, lastKill()?.lastCancelNs, venue.marks]).toEqual([1, 0, []]);
    venue.isDown.delete(channel);
    venue.wait(8_000);
    expect(venue.cancels.map(({ reference }) => reference)).toContain(order.reference);
    expect(lastKill()).toMatchObject({ orders: 1, cancelled: 0, lastCancelNs: 0 });
    const backNs = blockedNs + 4e9;
    for (const mark of venue.marks) venue.pass(mark, backNs);
    expect(lastKill()).toMatchObject({ orders: 1, blockedNs, lastCancelNs: backNs });
  });

  it("goes on from an earlier cancel to the last one", () => {
    const order = rest(100);
    venue.command("kill", "strategy", maker);
    venue.pass(venue.marks[0], venue.timeNs + 1_000);
    const firstNs = lastKill()?.lastCancelNs ?? 0;
    venue.cancelRefused(order).wait(1_200);
    expect(venue.marks).toHaveLength(2);
    expect(lastKill()?.lastCancelNs).toBe(firstNs);
    venue.pass(venue.marks[1], venue.timeNs + 1_000);
    expect(lastKill()?.lastCancelNs).toBe(venue.timeNs + 1_000);
  });

  it("is asked for by no cancel but a kill's", () => {
    rest(100);
    venue.command("pause", "strategy", maker);
    venue.command("resume", "strategy", maker);
    rest(200);
    venue.command("cancelAll", "all", -1);
    venue.wait(200);
    expect(venue.cancels.length).toBe(2);
    expect(venue.marks).toEqual([]);
  });

  it("is not taken from a kill that had the same place in the memory before", () => {
    for (let i = 0; i <= killSlots; i++) {
      rest(100 + 100 * i);
      venue.command("kill", "order", orderNumber());
    }
    expect(venue.marks).toHaveLength(killSlots + 1);
    const told = venue.factsOf("kill").length;
    venue.pass(venue.marks[0], venue.timeNs + 5);
    expect(venue.factsOf("kill")).toHaveLength(told);
    venue.pass(venue.marks[killSlots], venue.timeNs + 9);
    expect(lastKill()).toMatchObject({ scope: scopes.code.order, target: orderNumber() });
    expect(lastKill()?.lastCancelNs).toBe(venue.timeNs + 9);
  });

  it("is that of the cancels sent again where the first ones never left, since the turn could not be written", () => {
    rest(100);
    venue.losingOutputs(() => venue.command("kill", "strategy", maker));
    const strategyKill = () => venue.factsOf("kill").findLast(({ scope }) => scope === scopes.code.strategy);
    expect(strategyKill()).toMatchObject({ orders: 1, lastCancelNs: 0 });
    expect(venue.marks.length).toBeGreaterThan(0);
    for (const mark of venue.marks) venue.pass(mark, venue.timeNs + 2_000);
    expect(strategyKill()?.lastCancelNs).toBe(venue.timeNs + 2_000);
  });
});

describe("a kill that was released while the fate of an order was unknown", () => {
  it("is not told as in force again when the order ends, or its cancel turns out to have left", () => {
    const order = rest(100);
    venue.command("kill", "strategy", maker);
    venue.command("release", "strategy", maker, { detail: 1 });
    expect(lastKill()).toMatchObject({ engaged: 0 });
    venue.pass(venue.marks[0], venue.timeNs + 1_000);
    venue.cancelled(order, order.quantity).wait(50);
    expect(lastKill()).toMatchObject({ engaged: 0 });
  });
});
