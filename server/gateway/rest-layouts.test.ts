import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { migrateDatabase } from "../../db/connect";
import { type Arrangement, arrangementSchema, layoutListSchema, type SavedLayout } from "../../protocol/layouts";
import { databaseLayouts } from "../store/layouts";
import { migrationsFolder, openTestDatabase, type TestDatabase } from "../store/testing/test-database";
import { startTestGateway, type TestGateway } from "./testing/test-gateway";

const most = 3;
let nowMs = 1_000;
let database: TestDatabase;
let started: TestGateway;

beforeAll(async () => {
  database = await openTestDatabase();
  await migrateDatabase(database.pool, migrationsFolder);
  started = await startTestGateway({ layouts: databaseLayouts(database.pool, most, () => nowMs), now: () => nowMs });
});
afterEach(async () => {
  nowMs += 60_000;
  for (const { name } of await listed()) await ask("DELETE", name);
  nowMs += 60_000;
});
afterAll(async () => {
  await started.close();
  await database.close();
});

const arrangement: Arrangement = {
  version: 1,
  width: 1_440,
  height: 800,
  direction: "row",
  parts: [
    { kind: "group", size: 440, panels: ["watch"], shown: "watch" },
    {
      kind: "split",
      size: 1_000,
      parts: [
        { kind: "group", size: 500, panels: ["chart"], shown: "chart" },
        { kind: "group", size: 300, panels: ["orders", "fills"], shown: "fills" },
      ],
    },
  ],
};

async function ask(method: string, name: string, body?: unknown, headers: Record<string, string> = {}) {
  return fetch(`${started.url}/api/layouts/${encodeURIComponent(name)}`, {
    method,
    headers: { origin: started.url, "x-heliograph": "1", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
}

async function listed(): Promise<readonly SavedLayout[]> {
  const response = await fetch(`${started.url}/api/layouts`);
  expect(response.status).toBe(200);
  return layoutListSchema.parse(await response.json()).layouts;
}

describe("layouts over REST", () => {
  test("a saved layout is listed as it was sent, and saving again writes over it", async () => {
    expect((await ask("PUT", "Morning, pairs", { arrangement })).status).toBe(204);
    expect(await listed()).toEqual([{ name: "Morning, pairs", arrangement, changedMs: nowMs }]);
    nowMs += 5_000;
    const narrower = { ...arrangement, width: 1_000 };
    expect((await ask("PUT", "Morning, pairs", { arrangement: narrower })).status).toBe(204);
    expect(await listed()).toEqual([{ name: "Morning, pairs", arrangement: narrower, changedMs: nowMs }]);
  });

  test("a layout is renamed, unless another has the name, and deleted once", async () => {
    await ask("PUT", "a", { arrangement });
    await ask("PUT", "b", { arrangement });
    expect((await ask("PATCH", "a", { name: "b" })).status).toBe(409);
    expect((await ask("PATCH", "a", { name: "c/ü" })).status).toBe(204);
    expect((await listed()).map(({ name }) => name)).toEqual(["b", "c/ü"]);
    expect((await ask("PATCH", "a", { name: "d" })).status).toBe(404);
    expect((await ask("DELETE", "c/ü")).status).toBe(204);
    expect((await ask("DELETE", "c/ü")).status).toBe(404);
  });

  test("there are never more than the most, and one of them may still be changed", async () => {
    const saved = await Promise.all(["1", "2", "3", "4", "5"].map((name) => ask("PUT", name, { arrangement })));
    expect(saved.map(({ status }) => status).sort()).toEqual([204, 204, 204, 409, 409]);
    const [{ name }] = await listed();
    expect((await ask("PUT", name, { arrangement })).status).toBe(204);
  });

  test("what is no arrangement, too large or nameless is refused and not kept", async () => {
    const group = { kind: "group", size: 10, panels: ["watch"], shown: "watch" };
    let deep: unknown = group;
    for (let level = 0; level < 12; level++) deep = { kind: "split", size: 10, parts: [deep] };
    const wrong = [
      {},
      { arrangement: { ...arrangement, version: 2 } },
      { arrangement: { ...arrangement, parts: [group, group] } },
      { arrangement: { ...arrangement, parts: [{ ...group, size: -1 }] } },
      { arrangement: { ...arrangement, parts: [{ ...group, panels: ["<script>"] }] } },
      { arrangement: { ...arrangement, parts: [deep] } },
      { arrangement, more: 1 },
      "not json",
    ];
    for (const body of wrong) expect((await ask("PUT", "wrong", body)).status).toBe(400);
    expect((await ask("PUT", "large", " ".repeat(20_000))).status).toBe(413);
    for (const name of [" ", "a\nb", "x".repeat(41)])
      expect((await ask("PUT", name, { arrangement })).status).toBe(400);
    expect(await listed()).toEqual([]);
  });

  test("a foreign page changes nothing, and a burst of changes is held back", async () => {
    expect((await ask("PUT", "a", { arrangement }, { origin: "http://foreign.example" })).status).toBe(403);
    expect((await ask("DELETE", "a", undefined, { "x-heliograph": "0" })).status).toBe(403);
    expect((await ask("POST", "a", {})).status).toBe(405);
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask("DELETE", "a")));
    expect(answers.some(({ status }) => status === 429)).toBe(true);
    expect(await listed()).toEqual([]);
  });

  test("a database out of reach is said so", async () => {
    const broken = await startTestGateway({
      layouts: databaseLayouts(database.connect(), most, () => {
        throw new Error("never asked for the time of a list");
      }),
    });
    const none = await startTestGateway();
    try {
      expect((await fetch(`${none.url}/api/layouts`)).status).toBe(503);
      const put = await fetch(`${broken.url}/api/layouts/a`, {
        method: "PUT",
        headers: { origin: broken.url, "x-heliograph": "1" },
        body: JSON.stringify({ arrangement }),
      });
      expect(put.status).toBe(503);
    } finally {
      await broken.close();
      await none.close();
    }
  });

  test("the schema takes a desk with every panel closed", () => {
    expect(arrangementSchema.parse({ ...arrangement, parts: [] }).parts).toEqual([]);
  });
});
