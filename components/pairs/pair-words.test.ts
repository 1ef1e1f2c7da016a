import { describe, expect, it } from "vitest";
import type { PairsParameters } from "@/domain/desk";
import { pairReasons } from "@/domain/strategy";
import { pairWaitText } from "./pair-words";

const parameters: PairsParameters = {
  kind: "pairs",
  pairs: [0],
  entryZ: 2,
  exitZ: 0.5,
  stopZ: 5,
  timeoutSeconds: 600,
  cooldownSeconds: 30,
  legNotional: 200_000_000,
  statisticsHalfLifeSeconds: 300,
  hedgeHalfLifeSeconds: 0,
  warmUpSeconds: 30,
  chaseBpsMax: 20,
  chaseSecondsMax: 10,
};

describe("why a pair does nothing", () => {
  it("is said with the numbers that decide", () => {
    expect(pairWaitText({ reason: "insideEntryBand", state: "flat", z: 1.4 }, parameters, "running")).toBe(
      "z +1.40, enters at ±2.00",
    );
    expect(pairWaitText({ reason: "holding", state: "open", z: -0.9 }, parameters, "running")).toBe(
      "z −0.90, exits at ±0.50, stops at ±5.00 or after 10 min",
    );
    expect(pairWaitText({ reason: "strategyNotRunning", state: "flat", z: 0 }, parameters, "killed")).toContain(
      "its strategy is killed",
    );
  });

  it("has words for every reason, with or without parameters", () => {
    for (const reason of pairReasons.names) {
      expect(pairWaitText({ reason, state: "flat", z: 1 }, parameters, undefined).length).toBeGreaterThan(5);
      expect(pairWaitText({ reason, state: "flat", z: 1 }, undefined, undefined).length).toBeGreaterThan(5);
    }
  });
});
