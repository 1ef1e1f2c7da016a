import { integer, primaryKey, text } from "drizzle-orm/pg-core";
import { exactInteger } from "./exact-integer";
import { projection } from "./schemas";

/** P&L each minute, per strategy; strategy -1 is the desk. */
export const marks = projection.table(
  "marks",
  {
    journal: text("journal").notNull(),
    factNumber: exactInteger("fact_number").notNull(),
    strategy: integer("strategy").notNull(),
    realised: exactInteger("realised").notNull(),
    unrealised: exactInteger("unrealised").notNull(),
    fees: exactInteger("fees").notNull(),
    grossExposure: exactInteger("gross_exposure").notNull(),
    netExposure: exactInteger("net_exposure").notNull(),
    timeNs: exactInteger("time_ns").notNull(),
  },
  (table) => [primaryKey({ columns: [table.journal, table.factNumber] })],
);
