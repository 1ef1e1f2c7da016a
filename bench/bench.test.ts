import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { itWithRecording, recordingPath } from "../server/wire/testing/recorded-data";
import { buildFloor } from "./books-floor";
import { secondsOf } from "./desk-cpu";
import { measureItch } from "./itch-bench";
import { ItchGenerator } from "./itch-generator";
import { runItchPass } from "./itch-pass";
import { medianOf } from "./machine-line";
import { writeItchDay } from "./write-itch-day";

const folder = mkdtempSync(path.join(tmpdir(), "heliograph-bench-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let floor: string | null = null;
beforeAll(() => {
  floor = buildFloor();
}, 120_000);

describe("benches, run tiny so that they cannot rot", () => {
  it("take the middle of their figures", () => {
    expect(medianOf([5, 1, 9])).toBe(5);
    expect(medianOf([4, 1, 9, 6])).toBe(5);
    expect(() => medianOf([])).toThrow(/no figures/);
  });

  itWithRecording("go over a recorded day, with the books that C++ finds", "itch/esh4-20231225.itch", async (bytes) => {
    const file = recordingPath("itch/esh4-20231225.itch");
    const figures = await measureItch({ file, rounds: 1, floor, runPass: (pass) => runItchPass(bytes, pass) });
    expect(figures.messages).toBe(59_488);
    expect(figures.books.millionPerSecond).toBeGreaterThan(0);
  });

  it("go over a generated day, with the books that C++ finds", async () => {
    const file = path.join(folder, "day.itch");
    writeItchDay(file, new ItchGenerator({ messages: 100_000, symbols: 40, seed: 3 }));
    const bytes = new Uint8Array(readFileSync(file));
    const figures = await measureItch({ file, rounds: 1, floor, runPass: (pass) => runItchPass(bytes, pass) });
    expect(figures.messages).toBe(100_000 + 2 * 40 + 1);
    expect(figures.books.openOrders).toBeGreaterThan(500);
  });

  it("read the CPU time of both systems' ps", () => {
    expect(secondsOf("00:01:30")).toBe(90);
    expect(secondsOf("1:30.50")).toBe(90.5);
    expect(secondsOf("1-02:00:01")).toBe(93_601);
  });
});
