import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/**
 * Bundles TypeScript entries as the command line does (ESM, packages external), side by side into `directory`, since
 * `.ts` workers and children do not run under a loader. Returns nothing: an entry `a/b.ts` becomes `b.mjs`.
 */
export async function bundleForTest(directory: string, entries: readonly string[]): Promise<void> {
  mkdirSync(directory, { recursive: true });
  await build({
    entryPoints: [...entries],
    outdir: directory,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    entryNames: "[name]",
    logLevel: "error",
    absWorkingDir: join(import.meta.dirname, "../../.."),
  });
}
