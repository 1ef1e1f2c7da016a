import { describe, expect, it } from "vitest";
import type { KillRow } from "@/protocol/topics";
import { killProgressText, killsInForce, millisecondsText } from "./kill-words";

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

describe("a kill in words", () => {
  it("says what is blocked, cancelled and unknown, and when the last cancel was on the wire", () => {
    const progress = {
      orders: 1_000,
      cancelled: 998,
      unknown: 2,
      blockedNs: 5_000_000_000,
      lastCancelNs: 5_002_100_000,
    };
    expect(killProgressText(progress)).toBe(
      "blocked · cancelled 998 of 1,000 · unknown 2 · last cancel on the wire after 2.1 ms",
    );
  });

  it("says nothing of the wire while no cancel was sent", () => {
    expect(killProgressText(kill("pair", 1))).toBe("blocked · cancelled 0 of 0 · unknown 0");
  });

  it("prints times with the digits that matter", () => {
    const texts = [0.002, 0.04, 0.4, 12.34, 340.4].map(millisecondsText);
    expect(texts).toEqual(["<0.01 ms", "0.04 ms", "0.40 ms", "12.3 ms", "340 ms"]);
  });

  it("puts the desk's halt first, then the oldest, and leaves out what was released", () => {
    const rows = [kill("pair", 3), kill("venue", 1, false), kill("strategy", 2), kill("all", 9)];
    expect(killsInForce(rows).map(({ scope }) => scope)).toEqual(["all", "strategy", "pair"]);
  });
});
