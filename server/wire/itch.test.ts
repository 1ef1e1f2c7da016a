import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSymbol, symbolBytes, unpackAscii4, writeU32 } from "./bytes";
import { decodeItch, ItchHandlerBase, itchLongestMessage, itchMessageLength, itchType, itchVerdict } from "./itch";
import * as encode from "./itch-encode";
import { forEachItchMessage } from "./itch-file";
import { ItchEcho } from "./testing/itch-echo";
import { itWithRecording } from "./testing/recorded-data";

const { ok, unknownType, badLength, outOfRange } = itchVerdict.code;

/** Where each type keeps 64-bit quantities that are handed over as one number. */
const numbersOf64Bits: Readonly<Record<number, readonly number[]>> = {
  [itchType.circuitBreakerLevels]: [11, 19, 27],
  [itchType.crossTrade]: [11],
  [itchType.orderImbalance]: [11, 19],
  [itchType.directListing]: [32],
};

/** Bytes of a well-formed message of a type, every field arbitrary. */
function messageOf(type: number): fc.Arbitrary<Uint8Array> {
  const length = itchMessageLength[type];
  return fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => {
    bytes[0] = type;
    if (type === itchType.tradingAction) bytes[20] = 0x20;
    for (const at of numbersOf64Bits[type] ?? []) writeU32(bytes, at, bytes[at + 3]);
    return bytes;
  });
}

