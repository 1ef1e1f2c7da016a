import { spawn } from "node:child_process";
import path from "node:path";
import type { Command } from "../command";
import { rootFolder } from "../root-folder";

const checks: readonly (readonly [what: string, file: string, ...parts: string[]])[] = [
  ["types", "typescript/bin/tsc", "--noEmit", "-p", "."],
  ["format and lint", "@biomejs/biome/bin/biome", "check", "."],
];

/** Runs every static check, also after one has failed. */
export const command: Command = {
  name: "check",
  summary: "check types (TypeScript), format and lint (Biome)",
  usage: "",
  options: [],
  wordsMax: 0,
  run: async () => {
    let failed = 0;
    for (const [what, file, ...parts] of checks) {
      const code = await run(path.join(rootFolder, "node_modules", file), parts);
      console.log(`${what}: ${code === 0 ? "passed" : `failed (${code})`}`);
      if (code !== 0) failed += 1;
    }
    return failed === 0 ? 0 : 1;
  },
};

function run(file: string, parts: readonly string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...parts], { cwd: rootFolder, stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", resolve);
  });
}
