import { join } from "node:path";
import { orphanStopMsMax } from "./runtime/child-contract";
import { startChild } from "./runtime/child-process";
import { openEmbeddedDatabase } from "./store/embedded-database";
import { takePidLock } from "./store/pid-lock";

/*
 * The database process: PGlite behind its socket, alone on its directory. It runs only when no DATABASE_URL is set.
 */

const child = startChild("database");
const { dataDirectory, databasePort } = child.config;
const directory = join(dataDirectory, "database");

try {
  // PGlite itself takes no lock, and a second process on the directory would lose rows silently.
  const release = takePidLock(`${directory}.lock`);
  child.progress("opening the embedded database");
  const database = await openEmbeddedDatabase({ directory, port: databasePort });
  child.onStop(async (cause) => {
    child.stopping("closing the embedded database");
    if (cause === "orphaned") await lastClientGone(database.clients);
    await database.close();
    release();
    child.exit(0);
  });
  child.ready(`embedded database on 127.0.0.1:${database.port}`);
} catch (error) {
  child.fail(`database: ${error instanceof Error ? error.message : String(error)} (directory ${directory})`);
}

/** Without a supervisor the web process still writes its last facts: it goes first. */
async function lastClientGone(clients: () => number): Promise<void> {
  const endMs = Date.now() + orphanStopMsMax;
  while (clients() > 0 && Date.now() < endMs) await new Promise((resolve) => setTimeout(resolve, 100));
}
