import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { earlierDay, withEarlierDay } from "../support/earlier-day";

const program = fileURLToPath(new URL("../../bin/heliograph", import.meta.url));

it("the bundled replay command names what is wrong with a desk file in words, without a stack", () => {
  withEarlierDay((directory) => {
    const words = [program, "replay", join(directory, earlierDay), "--desk", join(directory, "nothing.yaml")];
    const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
    expect(stderr).toContain("nothing.yaml: found no readable file");
    expect(stderr).not.toContain("    at ");
    expect(status).toBe(1);
  });
});
