import { integer, primaryKey, text } from "drizzle-orm/pg-core";
import { exactInteger } from "./exact-integer";
import { projection } from "./schemas";

/** Finished minute bars; minutes count from the trading day's start. */
export const bars = projection.table(
  "bars",
  {
    journal: text("journal").notNull(),
    instrument: integer("instrument").notNull(),
    minute: integer("minute").notNull(),
    open: exactInteger("open").notNull(),
    high: exactInteger("high").notNull(),
    low: exactInteger("low").notNull(),
    close: exactInteger("close").notNull(),
    volume: exactInteger("volume").notNull(),
    trades: exactInteger("trades").notNull(),
  },
  (table) => [primaryKey({ columns: [table.journal, table.instrument, table.minute] })],
);
