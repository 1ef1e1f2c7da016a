import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { readRunningDesk } from "../../server/cli/data-directory";
import { Draws } from "../../server/simulation/draws";
import { demoDesk } from "../../tests/support/demo-desk";
import { type DeskUnderTest, eventually, startDesk } from "../../tests/support/desk-under-test";
import { type Comparison, compare } from "./checker/compare";
import { readDropCopy } from "./checker/drop-copy";
import { readFactsFile } from "./checker/facts-file";

const victims = ["engine", "exchange", "web", "database"] as const;
type Victim = (typeof victims)[number];

/** The supervisor leaves a process alone that crashes more often than five times a minute. */
const killsAMinuteMax = 4;
/** Until processes, sessions and feeds are back. */
const backMsMax = 120_000;
/** Until history has caught up: the database gives way to everything else, and on a busy machine that takes its time. */
const historyMsMax = 600_000;

export type CrashTestOptions = {
  readonly kills: number;
  readonly seed: number;
  /** Kills between two comparisons of all records. */
  readonly killsPerCheck: number;
  readonly report: (text: string) => void;
  /** True ends it early, with a comparison. */
  readonly isStopped?: () => boolean;
};

export type CrashTestResult = {
  kills: number;
  readonly killed: Record<Victim, number>;
  /** Kills at an instant counted in facts, the others at an instant of time. */
  byFacts: number;
  checks: number;
  orders: number;
  fills: number;
  readonly problems: string[];
  /** Milliseconds from a kill until the desk was whole again: median, longest. */
  backMs: { median: number; longest: number };
};

/**
 * Real processes on loopback, under load, killed at random instants and brought back by their supervisor; at the end, and
 * every so many kills, everything halts and the venues' own record, the facts log and the store are held against each
 * other by a checker that shares no code with them. A broken record ends the test.
 */
