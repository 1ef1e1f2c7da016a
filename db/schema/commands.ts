import { doublePrecision, primaryKey, text } from "drizzle-orm/pg-core";
import { exactInteger } from "./exact-integer";
import { projection } from "./schemas";

/** Commands and what the engine answered. */
export const commands = projection.table(
  "commands",
  {
    journal: text("journal").notNull(),
    factNumber: exactInteger("fact_number").notNull(),
    commandId: text("command_id").notNull(),
    command: text("command").notNull(),
    scope: text("scope").notNull(),
    target: exactInteger("target").notNull(),
    actor: text("actor").notNull(),
    role: text("role").notNull(),
    reason: text("reason").notNull(),
    answer: text("answer").notNull(),
    detail: doublePrecision("detail"),
    timeNs: exactInteger("time_ns").notNull(),
  },
  (table) => [primaryKey({ columns: [table.journal, table.factNumber] })],
);
