import { closedSet, type NameOf } from "./closed-set";

/** Which way an order goes. `sellShort` is derived by the risk gate from position and working orders, never chosen by a strategy. */
export const sides = closedSet("side", "buy", "sell", "sellShort");
export type Side = NameOf<typeof sides>;

/** Times in force a venue here offers: for the day, immediate or cancel. */
export const timesInForce = closedSet("time in force", "day", "immediateOrCancel");
export type TimeInForce = NameOf<typeof timesInForce>;

/**
 * An order's life at a venue; `order-life.ts` has what moves it.
 * `pending`: sent, not answered yet. `working`: accepted, nothing filled. `partlyFilled`: accepted, some filled, some
 * open. `cancelling`, `replacing`: our wish is on its way, fills may still come. `unknown`: nobody here can tell, it counts
 * as open until the venue says. Final: `filled`, `cancelled`, `rejected`, `expired`, `lost` (the venue never saw it),
 * `broken` (ended, and a fill of it was taken back since).
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
  "partlyFilled",
  "replacing",
  "unknown",
  "expired",
  "broken",
);
export type OrderState = NameOf<typeof orderStates>;

/** True while the order may still trade: it counts as exposure. */
export function isOpen(state: OrderState): boolean {
  switch (state) {
    case "pending":
    case "working":
    case "partlyFilled":
    case "cancelling":
    case "replacing":
    case "unknown":
      return true;
    case "none":
    case "filled":
    case "cancelled":
    case "rejected":
    case "lost":
    case "expired":
    case "broken":
      return false;
  }
}

/** 1 by state code while `isOpen`: the same for typed arrays. */
export const openStates = Uint8Array.from(orderStates.names, (state) => (isOpen(state) ? 1 : 0));

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

/**
 * A parent order's life; `parent-life.ts` has what moves it. `pending`: nothing of it is at a venue yet. `working`,
 * `partlyFilled`: children are open, nothing or some of it is filled. `cancelling`: all open children are being cancelled.
 * `unknown`: nobody can tell the fate of a child. Final, no child is open: `filled` whole, `cancelled` with less,
 * `rejected` (the gate let no child go), `broken` (ended, and a fill was taken back since).
 */
export const parentStates = closedSet(
  "parent state",
  "none",
  "pending",
  "working",
  "partlyFilled",
  "cancelling",
  "unknown",
  "filled",
  "cancelled",
  "rejected",
  "broken",
);
export type ParentState = NameOf<typeof parentStates>;

/** 1 by parent state code while children of it may be open. */
export const openParentStates = Uint8Array.from(parentStates.names, (state) =>
  ["pending", "working", "partlyFilled", "cancelling", "unknown"].includes(state) ? 1 : 0,
);

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
  "limit",
);
export type CancelCause = NameOf<typeof cancelCauses>;
