import { integer, primaryKey, text } from "drizzle-orm/pg-core";
import { exactInteger } from "./exact-integer";
import { projection } from "./schemas";

/** Last position of each strategy (and pair, -1 for none) in each instrument, by day. */
export const positions = projection.table(
  "positions",
  {
    journal: text("journal").notNull(),
    strategy: integer("strategy").notNull(),
    pair: integer("pair").notNull(),
    instrument: integer("instrument").notNull(),
    quantity: exactInteger("quantity").notNull(),
    totalCost: exactInteger("total_cost").notNull(),
    realised: exactInteger("realised").notNull(),
    fees: exactInteger("fees").notNull(),
    boughtQuantity: exactInteger("bought_quantity").notNull(),
    soldQuantity: exactInteger("sold_quantity").notNull(),
    changedNs: exactInteger("changed_ns").notNull(),
  },
  (table) => [primaryKey({ columns: [table.journal, table.strategy, table.pair, table.instrument] })],
);
