import { closedSet, type NameOf } from "./closed-set";

/** Which way an order goes. `sellShort` is derived by the risk gate from position and working orders, never chosen by a strategy. */
export const sides = closedSet("side", "buy", "sell", "sellShort");
export type Side = NameOf<typeof sides>;

/** Times in force a venue here offers: for the day, immediate or cancel. */
export const timesInForce = closedSet("time in force", "day", "immediateOrCancel");
export type TimeInForce = NameOf<typeof timesInForce>;

/**
 * An order's life at a venue.
 * `pending`: sent, fate unknown. `working`: accepted, some quantity open. `cancelling`: a cancel is on its way,
 * fills may still come. `filled`, `cancelled`, `rejected`, `lost` (the venue never saw it) are final.
 */
export const orderStates = closedSet(
  "order state",
  "none",
  "pending",
  "working",
  "cancelling",
  "filled",
  "cancelled",
  "rejected",
  "lost",
);
export type OrderState = NameOf<typeof orderStates>;

/** True while the order may still trade: it counts as exposure. */
export function isOpen(state: OrderState): boolean {
  return state === "pending" || state === "working" || state === "cancelling";
}

/** Why a parent order exists. */
export const parentReasons = closedSet(
  "parent reason",
  "entry",
  "exit",
  "stop",
  "timeout",
  "chase",
  "unwind",
  "quote",
  "flatten",
);
export type ParentReason = NameOf<typeof parentReasons>;

/** Parent states. A parent is done when all its children are final and it wants no more. */
export const parentStates = closedSet("parent state", "none", "active", "cancelling", "done");
export type ParentState = NameOf<typeof parentStates>;

/** Why a cancel was asked or happened. */
export const cancelCauses = closedSet(
  "cancel cause",
  "strategy",
  "user",
  "immediateOrCancel",
  "kill",
  "halt",
  "shutdown",
  "timeout",
  "venue",
  "disconnect",
  "selfTrade",
);
export type CancelCause = NameOf<typeof cancelCauses>;
