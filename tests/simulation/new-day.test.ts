import { describe, expect, it } from "vitest";
import { commandKinds, scopes } from "../../domain/command";
import { alertCodes, breakCauses, feedStates } from "../../domain/health";
import { orderStates } from "../../domain/order";
import { pairStates } from "../../domain/strategy";
import { demoDesk } from "../support/demo-desk";
import { VirtualDesk } from "../support/virtual-desk";

const { approve, shutdown } = commandKinds.code;
const startNs = 14 * 3_600_000_000_000;
const desk = demoDesk({ names: 40, pairs: 20 });

describe("a new trading day", () => {
  const first = new VirtualDesk(desk, { delayNs: 100_000 }, startNs).run(2_000);
  desk.strategies.forEach((_, strategy) => {
    first.command({ command: commandKinds.code.approve, scope: scopes.code.strategy, target: strategy });
  });
  first.runUntil(
    () => first.engine.pairBook.state.includes(pairStates.code.open) && first.factsOf("fill").length > 20,
    900,
  );
  first.command({ command: commandKinds.code.kill, scope: scopes.code.strategy, target: 0 });
  first.command({ command: commandKinds.code.shutdown, scope: scopes.code.all, target: -1, role: 4 });
  first.run(2_000).settle();
  const second = new VirtualDesk(desk, { delayNs: 100_000 }, 9 * 3_600_000_000_000, first);
  const opening = {
    quantity: [...second.engine.positions.instruments.quantity],
    realised: [...second.engine.positions.holders.realised],
    pairs: [...second.engine.pairBook.state],
    orders: second.engine.orders.count,
    references: desk.venues.map((_, venue) => second.engine.orders.nextReferenceOf(venue)),
    result: second.engine.positions.resultOf(-1),
    lost: [second.engine.losses.lossOf(-1), second.engine.losses.drawdownOf(-1)],
  };
  const yesterdaysResult = first.engine.positions.resultOf(-1);
  second.run(2_000);

  it("begins with yesterday's positions, money, pairs and kills, and with sessions, orders and facts of its own", () => {
    expect(opening).toEqual({
      quantity: [...first.engine.positions.instruments.quantity],
      realised: [...first.engine.positions.holders.realised],
      pairs: [...first.engine.pairBook.state],
      orders: 0,
      // A new session numbers from 1 (OUCH 5.0), and what was lost yesterday is no loss of today.
      references: desk.venues.map(() => 1),
      result: yesterdaysResult,
      lost: [0, 0],
    });
    expect(desk.venues.every((_, venue) => first.engine.orders.nextReferenceOf(venue) > 1)).toBe(true);
    expect(first.engine.losses.drawdownOf(-1)).toBeGreaterThan(0);
    expect(second.engine.kills.isKilled(scopes.code.strategy, 0)).toBe(true);
    expect(second.facts[0]?.number).toBe(1);
    expect(second.exchange.session).not.toBe(first.exchange.session);
    expect(second.engine.feeds.every((feed) => feed.state === feedStates.code.live)).toBe(true);
  });

  it("trades on, and both accounts agree over the two days", () => {
    const orders = second.engine.orders.count;
    second.run(240_000);
    expect(second.engine.orders.count).toBeGreaterThan(orders);
    second.command({ command: commandKinds.code.shutdown, scope: scopes.code.all, target: -1, role: 4 });
    second.run(2_000).settle();
    const held = new Map<number, number>();
    for (const line of second.exchange.account())
      held.set(line.instrument, (held.get(line.instrument) ?? 0) + line.position);
    desk.instruments.forEach((_, instrument) => {
      expect(second.engine.positions.quantityOf(instrument)).toBe(held.get(instrument) ?? 0);
    });
  });
});

/** Orders are open at both sides, and the engine's process is gone. */
function killedDesk(): VirtualDesk {
  const first = new VirtualDesk(desk, { delayNs: 100_000 }, startNs).run(2_000);
  desk.strategies.forEach((_, strategy) => {
    first.command({ command: approve, scope: scopes.code.strategy, target: strategy });
  });
  first.runUntil(() => first.engine.orders.openCount >= 5 && first.factsOf("fill").length > 10, 900);
  first.isEngineAway = true;
  return first;
}

