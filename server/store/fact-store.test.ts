import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getTableConfig } from "drizzle-orm/pg-core";
import type { Pool } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { connectDatabase } from "../../db/connect";
import { projectedTables } from "../../db/queries/progress";
import { inTransaction } from "../../db/transaction";
import { FakeEngine } from "../gateway/testing/fake-engine";
import { sampleDesk } from "../gateway/testing/sample-desk";
import { openEmbeddedDatabase } from "./embedded-database";
import { FactStore, type FactStoreOptions, rebuildProjection } from "./fact-store";
import { migrationsFolder, openTestDatabase, type TestDatabase } from "./testing/test-database";
import { until } from "./testing/until";

let database: TestDatabase;
const cleanUps: (() => Promise<void>)[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});
afterAll(() => database.close());

/** A fake engine with a journal of its own and a market that moved `steps` times. */
async function engineWith(steps: number, journal = `journal-${randomUUID()}`): Promise<FakeEngine> {
  const engine = new FakeEngine({ desk: sampleDesk(6, 3), path: socketPath(), journal, stepMs: 0, busy: true });
  for (let step = 0; step < steps; step++) engine.step();
  writeOneOfEach(engine);
  await engine.start();
  cleanUps.push(() => engine.stop());
  return engine;
}

/** Facts of the kinds that the fake market does not make by itself. */
function writeOneOfEach({ facts, timeNs }: FakeEngine): void {
  const order = facts.lastNumber + 100_000;
  facts.write("orderSubmitted", timeNs, { order, quantity: 300, price: 10_000 });
  facts.write("orderAccepted", timeNs, { order, quantity: 300, price: 10_000 });
  facts.write("orderReplaced", timeNs, { order, quantity: 500, price: 10_100 });
  facts.write("fill", timeNs, {
    fill: order,
    order,
    quantity: 200,
    price: 10_100,
    leavesQuantity: 300,
    matchHigh: 2 ** 31,
  });
  facts.write("fillBroken", timeNs, { fill: order, order, quantity: 200, price: 10_100 });
  facts.write("orderLost", timeNs, { order });
  facts.write("bar", timeNs, { instrument: 1, minute: 570, open: 1, high: 4, low: 1, close: 3, volume: 9, trades: 2 });
  facts.write("mark", timeNs, { strategy: -1, realised: -5, unrealised: 7, fees: 1 });
  facts.write("pairState", timeNs, { pair: 1, from: 0, to: 1, z: -2.345 });
  facts.write("refusal", timeNs, { instrument: 1, code: 4, limit: 10, value: 12.5 });
  facts.write("kill", timeNs, { scope: 0, target: -1, engaged: 1, orders: 3 });
  facts.write("alert", timeNs, { code: 2, target: 1 }, "an order we do not know");
  const text = [randomUUID(), "desk", "because 'quotes' and ünïcode"].join("\u001f");
  facts.write("command", timeNs, { command: 3, scope: 0, target: -1, role: 1 }, text);
}

function socketPath(): string {
  return join(tmpdir(), `heliograph-store-${randomUUID().slice(0, 8)}.sock`);
}

function storeFor(engine: { readonly address: string }, options: Partial<FactStoreOptions> = {}): FactStore {
  const store = new FactStore({
    pool: database.pool,
    migrationsFolder,
    engineAddress: engine.address,
    batchMsMax: 10,
    ...options,
  });
  store.start();
  cleanUps.push(() => store.stop());
  return store;
}

async function caughtUp(store: FactStore, engine: FakeEngine): Promise<void> {
  await until("the store has every fact", () => store.status().committedFactNumber === engine.facts.lastNumber);
}

/** Every projected row of a journal, table by table, in an order of its own. */
async function contentOf(pool: Pool, journal: string): Promise<Record<string, string[]>> {
  return inTransaction(pool, async (client) => {
    const content: Record<string, string[]> = {};
    for (const table of projectedTables) {
      const { schema, name } = getTableConfig(table);
      const { rows } = await client.query(`select * from "${schema}"."${name}" where journal = $1`, [journal]);
      content[name] = rows.map((row) => JSON.stringify({ ...row, journal: "" })).sort();
    }
    return content;
  });
}

