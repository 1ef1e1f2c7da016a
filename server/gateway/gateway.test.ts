import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import type { CommandReply, HealthPayload, KillsPayload, StrategiesPayload } from "../../protocol/topics";
import { until } from "../store/testing/until";
import { FakeEngine } from "./testing/fake-engine";
import { sampleDesk } from "./testing/sample-desk";
import { TestBrowser, type TestBrowserOptions } from "./testing/test-browser";
import { startTestGateway, type TestGateway } from "./testing/test-gateway";

const everyTopic = [
  "reference",
  "watch",
  "sparks",
  "desk",
  "pnl",
  "positions",
  "strategies",
  "pairs",
  "orders",
  "fills",
  "kills",
  "breaks",
  "notices",
  "health",
  "book:AAPL",
  "wall:AAPL",
  "pair:0",
  "strategy:0",
  "bars:AAPL:second",
  "bars:AAPL:minute",
];

const cleanUps: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(...options: Parameters<typeof startTestGateway>): Promise<TestGateway> {
  const started = await startTestGateway(...options);
  cleanUps.push(started.close);
  return started;
}

function browse(url: string, options: TestBrowserOptions = {}): TestBrowser {
  const browser = new TestBrowser(url, options);
  cleanUps.push(() => browser.close());
  return browser;
}

/** A browser that has been greeted. */
async function connected(url: string): Promise<TestBrowser> {
  const browser = browse(url);
  await until("it is connected", () => browser.epochs.length > 0);
  return browser;
}

function kill(scope: "all" | "strategy", target: number) {
  return { id: randomUUID(), command: "kill" as const, scope, target, reason: "test" };
}

