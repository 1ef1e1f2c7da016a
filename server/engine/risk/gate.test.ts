import { describe, expect, it } from "vitest";
import { sides } from "../../../domain/order";
import { checkTable } from "./check-table";
import { Gate } from "./gate";
import type { GateParts } from "./gate-checks";
import { askOf, GateBench, middle } from "./testing/gate-bench";
import { gateCases } from "./testing/gate-cases";

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

  it("says what it approved, its side derived from what is held and not offered yet", () => {
    const { gate, positions, working } = new GateBench();
    const ask = (sell: boolean, quantity: number) =>
      gate.approveOrder(1, -1, 2, 0, sell, quantity, middle, 0, 1, 1, 10_000);
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