/** The run that ends a day: it comes up after the crash, and only hears. */
function endDay(first: VirtualDesk): void {
  first.isEngineAway = false;
  first.restart("engine", "crashed");
  first.command({ command: shutdown, scope: scopes.code.all, target: 0, role: 4, detail: 1 });
  first.runUntil(() => first.factsOf("engineStopped").length > 0, 15).settle();
}

function expectPositionsOfVenue(second: VirtualDesk): void {
  const held = new Map<number, number>();
  for (const line of second.exchange.account())
    held.set(line.instrument, (held.get(line.instrument) ?? 0) + line.position);
  desk.instruments.forEach((_, instrument) => {
    expect(second.engine.positions.quantityOf(instrument)).toBe(held.get(instrument) ?? 0);
  });
}

describe("a day that our side died in, with orders open", () => {
  it("is ended on its own session first: what was filled meanwhile is booked, nothing is open, nothing is traded", () => {
    const first = killedDesk();
    const fills = first.factsOf("fill").length;
    first.run(9_000);
    const sent = first.factsOf("orderSubmitted").length + first.factsOf("orderReplaceSent").length;
    endDay(first);
    expect(first.factsOf("fill").length).toBeGreaterThan(fills);
    expect(first.factsOf("engineStopped").at(-1)?.ordersOpen).toBe(0);
    expect(first.factsOf("orderAbandoned")).toEqual([]);
    expect(first.factsOf("orderSubmitted").length + first.factsOf("orderReplaceSent").length).toBe(sent);
    expectPositionsOfVenue(first);
    const second = new VirtualDesk(desk, { delayNs: 100_000 }, 9 * 3_600_000_000_000, first).run(5_000);
    expect(second.factsOf("reconciliationBreak")).toEqual([]);
    expectPositionsOfVenue(second);
  });

  it("and whose venues are gone leaves each order ended by a fact, and each name broken until a person has decided", () => {
    const first = killedDesk();
    const { orders } = first.engine;
    const open = Array.from(orders.open.slice(0, orders.openCount), (row) => orders.idOf[row] ?? 0);
    const names = new Set(open.map((id) => orders.instrument[orders.ofId(id)] ?? -1));
    first.isExchangeAway = true;
    endDay(first);
    expect(
      first
        .factsOf("orderAbandoned")
        .map(({ order }) => order)
        .sort(),
    ).toEqual(open.sort());
    expect(open.map((id) => orderStates.name(orders.state[orders.ofId(id)] ?? 0))).toEqual(open.map(() => "expired"));
    const alerts = first.factsOf("alert").filter(({ code }) => code === alertCodes.code.dayEndedUnknown);
    expect(new Set(alerts.map(({ target }) => target))).toEqual(names);
    expect(first.factsOf("engineStopped").at(-1)?.ordersOpen).toBe(0);

    const second = new VirtualDesk(desk, { delayNs: 100_000 }, 9 * 3_600_000_000_000, first);
    const breaks = second.factsOf("reconciliationBreak");
    expect(new Set(breaks.map(({ instrument }) => instrument))).toEqual(names);
    expect(breaks.every(({ open: isOpen, cause }) => isOpen === 1 && cause === breakCauses.code.dayEnded)).toBe(true);
    // A day on which both tellers agree about everything settles nothing of the day before.
    second.run(60_000);
    expect(second.factsOf("reconciliationBreak")).toHaveLength(breaks.length);
    for (const instrument of names) expect(second.engine.reconciliation.isBroken(instrument)).toBe(true);
    for (const instrument of names) {
      const { adopt } = commandKinds.code;
      second.command({ command: adopt, scope: scopes.code.instrument, target: instrument });
      expect(second.engine.reconciliation.isBroken(instrument)).toBe(false);
    }
    expect(second.engine.reconciliation.openCount).toBe(0);
  });
});
