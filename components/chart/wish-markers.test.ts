import { describe, expect, it } from "vitest";
import type { Notice } from "@/protocol/topics";
import { wishMarkers } from "./wish-markers";

const colours = { buy: "blue", sell: "orange" };

function wish(seconds: number, side: "buy" | "sell", price: number): Notice {
  return {
    id: seconds,
    timeNs: seconds * 1e9,
    severity: "info",
    text: "",
    strategy: 0,
    refusal: "replayOnly",
    wish: { instrument: 0, side, quantity: 1, price },
  };
}

describe("what strategies of a replay would do, on the chart", () => {
  it("marks a wish at its bar, and its repetition at the same price not again", () => {
    const notices = [wish(61, "buy", 100), wish(66, "buy", 100), wish(71, "sell", 110), wish(130, "buy", 101)];
    const marks = wishMarkers(notices, 0, 0, [60, 70, 120], colours);
    expect(marks.map(({ time, position }) => [time, position])).toEqual([
      [60, "belowBar"],
      [70, "aboveBar"],
      [120, "belowBar"],
    ]);
  });

  it("draws nothing for other symbols, for notices without a wish, and where there is no bar", () => {
    expect(wishMarkers([wish(61, "buy", 100)], 1, 0, [60], colours)).toEqual([]);
    expect(wishMarkers([{ ...wish(61, "buy", 100), wish: undefined } as never], 0, 0, [60], colours)).toEqual([]);
    expect(wishMarkers([wish(61, "buy", 100)], 0, 0, [], colours)).toEqual([]);
    expect(wishMarkers([wish(50, "buy", 100)], 0, 0, [60], colours)).toEqual([]);
  });
});
