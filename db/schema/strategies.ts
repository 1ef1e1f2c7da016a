import { integer, primaryKey, text } from "drizzle-orm/pg-core";
import { exactInteger } from "./exact-integer";
import { projection } from "./schemas";

/** State of each strategy now, by day. */
export const strategies = projection.table(
  "strategies",
  {
    journal: text("journal").notNull(),
    strategy: integer("strategy").notNull(),
    state: text("state").notNull(),
    stage: text("stage").notNull(),
    sinceNs: exactInteger("since_ns").notNull(),
  },
  (table) => [primaryKey({ columns: [table.journal, table.strategy] })],
);
