import { boolean, integer, primaryKey, text } from "drizzle-orm/pg-core";
import type { CancelCause, OrderState } from "../../domain/order";
import { exactInteger } from "./exact-integer";
import { projection } from "./schemas";

/** Orders at venues, as they are now. */
export const orders = projection.table(
  "orders",
  {
    journal: text("journal").notNull(),
    id: exactInteger("id").notNull(),
    parent: exactInteger("parent").notNull(),
    strategy: integer("strategy").notNull(),
    pair: integer("pair").notNull(),
    instrument: integer("instrument").notNull(),
    venue: integer("venue").notNull(),
    userReference: exactInteger("user_reference").notNull(),
    side: text("side").notNull(),
    quantity: exactInteger("quantity").notNull(),
    filledQuantity: exactInteger("filled_quantity").notNull(),
    leavesQuantity: exactInteger("leaves_quantity").notNull(),
    price: exactInteger("price").notNull(),
    timeInForce: text("time_in_force").notNull(),
    postOnly: boolean("post_only").notNull(),
    state: text("state").$type<OrderState>().notNull(),
    cancelCause: text("cancel_cause").$type<CancelCause>(),
    bid: exactInteger("bid").notNull(),
    ask: exactInteger("ask").notNull(),
    submittedNs: exactInteger("submitted_ns").notNull(),
    changedNs: exactInteger("changed_ns").notNull(),
  },
  (table) => [primaryKey({ columns: [table.journal, table.id] })],
);
