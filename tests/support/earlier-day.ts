import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { z } from "zod";

const recording = fileURLToPath(new URL("../replay/recordings/day-of-format-3.json.gz", import.meta.url));
const schema = z.object({ facts: z.number(), files: z.record(z.string(), z.string()) });

/** The trading day of the recording. */
export const earlierDay = "2026-11-20";

/**
 * An engine's directory in a temporary folder, as an earlier version left it in the middle of a day (journal format 3):
 * `facts` are in its log. `use` may change it; it is removed afterwards.
 */
export function withEarlierDay(use: (directory: string, facts: number) => void): void {
  const { facts, files } = schema.parse(JSON.parse(gunzipSync(readFileSync(recording)).toString()));
  const directory = mkdtempSync(join(tmpdir(), "heliograph-earlier-"));
  try {
    mkdirSync(join(directory, earlierDay));
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(directory, earlierDay, name), Buffer.from(content, "base64"));
    use(directory, facts);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
