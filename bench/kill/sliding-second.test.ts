import { describe, expect, it } from "vitest";
import { mostInSecond } from "./sliding-second";

const at = (milliseconds: number, givesWay = true) => ({ timeNs: milliseconds * 1e6, givesWay });

describe("the most messages in a sliding second", () => {
  it("leaves out what is exactly a second old, and nothing younger", () => {
    expect(mostInSecond([at(0), at(500), at(1_000)])).toBe(2);
    expect(mostInSecond([at(0), at(500), at(999.999)])).toBe(3);
  });

  it("counts cancels before an order, and none behind the last", () => {
    expect(mostInSecond([at(0, false), at(1, false), at(2), at(3, false), at(4, false)])).toBe(3);
    expect(mostInSecond([at(0, false), at(1, false)])).toBe(0);
    expect(mostInSecond([])).toBe(0);
  });
});
