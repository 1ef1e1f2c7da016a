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

/** Runs a role to its end; resolves with the one message it sends, which is this repository's own code. */
export function runBenchChild<Figures>(
  words: readonly string[],
  nodeOptions: readonly string[] = [],
): Promise<Figures> {
  const child = startBenchChild(words, nodeOptions);
  return new Promise((resolve, reject) => {
    child.on("message", (figures: Figures) => resolve(figures));
    child.on("exit", (code) => reject(new Error(`the bench's process "${words[0]}" ended with code ${code}`)));
  });
}
