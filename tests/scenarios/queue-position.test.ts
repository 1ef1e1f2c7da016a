import { describe, expect, it } from "vitest";
import { commandKinds, scopes } from "../../domain/command";
import { orderStates } from "../../domain/order";
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
    for (let round = 0; round < 300; round++) {
      world.run(100).settle();
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
    expect(seen.length).toBeGreaterThan(100);
    expect(new Set(seen).size).toBeGreaterThan(5);
  });
});
