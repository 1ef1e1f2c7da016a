import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Starts a process of `bench-child.ts`, which the bundle holds, in the role that `words` begin with. */
export function startBenchChild(
  words: readonly string[],
  nodeOptions: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  const script = fileURLToPath(new URL("./bench-child.mjs", import.meta.url));
  return spawn(process.execPath, [...nodeOptions, script, ...words], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...process.env, ...environment },
  });
}
