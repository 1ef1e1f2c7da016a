import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Fact } from "../../domain/facts";
import type { PlaybackState } from "../../domain/playback";
import { factsFile } from "../journal/facts-log";
import { ControlSocket, type PlaybackTaker } from "./control-socket";
import { type EngineAnswer, type EngineHello, type EnginePlaybackRequest, frameTypes } from "./engine-link";
import { EngineLinkClient } from "./engine-link-client";
import { decodeJsonPayload, encodeJsonFrame, FrameReader } from "./engine-link-frames";
import { Publisher } from "./publisher";
import { SharedCounters } from "./shared-counters";
import { createSharedViews, SharedViewReader } from "./shared-views";
import { helloOf } from "./testing/hello-of";
import { startTestRun, temporaryDirectory } from "./testing/run-fixture";

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

/** The publisher of a run with a journal of its own. */
function publisherOf(name: string): Publisher {
  const counters = new SharedCounters();
  const run = startTestRun({ directory: join(directory, name), today: "2026-11-20" });
  const { recovered } = run;
  counters.commitFacts(recovered.facts.fileLength, 0);
  const publisher = new Publisher({
    hello: helloOf(recovered),
    dayStartMs: 0,
    views: new SharedViewReader(
      createSharedViews({ instrument: 1, listing: 1, strategy: 1, pair: 1, venue: 1, desk: 1, limit: 0, refusal: 0 }),
    ),
    counters,
    factsFile: factsFile(recovered.directory),
    report: () => undefined,
    forward: () => undefined,
  });
  publisher.start();
  cleanups.push(() => {
    publisher.close();
    run.shell.stop();
  });
  return publisher;
}

async function listen(publisher: Publisher, taker: PlaybackTaker | null): Promise<ControlSocket> {
  const control = new ControlSocket(publisher, () => undefined, taker);
  await control.listen(path);
  cleanups.push(() => control.close());
  return control;
}

function startClient() {
  const hellos: EngineHello[] = [];
  const states: PlaybackState[] = [];
  const facts: Fact[] = [];
  const downs: string[] = [];
  const client = new EngineLinkClient({
    address: path,
    factsFrom: 1,
    views: false,
    onHello: (hello) => hellos.push(hello),
    onFacts: (some) => void facts.push(...some),
    onPlayback: (state) => states.push(state),
    onDown: (reason) => downs.push(reason),
  });
  client.start();
  cleanups.push(() => client.close());
  return { client, hellos, states, facts, downs };
}

async function until(what: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!what()) {
    if (Date.now() > end) throw new Error(`did not happen in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** What the engine answers to a frame that no client of ours would send. */
async function answerTo(payload: unknown): Promise<EngineAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    cleanups.push(() => socket.destroy());
    const reader = new FrameReader();
    socket.on("error", reject);
    socket.on("data", (chunk) =>
      reader.push(chunk, (type, bytes) => {
        if (type === frameTypes.answer) resolve(decodeJsonPayload(bytes) as EngineAnswer);
      }),
    );
    socket.write(encodeJsonFrame(frameTypes.playbackRequest, payload));
  });
}

describe("a wish about a replay, over the engine's socket", () => {
  it("reaches the playback as it was meant, and its answer comes back under its id", async () => {
    const taken: EnginePlaybackRequest[] = [];
    await listen(publisherOf("one"), (wish, answer) => {
      taken.push(wish);
      answer({ id: wish.id, answer: "done", text: "", factNumber: 0 });
    });
    const { client } = startClient();
    const id = randomUUID();
    const answer = await client.playback({ id, request: { action: "seek", toNs: 82_200e9 } });
    expect(answer).toMatchObject({ id, answer: "done" });
    expect(taken).toEqual([{ id, request: { action: "seek", toNs: 82_200e9 } }]);
  });

  it.each([
    ["no wish", { id: "x" }],
    ["an unknown action", { id: "x", request: { action: "rewind" } }],
    ["an unknown speed", { id: "x", request: { action: "speed", speed: "1000" } }],
    ["a place before time", { id: "x", request: { action: "seek", toNs: -1 } }],
    ["more than was asked for", { id: "x", request: { action: "play", alsoDo: "that" } }],
  ])("is refused with what is wrong with it: %s", async (_what, payload) => {
    await listen(publisherOf("one"), () => {
      throw new Error("it must not get here");
    });
    expect(await answerTo(payload)).toMatchObject({ id: "x", answer: "invalid" });
  });

  it("is refused by an engine that is live", async () => {
    await listen(publisherOf("one"), null);
    expect(await answerTo({ id: "x", request: { action: "play" } })).toMatchObject({
      answer: "invalid",
      text: "this desk is live: there is nothing to play back",
    });
  });
});

describe("a recording that begins anew", () => {
  it("greets its clients with another journal on the same connection, and they take it from its first fact", async () => {
    const control = await listen(publisherOf("one"), null);
    const { client, hellos, downs } = startClient();
    await until(() => client.connected);
    const second = publisherOf("two");
    control.serve(second);
    await until(() => hellos.length === 2);
    expect(hellos[1].journal).not.toBe(hellos[0].journal);
    await until(() => client.lastFactNumber === second.hello().lastFactNumber);
    expect(downs).toEqual([]);
  });

  it("tells every client where it stands", async () => {
    const publisher = publisherOf("one");
    await listen(publisher, null);
    const { client, states } = startClient();
    await until(() => client.connected);
    const state = { state: "paused", positionNs: 5 };
    await until(() => {
      publisher.broadcast(encodeJsonFrame(frameTypes.playback, state));
      return states.length > 0;
    });
    expect(states[0]).toEqual(state);
  });
});
