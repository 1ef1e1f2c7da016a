import { describe, expect, it } from "vitest";
import { isTighter } from "./limit";

describe("a limit is tighter", () => {
  it("when less may go out than before", () => {
    expect(isTighter("capital", 100, 50)).toBe(true);
    expect(isTighter("capital", 50, 100)).toBe(false);
    expect(isTighter("capital", 50, 50)).toBe(false);
    expect(isTighter("capital", -1, 100)).toBe(false);
  });

  it("when it is larger where it says what counts, or what is asked of data", () => {
    for (const code of ["restricted", "repeatedSeconds", "duplicateMilliseconds", "recoveryUpdates"] as const) {
      expect(isTighter(code, 0, 1)).toBe(true);
      expect(isTighter(code, 1, 0)).toBe(false);
    }
  });
});
