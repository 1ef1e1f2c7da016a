import { doublePrecision, index, integer, primaryKey, text } from "drizzle-orm/pg-core";
import { exactInteger } from "./exact-integer";
import { projection } from "./schemas";

/** Every change of state of every pair. */
export const pairStates = projection.table(
  "pair_states",
  {
    journal: text("journal").notNull(),
    factNumber: exactInteger("fact_number").notNull(),
    pair: integer("pair").notNull(),
    strategy: integer("strategy").notNull(),
    from: text("from").notNull(),
    to: text("to").notNull(),
    reason: text("reason").notNull(),
    z: doublePrecision("z"),
    quantityA: exactInteger("quantity_a").notNull(),
    quantityB: exactInteger("quantity_b").notNull(),
    realised: exactInteger("realised").notNull(),
    fees: exactInteger("fees").notNull(),
    timeNs: exactInteger("time_ns").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.journal, table.factNumber] }),
    index("pair_states_by_pair").on(table.journal, table.pair, table.factNumber),
  ],
);
