import { frameLengthMax } from "./engine-link";

/** Length u32 and type u8 in front of every payload. */
export const frameHeaderLength = 5;

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder();

/** One frame around `payload`; throws a RangeError above `frameLengthMax`. */
export function encodeFrame(type: number, payload: Uint8Array): Buffer {
  if (payload.length + 1 > frameLengthMax)
    throw new RangeError(`frame of ${payload.length + 1} bytes, at most ${frameLengthMax} are allowed`);
  const frame = Buffer.allocUnsafe(frameHeaderLength + payload.length);
  frame.writeUInt32BE(payload.length + 1, 0);
  frame[4] = type;
  frame.set(payload, frameHeaderLength);
  return frame;
}

/** One frame whose payload is the JSON text of `value`. */
export function encodeJsonFrame(type: number, value: unknown): Buffer {
  return encodeFrame(type, textEncoder.encode(JSON.stringify(value)));
}

/** The value of a JSON payload; throws a SyntaxError on anything else. */
export function decodeJsonPayload(payload: Uint8Array): unknown {
  return JSON.parse(textDecoder.decode(payload));
}

/**
 * Cuts a byte stream into frames. Holds at most one frame's bytes: a length of 0 or above `lengthMax` throws a
 * RangeError at once, before the bytes arrive, and the caller cuts the peer.
 */
export class FrameReader {
  private buffer: Uint8Array = new Uint8Array(4_096);
  private used = 0;

  constructor(private readonly lengthMax: number = frameLengthMax) {}

  /**
   * Takes a chunk and calls `onFrame` for each whole frame in it, for `framesMax` at most: what is behind them is kept
   * for the next call, which may bring an empty chunk. The payload is a view that is valid during the call only.
   * Returns the number of frames.
   */
  push(chunk: Uint8Array, onFrame: (type: number, payload: Uint8Array) => void, framesMax = Infinity): number {
    let frames = 0;
    let source = chunk;
    if (this.used > 0) {
      this.ensure(this.used + chunk.length);
      this.buffer.set(chunk, this.used);
      this.used += chunk.length;
      source = this.buffer.subarray(0, this.used);
    }
    let at = 0;
    while (frames < framesMax && source.length - at >= 4) {
      const length = ((source[at] << 24) | (source[at + 1] << 16) | (source[at + 2] << 8) | source[at + 3]) >>> 0;
      if (length === 0 || length > this.lengthMax)
        throw new RangeError(`frame length ${length}, expected 1..${this.lengthMax}`);
      if (source.length - at < 4 + length) break;
      frames++;
      onFrame(source[at + 4], source.subarray(at + frameHeaderLength, at + 4 + length));
      at += 4 + length;
    }
    const rest = source.length - at;
    if (source === chunk) {
      this.ensure(rest);
      this.buffer.set(chunk.subarray(at), 0);
    } else if (at > 0) {
      this.buffer.copyWithin(0, at, this.used);
    }
    this.used = rest;
    return frames;
  }

  /** True where `push` stopped in front of a frame that is whole, or of one that is too long. */
  get isFrameKept(): boolean {
    const { buffer, used } = this;
    if (used < 4) return false;
    const length = ((buffer[0] << 24) | (buffer[1] << 16) | (buffer[2] << 8) | buffer[3]) >>> 0;
    return length === 0 || length > this.lengthMax || used >= 4 + length;
  }

  private ensure(length: number): void {
    if (length <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(length, this.buffer.length * 2));
    grown.set(this.buffer.subarray(0, this.used));
    this.buffer = grown;
  }
}
