import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A file that stands beside this one in the bundle (`bin/heliograph`); null where the sources run unbundled. */
export function bundledFile(name: string): URL | null {
  const place = new URL(`./${name}`, import.meta.url);
  return existsSync(fileURLToPath(place)) ? place : null;
}
