import { execFileSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandText } from "../../domain/facts";
import { listSegments } from "../../server/journal/segments";
import { haltExitCodes } from "../../server/runtime/shell";
import { RelayedDesk } from "../support/relayed-desk";

/** Of nobody: to root, as which tests may run, a folder's mode means nothing. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

describe("an engine whose log directory may not be written any more", { timeout: 120_000 }, () => {
  // A segment is full within seconds of this desk's market.
  const desk = new RelayedDesk({ orders: 20, segmentLength: 512 << 10, engineUser: isRoot ? nobody : null });
  /** Closed for writing by the first test. */
  let directory: string | undefined;

  beforeAll(() => desk.begin(), 60_000);

  afterAll(async () => {
    await desk.stop();
    if (directory !== undefined) chmodSync(directory, 0o700);
    desk.remove();
  });

  it("halts when it needs a new file, says why, and every order is cancelled", async () => {
    for (const { wire } of desk.relays) wire.watch(true);
    directory = desk.directory;
    chmodSync(directory, 0o500);
    await desk.until("the engine halts", () => desk.halts.length > 0);
    expect(commandText(desk.halts[0])).toMatchObject({
      actor: "engine",
      reason: expect.stringMatching(/^a log cannot be written: [^/]+\/inputs-\d+\.log: could not be made: EACCES/),
    });
    expect(desk.reports.join("\n")).toMatch(/EACCES.*: halted; cancels are journaled in the old segment/);
    await desk.until("nothing is open", () => desk.open === 0);
    expect(desk.relays.map(({ wire }) => wire.massCancelMs > 0)).toEqual(desk.relays.map(() => true));
  });

  it("takes no new risk, and answers, until the directory can be written and a person releases the halt", async () => {
    const before = desk.sent;
    expect(await desk.command("resume", 0)).toBe("wrongState");
    expect(desk.relays.map(({ wire }) => wire.ordersAfter)).toEqual(desk.relays.map(() => 0));
    const segments = listSegments(desk.directory).length;
    chmodSync(desk.directory, 0o700);
    await desk.until("it says so", () =>
      desk.reports.join("\n").includes("the logs can be written again; the halt stays"),
    );
    expect(listSegments(desk.directory).length).toBeGreaterThan(segments);
    expect([desk.sent, desk.open, desk.engine.exitCode]).toEqual([before, 0, null]);
    for (const { wire } of desk.relays) wire.watch(false);
    expect(await desk.command("release", -1)).toBe("done");
    await desk.commandStrategies("resume");
    await desk.untilTrading();
  });

  it("says its last words and ends when not even the reserve helps: its files may not grow, on a real system", async ({
    skip,
  }) => {
    for (const { wire } of desk.relays) wire.watch(true);
    try {
      // RLIMIT_FSIZE of the running process, below what its logs are long: every write is refused with EFBIG.
      execFileSync("prlimit", ["--pid", `${desk.engine.pid}`, "--fsize=65536"], {
        stdio: "ignore",
        ...(isRoot ? { uid: nobody, gid: nobody } : {}),
      });
    } catch {
      skip("no prlimit here to limit the length of a running process's files");
    }
    await desk.until("the engine has ended", () => desk.engine.exitCode !== null || desk.engine.signalCode !== null);
    expect([desk.engine.exitCode, desk.engine.signalCode]).toEqual([haltExitCodes.journal, null]);
    expect(desk.reports.join("\n")).toMatch(/could not be written \(0 were\): EFBIG: file too large/);
    // What the venue answers has nobody to go to any more.
    await desk.until("the last words are on every wire", () => desk.relays.every(({ wire }) => wire.massCancelMs > 0));
    expect(desk.relays.map(({ wire }) => wire.ordersAfter)).toEqual(desk.relays.map(() => 0));
  });
});
