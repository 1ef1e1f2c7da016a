import { and, desc, eq, lt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import type { PoolClient } from "pg";
import { bars, fills, orders, parents, progress } from "../schema";

/** A page of a journal's rows: older than `before` (null: the newest), newest first, at most `limit`. */
export type HistoryPage = { readonly before: number | null; readonly limit: number };

/** Which journal is the newest, by trading day and then by when it last advanced? Null in an empty database. */
export async function newestJournal(client: PoolClient): Promise<string | null> {
  const rows = await drizzle(client)
    .select({ journal: progress.journal })
    .from(progress)
    .orderBy(desc(progress.tradingDay), desc(progress.advancedMs))
    .limit(1);
  return rows[0]?.journal ?? null;
}

/** Which orders were sent, with the reason of their parents? */
export async function ordersOfJournal(client: PoolClient, journal: string, { before, limit }: HistoryPage) {
  const rows = await drizzle(client)
    .select({ order: orders, reason: parents.reason })
    .from(orders)
    .leftJoin(parents, and(eq(parents.journal, orders.journal), eq(parents.id, orders.parent)))
    .where(and(eq(orders.journal, journal), before === null ? undefined : lt(orders.id, before)))
    .orderBy(desc(orders.id))
    .limit(limit);
  return rows.map(({ order, reason }) => ({ ...order, reason }));
}

/** Which fills came? */
export async function fillsOfJournal(client: PoolClient, journal: string, { before, limit }: HistoryPage) {
  return drizzle(client)
    .select()
    .from(fills)
    .where(and(eq(fills.journal, journal), before === null ? undefined : lt(fills.id, before)))
    .orderBy(desc(fills.id))
    .limit(limit);
}

/** How did an instrument trade, minute by minute? `before` is a minute. */
export async function barsOfInstrument(
  client: PoolClient,
  journal: string,
  instrument: number,
  { before, limit }: HistoryPage,
) {
  return drizzle(client)
    .select()
    .from(bars)
    .where(
      and(
        eq(bars.journal, journal),
        eq(bars.instrument, instrument),
        before === null ? undefined : lt(bars.minute, before),
      ),
    )
    .orderBy(desc(bars.minute))
    .limit(limit);
}
