import { describe, expect, it } from "vitest";
import { commandKinds, roles, scopes } from "../../domain/command";
import type { Engine } from "../../server/engine/engine";
import type { CrashPoint, Fault } from "../../server/simulation/fault-plan";
import { runWorld } from "../../server/simulation/world";

const restarts = 100;
const killNs = 2e9;
/** Between two crashes; the engine is away for a fifth of it. */
const everyNs = 130e6;
/** Points that every turn passes, so that each crash comes at once. */
const points: readonly CrashPoint[] = ["beforeInputs", "withinInputs", "afterInputs"];

const command = (
  atNs: number,
  name: keyof typeof commandKinds.code,
  scope: "all" | "strategy",
  target: number,
): Fault => ({
  kind: "commands",
  atNs,
  command: commandKinds.code[name],
  scope: scopes.code[scope],
  target,
  role: roles.code[name === "kill" ? "risk" : "trader"],
});

/** A kill of everything under load, then one crash after another; each time somebody wants to trade on. */
const plan: Fault[] = [command(killNs, "kill", "all", -1)];
for (let i = 0; i < restarts; i++) {
  const atNs = killNs + (i + 1) * everyNs;
  plan.push({ kind: "crash", atNs, downNs: 25e6, point: points[i % points.length], depth: (i * 7) % 10 ? 0.5 : 0.1 });
  plan.push(command(atNs + 80e6, "resume", "strategy", i % 2));
  plan.push(command(atNs + 85e6, "approve", "strategy", i % 2));
}

describe("a kill of everything", () => {
  it("stands after a hundred restarts of the engine out of its logs, and no order leaves in any of its runs", () => {
    const engines: Engine[] = [];
    const world = runWorld({
      seed: 4,
      plan,
      marketNs: killNs + (restarts + 8) * everyNs,
      alter: (engine) => engines.push(engine),
    });
    // The world holds each run to it that nothing but cancels is sent under a halt.
    expect(world.breaks).toEqual([]);
    expect(world.struck.crash).toBe(restarts);
    expect(world.runs).toBe(restarts + 1);
    expect(world.orders).toBeGreaterThan(0);
    // What each run knew when it died, and the last one at the end.
    expect(engines).toHaveLength(restarts + 1);
    expect(engines.map((engine) => engine.kills.isHalted)).toEqual(engines.map(() => true));
    expect(engines.map((engine) => engine.strategyStates.isRunning(0) || engine.strategyStates.isRunning(1))).toEqual(
      engines.map(() => false),
    );
  });
});
