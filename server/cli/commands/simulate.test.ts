import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import type { Engine } from "../../engine/engine";
import { type FaultKind, faultKinds } from "../../simulation/fault-plan";
import { emptySummary } from "../../simulation/run-seeds";
import { runWorld } from "../../simulation/world";
import { readInput } from "../command";
import { type SimulateChanges, simulateCommand } from "./simulate";

const countsSchema = z.looseObject({
  seeds: z.int(),
  failed: z.array(z.int()),
  struck: z.record(z.string(), z.int()),
  orders: z.int(),
  fills: z.int(),
  runs: z.int(),
});

/**
 * What the command does with a command line as a person types it: its exit code, and its lines but those on how far it is,
 * which a slow machine prints more of.
 */
async function simulate(line: string, changes: SimulateChanges = {}) {
  const printed: string[] = [];
  vi.spyOn(console, "log").mockImplementation((text: string) => void printed.push(text));
  const command = simulateCommand(changes);
  const exitCode = await command.run(readInput(command, line.split(" ")));
  const lines = printed.filter((text) => !/^\d+ of \d+ seeds, \d+ failed$/.test(text));
  const summary = lines.at(-1)?.startsWith("{") ? countsSchema.parse(JSON.parse(lines.at(-1) ?? "")) : null;
  return { exitCode, lines, summary };
}

/** An engine with a mistake that only a bust brings out. */
const ignoresBusts = (engine: Engine): void => void Object.assign(engine.fills, { onBroken: () => undefined });
const worldOf = (seed: number, kinds: readonly FaultKind[]) => runWorld({ seed, kinds });

afterEach(() => {
  vi.restoreAllMocks();
});