describe("the store writes each fact exactly once", () => {
  test("a day's facts become orders, fills, positions and bars that agree with each other", async () => {
    const engine = await engineWith(400);
    await caughtUp(storeFor(engine), engine);
    const sums = await inTransaction(database.pool, async (client) => {
      const { rows } = await client.query(
        `select o.id from projection.orders o left join projection.fills f on f.journal = o.journal and f."order" = o.id
         where o.journal = $1 group by o.journal, o.id, o.filled_quantity
         having o.filled_quantity <> coalesce(sum(f.quantity) filter (where not f.broken), 0)`,
        [engine.journal],
      );
      return rows;
    });
    const content = await contentOf(database.pool, engine.journal);
    expect(sums).toEqual([]);
    expect(content.orders.length).toBeGreaterThan(20);
    expect(content.fills.length).toBeGreaterThan(50);
    expect(content.positions.length).toBeGreaterThan(0);
    expect(content.strategy_states.length).toBe(1);
  });

  test("a crash before any step of any transaction leaves nothing out and nothing twice", async () => {
    const engine = await engineWith(60);
    const steps: string[] = [];
    await caughtUp(storeFor(engine, { batchFactsMax: 40, beforeStatement: (step) => void steps.push(step) }), engine);
    const expected = await contentOf(database.pool, engine.journal);
    expect(new Set(steps)).toContain("fills");
    expect(steps.length).toBeGreaterThan(40);

    for (let crashAt = 0; crashAt < steps.length; crashAt++) {
      await rebuildProjection(database.pool, engine.journal);
      let step = 0;
      let crashed = false;
      const crashing = storeFor(engine, {
        batchFactsMax: 40,
        beforeStatement: () => {
          if (step++ >= crashAt) {
            crashed = true;
            throw new Error("the process died here");
          }
        },
      });
      await until(`the crash at step ${crashAt}`, () => crashed);
      await crashing.stop();
      const next = storeFor(engine, { batchFactsMax: 37 });
      await caughtUp(next, engine);
      await next.stop();
      expect(await contentOf(database.pool, engine.journal)).toEqual(expected);
    }
  });

  test("a commit whose answer is lost is not written again", async () => {
    const engine = await engineWith(60);
    let lost = 0;
    const store = storeFor(engine, {
      batchFactsMax: 50,
      beforeStatement: (step) => {
        if (step === "committed" && lost++ < 3) throw new Error("the answer got lost");
      },
    });
    await caughtUp(store, engine);
    const content = await contentOf(database.pool, engine.journal);
    await store.stop();
    await rebuildProjection(database.pool, engine.journal);
    await caughtUp(storeFor(engine), engine);
    expect(lost).toBeGreaterThan(3);
    expect(await contentOf(database.pool, engine.journal)).toEqual(content);
  });

  test("two stores on one database, over cut connections, write what one would", async () => {
    const engine = await engineWith(100);
    const other = database.connect();
    const stores = [storeFor(engine, { batchFactsMax: 30 }), storeFor(engine, { batchFactsMax: 50, pool: other })];
    for (let round = 0; round < 10; round++) {
      for (let step = 0; step < 20; step++) engine.step();
      await new Promise((resolve) => setTimeout(resolve, 30));
      engine.cutConnections();
    }
    await Promise.all(stores.map((store) => caughtUp(store, engine)));
    const content = await contentOf(database.pool, engine.journal);
    await Promise.all(stores.map((store) => store.stop()));
    await rebuildProjection(database.pool, engine.journal);
    await caughtUp(storeFor(engine), engine);
    expect(await contentOf(database.pool, engine.journal)).toEqual(content);
  });

  test("a rebuild from fact 1 gives the same rows", async () => {
    const engine = await engineWith(100);
    const store = storeFor(engine);
    await caughtUp(store, engine);
    await store.stop();
    const before = await contentOf(database.pool, engine.journal);
    await rebuildProjection(database.pool, engine.journal);
    expect(Object.values(await contentOf(database.pool, engine.journal)).flat()).toEqual([]);
    await caughtUp(storeFor(engine), engine);
    expect(await contentOf(database.pool, engine.journal)).toEqual(before);
  });
});

