import { closedSet, type NameOf } from "./closed-set";
import { tradingModes } from "./limit";

/**
 * What people may ask of the engine. Scope and target say of whom:
 * approve, pause, resume: a strategy. kill, release: all, strategy, instrument, venue. cancelOrder: an order.
 * cancelAll: as kill, but nothing stays blocked. shutdown: the supervisor's, cancels all and stops; with `detail` 1 the
 * trading day ends with it.
 * adopt, correct: an instrument over which order session and drop copy differ: what was booked stands, or what only one
 * of them told is taken back. A venue: what it told of orders that we do not know has been taken note of, nothing is booked.
 * setLimit: `detail` is a code of `limitCodes`, `value` the new limit. setMode: `detail` is a code of `tradingModes`.
 * listOpen: facts `standing` of what a scope still has open. release: `detail` 1 releases although orders are unknown.
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
  "setLimit",
  "setMode",
  "listOpen",
);
export type CommandKind = NameOf<typeof commandKinds>;

const riskTakers: ReadonlySet<string> = new Set<CommandKind>(["kill", "cancelOrder", "cancelAll", "pause", "shutdown"]);

/**
 * Whether a command only takes risk away: it has rates and room of its own, which nothing else can use up. A mode does
 * unless it is `active`. A limit is not counted: which of two is the tighter one only the engine knows, and who wants
 * out at once has a kill, a mode and cancels.
 */
export function takesRiskAway(command: string, detail = 0): boolean {
  return riskTakers.has(command) || (command === "setMode" && detail !== tradingModes.code.active);
}

/** What a command, a kill, a mode or a limit is about. A pair stands for both of its legs. */
export const scopes = closedSet("scope", "all", "strategy", "instrument", "venue", "order", "pair");
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
  "unknownOrders",
  "valueOutOfRange",
  "limitStands",
);
export type CommandAnswer = NameOf<typeof commandAnswers>;

/** Answers for people, to stand behind what was asked: "approve maker: done". */
export const commandAnswerWords: Readonly<Record<CommandAnswer, string>> = {
  done: "done",
  unknownTarget: "no such target",
  wrongState: "not possible in this state",
  notPermitted: "your role does not permit it",
  reasonMissing: "a reason is missing",
  alreadySo: "it is so already",
  shuttingDown: "the desk is shutting down",
  unknownOrders: "the fate of some orders is unknown",
  valueOutOfRange: "the value is out of range",
  limitStands: "a loss limit asks for this mode",
};
