import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as wire from "./bytes";

const safeInteger = fc.maxSafeNat();

describe("bytes on the wire", () => {
  it("agrees with the platform's own big-endian reads on every integer width", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.integer({ min: 0, max: 8 }), (bytes, offset) => {
        const view = new DataView(bytes.buffer, bytes.byteOffset);
        expect(wire.readU16(bytes, offset)).toBe(view.getUint16(offset));
        expect(wire.readU32(bytes, offset)).toBe(view.getUint32(offset));
        expect(wire.readI32(bytes, offset)).toBe(view.getInt32(offset));
        expect(wire.readU48(bytes, offset)).toBe(view.getUint16(offset) * 2 ** 32 + view.getUint32(offset + 2));
        const whole = view.getBigUint64(offset);
        const isSafe = whole <= BigInt(Number.MAX_SAFE_INTEGER);
        expect(wire.isSafeU64(bytes, offset)).toBe(isSafe);
        if (isSafe) expect(wire.readU64AsNumber(bytes, offset)).toBe(Number(whole));
        else expect(() => wire.readU64AsNumber(bytes, offset)).toThrow(RangeError);
      }),
    );
  });

  it("reads back what it wrote, and touches no byte beside it", () => {
    fc.assert(
      fc.property(safeInteger, (value) => {
        const bytes = new Uint8Array(12).fill(0xee);
        wire.writeU64(bytes, 2, value);
        expect(wire.readU64AsNumber(bytes, 2)).toBe(value);
        expect(wire.joinU64(wire.readU32(bytes, 2), wire.readU32(bytes, 6))).toBe(value);
        expect([wire.highHalf(value), wire.lowHalf(value)]).toEqual([wire.readU32(bytes, 2), wire.readU32(bytes, 6)]);
        expect([bytes[1], bytes[10]]).toEqual([0xee, 0xee]);
        wire.writeU48(bytes, 2, value % 2 ** 48);
        expect(wire.readU48(bytes, 2)).toBe(value % 2 ** 48);
        wire.writeU32(bytes, 2, value % 2 ** 32);
        expect(wire.readU32(bytes, 2)).toBe(value % 2 ** 32);
        wire.writeU16(bytes, 2, value % 2 ** 16);
        expect(wire.readU16(bytes, 2)).toBe(value % 2 ** 16);
      }),
    );
  });

  it("keeps the sign of a peg offset below zero", () => {
    const bytes = new Uint8Array(4);
    wire.writeU32(bytes, 0, -100);
    expect([...bytes]).toEqual([0xff, 0xff, 0xff, 0x9c]);
    expect(wire.readI32(bytes, 0)).toBe(-100);
  });

  it("pads a symbol with spaces, cuts what is too long, and trims it when read", () => {
    const bytes = new Uint8Array(8);
    wire.writeSymbol(bytes, 0, "AC-Q", 8);
    expect(String.fromCharCode(...bytes)).toBe("AC-Q    ");
    expect(wire.readSymbol(bytes, 0, 8)).toBe("AC-Q");
    expect([...wire.symbolBytes("AC-Q")]).toEqual([...bytes]);
    wire.writeSymbol(bytes, 0, "TOOLONGNAME", 8);
    expect(wire.readSymbol(bytes, 0, 8)).toBe("TOOLONGN");
  });

  it("packs a firm of four letters in one integer and back", () => {
    expect(wire.packAscii4("LIME")).toBe(0x4c494d45);
    expect(wire.unpackAscii4(wire.packAscii4("AB"))).toBe("AB");
    expect(wire.unpackAscii2(wire.packAscii2("Z"))).toBe("Z");
  });

  it("writes a sequence number right-justified in digits and reads it with spaces or zeros before it", () => {
    const bytes = new Uint8Array(20);
    wire.writeAsciiNumber(bytes, 0, 14757721, 20);
    expect(String.fromCharCode(...bytes)).toBe("            14757721");
    fc.assert(
      fc.property(safeInteger, (value) => {
        wire.writeAsciiNumber(bytes, 0, value, 20);
        expect(wire.readAsciiNumber(bytes, 0, 20)).toBe(value);
      }),
    );
    wire.writeSymbol(bytes, 0, "00000000000000000042", 20);
    expect(wire.readAsciiNumber(bytes, 0, 20)).toBe(42);
  });

  it("refuses a sequence number that is blank, not digits, or beyond a safe integer", () => {
    const bytes = new Uint8Array(20);
    for (const text of ["", "12 34", "-1", "99999999999999999999"]) {
      wire.writeSymbol(bytes, 0, text, 20);
      expect(wire.readAsciiNumber(bytes, 0, 20)).toBe(-1);
    }
  });
});
