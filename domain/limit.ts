import { closedSet, type NameOf } from "./closed-set";
import type { Scope } from "./command";

/**
 * What can be limited. The unit is the name's end or stands here: quantities in lots, notionals, exposures, capital,
 * losses and drawdowns in money. A limit that is not set refuses. `restricted` is 1 for an instrument that nobody may
 * trade, 0 for one that may be traded.
 */
export const limitCodes = closedSet(
  "limit",
  "orderQuantity",
  "orderNotional",
  "parentQuantity",
  "parentNotional",
  "basketNotional",
  "positionQuantity",
  "grossExposure",
  "netExposure",
  "capital",
  "dailyLossSoft",
  "dailyLossHard",
  "drawdownSoft",
  "drawdownHard",
  "priceCollarBps",
  "deviationBps",
  "dataAgeMilliseconds",
  "tradeAgeMilliseconds",
  "messagesPerSecond",
  "duplicateMilliseconds",
  "ordersPerDay",
  "repeatedExecutions",
  "repeatedSeconds",
  "restricted",
  "recoveryUpdates",
);
export type LimitCode = NameOf<typeof limitCodes>;

/** Which limits each scope has, in the order of their rows. Orders have none of their own. */
export const limitsOfScope = {
  all: [
    "orderQuantity",
    "orderNotional",
    "parentQuantity",
    "parentNotional",
    "basketNotional",
    "grossExposure",
    "netExposure",
    "capital",
    "dailyLossSoft",
    "dailyLossHard",
    "drawdownSoft",
    "drawdownHard",
    "priceCollarBps",
    "deviationBps",
    "dataAgeMilliseconds",
    "tradeAgeMilliseconds",
    "messagesPerSecond",
    "duplicateMilliseconds",
    "ordersPerDay",
    "recoveryUpdates",
  ],
  strategy: [
    "positionQuantity",
    "grossExposure",
    "netExposure",
    "capital",
    "dailyLossSoft",
    "dailyLossHard",
    "drawdownSoft",
    "drawdownHard",
    "messagesPerSecond",
    "repeatedExecutions",
    "repeatedSeconds",
  ],
  venue: ["messagesPerSecond"],
  instrument: ["positionQuantity", "restricted"],
  pair: ["grossExposure", "netExposure"],
  order: [],
} as const satisfies Record<Scope, readonly LimitCode[]>;

/** Scopes in the order of their rows. */
export const limitScopes = ["all", "strategy", "venue", "instrument", "pair"] as const satisfies readonly Scope[];
/** Scopes that have limits. */
export type LimitScope = (typeof limitScopes)[number];

/** What a limit counts, for people. */
export type LimitUnit = "quantity" | "money" | "bps" | "milliseconds" | "seconds" | "count" | "switch";

/** Whether working orders and positions use a limit up; the others hold each order by itself. */
export function isUsedUp(code: LimitCode): boolean {
  switch (code) {
    case "positionQuantity":
    case "grossExposure":
    case "netExposure":
    case "capital":
    case "dailyLossSoft":
    case "dailyLossHard":
    case "drawdownSoft":
    case "drawdownHard":
    case "messagesPerSecond":
    case "ordersPerDay":
    case "repeatedExecutions":
      return true;
    case "orderQuantity":
    case "orderNotional":
    case "parentQuantity":
    case "parentNotional":
    case "basketNotional":
    case "priceCollarBps":
    case "deviationBps":
    case "dataAgeMilliseconds":
    case "tradeAgeMilliseconds":
    case "duplicateMilliseconds":
    case "repeatedSeconds":
    case "restricted":
    case "recoveryUpdates":
      return false;
  }
}

/** The unit of a limit. */
export function limitUnit(code: LimitCode): LimitUnit {
  switch (code) {
    case "orderQuantity":
    case "parentQuantity":
    case "positionQuantity":
      return "quantity";
    case "orderNotional":
    case "parentNotional":
    case "basketNotional":
    case "grossExposure":
    case "netExposure":
    case "capital":
    case "dailyLossSoft":
    case "dailyLossHard":
    case "drawdownSoft":
    case "drawdownHard":
      return "money";
    case "priceCollarBps":
    case "deviationBps":
      return "bps";
    case "dataAgeMilliseconds":
    case "tradeAgeMilliseconds":
    case "duplicateMilliseconds":
      return "milliseconds";
    case "repeatedSeconds":
      return "seconds";
    case "messagesPerSecond":
    case "ordersPerDay":
    case "repeatedExecutions":
    case "recoveryUpdates":
      return "count";
    case "restricted":
      return "switch";
  }
}

/** A limit's value for people, in its own unit: money in the currency. */
export function limitText(code: LimitCode, value: number): string {
  if (value < 0) return "none";
  switch (limitUnit(code)) {
    case "money":
      return `${value / 10_000}`;
    case "bps":
      return `${value} bps`;
    case "milliseconds":
      return `${value} ms`;
    case "seconds":
      return `${value} s`;
    case "switch":
      return value === 0 ? "no" : "yes";
    case "quantity":
    case "count":
      return `${value}`;
  }
}

/** Limits where more is stricter: the list of what may not be traded, windows in which something counts, what is asked of data. */
const strictWhenLarger: ReadonlySet<LimitCode> = new Set([
  "restricted",
  "repeatedSeconds",
  "duplicateMilliseconds",
  "recoveryUpdates",
]);

/**
 * True when a change leaves less room than there was: such a one acts at once on what is working. From a limit that was
 * not set (below 0) nothing is tighter. No limit may let anything out by being tightened.
 */
export function isTighter(code: LimitCode, from: number, to: number): boolean {
  if (from < 0) return false;
  return strictWhenLarger.has(code) ? to > from : to < from;
}

/** Rows of limits that a desk of this size has, in the order of `limitScopes`: the `limit` view's rows. */
export function limitRowCount(strategies: number, venues: number, instruments: number, pairs: number): number {
  return (
    limitsOfScope.all.length +
    strategies * limitsOfScope.strategy.length +
    venues * limitsOfScope.venue.length +
    instruments * limitsOfScope.instrument.length +
    pairs * limitsOfScope.pair.length
  );
}

/** How strictly a scope trades: anything, only what lowers exposure, nothing but cancels. */
export const tradingModes = closedSet("trading mode", "active", "reducing", "halted");
export type TradingMode = NameOf<typeof tradingModes>;

/** What moved a mode. All but a person's command come from the engine itself. */
export const modeCauses = closedSet(
  "mode cause",
  "command",
  "dailyLossSoft",
  "dailyLossHard",
  "drawdownSoft",
  "drawdownHard",
  "repeatedExecutions",
);
export type ModeCause = NameOf<typeof modeCauses>;
