import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  encodeClientHeartbeat,
  encodeDebug,
  encodeEndOfSession,
  encodeLoginAccepted,
  encodeLoginRejected,
  encodeLoginRequest,
  encodeLogoutRequest,
  encodeSequencedData,
  encodeServerHeartbeat,
  encodeSoupHeader,
  encodeUnsequencedData,
  readLoginAccepted,
  readLoginRequest,
  SoupFrameReader,
  soupReaderStateLength,
  soupRejectReason,
  soupType,
  soupVerdict,
} from "./soup-bin-tcp";

const { ok, frameTooLong, emptyFrame } = soupVerdict.code;

type Frame = { readonly type: number; readonly payload: number[] };

function newReader(capacity = 64): SoupFrameReader {
  return new SoupFrameReader(new Uint8Array(capacity), new Int32Array(soupReaderStateLength));
}

/** Pushes bytes in chunks of the given lengths, repeated, and collects the frames and the last verdict. */
function framesOf(stream: Uint8Array, chunkLengths: readonly number[], reader = newReader()) {
  const frames: Frame[] = [];
  let verdict: number = ok;
  let position = 0;
  for (let turn = 0; position < stream.length; turn += 1) {
    const length = Math.min(chunkLengths[turn % chunkLengths.length], stream.length - position);
    verdict = reader.push(stream, position, length, (type, bytes, offset, payloadLength) => {
      frames.push({ type, payload: [...bytes.subarray(offset, offset + payloadLength)] });
    });
    position += length;
  }
  return { frames, verdict };
}

function text(bytes: Uint8Array, length: number): string {
  return String.fromCharCode(...bytes.subarray(0, length));
}

const chunkLengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

describe("SoupBinTCP", () => {
  it("asks for a session as the specification lays it out", () => {
    const bytes = new Uint8Array(64);
    const length = encodeLoginRequest(bytes, 0, "USER1", "SECRET", "DAY1", 42);
    expect(text(bytes, length)).toBe("\u0000\u002fLUSER1 SECRET          DAY1                  42");
    expect(readLoginRequest(bytes, 3, length - 3)).toEqual({
      username: "USER1",
      password: "SECRET",
      requestedSession: "DAY1",
      requestedSequence: 42,
    });
    expect(readLoginRequest(bytes, 3, length - 4)).toBeNull();
    bytes[length - 1] = 0x78;
    expect(readLoginRequest(bytes, 3, length - 3)).toBeNull();
  });

  it("accepts a login with the session and the next sequence number", () => {
    const bytes = new Uint8Array(64);
    const length = encodeLoginAccepted(bytes, 0, "20261121A", 7);
    expect(text(bytes, length)).toBe("\u0000\u001fA 20261121A                   7");
    expect(readLoginAccepted(bytes, 3, length - 3)).toEqual({ session: "20261121A", sequence: 7 });
    expect(readLoginAccepted(bytes, 3, 5)).toBeNull();
  });

  it("writes heartbeats, end of session, logout, rejection and debug text in their few bytes", () => {
    const bytes = new Uint8Array(16);
    const packet = (length: number): number[] => [...bytes.subarray(0, length)];
    expect(packet(encodeServerHeartbeat(bytes, 0))).toEqual([0, 1, 0x48]);
    expect(packet(encodeClientHeartbeat(bytes, 0))).toEqual([0, 1, 0x52]);
    expect(packet(encodeEndOfSession(bytes, 0))).toEqual([0, 1, 0x5a]);
    expect(packet(encodeLogoutRequest(bytes, 0))).toEqual([0, 1, 0x4f]);
    expect(packet(encodeLoginRejected(bytes, 0, soupRejectReason.notAuthorized))).toEqual([0, 2, 0x4a, 0x41]);
    expect(packet(encodeDebug(bytes, 0, "hi"))).toEqual([0, 3, 0x2b, 0x68, 0x69]);
    expect(packet(encodeSequencedData(bytes, 0, new Uint8Array([9, 8]), 0, 2))).toEqual([0, 3, 0x53, 9, 8]);
    expect(packet(encodeUnsequencedData(bytes, 0, new Uint8Array([7, 6]), 1, 1))).toEqual([0, 2, 0x55, 6]);
  });

  it("finds the same packets however the stream is cut", () => {
    const frame = fc.record({
      type: fc.constantFrom(...Object.values(soupType)),
      payload: fc.array(fc.nat(255), { maxLength: 61 }),
    });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 20 }), chunkLengths, (sent, chunks) => {
        const stream = new Uint8Array(sent.reduce((sum, each) => sum + 3 + each.payload.length, 0));
        let position = 0;
        for (const each of sent) {
          const at = encodeSoupHeader(stream, position, each.type, each.payload.length);
          stream.set(each.payload, at);
          position = at + each.payload.length;
        }
        const reader = newReader();
        expect(framesOf(stream, chunks, reader)).toEqual({ frames: sent, verdict: ok });
        expect(reader.pending).toBe(0);
      }),
    );
  });

  it("gives the same packets and verdict for any bytes, well-formed or not, in any chunking", () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((raw) => {
      for (let index = 0; index < raw.length; index += 3) raw[index] = 0;
      return raw;
    });
    fc.assert(
      fc.property(bytes, chunkLengths, (stream, chunks) => {
        const whole = framesOf(stream, [Math.max(1, stream.length)]);
        const pieces = framesOf(stream, chunks);
        expect(pieces).toEqual(whole);
      }),
    );
  });

  it("keeps its state in the arrays it was given, so that a copy of them goes on from the same byte", () => {
    const stream = new Uint8Array(20);
    encodeSequencedData(
      stream,
      0,
      Uint8Array.from({ length: 17 }, (_, index) => index),
      0,
      17,
    );
    for (let cut = 1; cut < 20; cut += 1) {
      const buffer = new Uint8Array(64);
      const state = new Int32Array(soupReaderStateLength);
      new SoupFrameReader(buffer, state).push(stream, 0, cut, () => {});
      const restored = new SoupFrameReader(buffer.slice(), state.slice());
      expect(framesOf(stream.slice(cut), [20], restored).frames).toHaveLength(1);
    }
  });

  it("stops at a packet longer than its buffer or without a type, and stays stopped until reset", () => {
    const reader = newReader(10);
    const nothing = (): void => {};
    const fits = new Uint8Array([0, 8, 0x53, 1, 2, 3, 4, 5, 6, 7]);
    expect(reader.push(fits, 0, 10, nothing)).toBe(ok);
    expect(reader.push(new Uint8Array([0, 9]), 0, 2, nothing)).toBe(frameTooLong);
    expect(reader.push(fits, 0, 10, nothing)).toBe(frameTooLong);
    reader.reset();
    expect(reader.push(new Uint8Array([0]), 0, 1, nothing)).toBe(ok);
    expect(reader.push(new Uint8Array([0]), 0, 1, nothing)).toBe(emptyFrame);
    reader.reset();
    let count = 0;
    expect(
      reader.push(fits, 0, 10, () => {
        count += 1;
      }),
    ).toBe(ok);
    expect(count).toBe(1);
  });
});
