import { expect, it } from "vitest";
import { syntheticDesk } from "../../bench/synthetic-desk";
import { openStates } from "../../domain/order";
import { createEngine } from "../../server/engine/engine";
import { recover } from "../../server/runtime/recover";
import { earlierDay, withEarlierDay } from "../support/earlier-day";

it("a desk that an earlier version left in the middle of a day is gone on from, and decides what that version decided", () => {
  withEarlierDay((directory, facts) => {
    const desk = syntheticDesk({ instruments: 6, pairs: 5, venues: 2, strategies: 2 });
    // Books, feeds, sessions and message rates had arrays of their own in the snapshot that the run began with; its 454
    // inputs after it, orders and fills among them, are stepped again, and their facts compared with what was recorded.
    const recovered = recover({
      directory,
      identity: {
        ...{ machine: "engine", codeVersion: "0.1.0", deskHash: "fixture", deskShape: "fixture" },
        desk: { file: "made desk", names: null, pairs: null, seed: null },
      },
      today: earlierDay,
      createMachine: () => createEngine(desk, { restingOrdersMax: 256, levelsMax: 512, orderRows: 256, fillRows: 256 }),
      report: () => undefined,
    });
    const { machine, inputs, facts: log } = recovered;
    expect([recovered.replayedRecords, recovered.factNumber, recovered.epoch]).toEqual([454, facts, 3]);
    expect(machine.books.openOrders(0)).toBeGreaterThan(20);
    expect(machine.orders.count).toBe(149);
    expect(
      [...machine.orders.open.subarray(0, machine.orders.openCount)].every(
        (row) => openStates[machine.orders.state[row]] === 1,
      ),
    ).toBe(true);
    expect(machine.gate.messagesInLastSecond(-1, -1)).toBeGreaterThan(0);
    inputs.close();
    log.close();
  });
});
