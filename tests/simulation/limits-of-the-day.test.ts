import { describe, expect, it } from "vitest";
import { commandKinds, scopes } from "../../domain/command";
import { refusalCodes } from "../../domain/refusal";
import { pairStates } from "../../domain/strategy";
import { demoDesk } from "../support/demo-desk";
import { VirtualDesk } from "../support/virtual-desk";

const startNs = 14 * 3_600_000_000_000;

function approveAll(world: VirtualDesk): void {
  world.desk.strategies.forEach((_, strategy) => {
    world.command({ command: commandKinds.code.approve, scope: scopes.code.strategy, target: strategy });
  });
}

describe("the limits of a day", () => {
  it("at the day's last order entries are refused aloud, and what is held is still brought home", () => {
    const spec = demoDesk();
    const desk = { ...spec, limits: { ...spec.limits, ordersPerDayMax: 600 } };
    const world = new VirtualDesk(desk, { delayNs: 100_000 }, startNs).run(2_000);
    approveAll(world);
    world.runUntil(() => world.factsOf("refusal").some(({ code }) => code === refusalCodes.code.ordersOfTheDay), 900);
    world.run(1_000_000);
    const open = [...world.engine.pairBook.state].filter((state) => state !== pairStates.code.flat);
    expect(open).toEqual([]);
    expect(world.engine.orders.count).toBeGreaterThan(600);
  }, 120_000);

  it("rows of orders, parents and fills are used again, and late messages still find their order", () => {
    const world = new VirtualDesk(demoDesk({ names: 20, pairs: 8 }), { delayNs: 100_000 }, startNs, null, {
      orderRows: 64,
      fillRows: 64,
    }).run(2_000);
    approveAll(world);
    world.run(900_000);
    world.command({ command: commandKinds.code.shutdown, scope: scopes.code.all, target: -1, role: 4 });
    world.run(2_000).settle();
    expect(world.engine.orders.count).toBeGreaterThan(640);
    expect(world.factsOf("fill").length).toBeGreaterThan(64);
    const held = new Map<number, number>();
    for (const line of world.exchange.account())
      held.set(line.instrument, (held.get(line.instrument) ?? 0) + line.position);
    world.desk.instruments.forEach((_, instrument) => {
      expect(world.engine.positions.quantityOf(instrument)).toBe(held.get(instrument) ?? 0);
    });
    expect(world.factsOf("fill").map(({ fill }) => fill)).toEqual(world.factsOf("fill").map((_, index) => index + 1));
    expect([...world.engine.orders.workingQuantity].every((quantity) => quantity === 0)).toBe(true);
    expect(world.engine.orders.workingNotional[0]).toBe(0);
  }, 120_000);
});
