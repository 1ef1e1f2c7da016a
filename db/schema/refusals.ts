import { doublePrecision, integer, primaryKey, text } from "drizzle-orm/pg-core";
import { exactInteger } from "./exact-integer";
import { projection } from "./schemas";

/** What the risk gate refused, with the limit and the value that would have been. */
export const refusals = projection.table(
  "refusals",
  {
    journal: text("journal").notNull(),
    factNumber: exactInteger("fact_number").notNull(),
    strategy: integer("strategy").notNull(),
    pair: integer("pair").notNull(),
    instrument: integer("instrument").notNull(),
    venue: integer("venue").notNull(),
    side: text("side").notNull(),
    quantity: exactInteger("quantity").notNull(),
    price: exactInteger("price").notNull(),
    code: text("code").notNull(),
    limit: doublePrecision("limit"),
    value: doublePrecision("value"),
    timeNs: exactInteger("time_ns").notNull(),
  },
  (table) => [primaryKey({ columns: [table.journal, table.factNumber] })],
);
