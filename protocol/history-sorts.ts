/*
 * Words of the history's questions that the browser needs too: apart from the schemas, which it does not load.
 */

/** Columns that fills can be sorted by, on the server. */
export const fillSorts = [
  "time",
  "symbol",
  "side",
  "quantity",
  "price",
  "venue",
  "strategy",
  "pair",
  "reason",
  "notional",
  "fee",
  "realised",
  "net",
] as const;
export type FillSort = (typeof fillSorts)[number];

/** Columns that trades can be sorted by, on the server. */
export const tradeSorts = [
  "time",
  "opened",
  "holding",
  "pair",
  "strategy",
  "side",
  "exit",
  "entryZ",
  "exitZ",
  "fills",
  "turnover",
  "gross",
  "fees",
  "net",
] as const;
export type TradeSort = (typeof tradeSorts)[number];

/** `sell` means everything sold, short or not; of a trade: the spread was bought or sold. */
export const sideFilters = ["buy", "sell", "sellShort"] as const;
export type SideFilter = (typeof sideFilters)[number];
