import { wordsOf } from "../../domain/closed-set";
import type { Desk } from "../../domain/desk";
import type { AlertCode } from "../../domain/health";
import { orderStates, parentStates } from "../../domain/order";
import { orderMessages } from "../../domain/order-life";
import { parentEvents } from "../../domain/parent-life";
import { targetText } from "./target-text";

/** The numbers of an alert, as `turn.alert` of the engine puts them into the fact. */
export type AlertNumbers = { readonly target: number; readonly value: number; readonly limit: number };

type AlertKind = {
  readonly severity: "warning" | "critical";
  /** What happened and where, with the numbers. */
  readonly words: (numbers: AlertNumbers, desk: Desk) => string;
};

const count = (value: number): string => value.toLocaleString("en");

/** Every alert: how grave it is, and how people read it. */
export const alertKinds: Readonly<Record<AlertCode, AlertKind>> = {
  legUnwound: {
    severity: "warning",
    words: ({ target }, desk) => `${targetText(desk, "pair", target)}: a leg that stood alone was unwound`,
  },
  pairStopped: {
    severity: "warning",
    words: ({ target }, desk) => `${targetText(desk, "pair", target)} went beyond its stop`,
  },
  fillOfUnknownOrder: {
    severity: "critical",
    words: ({ target, value, limit }, desk) =>
      `${targetText(desk, "venue", target)}: a fill of ${count(limit)} came for an order we do not know (reference ${value})`,
  },
  overfill: {
    severity: "critical",
    words: ({ target, value, limit }) =>
      `order ${target}: ${count(value)} were filled where ${count(limit)} were open: more than was ordered`,
  },
  dropCopyMismatch: {
    severity: "critical",
    words: ({ target }) => `fill ${target}: drop copy and order session tell of it with different numbers`,
  },
  crashedRestart: {
    severity: "critical",
    words: ({ value }) => `the engine restarted after a crash (run ${value}); new orders wait until the venues agree`,
  },
  poisonedRecord: {
    severity: "critical",
    words: ({ value }) => `a record that the engine cannot take stopped it (run ${value})`,
  },
  feedGap: {
    severity: "warning",
    words: ({ target, value }, desk) =>
      `${targetText(desk, "venue", target)}: ${count(value)} messages of market data are missing and asked for`,
  },
  sessionLost: {
    severity: "warning",
    words: ({ target, value }, desk) =>
      `${targetText(desk, "venue", target)}: a session was lost with ${count(value)} orders open on the desk`,
  },
  orderUnknown: {
    severity: "warning",
    words: ({ target, value }, desk) =>
      `${targetText(desk, "venue", target)} speaks of an order we do not know (reference ${value})`,
  },
  bookOutOfLevels: {
    severity: "warning",
    words: ({ target }, desk) => `${targetText(desk, "instrument", target)}: its book ran out of levels`,
  },
  orderContradiction: {
    severity: "critical",
    words: ({ target, value, limit }) =>
      `order ${target}: the venue contradicts what it said before (${nameOf(orderMessages, value)} of one that is ${nameOf(orderStates, limit)})`,
  },
  lineSilent: {
    severity: "warning",
    words: ({ target, value }, desk) =>
      `${targetText(desk, "venue", target)}: line ${lineOf(value)} of its feed is silent; the other goes on alone`,
  },
  lineBack: {
    severity: "warning",
    words: ({ target, value }, desk) =>
      `${targetText(desk, "venue", target)}: line ${lineOf(value)} of its feed is heard again, both are there`,
  },
  modeChanged: {
    severity: "critical",
    words: () => "a limit was reached and the mode moved by itself",
  },
  gateCheckFailed: {
    severity: "critical",
    words: ({ target, value, limit }, desk) =>
      `${targetText(desk, "strategy", target)}: check ${value} of the gate's ${limit} failed; what it was asked about was refused`,
  },
  parentContradiction: {
    severity: "critical",
    words: ({ target, value, limit }) =>
      `parent order ${target} went a way that it cannot go (${nameOf(parentEvents, value)} of one that is ${nameOf(parentStates, limit)}); its orders are followed all the same`,
  },
  bustOfUnknownFill: {
    severity: "critical",
    words: ({ target, value, limit }, desk) =>
      `${targetText(desk, "venue", target)} broke a fill that we do not have (reference ${value}, match ${limit})`,
  },
  fillBeyondMemory: {
    severity: "critical",
    words: ({ target, value }) =>
      `order ${target}: a fill of ${count(value)} came that may be a repeat of one too old to be remembered; it is not booked`,
  },
  dayEndedUnknown: {
    severity: "critical",
    words: ({ target, value, limit }, desk) =>
      `${targetText(desk, "instrument", target)} at ${targetText(desk, "venue", value)}: the day ended and nobody could tell the fate of ${count(limit)}; the name takes no new risk`,
  },
  sequenceJump: {
    severity: "critical",
    words: ({ target, value, limit }, desk) =>
      `${targetText(desk, "venue", target)}: a session goes on at message ${count(value)} where we left it at ${count(limit)}, so messages are missing; the venue is stopped`,
  },
  marketUnsound: {
    severity: "warning",
    words: ({ target }, desk) =>
      `${targetText(desk, "instrument", target)}: its market is crossed or far from its last trade; orders in it are refused`,
  },
  massCancelUnanswered: {
    severity: "warning",
    words: ({ target, value, limit }, desk) =>
      `${targetText(desk, "venue", target)} has not confirmed a mass cancel${value < 0 ? "" : ` of ${targetText(desk, "instrument", value)}`} (asked ${limit} of three times); each order has a cancel of its own`,
  },
  messageUnreadable: {
    severity: "critical",
    words: ({ target, value, limit }, desk) =>
      `${targetText(desk, "venue", target)}: a message of type ${typeOf(value)} could not be read and nothing of it is booked (${count(limit)} so far today)`,
  },
};

function nameOf(set: { readonly names: readonly string[] }, code: number): string {
  return wordsOf(set.names[code] ?? `${code}`);
}

/** A feed's lines are A and B for people. */
function lineOf(line: number): string {
  return line === 1 ? "A" : "B";
}

/** A message type of OUCH: a letter, or what else stood there. */
function typeOf(type: number): string {
  return type > 32 && type < 127 ? String.fromCharCode(type) : `0x${type.toString(16).padStart(2, "0")}`;
}
