import { text } from "drizzle-orm/pg-core";
import { exactInteger } from "./exact-integer";
import { projection } from "./schemas";

/**
 * How far each journal's facts are in the database. It advances by compare-and-set in the transaction that writes
 * the rows, which makes exactly once. `factDigest` is of the fact at that number: a log that lost its tail and grew
 * again is found out by it.
 */
export const progress = projection.table("progress", {
  journal: text("journal").primaryKey(),
  tradingDay: text("trading_day").notNull(),
  deskHash: text("desk_hash").notNull(),
  factNumber: exactInteger("fact_number").notNull(),
  factDigest: text("fact_digest").notNull(),
  advancedMs: exactInteger("advanced_ms").notNull(),
});
