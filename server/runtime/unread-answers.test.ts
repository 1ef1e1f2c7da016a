import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { factsFile } from "../journal/facts-log";
import { ControlSocket } from "./control-socket";
import { frameTypes } from "./engine-link";
import { encodeJsonFrame } from "./engine-link-frames";
import { Publisher } from "./publisher";
import { SharedCounters } from "./shared-counters";
import { createSharedViews, SharedViewReader } from "./shared-views";
import { helloOf } from "./testing/hello-of";
import { startTestRun, temporaryDirectory } from "./testing/run-fixture";

let directory: string;
let cleanups: (() => void)[] = [];

beforeEach(() => {
  const temporary = temporaryDirectory();
  directory = temporary.path;
  cleanups = [temporary.remove];
});
afterEach(() => {
  for (const cleanup of cleanups.reverse()) cleanup();
});

it("a client that never subscribes, asks on and reads no answer is cut", async () => {
  const counts = { instrument: 0, listing: 0, strategy: 0, pair: 0, venue: 0, desk: 1, limit: 0, refusal: 0 };
  const run = startTestRun({ directory: join(directory, "engine") });
  const publisher = new Publisher({
    hello: helloOf(run.recovered),
    dayStartMs: 0,
    views: new SharedViewReader(createSharedViews(counts)),
    counters: new SharedCounters(),
    factsFile: factsFile(run.recovered.directory),
    report: () => undefined,
    forward: () => undefined,
  });
  const reports: string[] = [];
  const control = new ControlSocket(publisher, (text) => reports.push(text));
  const path = join(directory, "engine.sock");
  await control.listen(path);
  publisher.start();
  // Every key that a playback request may not have comes back in the answer's words.
  const frame = encodeJsonFrame(frameTypes.playbackRequest, {
    id: "x",
    request: { action: "play", ["k".repeat(15_000)]: 1 },
  });
  const socket = connect(path);
  socket.on("error", () => undefined);
  socket.pause();
  const timer = setInterval(() => {
    for (let i = 0; i < 4; i++) if (socket.writableLength < 1 << 20) socket.write(frame);
  }, 10);
  cleanups.push(() => {
    clearInterval(timer);
    socket.destroy();
    publisher.close();
    control.close();
    run.shell.stop();
  });
  const clients = (control as unknown as { clients: Map<{ waiting: number }, unknown> }).clients;
  let most = 0;
  for (let i = 0; i < 60; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (const { waiting } of clients.keys()) most = Math.max(most, waiting);
    if (reports.length > 0) break;
  }
  expect(most).toBeLessThan(2 << 20);
  expect(reports).toEqual([expect.stringMatching(/client cut: .* bytes wait for it/)]);
}, 15_000);
