import { describe, expect, it } from "vitest";
import { limitCodes } from "@/domain/limit";
import type { RiskEvent } from "@/protocol/topics";
import { headroomText, limitInput, limitTitle, limitValueText, parseLimit, percentText, usedText } from "./limit-words";
import { riskEventText, riskEventWho } from "./risk-event-words";

describe("limits in words", () => {
  it("have a name of their own each", () => {
    expect(new Set(limitCodes.names.map((code) => limitTitle[code])).size).toBe(limitCodes.names.length);
  });

  it("print each in its unit", () => {
    expect(limitValueText("grossExposure", 25_000_000_000)).toBe("2,500,000");
    expect(limitValueText("positionQuantity", 5_000)).toBe("5,000");
    expect(limitValueText("priceCollarBps", 300)).toBe("300.0 bp");
    expect(limitValueText("dataAgeMilliseconds", 2_000)).toBe("2,000 ms");
    expect(limitValueText("tradeAgeMilliseconds", 60_000)).toBe("60 s");
    expect(limitValueText("restricted", 1)).toBe("yes");
    expect(limitValueText("capital", -1)).toBe("not set");
  });

  it("say what is left, below zero what is beyond, and nothing for limits of single orders", () => {
    expect(headroomText({ limit: "grossExposure", headroom: 2_500_000 })).toBe("250");
    expect(headroomText({ limit: "positionQuantity", headroom: -30 })).toBe("−30");
    expect(headroomText({ limit: "orderQuantity", headroom: null })).toBe("–");
    expect(usedText({ limit: "orderNotional" }, 0)).toBe("–");
    expect(usedText({ limit: "messagesPerSecond" }, 12)).toBe("12");
  });

  it("round a share down, so that 100 % is all of it", () => {
    expect([0, 0.004, 0.999, 1, 1.5, 40].map(percentText)).toEqual(["0 %", "<1 %", "99 %", "100 %", "150 %", ">999 %"]);
  });
});

describe("a limit that is typed", () => {
  it("is money in the currency, and the same again when it is shown to be changed", () => {
    expect(parseLimit("capital", "1,250,000.50")).toBe(12_500_005_000);
    expect(limitInput("capital", 12_500_005_000)).toBe("1250000.5");
    expect(parseLimit("capital", limitInput("capital", 12_500_005_000))).toBe(12_500_005_000);
  });

  it("is refused with a word when the engine could not take it", () => {
    for (const text of ["", "-1", "ten", "1e9", "1.2.3"]) expect(typeof parseLimit("capital", text)).toBe("string");
    expect(parseLimit("orderQuantity", "1.5")).toBe("Give a whole number");
    expect(parseLimit("priceCollarBps", "10001")).toBe("At most 10,000 bp");
    expect(parseLimit("restricted", "2")).toBe("0 for no, 1 for yes");
    expect(parseLimit("repeatedSeconds", "0.5")).toBe(0.5);
  });
});

describe("changes in words", () => {
  const at = { id: 1, timeNs: 0, scope: "all", target: -1, command: "", actor: "", reason: "" } as const;
  const limit: RiskEvent = {
    ...at,
    kind: "limit",
    limit: "capital",
    from: 20_000_000,
    to: 10_000_000,
    role: "admin",
    record: 7,
  };
  const mode: RiskEvent = {
    ...at,
    kind: "mode",
    from: "active",
    to: "reducing",
    cause: "dailyLossSoft",
    limit: 10_000_000,
    value: 12_000_000,
  };

  it("carry their numbers", () => {
    expect(riskEventText(limit, "the desk")).toBe("Capital of the desk: 2,000 → 1,000");
    expect(riskEventText(mode, "the desk")).toBe(
      "the desk: Active → Reducing (soft limit of the daily loss: 1,200, limit 1,000)",
    );
    expect(riskEventText({ ...mode, cause: "command" }, "AAPL")).toBe("AAPL: Active → Reducing");
  });

  it("say who and why, and what nobody did", () => {
    expect(riskEventWho({ ...limit, actor: "anna", reason: "a calmer day" })).toBe("anna: a calmer day");
    expect(riskEventWho({ ...limit, role: "system" })).toBe("the desk file");
    expect(riskEventWho(mode)).toBe("the engine itself");
  });
});
