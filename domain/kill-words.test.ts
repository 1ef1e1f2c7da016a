import { describe, expect, it } from "vitest";
import { killProgressWords, millisecondsText } from "./kill-words";

/** Blocked at 14:03:22.518. */
const blockedNs = ((14 * 60 + 3) * 60 + 22) * 1e9 + 518_400_000;
const halfway = { orders: 1_000, cancelled: 998, unknown: 2, blockedNs, lastCancelNs: 0 };

describe("a kill in words", () => {
  it("says when it blocked, what is cancelled and unknown, and after what time the last cancel was on the wire", () => {
    expect(killProgressWords({ ...halfway, lastCancelNs: blockedNs + 2_100_000 })).toEqual([
      "blocked at 14:03:22.518 UTC",
      "cancelled 998 of 1,000",
      "unknown 2",
      "last cancel handed to the wire after 2.1 ms",
    ]);
  });

  it("makes up no time of the wire while the shell has not told it", () => {
    expect(killProgressWords(halfway).at(-1)).toBe("last cancel handed to the wire after …");
  });

  it("says nothing of the wire where no cancel had to go there", () => {
    expect(killProgressWords({ ...halfway, orders: 0, cancelled: 0, unknown: 0 })).toEqual([
      "blocked at 14:03:22.518 UTC",
      "cancelled 0 of 0",
      "unknown 0",
    ]);
    // The venue ended all of them by itself while its line was down.
    expect(killProgressWords({ ...halfway, cancelled: 1_000, unknown: 0 })).toHaveLength(3);
  });

  it("is blocked also before its time is known", () => {
    expect(killProgressWords({ ...halfway, blockedNs: 0 })).toEqual(["blocked", "cancelled 998 of 1,000", "unknown 2"]);
  });

  it("prints times with the digits that matter", () => {
    const texts = [0.002, 0.04, 0.4, 12.34, 340.4].map(millisecondsText);
    expect(texts).toEqual(["<0.01 ms", "0.04 ms", "0.40 ms", "12.3 ms", "340 ms"]);
  });
});