/** A plain HTTP request with whatever headers; fetch would not let us lie about Host. */
function ask(
  url: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}${path}`, { method: body === undefined ? "GET" : "POST", headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

describe("a browser's replica", () => {
  test("every topic begins with one snapshot and goes on without a gap", async () => {
    const { engine, url } = await start({}, { stepMs: 20, busy: true });
    const browser = browse(url);
    browser.subscribe(...everyTopic);
    await until("fills came", () => browser.fills.length > 20);
    await until("a second has passed", () => browser.of("pnl").length > 1);
    for (const topic of everyTopic) expect(browser.of(topic)[0]?.kind, topic).toBe("snapshot");
    for (const topic of everyTopic)
      expect(browser.of(topic).filter(({ kind }) => kind === "snapshot").length, topic).toBe(1);
    expect(browser.gaps).toEqual([]);
    expect(engine.facts.lastNumber).toBeGreaterThan(20);
  });

  test("orders and fills are never conflated: every change arrives, in order", async () => {
    const { engine, url } = await start({}, { busy: true });
    const browser = browse(url);
    browser.subscribe("orders", "fills", "watch");
    await until("the snapshots are there", () => browser.of("orders").length === 1);
    for (let step = 0; step < 400; step++) engine.step();
    const fills = engine.get("desk", 0, "fills");
    await until("every fill came", () => browser.fills.length >= fills);
    expect(browser.fills.map(({ id }) => id)).toEqual(Array.from({ length: fills }, (_, index) => index + 1));
    const states = browser.orderRows.filter(({ id }) => id === 1).map(({ state }) => state);
    expect(states[0]).toBe("pending");
    expect(states[1]).toBe("working");
    expect(["filled", "cancelled"]).toContain(states.at(-1));
    expect(browser.of("watch").length).toBeLessThan(20);
  });

  test("market data is conflated to the last value of each row", async () => {
    const { engine, url } = await start();
    const browser = browse(url);
    browser.subscribe("watch");
    await until("the snapshot is there", () => browser.of("watch").length === 1);
    for (let step = 0; step < 500; step++) engine.step();
    const last = engine.get("instrument", 3, "lastPrice");
    await until("the last price came", () => {
      const rows = browser
        .of("watch")
        .flatMap(({ payload }) => (payload as { rows: { id: number; lastPrice: number }[] }).rows);
      return rows.findLast(({ id }) => id === 3)?.lastPrice === last;
    });
    expect(browser.of("watch").length).toBeLessThan(8);
  });

  test("resync answers with a fresh snapshot of that topic alone", async () => {
    const { url } = await start();
    const browser = browse(url);
    browser.subscribe("orders", "kills");
    await until("the snapshots are there", () => browser.envelopes.length === 2);
    browser.socket.emit("resync", { topic: "orders" });
    await until("the second snapshot is there", () => browser.of("orders").length === 2);
    expect(browser.of("orders")[1]).toMatchObject({ kind: "snapshot", seq: 2 });
    expect(browser.of("kills").length).toBe(1);
  });

  test("an engine that restarts makes another epoch and fresh snapshots of everything", async () => {
    const { engine, url } = await start({}, { busy: true });
    const browser = browse(url);
    browser.subscribe("orders", "watch", "health");
    await until("the snapshots are there", () => browser.of("watch").length === 1);
    const before = browser.epochs.at(-1);
    await engine.stop();
    await until("the engine light is down", () =>
      browser.of("health").some(({ payload }) => (payload as HealthPayload).engine.state === "down"),
    );
    const next = new FakeEngine({
      desk: sampleDesk(),
      path: engine.address,
      journal: "the next day",
      epoch: 2,
      stepMs: 0,
    });
    await next.start();
    cleanUps.push(() => next.stop());
    await until("another epoch came", () => browser.epochs.at(-1) !== before);
    await until(
      "fresh snapshots came",
      () => browser.of("watch").filter(({ kind }) => kind === "snapshot").length === 2,
    );
    expect(browser.of("watch").at(-1)?.epoch).toBe(browser.epochs.at(-1));
    expect(browser.gaps).toEqual([]);
  });
});

describe("a browser that takes no bytes", () => {
  test("costs no memory, does not slow others, and has everything when it comes back", async () => {
    const { engine, gateway, url } = await start(
      { stalledMsMax: 600_000, pongMsMax: 600_000 },
      { busy: true },
      sampleDesk(200, 100),
    );
    const sleepy = browse(url);
    const awake = browse(url);
    for (const browser of [sleepy, awake]) browser.subscribe("watch", "orders", "fills", "positions", "pairs");
    await until("the snapshots are there", () => sleepy.envelopes.length >= 5 && awake.envelopes.length >= 5);
    sleepy.stall();
    await until("the wire is full", async () => {
      for (let step = 0; step < 50; step++) engine.step();
      await new Promise((resolve) => setTimeout(resolve, 5));
      return gateway.waitingPackets > 0;
    });
    const heapBefore = heapAfterCollection();
    let mostWaiting = 0;
    for (let round = 0; round < 200; round++) {
      for (let step = 0; step < 20; step++) engine.step();
      await new Promise((resolve) => setTimeout(resolve, 5));
      mostWaiting = Math.max(mostWaiting, gateway.waitingPackets);
    }
    expect(mostWaiting).toBeLessThanOrEqual(3);
    // The fake engine keeps its whole log in memory; the gateway's part is the rest.
    const grownBytes = heapAfterCollection() - heapBefore;
    expect(grownBytes).toBeLessThan(64 << 20);

    sleepy.resume();
    const fills = engine.get("desk", 0, "fills");
    await until("the awake browser has every fill", () => awake.fills.at(-1)?.id === fills);
    await until("the sleepy browser has the last fill", () => sleepy.fills.at(-1)?.id === fills);
    await until("both hold the same orders", () => sleepy.orders.size === awake.orders.size);
    expect([...sleepy.orders.values()].sort(byId)).toEqual([...awake.orders.values()].sort(byId));
    expect(awake.fills.map(({ id }) => id)).toEqual(Array.from({ length: fills }, (_, index) => index + 1));
    expect(sleepy.gaps).toEqual([]);
    expect(awake.gaps).toEqual([]);
  });

  test("is cut when it stays away too long", async () => {
    const { engine, gateway, url } = await start(
      { stalledMsMax: 1_000, pongMsMax: 600_000 },
      { busy: true },
      sampleDesk(200, 100),
    );
    const sleepy = browse(url);
    sleepy.subscribe("watch", "orders", "fills", "positions", "pairs");
    await until("the snapshots are there", () => sleepy.envelopes.length >= 5);
    sleepy.stall();
    await until("it was cut", async () => {
      for (let step = 0; step < 50; step++) engine.step();
      await new Promise((resolve) => setTimeout(resolve, 5));
      return gateway.counters.stalledDisconnects === 1;
    });
    await until("its place is free", () => gateway.counters.connections === 0);
  });
});

describe("commands", () => {
  test("a kill is answered in words, and the kill, the orders and the strategy follow", async () => {
    const { engine, url } = await start({}, { busy: true });
    for (let step = 0; step < 10; step++) engine.step();
    const browser = browse(url);
    browser.subscribe("kills", "strategies", "orders");
    await until("the snapshots are there", () => browser.envelopes.length === 3);
    const reply = await browser.command(kill("strategy", 0));
    expect(reply).toMatchObject({ answer: "done", command: "kill", role: "admin" });
    expect(reply.text).toMatch(/cancelled \d+ of \d+/);
    await until("the state came", () =>
      browser.of("strategies").some(({ payload }) => (payload as StrategiesPayload).rows[0].state === "killed"),
    );
    await until("who asked is known", () =>
      browser.of("kills").some(({ payload }) => (payload as KillsPayload).rows.some(({ actor }) => actor === "desk")),
    );
    expect([...browser.orders.values()].filter(({ state }) => state === "working")).toEqual([]);
    expect(engine.commands[0]).toMatchObject({ actor: "desk", role: "admin", command: "kill" });
  });

  test("an engine that is down answers unreachable", async () => {
    const { engine, url } = await start();
    const browser = await connected(url);
    await engine.stop();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const approve = {
      id: randomUUID(),
      command: "approve" as const,
      scope: "strategy" as const,
      target: 1,
      reason: "",
    };
    expect(await browser.command(approve)).toMatchObject({
      answer: "unreachable",
      text: "the engine is not reachable; nothing was sent",
    });
    expect((await browser.command(kill("all", -1))).answer).toBe("unreachable");
  });

  test("a HALT asked while the engine is down is done as soon as it is back", async () => {
    const { engine, gateway, url } = await start();
    const browser = await connected(url);
    await engine.stop();
    await until("the loss is seen", () => !gateway.engineUp);
    const order = kill("all", -1);
    const replies = [browser.command(order), browser.command(order)];
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(engine.commands).toEqual([]);
    await engine.start();
    for (const reply of await Promise.all(replies)) expect(reply.answer).toBe("done");
    expect(engine.commands.map(({ command }) => command)).toEqual(["kill"]);
  });

  test("a command that cannot be read is refused with what is wrong and never reaches the engine", async () => {
    const { engine, url } = await start();
    const browser = await connected(url);
    const bad: unknown[] = [
      { ...kill("all", -1), id: "1" },
      { ...kill("all", -1), command: "shutdown" },
      { ...kill("all", -1), role: "admin" },
      { ...kill("all", -1), target: 1.5 },
      null,
      "kill",
      [kill("all", -1)],
    ];
    for (const message of bad) {
      const reply = await new Promise<CommandReply>((resolve) =>
        Reflect.apply(browser.socket.emit, browser.socket, ["command", message, resolve]),
      );
      expect(reply.answer).toBe("invalid");
      expect(reply.text.length).toBeGreaterThan(10);
    }
    expect(engine.commands).toEqual([]);
  });

  test("a flood of other messages does not take the kill's place", async () => {
    const { engine, gateway, url } = await start();
    const browser = await connected(url);
    for (let message = 0; message < 400; message++) browser.socket.emit("resync", { topic: "orders" });
    const approve = {
      id: randomUUID(),
      command: "approve" as const,
      scope: "strategy" as const,
      target: 1,
      reason: "",
    };
    expect((await browser.command(approve)).text).toMatch(/too many/);
    expect((await browser.command(kill("all", -1))).answer).toBe("done");
    expect(gateway.counters.droppedMessages).toBeGreaterThan(250);
    expect(engine.commands.map(({ command }) => command)).toEqual(["kill"]);
  });

  test("a kill that one connection to the engine does not deliver is delivered by the other", async () => {
    const { engine, url } = await start();
    const browser = await connected(url);
    let kills = 0;
    engine.isDeafTo = ({ command }) => command === "kill" && kills++ === 0;
    expect((await browser.command(kill("all", -1))).answer).toBe("done");
  });

  test("a kill that one connection refuses because too much waits there is done by the other", async () => {
    const { engine, url } = await start();
    const browser = await connected(url);
    let kills = 0;
    engine.isTooBusyFor = ({ command }) => command === "kill" && kills++ === 0;
    expect((await browser.command(kill("all", -1))).answer).toBe("done");
    engine.isTooBusyFor = () => true;
    expect(await browser.command(kill("all", -1))).toMatchObject({ answer: "invalid", text: "too much waits here" });
  });

  test("others' commands that wait at the engine do not stand before a kill", async () => {
    const { engine, url } = await start();
    const [hostile, browser] = [browse(url), browse(url)];
    await until("they are connected", () => [hostile, browser].every(({ epochs }) => epochs.length > 0));
    engine.isDeafTo = ({ command }) => command === "approve";
    const approve = { command: "approve" as const, scope: "strategy" as const, target: 1, reason: "" };
    void hostile.command({ ...approve, id: randomUUID() }).catch(() => undefined);
    await until("the engine reads no further there", () => engine.commands.length === 1);
    for (let i = 0; i < 20; i++) void hostile.command({ ...approve, id: randomUUID() }).catch(() => undefined);
    expect((await browser.command(kill("all", -1))).answer).toBe("done");
    expect(engine.commands.map(({ command }) => command)).toEqual(["approve", "kill"]);
  });

  test("unknown events are dropped and counted, and the connection lives", async () => {
    const { gateway, url } = await start();
    const browser = await connected(url);
    Reflect.apply(browser.socket.emit, browser.socket, ["constructor", {}]);
    Reflect.apply(browser.socket.emit, browser.socket, ["subscribe", { topics: ["no such topic"] }]);
    browser.subscribe("book:NOSUCH", "kills");
    await until("the known topic came", () => browser.of("kills").length === 1);
    expect(gateway.counters.droppedMessages).toBe(2);
    expect(browser.of("book:NOSUCH")).toEqual([]);
  });
});

describe("the door", () => {
  test("a page of another origin, or of none, may not open the socket", async () => {
    const { gateway, url } = await start();
    const port = new URL(url).port;
    for (const origin of ["http://evil.example", `http://127.0.0.1:${Number(port) + 1}`, "null", null]) {
      const browser = browse(url, { origin });
      await until(`${origin} is refused`, () => browser.refused !== "");
    }
    expect(gateway.counters.refusedHandshakes).toBe(4);
    const same = browse(url, { origin: `http://localhost:${port}` });
    await until("loopback's other name is let in", () => same.epochs.length > 0);
  });

  test("a foreign name that points at loopback is refused everywhere", async () => {
    const { url } = await start();
    const host = `evil.example:${new URL(url).port}`;
    expect((await ask(url, "/api/health", { host })).status).toBe(421);
    expect((await ask(url, "/", { host })).status).toBe(421);
    const browser = browse(url, { origin: `http://${host}`, headers: { host } });
    await until("the socket is refused", () => browser.refused !== "");
  });

  test("every answer forbids framing and sniffing", async () => {
    const { url } = await start();
    const { headers } = await ask(url, "/");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["x-content-type-options"]).toBe("nosniff");
  });

  test("off loopback nothing is served without the access token, and one visit with it opens everything", async () => {
    const { url } = await start({ host: "0.0.0.0", accessToken: "correct horse" });
    expect((await ask(url, "/")).status).toBe(401);
    expect((await ask(url, "/api/health")).status).toBe(401);
    expect((await ask(url, "/?token=wrong")).status).toBe(401);
    const stranger = browse(url);
    await until("the socket is refused", () => stranger.refused !== "");
    const visit = await ask(url, "/?token=correct%20horse");
    expect(visit.status).toBe(303);
    expect(visit.headers.location).toBe("/");
    const [setCookie] = visit.headers["set-cookie"] ?? [];
    expect(setCookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect(setCookie).not.toContain("correct");
    const cookie = setCookie.split(";")[0];
    expect((await ask(url, "/", { cookie })).text).toBe("a page");
    expect((await ask(url, "/api/health", { authorization: "Bearer correct horse" })).status).not.toBe(401);
    const guest = browse(url, { headers: { cookie } });
    await until("the socket is open", () => guest.epochs.length > 0);
  });

  test("browsers above the bound are turned away", async () => {
    const { url } = await start({ connectionsMax: 2 });
    const two = [browse(url), browse(url)];
    await until("two are in", () => two.every(({ epochs }) => epochs.length > 0));
    const third = browse(url);
    await until("the third is refused", () => third.refused !== "");
  });

  test("a message above 64 KB ends the connection", async () => {
    const { gateway, url } = await start();
    const browser = await connected(url);
    Reflect.apply(browser.socket.emit, browser.socket, ["resync", { topic: "x".repeat(70_000) }]);
    await until("it is gone", () => gateway.counters.connections === 0);
  });
});

