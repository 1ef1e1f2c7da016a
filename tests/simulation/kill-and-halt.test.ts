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
    expect(world.engine.killProgress.lastUnknown).toBeGreaterThan(0);
    world.runUntil(() => world.engine.orderSessions[venue]?.stateCode === sessionStates.code.ready).run(500);
    expect(world.engine.killProgress.lastUnknown).toBe(0);
    expect(world.engine.killProgress.lastEnded).toBe(world.engine.killProgress.lastOrders);
    expect(world.engine.killProgress.lastOrders).toBe(open);
    expect(restingAtExchange()).toBe(0);
  });

  it("two kills at once are followed apart, each to its end", () => {
    const instruments =
      desk.strategies[maker]?.parameters.kind === "maker" ? desk.strategies[maker].parameters.instruments : [];
    const [first = 0, second = 0] = instruments;
    const open = () =>
      [0, 1].map((side) => world.engine.orders.workingOf(first, side) + world.engine.orders.workingOf(second, side));
    world.runUntil(() => open().every((quantity) => quantity > 0), 120);
    ask("kill", "instrument", first);
    ask("kill", "instrument", second);
    world.run(1_000);
    for (const target of [first, second]) {
      const last = world
        .factsOf("kill")
        .filter((kill) => kill.scope === scopes.code.instrument && kill.target === target)
        .at(-1);
      expect(last?.cancelled).toBe(last?.orders);
    }
  });

  it("nothing can be started under a HALT, so that its release starts nothing", () => {
    ask("kill", "all", -1);
    expect(ask("resume", "strategy", maker)).toBe(commandAnswers.code.wrongState);
    ask("release", "all", -1);
    const before = sent();
    world.run(20_000);
    expect(sent()).toBe(before);
  });

  it("a killed symbol stops its pairs before either leg goes out", () => {
    const legs = new Set(desk.pairs.map((pair) => pair.instrumentB));
    for (const leg of legs) ask("kill", "instrument", leg);
    world.run(2_000);
    const before = world.factsOf("orderSubmitted").length;
    world.run(180_000);
    const entries = world
      .factsOf("orderSubmitted")
      .slice(before)
      .filter((order) => order.pair >= 0);
    expect(entries).toEqual([]);
    expect(world.factsOf("refusal").some((refusal) => refusal.pair >= 0)).toBe(true);
  });

  it("a repeated command id gets the first answer and does nothing again", () => {
    const id = "11111111-2222-4333-8444-555555555555";
    const kill = { id, command: commandKinds.code.kill, scope: scopes.code.strategy, target: maker };
    expect(world.command(kill).answer).toBe(done);
    world.run(1_000);
    expect(ask("release", "strategy", maker)).toBe(done);
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
