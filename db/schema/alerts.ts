import { doublePrecision, primaryKey, text } from "drizzle-orm/pg-core";
import { exactInteger } from "./exact-integer";
import { projection } from "./schemas";

/** What the engine called people for. */
export const alerts = projection.table(
  "alerts",
  {
    journal: text("journal").notNull(),
    factNumber: exactInteger("fact_number").notNull(),
    code: text("code").notNull(),
    target: exactInteger("target").notNull(),
    value: doublePrecision("value"),
    limit: doublePrecision("limit"),
    text: text("text").notNull(),
    timeNs: exactInteger("time_ns").notNull(),
  },
  (table) => [primaryKey({ columns: [table.journal, table.factNumber] })],
);
