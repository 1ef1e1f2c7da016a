import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeGlimpseSnapshot, glimpseSnapshotLength, readGlimpseSnapshot } from "./glimpse";
import { itchMessageLength } from "./itch";

describe("GLIMPSE 5.0", () => {
  it("ends a snapshot with the sequence number to go on from", () => {
    const bytes = new Uint8Array(glimpseSnapshotLength);
    expect(encodeGlimpseSnapshot(bytes, 0, 59489)).toBe(21);
    expect(String.fromCharCode(...bytes)).toBe("G               59489");
    fc.assert(
      fc.property(fc.maxSafeNat(), (sequence) => {
        encodeGlimpseSnapshot(bytes, 0, sequence);
        expect(readGlimpseSnapshot(bytes, 0, 21)).toBe(sequence);
      }),
    );
  });

  it("does not mistake its end for an ITCH message, nor the other way round", () => {
    expect(itchMessageLength[0x47]).toBe(0);
    expect(readGlimpseSnapshot(new Uint8Array(21).fill(0x30), 0, 21)).toBe(-1);
  });

  it("refuses what is cut, longer, or not a number", () => {
    const bytes = new Uint8Array(22);
    encodeGlimpseSnapshot(bytes, 0, 5);
    expect(readGlimpseSnapshot(bytes, 0, 20)).toBe(-1);
    expect(readGlimpseSnapshot(bytes, 0, 22)).toBe(-1);
    expect(readGlimpseSnapshot(bytes, 5, 21)).toBe(-1);
    bytes[20] = 0x41;
    expect(readGlimpseSnapshot(bytes, 0, 21)).toBe(-1);
  });
});