describe("heliograph simulate", () => {
  it("runs the seeds asked for, under the faults asked for, and sums them up, in one process or in two", async () => {
    const { exitCode, lines, summary } = await simulate("--seeds 2 --from 5 --faults busts --json");
    const worlds = [worldOf(5, ["busts"]), worldOf(6, ["busts"])];
    expect(exitCode).toBe(0);
    expect(summary).toMatchObject({
      seeds: 2,
      failed: [],
      orders: worlds.reduce((sum, { orders }) => sum + orders, 0),
      fills: worlds.reduce((sum, { fills }) => sum + fills, 0),
    });
    const busts = worlds.reduce((sum, { struck }) => sum + struck.busts, 0);
    expect(busts).toBeGreaterThan(0);
    for (const kind of faultKinds.names)
      expect([kind, summary?.struck[kind]]).toEqual([kind, kind === "busts" ? busts : 0]);
    expect(lines[0]).toMatch(/^\| 2 seeds, 0\.\d simulated hours, 0 breaks$/);

    // Two processes come to the same, with each seed run once.
    const shared = await simulate("--seeds 2 --from 5 --faults busts --workers 2 --json");
    expect(shared.exitCode).toBe(0);
    expect({ ...shared.summary, processorSeconds: 0 }).toEqual({ ...summary, processorSeconds: 0 });
  });

  it("runs all faults from seed 1 where nothing else is asked for, and prints JSON only when asked", async () => {
    const { lines, summary } = await simulate("--seeds 1");
    expect(summary).toBeNull();
    const { orders, replaces, cancels, fills, brokenFills, struck } = runWorld({ seed: 1 });
    expect(lines[2]).toBe(
      `| ${orders} orders, ${replaces} replaces, ${cancels} cancels, ${fills} fills, ${brokenFills} of them broken`,
    );
    expect(lines.at(-1)).toBe(
      `| faults: ${faultKinds.names.map((kind) => `${kind} ${struck[kind].toLocaleString("en")}`).join(", ")}`,
    );
  });

  it("tells a failure: how to run it again, the least that still fails, what was broken, the last events in words", async () => {
    const { exitCode, lines, summary } = await simulate("--seeds 1 --from 3 --faults busts,cut --json", {
      alter: ignoresBusts,
    });
    expect(exitCode).toBe(1);
    expect(summary).toMatchObject({ seeds: 1, failed: [3] });
    expect(lines[0]).toBe("seed 3 fails; again: bin/heliograph simulate --seeds 1 --from 3 --faults busts,cut");
    const least = /^ {2}least that still fails \(\d+ tries\): ([\d.]+) s of market, 1 faults$/.exec(lines[1] ?? "");
    expect(Number(least?.[1])).toBeLessThan(30);
    expect(lines[2]).toMatch(/^ {4}[\d.]+ s venue [01] breaks its fill \d from the end$/);
    expect(lines[3]).toMatch(/^ {2}broken: every execution is a fill: .+ \(at [\d.]+ s\)$/);
    const events = lines.slice(lines.indexOf("  last events:") + 1).filter((event) => event.startsWith("    "));
    expect(events.length).toBeGreaterThan(5);
    for (const event of events) expect(event).toMatch(/^ {4}[\d.]+ s #\d+ [a-z]/);
    expect(events.join("\n")).toMatch(/ (buys|sells|fill|order) /);
    expect(lines).toContainEqual(expect.stringMatching(/^\| 1 seeds, .* FAILED: 3$/));
  });

  it("tells a failure that does not come again, too, with what was seen of it", async () => {
    // The first run of the world makes one engine.
    let engines = 0;
    const alter = (engine: Engine): void => {
      if (engines++ < 1) Object.assign(engine.fills, { onExecuted: () => undefined });
    };
    const { exitCode, lines } = await simulate("--seeds 1 --from 10", { alter });
    expect(exitCode).toBe(1);
    expect(lines[0]).toBe("seed 10 fails; again: bin/heliograph simulate --seeds 1 --from 10");
    expect(lines[1]).toMatch(/^ {2}run again it did not fail/);
    expect(lines[2]).toMatch(/^ {2}broken: /);
    expect(lines).toContain("  last events:");
    expect(lines).toContainEqual(expect.stringMatching(/^\| 1 seeds, .* FAILED: 10$/));
  });

  it("names a fault that it does not know, and the nearest one", async () => {
    await expect(simulate("--faults cut,busst")).rejects.toThrow(
      '--faults: unknown fault "busst"; did you mean busts?',
    );
  });
});

describe("the workers of heliograph simulate", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "simulate-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A stand-in for a worker: says which command line it got, then what `then` does. */
  function worker(then: string): SimulateChanges {
    const workerFile = join(folder, "worker.mjs");
    writeFileSync(workerFile, `const parts = process.argv.slice(2);\nconsole.log(parts.join(" "));\n${then}\n`);
    return { workerFile };
  }

  it("gives each worker its share of the seeds and the faults in force, passes on what it says, and fails when one does", async () => {
    const summaryOf = `
      const count = Number(parts[2]), from = Number(parts[4]);
      const empty = ${JSON.stringify(emptySummary())};
      console.log(JSON.stringify({ ...empty, seeds: count, failed: from === 13 ? [14] : [], orders: 1 }));
      process.exitCode = 1;`;
    const { exitCode, lines, summary } = await simulate(
      "--seeds 7 --from 10 --workers 3 --faults cut --json",
      worker(summaryOf),
    );
    expect(exitCode).toBe(1);
    expect(summary).toMatchObject({ seeds: 7, failed: [14], orders: 3 });
    expect(lines.filter((line) => line.startsWith("worker")).sort()).toEqual([
      "worker 1: simulate --seeds 3 --from 10 --json --faults cut",
      "worker 2: simulate --seeds 3 --from 13 --json --faults cut",
      "worker 3: simulate --seeds 1 --from 16 --json --faults cut",
    ]);
  });

  it("sums up what its workers have done when it is told to end", async () => {
    const until = `
      import { writeFileSync } from "node:fs";
      const alive = setInterval(() => undefined, 1_000);
      process.once("SIGTERM", () => {
        console.log(JSON.stringify({ ...${JSON.stringify(emptySummary())}, seeds: 3 }));
        clearInterval(alive);
      });
      writeFileSync(${JSON.stringify(folder)} + "/begun-" + parts[4], "");`;
    const before = process.listeners("SIGTERM");
    const running = simulate("--seeds 100 --workers 2 --json", worker(until));
    while (readdirSync(folder).filter((name) => name.startsWith("begun")).length < 2) await sleep(10);
    const [told] = process.listeners("SIGTERM").filter((listener) => !before.includes(listener));
    told?.("SIGTERM");
    const { exitCode, summary } = await running;
    expect(exitCode).toBe(0);
    expect(summary).toMatchObject({ seeds: 6, failed: [] });
    expect(process.listeners("SIGTERM")).toEqual(before);
  });

  it("does not take a worker that ended without a summary for one that found nothing", async () => {
    // Each ends only once both have begun: the command waits for no other when one has failed it.
    const silent = `
      import { readdirSync, writeFileSync } from "node:fs";
      const folder = ${JSON.stringify(folder)};
      writeFileSync(folder + "/begun-" + parts[4], "");
      const bothBegan = () => readdirSync(folder).filter((name) => name.startsWith("begun")).length === 2;
      for (let tries = 0; tries < 1_000 && !bothBegan(); tries++) await new Promise((resolve) => setTimeout(resolve, 10));`;
    await expect(simulate("--seeds 2 --workers 2", worker(silent))).rejects.toThrow(
      /^worker [12] ended without a summary$/,
    );
  });
});
