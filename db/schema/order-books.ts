import { index, integer, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import { exactInteger } from "./exact-integer";
import { projection } from "./schemas";

/** Best first: price and quantity, integers within ±2^53, so that JSON numbers are exact. */
export type StoredLevels = readonly (readonly [price: number, quantity: number])[];

/**
 * The market beside each message of an order's life; `factNumber` is that message's. Best prices over all venues, null
 * for none, and the best levels of the order's own venue.
 */
export const orderBooks = projection.table(
  "order_books",
  {
    journal: text("journal").notNull(),
    factNumber: exactInteger("fact_number").notNull(),
    order: exactInteger("order").notNull(),
    bid: exactInteger("bid"),
    bidQuantity: exactInteger("bid_quantity"),
    bidVenue: integer("bid_venue"),
    ask: exactInteger("ask"),
    askQuantity: exactInteger("ask_quantity"),
    askVenue: integer("ask_venue"),
    bids: jsonb("bids").$type<StoredLevels>().notNull(),
    asks: jsonb("asks").$type<StoredLevels>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.journal, table.factNumber] }),
    index("order_books_by_order").on(table.journal, table.order),
  ],
);
