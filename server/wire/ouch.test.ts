import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { viewOf } from "../../domain/view-of";
import { packAscii4, readSymbol, symbolBytes, unpackAscii4, writeU16, writeU32 } from "./bytes";
import {
  decodeOuchInbound,
  decodeOuchOutbound,
  OuchInboundHandlerBase,
  OuchOutboundHandlerBase,
  ouchInboundLength,
  ouchOutboundLength,
} from "./ouch";
import {
  describeOuchCancelReason,
  describeOuchRejectReason,
  ouchCancelReason,
  ouchInboundType,
  ouchMarketPrice,
  ouchOutboundType,
  ouchRejectReason,
  ouchRejectTexts,
} from "./ouch-codes";
import * as encode from "./ouch-encode";
import { OuchOptions, ouchTag, ouchTagLength, ouchVerdict } from "./ouch-options";
import { forEachPcapPayload } from "./pcap";
import { SoupFrameReader, soupReaderStateLength, soupType } from "./soup-bin-tcp";
import { OuchInboundEcho, OuchOutboundEcho } from "./testing/ouch-echo";
import { itWithRecording } from "./testing/recorded-data";

const { ok, unknownType, badLength, badAppendage, outOfRange } = ouchVerdict.code;

/** Where each outbound or inbound type keeps 64-bit prices and times, which must stay below 2^53. */
const inboundNumbers: Readonly<Record<number, readonly number[]>> = {
  [ouchInboundType.enterOrder]: [18],
  [ouchInboundType.replaceOrder]: [13],
};
const outboundNumbers: Readonly<Record<number, readonly number[]>> = {
  [ouchOutboundType.accepted]: [26],
  [ouchOutboundType.replaced]: [30],
  [ouchOutboundType.selfMatchCanceled]: [22],
  [ouchOutboundType.executed]: [17],
  [ouchOutboundType.priorityUpdated]: [13],
};
const alwaysWithAppendage = {
  inbound: "OUCDE",
  outbound: "AUERXGK",
};

const tags = Object.values(ouchTag);

/** The options of one message in the order of their tags, with arbitrary values. */
const appendage = fc.subarray(tags).chain((chosen) =>
  fc
    .tuple(
      ...[...chosen]
        .sort((left, right) => left - right)
        .map((tag) => {
          const length = ouchTagLength[tag];
          return fc.uint8Array({ minLength: length, maxLength: length }).map((value) => {
            if (length === 8 && tag !== ouchTag.secondaryOrderReference) value.fill(0, 0, 2);
            return [1 + length, tag, ...value];
          });
        }),
    )
    .map((elements) => elements.flat()),
);

/** A well-formed message of a type, every field arbitrary, as this system writes it. */
function messageOf(
  type: number,
  fixedLength: number,
  numbers: readonly number[],
  hasTime: boolean,
  always: boolean,
  takesOptions: boolean,
): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(
      fc.uint8Array({ minLength: fixedLength, maxLength: fixedLength }),
      takesOptions ? appendage : fc.constant([]),
    )
    .map(([fixed, options]) => {
      fixed[0] = type;
      for (const at of hasTime ? [1, ...numbers] : numbers) writeU32(fixed, at, fixed[at + 3]);
      if (options.length === 0 && !always) return fixed;
      const bytes = new Uint8Array(fixedLength + 2 + options.length);
      bytes.set(fixed);
      writeU16(bytes, fixedLength, options.length);
      bytes.set(options, fixedLength + 2);
      return bytes;
    });
}

