import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import { readdirSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Fact } from "../../domain/facts";
import type { FsyncMode } from "../journal/log-sync";
import { listSnapshots } from "../journal/snapshot-file";
import type { ChildName, ChildReport, VenuePorts } from "./child-contract";
import { deskShapeOf } from "./desk-shape";
import type { EngineHello } from "./engine-link";
import { EngineLinkClient } from "./engine-link-client";
import { recover } from "./recover";
import { dateOf } from "./shell-clock";
import { bareChildConfig } from "./testing/bare-child-config";
import { bundleForTest } from "./testing/bundle-for-test";
import { mayRealTime, realTimeOf } from "./testing/real-time";
import { temporaryDirectory } from "./testing/run-fixture";
import { toyDesk } from "./testing/toy-desk";
import { ToyMachine, toyPoisonByte } from "./testing/toy-machine";

let bundles: Awaited<ReturnType<typeof bundleForTest>>;
let data: ReturnType<typeof temporaryDirectory>;
let ports: VenuePorts;
let started: Started[] = [];
let clients: EngineLinkClient[] = [];

beforeAll(async () => {
  const names = ["toy-engine", "toy-worker", "toy-follower", "toy-exchange"];
  bundles = await bundleForTest(names.map((name) => `server/runtime/testing/${name}.ts`));
});
afterAll(() => bundles.remove());
beforeEach(async () => {
  data = temporaryDirectory();
  const [feed, secondFeed, retransmission, snapshot, orders, dropCopy] = await freePorts(6);
  ports = { feed, secondFeed, retransmission, snapshot, orders, dropCopy };
});
afterEach(async () => {
  for (const client of clients) client.close();
  for (const { child, exited } of started) {
    child.kill("SIGKILL");
    await exited;
  }
  started = [];
  clients = [];
  data.remove();
});

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  return servers.map((server) => {
    const address = server.address();
    server.close();
    return typeof address === "object" && address ? address.port : 0;
  });
}

type Started = { child: ChildProcess; reports: ChildReport[]; exited: Promise<number | null>; stderr: () => string };

function start(name: ChildName, fsync: FsyncMode = "never"): Started {
  const config = bareChildConfig({ name, dataDirectory: data.path, deskFile: "toy.yaml", venuePorts: [ports], fsync });
  const child = fork(join(bundles.path, `toy-${name}.mjs`), {
    detached: true,
    silent: true,
    env: { ...process.env, HELIOGRAPH_CHILD: JSON.stringify(config) },
  });
  const reports: ChildReport[] = [];
  let stderr = "";
  child.on("message", (report: ChildReport) => reports.push(report));
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const made = { child, reports, exited, stderr: () => stderr };
  started.push(made);
  return made;
}

