import { jsonb, text } from "drizzle-orm/pg-core";
import { exactInteger } from "./exact-integer";
import { desk } from "./schemas";

/** Arrangements of the desk's panels that people saved under a name. */
export const layouts = desk.table("layouts", {
  name: text("name").primaryKey(),
  /** What the browser sent, as it passed `arrangementSchema`; whoever reads it checks it again. */
  arrangement: jsonb("arrangement").notNull(),
  /** Milliseconds since 1970. */
  changedMs: exactInteger("changed_ms").notNull(),
});
