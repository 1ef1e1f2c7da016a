import { limitRowCount } from "./limit";
import { refusalCodes } from "./refusal";

/**
 * The engine's views: rows of numbers that the engine copies out at the end of a turn and everybody else only reads.
 * A table is one shared Float64Array of rows × columns; here are the columns. Prices are price units, quantities
 * lots, money 1/10,000, times ns since the trading day's start; 0 means "none" for prices and times; `code` columns
 * are codes of closed sets. The browser shows these numbers and computes none of its own P&L.
 */

/** Price levels per side of a ladder row. */
export const ladderDepth = 12;

const ladderColumns: readonly string[] = Array.from({ length: ladderDepth }, (_, level) =>
  ["bidPrice", "bidQuantity", "bidOrders", "askPrice", "askQuantity", "askOrders"].map((name) => `${name}${level}`),
).flat();

export const viewColumns = {
  /** One row an instrument: consolidated best bid and offer, last trade, the day, the running bars, our position. */
  instrument: [
    "changedNs",
    "bidPrice",
    "bidQuantity",
    "bidVenue",
    "askPrice",
    "askQuantity",
    "askVenue",
    "lastPrice",
    "lastQuantity",
    "lastTimeNs",
    "openPrice",
    "highPrice",
    "lowPrice",
    "volume",
    "trades",
    /** tradingStatuses */
    "status",
    /** Running second bar; `second` counts from the trading day's start, -1 before the first trade. */
    "second",
    "secondOpen",
    "secondHigh",
    "secondLow",
    "secondClose",
    "secondVolume",
    /** The last finished second bar. */
    "lastSecond",
    "lastSecondOpen",
    "lastSecondHigh",
    "lastSecondLow",
    "lastSecondClose",
    "lastSecondVolume",
    /** Running minute bar. */
    "minute",
    "minuteOpen",
    "minuteHigh",
    "minuteLow",
    "minuteClose",
    "minuteVolume",
    /** Our position over all strategies. */
    "positionQuantity",
    "positionTotalCost",
    "realised",
    "unrealised",
    "fees",
    "workingBuyQuantity",
    "workingSellQuantity",
    /** 1 while a kill of this instrument is in force. */
    "killed",
    /** tradingModes */
    "mode",
  ],
  /** One row a listing (instrument × venue): its own ladder, best first. Unused levels are 0. */
  listing: ["changedNs", "status", "orders", ...ladderColumns],
  /** One row a strategy. */
  strategy: [
    "changedNs",
    /** strategyStates */
    "state",
    /** strategyStages */
    "stage",
    "stateSinceNs",
    "realised",
    "unrealised",
    "fees",
    "grossExposure",
    "netExposure",
    "workingOrders",
    "ordersSent",
    "fills",
    "refusals",
    "openPairs",
    "pairs",
    "lastDecisionNs",
    /** 1 while a kill of this strategy is latched. */
    "killed",
    /** tradingModes */
    "mode",
    /** 1 from a repeated execution limit until a person puts the strategy back. */
    "off",
  ],
  /** One row a pair: A is traded against `hedgeRatio` × B. z, spread and ratio are floats. */
  pair: [
    "changedNs",
    "strategy",
    "instrumentA",
    "instrumentB",
    /** pairStates */
    "state",
    /** pairReasons */
    "reason",
    "z",
    "spread",
    "mean",
    "deviation",
    "hedgeRatio",
    "quantityA",
    "quantityB",
    "realised",
    "unrealised",
    "fees",
    "openedNs",
    "roundTrips",
    /** 1 while a kill of this pair is in force. */
    "killed",
    /** tradingModes */
    "mode",
  ],
  /** One row a venue: feed, order session and drop copy. */
  venue: [
    "changedNs",
    /** feedStates */
    "feedState",
    "lastPacketNs",
    "expectedSequence",
    "messages",
    "gaps",
    "missingMessages",
    "retransmitted",
    "malformed",
    "unknownReferences",
    /** sessionStates */
    "orderSession",
    "lastOrderMessageNs",
    /** sessionStates */
    "dropSession",
    "lastDropMessageNs",
    "ordersSent",
    "rejects",
    "fills",
    /** 1 while a kill of this venue is in force. */
    "killed",
    "roundTripNs",
    /** Last packet on each line of the feed; 0 before the first. */
    "firstLineNs",
    "secondLineNs",
    /** Packets that each line brought first. */
    "firstLineWins",
    "secondLineWins",
    /** Line (1 or 2) that is silent while the other is not; 0 for none. */
    "silentLine",
    /** tradingModes */
    "mode",
  ],
  /** One row: the whole desk. */
  desk: [
    "changedNs",
    "epoch",
    "realised",
    "unrealised",
    "fees",
    "grossExposure",
    "netExposure",
    "workingOrders",
    "unknownOrders",
    "orders",
    "fills",
    "refusals",
    "inputs",
    "factNumber",
    /** 1 while HALT (kill of all) is in force. */
    "halted",
    /** 1 from a crashed restart until every order session is reconciled. */
    "recovering",
    "shuttingDown",
    /** Progress of the last kill: orders to cancel, cancelled, fate unknown. */
    "killOrders",
    "killCancelled",
    "killUnknown",
    /** tradingModes */
    "mode",
    /** Row of `limit` that is nearest to its end, -1 for none, and how much of it is used at its worst: 1 is all. */
    "worstLimit",
    "worstLimitShare",
  ],
  /** One row a limit, in the order of `limitScopes` and `limitsOfScope`. Units: `domain/limit.ts`. */
  limit: [
    "changedNs",
    /** limitCodes */
    "limit",
    /** scopes */
    "scope",
    "target",
    /** -1 for no limit, which refuses. */
    "value",
    "used",
    /** Used with all that is on its way: working orders filled. */
    "worst",
    /** When a person changed it last; 0 never. */
    "limitChangedNs",
  ],
  /** One row a strategy: refusals of the day by reason. */
  refusal: ["changedNs", ...refusalCodes.names],
} as const satisfies Record<string, readonly string[]>;

export type ViewTable = keyof typeof viewColumns;
export const viewTables = Object.keys(viewColumns) as ViewTable[];

/** Column name → index, for each table. */
export const viewColumn = Object.fromEntries(
  viewTables.map((table) => [table, Object.fromEntries(viewColumns[table].map((name, index) => [name, index]))]),
) as { readonly [Table in ViewTable]: Readonly<Record<(typeof viewColumns)[Table][number], number>> };

/** A view row as an object of numbers, by column name. */
export type ViewRow<Table extends ViewTable> = { readonly [Name in (typeof viewColumns)[Table][number]]: number };

/** Rows of each table for a desk of this size. */
export type ViewRowCounts = Readonly<Record<ViewTable, number>>;

/** How many rows each table of a desk has. */
export function viewRowCountsOf(
  desk: Readonly<Record<"instruments" | "venues" | "strategies" | "pairs", readonly unknown[]>>,
): ViewRowCounts {
  const { instruments, venues, strategies, pairs } = desk;
  return {
    instrument: instruments.length,
    listing: instruments.length * venues.length,
    strategy: strategies.length,
    pair: pairs.length,
    venue: venues.length,
    desk: 1,
    limit: limitRowCount(strategies.length, venues.length, instruments.length, pairs.length),
    refusal: strategies.length,
  };
}
