import { describe, expect, it } from "vitest";
import { commandKinds, scopes } from "../../domain/command";
import { feedStates } from "../../domain/health";
import { pairStates } from "../../domain/strategy";
import { demoDesk } from "../support/demo-desk";
import { VirtualDesk } from "../support/virtual-desk";

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
  };
  second.run(2_000);

  it("begins with yesterday's positions, money, pairs and kills, and with sessions, orders and facts of its own", () => {
    expect(opening).toEqual({
      quantity: [...first.engine.positions.instruments.quantity],
      realised: [...first.engine.positions.holders.realised],
      pairs: [...first.engine.pairBook.state],
      orders: 0,
    });
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
