import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { bareChildConfig } from "../runtime/testing/bare-child-config";
import { ChildProcessRunner } from "./child-process-runner";

const folder = mkdtempSync(path.join(tmpdir(), "heliograph-child-"));
afterAll(() => rmSync(folder, { recursive: true }));

const config = bareChildConfig({ name: "web", dataDirectory: folder });

/** A child of a supervisor whose disk gets full: neither its state nor its log can be written any more. */
async function start() {
  const file = path.join(folder, "heliograph-child.mjs");
  writeFileSync(
    file,
    `process.on("message", (order) => { if (order.type === "stop") process.exit(0); });
     process.send({ type: "ready", text: "ready" });`,
  );
  const logs = path.join(folder, "logs");
  mkdirSync(logs, { recursive: true });
  const said: string[] = [];
  let isFull = false;
  const runner = new ChildProcessRunner(
    config,
    file,
    path.join(logs, "web.log"),
    (text) => said.push(text),
    () => {
      if (isFull) throw new Error("ENOSPC: no space left on device, write");
    },
  );
  expect(await runner.start()).toBeNull();
  isFull = true;
  rmSync(logs, { recursive: true });
  return { runner, said };
}

it("a child is stopped in order though its state cannot be written down", async () => {
  const { runner, said } = await start();
  const { pid } = runner;
  try {
    await runner.stop(10_000);
    expect([runner.state, runner.pid]).toEqual(["stopped", 0]);
    expect(said.join("\n")).toContain("ENOSPC");
  } finally {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has stopped.
    }
  }
});

it("a child that crashes is restarted though neither its state nor its log can be written", async () => {
  const { runner } = await start();
  const { pid } = runner;
  process.kill(pid, "SIGKILL");
  for (const end = Date.now() + 10_000; !(runner.state === "running" && runner.pid !== pid); ) {
    if (Date.now() > end) throw new Error(`it was not restarted, it is ${runner.state}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await runner.stop(10_000);
}, 20_000);
