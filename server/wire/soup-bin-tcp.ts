import { closedSet } from "../../domain/closed-set";
import { copyBytes, readAsciiNumber, readSymbol, readU16, writeAsciiNumber, writeSymbol, writeU16 } from "./bytes";

/**
 * SoupBinTCP 3.00, the transport of OUCH and GLIMPSE over TCP. A logical packet (section 1.1) is a two-byte
 * big-endian length of what follows, a packet type byte, and a payload. Debug packets are in section 2.1,
 * the server's packets in 2.2, the client's in 2.3. 'S' is sequenced data from the server, 'U' unsequenced data from the
 * client (since version 4.00 from the server too).
 */

/** The type byte of every packet, by name; the letters do not overlap between the directions except 'U' and '+'. */
export const soupType = {
  debug: 0x2b, // +
  loginAccepted: 0x41, // A, server
  loginRejected: 0x4a, // J, server
  sequencedData: 0x53, // S, server
  serverHeartbeat: 0x48, // H, server
  endOfSession: 0x5a, // Z, server
  unsequencedData: 0x55, // U
  loginRequest: 0x4c, // L, client
  logoutRequest: 0x4f, // O, client
  clientHeartbeat: 0x52, // R, client
} as const;

/** Section 2.2: why a login was rejected. */
export const soupRejectReason = {
  /** 'A': user name or password is wrong. */
  notAuthorized: 0x41,
  /** 'S': the requested session is invalid or not available. */
  sessionNotAvailable: 0x53,
} as const;

/** Length of the header before a payload: two bytes of length and the type. */
export const soupHeaderLength = 3;

/** Each side sends a heartbeat when it has sent nothing for a second, and gives up after a silence. */
export const soupHeartbeatIntervalNs = 1_000_000_000;

/** Silence after which the other side is taken for lost: 15 seconds. */
export const soupSilenceLimitNs = 15_000_000_000;

const USERNAME_WIDTH = 6;
const PASSWORD_WIDTH = 10;
const SESSION_WIDTH = 10;
const SEQUENCE_WIDTH = 20;

/** Writes a packet header for a payload of `payloadLength`; returns where that payload goes. */
export function encodeSoupHeader(bytes: Uint8Array, offset: number, type: number, payloadLength: number): number {
  writeU16(bytes, offset, payloadLength + 1);
  bytes[offset + 2] = type;
  return offset + soupHeaderLength;
}

function encodeWithPayload(
  bytes: Uint8Array,
  offset: number,
  type: number,
  payload: Uint8Array,
  payloadOffset: number,
  payloadLength: number,
): number {
  copyBytes(bytes, encodeSoupHeader(bytes, offset, type, payloadLength), payload, payloadOffset, payloadLength);
  return soupHeaderLength + payloadLength;
}

/** 'S', section 2.2: the next message of the session; its sequence number is implied by counting. */
export function encodeSequencedData(
  bytes: Uint8Array,
  offset: number,
  payload: Uint8Array,
  payloadOffset: number,
  payloadLength: number,
): number {
  return encodeWithPayload(bytes, offset, soupType.sequencedData, payload, payloadOffset, payloadLength);
}

/** 'U', section 2.3: a message outside the sequence; every message of a client. */
export function encodeUnsequencedData(
  bytes: Uint8Array,
  offset: number,
  payload: Uint8Array,
  payloadOffset: number,
  payloadLength: number,
): number {
  return encodeWithPayload(bytes, offset, soupType.unsequencedData, payload, payloadOffset, payloadLength);
}

/**
 * 'L', section 2.3.1. An empty session asks for the one that is open; sequence 0 asks for the newest messages only,
 * 1 for all. User name and password are padded on the right, session and sequence number on the left.
 */
