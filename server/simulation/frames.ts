import { readU16 } from "../wire/bytes";
import { soupType } from "../wire/soup-bin-tcp";
import type { Way } from "./fault-plan";

/** What a cut can be aimed at: the message out, or its answer in. */
export type AimedAt = "login" | "order" | "cancel" | "replace";

const frameHeaderLength = 3;
const outTypes = { order: 0x4f, cancel: 0x58, replace: 0x55 } as const; // O, X, U
const inTypes = { order: 0x41, cancel: 0x43, replace: 0x55 } as const; // A, C, U

/** Where in a run of whole frames the first one aimed at begins; -1 when there is none. */
export function findFrame(bytes: Uint8Array, way: Way, aim: AimedAt): number {
  for (let at = 0; at + frameHeaderLength <= bytes.length; at += 2 + readU16(bytes, at)) {
    const type = bytes[at + 2];
    if (aim === "login") {
      if (type === (way === "out" ? soupType.loginRequest : soupType.loginAccepted)) return at;
    } else if (type === (way === "out" ? soupType.unsequencedData : soupType.sequencedData)) {
      if (bytes[at + frameHeaderLength] === (way === "out" ? outTypes : inTypes)[aim]) return at;
    }
  }
  return -1;
}

/** Length of the frame at an offset, its header included. */
export function frameLength(bytes: Uint8Array, at: number): number {
  return 2 + readU16(bytes, at);
}
