import { describe, expect, it } from "vitest";
import type { KillRow } from "@/protocol/topics";
import { killsInForce } from "./kills-in-force";

const kill = (scope: KillRow["scope"], sinceNs: number, engaged = true): KillRow => ({
  scope,
  target: scope === "all" ? -1 : 0,
  engaged,
  orders: 0,
  cancelled: 0,
  unknown: 0,
  actor: "anna",
  reason: "",
  sinceNs,
  blockedNs: sinceNs,
  lastCancelNs: 0,
});

describe("kills in force", () => {
  it("have the desk's halt first, then the oldest, and none that was released", () => {
    const rows = [kill("pair", 3), kill("venue", 1, false), kill("strategy", 2), kill("all", 9)];
    expect(killsInForce(rows).map(({ scope }) => scope)).toEqual(["all", "strategy", "pair"]);
  });
});