export function encodeLoginRequest(
  bytes: Uint8Array,
  offset: number,
  username: string,
  password: string,
  requestedSession: string,
  requestedSequence: number,
): number {
  const length = USERNAME_WIDTH + PASSWORD_WIDTH + SESSION_WIDTH + SEQUENCE_WIDTH;
  let at = encodeSoupHeader(bytes, offset, soupType.loginRequest, length);
  writeSymbol(bytes, at, username, USERNAME_WIDTH);
  at += USERNAME_WIDTH;
  writeSymbol(bytes, at, password, PASSWORD_WIDTH);
  at += PASSWORD_WIDTH;
  writeSession(bytes, at, requestedSession);
  at += SESSION_WIDTH;
  writeAsciiNumber(bytes, at, requestedSequence, SEQUENCE_WIDTH);
  return soupHeaderLength + length;
}

/** 'A', section 2.2: the session the client is in and the sequence number of the next sequenced message. */
export function encodeLoginAccepted(bytes: Uint8Array, offset: number, session: string, sequence: number): number {
  const at = encodeSoupHeader(bytes, offset, soupType.loginAccepted, SESSION_WIDTH + SEQUENCE_WIDTH);
  writeSession(bytes, at, session);
  writeAsciiNumber(bytes, at + SESSION_WIDTH, sequence, SEQUENCE_WIDTH);
  return soupHeaderLength + SESSION_WIDTH + SEQUENCE_WIDTH;
}

/** 'J', section 2.2; the server closes the connection after it. */
export function encodeLoginRejected(bytes: Uint8Array, offset: number, reason: number): number {
  bytes[encodeSoupHeader(bytes, offset, soupType.loginRejected, 1)] = reason;
  return soupHeaderLength + 1;
}

/** 'H', section 2.2: the server is alive. */
export function encodeServerHeartbeat(bytes: Uint8Array, offset: number): number {
  return encodeEmpty(bytes, offset, soupType.serverHeartbeat);
}

/** 'R', section 2.3: the client is alive. */
export function encodeClientHeartbeat(bytes: Uint8Array, offset: number): number {
  return encodeEmpty(bytes, offset, soupType.clientHeartbeat);
}

/** 'Z', section 2.2: the session has ended; no message follows. */
export function encodeEndOfSession(bytes: Uint8Array, offset: number): number {
  return encodeEmpty(bytes, offset, soupType.endOfSession);
}

/** 'O', section 2.3: the client asks the server to close the connection. */
export function encodeLogoutRequest(bytes: Uint8Array, offset: number): number {
  return encodeEmpty(bytes, offset, soupType.logoutRequest);
}

/** '+', section 2.1: text for people, ignored by programs. */
export function encodeDebug(bytes: Uint8Array, offset: number, text: string): number {
  writeSymbol(bytes, encodeSoupHeader(bytes, offset, soupType.debug, text.length), text, text.length);
  return soupHeaderLength + text.length;
}

function encodeEmpty(bytes: Uint8Array, offset: number, type: number): number {
  encodeSoupHeader(bytes, offset, type, 0);
  return soupHeaderLength;
}

function writeSession(bytes: Uint8Array, offset: number, session: string): void {
  writeSymbol(bytes, offset, session.slice(0, SESSION_WIDTH).padStart(SESSION_WIDTH), SESSION_WIDTH);
}

/** A decoded login request. Made once a session, so it may allocate. */
export type SoupLoginRequest = {
  readonly username: string;
  readonly password: string;
  readonly requestedSession: string;
  readonly requestedSequence: number;
};

/** Reads the payload of an 'L' packet; null when its length or its sequence number is malformed. */
export function readLoginRequest(bytes: Uint8Array, offset: number, length: number): SoupLoginRequest | null {
  if (length !== USERNAME_WIDTH + PASSWORD_WIDTH + SESSION_WIDTH + SEQUENCE_WIDTH) return null;
  if (offset < 0 || offset + length > bytes.length) return null;
  const sessionOffset = offset + USERNAME_WIDTH + PASSWORD_WIDTH;
  const requestedSequence = readAsciiNumber(bytes, sessionOffset + SESSION_WIDTH, SEQUENCE_WIDTH);
  if (requestedSequence < 0) return null;
  return {
    username: readSymbol(bytes, offset, USERNAME_WIDTH),
    password: readSymbol(bytes, offset + USERNAME_WIDTH, PASSWORD_WIDTH),
    requestedSession: readSymbol(bytes, sessionOffset, SESSION_WIDTH),
    requestedSequence,
  };
}

