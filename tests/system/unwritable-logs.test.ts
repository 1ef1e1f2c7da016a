import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { killDesk } from "../../bench/kill/kill-desk";
import { VenueRelay } from "../../bench/kill/venue-relay";
import { type CommandKind, commandKinds, scopes } from "../../domain/command";
import { commandText, type Fact, type FactOf } from "../../domain/facts";
import { freePorts } from "../../server/cli/free-ports";
import { listSegments } from "../../server/journal/segments";
import type { ChildName, ChildReport, VenuePorts } from "../../server/runtime/child-contract";
import { EngineLinkClient } from "../../server/runtime/engine-link-client";
import { haltExitCodes } from "../../server/runtime/shell";
import { bareChildConfig } from "../../server/runtime/testing/bare-child-config";
import { bundleForTest } from "../../server/runtime/testing/bundle-for-test";

const orders = 20;
/** Full within seconds of this desk's market. */
const segmentLength = 512 << 10;
/** Of nobody: to root, as which tests may run, a folder's mode means nothing. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;
const kinds = ["udp", "udp", "udp", "tcp", "tcp", "tcp"] as const;

describe("an engine whose log directory may not be written any more", { timeout: 120_000 }, () => {
  const desk = killDesk(orders);
  const children: ChildProcess[] = [];
  const reports: string[] = [];
  const facts: Fact[] = [];
  const folder = mkdtempSync(path.join(tmpdir(), "heliograph-unwritable-"));
  const home = path.join(folder, "engine");
  let bundle: Awaited<ReturnType<typeof bundleForTest>>;
  let relays: VenueRelay[] = [];
  let client: EngineLinkClient;
  let engine: ChildProcess;

  const open = () => relays.reduce((sum, { wire }) => sum + wire.open.size, 0);
  const sent = () => relays.reduce((sum, { wire }) => sum + wire.orders, 0);
  const directory = () => path.join(home, "engine", readdirSync(path.join(home, "engine")).sort()[0]);

  async function start(name: ChildName, venuePorts: readonly VenuePorts[], uid: number | null): Promise<ChildProcess> {
    const dataDirectory = path.join(folder, name);
    mkdirSync(dataDirectory, { recursive: true });
    if (uid !== null) chownSync(dataDirectory, uid, uid);
    const config = bareChildConfig({ name, dataDirectory, venuePorts });
    const words = [`kill-${name}`, `${orders}`, ...(name === "engine" ? [`${segmentLength}`] : [])];
    const child = spawn(process.execPath, [path.join(bundle.path, "bench-child.mjs"), ...words], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      env: { ...process.env, HELIOGRAPH_CHILD: JSON.stringify(config) },
      ...(uid === null ? {} : { uid, gid: uid }),
    });
    children.push(child);
    await new Promise<void>((resolve, reject) => {
      child.on("message", ({ type, text }: ChildReport) => {
        if (name === "engine") reports.push(text);
        if (type === "ready") resolve();
        else if (type === "failed") reject(new Error(`${name}: ${text}`));
      });
      child.on("exit", (code, signal) => reject(new Error(`${name} ended with ${code ?? signal}`)));
    });
    return child;
  }

  async function command(kind: CommandKind, target: number): Promise<string> {
    const scope = target < 0 ? "all" : "strategy";
    const id = randomUUID();
    const { answer } = await client.command({
      id,
      command: kind,
      scope,
      target,
      actor: "ann",
      role: "admin",
      reason: "test",
    });
    return answer;
  }

  async function until(what: string, isSo: () => boolean): Promise<void> {
    for (const end = Date.now() + 60_000; !isSo(); ) {
      if (Date.now() > end) throw new Error(`not within a minute: ${what}; ${open()} open, ${reports.join("; ")}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  beforeAll(async () => {
    bundle = await bundleForTest(["bench/bench-child.ts", "server/engine-worker.ts", "server/follower-worker.ts"]);
    for (const own of [bundle.path, folder]) chmodSync(own, 0o755);
    const ports = await freePorts(desk.venues.flatMap(() => [...kinds, ...kinds]));
    const portsAt = (first: number): VenuePorts => {
      const [feed, secondFeed, retransmission, snapshot, orders, dropCopy] = ports.slice(first, first + 6);
      return { feed, secondFeed, retransmission, snapshot, orders, dropCopy };
    };
    const near = desk.venues.map((_, venue) => portsAt(venue * 12));
    const far = desk.venues.map((_, venue) => portsAt(venue * 12 + 6));
    relays = desk.venues.map((_, venue) => new VenueRelay(near[venue], far[venue]));
    for (const relay of relays) await relay.listen();
    await start("exchange", far, null);
    engine = await start("engine", near, isRoot ? nobody : null);
    client = new EngineLinkClient({
      address: path.join(home, "engine.sock"),
      factsFrom: 1,
      views: false,
      onFacts: (some) => {
        facts.push(...some);
      },
    });
    client.start();
    for (let strategy = 0; strategy < desk.strategies.length; strategy++)
      expect(await command("approve", strategy)).toBe("done");
    await until(`${orders} orders work`, () => open() >= orders);
  }, 60_000);

  afterAll(() => {
    client?.close();
    for (const relay of relays) relay.close();
    for (const child of children) child.kill("SIGKILL");
    bundle?.remove();
    if (existsSync(path.join(home, "engine"))) chmodSync(directory(), 0o700);
    rmSync(folder, { recursive: true, force: true });
  });

  const halt = () =>
    facts.find(
      (fact): fact is FactOf<"command"> =>
        fact.kind === "command" && fact.command === commandKinds.code.kill && fact.scope === scopes.code.all,
    );

  it("halts when it needs a new file, says why, and every order is cancelled", async () => {
    for (const { wire } of relays) wire.watch(true);
    chmodSync(directory(), 0o500);
    await until("the engine halts", () => halt() !== undefined);
    const told = halt();
    expect(told && commandText(told)).toMatchObject({
      actor: "engine",
      reason: expect.stringMatching(/a log cannot be written: .*inputs-\d+\.log: could not be made: EACCES/),
    });
    expect(reports.join("\n")).toMatch(/EACCES.*: halted; cancels are journaled in the old segment/);
    await until("nothing is open", () => open() === 0);
    expect(relays.map(({ wire }) => wire.massCancelMs > 0)).toEqual(relays.map(() => true));
  });

  it("takes no new risk, and answers, until the directory can be written and a person releases the halt", async () => {
    const before = sent();
    expect(await command("resume", 0)).toBe("wrongState");
    expect(relays.map(({ wire }) => wire.ordersAfter)).toEqual(relays.map(() => 0));
    const segments = listSegments(directory()).length;
    chmodSync(directory(), 0o700);
    await until("it says so", () => reports.join("\n").includes("the logs can be written again; the halt stays"));
    expect(listSegments(directory()).length).toBeGreaterThan(segments);
    expect([sent(), open(), engine.exitCode]).toEqual([before, 0, null]);
    for (const { wire } of relays) wire.watch(false);
    expect(await command("release", -1)).toBe("done");
    for (let strategy = 0; strategy < desk.strategies.length; strategy++)
      expect(await command("resume", strategy)).toBe("done");
    await until("it trades again", () => open() >= orders);
  });

  it("says its last words and ends when not even the reserve helps: its files may not grow, on a real system", async ({
    skip,
  }) => {
    for (const { wire } of relays) wire.watch(true);
    try {
      // RLIMIT_FSIZE of the running process, below what its logs are long: every write is refused with EFBIG.
      execFileSync("prlimit", ["--pid", `${engine.pid}`, "--fsize=65536"], {
        stdio: "ignore",
        ...(isRoot ? { uid: nobody, gid: nobody } : {}),
      });
    } catch {
      skip("no prlimit here to limit the length of a running process's files");
    }
    await until("the engine has ended", () => engine.exitCode !== null || engine.signalCode !== null);
    expect([engine.exitCode, engine.signalCode]).toEqual([haltExitCodes.journal, null]);
    expect(reports.join("\n")).toMatch(/could not be written \(0 were\): EFBIG: file too large/);
    // What the venue answers has nobody to go to any more.
    await until("the last words are on every wire", () => relays.every(({ wire }) => wire.massCancelMs > 0));
    expect(relays.map(({ wire }) => wire.ordersAfter)).toEqual(relays.map(() => 0));
  });
});
