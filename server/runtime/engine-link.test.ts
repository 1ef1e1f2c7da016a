import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commandText, type Fact } from "../../domain/facts";
import { factsFile } from "../journal/facts-log";
import { inputKinds } from "../machine/input-record";
import { framesPerSecondMax } from "./control-client";
import { ControlSocket, clientsMax } from "./control-socket";
import { type EngineCommand, type EngineHello, frameTypes } from "./engine-link";
import { EngineLinkClient, type EngineLinkOptions } from "./engine-link-client";
import { encodeFrame, encodeJsonFrame, FrameReader } from "./engine-link-frames";
import { Publisher, type PublisherLimits, servedMax } from "./publisher";
import { SharedCounters } from "./shared-counters";
import { createSharedViews, SharedViewReader, SharedViewSink } from "./shared-views";
import { helloOf } from "./testing/hello-of";
import { startTestRun, type TestRun, temporaryDirectory } from "./testing/run-fixture";
import { ownRoomMax, sharedRoomMax } from "./waiting-commands";

let directory: string;
let path: string;
let cleanups: (() => void)[] = [];

beforeEach(() => {
  const temporary = temporaryDirectory();
  directory = temporary.path;
  path = join(directory, "engine.sock");
  cleanups = [temporary.remove];
});
afterEach(() => {
  for (const cleanup of cleanups.reverse()) cleanup();
});

type Side = {
  run: TestRun;
  publisher: Publisher;
  control: ControlSocket;
  reports: string[];
  /** While true commands are kept in `held` instead of being stepped. */
  isBusy: boolean;
  held: Uint8Array[];
  forward: (bytes: Uint8Array) => void;
  close: () => void;
};

/** An engine in one thread: toy machine, shell, publisher, control socket. */
async function startEngine(limits: Partial<PublisherLimits> = {}, today = "2026-11-20"): Promise<Side> {
  const reports: string[] = [];
  const counters = new SharedCounters();
  const views = createSharedViews({
    instrument: 4,
    listing: 8,
    strategy: 2,
    pair: 2,
    venue: 2,
    desk: 1,
    limit: 0,
    refusal: 0,
  });
  const run: TestRun = startTestRun({
    directory: join(directory, "engine"),
    today,
    shell: { onCommitted: (length, number) => counters.commitFacts(length, number), viewsMs: 0 },
  });
  const { recovered } = run;
  counters.commitFacts(recovered.facts.fileLength, 0);
  const sink = new SharedViewSink(views);
  const publisher = new Publisher({
    hello: helloOf(recovered),
    dayStartMs: 0,
    views: new SharedViewReader(views),
    counters,
    factsFile: factsFile(recovered.directory),
    report: (text) => reports.push(text),
    forward: (bytes) => {
      if (side.isBusy) side.held.push(bytes);
      else side.forward(bytes);
    },
    limits,
  });
  const control = new ControlSocket(publisher, (text) => reports.push(text));
  await control.listen(path);
  publisher.start();
  let closed = false;
  const close = () => {
    if (closed) return;
    closed = true;
    publisher.close();
    control.close();
    run.shell.stop();
  };
  cleanups.push(close);
  const forward = (bytes: Uint8Array) => {
    run.shell.input(inputKinds.code.command, 0, bytes, 0, bytes.length);
    run.shell.endTurn();
    recovered.machine.publishViews(sink);
  };
  const side: Side = { run, publisher, control, reports, isBusy: false, held: [], forward, close };
  return side;
}

function startClient(options: Partial<EngineLinkOptions> = {}): {
  client: EngineLinkClient;
  facts: Fact[];
  downs: string[];
} {
  const facts: Fact[] = [];
  const downs: string[] = [];
  const client = new EngineLinkClient({
    address: path,
    factsFrom: 1,
    views: true,
    onFacts: (some) => {
      facts.push(...some);
    },
    onDown: (reason) => downs.push(reason),
    ...options,
  });
  client.start();
  cleanups.push(() => client.close());
  return { client, facts, downs };
}

