import { describe, expect, it } from "vitest";
import { limitLevel, limitUse } from "./limit-use";

describe("use of a limit", () => {
  it("is told of what is held, and at its worst with what is working", () => {
    expect(limitUse("grossExposure", 200, 50, 150)).toEqual({
      usedShare: 0.25,
      worstShare: 0.75,
      headroom: 50,
      level: "near",
    });
  });

  it("beyond the limit leaves less than nothing", () => {
    expect(limitUse("positionQuantity", 100, 100, 130)).toMatchObject({ worstShare: 1.3, headroom: -30, level: "end" });
  });

  it("of a limit of zero is all by anything, and nothing by nothing or by a gain", () => {
    expect(limitUse("dailyLossSoft", 0, 0, 1)).toMatchObject({ usedShare: 0, worstShare: 1, headroom: -1 });
    expect(limitUse("dailyLossSoft", 100, -50, -50)).toMatchObject({ usedShare: 0, worstShare: 0, headroom: 150 });
  });

  it("is none for limits of single orders and for limits that are not set", () => {
    const none = { usedShare: 0, worstShare: 0, headroom: null, level: "free" };
    expect(limitUse("orderQuantity", 10, 0, 0)).toEqual(none);
    expect(limitUse("grossExposure", -1, 50, 50)).toEqual(none);
  });

  it("is near from 70 % and at its end from 90 %", () => {
    expect([0, 0.699, 0.7, 0.899, 0.9, 3].map(limitLevel)).toEqual(["free", "free", "near", "near", "end", "end"]);
  });
});
