import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { getPriority } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { ownThreadId, realTimePriority, setNiceness, setPriorityOf, setRealTime } from "./process-priority";
import { hasCores, mayRealTime, realTimeOf } from "./testing/real-time";

const isLinux = process.platform === "linux";
let children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children = [];
});

function sleeper(): number {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore", detached: true });
  children.push(child);
  if (child.pid === undefined) throw new Error("no process");
  return child.pid;
}

describe.skipIf(!isLinux)("priorities", () => {
  it("puts a process that serves people behind, with every thread", async () => {
    const pid = sleeper();
    await setPriorityOf("web", pid);
    for (const thread of readdirSync(`/proc/${pid}/task`)) expect(getPriority(Number(thread))).toBe(10);
  });

  it("takes nothing back that a process has given up", async () => {
    const pid = sleeper();
    await setNiceness(pid, 19);
    await setPriorityOf("database", pid);
    expect(getPriority(pid)).toBe(19);
  });

  it("leaves engine and exchange to themselves", async () => {
    const pid = sleeper();
    await setPriorityOf("engine", pid);
    await setPriorityOf("exchange", pid);
    expect(getPriority(pid)).toBe(0);
    expect(realTimeOf(pid)).toEqual({ priority: 0, isRoundRobin: false });
  });

  it.skipIf(!mayRealTime)("puts the watchdog before all that it watches", async () => {
    const pid = sleeper();
    expect(await setPriorityOf("watchdog", pid)).toBe(null);
    expect(realTimeOf(pid)).toEqual({ priority: 3, isRoundRobin: true });
    expect(realTimePriority.watchdog).toBeGreaterThan(realTimePriority.engineWorker);
    expect(realTimePriority.engineWorker).toBeGreaterThan(realTimePriority.engineMain);
  });

  it("says in words what is not possible, and nothing of a process that is gone", async () => {
    const pid = sleeper();
    expect(await setRealTime(pid, 100)).toMatch(hasCores ? /priority/ : /one core/);
    children[0].kill("SIGKILL");
    await new Promise((resolve) => children[0].once("exit", resolve));
    if (hasCores) expect(await setRealTime(pid, 1)).toBe(null);
    expect(await setNiceness(pid, 10)).toBe(null);
  });

  it("knows its own thread", () => {
    expect(readdirSync("/proc/self/task")).toContain(`${ownThreadId()}`);
  });
});
