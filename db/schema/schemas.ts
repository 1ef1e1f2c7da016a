import { pgSchema } from "drizzle-orm/pg-core";

/** What follows from the facts log: may be dropped and rebuilt at any time. */
export const projection = pgSchema("projection");

/** What is the database's own (people, layouts, secrets): backed up, never rebuilt. */
export const desk = pgSchema("desk");
