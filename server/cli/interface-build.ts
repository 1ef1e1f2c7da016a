import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { isOurProcess } from "./process-liveness";
import { rootFolder } from "./root-folder";

const sources = ["app", "components", "protocol", "domain", "public"];
const settings = [
  "package.json",
  "next.config.js",
  "next.config.ts",
  "tsconfig.json",
  "postcss.config.mjs",
  "postcss.config.js",
];

/** Lines of a failed build's log that are shown. */
const tailLines = 30;

/** The production build of the interface failed; the message ends with the end of its log. */
export class InterfaceBuildError extends Error {
  override readonly name = "InterfaceBuildError";
}

/** Whether there is an interface to build at all. */
export function hasInterface(): boolean {
  return existsSync(path.join(rootFolder, "app", "layout.tsx"));
}

/** Whether `.next` holds a production build of the sources as they are. */
export function isInterfaceBuilt(): boolean {
  const { hashFile, buildIdFile } = places();
  return existsSync(buildIdFile) && existsSync(hashFile) && readFileSync(hashFile, "utf8") === hashOfSources();
}

/**
 * Runs Next's production build with its output in `logFile`, unless another process has just built the same sources:
 * one builds at a time. Throws an InterfaceBuildError when it fails.
 */
export async function buildInterface(logFile: string, signal?: AbortSignal): Promise<void> {
  const release = await takeTurn(signal);
  try {
    if (!isInterfaceBuilt()) await runBuild(logFile, signal);
  } finally {
    release();
  }
}

async function runBuild(logFile: string, signal: AbortSignal | undefined): Promise<void> {
  const { hashFile } = places();
  const hash = hashOfSources();
  rmSync(hashFile, { force: true });
  mkdirSync(path.dirname(logFile), { recursive: true });
  const log = openSync(logFile, "w");
  const next = path.join(rootFolder, "node_modules", "next", "dist", "bin", "next");
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      const child = spawn(process.execPath, [next, "build"], {
        cwd: rootFolder,
        stdio: ["ignore", log, log],
        env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
        ...(signal === undefined ? {} : { signal }),
      });
      child.once("error", reject);
      child.once("exit", resolve);
    });
    if (code !== 0) {
      const tail = readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-tailLines).join("\n");
      throw new InterfaceBuildError(
        `the interface could not be built (next build ended with ${code}; ${logFile}):\n${tail}`,
      );
    }
  } finally {
    closeSync(log);
  }
  writeFileSync(hashFile, hash);
}

/** Waits until no living process builds; returns the function that ends our turn. */
async function takeTurn(signal: AbortSignal | undefined): Promise<() => void> {
  const file = path.join(rootFolder, ".heliograph", "interface-build.lock");
  mkdirSync(path.dirname(file), { recursive: true });
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    if (!isHeld(file)) rmSync(file, { force: true });
    await setTimeout(200, undefined, signal === undefined ? {} : { signal });
  }
}

/** Whether the process named in a lock lives; one just being written counts as held. */
function isHeld(file: string): boolean {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    return pid === 0 || isOurProcess(pid);
  } catch {
    return false;
  }
}

function places() {
  const folder = path.join(rootFolder, ".next");
  return { hashFile: path.join(folder, "heliograph-sources"), buildIdFile: path.join(folder, "BUILD_ID") };
}

function hashOfSources(): string {
  const hash = createHash("sha256");
  const files = [...sources.flatMap(listFiles), ...settings.filter((file) => existsSync(path.join(rootFolder, file)))];
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(path.join(rootFolder, file)));
  return hash.digest("hex");
}

function listFiles(folder: string): string[] {
  const absolute = path.join(rootFolder, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$|\.md$/.test(entry.name))
    .map((entry) => path.relative(rootFolder, path.join(entry.parentPath, entry.name)))
    .sort();
}
