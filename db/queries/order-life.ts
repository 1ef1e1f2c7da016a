import { and, asc, eq, gte, lte } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import type { PoolClient } from "pg";
import { fills, orderEvents, orders, parents, refusals } from "../schema";

/** Messages and refusals of one order that are read at most. */
const rowsMax = 1_000;

/**
 * What happened to one order: itself, its parent, every message, its fills, and what the gate refused of the same
 * strategy, pair and instrument between the parent's birth and the order's last change. Null when it is not there.
 */
export async function orderLife(client: PoolClient, journal: string, id: number) {
  const database = drizzle(client);
  const [order] = await database
    .select()
    .from(orders)
    .where(and(eq(orders.journal, journal), eq(orders.id, id)));
  if (order === undefined) return null;
  const [parent] = await database
    .select()
    .from(parents)
    .where(and(eq(parents.journal, journal), eq(parents.id, order.parent)));
  const events = await database
    .select()
    .from(orderEvents)
    .where(and(eq(orderEvents.journal, journal), eq(orderEvents.order, id)))
    .orderBy(asc(orderEvents.factNumber))
    .limit(rowsMax);
  const filled = await database
    .select({ quantity: fills.quantity, price: fills.price, broken: fills.broken })
    .from(fills)
    .where(and(eq(fills.journal, journal), eq(fills.order, id)))
    .limit(rowsMax);
  const refused = await database
    .select()
    .from(refusals)
    .where(
      and(
        eq(refusals.journal, journal),
        eq(refusals.strategy, order.strategy),
        eq(refusals.pair, order.pair),
        eq(refusals.instrument, order.instrument),
        gte(refusals.timeNs, parent?.createdNs ?? order.submittedNs),
        lte(refusals.timeNs, order.changedNs),
      ),
    )
    .orderBy(asc(refusals.factNumber))
    .limit(rowsMax);
  return { order, parent: parent ?? null, events, fills: filled, refusals: refused };
}
