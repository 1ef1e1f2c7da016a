import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { isOurProcess } from "./process-liveness";
import { rootFolder } from "./root-folder";

/** Where a desk keeps its data unless `--data` says otherwise. */
export const defaultDataDirectory: string = path.join(rootFolder, ".heliograph", "data");

const lockName = "supervisor.lock";

/** Paths of Unix sockets may not be longer than about 100 bytes. */
const socketPathBytesMax = 100;

/** Where the engine of a data directory listens: in it, or under a hashed name when that path would be too long. */
export function engineSocketPath(dataDirectory: string): string {
  const inside = path.join(dataDirectory, "engine.sock");
  if (Buffer.byteLength(inside) <= socketPathBytesMax) return inside;
  const name = createHash("sha256").update(dataDirectory).digest("hex").slice(0, 16);
  return path.join(tmpdir(), `heliograph-${name}.sock`);
}

/** The data directory belongs to another supervisor that is alive. */
export class DataInUseError extends Error {
  override readonly name = "DataInUseError";
}

/**
 * Makes the data directory and takes it for this process. Throws a DataInUseError that names the process which has
 * it; a lock left by a dead process is replaced. Returns the function that gives the directory back.
 */
export function lockDataDirectory(dataDirectory: string): () => void {
  mkdirSync(path.join(dataDirectory, "logs"), { recursive: true, mode: 0o700 });
  const file = path.join(dataDirectory, lockName);
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const descriptor = openSync(file, "wx", 0o600);
      writeSync(descriptor, `${process.pid}\n`);
      return () => {
        if (readLock(file) === process.pid) rmSync(file, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = readLock(file);
    if (owner !== null && isOurProcess(owner))
      throw new DataInUseError(
        `another heliograph (process ${owner}) runs on ${dataDirectory}; stop it, or give this one a directory of its own with --data DIR`,
      );
    removeStale(file);
  }
  throw new DataInUseError(`the lock ${file} changes hands; another heliograph is starting`);
}

/** Moves a stale lock away under a name of our own first, so that two starters cannot remove each other's. */
function removeStale(file: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    rmSync(aside, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

function readLock(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, "utf8").trim());
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

const runningDeskSchema = z.object({
  supervisor: z.number(),
  startedAt: z.string(),
  address: z.string(),
  deskFile: z.string(),
  engineSocket: z.string(),
  /** TCP ports of the venues' drop copies: whoever audits the desk reads there. */
  dropCopyPorts: z.array(z.number()).default([]),
  buildFolder: z.string(),
  children: z.array(z.object({ name: z.string(), pid: z.number(), state: z.string(), restarts: z.number() })),
  strategies: z.array(z.string()),
  instruments: z.array(z.string()),
  pairs: z.array(z.string()),
  venues: z.array(z.string()),
});

/** What `processes.json` says of a running desk: who runs, and the names behind the engine's numbers. */
export type RunningDesk = z.infer<typeof runningDeskSchema>;

/** Writes `processes.json`, whole or not at all. */
export function writeRunningDesk(dataDirectory: string, running: RunningDesk): void {
  const file = path.join(dataDirectory, "processes.json");
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(running, null, 2)}\n`, { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, file);
}

/** Reads `processes.json`; null when there is none that can be read. */
export function readRunningDesk(dataDirectory: string): RunningDesk | null {
  try {
    return runningDeskSchema.parse(JSON.parse(readFileSync(path.join(dataDirectory, "processes.json"), "utf8")));
  } catch {
    return null;
  }
}
