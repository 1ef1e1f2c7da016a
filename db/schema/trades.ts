import { doublePrecision, index, integer, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import { exactInteger } from "./exact-integer";
import { projection } from "./schemas";

/** A leg as it is kept: integers within ±2^53, so that JSON numbers are exact. */
export type StoredLeg = {
  readonly instrument: number;
  readonly entryQuantity: number;
  readonly entryValue: number;
  readonly exitQuantity: number;
  readonly exitValue: number;
  readonly fees: number;
  readonly realised: number;
};

/**
 * Closed round trips of pairs. `id` is the fact that took the pair back to flat, `openedFact` the one that took it out
 * of flat: a trip's fills are those between. No opening means that the day before carried the trip in.
 */
export const trades = projection.table(
  "trades",
  {
    journal: text("journal").notNull(),
    id: exactInteger("id").notNull(),
    openedFact: exactInteger("opened_fact"),
    pair: integer("pair").notNull(),
    strategy: integer("strategy").notNull(),
    side: text("side").notNull(),
    openedNs: exactInteger("opened_ns"),
    closedNs: exactInteger("closed_ns").notNull(),
    holdingNs: exactInteger("holding_ns"),
    exitReason: text("exit_reason").notNull(),
    entryZ: doublePrecision("entry_z"),
    exitZ: doublePrecision("exit_z"),
    fills: integer("fills").notNull(),
    brokenFills: integer("broken_fills").notNull(),
    turnover: exactInteger("turnover").notNull(),
    gross: exactInteger("gross").notNull(),
    fees: exactInteger("fees").notNull(),
    net: exactInteger("net").notNull(),
    instruments: integer("instruments").array().notNull(),
    venues: integer("venues").array().notNull(),
    legs: jsonb("legs").$type<readonly StoredLeg[]>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.journal, table.id] }),
    index("trades_by_pair").on(table.journal, table.pair, table.id),
  ],
);
