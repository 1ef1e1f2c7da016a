import { beforeEach, describe, expect, it } from "vitest";
import { commandAnswers, commandKinds, type Scope, scopes } from "../../domain/command";
import { sessionStates } from "../../domain/health";
import { strategyStates } from "../../domain/strategy";
import { orderChannel } from "../../server/machine/channels";
import { demoDesk } from "../support/demo-desk";
import { VirtualDesk } from "../support/virtual-desk";

const startNs = 14 * 3_600_000_000_000;
const desk = demoDesk();
const maker = desk.strategies.findIndex((strategy) => strategy.kind === "maker");
const done = commandAnswers.code.done;

describe("kill and HALT", () => {
  let world: VirtualDesk;
  const ask = (command: keyof typeof commandKinds.code, scope: Scope, target: number, reason = "test") =>
    world.command({ command: commandKinds.code[command], scope: scopes.code[scope], target, reason }).answer;
  const restingAtExchange = () => desk.venues.flatMap((_, venue) => world.exchange.memberOrders(venue)).length;
  const sent = () => world.factsOf("orderSubmitted").length;

  beforeEach(() => {
    world = new VirtualDesk(desk, { delayNs: 100_000 }, startNs).run(2_000);
    desk.strategies.forEach((_, strategy) => {
      expect(ask("approve", "strategy", strategy)).toBe(done);
    });
    world.runUntil(() => restingAtExchange() > 0, 120);
  });

  it("a killed strategy has no order left at the exchange, and none follows", () => {
    expect(ask("kill", "strategy", maker)).toBe(done);
    world.run(1_000);
    expect(restingAtExchange()).toBe(0);
    const before = world.factsOf("orderSubmitted").filter((order) => order.strategy === maker).length;
    world.run(60_000);
    expect(world.factsOf("orderSubmitted").filter((order) => order.strategy === maker)).toHaveLength(before);
    const last = world.factsOf("kill").at(-1);
    expect(last).toMatchObject({ engaged: 1, unknown: 0 });
    expect(last?.cancelled).toBe(last?.orders);
  });

  it("HALT leaves nothing open anywhere, the exchange itself refuses more, and what ran is paused", () => {
    expect(ask("kill", "all", -1)).toBe(done);
    world.run(1_000);
    expect(restingAtExchange()).toBe(0);
    desk.venues.forEach((_, venue) => {
      expect(world.exchange.isEntryDisabled(venue)).toBe(true);
    });
    const before = sent();
    world.run(60_000);
    expect(sent()).toBe(before);
    for (const state of world.engine.strategyStates.state) expect(state).toBe(strategyStates.code.paused);
  });

  it("HALT survives a crash: the venue is told again, and release does not start anything by itself", () => {
    ask("kill", "all", -1);
    world.run(500).restart("engine", "crashed").run(2_000);
    expect(world.engine.kills.isHalted).toBe(true);
    desk.venues.forEach((_, venue) => {
      expect(world.exchange.isEntryDisabled(venue)).toBe(true);
    });
    expect(ask("release", "all", -1, "")).toBe(commandAnswers.code.reasonMissing);
    expect(ask("release", "all", -1, "drill over")).toBe(done);
    const before = sent();
    world.run(30_000);
    expect(sent()).toBe(before);
    expect(ask("resume", "strategy", maker)).toBe(done);
    world.runUntil(() => sent() > before, 60);
  });

  it("a kill while the order session is down counts its orders as unknown, then cancels them when it is back", () => {
    const venue = desk.venues.findIndex((_, id) => world.exchange.memberOrders(id).length > 0);
    const open = world.engine.orders.openCount;
    world.cut(orderChannel + venue);
    ask("kill", "all", -1);
    world.run(20);
    expect(world.engine.killProgress.unknown).toBeGreaterThan(0);
    world.runUntil(() => world.engine.orderSessions[venue]?.stateCode === sessionStates.code.ready).run(500);
    expect(world.engine.killProgress.unknown).toBe(0);
    expect(world.engine.killProgress.cancelled).toBe(world.engine.killProgress.orders);
    expect(world.engine.killProgress.orders).toBe(open);
    expect(restingAtExchange()).toBe(0);
  });

  it("a repeated command id gets the first answer and does nothing again", () => {
    const id = "11111111-2222-4333-8444-555555555555";
    const kill = { id, command: commandKinds.code.kill, scope: scopes.code.strategy, target: maker };
    expect(world.command(kill).answer).toBe(done);
    ask("release", "strategy", maker);
    expect(world.command(kill)).toMatchObject({ answer: done, detail: 1 });
    expect(world.engine.kills.isKilled(scopes.code.strategy, maker)).toBe(false);
  });

  it("a viewer may do nothing, risk may kill but not approve", () => {
    const kill = { command: commandKinds.code.kill, scope: scopes.code.strategy, target: 0 };
    expect(world.command({ ...kill, role: 0 }).answer).toBe(commandAnswers.code.notPermitted);
    expect(world.command({ ...kill, role: 2 }).answer).toBe(done);
    expect(world.command({ ...kill, command: commandKinds.code.approve, role: 2 }).answer).toBe(
      commandAnswers.code.notPermitted,
    );
  });

  it("a paused strategy cancels its orders and sends none until it is resumed", () => {
    expect(ask("pause", "strategy", maker)).toBe(done);
    world.run(500);
    const own = () => world.factsOf("orderSubmitted").filter((order) => order.strategy === maker).length;
    const before = own();
    world.run(20_000);
    expect(own()).toBe(before);
    expect(ask("approve", "strategy", maker)).toBe(commandAnswers.code.wrongState);
    expect(ask("resume", "strategy", maker)).toBe(done);
    world.runUntil(() => own() > before, 60);
  });
});
