import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const repository = join(import.meta.dirname, "../../..");

/**
 * Bundles TypeScript entries as the command line does (ESM, packages external), side by side into a new directory,
 * since `.ts` workers and children do not run under a loader: `a/b.ts` becomes `<path>/b.mjs`. The directory lies
 * within the repository, where packages are found.
 */
export async function bundleForTest(entries: readonly string[]): Promise<{ path: string; remove: () => void }> {
  const base = join(repository, ".heliograph", "test");
  mkdirSync(base, { recursive: true });
  const path = mkdtempSync(join(base, "bundle-"));
  await build({
    entryPoints: [...entries],
    outdir: path,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    entryNames: "[name]",
    logLevel: "error",
    absWorkingDir: repository,
  });
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
