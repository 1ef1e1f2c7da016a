import { closedSet, type NameOf } from "./closed-set";

/** A venue's market data, as the engine sees it. Only `live` data may price an order. */
export const feedStates = closedSet("feed state", "waiting", "snapshot", "gap", "live", "stale", "ended");
export type FeedState = NameOf<typeof feedStates>;

/** An order or drop-copy session. Only `ready` sends new orders; cancels go out from `reconciling` on. */
export const sessionStates = closedSet(
  "session state",
  "disconnected",
  "connecting",
  "loggingIn",
  "reconciling",
  "ready",
  "refused",
);
export type SessionState = NameOf<typeof sessionStates>;

/** Trading status of a listing (ITCH trading action). */
export const tradingStatuses = closedSet("trading status", "unknown", "trading", "halted", "paused", "quotationOnly");
export type TradingStatus = NameOf<typeof tradingStatuses>;

/**
 * Where a listing is in its day: the venue's session (ITCH system events) and the listing's trading status together.
 * `preOpen` is before the market opens, `closed` after it has closed.
 */
export const sessionPhases = closedSet(
  "session phase",
  "unknown",
  "preOpen",
  "quotationOnly",
  "trading",
  "paused",
  "halted",
  "closed",
);
export type SessionPhase = NameOf<typeof sessionPhases>;

/** Phases that a desk may allow orders in; in all others the gate refuses. */
export const tradablePhases = ["preOpen", "quotationOnly", "trading"] as const satisfies readonly SessionPhase[];

/** What the engine itself calls people for. */
export const alertCodes = closedSet(
  "alert",
  "legUnwound",
  "pairStopped",
  "fillOfUnknownOrder",
  "overfill",
  "dropCopyMismatch",
  "crashedRestart",
  "poisonedRecord",
  "feedGap",
  "sessionLost",
  "orderUnknown",
  "bookOutOfLevels",
  "orderContradiction",
  "lineSilent",
  "lineBack",
  "modeChanged",
  "gateCheckFailed",
  "parentContradiction",
  "bustOfUnknownFill",
  "fillBeyondMemory",
  "dayEndedUnknown",
  "sequenceJump",
  "marketUnsound",
  "massCancelUnanswered",
  "messageUnreadable",
);
export type AlertCode = NameOf<typeof alertCodes>;

/**
 * Why a break is open; only a person settles it. `totals`: order session and drop copy have told of different executions;
 * `match`, they told of one match with different numbers; `unplaced`, a fill or a bust that belongs to nothing we
 * know; `beyondMemory`, a fill so old that it may be booked already; `dayEnded`, the day ended before this was settled;
 * `orders`, of an order's life they have said different things; `agreed`, both say the same again, and a person has yet to
 * take note.
 */
export const breakCauses = closedSet(
  "break cause",
  "totals",
  "match",
  "unplaced",
  "beyondMemory",
  "dayEnded",
  "orders",
  "agreed",
);
export type BreakCause = NameOf<typeof breakCauses>;

/** Why a break is open, where its two numbers do not say so; empty where they do. */
export const breakCauseText: Readonly<Record<BreakCause, string>> = {
  totals: "",
  match: "one fill told with different numbers",
  unplaced: "a broken fill that we do not have",
  beyondMemory: "a fill that may be booked already",
  dayEnded: "not settled when its day ended",
  orders: "an order, or its end, of which only one of them knows",
  agreed: "both say the same again",
};