/** A decoded login acceptance. */
export type SoupLoginAccepted = { readonly session: string; readonly sequence: number };

/** Reads the payload of an 'A' packet; null when its length or its sequence number is malformed. */
export function readLoginAccepted(bytes: Uint8Array, offset: number, length: number): SoupLoginAccepted | null {
  if (length !== SESSION_WIDTH + SEQUENCE_WIDTH || offset < 0 || offset + length > bytes.length) return null;
  const sequence = readAsciiNumber(bytes, offset + SESSION_WIDTH, SEQUENCE_WIDTH);
  if (sequence < 0) return null;
  return { session: readSymbol(bytes, offset, SESSION_WIDTH), sequence };
}

/** What became of bytes pushed into a frame reader. */
export const soupVerdict = closedSet("SoupBinTCP verdict", "ok", "frameTooLong", "emptyFrame");

/** A code of `soupVerdict`. Empty: a length of 0, which leaves no room for the type byte. */
export type SoupVerdict = number;

const OK = soupVerdict.code.ok;

/** How many integers of state a frame reader keeps: bytes held back, and the verdict that stopped it. */
export const soupReaderStateLength = 2;

const USED = 0;
const STOPPED = 1;

/** Receives each whole packet; the payload is valid only during the call. */
export type SoupFrameHandler = (type: number, bytes: Uint8Array, payloadOffset: number, payloadLength: number) => void;

/**
 * Finds the packets in a TCP byte stream however it is cut into chunks. Its whole state, the bytes of a packet not yet
 * complete and two integers, lives in arrays handed in, so that a snapshot can carry it. The same bytes give the same
 * packets and the same verdict in every chunking. After a bad frame the stream has no meaning: the verdict latches
 * until `reset`, and the caller drops the connection.
 */
export class SoupFrameReader {
  private readonly buffer: Uint8Array;
  private readonly state: Int32Array;

  /** The buffer's length is the longest packet accepted, its two length bytes included. */
  constructor(buffer: Uint8Array, state: Int32Array) {
    this.buffer = buffer;
    this.state = state;
  }

  /** Forgets everything, for a new connection. */
  reset(): void {
    this.state[USED] = 0;
    this.state[STOPPED] = OK;
  }

  /** Bytes of a packet not yet complete. */
  get pending(): number {
    return this.state[USED];
  }

  /** Takes the next bytes of the stream and hands out every packet they complete. */
  push(bytes: Uint8Array, offset: number, length: number, onFrame: SoupFrameHandler): SoupVerdict {
    const { buffer, state } = this;
    let position = offset;
    const end = offset + length;
    while (state[STOPPED] === OK) {
      let used = state[USED];
      if (used === 0 && end - position >= 2) {
        const frameLength = 2 + readU16(bytes, position);
        if (!this.accepts(frameLength)) break;
        if (end - position >= frameLength) {
          const frame = position;
          position += frameLength;
          onFrame(bytes[frame + 2], bytes, frame + soupHeaderLength, frameLength - soupHeaderLength);
          continue;
        }
      }
      while (used < 2 && position < end) {
        buffer[used] = bytes[position];
        used += 1;
        position += 1;
      }
      state[USED] = used;
      if (used < 2) break;
      const frameLength = 2 + readU16(buffer, 0);
      if (!this.accepts(frameLength)) break;
      const taken = Math.min(frameLength - used, end - position);
      copyBytes(buffer, used, bytes, position, taken);
      position += taken;
      used += taken;
      if (used < frameLength) {
        state[USED] = used;
        break;
      }
      state[USED] = 0;
      onFrame(buffer[2], buffer, soupHeaderLength, frameLength - soupHeaderLength);
    }
    return state[STOPPED];
  }

  private accepts(frameLength: number): boolean {
    if (frameLength < soupHeaderLength) this.state[STOPPED] = soupVerdict.code.emptyFrame;
    else if (frameLength > this.buffer.length) this.state[STOPPED] = soupVerdict.code.frameTooLong;
    return this.state[STOPPED] === OK;
  }
}
