import { integer, primaryKey, text } from "drizzle-orm/pg-core";
import { exactInteger } from "./exact-integer";
import { projection } from "./schemas";

/** Every change of state of every strategy. */
export const strategyStates = projection.table(
  "strategy_states",
  {
    journal: text("journal").notNull(),
    factNumber: exactInteger("fact_number").notNull(),
    strategy: integer("strategy").notNull(),
    from: text("from").notNull(),
    to: text("to").notNull(),
    stage: text("stage").notNull(),
    timeNs: exactInteger("time_ns").notNull(),
  },
  (table) => [primaryKey({ columns: [table.journal, table.factNumber] })],
);