function hex(bytes: Uint8Array, offset: number, length: number): string {
  return Array.from(bytes.subarray(offset, offset + length), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Decodes every message of a file, checks that each encodes to the same bytes, and counts them by type. */
function countsOf(file: Uint8Array): Record<string, number> {
  const echo = new ItchEcho();
  const summary = forEachItchMessage(file, (offset, length) => {
    expect(decodeItch(file, offset, length, echo)).toBe(ok);
    for (let index = 0; index < length; index += 1) {
      if (echo.bytes[index] !== file[offset + index] || echo.length !== length) {
        expect(hex(echo.bytes, 0, echo.length)).toBe(hex(file, offset, length));
      }
    }
  });
  expect(summary.truncatedAt).toBeNull();
  return Object.fromEntries(echo.counts);
}

describe("ITCH 5.0", () => {
  for (const [name, type] of Object.entries(itchType)) {
    it(`carries every field of ${name} (${String.fromCharCode(type)}) to the handler and back to the same bytes`, () => {
      const echo = new ItchEcho();
      fc.assert(
        fc.property(messageOf(type), fc.nat(7), (message, offset) => {
          const bytes = new Uint8Array(offset + message.length + 3).fill(0xff);
          bytes.set(message, offset);
          expect(decodeItch(bytes, offset, message.length, echo)).toBe(ok);
          expect(hex(echo.bytes, 0, echo.length)).toBe(hex(message, 0, message.length));
        }),
      );
    });
  }

  it("knows 23 message types, none longer than it says", () => {
    const lengths = [...itchMessageLength].filter((length) => length > 0);
    expect(lengths).toHaveLength(23);
    expect(Math.max(...lengths)).toBe(itchLongestMessage);
  });

  it("reads the add order of a recorded packet as the exchange wrote it", () => {
    const seen: unknown[] = [];
    class Book extends ItchHandlerBase {
      override addOrder(
        locate: number,
        tracking: number,
        timeNs: number,
        refHigh: number,
        refLow: number,
        side: number,
        shares: number,
        bytes: Uint8Array,
        symbolOffset: number,
        price: number,
      ): void {
        const symbol = readSymbol(bytes, symbolOffset, 8);
        seen.push(locate, tracking, timeNs, refHigh, refLow, String.fromCharCode(side), shares, symbol, price);
      }
    }
    const text =
      "4115980000" + "1f1aced85306" + "000000000166b53e" + "42" + "00000640" + "49564f4f20202020" + "000d55ac";
    const bytes = Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    expect(decodeItch(bytes, 0, bytes.length, new Book())).toBe(ok);
    expect(seen).toEqual([0x1598, 0, 0x1f1aced85306, 0, 0x0166b53e, "B", 1600, "IVOO", 873_900]);
  });

  it("writes an add order at the offsets of the specification", () => {
    const bytes = new Uint8Array(40);
    const length = encode.encodeAddOrder(
      bytes,
      2,
      7,
      1,
      34_200_000_000_123,
      1,
      2,
      0x53,
      300,
      symbolBytes("AAPL"),
      0,
      1_503_400,
    );
    expect(length).toBe(36);
    expect(hex(bytes, 2, 36)).toBe(
      "4100070001" + "1f1aced9f07b" + "0000000100000002" + "53" + "0000012c" + "4141504c20202020" + "0016f0a8",
    );
  });

  it("refuses a type it does not know and a length that is not the type's, and calls no handler", () => {
    const echo = new ItchEcho();
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (bytes) => {
        echo.length = 0;
        const verdict = decodeItch(bytes, 0, bytes.length, echo);
        const expected = itchMessageLength[bytes[0]];
        if (expected === 0) expect(verdict).toBe(unknownType);
        else if (expected !== bytes.length) expect(verdict).toBe(badLength);
        if (verdict !== ok) expect(echo.length).toBe(0);
      }),
    );
  });

  it("never reads beyond the bytes it was given, whatever offset and length it is told", () => {
    const echo = new ItchEcho();
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.integer({ min: -5, max: 70 }),
        fc.integer({ min: -5, max: 70 }),
        (bytes, offset, length) => {
          const verdict = decodeItch(bytes, offset, length, echo);
          if (offset < 0 || length < 1 || offset + length > bytes.length) expect(verdict).toBe(badLength);
        },
      ),
    );
  });

  it("refuses a quantity beyond 2^53 instead of rounding it", () => {
    const echo = new ItchEcho();
    for (const [type, offsets] of Object.entries(numbersOf64Bits)) {
      for (const at of offsets) {
        const bytes = new Uint8Array(itchMessageLength[Number(type)]);
        bytes[0] = Number(type);
        bytes[at + 1] = 0x20;
        expect(decodeItch(bytes, 0, bytes.length, echo)).toBe(outOfRange);
        bytes[at + 1] = 0x1f;
        expect(decodeItch(bytes, 0, bytes.length, echo)).toBe(ok);
      }
    }
  });

  it("reports where a file was cut off", () => {
    const bytes = new Uint8Array(40);
    bytes[1] = encode.encodeSystemEvent(bytes, 2, 0, 0, 1, 0x4f);
    bytes[15] = encode.encodeSystemEvent(bytes, 16, 0, 0, 2, 0x53);
    const offsets: number[] = [];
    expect(forEachItchMessage(bytes.subarray(0, 28), (offset) => offsets.push(offset))).toEqual({
      messages: 2,
      truncatedAt: null,
    });
    expect(offsets).toEqual([2, 16]);
    expect(forEachItchMessage(bytes.subarray(0, 27), () => {})).toEqual({ messages: 1, truncatedAt: 14 });
    expect(forEachItchMessage(bytes.subarray(0, 15), () => {})).toEqual({ messages: 1, truncatedAt: 14 });
  });

  itWithRecording(
    "decodes a recorded order-by-order day of ESH4 and re-encodes it",
    "itch/esh4-20231225.itch",
    (file) => {
      expect(countsOf(file)).toEqual({ S: 5, R: 1, A: 29216, D: 12607, U: 12233, E: 5426 });
    },
  );

  itWithRecording(
    "decodes the opening directory of a recorded Nasdaq day, with rising times",
    "itch/nasdaq-20191230-directory.itch",
    (file) => {
      expect(countsOf(file)).toEqual({ S: 1, R: 993, H: 3, Y: 3 });
      let lastNs = 0;
      const symbols: string[] = [];
      const reasons = new Set<string>();
      class Directory extends ItchHandlerBase {
        override stockDirectory(
          _locate: number,
          _tracking: number,
          timeNs: number,
          bytes: Uint8Array,
          at: number,
        ): void {
          expect(timeNs).toBeGreaterThanOrEqual(lastNs);
          lastNs = timeNs;
          symbols.push(readSymbol(bytes, at, 8));
        }
        override tradingAction(
          _locate: number,
          _tracking: number,
          _timeNs: number,
          _bytes: Uint8Array,
          _at: number,
          state: number,
          reason: number,
        ): void {
          reasons.add(String.fromCharCode(state) + unpackAscii4(reason));
        }
      }
      const directory = new Directory();
      forEachItchMessage(file, (offset, length) => decodeItch(file, offset, length, directory));
      expect(symbols.slice(0, 3)).toEqual(["A", "AA", "AAAU"]);
      expect([...reasons]).toEqual(["T"]);
    },
  );

  itWithRecording(
    "decodes recorded Nasdaq fragments of 15 types and re-encodes them",
    "itch/nasdaq-20230822-fragments.itch",
    (file) => {
      const five = { U: 5, E: 5, I: 5, Q: 5, P: 5, C: 5, X: 5, Y: 5, J: 5, L: 5 };
      expect(countsOf(file)).toEqual({ ...five, D: 6, A: 41, F: 7, S: 1, H: 6 });
    },
  );

  itWithRecording(
    "survives a recorded file with bytes changed at random",
    "itch/nasdaq-20230822-fragments.itch",
    (file) => {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 }),
          (changes) => {
            const copy = file.slice();
            for (const [at, value] of changes) copy[at] = value;
            const echo = new ItchEcho();
            forEachItchMessage(copy, (offset, length) => decodeItch(copy, offset, length, echo));
          },
        ),
      );
    },
  );
});
