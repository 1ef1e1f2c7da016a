import { execFileSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { AlertsFigures } from "./alerts";
import type { CancelFigures } from "./cancel";
import { stepMessages } from "./collections";
import { Latencies, medianFigures } from "./latencies";
import { benchScale, measurePoint } from "./scale";
import { scriptedSession } from "./scripted-market";
import { bringUpSteps } from "./step-line";
import { benchTickToOrder, timeGateIn, timeSteps, timeWithJournal } from "./tick-to-order";

const smallDesk = { instruments: 20, pairs: 20, venues: 2, strategies: 2 };

/** The figures that a bench prints on its last line. */
function figuresOf(...words: string[]): Record<string, unknown> {
  const program = path.join(import.meta.dirname, "..", "bin", "heliograph");
  const text = execFileSync(process.execPath, [program, "bench", ...words, "--json"], { encoding: "utf8" });
  return JSON.parse(text.trim().split("\n").at(-1) ?? "");
}

describe("latencies", () => {
  it("are told by their percentiles, and by the middle one of several runs", () => {
    const latencies = new Latencies(1_000);
    for (let ns = 1; ns <= 1_000; ns++) latencies.add(ns);
    expect(latencies.figures()).toEqual({ p50: 501, p99: 991, "p99.9": 1_000, max: 1_000 });
    expect(latencies.meanBelow(0.5)).toBe(250.5);
    latencies.clear();
    expect(() => latencies.figures()).toThrow(/no latencies/);
    latencies.addMs(1, 1.002);
    const slow = { p50: 5_000, p99: 6_000, "p99.9": 7_000, max: 8_000 };
    expect(medianFigures([latencies.figures(), slow, slow])).toEqual(slow);
  });
});

describe("the scripted desk", () => {
  it("has the engine enter and leave pairs, never refused and never with a leg alone", () => {
    const { engine, scripted } = bringUpSteps(smallDesk, 3);
    stepMessages(scripted, 20_000);
    expect(scripted.orders).toBeGreaterThan(1_000);
    expect(engine.fills.count).toBe(scripted.orders);
    expect([...engine.strategyStates.refusals]).toEqual([0, 0]);
    expect(engine.orders.openCount).toBe(0);
    expect(engine.books.unknownReferences(0) + engine.books.unknownReferences(1)).toBe(0);
    for (let pair = 0; pair < engine.desk.pairs.length; pair++)
      expect(engine.positions.pairQuantityOf(pair, 0) === 0).toBe(engine.positions.pairQuantityOf(pair, 1) === 0);
  });

  it("names its session in every packet, whatever the venues answer in between", () => {
    const { scripted } = bringUpSteps(smallDesk, 3);
    for (let packet = 0; packet < 2_000; packet++) {
      scripted.prepare();
      expect(scripted.bytes.slice(0, scriptedSession.length)).toEqual(scriptedSession);
      scripted.send();
      scripted.answer();
    }
    expect(scripted.orders).toBeGreaterThan(100);
  });

  it("sends the same packets for the same seed", () => {
    const run = (seed: number) => {
      const { engine, scripted } = bringUpSteps(smallDesk, seed);
      stepMessages(scripted, 5_000);
      return engine.registry.hash();
    };
    expect(run(5)).toBe(run(5));
    expect(run(5)).not.toBe(run(6));
  });
});

describe("the benches of the path, run tiny so that they cannot rot", () => {
  it("time packets until their orders, journal off and on", async () => {
    const figures = await benchTickToOrder(
      { orders: 100, rounds: 1, warmUpPackets: 1_000, collectionMessages: 1_000, size: smallDesk },
      {
        steps: timeSteps,
        journal: async (options) => timeWithJournal(options),
        gate: async (options) => timeGateIn(options),
      },
    );
    expect(figures.withoutJournal.orders).toBe(100);
    expect(figures.withJournal.orders).toBe(20);
    for (const run of [figures.withoutJournal, figures.withJournal]) {
      expect(run.p50).toBeGreaterThan(0);
      expect(run.max).toBeGreaterThanOrEqual(run["p99.9"]);
    }
    expect(figures.collections?.messages).toBe(1_000);
  });

  it("grow a desk", async () => {
    const figures = await benchScale({
      rounds: 1,
      messages: 500,
      sizeMax: 300,
      measure: async (options) => measurePoint(options),
    });
    expect(figures.pairsAtTwoASymbol.map(({ pairs }) => pairs)).toEqual([100, 300]);
    const [small, large] = figures.pairsAtTwoASymbol;
    expect(large.stateBytes).toBeGreaterThan(small.stateBytes);
  });

  it("send packets through sockets and take orders back", () => {
    const { quiet } = figuresOf("wire", "--samples", "60", "--rounds", "1", "--rate", "400") as {
      quiet: { engine: { p50: number }; nodeEcho: { p50: number }; ratio: { p50: number } };
    };
    expect(quiet.engine.p50).toBeGreaterThan(0);
    expect(quiet.nodeEcho.p50).toBeGreaterThan(0);
  });

  it("kill orders one by one while the message limits refuse, and no limit is passed", () => {
    const figures = figuresOf("cancel", "--orders", "60", "--cancels", "20") as Pick<
      CancelFigures,
      "cancels" | "missing" | "untold" | "unsent" | "refusalsPerSecond" | "askedOverLimit" | "strategy" | "desk"
    >;
    expect(figures).toMatchObject({ cancels: 20, missing: 0, untold: 0, unsent: 0 });
    expect(figures.refusalsPerSecond.min).toBeGreaterThan(0);
    expect(figures.askedOverLimit).toBeGreaterThan(2);
    for (const { limit, most } of [figures.strategy, figures.desk]) {
      expect(most).toBeGreaterThan(limit / 2);
      expect(most).toBeLessThanOrEqual(limit);
    }
  }, 60_000);

  it("cause alerts of each kind, and none is lost on its way to a browser", () => {
    const { kinds, told, lost } = figuresOf("alerts", "--orders", "60", "--alerts", "4", "--warm-up", "0") as Pick<
      AlertsFigures,
      "kinds" | "told" | "lost"
    >;
    for (const kind of ["feedGap", "sessionLost", "fillBroken"] as const)
      expect(kinds[kind]).toMatchObject({ caused: 4, facts: 4, delivered: 4 });
    expect(kinds.break).toMatchObject({ caused: 2, facts: 2, delivered: 2 });
    expect(told).toBeGreaterThanOrEqual(14);
    expect(lost).toBe(0);
  }, 90_000);

  it("find next to nothing on the heap after a step", () => {
    const figures = figuresOf("allocation", "--messages", "300000", "--warm-up", "900000");
    expect(figures.orders).toBeGreaterThan(10_000);
    // One boxed number a message would be 16 bytes.
    expect(figures.bytesPerMessage).toBeLessThan(16);
    expect(figures.major).toBe(0);
  });
});