export async function runCrashTest(options: CrashTestOptions): Promise<CrashTestResult> {
  const { kills, seed, killsPerCheck, report } = options;
  const draws = new Draws(seed, 900);
  const spec = demoDesk();
  const result: CrashTestResult = {
    kills: 0,
    killed: { engine: 0, exchange: 0, web: 0, database: 0 },
    byFacts: 0,
    checks: 0,
    orders: 0,
    fills: 0,
    problems: [],
    backMs: { median: 0, longest: 0 },
  };
  const times = new Map<Victim, number[]>(victims.map((name) => [name, []]));
  const backTimes: number[] = [];
  const desk = await startDesk();
  try {
    for (let strategy = 0; strategy < spec.strategies.length; strategy++)
      await desk.command("approve", "strategy", strategy);
    while (result.kills < kills && result.problems.length === 0 && options.isStopped?.() !== true) {
      const victim = await nextVictim(draws, times);
      if (draws.chance(0.5)) await sleep(draws.between(200, 3_000));
      else {
        await factsGrow(desk, draws.between(1, 40));
        result.byFacts++;
      }
      const pid = desk.pidOf(victim);
      desk.kill9(victim);
      const killedAt = Date.now();
      times.get(victim)?.push(killedAt);
      result.kills++;
      result.killed[victim]++;
      await untilWhole(desk, victim, pid, result.kills);
      backTimes.push(Date.now() - killedAt);
      if (result.kills % 10 === 0) report(`${result.kills} of ${kills} kills`);
      if (result.kills % killsPerCheck === 0 && result.kills < kills)
        await check(desk, spec.strategies.length, result, true);
    }
    await check(desk, spec.strategies.length, result, false);
  } catch (error) {
    // What does not come back, or does not answer, is a finding as well; the count so far stays told.
    result.problems.push(`after kill ${result.kills}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await desk.stop().catch((error: unknown) => {
      result.problems.push(`the desk did not stop in order: ${error instanceof Error ? error.message : String(error)}`);
    });
    if (result.problems.length === 0) desk.remove();
    else report(`the desk's data stay in ${desk.dataDirectory}`);
  }
  backTimes.sort((a, b) => a - b);
  result.backMs = { median: backTimes[backTimes.length >> 1] ?? 0, longest: backTimes.at(-1) ?? 0 };
  return result;
}

/** A victim that has not died too often within the last minute. */
async function nextVictim(draws: Draws, times: ReadonlyMap<Victim, number[]>): Promise<Victim> {
  for (;;) {
    const since = Date.now() - 62_000;
    const free = victims.filter((name) => (times.get(name) ?? []).filter((at) => at > since).length < killsAMinuteMax);
    // The engine twice as often: it has the most to lose.
    const weighted = free.includes("engine") ? [...free, "engine" as const] : free;
    if (weighted.length > 0) return draws.pick(weighted);
    await sleep(500);
  }
}

/** Waits until a killed process is back and everything works again; what the desk said of itself last is in the error. */
async function untilWhole(desk: DeskUnderTest, victim: Victim, before: number, kill: number): Promise<void> {
  try {
    await eventually(`${victim} is back after kill ${kill}`, () => isBack(desk, victim, before), backMsMax);
    if (victim !== "database") return;
    const isUpToDate = async () => (await desk.health())?.store.state === "ok";
    await eventually(`history is up to date after kill ${kill}`, isUpToDate, historyMsMax);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const { children } = desk.processes();
    throw new Error(`${words}; health ${JSON.stringify(await desk.health())}, processes ${JSON.stringify(children)}`);
  }
}

/** True when the process runs anew and the desk trades. */
async function isBack(desk: DeskUnderTest, victim: Victim, before: number): Promise<boolean> {
  const child = desk.processes().children.find(({ name }) => name === victim);
  if (child === undefined || child.pid === null || child.pid === before || child.pid === 0) return false;
  const health = await desk.health();
  if (health === null) return false;
  return health.live && health.execution.state === "ok" && /epoch/.test(health.engine.text);
}

function factsFileOf(desk: DeskUnderTest): string {
  const folder = join(desk.dataDirectory, "engine");
  const day = readdirSync(folder)
    .filter((name) => /^\d{4}-\d{2}-\d{2}$/.test(name))
    .sort()
    .at(-1);
  return join(folder, day ?? "", "facts.log");
}

/** Waits until so many more appends' worth of facts lie in the log, or three seconds. */
async function factsGrow(desk: DeskUnderTest, appends: number): Promise<void> {
  const file = factsFileOf(desk);
  if (!existsSync(file)) return;
  const start = statSync(file).size;
  const until = Date.now() + 3_000;
  while (statSync(file).size < start + appends * 120 && Date.now() < until) await sleep(1);
}

/** Halts, waits until nothing moves, compares all records, and lets the desk go on. */
async function check(desk: DeskUnderTest, strategies: number, result: CrashTestResult, goesOn: boolean): Promise<void> {
  await desk.command("kill", "all", -1);
  await eventually(
    "nothing is open and history is up to date",
    async () => {
      const health = await desk.health();
      if (health === null || health.store.state !== "ok" || health.storeBehindFacts !== 0) return false;
      return (await desk.engineViews()).row("desk", 0).workingOrders === 0;
    },
    historyMsMax,
  );
  await sleep(500);
  const ports = readRunningDesk(desk.dataDirectory)?.dropCopyPorts ?? [];
  const venues = await Promise.all(ports.map(readDropCopy));
  const facts = readFactsFile(factsFileOf(desk));
  const fillSchema = z.object({
    id: z.int(),
    order: z.int(),
    venue: z.int(),
    instrument: z.int(),
    quantity: z.int(),
    price: z.number(),
  });
  const fills = (await desk.history("fills")).map((row) => fillSchema.parse(row));
  const orders = (await desk.history("orders")).map(({ id }) => id);
  const found: Comparison = compare(venues, facts, { fills, orders });
  result.checks++;
  result.orders = found.orders;
  result.fills = found.fills;
  result.problems.push(...found.problems.slice(0, 20));
  if (venues.length === 0) result.problems.push("no drop copy was read");
  if (!goesOn) return;
  await desk.command("release", "all", -1, "crash test goes on");
  for (let strategy = 0; strategy < strategies; strategy++) await desk.command("resume", "strategy", strategy);
}
