import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { z } from "zod";

const root = fileURLToPath(new URL("../..", import.meta.url));
const recording = join(root, "tests/replay/recordings/day-of-format-3.json.gz");

it("the bundled replay command names what is wrong with a desk file in words, without a stack", () => {
  const folder = mkdtempSync(join(tmpdir(), "heliograph-replay-command-"));
  try {
    const day = join(folder, "2026-11-20");
    mkdirSync(day);
    const { files } = z
      .object({ files: z.record(z.string(), z.string()) })
      .parse(JSON.parse(gunzipSync(readFileSync(recording)).toString()));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(day, name), Buffer.from(content, "base64"));
    const words = [join(root, "bin/heliograph"), "replay", day, "--desk", join(folder, "nothing.yaml")];
    const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
    expect(stderr).toContain("nothing.yaml: found no readable file");
    expect(stderr).not.toContain("    at ");
    expect(status).toBe(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