describe("the log and the database disagree", () => {
  test("a database ahead of a log that lost its tail takes the journal from the start", async () => {
    const long = await engineWith(100);
    const store = storeFor(long);
    await caughtUp(store, long);
    await store.stop();
    const short = await engineWith(10, long.journal);
    expect(short.facts.lastNumber).toBeLessThan(long.facts.lastNumber);
    const again = storeFor(short);
    await caughtUp(again, short);
    await again.stop();
    const content = await contentOf(database.pool, short.journal);
    await rebuildProjection(database.pool, short.journal);
    await caughtUp(storeFor(short), short);
    expect(await contentOf(database.pool, short.journal)).toEqual(content);
  });

  test("a log that lost its tail and grew past the database again is found out by the last fact", async () => {
    const first = await engineWith(20);
    const store = storeFor(first);
    await caughtUp(store, first);
    await store.stop();
    const second = await engineWith(60, first.journal);
    const again = storeFor(second);
    await caughtUp(again, second);
    await again.stop();
    const content = await contentOf(database.pool, second.journal);
    await rebuildProjection(database.pool, second.journal);
    await caughtUp(storeFor(second), second);
    expect(await contentOf(database.pool, second.journal)).toEqual(content);
  });

  test("another day's journal begins at fact 1 and leaves the first day's rows alone", async () => {
    const monday = await engineWith(50);
    const store = storeFor(monday);
    await caughtUp(store, monday);
    await store.stop();
    const before = await contentOf(database.pool, monday.journal);
    const tuesday = await engineWith(50);
    await caughtUp(storeFor(tuesday), tuesday);
    expect(await contentOf(database.pool, monday.journal)).toEqual(before);
    expect((await contentOf(database.pool, tuesday.journal)).fills.length).toBeGreaterThan(0);
  });
});

describe("limits", () => {
  test("an integer beyond 2^53 stops the store with the column and the number, and writes nothing of its batch", async () => {
    const engine = await engineWith(20);
    const good = engine.facts.lastNumber;
    const store = storeFor(engine);
    await caughtUp(store, engine);
    engine.facts.write("mark", 1, { strategy: -1, realised: 2 ** 53 });
    await until("the store gave up", () => store.status().state === "failed");
    expect(store.status().text).toMatch(/projection\.marks\.realised: 9007199254740992 is not a whole number/);
    expect(store.status().committedFactNumber).toBe(good);
  });

  test("while the database is away memory is bounded, and afterwards everything is caught up", async () => {
    const first = await openEmbeddedDatabase({ directory: null, port: 0 });
    const pool = connectDatabase({ url: first.url, embedded: true });
    cleanUps.push(() => pool.end());
    const engine = await engineWith(50);
    const store = storeFor(engine, { pool, queueFactsMax: 500, batchFactsMax: 100 });
    await caughtUp(store, engine);
    await first.close();
    for (let step = 0; step < 3_000; step++) engine.step();
    await until("the store sees that the database is down", () => store.status().state === "down");
    await until("the queue is full", () => store.status().behindFacts >= 500);
    expect(engine.facts.lastNumber).toBeGreaterThan(2_500);
    expect(store.status().behindFacts).toBeLessThan(500 + 1_001);

    // The new database is empty: the position is gone too, so the journal comes again from its first fact.
    const second = await openEmbeddedDatabase({ directory: null, port: first.port });
    cleanUps.push(() => second.close());
    await store.stop();
    const next = storeFor(engine, { pool, queueFactsMax: 500 });
    await caughtUp(next, engine);
    expect(next.status().state).toBe("connected");
  });
});
