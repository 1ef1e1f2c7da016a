import { wordsOf } from "@/domain/closed-set";
import { type CommandAnswer, type CommandKind, commandAnswerWords } from "@/domain/command";
import type { OrderState, ParentReason, Side } from "@/domain/order";
import type { PairReason, PairState, StrategyState } from "@/domain/strategy";
import type { CommandReply } from "@/protocol/topics";

export { wordsOf };

/** Sides as the blotters print them, always with an arrow beside the colour. */
export const sideText: Readonly<Record<Side, string>> = { buy: "▲ Buy", sell: "▼ Sell", sellShort: "▼ Short" };

/** Order states. An order whose state is Unknown counts as open until the venue has told. */
export const orderStateText: Readonly<Record<OrderState, string>> = {
  none: "–",
  pending: "Pending",
  working: "Working",
  cancelling: "Cancelling",
  filled: "Filled",
  cancelled: "Cancelled",
  rejected: "Rejected",
  lost: "Lost",
  partlyFilled: "Part filled",
  replacing: "Replacing",
  unknown: "? Unknown",
  expired: "Expired",
  broken: "Broken",
};

/** Strategy states, for chips. */
export const strategyStateText: Readonly<Record<StrategyState, string>> = {
  stopped: "Stopped",
  starting: "Starting",
  running: "Running",
  paused: "Paused",
  stopping: "Stopping",
  killed: "Killed",
  failed: "Failed",
};

/** Why an order exists. */
export const parentReasonText: Readonly<Record<ParentReason, string>> = {
  entry: "Entry",
  exit: "Exit",
  stop: "Stop",
  timeout: "Time-out",
  chase: "Chase",
  unwind: "Unwind",
  quote: "Quote",
  flatten: "Flatten",
};

/** Where a pair is in its round trip. */
export const pairStateText: Readonly<Record<PairState, string>> = {
  flat: "Flat",
  entering: "Entering",
  open: "Open",
  exiting: "Exiting",
  unwinding: "Unwinding",
};

/** Why a pair does nothing. */
export const pairReasonText: Readonly<Record<PairReason, string>> = {
  none: "acting",
  warmingUp: "warming up",
  insideEntryBand: "inside the entry band",
  holding: "holding",
  strategyNotRunning: "strategy is not running",
  staleData: "stale data",
  oneSided: "a book is one-sided",
  coolingDown: "cooling down",
  refused: "refused by the gate",
  beyondStop: "beyond the stop",
};

const commandText: Readonly<Record<CommandKind, string>> = {
  approve: "Approve",
  pause: "Pause",
  resume: "Resume",
  kill: "Kill",
  release: "Release",
  cancelOrder: "Cancel order",
  cancelAll: "Cancel all",
  shutdown: "Shut down",
  adopt: "Adopt what was booked",
  correct: "Take back what one side told",
  setLimit: "Set limit",
  setMode: "Set mode",
  listOpen: "List what is open",
};

/** A command's name for people. */
export function commandWords(command: CommandKind): string {
  return commandText[command];
}

const answerText: Readonly<Record<CommandAnswer | "invalid" | "unreachable", string>> = {
  ...commandAnswerWords,
  invalid: "the desk did not understand it",
  unreachable: "no answer",
};

/** A command's answer in one line: "Kill: done". */
export function replyTitle(reply: Pick<CommandReply, "command" | "answer">, subject: string): string {
  return `${commandText[reply.command]} ${subject}: ${answerText[reply.answer]}`;
}
