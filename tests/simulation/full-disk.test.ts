import { describe, expect, it } from "vitest";
import { commandKinds } from "../../domain/command";
import type { Fault } from "../../server/simulation/fault-plan";
import { runWorld } from "../../server/simulation/world";

/** No room for the logs from the tenth second on, for eight seconds. */
const fullDisk = (depth: number): Fault => ({ kind: "fullDisk", atNs: 10e9, downNs: 8e9, depth });

describe("when a log cannot be written", () => {
  it.each([1, 2, 5])("seed %i: no new risk, cancels out of the reserve, the reason told, and no restart", (seed) => {
    const world = runWorld({ seed, plan: [fullDisk(0.5)] });
    expect(world.breaks).toEqual([]);
    expect(world.runs).toBe(1);
    const halt = world.recent.find((fact) => fact.kind === "command" && fact.command === commandKinds.code.kill);
    expect(halt?.text).toContain("no space left on device");
    // The world's own check has it that nothing is sent under the halt; here, that nothing was decided either.
    const after = world.recent.filter((fact) => fact.number > (halt?.number ?? 0));
    expect(after.filter((fact) => fact.kind === "orderSubmitted" || fact.kind === "orderReplaceSent")).toEqual([]);
    expect(after.some((fact) => fact.kind === "orderCancelled")).toBe(true);
  });

  it("with the reserve used up too the shell halts with its last words, and the next start finds nothing open", () => {
    const world = runWorld({ seed: 3, plan: [fullDisk(0.1)] });
    expect(world.breaks).toEqual([]);
    expect(world.runs).toBe(2);
  });
});
