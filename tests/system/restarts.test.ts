import { renameSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { decodeFact, type Fact } from "../../domain/facts";
import { isOpen, orderStates, sides } from "../../domain/order";
import { strategyStates } from "../../domain/strategy";
import { createEngine } from "../../server/engine/engine";
import { FactsReader } from "../../server/journal/facts-log";
import { listDays } from "../../server/journal/segments";
import { verifyJournal } from "../../server/journal/verify-journal";
import { readJournalHeader, replayJournal } from "../../server/runtime/replay-journal";
import { dateOf } from "../../server/runtime/shell-clock";
import { unfinishedDay } from "../../server/runtime/unfinished-day";
import { createExchange } from "../../server/simulator/exchange-machine";
import { demoDesk } from "../support/demo-desk";
import { type DeskUnderTest, eventually, startDesk } from "../support/desk-under-test";
import type { EngineTruth } from "../support/engine-truth";

const spec = demoDesk();
const yesterday = dateOf(Date.now() - 86_400_000);

/** Fills as comparable lines; what was decided once must stay. */
function fillLines(truth: EngineTruth): string[] {
  return truth
    .factsOf("fill")
    .map(({ number, timeNs, fill, order, venue, side, quantity, price, fee, matchHigh, matchLow }) =>
      [number, timeNs, fill, order, venue, side, quantity, price, fee, matchHigh, matchLow].join(" "),
    );
}

/** Positions and money as the engine shows them must follow from its fills. */
function expectPositionsFromFills(truth: EngineTruth): void {
  spec.instruments.forEach((_, instrument) => {
    const own = truth.factsOf("fill").filter((fill) => fill.instrument === instrument);
    const held = own.reduce((sum, { side, quantity }) => sum + (side === sides.code.buy ? quantity : -quantity), 0);
    expect(truth.row("instrument", instrument).positionQuantity).toBe(held);
  });
  expect(truth.row("desk", 0).fees).toBe(truth.factsOf("fill").reduce((sum, fill) => sum + fill.fee, 0));
}

/** With nothing on its way, the exchange's account of us is ours. */
function expectExchangeAgrees(desk: DeskUnderTest, truth: EngineTruth): void {
  const held = new Map<number, number>();
  for (const line of desk.exchange().account())
    held.set(line.instrument, (held.get(line.instrument) ?? 0) + line.position);
  spec.instruments.forEach((_, instrument) => {
    expect(truth.row("instrument", instrument).positionQuantity).toBe(held.get(instrument) ?? 0);
  });
}

async function fillsReach(desk: DeskUnderTest, count: number): Promise<void> {
  await eventually(`${count} fills`, async () => (await desk.engine()).factsOf("fill").length >= count, 90_000);
}

/** HALT, then nothing open and the views up to date. */
async function haltAndSettle(desk: DeskUnderTest): Promise<void> {
  expect(await desk.command("kill", "all", -1)).toBe("done");
  await settles(desk);
}

async function settles(desk: DeskUnderTest): Promise<void> {
  await eventually("nothing is open and views have caught up", async () => {
    const truth = await desk.engine();
    const { workingOrders, fills } = truth.row("desk", 0);
    return workingOrders === 0 && fills === truth.factsOf("fill").length;
  });
  await sleep(300);
}

/** The screen shows this epoch of the engine, or a later one, ready to trade. */
async function isLive(desk: DeskUnderTest, what: string, epoch: number): Promise<void> {
  await eventually(
    what,
    async () => {
      const health = await desk.health();
      const shown = Number(/epoch (\d+)/.exec(health?.engine.text ?? "")?.[1]);
      return health?.live === true && health.execution.state === "ok" && shown >= epoch;
    },
    40_000,
  );
}

const epochOf = (truth: EngineTruth) => truth.hello?.epoch ?? 0;

describe("a real desk whose processes die one after another", { timeout: 150_000 }, () => {
  let desk: DeskUnderTest;

  beforeAll(async () => {
    desk = await startDesk();
    for (let strategy = 0; strategy < spec.strategies.length; strategy++)
      expect(await desk.command("approve", "strategy", strategy)).toBe("done");
    await fillsReach(desk, 10);
  }, 240_000);

  afterAll(async () => {
    await desk?.stop().catch(() => undefined);
    if (process.env.HELIOGRAPH_KEEP !== "1") desk?.remove();
  }, 60_000);

  it("the web process alone can die without the engine noticing", async () => {
    const before = await desk.engine();
    const enginePid = desk.pidOf("engine");
    desk.kill9("web");
    await eventually("health answers again", async () => (await desk.health())?.live === true, 40_000);
    const after = await desk.engine();
    expect(desk.pidOf("engine")).toBe(enginePid);
    expect(after.hello?.epoch).toBe(before.hello?.epoch);
    expect(fillLines(after).slice(0, fillLines(before).length)).toEqual(fillLines(before));
    expect(after.row("desk", 0).inputs).toBeGreaterThan(before.row("desk", 0).inputs);
  });

  it("with the database dead trading goes on, the store says so, and history catches up without repeats", async () => {
    const before = await desk.engine();
    desk.kill9("database");
    await eventually("the store light is not ok", async () => (await desk.health())?.store.state !== "ok", 20_000);
    await eventually(
      "trading goes on",
      async () => (await desk.engine()).row("desk", 0).orders > before.row("desk", 0).orders,
      60_000,
    );
    expect(await desk.command("kill", "all", -1)).toBe("done");
    await eventually(
      "history is up to date",
      async () => {
        const health = await desk.health();
        return health?.store.state === "ok" && health.storeBehindFacts === 0;
      },
      60_000,
    );
    const fills = (await desk.engine()).factsOf("fill").map((fill) => fill.fill);
    const stored = (await desk.history("fills")).map((row) => row.id).reverse();
    expect(stored).toEqual(fills);
  });

  it("HALT is in force at the exchange: no order open, none accepted since", async () => {
    const truth = await desk.engine();
    const halt = truth.factsOf("kill").find((kill) => kill.engaged === 1);
    const exchange = desk.exchange();
    spec.venues.forEach((_, venue) => {
      expect(exchange.memberOrders(venue)).toEqual([]);
      expect(exchange.isEntryDisabled(venue)).toBe(true);
    });
    const lastAccepted = desk
      .exchangeLog()
      .filter((line) => line.message === "accepted")
      .at(-1);
    expect(lastAccepted?.timeNs).toBeLessThan((halt?.timeNs ?? 0) + 50_000_000);
    expectExchangeAgrees(desk, truth);
  });

  it("after kill -9 of the engine: positions, money, orders, history and HALT are what they were", async () => {
    const before = await desk.engine();
    desk.kill9("engine");
    await isLive(desk, "the engine is back and reconciled", epochOf(before) + 1);
    const after = await desk.engine();
    expect(after.hello?.journal).toBe(before.hello?.journal);
    expect(epochOf(after)).toBe(epochOf(before) + 1);
    expect(fillLines(after)).toEqual(fillLines(before));
    for (const column of ["realised", "fees", "orders", "fills", "halted"] as const)
      expect(after.row("desk", 0)[column]).toBe(before.row("desk", 0)[column]);
    expectPositionsFromFills(after);
    expectExchangeAgrees(desk, after);
  });

  it("a released and resumed desk trades on; kill -9 of the engine in the middle of it loses and doubles nothing", async () => {
    expect(await desk.command("release", "all", -1, "drill over")).toBe("done");
    for (let strategy = 0; strategy < spec.strategies.length; strategy++)
      expect(await desk.command("resume", "strategy", strategy)).toBe("done");
    const fills = (await desk.engine()).factsOf("fill").length;
    await fillsReach(desk, fills + 5);
    const before = await desk.engine();
    desk.kill9("engine");
    await isLive(desk, "the engine is back and reconciled", epochOf(before) + 1);
    await fillsReach(desk, before.factsOf("fill").length + 3);
    // The same once more, and the HALT asked while there is no engine: the next one does it.
    desk.kill9("engine");
    await eventually("the HALT is taken", async () => (await desk.command("kill", "all", -1)) === "done", 40_000);
    await isLive(desk, "the engine is back and reconciled", epochOf(before) + 2);
    await settles(desk);
    const after = await desk.engine();
    expect(fillLines(after).slice(0, fillLines(before).length)).toEqual(fillLines(before));
    expectPositionsFromFills(after);
    expectExchangeAgrees(desk, after);
  });

  it("after kill -9 of the exchange: its session goes on, books are live again, the accounts agree", async () => {
    const before = await desk.engine();
    const session = desk.exchange().session;
    desk.kill9("exchange");
    await eventually("the loss is seen", async () => (await desk.health())?.execution.state !== "ok");
    await isLive(desk, "the exchange is back", epochOf(before));
    const after = await desk.engine();
    expect(desk.exchange().session).toBe(session);
    expect(fillLines(after)).toEqual(fillLines(before));
    expectExchangeAgrees(desk, after);
  });

  it("after Ctrl-C and a new start everything is as it was, and trading continues where it stopped", async () => {
    expect(await desk.command("release", "all", -1, "drill over")).toBe("done");
    expect(await desk.command("kill", "strategy", 0)).toBe("done");
    for (let strategy = 1; strategy < spec.strategies.length; strategy++)
      expect(await desk.command("resume", "strategy", strategy)).toBe("done");
    await fillsReach(desk, (await desk.engine()).factsOf("fill").length + 2);
    const before = await desk.engine();
    expect(await desk.stop()).toBe(0);
    expect(desk.output()).toContain("the engine has stopped");
    spec.venues.forEach((_, venue) => {
      expect(desk.exchange().memberOrders(venue)).toEqual([]);
    });
    desk = await startDesk({ dataDirectory: desk.dataDirectory });
    const after = await desk.engine();
    expect(fillLines(after).slice(0, fillLines(before).length)).toEqual(fillLines(before));
    expect(after.factsOf("engineStopped").at(-1)?.ordersOpen).toBe(0);
    expect(after.row("strategy", 0)).toMatchObject({ state: strategyStates.code.killed, killed: 1 });
    for (let strategy = 1; strategy < spec.strategies.length; strategy++)
      expect(after.row("strategy", strategy).state).toBe(strategyStates.code.running);
    const sinceKill = after.factsOf("kill").find((kill) => kill.scope === 1 && kill.target === 0)?.timeNs ?? 0;
    expect(after.factsOf("orderSubmitted").filter((order) => order.strategy === 0 && order.timeNs > sinceKill)).toEqual(
      [],
    );
    await fillsReach(desk, after.factsOf("fill").length + 2);
    // Views lag facts by a tenth of a second: compare them when nothing moves.
    await haltAndSettle(desk);
    expectPositionsFromFills(await desk.engine());
  });

  it("a day that died with orders open is ended before the next begins: nothing is lost, and trading goes on", async () => {
    expect(await desk.command("release", "all", -1, "drill over")).toBe("done");
    for (let strategy = 1; strategy < spec.strategies.length; strategy++)
      expect(await desk.command("resume", "strategy", strategy)).toBe("done");
    await eventually("orders are open", async () => (await desk.engineViews()).row("desk", 0).workingOrders > 0);
    const journal = (await desk.engineViews()).hello?.journal ?? "";
    const pids = (["database", "exchange", "engine", "web"] as const).map((name) => desk.pidOf(name));
    desk.kill9("supervisor");
    desk.kill9("engine");
    await eventually("all of it is gone", () => pids.every((pid) => !isAlive(pid)), 40_000);
    // It was yesterday: the next start is on a later date.
    const today = listDays(join(desk.dataDirectory, "engine")).at(-1) ?? "";
    for (const name of ["engine", "exchange"])
      renameSync(join(desk.dataDirectory, name, today), join(desk.dataDirectory, name, yesterday));
    expect(unfinishedDay(join(desk.dataDirectory, "engine"), today)).toBe(yesterday);
    desk = await startDesk({ dataDirectory: desk.dataDirectory });
    // The page is there while the old day is ended, too.
    const dayNow = () =>
      desk.engineViews().then(
        ({ hello }) => hello?.tradingDay,
        () => "",
      );
    await eventually("the new day has begun", async () => (await dayNow()) === today, 60_000);
    await eventually("its books are live", async () => (await desk.health())?.live === true, 60_000);
    expect(desk.output()).toContain(`${yesterday} was not ended in order`);
    const facts = factsOfDay(join(desk.dataDirectory, "engine", yesterday));
    const ending = facts.slice(facts.findLastIndex(({ kind }) => kind === "engineStarted"));
    expect(ending.filter(({ kind }) => kind === "orderSubmitted" || kind === "orderAbandoned")).toEqual([]);
    expect(ending.find((fact) => fact.kind === "engineStopped")).toMatchObject({ ordersOpen: 0 });
    const truth = await desk.engine();
    expect(truth.hello?.tradingDay).not.toBe(yesterday);
    // The store has heard how each order of the old day ended, too.
    const sent = facts.flatMap((fact) => (fact.kind === "orderSubmitted" ? [fact.order] : []));
    for (const order of sent.slice(-20)) {
      const response = await fetch(`${desk.url}/api/history/order?day=${journal}&id=${order}`);
      const state = z.object({ state: z.enum(orderStates.names) }).parse(await response.json()).state;
      expect([order, isOpen(state)]).toEqual([order, false]);
    }
    expect(truth.factsOf("reconciliationBreak")).toEqual([]);
    await fillsReach(desk, 2);
    await haltAndSettle(desk);
    expectExchangeAgrees(desk, await desk.engine());
  });

  it("when the supervisor is killed its children stop in order by themselves and leave no orphan and no order", async () => {
    const pids = (["database", "exchange", "engine", "web"] as const).map((name) => desk.pidOf(name));
    desk.kill9("supervisor");
    await eventually("all children are gone", () => pids.every((pid) => !isAlive(pid)), 40_000);
    spec.venues.forEach((_, venue) => {
      expect(desk.exchange().memberOrders(venue)).toEqual([]);
    });
  });

  it("what all these runs journaled under load verifies, and runs again to the same bytes", () => {
    const machines = [
      ["engine", () => createEngine(spec)],
      ["exchange", () => createExchange(spec)],
    ] as const;
    for (const [name, createMachine] of machines) {
      const machineDirectory = join(desk.dataDirectory, name);
      for (const day of listDays(machineDirectory)) {
        const directory = join(machineDirectory, day);
        // The day that was given yesterday's date says so of itself only from then on.
        const problems = verifyJournal(directory).problems.filter((problem) => !/: tradingDay is /.test(problem));
        expect(problems).toEqual([]);
        const { deskHash } = readJournalHeader(directory);
        const report = replayJournal({ directory, createMachine, deskHash, isVerifying: true });
        expect(report.difference).toBeNull();
        expect(report.statesCompared).toBeGreaterThan(1);
      }
    }
  });
});

function factsOfDay(directory: string): Fact[] {
  const facts: Fact[] = [];
  const reader = new FactsReader(directory, 0, 0);
  while (reader.next()) facts.push(decodeFact(reader.bytes, reader.offset).fact);
  reader.close();
  return facts;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
