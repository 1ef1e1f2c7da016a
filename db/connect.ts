import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";

export type DatabaseOptions = {
  readonly url: string;
  /** The embedded database serves one transaction at a time: one connection is all that helps. */
  readonly embedded: boolean;
};

/** A pool whose waits all have an end. */
export function connectDatabase({ url, embedded }: DatabaseOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: embedded ? 1 : 4,
    connectionTimeoutMillis: 5_000,
    query_timeout: 15_000,
    application_name: "heliograph",
  });
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on("error", () => undefined);
  return pool;
}

/** Any number: who migrates holds this lock, so that two starts do not migrate at once. */
const migrationLock = 7_284_501;

/** Brings the schema to the newest migration of `folder`. */
export async function migrateDatabase(pool: pg.Pool, folder: string): Promise<void> {
  const client = await pool.connect();
  const ignore = () => undefined;
  client.on("error", ignore);
  try {
    await client.query(`select pg_advisory_lock(${migrationLock})`);
    await migrate(drizzle(client), { migrationsFolder: folder });
    await client.query(`select pg_advisory_unlock(${migrationLock})`);
    client.off("error", ignore);
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}
