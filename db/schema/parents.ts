import { doublePrecision, integer, primaryKey, text } from "drizzle-orm/pg-core";
import { exactInteger } from "./exact-integer";
import { projection } from "./schemas";

/** Parent orders: what a strategy wished, why, and the market it saw. */
export const parents = projection.table(
  "parents",
  {
    journal: text("journal").notNull(),
    id: exactInteger("id").notNull(),
    strategy: integer("strategy").notNull(),
    pair: integer("pair").notNull(),
    instrument: integer("instrument").notNull(),
    side: text("side").notNull(),
    quantity: exactInteger("quantity").notNull(),
    limitPrice: exactInteger("limit_price").notNull(),
    reason: text("reason").notNull(),
    arrivalBid: exactInteger("arrival_bid").notNull(),
    arrivalAsk: exactInteger("arrival_ask").notNull(),
    signal: doublePrecision("signal"),
    createdNs: exactInteger("created_ns").notNull(),
  },
  (table) => [primaryKey({ columns: [table.journal, table.id] })],
);
