import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inTransaction } from "../../db/transaction";
import { FakeEngine } from "../gateway/testing/fake-engine";
import { sampleDesk } from "../gateway/testing/sample-desk";
import { FactStore } from "./fact-store";
import { migrationsFolder, openTestDatabase, type TestDatabase } from "./testing/test-database";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test("a command whose words hold a character that the database cannot keep does not stop the history", async () => {
  const path = join(tmpdir(), `heliograph-store-${randomUUID().slice(0, 8)}.sock`);
  const engine = new FakeEngine({
    desk: sampleDesk(6, 3),
    path,
    journal: `journal-${randomUUID()}`,
    stepMs: 0,
    busy: true,
  });
  const text = [randomUUID(), "ann", "stop\u0000it"].join("\u001f");
  engine.facts.write("command", engine.timeNs, { command: 3, scope: 0, target: -1, role: 1 }, text);
  engine.facts.write("alert", engine.timeNs, { code: 2, target: 1 }, "and what comes after it");
  await engine.start();
  const store = new FactStore({ pool: database.pool, migrationsFolder, engineAddress: engine.address, batchMsMax: 10 });
  store.start();
  try {
    for (const end = Date.now() + 15_000; store.status().committedFactNumber !== engine.facts.lastNumber; ) {
      if (Date.now() > end) throw new Error(`the store stands still: ${JSON.stringify(store.status())}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const { rows } = await inTransaction(database.pool, (client) =>
      client.query("select reason from projection.commands where journal = $1", [engine.journal]),
    );
    expect(rows).toEqual([{ reason: "stop\ufffdit" }]);
  } finally {
    await store.stop();
    await engine.stop();
  }
}, 40_000);
