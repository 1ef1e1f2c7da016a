import { closedSet, type NameOf } from "./closed-set";

/**
 * What people may ask of the engine. Scope and target say of whom:
 * approve, pause, resume: a strategy. kill, release: all, strategy, instrument, venue. cancelOrder: an order.
 * cancelAll: as kill, but nothing stays blocked. shutdown: the supervisor's, cancels all and stops.
 * adopt, correct: an instrument over which order session and drop copy differ: what was booked stands, or what only one
 * of them told is taken back.
 */
export const commandKinds = closedSet(
  "command",
  "approve",
  "pause",
  "resume",
  "kill",
  "release",
  "cancelOrder",
  "cancelAll",
  "shutdown",
  "adopt",
  "correct",
);
export type CommandKind = NameOf<typeof commandKinds>;

/** What a command or a kill is about. */
export const scopes = closedSet("scope", "all", "strategy", "instrument", "venue", "order");
export type Scope = NameOf<typeof scopes>;

/** Who asks. Risk sees and kills all, and cannot trade. */
export const roles = closedSet("role", "viewer", "trader", "risk", "admin", "system");
export type Role = NameOf<typeof roles>;

/** The engine's answer to a command. Everything but `done` changed nothing. */
export const commandAnswers = closedSet(
  "command answer",
  "done",
  "unknownTarget",
  "wrongState",
  "notPermitted",
  "reasonMissing",
  "alreadySo",
  "shuttingDown",
);
export type CommandAnswer = NameOf<typeof commandAnswers>;
