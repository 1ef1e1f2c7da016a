import type { InferInsertModel } from "drizzle-orm";
import type { orderEvents } from "../../db/schema";
import type { Fact } from "../../domain/facts";
import { cancelCauses } from "../../domain/order";
import { orderMessages } from "../../domain/order-life";

type Row = InferInsertModel<typeof orderEvents>;

/** What a fact says about an order, as a row of its life; null for facts that are about none. */
export function orderEventRow(journal: string, fact: Fact): Row | null {
  switch (fact.kind) {
    case "orderSubmitted":
      return { ...base(journal, fact, "submitted"), quantity: fact.quantity, price: fact.price };
    case "orderAccepted":
      return {
        ...base(journal, fact, "accepted"),
        quantity: fact.quantity,
        price: fact.price,
        venueTimeNs: fact.venueTimeNs,
        detail: wideNumber(fact.venueReferenceHigh, fact.venueReferenceLow),
      };
    case "orderRejected":
      return { ...base(journal, fact, "rejected"), venueTimeNs: fact.venueTimeNs, detail: `code ${fact.code}` };
    case "orderReplaceSent":
      return { ...base(journal, fact, "replaceSent"), quantity: fact.quantity, price: fact.price };
    case "orderReplaced":
      return {
        ...base(journal, fact, "replaced"),
        quantity: fact.quantity,
        price: fact.price,
        venueTimeNs: fact.venueTimeNs,
      };
    case "orderCancelSent":
      return { ...base(journal, fact, "cancelSent"), detail: cancelCauses.name(fact.cause) };
    case "orderCancelled":
      return {
        ...base(journal, fact, "cancelled"),
        quantity: fact.quantity,
        leavesQuantity: fact.leavesQuantity,
        venueTimeNs: fact.venueTimeNs,
        detail: letterOf(fact.reason),
      };
    case "orderReplaceRejected":
      return { ...base(journal, fact, "replaceRejected"), venueTimeNs: fact.venueTimeNs, detail: `code ${fact.code}` };
    case "orderCancelAnswered":
      return base(journal, fact, fact.pending === 1 ? "cancelPending" : "cancelRejected");
    case "orderUnknown":
      return { ...base(journal, fact, "unknown"), detail: orderMessages.name(fact.message) };
    case "orderConfirmed":
      return base(journal, fact, "confirmed");
    case "orderRestated":
      return {
        ...base(journal, fact, "restated"),
        quantity: fact.displayQuantity === 0 ? null : fact.displayQuantity,
        price: fact.displayPrice === 0 ? fact.price : fact.displayPrice,
        leavesQuantity: fact.leavesQuantity,
        venueTimeNs: fact.venueTimeNs,
        detail: letterOf(fact.reason),
      };
    case "orderLost":
      return base(journal, fact, "lost");
    case "orderAbandoned":
      return { ...base(journal, fact, "abandoned"), leavesQuantity: fact.leavesQuantity };
    case "fill":
      return {
        ...base(journal, fact, "fill"),
        quantity: fact.quantity,
        price: fact.price,
        leavesQuantity: fact.leavesQuantity,
        venueTimeNs: fact.venueTimeNs,
        detail: wideNumber(fact.matchHigh, fact.matchLow),
      };
    case "fillBroken":
      return { ...base(journal, fact, "fillBroken"), quantity: fact.quantity, price: fact.price };
    default:
      return null;
  }
}

function base(journal: string, fact: Fact & { readonly order: number }, kind: string): Row {
  return { journal, factNumber: fact.number, order: fact.order, kind, timeNs: fact.timeNs };
}

/** Two halves of a 64-bit number of a venue, in decimal. */
export function wideNumber(high: number, low: number): string {
  return ((BigInt(high) << 32n) | BigInt(low)).toString();
}

function letterOf(code: number): string | null {
  return code > 32 && code < 127 ? String.fromCharCode(code) : null;
}
