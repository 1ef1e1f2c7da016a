import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { z } from "zod";
import { syntheticDesk } from "../../bench/synthetic-desk";
import { openStates } from "../../domain/order";
import { createEngine } from "../../server/engine/engine";
import { recover } from "../../server/runtime/recover";

const recording = fileURLToPath(new URL("recordings/day-of-format-3.json.gz", import.meta.url));
const schema = z.object({ running: z.string(), facts: z.number(), files: z.record(z.string(), z.string()) });
const tradingDay = "2026-11-20";

it("a desk that an earlier version left in the middle of a day is gone on from, and decides what that version decided", () => {
  const { facts, files } = schema.parse(JSON.parse(gunzipSync(readFileSync(recording)).toString()));
  const folder = mkdtempSync(join(tmpdir(), "heliograph-earlier-"));
  try {
    mkdirSync(join(folder, tradingDay));
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(folder, tradingDay, name), Buffer.from(content, "base64"));
    const desk = syntheticDesk({ instruments: 6, pairs: 5, venues: 2, strategies: 2 });
    // Books, feeds, sessions and message rates had arrays of their own in the snapshot that the run began with; its 454
    // inputs after it, orders and fills among them, are stepped again, and their facts compared with what was recorded.
    const recovered = recover({
      directory: folder,
      identity: {
        ...{ machine: "engine", codeVersion: "0.1.0", deskHash: "fixture", deskShape: "fixture" },
        desk: { file: "made desk", names: null, pairs: null, seed: null },
      },
      today: tradingDay,
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
  } finally {
    rmSync(folder, { recursive: true });
  }
});
