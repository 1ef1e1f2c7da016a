import { describe, expect, it } from "vitest";
import { framesPerSecondMax, framesPerSecondOf } from "./control-client";
import { clientsMax } from "./control-socket";

describe("the pace of a client of the control socket", () => {
  it("is its own while few are connected, and a share of what the thread has time for when many are", () => {
    expect(framesPerSecondOf(0)).toBe(framesPerSecondMax);
    expect(framesPerSecondOf(8)).toBe(framesPerSecondMax);
    expect(framesPerSecondOf(16) * 16).toBe(framesPerSecondOf(clientsMax) * clientsMax);
    expect(framesPerSecondOf(clientsMax)).toBeGreaterThanOrEqual(20);
  });
});
