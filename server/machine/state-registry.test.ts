import { describe, expect, it } from "vitest";
import { StateRegistry } from "./state-registry";

const mebibyte = 1 << 20;

describe("memory of the state", () => {
  it("is there before it is needed, with its content as it was", () => {
    const registry = new StateRegistry();
    const large = registry.allocate("book.orders", "i32", 16 * mebibyte);
    const small = registry.allocate("engine.clock", "f64", 7);
    small[6] = -1.5;
    large[1] = 0x01020304;
    large[large.length - 1] = -7;
    const hash = registry.hash();
    // Hashing has read every page, which gives it none of its own: only a write does.
    const before = process.memoryUsage.rss();
    registry.makeResident();
    expect(process.memoryUsage.rss() - before).toBeGreaterThan(48 * mebibyte);
    expect(registry.hash()).toBe(hash);
    expect([small[6], large[1], large[large.length - 1]]).toEqual([-1.5, 0x01020304, -7]);
  });
});
