import type { Fact } from "../../domain/facts";
import { type CancelCause, cancelCauses, isOpen, type OrderState } from "../../domain/order";
import { nextOrderState, type OrderMessage, orderMessages } from "../../domain/order-life";

/** The letters T and E of OUCH 5.0's cancel reasons. */
const timeoutReason = 0x54;
const closedReason = 0x45;

/** What one fact does to an order that exists already; a missing field stays as it is. */
export type OrderEffect = {
  readonly order: number;
  readonly message: OrderMessage;
  /** The size that the venue took, where it says so. */
  readonly quantity?: number;
  readonly price?: number;
  readonly leavesQuantity?: number;
  readonly filledChange?: number;
  /** Null takes back the wish to cancel. */
  readonly cancelCause?: CancelCause | null;
};

/**
 * The one place that knows how facts move an order: the database's projection and the screen's replica both apply
 * it, over the engine's own table of an order's life, so that blotter, history and engine cannot tell different
 * stories. Null for facts that touch no existing order.
 */
export function orderEffect(fact: Fact): OrderEffect | null {
  switch (fact.kind) {
    case "orderAccepted":
      return fact.quantity > 0 && fact.price > 0
        ? { order: fact.order, message: "accepted", quantity: fact.quantity, price: fact.price }
        : { order: fact.order, message: "accepted" };
    case "orderRejected":
      return { order: fact.order, message: "rejected", leavesQuantity: 0 };
    case "orderReplaceSent":
      return { order: fact.order, message: "replaceSent" };
    case "orderReplaced":
      return { order: fact.order, message: "replaced", leavesQuantity: fact.quantity, price: fact.price };
    case "orderReplaceRejected":
      return { order: fact.order, message: "replaceRejected" };
    case "orderCancelSent":
      return { order: fact.order, message: "cancelSent", cancelCause: cancelCauses.name(fact.cause) };
    case "orderCancelAnswered":
      return fact.pending === 1
        ? { order: fact.order, message: "cancelPending" }
        : { order: fact.order, message: "cancelRejected", cancelCause: null };
    case "orderCancelled":
      return fact.leavesQuantity > 0
        ? { order: fact.order, message: "reduced", leavesQuantity: fact.leavesQuantity }
        : { order: fact.order, message: endOf(fact.reason), leavesQuantity: 0 };
    case "orderLost":
      return { order: fact.order, message: "neverSeen", leavesQuantity: 0 };
    case "orderAbandoned":
      return { order: fact.order, message: "expired", leavesQuantity: 0 };
    case "orderUnknown":
      return { order: fact.order, message: orderMessages.name(fact.message) };
    case "orderConfirmed":
      return { order: fact.order, message: "confirmed" };
    case "orderRestated":
      return { order: fact.order, message: "restated", price: fact.price };
    case "fill":
      return fact.leavesQuantity > 0
        ? {
            order: fact.order,
            message: "partFill",
            filledChange: fact.quantity,
            leavesQuantity: fact.leavesQuantity,
          }
        : { order: fact.order, message: "wholeFill", filledChange: fact.quantity, leavesQuantity: 0 };
    case "fillBroken":
      return { order: fact.order, message: "bust", filledChange: -fact.quantity };
    default:
      return null;
  }
}

/** The part of an order that facts change. */
export type OrderStanding = {
  readonly quantity: number;
  readonly filledQuantity: number;
  readonly leavesQuantity: number;
  readonly price: number;
  readonly timeInForce: string;
  readonly state: OrderState;
  readonly cancelCause: CancelCause | null;
};

/** An order after an effect: its state by `domain/order-life.ts`, its numbers by the fact. */
export function afterEffect<Order extends OrderStanding>(order: Order, effect: OrderEffect): Order {
  const filledQuantity = order.filledQuantity + (effect.filledChange ?? 0);
  const cancelCause = effect.cancelCause === undefined ? order.cancelCause : effect.cancelCause;
  const state = nextOrderState(order.state, effect.message, filledQuantity, cancelCause !== null);
  const cameBack = !isOpen(order.state) && isOpen(state);
  const quantity = effect.quantity ?? order.quantity;
  // What the venue took more or less than was sent is open more or less.
  const taken = isOpen(order.state)
    ? Math.max(0, order.leavesQuantity + quantity - order.quantity)
    : order.leavesQuantity;
  const hasEnded = state === "cancelled" || state === "expired";
  return {
    ...order,
    quantity,
    filledQuantity,
    leavesQuantity: cameBack ? quantity - filledQuantity : (effect.leavesQuantity ?? taken),
    price: effect.price ?? order.price,
    state,
    cancelCause: cancelCause ?? (hasEnded ? unaskedCause(order) : null),
  };
}

/** Why an order ended that nobody here cancelled. */
function unaskedCause(order: OrderStanding): CancelCause {
  return order.timeInForce === "immediateOrCancel" ? "immediateOrCancel" : "venue";
}

/** A venue's cancel reason says whether the order was taken out, or its time was over (OUCH 5.0 section 3.4). */
function endOf(reason: number): OrderMessage {
  return reason === timeoutReason || reason === closedReason ? "expired" : "cancelled";
}
