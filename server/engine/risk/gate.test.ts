import { describe, expect, it } from "vitest";
import { isTighter, type LimitCode, limitCodes, limitScopes, limitsOfScope } from "../../../domain/limit";
import { sides } from "../../../domain/order";
import { StateRegistry } from "../../machine/state-registry";
import { QuoteColumn } from "../book/quotes";
import { checkTable } from "./check-table";
import { Gate } from "./gate";
import type { GateParts } from "./gate-checks";
import { Limits } from "./limits";
import { askOf, fillQuotes, GateBench, middle } from "./testing/gate-bench";
import { gateCases } from "./testing/gate-cases";
import { riskDesk } from "./testing/risk-desk";

/** Limits that move modes (`loss-guard.ts`), which are not asked of a message. */
const besideTheGate: ReadonlySet<LimitCode> = new Set(["dailyLossSoft", "drawdownSoft", "drawdownHard"]);

describe("the gate", () => {
  it.each(checkTable.map(({ method }) => method))("%s: at its limits and one beyond", (method) => {
    const own = gateCases.filter(({ check }) => check === method);
    expect(own.length).toBeGreaterThan(0);
    for (const { title, answer, numbers, ask } of own) {
      const bench = new GateBench();
      expect([title, ask(bench)]).toEqual([title, answer]);
      if (numbers !== null) expect([title, bench.gate.limit, bench.gate.value]).toEqual([title, ...numbers]);
    }
  });

  it("lets nothing out that it refuses when any limit is made as tight as it can be", () => {
    const letOut: string[] = [];
    for (const { check, title, answer, ask } of gateCases) {
      if (answer === "approved") continue;
      const bench = new GateBench();
      ask(bench);
      // Some cases only look at a memory: nothing was asked of the gate.
      if (bench.asked === null || bench.ask(bench.asked) === "approved") continue;
      const { limits } = bench;
      for (let row = 0; row < limits.rowCount; row++) {
        const before = limits.value[row];
        const code = limitCodes.name(limits.code[row]);
        const tight = isTighter(code, before, 0) ? 0 : 1e9;
        if (!isTighter(code, before, tight)) continue;
        limits.value[row] = tight;
        if (bench.ask(bench.asked) === "approved") letOut.push(`${check}: ${title}: with ${code} ${tight}`);
        limits.value[row] = before;
      }
    }
    expect(letOut).toEqual([]);
  });

  it("refuses with any one of the limits that it asks not set", () => {
    const limits = new Limits(new StateRegistry(), riskDesk());
    const own = [-1, 1, 0, 2, 0];
    const open: string[] = [];
    for (const scope of limitScopes)
      for (const code of limitsOfScope[scope]) {
        if (besideTheGate.has(code)) continue;
        const row = limits.rowOf(code, scope, own[limitScopes.indexOf(scope)]);
        const answers = (["parent", "child"] as const).map((kind) => {
          const bench = new GateBench();
          bench.limits.value[row] = -1;
          // The last trade is asked for where the market has no middle.
          if (code === "tradeAgeMilliseconds") fillQuotes(bench.quotes, QuoteColumn.bidPrice, 0);
          return bench.ask(askOf(kind, scope === "pair" ? { strategy: 0, pair: 0, instrument: 1 } : {}));
        });
        // A name that nobody said may be traded is one of the list.
        if (!answers.includes(code === "restricted" ? "restricted" : "noLimit"))
          open.push(`${scope} ${code}: ${answers.join(", ")}`);
      }
    expect(open).toEqual([]);
  });

  it("says what it approved, its side derived from what is held and not offered yet", () => {
    const { gate, positions, working } = new GateBench();
    gate.openParent(1, 10_000);
    const ask = (sell: boolean, quantity: number) => gate.approveOrder(1, -1, 2, 0, sell, quantity, middle, 0, 1, 1);
    expect(ask(false, 300)).toMatchObject({
      quantity: 300,
      price: middle,
      venue: 0,
      side: sides.code.buy,
      postOnly: 1,
    });
    positions.quantity = 500;
    expect(ask(true, 500)?.side).toBe(sides.code.sell);
    expect(ask(true, 501)?.side).toBe(sides.code.sellShort);
    working.sell = 100;
    expect(ask(true, 500)?.side).toBe(sides.code.sellShort);
    positions.quantity = -5;
    expect(ask(true, 1)?.side).toBe(sides.code.sellShort);
  });

  it.each(checkTable.map(({ method }) => method))("refuses everything while %s throws", (method) => {
    const broken = (parts: GateParts) => {
      const gate = new Gate(parts);
      Object.defineProperty(gate, method, {
        value: () => {
          throw new Error("broken");
        },
      });
      return gate;
    };
    for (const kind of ["parent", "child", "replace"] as const)
      for (const sell of [false, true]) {
        const bench = new GateBench(broken).openOwn(sell, true);
        expect([kind, bench.ask(askOf(kind, { sell }))]).toEqual([kind, "checkFailed"]);
        expect(checkTable[bench.gate.value - 1].method).toBe(method);
      }
  });

  it("refuses what it can't even weigh", () => {
    for (const name of ["quantityOf", "strategyQuantityOf"] as const) {
      const bench = new GateBench();
      bench.positions[name] = () => {
        throw new Error("no positions");
      };
      expect(bench.ask(askOf("child", { sell: true }))).toBe("checkFailed");
      expect(bench.ask(askOf("parent", { sell: true }))).toBe("checkFailed");
    }
  });
});
