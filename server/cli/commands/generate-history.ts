import path from "node:path";
import { connectDatabase, migrateDatabase } from "../../../db/connect";
import { loadDesk } from "../../desk/load-desk";
import { openEmbeddedDatabase } from "../../store/embedded-database";
import { generateHistory } from "../../store/generate-history";
import { LockHeld, takePidLock } from "../../store/pid-lock";
import { storeFacts } from "../../store/store-facts";
import { type Command, UsageError } from "../command";
import { defaultDataDirectory } from "../data-directory";
import { rootFolder } from "../root-folder";

const fillsMax = 2_000_000;

/** Fills the database with a day that never was, for tests and benches of the history. */
export const command: Command = {
  name: "generate-history",
  summary: "write an invented day of N fills into the database of a stopped desk, for tests of the history",
  usage: "",
  options: [
    { name: "data", kind: "text", value: "DIR", summary: "the desk's data directory; default .heliograph/data" },
    { name: "fills", kind: "whole", value: "N", summary: "how many fills; default 100000" },
    { name: "seed", kind: "whole", value: "N", summary: "the same seed gives the same day; default 1" },
    { name: "day", kind: "text", value: "DATE", summary: "the day it is said to be; default 2020-01-02" },
    { name: "desk", kind: "text", value: "FILE", summary: "the desk file; default desks/demo.yaml" },
  ],
  wordsMax: 0,
  run: async (input) => {
    const fills = input.whole("fills") ?? 100_000;
    if (fills < 1 || fills > fillsMax) throw new UsageError(`--fills goes from 1 to ${fillsMax}, got ${fills}`);
    const seed = input.whole("seed") ?? 1;
    const tradingDay = input.text("day") ?? "2020-01-02";
    if (!/^\d{4}-\d{2}-\d{2}$/.test(tradingDay)) throw new UsageError(`--day is a date like 2020-01-02`);
    const deskFile = input.text("desk") ?? path.join(rootFolder, "desks/demo.yaml");
    const { desk, hash } = loadDesk(deskFile, { names: null, pairs: null, seed: null });
    const journal = `generated-${tradingDay}-${seed}-${fills}`;
    const about = { journal, tradingDay, deskHash: hash };
    const database = await openDatabase(path.resolve(input.text("data") ?? defaultDataDirectory));
    try {
      await migrateDatabase(database.pool, path.join(rootFolder, "db/migrations"));
      await storeFacts(database.pool, about, generateHistory({ desk, fills, seed }));
    } finally {
      await database.close();
    }
    console.log(journal);
    return 0;
  },
};

/** The database that a desk on this directory would use. */
async function openDatabase(dataDirectory: string) {
  const url = process.env.DATABASE_URL;
  if (url !== undefined && url !== "") {
    const pool = connectDatabase({ url, embedded: false });
    return { pool, close: () => pool.end() };
  }
  const directory = path.join(dataDirectory, "database");
  const release = lock(directory);
  const embedded = await openEmbeddedDatabase({ directory, port: 0 });
  const pool = connectDatabase({ url: embedded.url, embedded: true });
  return {
    pool,
    close: async () => {
      await pool.end();
      await embedded.close();
      release();
    },
  };
}

function lock(directory: string): () => void {
  try {
    return takePidLock(`${directory}.lock`);
  } catch (error) {
    if (error instanceof LockHeld) throw new UsageError(`${error.message}; stop the desk first`);
    throw error;
  }
}