describe("the REST side", () => {
  test("health is 200 once every venue's feed is live, 503 before, and says why in words", async () => {
    const { engine, url } = await start();
    await until("books are live", async () => (await ask(url, "/api/health")).status === 200);
    engine.set("venue", 1, { feedState: 4, lastPacketNs: engine.timeNs - 5e9 });
    await until("the stale venue is seen", async () => (await ask(url, "/api/health")).status === 503);
    const health = JSON.parse((await ask(url, "/api/health")).text);
    expect(health.feed.text).toMatch(/XBRK stale [45] s/);
    expect(health.execution.text).toBe("every session is ready");
  });

  test("a command by POST needs the origin and the header, and is answered like the socket's", async () => {
    const { engine, url } = await start();
    await until("books are live", async () => (await ask(url, "/api/health")).status === 200);
    const body = JSON.stringify(kill("all", -1));
    const header = { "x-heliograph": "1" };
    expect((await ask(url, "/api/commands", { origin: "http://evil.example", ...header }, body)).status).toBe(403);
    expect((await ask(url, "/api/commands", header, body)).status).toBe(403);
    expect((await ask(url, "/api/commands", { origin: url }, body)).status).toBe(403);
    expect(engine.commands).toEqual([]);
    const answer = await ask(url, "/api/commands", { origin: url, ...header }, body);
    expect(JSON.parse(answer.text)).toMatchObject({ answer: "done" });
    expect((await ask(url, "/api/commands", { origin: url, ...header }, "x".repeat(20_000))).status).toBe(413);
  });
});

function byId(a: { id: number }, b: { id: number }): number {
  return a.id - b.id;
}

function heapAfterCollection(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
