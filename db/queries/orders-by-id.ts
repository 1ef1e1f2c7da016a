import { and, eq, inArray } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import type { PoolClient } from "pg";
import { orders } from "../schema";

export type StoredOrder = typeof orders.$inferSelect;

/** How do these orders stand? Ids that are not there are left out. */
export async function ordersById(client: PoolClient, journal: string, ids: readonly number[]): Promise<StoredOrder[]> {
  if (ids.length === 0) return [];
  return drizzle(client)
    .select()
    .from(orders)
    .where(and(eq(orders.journal, journal), inArray(orders.id, [...ids])));
}
