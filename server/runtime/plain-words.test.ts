import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { commandHeaderLength } from "../machine/command-record";
import { EngineLinkClient } from "./engine-link-client";
import { openBareControl } from "./testing/bare-control";
import { temporaryDirectory } from "./testing/run-fixture";

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
  const passedOn: Uint8Array[] = [];
  const { address, close } = await openBareControl(directory, (bytes) => passedOn.push(bytes));
  const client = new EngineLinkClient({ address, factsFrom: null, views: false });
  client.start();
  cleanups.push(() => {
    client.close();
    close();
  });
  const words = { actor: "ann\u001fof risk", reason: "stop\u0000it" };
  void client.command({ id: randomUUID(), command: "kill", scope: "all", target: -1, role: "trader", ...words });
  for (const end = Date.now() + 5_000; passedOn.length === 0 && Date.now() < end; )
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(passedOn.map((bytes) => Buffer.from(bytes.subarray(commandHeaderLength)).toString())).toEqual([
    "ann of riskstop it",
  ]);
});
