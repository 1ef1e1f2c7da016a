import { asc, count, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import type { PoolClient } from "pg";
import { layouts } from "../schema";

/** Any number: who adds a layout holds this lock to the end of its transaction, so that the count holds. */
const layoutsLock = 7_284_502;

/** Which layouts are there? By name. */
export function allLayouts(client: PoolClient) {
  return drizzle(client).select().from(layouts).orderBy(asc(layouts.name));
}

/** Writes a layout over the one of its name, or adds it; false when it would be one more than `most`. */
export async function writeLayout(
  client: PoolClient,
  layout: typeof layouts.$inferInsert,
  most: number,
): Promise<boolean> {
  const database = drizzle(client);
  await client.query(`select pg_advisory_xact_lock(${layoutsLock})`);
  const { arrangement, changedMs } = layout;
  const replaced = await database
    .update(layouts)
    .set({ arrangement, changedMs })
    .where(eq(layouts.name, layout.name))
    .returning({ name: layouts.name });
  if (replaced.length > 0) return true;
  const [{ held }] = await database.select({ held: count() }).from(layouts);
  if (held >= most) return false;
  await database.insert(layouts).values(layout);
  return true;
}

/** Gives a layout another name: "missing" when there is none, "taken" when another is called so. */
export async function renameLayout(
  client: PoolClient,
  name: string,
  to: string,
): Promise<"renamed" | "missing" | "taken"> {
  const database = drizzle(client);
  await client.query(`select pg_advisory_xact_lock(${layoutsLock})`);
  if (name !== to && (await database.$count(layouts, eq(layouts.name, to))) > 0) return "taken";
  const renamed = await database
    .update(layouts)
    .set({ name: to })
    .where(eq(layouts.name, name))
    .returning({ name: layouts.name });
  return renamed.length > 0 ? "renamed" : "missing";
}

/** Removes a layout; false when there is none of that name. */
export async function removeLayout(client: PoolClient, name: string): Promise<boolean> {
  const removed = await drizzle(client).delete(layouts).where(eq(layouts.name, name)).returning({ name: layouts.name });
  return removed.length > 0;
}
