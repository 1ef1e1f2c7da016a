import { describe, expect, it } from "vitest";
import { refusalCodes } from "@/domain/refusal";
import type { RefusalMinute } from "@/protocol/topics";
import { hourMinutes, refusalLines, refusalsByMinute, refusalTitle } from "./refusal-words";

describe("refusals in words", () => {
  it("have a name of their own for each reason", () => {
    expect(new Set(refusalCodes.names.map((code) => refusalTitle[code])).size).toBe(refusalCodes.names.length);
  });

  it("are one line a strategy and reason, most first", () => {
    const lines = refusalLines([
      { id: 0, counts: { priceCollar: 2 } },
      { id: 1, counts: { priceCollar: 1, capital: 9 } },
    ]);
    expect(lines.map(({ key, count }) => `${key} ${count}`)).toEqual([
      "1:capital 9",
      "0:priceCollar 2",
      "1:priceCollar 1",
    ]);
  });
});

describe("refusals of the last hour", () => {
  const now = 7_200;
  const minutes: readonly RefusalMinute[] = [
    { timeSeconds: now - 60 * 60, counts: [{ strategy: 0, reason: "priceCollar", count: 100 }] },
    { timeSeconds: now - 59 * 60, counts: [{ strategy: 0, reason: "priceCollar", count: 3 }] },
    {
      timeSeconds: now,
      counts: [
        { strategy: 0, reason: "priceCollar", count: 2 },
        { strategy: 1, reason: "capital", count: 5 },
      ],
    },
  ];

  it("have a place for every minute, the running one last, and leave out what is older", () => {
    const counts = refusalsByMinute(minutes, now + 30, null);
    expect(counts).toHaveLength(hourMinutes);
    expect([counts[0], counts[1], counts[hourMinutes - 1]]).toEqual([3, 0, 7]);
  });

  it("can be those of one strategy for one reason", () => {
    const counts = refusalsByMinute(minutes, now, { strategy: 1, reason: "capital" });
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(5);
  });
});
