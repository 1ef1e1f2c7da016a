import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { factsFile } from "../journal/facts-log";
import { Watchdog } from "../ops/watchdog";
import { ControlSocket } from "./control-socket";
import { type EngineAnswer, type EngineStatus, frameTypes } from "./engine-link";
import { decodeJsonPayload, FrameReader } from "./engine-link-frames";
import { Publisher, type PublisherClient } from "./publisher";
import { SharedCounters } from "./shared-counters";
import { createSharedViews, SharedViewReader } from "./shared-views";
import { helloOf } from "./testing/hello-of";
import { startTestRun, temporaryDirectory } from "./testing/run-fixture";

let directory: string;
let cleanups: (() => void)[] = [];
/** How far the wall clock has been set off. */
let steppedMs = 0;

beforeEach(() => {
  const temporary = temporaryDirectory();
  directory = temporary.path;
  cleanups = [temporary.remove];
  steppedMs = 0;
  const { now } = Date;
  vi.spyOn(Date, "now").mockImplementation(() => now() + steppedMs);
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const cleanup of cleanups.reverse()) cleanup();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A toy engine whose time moves, with its publisher. Commands are never stepped. */
function startPublisher() {
  const counters = new SharedCounters();
  const counts = { instrument: 0, listing: 0, strategy: 2, pair: 0, venue: 0, desk: 1, limit: 0, refusal: 0 };
  const run = startTestRun({
    directory: join(directory, "engine"),
    shell: { onCommitted: (length, number) => counters.commitFacts(length, number) },
  });
  const publisher = new Publisher({
    hello: helloOf(run.recovered),
    dayStartMs: 0,
    views: new SharedViewReader(createSharedViews(counts)),
    counters,
    factsFile: factsFile(run.recovered.directory),
    report: () => undefined,
    forward: () => undefined,
  });
  const timer = setInterval(() => {
    run.shell.tick();
    counters.setStatus(run.shell.timeNs, run.shell.inputCount, 0);
  }, 20);
  publisher.start();
  cleanups.push(() => {
    clearInterval(timer);
    publisher.close();
    run.shell.stop();
  });
  return publisher;
}

/** A client that reads everything. */
class Listener implements PublisherClient {
  waiting = 0;
  taken = 0;
  readonly statuses: EngineStatus[] = [];
  readonly answers: EngineAnswer[] = [];
  private readonly reader = new FrameReader();
  send(frame: Buffer): void {
    this.taken += frame.length;
    this.reader.push(frame, (type, payload) => {
      if (type === frameTypes.status) this.statuses.push(decodeJsonPayload(payload) as EngineStatus);
      if (type === frameTypes.answer) this.answers.push(decodeJsonPayload(payload) as EngineAnswer);
    });
  }
  cut(): void {}
}

it("the engine tells its status on when the wall clock is set back", async () => {
  const publisher = startPublisher();
  const client = new Listener();
  publisher.subscribe(client, { factsFrom: null, views: false });
  await pause(1_300);
  const before = client.statuses.length;
  steppedMs = -3_600_000;
  await pause(2_500);
  expect(client.statuses.length - before).toBeGreaterThanOrEqual(2);
});

it("the watchdog withdraws nothing when the wall clock is set back", async () => {
  const publisher = startPublisher();
  const address = join(directory, "engine.sock");
  const control = new ControlSocket(publisher, () => undefined);
  await control.listen(address);
  const reports: string[] = [];
  const watchdog = new Watchdog({
    engineAddress: address,
    orderPorts: [],
    report: (text) => reports.push(text),
    limits: { silentMsMax: 2_500, goneMsMax: 5_000 },
  });
  cleanups.push(() => {
    watchdog.close();
    control.close();
  });
  watchdog.start();
  await pause(1_500);
  expect(reports).toEqual([]);
  steppedMs = -60_000;
  await pause(4_500);
  expect(reports).toEqual([]);
}, 15_000);

it("a kill under way is not answered as undone when the wall clock is set forward", async () => {
  const publisher = startPublisher();
  const client = new Listener();
  const outline = {
    command: "kill",
    scope: "all",
    target: -1,
    detail: 0,
    role: "risk",
    actor: "ann",
    reason: "",
  } as const;
  publisher.command(client, "00000000-0000-4000-8000-000000000001", new Uint8Array(0), outline);
  steppedMs = 3_600_000;
  await pause(200);
  expect(client.answers).toEqual([]);
});
