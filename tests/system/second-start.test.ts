import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePorts } from "../../server/cli/free-ports";
import { rootFolder } from "../../server/cli/root-folder";
import { eventually } from "../support/desk-under-test";

/** A start of the real command line, with what it printed so far. */
type Start = {
  readonly process: ChildProcess;
  readonly printed: { out: string; error: string };
  readonly exited: Promise<number | null>;
};

describe("a second start on the same data directory", { timeout: 120_000 }, () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), "heliograph-second-"));
  let words: readonly string[];
  let first: Start;

  /** The interface is served from its sources: no build of it stands between the two starts. */
  function start(): Start {
    const child = spawn(process.execPath, [join(rootFolder, "bin/heliograph"), "start", "--dev", ...words], {
      cwd: rootFolder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const printed = { out: "", error: "" };
    child.stdout.on("data", (chunk: Buffer) => {
      printed.out += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      printed.error += chunk.toString();
    });
    return { process: child, printed, exited: new Promise((resolve) => child.once("close", resolve)) };
  }

  const lock = join(dataDirectory, "supervisor.lock");

  beforeAll(async () => {
    const [port] = await freePorts(["tcp"]);
    words = ["--data", dataDirectory, "--port", `${port}`];
    first = start();
    await eventually("the first one starts the desk", () => / desk +/.test(first.printed.out), 60_000);
  }, 90_000);

  afterAll(async () => {
    first?.process.kill("SIGINT");
    await first?.exited;
    rmSync(dataDirectory, { recursive: true, force: true });
  }, 90_000);

  it("is refused: it says who runs there and what to do, starts nothing, and ends with 1", async () => {
    const second = start();
    expect(await second.exited).toBe(1);
    expect(second.printed.error.trim()).toBe(
      `heliograph: another heliograph (process ${first.process.pid}) runs on ${dataDirectory}; ` +
        "stop it, or give this one a directory of its own with --data DIR",
    );
    expect(second.printed.out).toBe("");
  });

  it("disturbs the first one in nothing: the directory is still its own until it stops, and it stops when it is told to", async () => {
    expect(readFileSync(lock, "utf8").trim()).toBe(`${first.process.pid}`);
    expect(first.process.exitCode).toBeNull();
    first.process.kill("SIGINT");
    // 130 for a stop in the midst of starting.
    expect([0, 130]).toContain(await first.exited);
    expect(first.printed.error).toBe("");
    expect(existsSync(lock)).toBe(false);
  });
});
