import { boolean, doublePrecision, index, integer, primaryKey, text } from "drizzle-orm/pg-core";
import { exactInteger } from "./exact-integer";
import { projection } from "./schemas";

/** Fills, each accepted once. */
export const fills = projection.table(
  "fills",
  {
    journal: text("journal").notNull(),
    id: exactInteger("id").notNull(),
    order: exactInteger("order").notNull(),
    parent: exactInteger("parent").notNull(),
    strategy: integer("strategy").notNull(),
    pair: integer("pair").notNull(),
    instrument: integer("instrument").notNull(),
    venue: integer("venue").notNull(),
    side: text("side").notNull(),
    quantity: exactInteger("quantity").notNull(),
    price: exactInteger("price").notNull(),
    fee: exactInteger("fee").notNull(),
    liquidity: integer("liquidity").notNull(),
    match: text("match").notNull(),
    source: integer("source").notNull(),
    venueTimeNs: exactInteger("venue_time_ns").notNull(),
    realised: exactInteger("realised").notNull(),
    positionQuantity: exactInteger("position_quantity").notNull(),
    averagePrice: doublePrecision("average_price"),
    leavesQuantity: exactInteger("leaves_quantity").notNull(),
    broken: boolean("broken").notNull(),
    timeNs: exactInteger("time_ns").notNull(),
    factNumber: exactInteger("fact_number").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.journal, table.id] }),
    index("fills_by_pair").on(table.journal, table.pair, table.factNumber),
    index("fills_by_order").on(table.journal, table.order),
  ],
);
