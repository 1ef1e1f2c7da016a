import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { limitCodes, tradingModes } from "../../domain/limit";
import { rootFolder } from "../../server/cli/root-folder";
import { demoDesk } from "../support/demo-desk";
import { type DeskUnderTest, eventually, startDesk } from "../support/desk-under-test";

const spec = demoDesk();
const maker = spec.strategies.findIndex(({ parameters }) => parameters.kind === "maker");
const makerName = spec.strategies[maker].name;
const symbol = "AAPL";

type Ended = { readonly code: number | null; readonly text: string };

/** Runs `heliograph` as a person does; what it printed, and its exit code. */
function heliograph(dataDirectory: string, ...words: string[]): Promise<Ended> {
  const program = path.join(rootFolder, "bin/heliograph");
  const child = spawn(process.execPath, [program, ...words, "--data", dataDirectory], { cwd: tmpdir() });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, text })));
}

describe("kill, release, limit and mode as commands", { timeout: 120_000 }, () => {
  let desk: DeskUnderTest;
  const empty = mkdtempSync(path.join(tmpdir(), "heliograph-empty-"));
  /** Two kills where no desk is; one of them waits ten seconds for an engine, while the others run. */
  let nowhere: Promise<[Ended, Ended]>;
  const run = (...words: string[]) => heliograph(desk.dataDirectory, ...words);
  const working = async () => (await desk.engineViews()).row("strategy", maker).workingOrders;
  const hasOrders = (what: string) => eventually(what, async () => (await working()) > 0, 60_000);

  /** What `release` lists of a scope before it does anything. */
  async function openOrders(...scope: string[]): Promise<number[]> {
    const { code, text } = await run("release", ...scope);
    expect([code, text.includes(`heliograph release ${scope.join(" ")} --yes`)]).toEqual([1, true]);
    return [...text.matchAll(/ order (\d+) /g)].map(([, id]) => Number(id));
  }

  beforeAll(async () => {
    nowhere = Promise.all([heliograph(empty, "kill", "desk"), heliograph(empty, "kill", "strategy", makerName)]);
    desk = await startDesk();
    expect((await run("approve", makerName, "--reason", "test")).code).toBe(0);
    await hasOrders("the maker quotes");
  }, 240_000);

  afterAll(async () => {
    await desk?.stop().catch(() => undefined);
    desk?.remove();
    rmSync(empty, { recursive: true, force: true });
  }, 60_000);

  it("kills an order that the list of what is open names", async () => {
    // A maker moves its quotes: the order may be gone by then, which is answered and is no success.
    let ended: Ended = { code: null, text: "" };
    for (let tries = 0; tries < 10 && ended.code !== 0; tries++) {
      const [id] = await openOrders("desk");
      if (id === undefined) continue;
      ended = await run("kill", "order", `${id}`);
      if (ended.code !== 0)
        expect([ended.code, ended.text]).toEqual([1, `kill order ${id}: not possible in this state\n`]);
    }
    expect(ended.text).toMatch(
      /kill order \d+: done\nblocked at [\d:.]+ UTC, cancelled 1 of 1, unknown 0, last cancel handed to the wire after [<\d.]+ ms/,
    );
    expect((await run("kill", "order", "999999")).code).toBe(1);
  });

  it.each([
    ["pair", spec.pairs[0].name],
    ["symbol", symbol],
    ["venue", spec.venues[0].name],
    ["strategy", makerName],
  ])("kills a %s, and lets it go with a reason", async (scope, name) => {
    await hasOrders("the maker quotes");
    // Nobody trades the pair here; elsewhere the maker has orders, which may be on their way from one price to another.
    const isQuiet = scope === "pair";
    const told = isQuiet ? /cancelled (0) of \1, unknown 0/ : /cancelled ([1-9]\d*) of \1, unknown 0/;
    let killed = await run("kill", scope, name, "--reason", "test");
    for (let tries = 0; tries < 20 && !told.test(killed.text); tries++) {
      expect(killed.text).toMatch(/cancelled 0 of 0, unknown 0/);
      await run("release", scope, name, "--yes", "--reason", "test");
      if (scope === "strategy") await run("approve", name, "--reason", "test");
      await eventually("an order works in it", async () => (await openOrders(scope, name)).length > 0, 60_000);
      killed = await run("kill", scope, name, "--reason", "test");
    }
    expect(killed.text).toMatch(/: done\nblocked at [\d:.]+ UTC, /);
    expect(killed.text).toMatch(told);
    expect(killed.code).toBe(0);
    expect((await run("kill", scope, name)).code).toBe(0);
    expect(await openOrders(scope, name)).toEqual([]);
    expect((await run("release", scope, name, "--yes")).code).toBe(2);
    const released = await run("release", scope, name, "--yes", "--reason", "test");
    expect([released.code, released.text.includes("done")]).toEqual([0, true]);
  });

  it("changes a limit and a mode, loosens neither without a reason, and says what it does not know", async () => {
    const value = async () => {
      const truth = await desk.engineViews();
      for (let row = 0; truth.has("limit", row); row++) {
        const limit = truth.row("limit", row);
        if (limit.limit === limitCodes.code.positionQuantity && limit.scope === 1 && limit.target === maker)
          return limit.value;
      }
      return null;
    };
    const before = await value();
    expect((await run("limit", "positionQuantity", "strategy", makerName, "700")).code).toBe(2);
    const changed = await run("limit", "positionQuantity", "strategy", makerName, "700", "--reason", "test");
    expect([changed.code, changed.text]).toEqual([0, expect.stringMatching(/1,?000 → 700, from record \d+ on/)]);
    expect(before).toBe(1_000);
    await eventually("the limit's view follows", async () => (await value()) === 700);
    const listed = await run("limit", "positionQuantity");
    expect([listed.code, listed.text]).toEqual([0, expect.stringContaining(`strategy ${makerName}`)]);

    const mode = async () => (await desk.engineViews()).row("strategy", maker).mode;
    expect((await run("mode", "reducing", "strategy", makerName)).code).toBe(0);
    await eventually("it may only reduce", async () => (await mode()) === tradingModes.code.reducing);
    const without = await run("mode", "active", "strategy", makerName);
    expect([without.code, without.text]).toEqual([
      1,
      expect.stringContaining("a reason is missing; give one with --reason"),
    ]);
    expect((await run("mode", "active", "strategy", makerName, "--reason", "test")).code).toBe(0);

    for (const words of [["kill"], ["kill", "planet", "mars"], ["kill", "strategy", "makr"], ["mode", "asleep"]])
      expect([words, (await run(...words)).code]).toEqual([words, 2]);
  });

  it("kills the desk while web and database are dead, and lists what stands open before it lets it go", async () => {
    expect((await run("approve", makerName, "--reason", "test")).code).toBe(0);
    await hasOrders("the maker quotes again");
    // Nobody brings them back meanwhile.
    desk.freeze("supervisor");
    try {
      for (const name of ["web", "database"] as const) desk.kill9(name);
      await eventually("no web answers", async () => (await desk.health()) === null);
      const killed = await run("kill", "desk", "--reason", "test");
      expect(killed.text).toMatch(/: done\nblocked at [\d:.]+ UTC, cancelled ([1-9]\d*) of \1, unknown 0/);
      expect(killed.code).toBe(0);
      expect(await desk.health()).toBeNull();
      await eventually("its view follows", async () => (await working()) === 0);
      const halted = await run("halt");
      expect([halted.code, halted.text]).toEqual([0, "kill everything: it is so already\n"]);
    } finally {
      desk.wake("supervisor");
    }
    const exchange = desk.exchange();
    expect(spec.venues.map((_, venue) => exchange.memberOrders(venue).length)).toEqual(spec.venues.map(() => 0));
    expect(await openOrders("desk")).toEqual([]);
    expect((await run("release", "desk", "--yes", "--reason", "test")).code).toBe(0);
    await eventually("no halt is in force", async () => (await desk.engineViews()).row("desk", 0).halted === 0);
  });

  it("fails where no engine answers", async () => {
    const [kill, named] = await nowhere;
    expect([kill.code, kill.text]).toEqual([1, expect.stringContaining("the engine is not reachable")]);
    expect([named.code, named.text]).toEqual([2, expect.stringContaining("no desk has been started")]);
  });
});
