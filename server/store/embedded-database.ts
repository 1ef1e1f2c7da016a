import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

export type EmbeddedDatabaseOptions = {
  /** Directory of the data; null keeps it in memory. */
  readonly directory: string | null;
  /** TCP port on 127.0.0.1; 0 lets the system choose. */
  readonly port: number;
};

export type EmbeddedDatabase = {
  readonly port: number;
  readonly url: string;
  /** Clients connected now. */
  readonly clients: () => number;
  readonly close: () => Promise<void>;
};

/**
 * Connections at a time. The socket server allows one by default and turns others away without a word; a web process
 * that comes back while its old socket is still being torn down needs a second, a command line a third.
 */
const connectionsMax = 8;

/** PostgreSQL without a PostgreSQL: PGlite behind a socket on loopback. It serves one transaction at a time. */
export async function openEmbeddedDatabase(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  const database = options.directory === null ? await PGlite.create() : await PGlite.create(options.directory);
  const server = new PGLiteSocketServer({
    db: database,
    host: "127.0.0.1",
    port: options.port,
    maxConnections: connectionsMax,
  });
  try {
    await server.start();
  } catch (error) {
    await database.close();
    throw error;
  }
  const port = Number(server.getServerConn().split(":").at(-1));
  return {
    port,
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    clients: () => server.getStats().activeConnections,
    close: async () => {
      await server.stop();
      await database.close();
    },
  };
}
