import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { first, second, TwoLines } from "./testing/two-lines";

type Act =
  | { readonly kind: "packet"; readonly line: number; readonly ahead: number; readonly count: number }
  | { readonly kind: "heartbeat" | "end"; readonly line: number; readonly ahead: number }
  | { readonly kind: "wait"; readonly milliseconds: number }
  | { readonly kind: "snapshot"; readonly ahead: number }
  | { readonly kind: "session" }
  | {
      readonly kind: "damaged";
      readonly line: number;
      readonly cut: number;
      readonly at: number;
      readonly byte: number;
    };

const line = fc.constantFrom(first, second);
const acts: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant("packet" as const),
      line,
      ahead: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.integer({ min: -3, max: 3 })),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("heartbeat" as const), line, ahead: fc.integer({ min: -1, max: 2 }) }),
  },
  fc.record({ kind: fc.constant("end" as const), line, ahead: fc.integer({ min: 0, max: 1 }) }),
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), milliseconds: fc.constantFrom(10, 200, 4_000) }),
  },
  fc.record({ kind: fc.constant("snapshot" as const), ahead: fc.integer({ min: -2, max: 2 }) }),
  fc.record({ kind: fc.constant("session" as const) }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("damaged" as const),
      line,
      cut: fc.integer({ min: 0, max: 40 }),
      at: fc.integer({ min: 0, max: 39 }),
      byte: fc.integer({ min: 0, max: 255 }),
    }),
  },
);

/** Plays an act on a feed; sequence numbers are counted from what it expects. */
function play(lines: TwoLines, act: Act): void {
  const next = Math.max(1, lines.feed.expectedSequence);
  switch (act.kind) {
    case "packet": {
      const from = Math.max(1, next + act.ahead);
      return lines.packet(act.line, from, from + act.count - 1);
    }
    case "heartbeat":
      return lines.heartbeat(Math.max(1, next + act.ahead), [act.line]);
    case "end":
      return lines.end(next + act.ahead, [act.line]);
    case "wait":
      return lines.wait(act.milliseconds);
    case "snapshot":
      return lines.takeSnapshot(Math.max(1, next + act.ahead));
    case "session":
      lines.session = lines.session === "DAY1" ? "DAY2" : "DAY1";
      return;
    case "damaged": {
      const { bytes, length } = lines.bytesOf(next, next + 1);
      bytes[act.at] ^= act.byte;
      return lines.datagram(bytes, Math.max(0, length - act.cut), act.line);
    }
  }
}

const heard = ({ registry, taken, facts, requests, snapshots, silencesNs, state }: TwoLines) => ({
  ...{ state, taken, facts, requests, snapshots, silencesNs },
  layout: registry.layout().map(({ name }) => name),
  hashes: [...registry.groupHashes()],
});

describe("the usual packet of a feed", () => {
  it("changes what the feed itself would have changed, whatever came before it", () => {
    let usual = 0;
    fc.assert(
      fc.property(fc.array(acts, { maxLength: 60 }), (played) => {
        const apart = new TwoLines();
        const whole = new TwoLines(1, true, true);
        for (const act of played) {
          play(apart, act);
          play(whole, act);
          expect(heard(apart)).toEqual(heard(whole));
        }
        usual += apart.usualCount;
      }),
      { numRuns: 120 },
    );
    expect(usual).toBeGreaterThan(100);
  });

  it("is not one that is next of a session that is not open, of a feed that is behind, or of damaged bytes", () => {
    const lines = new TwoLines();
    lines.packet(first, 1, 2);
    expect(lines.usualCount).toBe(1);
    lines.packet(second, 1, 2);
    lines.packet(first, 4, 5);
    lines.packet(second, 3, 3);
    expect(lines.usualCount).toBe(1);
    expect(lines.taken).toEqual([1, 2, 3, 4, 5]);
    lines.packet(first, 6, 7);
    expect(lines.usualCount).toBe(2);
    const { bytes, length } = lines.bytesOf(8, 8);
    bytes[9] ^= 1;
    lines.datagram(bytes, length, first);
    lines.datagram(lines.bytesOf(8, 8).bytes, length - 1, first);
    expect(lines.usualCount).toBe(2);
  });
});
