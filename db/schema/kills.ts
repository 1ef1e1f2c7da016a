import { boolean, primaryKey, text } from "drizzle-orm/pg-core";
import { exactInteger } from "./exact-integer";
import { projection } from "./schemas";

/** Kills: engaged, how far the cancels are, released. The newest row of a scope and target is how it stands. */
export const kills = projection.table(
  "kills",
  {
    journal: text("journal").notNull(),
    factNumber: exactInteger("fact_number").notNull(),
    scope: text("scope").notNull(),
    target: exactInteger("target").notNull(),
    engaged: boolean("engaged").notNull(),
    orders: exactInteger("orders").notNull(),
    cancelled: exactInteger("cancelled").notNull(),
    unknown: exactInteger("unknown").notNull(),
    timeNs: exactInteger("time_ns").notNull(),
  },
  (table) => [primaryKey({ columns: [table.journal, table.factNumber] })],
);