async function until(what: () => boolean, timeoutMs = 10_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!what()) {
    if (Date.now() > end) throw new Error(`did not happen within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function commandOf(reason = "because"): EngineCommand {
  return { id: randomUUID(), command: "kill", scope: "strategy", target: 1, actor: "ann", role: "risk", reason };
}

describe("the engine link", () => {
  it("brings hello, every fact from the first, and a full set of views", async () => {
    const { run } = await startEngine();
    for (let i = 0; i < 3_000; i++) run.data(`${i}`);
    const rows = new Set<string>();
    let hello: EngineHello | undefined;
    const { facts } = startClient({
      onHello: (said) => {
        hello = said;
      },
      onViews: (table, row) => rows.add(`${table} ${row}`),
    });
    await until(() => facts.length === 3_001 && rows.size === 19);
    expect(facts.map(({ number }) => number)).toEqual(Array.from({ length: 3_001 }, (_, i) => i + 1));
    expect(hello).toMatchObject({ journal: run.recovered.journal, lastFactNumber: 3_001 });
    for (let i = 0; i < 10; i++) run.data("later");
    await until(() => facts.length === 3_011);
  });

  it("resumes without a hole or a repeat when the engine is restarted, and begins anew in a new day", async () => {
    let side = await startEngine();
    const { facts, downs } = startClient();
    for (let i = 0; i < 50; i++) side.run.data(`${i}`);
    await until(() => facts.length === 51);
    side.close();
    await until(() => downs.length > 0);
    side = await startEngine();
    for (let i = 0; i < 50; i++) side.run.data(`${i}`);
    await until(() => facts.length === 102);
    expect(facts.map(({ number }) => number)).toEqual(Array.from({ length: 102 }, (_, i) => i + 1));
    side.close();
    side = await startEngine({}, "2026-11-21");
    side.run.data("x");
    await until(() => facts.length === 104);
    expect(facts.slice(102).map(({ number }) => number)).toEqual([1, 2]);
  });

  it("starts in the middle of a long log", async () => {
    const { run } = await startEngine();
    for (let i = 0; i < 5_000; i++) run.data("some fact");
    const { facts } = startClient({ factsFrom: 4_321 });
    await until(() => facts.length === 5_001 - 4_320);
    expect(facts[0].number).toBe(4_321);
  });

  it("gives the same facts again when their owner could not take them", async () => {
    const { run } = await startEngine();
    for (let i = 0; i < 10; i++) run.data("x");
    let refusals = 2;
    const taken: number[] = [];
    startClient({
      onFacts: async (facts) => {
        await new Promise((resolve) => setTimeout(resolve, 10));
        if (refusals-- > 0) throw new Error("the database is away");
        taken.push(...facts.map(({ number }) => number));
      },
    });
    await until(() => taken.length === 11);
    expect(taken).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it("answers a command when its fact passes, and a repeated id with the first answer", async () => {
    const { run } = await startEngine();
    const { client } = startClient({ factsFrom: null });
    const command = commandOf();
    const answer = await client.command(command);
    expect(answer).toEqual({ id: command.id, answer: "done", text: "", factNumber: 2 });
    run.data("between");
    expect(await client.command(command)).toEqual(answer);
    expect(run.shell.factNumber).toBe(3);
  });

  it("answers a command that is not valid with what was expected, and forwards nothing", async () => {
    const { run } = await startEngine();
    const { client } = startClient({ factsFrom: null });
    const answer = await client.command({ ...commandOf(), command: "format the disk" });
    expect(answer.answer).toBe("invalid");
    expect(answer.text).toMatch(/expected one of/i);
    expect((await client.command({ ...commandOf(), reason: "x".repeat(201) })).answer).toBe("invalid");
    expect(run.shell.factNumber).toBe(1);
  });

  it("delivers a command that was given while the engine was down, once", async () => {
    const { client, facts } = startClient();
    const answered = client.command(commandOf());
    const side = await startEngine();
    expect((await answered).answer).toBe("done");
    side.close();
    await startEngine();
    await until(() => facts.filter(({ kind }) => kind === "engineStarted").length === 2);
    expect(facts.filter(({ kind }) => kind === "command")).toHaveLength(1);
  });

  it("says that the engine cannot be reached instead of waiting for ever", async () => {
    const { client } = startClient();
    await expect(client.command(commandOf(), 200)).rejects.toThrow(/not reachable within 200 ms/);
  });
});

/** Connections that say the same words each, and are made anew when they end. */
const attackProgram = `
  const [path, words, count] = process.argv.slice(1);
  const open = () => {
    const socket = require("node:net").connect(path);
    socket.write(Buffer.from(words, "hex"));
    socket.on("error", () => undefined).on("close", open).resume();
  };
  for (let i = 0; i < Number(count); i++) open();
`;

/** A peer that speaks bytes, and reads only when told. */
function rawClient() {
  const socket = connect(path);
  const types: number[] = [];
  const reader = new FrameReader();
  let closed = false;
  socket.on("data", (chunk) => reader.push(chunk, (type) => types.push(type)));
  socket.on("error", () => undefined);
  socket.on("close", () => {
    closed = true;
  });
  cleanups.push(() => socket.destroy());
  return { write: (bytes: Buffer) => socket.write(bytes), end: () => socket.destroy(), closed: () => closed, types };
}

describe("the control socket", () => {
  it("belongs to its owner alone", async () => {
    await startEngine();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["a frame longer than any command", Buffer.from([0x7f, 0xff, 0xff, 0xff, 65])],
    ["a frame without a type", Buffer.from([0, 0, 0, 0])],
    ["an unknown type", encodeFrame(99, Buffer.from("{}"))],
    ["no JSON", encodeFrame(frameTypes.command, Buffer.from("kill everything"))],
    ["a subscription from fact -1", encodeJsonFrame(frameTypes.subscribe, { factsFrom: -1, views: true })],
    ["HTTP", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
  ])("cuts a client that sends %s, and serves the others", async (_what, bytes) => {
    const { reports } = await startEngine();
    const { client } = startClient({ factsFrom: null });
    const hostile = rawClient();
    await until(() => hostile.types.length > 0);
    hostile.write(bytes);
    await until(hostile.closed);
    expect(reports.join("\n")).toMatch(/client cut/);
    expect((await client.command(commandOf())).answer).toBe("done");
  });

  it("drops a client that takes nothing, while memory stays bounded and others go on", async () => {
    const { run, control, reports } = await startEngine({ stallMsMax: 400, factsWaitingMax: 256 << 10 });
    const { facts } = startClient({ views: false });
    const socket = connect(path);
    socket.on("error", () => undefined);
    socket.write(encodeJsonFrame(frameTypes.subscribe, { factsFrom: 1, views: true }));
    socket.pause();
    cleanups.push(() => socket.destroy());
    await until(() => control.clientCount === 2);
    for (let i = 0; i < 40_000; i++) run.data(`${i}`);
    await until(() => reports.some((text) => /took nothing for \d+ ms while \d+ bytes waited/.test(text)));
    expect(Number(/while (\d+) bytes/.exec(reports.join())?.[1])).toBeLessThan(1 << 20);
    await until(() => facts.length === 40_001);
    await until(() => control.clientCount === 1);
  });

  /** A command that adds risk, on the wire. */
  const resume = () => encodeJsonFrame(frameTypes.command, { ...commandOf(""), command: "resume" });

  const orders = (command: string, count: number) =>
    Buffer.concat(
      Array.from({ length: count }, (_, target) =>
        encodeJsonFrame(frameTypes.command, { ...commandOf(), command, scope: "order", target }),
      ),
    );

  it("has room for everybody's kill and cancels where more commands wait than may, and for no one's flood of cancels", async () => {
    const side = await startEngine();
    const hostile = Array.from({ length: 20 }, () => rawClient());
    await until(() => hostile.every(({ types }) => types.length > 0));
    side.isBusy = true;
    for (const { write } of hostile) write(Buffer.concat(Array.from({ length: 8 }, resume)));
    const answers = () => hostile.flatMap(({ types }) => types.filter((type) => type === frameTypes.answer)).length;
    // As many wait as may; the others are refused.
    await until(() => answers() === 20 * 8 - sharedRoomMax);
    hostile[0].write(orders("cancelOrder", ownRoomMax + 10));
    await until(() => answers() === 20 * 8 - sharedRoomMax + 10);
    for (const { write } of hostile.slice(1)) write(orders("cancelOrder", 1));
    const { client } = startClient({ factsFrom: null });
    const answered = client.command(commandOf());
    await until(() => side.held.length === sharedRoomMax + ownRoomMax + 19 + 1);
    side.isBusy = false;
    for (const bytes of side.held) side.forward(bytes);
    expect((await answered).answer).toBe("done");
    await until(() => answers() === 20 * 8 + ownRoomMax + 10 + 19);
  });

  it("takes a kill whatever waits on its own connection, and passes the same kill on once however often it is asked", async () => {
    const side = await startEngine();
    const { client } = startClient({ factsFrom: null });
    side.isBusy = true;
    const cancels = Array.from({ length: ownRoomMax }, (_, target) =>
      client.command({ ...commandOf(), command: "cancelOrder", scope: "order", target }),
    );
    await until(() => side.held.length === ownRoomMax);
    const kills = Array.from({ length: 20 }, () => client.command(commandOf()));
    const byTrader = client.command({ ...commandOf(), role: "trader" });
    const other = startClient({ factsFrom: null }).client.command(commandOf());
    await until(() => side.held.length >= ownRoomMax + 2);
    // The release after it is not undone by taking a later kill for the one before it.
    const release = client.command({ ...commandOf(), command: "release", role: "admin" });
    await until(() => side.held.length === ownRoomMax + 3);
    const later = client.command(commandOf());
    await until(() => side.held.length === ownRoomMax + 4);
    side.isBusy = false;
    for (const bytes of side.held) side.forward(bytes);
    const answers = await Promise.all([...cancels, ...kills, byTrader, other, release, later]);
    expect(answers.map(({ answer }) => answer)).toEqual(answers.map(() => "done"));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(answers.length);
    expect(side.run.shell.factNumber).toBe(1 + ownRoomMax + 4);
  });

  it("has the kill once more, with its reason, in the facts, though the first one still waits", async () => {
    const side = await startEngine();
    const { client, facts } = startClient();
    side.isBusy = true;
    const kills = [
      client.command({ ...commandOf(), reason: "" }),
      client.command({ ...commandOf(), reason: "legs drift apart" }),
      client.command({ ...commandOf(), actor: "bo", reason: "" }),
      client.command({ ...commandOf(), reason: "" }),
    ];
    await until(() => side.held.length >= 3);
    side.isBusy = false;
    for (const bytes of side.held) side.forward(bytes);
    expect((await Promise.all(kills)).map(({ answer }) => answer)).toEqual(["done", "done", "done", "done"]);
    const asked = () => facts.flatMap((fact) => (fact.kind === "command" ? [commandText(fact)] : []));
    await until(() => asked().length === 3);
    const { actor } = commandOf();
    expect(asked()).toMatchObject([
      { actor, reason: "" },
      { actor, reason: "legs drift apart" },
      { actor: "bo", reason: "" },
    ]);
  });

  it("takes a newcomer's kill before what others wrote long before it", async () => {
    const side = await startEngine();
    const hostile = Array.from({ length: 50 }, () => rawClient());
    await until(() => hostile.every(({ types }) => types.length > 0));
    for (const { write } of hostile) write(Buffer.concat(Array.from({ length: 2_000 }, resume)));
    const { client } = startClient({ factsFrom: null });
    expect((await client.command(commandOf())).answer).toBe("done");
    expect(side.run.shell.factNumber).toBeLessThan(50_000);
    expect(hostile.some(({ closed }) => closed())).toBe(false);
  });

  it("keeps a client that keeps to its pace, while more flood it than it has places, and come back when cut", async () => {
    const { control } = await startEngine();
    let reconnects = 0;
    let isOver = false;
    const flood = Buffer.concat(Array.from({ length: 100 }, resume));
    const attack = () => {
      if (isOver) return;
      const socket = connect(path, () => socket.write(flood));
      socket.on("error", () => undefined);
      socket.resume();
      socket.on("close", () => {
        reconnects++;
        setTimeout(attack, 10);
      });
      cleanups.push(() => socket.destroy());
    };
    cleanups.push(() => {
      isOver = true;
    });
    for (let i = 0; i < clientsMax + 16; i++) attack();
    await until(() => control.clientCount === clientsMax && reconnects > 100);
    const { client, downs } = startClient({ factsFrom: null, views: false });
    for (let i = 0; i < 20; i++) expect((await client.command(commandOf())).answer).toBe("done");
    expect(downs).toEqual([]);
  });

  it("lets a kill in while everybody's places are taken by clients that never subscribed", async () => {
    const { control, reports } = await startEngine();
    const idle = Array.from({ length: clientsMax }, () => rawClient());
    await until(() => control.clientCount === clientsMax && idle.every(({ types }) => types.length > 0));
    const { client } = startClient({ factsFrom: null });
    expect((await client.command(commandOf())).answer).toBe("done");
    expect(control.clientCount).toBe(clientsMax);
    // Whoever is cut hears of it a little later, so that a crowd does not come back at once.
    await until(() => idle.some(({ closed }) => closed()));
    expect(idle.filter(({ closed }) => closed())).toHaveLength(1);
    expect(reports.join("\n")).toMatch(/64 clients are connected, at most 64/);
  });

  it("lets a kill in while everybody's places are taken by clients that subscribed, and cuts none that it serves", async () => {
    const { run } = await startEngine();
    const subscribed: ReturnType<typeof rawClient>[] = [];
    for (let i = 0; i < clientsMax; i++) {
      const next = rawClient();
      subscribed.push(next);
      await until(() => next.types.length > 0);
      next.write(encodeJsonFrame(frameTypes.subscribe, { factsFrom: 1, views: false }));
      // A status comes to those whose subscription was read.
      await until(() => next.types.includes(frameTypes.status));
    }
    for (let i = 0; i < 5; i++) {
      const { client } = startClient({ factsFrom: null, views: false });
      expect((await client.command(commandOf())).answer).toBe("done");
    }
    expect(run.shell.factNumber).toBe(6);
    expect(subscribed.slice(0, servedMax).some(({ closed }) => closed())).toBe(false);
    const told = (from: number, to: number) =>
      subscribed.slice(from, to).filter(({ types }) => types.includes(frameTypes.facts)).length;
    await until(() => told(0, servedMax) === servedMax);
    expect(told(servedMax, clientsMax)).toBe(0);
  });

  it("serves the next one that subscribed when a client ends", async () => {
    const { run } = await startEngine();
    const before = Array.from({ length: servedMax }, () => rawClient());
    await until(() => before.every(({ types }) => types.length > 0));
    for (const { write } of before) write(encodeJsonFrame(frameTypes.subscribe, { factsFrom: null, views: false }));
    await until(() => before.every(({ types }) => types.includes(frameTypes.status)));
    const statuses: number[] = [];
    const { client, facts } = startClient({ onStatus: ({ factNumber }) => statuses.push(factNumber) });
    await until(() => statuses.length > 1);
    expect((await client.command(commandOf())).answer).toBe("done");
    expect(facts).toEqual([]);
    before[7].end();
    await until(() => facts.length === run.shell.factNumber);
  });

  it.each([
    ["subscribe", encodeJsonFrame(frameTypes.subscribe, { factsFrom: 1, views: true })],
    ["say nothing", Buffer.alloc(0)],
  ])(
    "takes every kill while a program holds all places with clients that %s, and comes back at once",
    async (_, words) => {
      const { control, reports } = await startEngine();
      const attack = spawn(process.execPath, ["-e", attackProgram, path, words.toString("hex"), `${clientsMax + 64}`]);
      cleanups.push(() => attack.kill("SIGKILL"));
      await until(() => control.clientCount >= clientsMax && reports.some((text) => /\d\d cut/.test(text)));
      for (let i = 0; i < 10; i++) {
        const { client } = startClient({ factsFrom: null, views: false });
        expect((await client.command(commandOf())).answer).toBe("done");
        client.close();
      }
    },
  );

  it("reads a client that floods it at its pace, and answers the others meanwhile", async () => {
    const { run } = await startEngine();
    const hostile = rawClient();
    await until(() => hostile.types.length > 0);
    const flood = 20 * framesPerSecondMax;
    for (let i = 0; i < flood; i++) hostile.write(resume());
    const { client } = startClient({ factsFrom: null });
    for (let i = 0; i < 5; i++) expect((await client.command(commandOf())).answer).toBe("done");
    expect(run.shell.factNumber).toBeLessThan(flood / 2);
    expect(hostile.closed()).toBe(false);
  });

  it("removes a socket file that nobody answers at, but neither a running engine's nor another file", async () => {
    const leave =
      "require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))";
    spawnSync(process.execPath, ["-e", leave, path]);
    expect(statSync(path).isSocket()).toBe(true);
    const side = await startEngine();
    const second = new ControlSocket(side.publisher, () => undefined);
    await expect(second.listen(path)).rejects.toThrow(/running already/);
    const other = join(directory, "a-file");
    writeFileSync(other, "mine");
    chmodSync(other, 0o644);
    await expect(second.listen(other)).rejects.toThrow(/is no socket/);
    expect(existsSync(other)).toBe(true);
  });
});
