// Bundles fake-desk.ts (Node 20 runs no TypeScript) and runs it. Usage: node start-fake-desk.mjs [port] [instruments] [pairs]
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../..");
process.chdir(root);
mkdirSync(join(root, ".heliograph"), { recursive: true });
const bundle = join(root, ".heliograph", "fake-desk.mjs");
await build({
  entryPoints: [join(here, "fake-desk.ts")],
  outfile: bundle,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
  sourcemap: true,
});
await import(pathToFileURL(bundle).href);
