import { describe, expect, it } from "vitest";
import { runCrashTest } from "../../tools/crash-test/run";

describe("real processes killed at random instants, under load", () => {
  it("ten kills lose, invent and double nothing: venues, facts log and store agree", { timeout: 600_000 }, async () => {
    const result = await runCrashTest({ kills: 10, seed: 1, killsPerCheck: 10, report: () => undefined });
    expect(result.problems).toEqual([]);
    expect(result.kills).toBe(10);
    expect(result.fills).toBeGreaterThan(0);
  });
});
