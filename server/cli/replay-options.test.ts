import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { marketTimeOf, secondsOfClock } from "../../domain/playback";
import { dayTimeText } from "../../domain/time";
import { fromNsOf, isReplayDirectory, renewReplayDirectory, replayDirectoryProblem, speedOf } from "./replay-options";

const folder = mkdtempSync(join(tmpdir(), "heliograph-replay-options-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hourNs = 3_600e9;

describe("a place in the recording, by the clock", () => {
  it("is written as HH:MM or HH:MM:SS", () => {
    expect(secondsOfClock("22:50")).toBe(82_200);
    expect(secondsOfClock("9:05:07")).toBe(32_707);
    for (const wrong of ["", "22", "22:60", "24:00", "22:50:61", "now", "22:50:00.5"])
      expect(secondsOfClock(wrong)).toBeNull();
  });

  it("is on the recording's day, in its span, the minute it begins in included", () => {
    const [firstNs, lastNs] = [22 * hourNs + 2.7e9, 24 * hourNs - 5e8];
    expect(marketTimeOf(82_200, firstNs, lastNs)).toBe(82_200e9);
    expect(marketTimeOf(22 * 3_600, firstNs, lastNs)).toBe(firstNs);
    expect(marketTimeOf(21 * 3_600, firstNs, lastNs)).toBeNull();
    expect(marketTimeOf(5 * 3_600, firstNs, lastNs)).toBeNull();
  });

  it("is on the next day where a recording runs over midnight", () => {
    const [firstNs, lastNs] = [22 * hourNs, 30 * hourNs];
    expect(marketTimeOf(23 * 3_600, firstNs, lastNs)).toBe(23 * hourNs);
    expect(marketTimeOf(2 * 3_600, firstNs, lastNs)).toBe(26 * hourNs);
    expect(marketTimeOf(7 * 3_600, firstNs, lastNs)).toBeNull();
    expect(dayTimeText(26 * hourNs)).toBe("02:00:00");
  });

  it("is the recording's first order when nothing is said", () => {
    expect(fromNsOf({ file: "", fromSeconds: null, speed: "1" }, 7, 9)).toBe(7);
    expect(speedOf("60")).toBe("60");
    expect(speedOf("2")).toBeNull();
  });
});

describe("a replay's data directory", () => {
  it("is never one that something else was put into", () => {
    const live = join(folder, "live");
    mkdirSync(join(live, "engine", "2026-01-05"), { recursive: true });
    expect(replayDirectoryProblem(live)).toMatch(/holds engine, which is no replay's/);
  });

  it("is emptied of what an earlier replay left, and of nothing else", () => {
    const own = join(folder, "own");
    expect(replayDirectoryProblem(own)).toBeNull();
    mkdirSync(own);
    expect(replayDirectoryProblem(own)).toBeNull();
    renewReplayDirectory(own);
    expect(isReplayDirectory(own)).toBe(true);
    mkdirSync(join(own, "engine", "run-0001"), { recursive: true });
    writeFileSync(join(own, "notes.txt"), "mine");
    expect(replayDirectoryProblem(own)).toBeNull();
    renewReplayDirectory(own);
    expect([existsSync(join(own, "engine")), existsSync(join(own, "notes.txt"))]).toEqual([false, true]);
  });
});
