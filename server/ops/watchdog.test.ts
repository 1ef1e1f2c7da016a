import { readFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { frameTypes } from "../runtime/engine-link";
import { decodeJsonPayload, encodeJsonFrame, FrameReader } from "../runtime/engine-link-frames";
import { temporaryDirectory } from "../runtime/testing/run-fixture";
import { packAscii4 } from "../wire/bytes";
import { encodeOuchAccountQueryResponse, encodeOuchDisableResponse, ouchLongestMessage } from "../wire/ouch-encode";
import {
  encodeLoginAccepted,
  encodeSequencedData,
  SoupFrameReader,
  soupReaderStateLength,
  soupType,
} from "../wire/soup-bin-tcp";
import { type HeartbeatLimits, heartbeatLimits } from "./heartbeat";
import { Watchdog, withdrawnMsMax } from "./watchdog";

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
  watchFrom(portOf(venue), limits, seen.reports);
  return seen;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

function watchFrom(port: number, limits: HeartbeatLimits, reports: string[], aloneMs?: number): void {
  const watchdog = new Watchdog({
    ...(aloneMs === undefined ? {} : { aloneMs }),
    engineAddress: path,
    orderPorts: [{ host: "127.0.0.1", port }],
    report: (text) => reports.push(text),
    limits,
  });
  cleanups.push(() => watchdog.close());
  watchdog.start();
}

/** A venue's order port, closed at first, that withdraws for whoever logs in once it is open. */
async function closedVenue() {
  const venue = { port: 0, visits: 0, withdrawals: 0, open: async () => undefined as undefined };
  const server = createServer((socket) => {
    venue.visits++;
    cleanups.push(() => socket.destroy());
    socket.on("error", () => undefined);
    const message = new Uint8Array(ouchLongestMessage);
    const packet = Buffer.alloc(256);
    const say = (length: number) => socket.write(Buffer.from(packet.subarray(0, length)));
    const reader = new SoupFrameReader(new Uint8Array(4_096), new Int32Array(soupReaderStateLength));
    socket.on("data", (chunk: Buffer) => {
      reader.push(chunk, 0, chunk.length, (type, bytes, offset) => {
        if (type === soupType.loginRequest) say(encodeLoginAccepted(packet, 0, "day", 1));
        if (type !== soupType.unsequencedData) return;
        const asked = String.fromCharCode(bytes[offset]);
        if (asked === "Q") {
          const length = encodeOuchAccountQueryResponse(message, 0, 0, 1, null);
          say(encodeSequencedData(packet, 0, message, 0, length));
        }
        if (asked === "D") {
          venue.withdrawals++;
          const length = encodeOuchDisableResponse(message, 0, 0, 2, packAscii4("HELI"), null);
          say(encodeSequencedData(packet, 0, message, 0, length));
        }
      });
    });
  });
  // The kernel names a port that is free; until the venue opens it again it refuses.
  await new Promise<void>((resolve) => server.listen(0, resolve));
  venue.port = portOf(server);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  venue.open = async () => void (await listen(server, venue.port));
  return venue;
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

  it("comes back to a venue that refuses it until the orders are off, and says each of both once", async () => {
    await engineAt(false);
    const venue = await closedVenue();
    const reports: string[] = [];
    watchFrom(venue.port, { silentMsMax: 400, goneMsMax: 60_000 }, reports);
    const about = (words: RegExp) => reports.filter((text) => words.test(text));
    await until(() => about(/venue 0: NOT confirmed/).length > 0);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await venue.open();
    await until(() => about(/venue 0: order entry disabled/).length > 0);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect([venue.visits, venue.withdrawals]).toEqual([1, 1]);
    expect([about(/NOT confirmed/).length, about(/order entry disabled/).length]).toEqual([1, 1]);
  });

  it("leaves a venue that takes its login and answers nothing alone for longer than the venue waits to cancel by itself", async () => {
    await engineAt(false);
    const visitsMs: number[] = [];
    const venue = createServer((socket) => {
      visitsMs.push(performance.now());
      cleanups.push(() => socket.destroy());
      socket.on("error", () => undefined);
      const packet = Buffer.alloc(256);
      socket.once("data", () => {
        socket.write(Buffer.from(packet.subarray(0, encodeLoginAccepted(packet, 0, "day", 1))));
      });
    });
    await listen(venue, 0);
    watchFrom(portOf(venue), { silentMsMax: 400, goneMsMax: 60_000 }, [], 3_000);
    await until(() => visitsMs.length > 1);
    // From the end of the first connection, which waited a second and a half for its answer.
    expect(visitsMs[1] - visitsMs[0]).toBeGreaterThan(4_000);
  });

  it("leaves a venue to an engine that beats again before the venue could be reached", async () => {
    const engine = await engineAt(true);
    const venue = await closedVenue();
    const reports: string[] = [];
    watchFrom(venue.port, { silentMsMax: 400, goneMsMax: 60_000 }, reports);
    await until(() => reports.some((text) => text.includes("NOT confirmed")));
    const steps = setInterval(() => {
      engine.timeNs += 1e7;
    }, 10);
    cleanups.push(() => clearInterval(steps));
    await until(() => reports.some((text) => text.includes("left to the engine, which beats again")));
    await venue.open();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(venue.visits).toBe(0);
  });

  it("has the orders of a stopped engine off within the seven seconds that the README states, by its settings", () => {
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
    expect(readme).toContain("within seven seconds the watchdog has taken its orders off every venue");
    expect(withdrawnMsMax(heartbeatLimits)).toBeLessThanOrEqual(7_000);
  });
});
