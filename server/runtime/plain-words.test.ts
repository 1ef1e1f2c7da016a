import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { factsFile } from "../journal/facts-log";
import { commandHeaderLength } from "../machine/command-record";
import { ControlSocket } from "./control-socket";
import { EngineLinkClient } from "./engine-link-client";
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

it("a kill whose words hold control characters is passed on, without them", async () => {
  const counts = { instrument: 0, listing: 0, strategy: 0, pair: 0, venue: 0, desk: 1, limit: 0, refusal: 0 };
  const run = startTestRun({ directory: join(directory, "engine") });
  const passedOn: Uint8Array[] = [];
  const publisher = new Publisher({
    hello: helloOf(run.recovered),
    dayStartMs: 0,
    views: new SharedViewReader(createSharedViews(counts)),
    counters: new SharedCounters(),
    factsFile: factsFile(run.recovered.directory),
    report: () => undefined,
    forward: (bytes) => passedOn.push(bytes),
  });
  const control = new ControlSocket(publisher, () => undefined);
  const address = join(directory, "engine.sock");
  await control.listen(address);
  const client = new EngineLinkClient({ address, factsFrom: null, views: false });
  client.start();
  cleanups.push(() => {
    client.close();
    publisher.close();
    control.close();
    run.shell.stop();
  });
  const words = { actor: "ann\u001fof risk", reason: "stop\u0000it" };
  void client.command({ id: randomUUID(), command: "kill", scope: "all", target: -1, role: "trader", ...words });
  for (const end = Date.now() + 5_000; passedOn.length === 0 && Date.now() < end; )
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(passedOn.map((bytes) => Buffer.from(bytes.subarray(commandHeaderLength)).toString())).toEqual([
    "ann of riskstop it",
  ]);
});
