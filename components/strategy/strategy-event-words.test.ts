import { describe, expect, it } from "vitest";
import type { StrategyEvent } from "@/protocol/topics";
import { eventWords, lacksKillReason } from "./strategy-event-words";

const at = { id: 1, timeNs: 0 };

describe("a strategy's history in words", () => {
  it("says who did what and why", () => {
    const command = {
      ...at,
      kind: "command",
      command: "approve",
      answer: "done",
      actor: "anna",
      role: "trader",
    } as const;
    expect(eventWords({ ...command, scope: "strategy", reason: "looks right" })).toEqual({
      what: "Approve: done",
      who: "anna (trader)",
      why: "looks right",
    });
    expect(eventWords({ ...command, command: "kill", scope: "all", reason: "" }).what).toBe("Kill everything: done");
    expect(eventWords({ ...at, kind: "state", from: "stopped", to: "running", stage: "paper" }).what).toBe(
      "Stopped → Running",
    );
  });

  it("asks for a kill's reason until it is given or the strategy is released", () => {
    const kill = (answer: "done" | "alreadySo", reason: string, scope: "strategy" | "all" = "strategy") =>
      ({ ...at, kind: "command", command: "kill", scope, answer, actor: "anna", role: "trader", reason }) as const;
    const released: StrategyEvent = { ...at, kind: "state", from: "killed", to: "stopped", stage: "paper" };
    expect(lacksKillReason([])).toBe(false);
    expect(lacksKillReason([kill("done", "")])).toBe(true);
    expect(lacksKillReason([kill("done", "", "all")])).toBe(false);
    expect(lacksKillReason([kill("done", "bad fills")])).toBe(false);
    expect(lacksKillReason([kill("done", ""), kill("alreadySo", "")])).toBe(true);
    expect(lacksKillReason([kill("done", ""), kill("alreadySo", "bad fills")])).toBe(false);
    expect(lacksKillReason([kill("done", ""), released])).toBe(false);
    // The reason given afterwards is a line of its own, and no second kill.
    expect(eventWords(kill("alreadySo", "bad fills"))).toEqual({
      what: "Kill: why",
      who: "anna (trader)",
      why: "bad fills",
    });
    expect(eventWords(kill("alreadySo", "")).what).toBe("Kill: already so");
  });

  it("reports a kill as blocked, cancelled n of m, unknown k", () => {
    const kill = { ...at, kind: "kill", scope: "strategy", orders: 5, cancelled: 3 } as const;
    expect(eventWords({ ...kill, engaged: true, unknown: 1 }).what).toBe("Kill: blocked, cancelled 3 of 5, unknown 1");
    expect(eventWords({ ...kill, engaged: false, unknown: 0 }).what).toBe("Kill released");
  });
});
