import { getTableConfig, type PgTable } from "drizzle-orm/pg-core";
import type { PoolClient } from "pg";
import * as schema from "../schema";

/** Tables that grow with the day and that lists are read from. */
const longTables: readonly PgTable[] = [
  schema.fills,
  schema.orders,
  schema.orderEvents,
  schema.parents,
  schema.trades,
  schema.marks,
];

/**
 * How many rows are there, and of what kind? Renews what the planner knows of the long tables. A PostgreSQL server does
 * so by itself; the embedded one never does, and without it sorts a whole day to show its last page.
 */
export async function renewStatistics(client: PoolClient): Promise<void> {
  const names = longTables.map((table) => {
    const { schema: schemaName, name } = getTableConfig(table);
    return `"${schemaName}"."${name}"`;
  });
  // A tenth of the usual sample: which index to take needs no more, and it costs a tenth.
  await client.query("set local default_statistics_target = 10");
  await client.query(`analyze ${names.join(", ")}`);
}
