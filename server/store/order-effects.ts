import type { Fact } from "../../domain/facts";
import { type CancelCause, cancelCauses, isOpen, type OrderState } from "../../domain/order";

/** What one fact does to an order that exists already; a missing field stays as it is. */
export type OrderEffect = {
  readonly order: number;
  readonly state?: OrderState;
  readonly price?: number;
  readonly leavesQuantity?: number;
  readonly filledChange?: number;
  readonly cancelCause?: CancelCause;
};

/**
 * The one place that knows how facts move an order: the database's projection and the screen's replica both apply
 * it, so that blotter and history cannot tell different stories. Null for facts that touch no existing order.
 */
export function orderEffect(fact: Fact): OrderEffect | null {
  switch (fact.kind) {
    case "orderAccepted":
      return { order: fact.order, state: "working" };
    case "orderRejected":
      return { order: fact.order, state: "rejected", leavesQuantity: 0 };
    case "orderReplaced":
      return { order: fact.order, leavesQuantity: fact.quantity, price: fact.price };
    case "orderCancelSent":
      return { order: fact.order, state: "cancelling", cancelCause: cancelCauses.name(fact.cause) };
    case "orderCancelled":
      return fact.leavesQuantity > 0
        ? { order: fact.order, leavesQuantity: fact.leavesQuantity }
        : { order: fact.order, leavesQuantity: 0, state: "cancelled" };
    case "orderLost":
      return { order: fact.order, state: "lost", leavesQuantity: 0 };
    case "fill":
      return fact.leavesQuantity > 0
        ? { order: fact.order, filledChange: fact.quantity, leavesQuantity: fact.leavesQuantity, state: "working" }
        : { order: fact.order, filledChange: fact.quantity, leavesQuantity: 0, state: "filled" };
    case "fillBroken":
      return { order: fact.order, filledChange: -fact.quantity };
    default:
      return null;
  }
}

/** The part of an order that facts change. */
export type OrderStanding = {
  readonly filledQuantity: number;
  readonly leavesQuantity: number;
  readonly price: number;
  readonly timeInForce: string;
  readonly state: OrderState;
  readonly cancelCause: CancelCause | null;
};

/**
 * An order after an effect. States only go forward: an acceptance does not take back a cancel that is on its way, and
 * a fill that comes after the end is counted without bringing the order back.
 */
export function afterEffect<Order extends OrderStanding>(order: Order, effect: OrderEffect): Order {
  const state = nextState(order.state, effect.state);
  return {
    ...order,
    filledQuantity: order.filledQuantity + (effect.filledChange ?? 0),
    leavesQuantity: effect.leavesQuantity ?? order.leavesQuantity,
    price: effect.price ?? order.price,
    state,
    cancelCause: effect.cancelCause ?? order.cancelCause ?? (state === "cancelled" ? unaskedCause(order) : null),
  };
}

function nextState(state: OrderState, wanted: OrderState | undefined): OrderState {
  if (wanted === undefined || !isOpen(state)) return state;
  return wanted === "working" && state !== "pending" ? state : wanted;
}

/** Why an order ended that nobody here cancelled. */
function unaskedCause(order: OrderStanding): CancelCause {
  return order.timeInForce === "immediateOrCancel" ? "immediateOrCancel" : "venue";
}
