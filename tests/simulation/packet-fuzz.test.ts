import { describe, expect, it } from "vitest";
import { PacketFuzz } from "../../bench/packet-fuzz";
import { demoDesk } from "../support/demo-desk";

const desk = demoDesk({ names: 8, pairs: 2 });

describe("a hundred thousand random and mutated packets", () => {
  it("throw nothing out of step, change no other symbol's book, and are counted by kind", () => {
    const result = new PacketFuzz(desk, 1).run(100_000);
    expect(result.failures).toEqual([]);
    expect([result.thrown, result.strayChanges]).toEqual([0, 0]);
    // The damage must get as far as the books, in every way that there is a counter for.
    expect(result.packetsThatChangedBooks).toBeGreaterThan(50_000);
    const { outOfCapacity: _, ...counted } = result.counted;
    expect(Math.min(...Object.values(counted))).toBeGreaterThan(0);
    expect(Math.min(...Object.values(result.byKind))).toBeGreaterThan(500);
  });

  it("are the same for the same seed", () => {
    expect(new PacketFuzz(desk, 2).run(3_000)).toEqual(new PacketFuzz(desk, 2).run(3_000));
  });
});
