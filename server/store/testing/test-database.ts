import { join } from "node:path";
import pg from "pg";
import { connectDatabase } from "../../../db/connect";
import { type EmbeddedDatabase, openEmbeddedDatabase } from "../embedded-database";

export const migrationsFolder = join(process.cwd(), "db/migrations");

/** A database for a test: PGlite on its socket, or a fresh database on the server that DATABASE_URL names. */
export type TestDatabase = {
  readonly url: string;
  readonly pool: pg.Pool;
  /** A further pool, as another process would have. */
  readonly connect: () => pg.Pool;
  readonly close: () => Promise<void>;
};

let databaseCount = 0;

export async function openTestDatabase(): Promise<TestDatabase> {
  const server = process.env.DATABASE_URL;
  return server ? openOnServer(server) : openEmbedded();
}

async function openEmbedded(): Promise<TestDatabase> {
  const embedded: EmbeddedDatabase = await openEmbeddedDatabase({ directory: null, port: 0 });
  return testDatabase(embedded.url, true, () => embedded.close());
}

async function openOnServer(server: string): Promise<TestDatabase> {
  const name = `heliograph_test_${process.pid}_${++databaseCount}`;
  await runOn(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return testDatabase(url.href, false, () => runOn(server, `drop database ${name} with (force)`));
}

function testDatabase(url: string, embedded: boolean, remove: () => Promise<void>): TestDatabase {
  const pools: pg.Pool[] = [];
  const connect = () => {
    const pool = connectDatabase({ url, embedded });
    pools.push(pool);
    return pool;
  };
  return {
    url,
    pool: connect(),
    connect,
    close: async () => {
      await Promise.all(pools.map((pool) => (pool.ended ? undefined : pool.end())));
      await remove();
    },
  };
}

async function runOn(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(statement);
  await client.end();
}
