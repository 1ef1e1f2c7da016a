import type { Pool, PoolClient } from "pg";

/**
 * Runs `work` in a transaction on one connection. A connection whose transaction failed is thrown away.
 *
 * Every access to the database goes through here, reads too. The embedded database is one PostgreSQL session shared
 * by all sockets, and its multiplexer keeps clients apart only inside a transaction: outside, the Bind of one client
 * can meet the Parse of another. `begin` and `commit` carry no parameters, so each is a single message.
 */
export async function inTransaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  // A connection that breaks while it is ours reports so by the query under way as well.
  const ignore = () => undefined;
  client.on("error", ignore);
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    client.off("error", ignore);
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
