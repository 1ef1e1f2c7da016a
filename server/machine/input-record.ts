import { closedSet } from "../../domain/closed-set";
import { viewOf } from "../../domain/view-of";

/**
 * What an input can be. `start` opens every run (payload: u32 epoch, u8 cause, see `startCauses`), `timer` is the
 * shell's tick, `command` a person's or the supervisor's wish, and the rest is what sockets do. `connected` on a
 * listening side carries the listener's channel as a u16 payload. `outputsLost`: the turn could not be written, so what it
 * wanted to send was dropped (payload: f64, the time of the turn's first input). `outputsSent`: all that stood before a
 * mark of the outbox has been handed over (payload: u32, the mark's token; f64, when, by the clock of the inputs).
 */
export const inputKinds = closedSet(
  "input kind",
  "start",
  "timer",
  "command",
  "data",
  "connected",
  "disconnected",
  "outputsLost",
  "outputsSent",
);

/** Length of the payload of an `outputsSent` input. */
export const outputsSentLength = 12;

/**
 * Why a run starts: a new day, the day's clean continuation, after a crash, after a record that could not be stepped,
 * or on a recording, when nothing may be sent.
 */
export const startCauses = closedSet("start cause", "fresh", "continued", "crashed", "poisoned", "replay");

/** Longest payload of one input, in bytes; the shell cuts longer TCP chunks. */
export const inputPayloadLengthMax = 65_535;

/** Bytes before the payload: kind u8, flags u8 (0), channel u16, time f64; big-endian. */
export const inputHeaderLength = 12;

/**
 * One input, reused for every step: it points into a byte array (the journal's append buffer when live, a segment's
 * bytes in a replay), so nothing is copied between the log and the machine.
 */
export class InputRecord {
  kind = 0;
  /** Which socket, session or line the input belongs to; 0 for start, timer and command. */
  channel = 0;
  /** Nanoseconds since the trading day's start; never decreases from one input to the next. */
  timeNs = 0;
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  /** Payload within `bytes`. */
  offset = 0;
  length = 0;

  /** Points the record at a byte array; positions are set by `decode` or by hand. */
  attach(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.view = viewOf(bytes);
  }

  /** Sets all fields by hand; `bytes` must be attached already. */
  set(kind: number, channel: number, timeNs: number, offset: number, length: number): void {
    this.kind = kind;
    this.channel = channel;
    this.timeNs = timeNs;
    this.offset = offset;
    this.length = length;
  }

  /** Reads header and payload position of an encoded input at `at`, `total` bytes long (header included). */
  decode(at: number, total: number): void {
    this.kind = this.bytes[at];
    this.channel = this.view.getUint16(at + 2);
    this.timeNs = this.view.getFloat64(at + 4);
    this.offset = at + inputHeaderLength;
    this.length = total - inputHeaderLength;
  }
}

/** Writes an input's header in front of its payload; returns the payload's offset. */
export function writeInputHeader(view: DataView, at: number, kind: number, channel: number, timeNs: number): number {
  view.setUint8(at, kind);
  view.setUint8(at + 1, 0);
  view.setUint16(at + 2, channel);
  view.setFloat64(at + 4, timeNs);
  return at + inputHeaderLength;
}