function hex(bytes: Uint8Array, length = bytes.length): string {
  return Array.from(bytes.subarray(0, length), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** The first packet of a recorded capture of one TCP segment: its type and its payload. */
function recordedPacket(file: Uint8Array): { type: number; payload: Uint8Array } {
  const found: { type: number; payload: Uint8Array }[] = [];
  const reader = new SoupFrameReader(new Uint8Array(512), new Int32Array(soupReaderStateLength));
  forEachPcapPayload(file, (segment) => {
    reader.push(file, segment.offset, segment.length, (type, bytes, offset, length) => {
      found.push({ type, payload: bytes.slice(offset, offset + length) });
    });
  });
  expect(found).toHaveLength(1);
  expect(reader.pending).toBe(0);
  return found[0];
}

describe("OUCH 5.0", () => {
  for (const [name, type] of Object.entries(ouchInboundType)) {
    it(`carries every field and option of ${name} to the exchange and back to the same bytes`, () => {
      const echo = new OuchInboundEcho();
      const always = alwaysWithAppendage.inbound.includes(String.fromCharCode(type));
      const messages = messageOf(type, ouchInboundLength[type], inboundNumbers[type] ?? [], false, always, true);
      fc.assert(
        fc.property(messages, fc.nat(5), (message, offset) => {
          const bytes = new Uint8Array(offset + message.length + 4).fill(0xff);
          bytes.set(message, offset);
          expect(decodeOuchInbound(bytes, offset, message.length, echo)).toBe(ok);
          expect(hex(echo.bytes, echo.length)).toBe(hex(message));
          expect(message.length).toBeLessThanOrEqual(encode.ouchLongestMessage);
        }),
      );
    });
  }

  for (const [name, type] of Object.entries(ouchOutboundType)) {
    it(`carries every field and option of ${name} to the client and back to the same bytes`, () => {
      const echo = new OuchOutboundEcho();
      const always = alwaysWithAppendage.outbound.includes(String.fromCharCode(type));
      const isEvent = type === ouchOutboundType.systemEvent;
      const numbers = outboundNumbers[type] ?? [];
      fc.assert(
        fc.property(messageOf(type, ouchOutboundLength[type], numbers, true, always, !isEvent), (message) => {
          expect(decodeOuchOutbound(message, 0, message.length, echo)).toBe(ok);
          expect(hex(echo.bytes, echo.length)).toBe(hex(message));
          expect(message.length).toBeLessThanOrEqual(encode.ouchLongestMessage);
        }),
      );
    });
  }

  it("knows 8 messages in and 17 out, of the lengths of the specification", () => {
    const lengths = (types: Record<string, number>, table: Uint8Array): Record<string, number> =>
      Object.fromEntries(Object.values(types).map((type) => [String.fromCharCode(type), table[type]]));
    expect(lengths(ouchInboundType, ouchInboundLength)).toEqual({
      ...{ O: 45, U: 38, X: 9, M: 10, C: 17, D: 9, E: 9, Q: 1 },
    });
    expect(lengths(ouchOutboundType, ouchOutboundLength)).toEqual({
      ...{ S: 10, A: 62, U: 66, C: 18, D: 32, E: 34, B: 36, J: 29, P: 13 },
      ...{ I: 13, T: 30, M: 18, R: 14, X: 25, G: 17, K: 17, Q: 13 },
    });
  });

  it("enters an order byte for byte as the specification lays it out", () => {
    const bytes = new Uint8Array(64);
    const options = new OuchOptions().set(ouchTag.userReferenceIndex, 5);
    const symbol = symbolBytes("AAPL");
    const order = symbolBytes("CLORD1", 14);
    const length = encode.encodeOuchEnterOrder(
      ...([bytes, viewOf(bytes), 0, 1, 0x42, 100, viewOf(symbol), 0, 1_503_400] as const),
      ...([0x30, 0x59, 0x41, 0x4e, 0x4e, viewOf(order), 0, options] as const),
    );
    const body = "000000014200000064" + "4141504c20202020" + "000000000016f0a8" + "3059414e4e";
    expect(hex(bytes, length)).toBe(`4f${body}434c4f52443120202020202020200003021c05`);
    expect(length).toBe(50);
  });

  it("fills and rejects an order byte for byte as the specification lays it out", () => {
    const bytes = new Uint8Array(64);
    const filled = encode.encodeOuchExecuted(
      bytes,
      0,
      34_200_000_000_123,
      1,
      100,
      1_503_400,
      0x41,
      0,
      987_654_321,
      null,
    );
    const time = "00001f1aced9f07b";
    expect(hex(bytes, filled)).toBe(`45${time}0000000100000064000000000016f0a841000000003ade68b10000`);
    const order = symbolBytes("BADPX", 14);
    const rejected = encode.encodeOuchRejected(
      ...([bytes, 0, 34_200_000_000_123, 9, ouchRejectReason.invalidPrice, order, 0, null] as const),
    );
    expect(hex(bytes, rejected)).toBe(`4a${time}00000009001d4241445058202020202020202020`);
  });

  it("reads an execution without an appendage length too, as older revisions sent it", () => {
    const bytes = new Uint8Array(64);
    const length = encode.encodeOuchExecuted(bytes, 0, 1, 1, 100, 1_503_400, 0x41, 0, 5, null);
    expect(decodeOuchOutbound(bytes, 0, length - 2, new OuchOutboundHandlerBase())).toBe(ok);
  });

  it("takes every option with the length the specification gives it", () => {
    const ones = [4, 6, 10, 12, 16, 17, 18, 25, 27, 28, 29];
    const lengthOf = (tag: number): number =>
      ones.includes(tag) ? 1 : [24, 30].includes(tag) ? 2 : [1, 9, 23].includes(tag) ? 8 : 4;
    expect(tags).toHaveLength(26);
    for (const tag of tags) expect(ouchTagLength[tag]).toBe(lengthOf(tag));
    expect([...ouchTagLength].filter((length) => length > 0)).toHaveLength(26);
  });

  it("keeps a negative peg offset, a firm in letters, and forgets all of it when cleared", () => {
    const options = new OuchOptions();
    options.set(ouchTag.pegOffset, -100).set(ouchTag.firm, packAscii4("LIME")).set(ouchTag.minimumQuantity, 200);
    options.set(ouchTag.discretionPrice, 1_500_000).setSecondaryOrderReference(1, 2);
    const bytes = new Uint8Array(64);
    const length = options.encode(bytes, 0);
    expect(length).toBe(options.encodedLength);
    const read = new OuchOptions();
    expect(read.decode(bytes, 0, length)).toBe(ok);
    expect(read.get(ouchTag.pegOffset)).toBe(-100);
    expect(unpackAscii4(read.get(ouchTag.firm))).toBe("LIME");
    expect([read.get(ouchTag.minimumQuantity), read.get(ouchTag.maxFloor, 7)]).toEqual([200, 7]);
    expect([read.secondaryOrderReferenceHigh, read.secondaryOrderReferenceLow]).toEqual([1, 2]);
    expect(read.clear().isEmpty).toBe(true);
    expect(read.get(ouchTag.firm)).toBe(0);
    expect(() => read.set(8, 1)).toThrow(RangeError);
    expect(() => read.set(ouchTag.secondaryOrderReference, 1)).toThrow(RangeError);
  });

  it("lets an option it does not know pass, and refuses one that is cut, empty or of the wrong length", () => {
    const handler = new OuchInboundHandlerBase();
    const verdictOf = (options: string): number => {
      const bytes = fromHex(`580000000100000000${(options.length / 2).toString(16).padStart(4, "0")}${options}`);
      return decodeOuchInbound(bytes, 0, bytes.length, handler);
    };
    expect(verdictOf("")).toBe(ok);
    expect(verdictOf("021c05")).toBe(ok);
    expect(verdictOf("03630102")).toBe(ok);
    expect(verdictOf("031c0501")).toBe(badAppendage);
    expect(verdictOf("021c")).toBe(badAppendage);
    expect(verdictOf("00")).toBe(badAppendage);
    const options = new OuchOptions().set(ouchTag.side, 1);
    expect(options.decode(fromHex("031c0501"), 0, 4)).toBe(badAppendage);
    expect(options.isEmpty).toBe(true);
    expect(options.decode(fromHex("0909ffffffffffffffff"), 0, 10)).toBe(outOfRange);
    expect(options.isEmpty).toBe(true);
  });

  it("refuses unknown types, wrong lengths, and prices no order can have", () => {
    const inbound = new OuchInboundHandlerBase();
    const outbound = new OuchOutboundHandlerBase();
    expect(decodeOuchInbound(fromHex("41"), 0, 1, inbound)).toBe(unknownType);
    expect(decodeOuchOutbound(fromHex("4f"), 0, 1, outbound)).toBe(unknownType);
    const bytes = new Uint8Array(64);
    const symbol = viewOf(symbolBytes("A", 14));
    const fields = [2, 0x42, 100, symbol, 0, ouchMarketPrice, 0x33, 0x4e, 0x50, 0x4e, 0x4e, symbol, 0, null] as const;
    const length = encode.encodeOuchEnterOrder(bytes, viewOf(bytes), 0, ...fields);
    expect(length).toBe(47);
    for (let cut = 0; cut <= 64; cut += 1) {
      expect(decodeOuchInbound(bytes, 0, cut, inbound)).toBe(cut === 47 ? ok : badLength);
    }
    bytes[18] = 1;
    expect(decodeOuchInbound(bytes, 0, 47, inbound)).toBe(outOfRange);
  });

  it("never throws and never reads beyond the bytes it was given, in either direction", () => {
    const inbound = new OuchInboundEcho();
    const outbound = new OuchOutboundEcho();
    const types = [...Object.values(ouchInboundType), ...Object.values(ouchOutboundType)];
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 120 }),
        fc.constantFrom(...types),
        fc.integer({ min: -2, max: 3 }),
        fc.integer({ min: -2, max: 130 }),
        (bytes, type, offset, length) => {
          bytes[0] = type;
          for (const verdict of [
            decodeOuchInbound(bytes, offset, length, inbound),
            decodeOuchOutbound(bytes, offset, length, outbound),
          ]) {
            if (offset < 0 || length < 1 || offset + length > bytes.length) expect(verdict).toBe(badLength);
          }
          decodeOuchInbound(bytes, 0, bytes.length, inbound);
          decodeOuchOutbound(bytes, 0, bytes.length, outbound);
        },
      ),
    );
  });

  it("has a text for every reject and cancel reason, and names an unknown one by its number", () => {
    for (const code of Object.values(ouchRejectReason)) expect(ouchRejectTexts[code].length).toBeGreaterThan(3);
    expect(ouchRejectTexts).toHaveLength(Object.keys(ouchRejectReason).length + 1);
    expect(describeOuchRejectReason(ouchRejectReason.invalidPrice)).toBe("invalid price");
    expect(describeOuchRejectReason(0x0034)).toBe("unknown reject reason 52");
    for (const code of Object.values(ouchCancelReason)) expect(describeOuchCancelReason(code)).not.toContain("unknown");
    expect(describeOuchCancelReason(0)).toBe("unknown cancel reason 0");
  });

  itWithRecording("reads a recorded enter order with a firm option", "ouch/EnterOrderMessage.pcap", (file) => {
    const { type, payload } = recordedPacket(file);
    expect(type).toBe(soupType.unsequencedData);
    const options = new OuchOptions();
    const seen: unknown[] = [];
    class Exchange extends OuchInboundHandlerBase {
      override enterOrder(
        bytes: Uint8Array,
        userReference: number,
        side: number,
        quantity: number,
        symbolOffset: number,
        price: number,
        timeInForce: number,
        display: number,
        capacity: number,
        sweepEligibility: number,
        crossType: number,
        clientOrderIdOffset: number,
        appendageOffset: number,
        appendageLength: number,
      ): void {
        seen.push(userReference, quantity, readSymbol(bytes, symbolOffset, 8), price);
        seen.push(String.fromCharCode(side, timeInForce, display, capacity, sweepEligibility, crossType));
        seen.push(readSymbol(bytes, clientOrderIdOffset, 14));
        expect(options.decode(bytes, appendageOffset, appendageLength)).toBe(ok);
        seen.push(unpackAscii4(options.get(ouchTag.firm)));
      }
    }
    expect(decodeOuchInbound(payload, 0, payload.length, new Exchange())).toBe(ok);
    expect(seen).toEqual([113, 225, "CVLT", 630_200, "T0YANN", "H8FUB8IV", "LIME"]);
    const echo = new OuchInboundEcho();
    decodeOuchInbound(payload, 0, payload.length, echo);
    expect(hex(echo.bytes, echo.length)).toBe(hex(payload));
  });

  itWithRecording("reads a recorded acceptance with two options", "ouch/OrderAcceptedMessage.pcap", (file) => {
    const { type, payload } = recordedPacket(file);
    expect(type).toBe(soupType.sequencedData);
    const options = new OuchOptions();
    const seen: unknown[] = [];
    class Client extends OuchOutboundHandlerBase {
      override accepted(
        bytes: Uint8Array,
        timeNs: number,
        userReference: number,
        side: number,
        quantity: number,
        symbolOffset: number,
        price: number,
        timeInForce: number,
        display: number,
        orderReferenceHigh: number,
        orderReferenceLow: number,
        capacity: number,
        sweepEligibility: number,
        crossType: number,
        orderState: number,
        clientOrderIdOffset: number,
        appendageOffset: number,
        appendageLength: number,
      ): void {
        seen.push(timeNs, userReference, quantity, readSymbol(bytes, symbolOffset, 8), price);
        const codes = [side, timeInForce, display, capacity, sweepEligibility, crossType, orderState];
        seen.push(String.fromCharCode(...codes), orderReferenceHigh, orderReferenceLow);
        seen.push(readSymbol(bytes, clientOrderIdOffset, 14));
        expect(options.decode(bytes, appendageOffset, appendageLength)).toBe(ok);
        seen.push(unpackAscii4(options.get(ouchTag.firm)));
        seen.push(String.fromCharCode(options.get(ouchTag.bboWeightIndicator)));
      }
    }
    expect(decodeOuchOutbound(payload, 0, payload.length, new Client())).toBe(ok);
    expect(seen).toEqual([
      ...[0x289b_4d64_af87, 7_682_701, 40, "ADBE", 4_777_800, "B5YANNL", 0, 0x0f56_b4f5],
      ...["7682701", "MLRO", "0"],
    ]);
    const echo = new OuchOutboundEcho();
    decodeOuchOutbound(payload, 0, payload.length, echo);
    expect(hex(echo.bytes, echo.length)).toBe(hex(payload));
  });

  itWithRecording("reads a recorded cancel without an appendage", "ouch/CancelOrderMessage.pcap", (file) => {
    const { type, payload } = recordedPacket(file);
    expect(type).toBe(soupType.unsequencedData);
    const bytes = new Uint8Array(16);
    const length = encode.encodeOuchCancelOrder(bytes, 0, 0x752e71, 0, null);
    expect(hex(payload)).toBe(hex(bytes, length));
    expect(decodeOuchInbound(payload, 0, payload.length, new OuchInboundHandlerBase())).toBe(ok);
  });

  itWithRecording("reads a recorded cancellation without an appendage", "ouch/CanceledMessage.pcap", (file) => {
    const { type, payload } = recordedPacket(file);
    expect(type).toBe(soupType.sequencedData);
    const bytes = new Uint8Array(32);
    const reason = ouchCancelReason.userRequested;
    const length = encode.encodeOuchCanceled(bytes, 0, 0x289b_4d68_1317, 0x753a8d, 40, reason, null);
    expect(hex(payload)).toBe(hex(bytes, length));
    expect(decodeOuchOutbound(payload, 0, payload.length, new OuchOutboundHandlerBase())).toBe(ok);
  });

  for (const [name, expected] of [
    ["ClientHeartbeatPacket", soupType.clientHeartbeat],
    ["ServerHeartbeatPacket", soupType.serverHeartbeat],
  ] as const) {
    itWithRecording(`reads a recorded ${name}`, `ouch/${name}.pcap`, (file) => {
      const { type, payload } = recordedPacket(file);
      expect([type, payload.length]).toEqual([expected, 0]);
    });
  }
});
