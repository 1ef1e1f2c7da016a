import { index, integer, primaryKey, text } from "drizzle-orm/pg-core";
import { exactInteger } from "./exact-integer";
import { projection } from "./schemas";

/** Best prices over all venues a horizon after a fill, 0 for an empty side, and how late they were read. */
export const fillMarks = projection.table(
  "fill_marks",
  {
    journal: text("journal").notNull(),
    fill: exactInteger("fill").notNull(),
    horizonSeconds: integer("horizon_seconds").notNull(),
    order: exactInteger("order").notNull(),
    bid: exactInteger("bid").notNull(),
    ask: exactInteger("ask").notNull(),
    lateNs: exactInteger("late_ns").notNull(),
    timeNs: exactInteger("time_ns").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.journal, table.fill, table.horizonSeconds] }),
    index("fill_marks_by_order").on(table.journal, table.order),
  ],
);
