import { describe, expect, it } from "vitest";
import { commandKinds, scopes } from "../../domain/command";
import { orderStates } from "../../domain/order";
import { operatorCommands } from "../../server/machine/operator-commands";
import { demoDesk } from "../support/demo-desk";
import { VirtualDesk } from "../support/virtual-desk";

const desk = demoDesk({ names: 20, pairs: 8 });

describe("the place of our quotes in their queues", () => {
  // Feed and order entry come by different ways: now one is ahead, now the other.
  it.each([0, 400_000])("is the exchange's own, with the feed %i ns behind order entry", (feedLaterNs) => {
    const world = new VirtualDesk(desk, { delayNs: 100_000, datagram: () => [feedLaterNs] });
    world.run(3_000);
    desk.strategies.forEach((_, strategy) => {
      world.command({ command: commandKinds.code.approve, scope: scopes.code.strategy, target: strategy });
    });
    const seen: number[] = [];
    const { beginHoldingCross, endCross } = operatorCommands;
    const pauses = [
      [beginHoldingCross, endCross],
      [commandKinds.code.kill, commandKinds.code.release],
    ] as const;
    for (let round = 0; round < 300; round++) {
      // Now and then all names are in a cross, or halted: what rests in them is queued anew afterwards.
      const pause = pauses[(round / 20) % pauses.length];
      desk.instruments.forEach((_, instrument) => {
        if (pause !== undefined) world.operate(pause[0], instrument);
      });
      world.run(50);
      desk.instruments.forEach((_, instrument) => {
        if (pause !== undefined) world.operate(pause[1], instrument);
      });
      world.run(50).settle();
      const { orders, execution } = world.engine;
      desk.venues.forEach((_, venue) => {
        for (const theirs of world.exchange.memberOrders(venue)) {
          const order = orders.ofReference(venue, theirs.userReference);
          if (orders.state[order] !== orderStates.code.working || orders.replaceReference[order] !== 0) continue;
          expect(execution.quantityAheadOf(order)).toBe(theirs.quantityAhead);
          seen.push(theirs.quantityAhead);
        }
      });
    }
    expect(world.factsOf("orderRestated").length).toBeGreaterThan(10);
    expect(seen.length).toBeGreaterThan(100);
    expect(new Set(seen).size).toBeGreaterThan(5);
  });
});
