import { doublePrecision, integer, primaryKey, text } from "drizzle-orm/pg-core";
import { exactInteger } from "./exact-integer";
import { projection } from "./schemas";

/** What a pairs strategy saw when it wished a parent. Mids in price units, 0 for none. */
export const pairSignals = projection.table(
  "pair_signals",
  {
    journal: text("journal").notNull(),
    parent: exactInteger("parent").notNull(),
    pair: integer("pair").notNull(),
    z: doublePrecision("z").notNull(),
    spread: doublePrecision("spread").notNull(),
    mean: doublePrecision("mean").notNull(),
    deviation: doublePrecision("deviation").notNull(),
    hedgeRatio: doublePrecision("hedge_ratio").notNull(),
    midA: doublePrecision("mid_a").notNull(),
    midB: doublePrecision("mid_b").notNull(),
    entryZ: doublePrecision("entry_z").notNull(),
    exitZ: doublePrecision("exit_z").notNull(),
    stopZ: doublePrecision("stop_z").notNull(),
  },
  (table) => [primaryKey({ columns: [table.journal, table.parent] })],
);

/** What a maker saw when it wished a quote. */
export const quoteSignals = projection.table(
  "quote_signals",
  {
    journal: text("journal").notNull(),
    parent: exactInteger("parent").notNull(),
    bid: exactInteger("bid").notNull(),
    bidQuantity: exactInteger("bid_quantity").notNull(),
    ask: exactInteger("ask").notNull(),
    askQuantity: exactInteger("ask_quantity").notNull(),
    spreadBps: doublePrecision("spread_bps").notNull(),
    spreadBpsMin: doublePrecision("spread_bps_min").notNull(),
    inventoryQuantity: exactInteger("inventory_quantity").notNull(),
    inventoryQuantityMax: exactInteger("inventory_quantity_max").notNull(),
    behind: exactInteger("behind").notNull(),
  },
  (table) => [primaryKey({ columns: [table.journal, table.parent] })],
);
