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
);
export type AlertCode = NameOf<typeof alertCodes>;
