import { describe, expect, it } from "vitest";
import { blockedReason } from "@/components/strategy/strategy-actions";
import type { StrategyState } from "@/domain/strategy";
import type { ReferencePayload, StrategyRow } from "@/protocol/topics";
import { strategyEntries } from "./strategy-entries";

const strategy = { id: 0, name: "pairs" } as ReferencePayload["strategies"][number];

function offered(state: StrategyState, halted = false): string[] {
  const rows = [{ id: 0, state, killed: state === "killed" } as StrategyRow];
  return strategyEntries([strategy], rows, (action, row) => blockedReason(action, row, halted))
    .filter((entry) => entry.blocked === null)
    .map((entry) => entry.text);
}

describe("the palette's strategies", () => {
  it("offer what the buttons would do in that state", () => {
    expect(offered("stopped")).toEqual(["Show pairs", "Kill pairs…", "Approve pairs…"]);
    expect(offered("running")).toEqual(["Show pairs", "Pause pairs", "Kill pairs…"]);
    expect(offered("paused")).toEqual(["Show pairs", "Kill pairs…", "Resume pairs"]);
    expect(offered("killed")).toEqual(["Show pairs", "Release pairs…"]);
  });

  it("let risk be removed and not be added while the desk is halted", () => {
    expect(offered("running", true)).toEqual(["Show pairs", "Pause pairs", "Kill pairs…"]);
    expect(offered("stopped", true)).toEqual(["Show pairs", "Kill pairs…"]);
  });

  it("can be killed, and nothing else, while their state is not known", () => {
    const entries = strategyEntries([strategy], [], () => null);
    expect(entries.map((entry) => entry.text)).toEqual(["Show pairs", "Kill pairs…"]);
  });

  it("say why a killed one cannot be killed again", () => {
    const rows = [{ id: 0, state: "killed", killed: true } as StrategyRow];
    const entries = strategyEntries([strategy], rows, (action, row) => blockedReason(action, row, false));
    expect(entries.find((entry) => entry.action === "kill")?.blocked).toBe("Killed already");
  });
});
