import { describe, expect, it } from "vitest";
import { strategyStates } from "@/domain/strategy";
import { blockedReason, strategyActions } from "./strategy-actions";

describe("what a person may do with a strategy", () => {
  const allowed = (state: (typeof strategyStates.names)[number], halted = false) =>
    strategyActions.filter((action) => blockedReason(action, { state, killed: state === "killed" }, halted) === null);

  it("follows its state", () => {
    expect(allowed("stopped")).toEqual(["approve", "kill"]);
    expect(allowed("running")).toEqual(["pause", "kill"]);
    expect(allowed("paused")).toEqual(["resume", "kill"]);
    expect(allowed("killed")).toEqual(["release"]);
  });

  it("never bars a kill, also while the desk is halted", () => {
    for (const state of strategyStates.names)
      if (state !== "killed") expect(allowed(state, true), state).toContain("kill");
  });

  it("adds no risk while the desk is halted", () => {
    expect(allowed("stopped", true)).not.toContain("approve");
    expect(allowed("paused", true)).not.toContain("resume");
  });

  it("gives a reason wherever it says no", () => {
    for (const state of strategyStates.names)
      for (const action of strategyActions)
        expect(
          blockedReason(action, { state, killed: false }, false)?.length ?? 1,
          `${action} ${state}`,
        ).toBeGreaterThan(0);
  });
});