async function until(what: () => boolean, words: () => string = () => String(what)): Promise<void> {
  const end = Date.now() + 15_000;
  while (!what()) {
    if (Date.now() > end) throw new Error(`did not happen within 15 s: ${words()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function ready(one: Started): Promise<void> {
  return until(
    () => one.reports.some(({ type }) => type === "ready"),
    () => `ready, reports were ${JSON.stringify(one.reports)} ${one.stderr()}`,
  );
}

function link(): { client: EngineLinkClient; facts: Fact[]; hellos: EngineHello[] } {
  const facts: Fact[] = [];
  const hellos: EngineHello[] = [];
  const client = new EngineLinkClient({
    address: join(data.path, "engine.sock"),
    factsFrom: 1,
    views: true,
    onHello: (hello) => hellos.push(hello),
    onFacts: (some) => {
      facts.push(...some);
    },
  });
  clients.push(client);
  client.start();
  return { client, facts, hellos };
}

function datagram(bytes: Buffer): void {
  const socket = createSocket("udp4");
  socket.send(bytes, ports.feed, "127.0.0.1", () => socket.close());
}

/** Priorities of a process's threads in Linux's real-time class, without those that have none. */
function realTimePriorities(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`)
    .map((thread) => realTimeOf(pid, thread).priority)
    .filter((priority) => priority > 0)
    .sort((a, b) => b - a);
}

describe("the engine process", () => {
  it.skipIf(!mayRealTime)(
    "goes before all else once it is up: its worker, then its main thread, nothing besides",
    async () => {
      const first = start("engine");
      await ready(first);
      const pid = first.child.pid ?? 0;
      await until(
        () => realTimePriorities(pid).length >= 2,
        () => `real-time priorities are ${realTimePriorities(pid)}`,
      );
      expect(realTimePriorities(pid)).toEqual([2, 1]);
    },
  );

  it("comes up, answers, stops in order with its last facts delivered, and continues", async () => {
    const first = start("engine");
    await ready(first);
    const { client, facts, hellos } = link();
    const answer = await client.command({
      id: randomUUID(),
      command: "kill",
      scope: "all",
      target: 0,
      actor: "ann",
      role: "risk",
      reason: "a test",
    });
    expect(answer.answer).toBe("done");
    datagram(Buffer.from("market data"));
    await until(() => facts.some(({ kind }) => kind === "alert"));
    first.child.send({ type: "stop" });
    expect(await first.exited).toBe(0);
    await until(() => facts.some(({ kind }) => kind === "engineStopped"));

    await ready(start("engine"));
    await until(() => hellos.length === 2);
    expect(hellos.map(({ epoch }) => epoch)).toEqual([1, 2]);
    await until(() => facts.filter(({ kind }) => kind === "engineStarted").length === 2);
    expect(facts.find((fact) => fact.kind === "engineStarted" && fact.epoch === 2)).toMatchObject({ cause: 1 });
    expect(facts.map(({ number }) => number)).toEqual(facts.map((_, i) => i + 1));
  });

  it("comes up, answers and continues with every log forced to the disk before anything leaves", async () => {
    const first = start("engine", "always");
    await ready(first);
    const { facts, client } = link();
    for (let i = 0; i < 50; i++) datagram(Buffer.from(`market data ${i}`));
    await until(() => facts.filter(({ kind }) => kind === "alert").length === 50);
    const answer = await client.command({
      id: randomUUID(),
      command: "kill",
      scope: "all",
      target: 0,
      actor: "ann",
      role: "risk",
      reason: "a test",
    });
    expect(answer.answer).toBe("done");
    first.child.send({ type: "stop" });
    expect(await first.exited).toBe(0);
    await ready(start("engine", "always"));
    await until(() => facts.filter(({ kind }) => kind === "engineStarted").length === 2);
    expect(facts.at(-1)).toMatchObject({ kind: "engineStarted", cause: 1 });
  });

  it("stops by itself when its supervisor is gone, and SIGINT alone does not stop it", async () => {
    const one = start("engine");
    await ready(one);
    one.child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(one.child.exitCode).toBeNull();
    one.child.stdout?.destroy();
    one.child.stderr?.destroy();
    one.child.disconnect();
    expect(await one.exited).toBe(0);
  });

  it("recovers from kill -9 under load; clients resume without a hole", async () => {
    const { facts, hellos } = link();
    for (let round = 1; round <= 3; round++) {
      const one = start("engine");
      await ready(one);
      await until(() => hellos.length === round);
      for (let i = 0; i < 300; i++) datagram(Buffer.from(`packet ${i}`));
      const before = facts.length;
      await until(() => facts.length > before + 50);
      one.child.kill("SIGKILL");
      await one.exited;
    }
    await ready(start("engine"));
    await until(() => facts.filter(({ kind }) => kind === "engineStarted").length === 4);
    expect(facts.map(({ number }) => number)).toEqual(facts.map((_, i) => i + 1));
  });

  it("halts at a record that cannot be stepped, names it, and comes up again without it", async () => {
    const one = start("engine");
    await ready(one);
    datagram(Buffer.from([toyPoisonByte]));
    expect(await one.exited).toBe(3);
    const failed = one.reports.find(({ type }) => type === "failed");
    expect(failed?.text).toMatch(/engine halted: record \d+ could not be stepped: Error: the toy met its poison/);
    const { hellos, facts } = link();
    const again = start("engine");
    await ready(again);
    await until(() => hellos.length === 1 && facts.length > 1);
    expect(again.reports.map(({ text }) => text).join("\n")).toMatch(/record \d+ could not be stepped and is skipped/);
    expect(facts.at(-1)).toMatchObject({ kind: "engineStarted", cause: 3 });
  });

  it("fails its start in words when a port is taken", async () => {
    const blocker = createSocket("udp4");
    await new Promise<void>((resolve) => blocker.bind(ports.feed, "127.0.0.1", resolve));
    const one = start("engine");
    expect(await one.exited).toBe(1);
    expect(one.reports.at(-1)?.text).toMatch(new RegExp(`EADDRINUSE.*${ports.feed}`));
    blocker.close();
  });
});

describe("the exchange process", () => {
  it("loses nothing it acknowledged when killed at random instants in the middle of appends", async () => {
    let acknowledged = 0;
    let sent = 0;
    let begunAt = 0;
    const newestSnapshot = () => listSnapshots(join(data.path, "exchange", dateOf(Date.now())))[0]?.record ?? 0;
    for (let round = 0; round < 5; round++) {
      const one = start("exchange");
      await ready(one);
      begunAt = newestSnapshot();
      const member = connect(ports.orders, "127.0.0.1");
      member.on("error", () => undefined);
      const closed = new Promise((resolve) => member.once("close", resolve));
      member.on("data", (chunk) => {
        acknowledged += chunk.length;
      });
      const ones = Buffer.alloc(900, 1);
      const timer = setInterval(() => {
        for (let i = 0; i < 20 && member.writableLength < 1 << 20; i++) {
          sent += ones.length;
          member.write(ones);
        }
      }, 1);
      const before = acknowledged;
      await until(() => acknowledged > before + 200_000);
      // The last run is killed when its follower has taken a snapshot on the way.
      if (round === 4) await until(() => newestSnapshot() > begunAt);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 50));
      one.child.kill("SIGKILL");
      await one.exited;
      clearInterval(timer);
      await closed;
    }
    const reports: string[] = [];
    const { machine, inputs, facts } = recover<ToyMachine>({
      directory: join(data.path, "exchange"),
      identity: {
        machine: "exchange",
        codeVersion: "test",
        deskHash: "toy",
        deskShape: deskShapeOf(toyDesk),
        desk: { file: "toy.yaml", names: null, pairs: null, seed: null },
      },
      today: dateOf(Date.now()),
      createMachine: () => new ToyMachine(),
      report: (text) => reports.push(text),
    });
    inputs.close();
    facts.close();
    expect(acknowledged).toBeGreaterThan(1_000_000);
    expect(machine.carriedSum).toBeGreaterThanOrEqual(acknowledged);
    expect(machine.carriedSum).toBeLessThanOrEqual(sent);
    // Replay begins at that snapshot, not where the run began.
    expect(Number(/replayed after record (\d+)/.exec(reports.join())?.[1])).toBeGreaterThan(begunAt);
  });

  it("waits for its last member when it is told to stop", async () => {
    const one = start("exchange");
    await ready(one);
    const member = connect(ports.orders, "127.0.0.1");
    await new Promise((resolve) => member.once("connect", resolve));
    await new Promise((resolve) => setTimeout(resolve, 100));
    one.child.send({ type: "stop" });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(one.child.exitCode).toBeNull();
    member.destroy();
    expect(await one.exited).toBe(0);
  });
});
