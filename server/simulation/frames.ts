import { readU16 } from "../wire/bytes";
import { ouchInboundType, ouchOutboundType } from "../wire/ouch-codes";
import { soupType } from "../wire/soup-bin-tcp";
import type { Way } from "./fault-plan";

/** What a cut can be aimed at: the message out, or its answer in; the last two are a venue's own words and come in only. */
export type AimedAt = "login" | "order" | "cancel" | "replace" | "cancelPending" | "priorityUpdated";

const frameHeaderLength = 3;
const { enterOrder, cancelOrder, replaceOrder } = ouchInboundType;
const { accepted, canceled, replaced, cancelPending, priorityUpdated } = ouchOutboundType;
const outTypes = {
  order: enterOrder,
  cancel: cancelOrder,
  replace: replaceOrder,
  cancelPending: -1,
  priorityUpdated: -1,
};
const inTypes = { order: accepted, cancel: canceled, replace: replaced, cancelPending, priorityUpdated };

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
