import { and, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { getTableConfig, type PgTable } from "drizzle-orm/pg-core";
import type { PoolClient } from "pg";
import * as schema from "../schema";

const { progress } = schema;

/** Every table of the projection but its position: what a rebuild empties. */
export const projectedTables: readonly PgTable[] = [
  schema.alerts,
  schema.approvals,
  schema.bars,
  schema.commands,
  schema.fillMarks,
  schema.fills,
  schema.kills,
  schema.marks,
  schema.orderBooks,
  schema.orderEvents,
  schema.orders,
  schema.pairSignals,
  schema.pairStates,
  schema.parents,
  schema.positions,
  schema.quoteSignals,
  schema.refusals,
  schema.strategies,
  schema.strategyStates,
  schema.trades,
];

/** How far a journal is in the database. */
export type Position = { readonly factNumber: number; readonly factDigest: string };

/** How far is this journal? A journal seen for the first time begins at 0. */
export async function positionOf(
  client: PoolClient,
  journal: string,
  about: { readonly tradingDay: string; readonly deskHash: string },
  nowMs: number,
): Promise<Position> {
  const database = drizzle(client);
  await database
    .insert(progress)
    .values({ journal, ...about, factNumber: 0, factDigest: "", advancedMs: nowMs })
    .onConflictDoNothing();
  const [row] = await database.select().from(progress).where(eq(progress.journal, journal));
  return { factNumber: row.factNumber, factDigest: row.factDigest };
}

/** Advances a journal's position if it still is `from`; false when somebody else moved it. */
export async function advancePosition(
  client: PoolClient,
  journal: string,
  from: number,
  to: Position,
  nowMs: number,
): Promise<boolean> {
  const moved = await drizzle(client)
    .update(progress)
    .set({ ...to, advancedMs: nowMs })
    .where(and(eq(progress.journal, journal), eq(progress.factNumber, from)))
    .returning({ journal: progress.journal });
  return moved.length === 1;
}

/** Empties the projection of one journal and sets its position back to the start. */
export async function forgetJournal(client: PoolClient, journal: string): Promise<void> {
  for (const table of projectedTables) {
    const { schema: schemaName, name } = getTableConfig(table);
    await client.query(`delete from "${schemaName}"."${name}" where journal = $1`, [journal]);
  }
  await drizzle(client).update(progress).set({ factNumber: 0, factDigest: "" }).where(eq(progress.journal, journal));
}
