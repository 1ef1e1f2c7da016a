import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { getPriority, tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { ChildName } from "../runtime/child-contract";
import { bareChildConfig } from "../runtime/testing/bare-child-config";
import { ChildProcessRunner } from "./child-process-runner";

const folder = mkdtempSync(path.join(tmpdir(), "heliograph-child-"));
afterAll(() => rmSync(folder, { recursive: true }));

const config = bareChildConfig({ name: "web", dataDirectory: folder });

let counter = 0;

/** A runner of a child with this program, and what it says. */
function runnerOf(
  program: string,
  name: ChildName = "web",
): { runner: ChildProcessRunner; said: string[]; logFile: string } {
  counter += 1;
  const file = path.join(folder, `heliograph-child-${counter}.mjs`);
  writeFileSync(file, program);
  const said: string[] = [];
  const logFile = path.join(folder, `${counter}.log`);
  const runner = new ChildProcessRunner(
    { ...config, name },
    file,
    logFile,
    (text) => said.push(text),
    () => undefined,
  );
  return { runner, said, logFile };
}

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !condition(); ) {
    if (Date.now() > end) throw new Error("it did not happen within 20 s");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const ready = `process.send({ type: "ready", text: "ready as " + JSON.parse(process.env.HELIOGRAPH_CHILD).name });`;
const stops = `process.on("message", (order) => { if (order.type === "stop") process.exit(0); });`;

describe("a child process", () => {
  it("is ready when it says so, and stops when told", async () => {
    const { runner, said } = runnerOf(`${stops} ${ready}`);
    expect(await runner.start()).toBeNull();
    expect([runner.state, said]).toEqual(["running", ["ready as web"]]);
    await runner.stop(10_000);
    expect([runner.state, runner.pid]).toEqual(["stopped", 0]);
  });

  it.each([
    ["web", 10],
    ["database", 10],
    ["engine", 0],
    ["exchange", 0],
  ] as const)("gives %s its place, also when it comes again: niceness %i", async (name, niceness) => {
    const { runner, said } = runnerOf(`${stops} ${ready}`, name);
    const wanted = Math.max(getPriority(), niceness);
    const groupOf = (pid: number) => {
      const file = `/proc/${pid}/autogroup`;
      return existsSync(file) ? Number(/nice (-?\d+)/.exec(readFileSync(file, "utf8"))?.[1]) : niceness;
    };
    const hasItsPlace = () => runner.state === "running" && getPriority(runner.pid) === wanted;
    expect(await runner.start()).toBeNull();
    await until(hasItsPlace);
    await until(() => groupOf(runner.pid) === niceness);
    if (process.platform === "linux")
      for (const thread of readdirSync(`/proc/${runner.pid}/task`)) expect(getPriority(Number(thread))).toBe(wanted);
    const { pid } = runner;
    process.kill(pid, "SIGKILL");
    await until(() => runner.pid !== 0 && runner.pid !== pid);
    await until(hasItsPlace);
    await until(() => groupOf(runner.pid) === niceness);
    expect(said.join("\n")).not.toMatch(/priority/);
    await runner.stop(10_000);
  });

  it("is restarted when it is killed", async () => {
    const { runner, said } = runnerOf(`${stops} ${ready}`);
    await runner.start();
    const first = runner.pid;
    process.kill(first, "SIGKILL");
    await until(() => runner.state === "running" && runner.pid !== first);
    expect(runner.restarts).toBe(1);
    expect(said).toContain("was ended by SIGKILL; restarting it in 250 ms");
    await runner.stop(10_000);
  });

  it("is left alone after five crashes in a minute", async () => {
    const { runner, said } = runnerOf(`${ready} setTimeout(() => process.exit(3), 10);`);
    await runner.start();
    await until(() => runner.state === "failed");
    expect(runner.restarts).toBe(4);
    expect(said.at(-1)).toContain("ended with 3; that was crash 5");
  });

  it("is killed when it does not stop in time", async () => {
    const { runner, said } = runnerOf(`${ready} process.on("message", () => undefined);`);
    await runner.start();
    await runner.stop(200);
    expect(runner.state).toBe("stopped");
    expect(said).toContain("did not stop within 0.2 s: killed");
  });

  it("that fails before it was ever ready is not restarted, and says why", async () => {
    const { runner } = runnerOf(
      `process.send({ type: "failed", text: "found nothing, expected something" }, () => process.exit(1));`,
    );
    expect(await runner.start()).toBe("found nothing, expected something");
    expect(runner.state).toBe("failed");
  });

  it("that throws before it was ever ready leaves the end of its log", async () => {
    const { runner, logFile } = runnerOf(`throw new Error("broken beyond repair");`);
    expect(await runner.start()).toContain("broken beyond repair");
    expect(readFileSync(logFile, "utf8")).toContain("broken beyond repair");
  });
});
