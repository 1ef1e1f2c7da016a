import { index, primaryKey, text } from "drizzle-orm/pg-core";
import { exactInteger } from "./exact-integer";
import { projection } from "./schemas";

/** Every message to and from a venue about an order, for the order's life. */
export const orderEvents = projection.table(
  "order_events",
  {
    journal: text("journal").notNull(),
    factNumber: exactInteger("fact_number").notNull(),
    order: exactInteger("order").notNull(),
    kind: text("kind").notNull(),
    quantity: exactInteger("quantity"),
    price: exactInteger("price"),
    leavesQuantity: exactInteger("leaves_quantity"),
    venueTimeNs: exactInteger("venue_time_ns"),
    detail: text("detail"),
    timeNs: exactInteger("time_ns").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.journal, table.factNumber] }),
    index("order_events_by_order").on(table.journal, table.order),
  ],
);
