import type { Fact } from "../../domain/facts";
import { type CancelCause, cancelCauses, type OrderState } from "../../domain/order";

/** What one fact does to an order that exists already; a missing field stays as it is. */
export type OrderEffect = {
  readonly order: number;
  readonly state?: OrderState;
  readonly quantity?: number;
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
      return {
        order: fact.order,
        state: "working",
        quantity: fact.quantity,
        leavesQuantity: fact.quantity,
        price: fact.price,
      };
    case "orderRejected":
      return { order: fact.order, state: "rejected", leavesQuantity: 0 };
    case "orderReplaced":
      return { order: fact.order, state: "working", quantity: fact.quantity, price: fact.price };
    case "orderCancelSent":
      return { order: fact.order, state: "cancelling", cancelCause: cancelCauses.name(fact.cause) };
    case "orderCancelled":
      return {
        order: fact.order,
        state: fact.leavesQuantity > 0 ? "working" : "cancelled",
        leavesQuantity: fact.leavesQuantity,
      };
    case "orderLost":
      return { order: fact.order, state: "lost", leavesQuantity: 0 };
    case "fill":
      return fact.leavesQuantity > 0
        ? { order: fact.order, filledChange: fact.quantity, leavesQuantity: fact.leavesQuantity }
        : { order: fact.order, filledChange: fact.quantity, leavesQuantity: 0, state: "filled" };
    case "fillBroken":
      return { order: fact.order, filledChange: -fact.quantity };
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
  readonly state: string;
  readonly cancelCause: string | null;
};

/** An order after an effect. A replace counts the order's whole quantity, so what is open is that less the fills. */
export function afterEffect<Order extends OrderStanding>(order: Order, effect: OrderEffect): Order {
  const filledQuantity = order.filledQuantity + (effect.filledChange ?? 0);
  const quantity = effect.quantity ?? order.quantity;
  const leavesAfterReplace = effect.quantity === undefined ? order.leavesQuantity : quantity - filledQuantity;
  return {
    ...order,
    quantity,
    filledQuantity,
    leavesQuantity: effect.leavesQuantity ?? leavesAfterReplace,
    price: effect.price ?? order.price,
    state: effect.state ?? order.state,
    cancelCause: effect.cancelCause ?? order.cancelCause,
  };
}
