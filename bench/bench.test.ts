import { describe, expect, it } from "vitest";
import { itWithRecording } from "../server/wire/testing/recorded-data";
import { benchBooks } from "./books";
import { secondsOf } from "./desk-cpu";
import { medianOf } from "./machine-line";

describe("benches, run tiny so that they cannot rot", () => {
  it("take the middle of their figures", () => {
    expect(medianOf([5, 1, 9])).toBe(5);
    expect(medianOf([4, 1, 9, 6])).toBe(5);
    expect(() => medianOf([])).toThrow(/no figures/);
  });

  itWithRecording("time a recorded day", "itch/esh4-20231225.itch", (file) => {
    const figures = benchBooks(file, 1);
    expect(figures.messages).toBe(59_488);
    expect(figures.books.millionPerSecond).toBeGreaterThan(0);
  });

  it("read the CPU time of both systems' ps", () => {
    expect(secondsOf("00:01:30")).toBe(90);
    expect(secondsOf("1:30.50")).toBe(90.5);
    expect(secondsOf("1-02:00:01")).toBe(93_601);
  });
});
