import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { frameTypes } from "../runtime/engine-link";
import { decodeJsonPayload, encodeJsonFrame, FrameReader } from "../runtime/engine-link-frames";
import { temporaryDirectory } from "../runtime/testing/run-fixture";
import type { HeartbeatLimits } from "./heartbeat";
import { Watchdog } from "./watchdog";

const kill = z.object({
  id: z.uuid(),
  command: z.literal("kill"),
  scope: z.literal("all"),
  actor: z.literal("watchdog"),
});

let path: string;
let cleanups: (() => void)[] = [];

beforeEach(() => {
  const temporary = temporaryDirectory();
  path = join(temporary.path, "engine.sock");
  cleanups = [temporary.remove];
});
afterEach(() => {
  for (const cleanup of cleanups.reverse()) cleanup();
});

async function until(what: () => boolean, msMax = 10_000): Promise<void> {
  const end = Date.now() + msMax;
  while (!what()) {
    if (Date.now() > end) throw new Error(`did not happen within ${msMax} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function listen(server: Server, where: string | number): Promise<void> {
  cleanups.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(where, resolve));
}

/** An engine's control socket as its main thread would keep it; `timeNs` is what the worker last told. */
async function engineAt(isGreeting: boolean) {
  const engine = { timeNs: 0, kills: [] as string[], clients: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    engine.clients++;
    sockets.add(socket);
    cleanups.push(() => socket.destroy());
    socket.on("error", () => undefined);
    const reader = new FrameReader();
    socket.on("data", (chunk) =>
      reader.push(chunk, (type, payload) => {
        if (type !== frameTypes.command) return;
        const { id } = kill.parse(decodeJsonPayload(payload));
        engine.kills.push(id);
        const answer = engine.kills.length > 1 ? "done" : "invalid";
        if (isGreeting) socket.write(encodeJsonFrame(frameTypes.answer, { id, answer, text: "", factNumber: 0 }));
      }),
    );
    if (isGreeting) socket.write(encodeJsonFrame(frameTypes.hello, { journal: "day", epoch: 1, lastFactNumber: 0 }));
  });
  await listen(server, path);
  const timer = setInterval(() => {
    if (!isGreeting) return;
    for (const socket of sockets)
      socket.write(encodeJsonFrame(frameTypes.status, { engineTimeNs: engine.timeNs, factNumber: 0 }));
  }, 20);
  cleanups.push(() => clearInterval(timer));
  return engine;
}

/** A watchdog over the socket, and how often it came to the one venue. */
async function watch(limits: HeartbeatLimits) {
  const seen = { visits: 0, reports: [] as string[] };
  const venue = createServer((socket) => {
    seen.visits++;
    socket.on("error", () => undefined);
    cleanups.push(() => socket.destroy());
  });
  await listen(venue, 0);
  const address = venue.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const watchdog = new Watchdog({
    engineAddress: path,
    orderPorts: [{ host: "127.0.0.1", port: address.port }],
    report: (text) => seen.reports.push(text),
    limits,
  });
  cleanups.push(() => watchdog.close());
  watchdog.start();
  return seen;
}

describe("the watchdog", () => {
  it("withdraws and leaves a kill when it is started over an engine that hangs already, and never greets it", async () => {
    const engine = await engineAt(false);
    const seen = await watch({ silentMsMax: 400, goneMsMax: 60_000 });
    await until(() => seen.visits > 0 && engine.kills.length > 0);
    expect(engine.clients).toBe(1);
    expect(seen.reports[0]).toMatch(/the engine hangs: silent for/);
  });

  it("does the same where the engine's main thread goes on talking and its worker steps nothing", async () => {
    const engine = await engineAt(true);
    const steps = setInterval(() => {
      engine.timeNs += 1e7;
    }, 10);
    cleanups.push(() => clearInterval(steps));
    const seen = await watch({ silentMsMax: 800, goneMsMax: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect([seen.visits, engine.kills.length]).toEqual([0, 0]);
    clearInterval(steps);
    await until(() => seen.visits > 0 && engine.kills.length > 0);
    // It had no answer from the worker: the same halt is sent until it has.
    await until(() => engine.kills.length === 2 && seen.reports.includes("the engine took the halt: done"));
    expect(engine.kills[1]).toBe(engine.kills[0]);
  });

  it("waits for an engine that is just starting, and acts when none comes at all", async () => {
    const seen = await watch({ silentMsMax: 400, goneMsMax: 1_500 });
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(seen.visits).toBe(0);
    await until(() => seen.visits > 0);
    expect(seen.reports[0]).toMatch(/no engine for/);
    const engine = await engineAt(false);
    await until(() => engine.kills.length > 0);
  });
});
