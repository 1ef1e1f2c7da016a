import { describe, expect, it } from "vitest";
import { commandAnswers, commandKinds, roles } from "../../domain/command";
import { limitCodes, tradingModes } from "../../domain/limit";
import { parentReasons } from "../../domain/order";
import { refusalCodes } from "../../domain/refusal";
import { riskDesk, withoutQuotes } from "../../server/engine/risk/testing/risk-desk";
import { createWish, type Wish } from "../../server/engine/strategy/strategy";
import { KillReplica } from "../../server/gateway/kill-replica";
import { type ArrivedOrder, ScriptedVenue } from "../support/scripted-venue";

const middle = 200_000;
const maker = 1;

class Scene {
  readonly venue = new ScriptedVenue(withoutQuotes(riskDesk({})), undefined, null, {});

  constructor() {
    this.venue.wait(500);
    for (const symbol of ["N2", "N3"]) this.quote(symbol);
    this.venue.command("approve", "strategy", maker);
  }

  quote(symbol: string, bid = middle - 100, ask = middle + 100): this {
    for (const at of [0, 1]) this.venue.quote(at, symbol, bid, 90_000, ask, 90_000);
    return this;
  }

  ask(over: Partial<Wish> = {}): ArrivedOrder | null {
    this.venue.arrived.length = 0;
    const reason = parentReasons.code.quote;
    const wish = { ...createWish(maker), instrument: 2, quantity: 100, limitPrice: middle, style: "post", reason };
    this.venue.during(({ execution }) => execution.submit({ ...wish, style: "post", ...over } as Wish));
    return this.venue.takeArrived()[0] ?? null;
  }

  get refusal(): string {
    return refusalCodes.name(this.venue.engine.gate.code);
  }

  limit(code: keyof typeof limitCodes.code, scope: "all" | "strategy", target: number, value: number): void {
    const detail = limitCodes.code[code];
    const { answer } = this.venue.command("setLimit", scope, target, { role: "risk", detail, value });
    expect(commandAnswers.name(answer)).toBe("done");
  }
}

describe("marks", () => {
  it("do not follow a market that no order may be priced by", () => {
    const scene = new Scene();
    const order = scene.ask({ limitPrice: middle + 100, style: "take" });
    if (order === null) throw new Error(scene.refusal);
    scene.venue.fill(order, 100, middle + 100, { dropCopy: true });
    scene.venue.wait(200);
    const { losses, modes, positions } = scene.venue.engine;
    const mark = positions.markOf(2);
    const before = losses.drawdownOf(maker);
    // One venue's bid is far beyond the other's offer for a moment.
    scene.venue.quote(0, "N2", middle * 4, 100, middle * 4 + 200, 100);
    scene.venue.wait(200);
    expect(scene.ask()).toBeNull();
    expect(scene.refusal).toBe("crossedMarket");
    scene.quote("N2");
    scene.venue.wait(200);
    expect([positions.markOf(2), losses.drawdownOf(maker), modes.of("strategy", maker)]).toEqual([
      mark,
      before,
      tradingModes.code.active,
    ]);
  });
});

describe("a kill of everything", () => {
  it("is the same one whatever number comes with it, and is gone when it was released", () => {
    const scene = new Scene();
    expect(scene.ask()).not.toBeNull();
    scene.venue.command("kill", "all", 3);
    scene.venue.command("release", "all", -1, { role: "admin", detail: 1 });
    scene.venue.wait(200);
    const replica = new KillReplica();
    for (const fact of scene.venue.facts) replica.apply(fact);
    expect(scene.venue.engine.kills.isHalted).toBe(false);
    expect(replica.rows).toEqual([]);
  });
});

describe("the risk desk", () => {
  it("may not take a break away, which lets orders out again", () => {
    const scene = new Scene();
    for (const kind of ["adopt", "correct"] as const) {
      const { answer, command, role } = scene.venue.command(kind, "instrument", 2, { role: "risk" });
      expect([commandKinds.name(command), roles.name(role), commandAnswers.name(answer)]).toEqual([
        kind,
        "risk",
        "notPermitted",
      ]);
    }
  });
});

describe("a fill that its venue takes back", () => {
  it("leaves no order working that the position limit would not let out now", () => {
    const scene = new Scene();
    const limit = 100;
    scene.limit("positionQuantity", "strategy", maker, limit);
    const sale = scene.ask({ sell: true, limitPrice: middle - 100, style: "take" });
    if (sale === null) throw new Error(scene.refusal);
    const match = scene.venue.fill(sale, 100, middle - 100, { dropCopy: true });
    // From a hundred short to a hundred long: as far as it may go.
    const order = scene.ask({ quantity: 200, limitPrice: middle - 100 });
    if (order === null) throw new Error(scene.refusal);
    scene.venue.broken(sale, match);
    scene.venue.wait(200);
    const cancels = scene.venue.factsOf("orderCancelSent").length;
    if (cancels === 0) scene.venue.fill(order, 200, order.price, { dropCopy: true });
    expect([cancels, scene.venue.engine.positions.strategyQuantityOf(maker, 2)]).toEqual([1, 0]);
  });

  it("leaves no order working that opens a position while its strategy may only reduce", () => {
    const scene = new Scene();
    const buy = scene.ask({ limitPrice: middle + 100, style: "take" });
    if (buy === null) throw new Error(scene.refusal);
    const match = scene.venue.fill(buy, 100, middle + 100, { dropCopy: true });
    scene.venue.command("setMode", "strategy", maker, { detail: tradingModes.code.reducing });
    const close = scene.ask({ sell: true, limitPrice: middle + 100 });
    if (close === null) throw new Error(scene.refusal);
    scene.venue.broken(buy, match);
    scene.venue.wait(200);
    const cancels = scene.venue.factsOf("orderCancelSent").length;
    if (cancels === 0) scene.venue.fill(close, 100, close.price, { dropCopy: true });
    expect([cancels, scene.venue.engine.positions.strategyQuantityOf(maker, 2)]).toEqual([1, 0]);
  });

  it("leaves an order working that is within all of them", () => {
    const scene = new Scene();
    const buy = scene.ask({ limitPrice: middle + 100, style: "take" });
    if (buy === null) throw new Error(scene.refusal);
    const match = scene.venue.fill(buy, 100, middle + 100, { dropCopy: true });
    expect(scene.ask({ limitPrice: middle - 100 })).not.toBeNull();
    scene.venue.broken(buy, match);
    scene.venue.wait(200);
    expect(scene.venue.factsOf("orderCancelSent")).toEqual([]);
  });
});

describe("a fill of an order that had ended", () => {
  it("leaves no order working that the position limit would not let out now", () => {
    const scene = new Scene();
    scene.limit("positionQuantity", "strategy", maker, 100);
    const first = scene.ask({ limitPrice: middle - 200 });
    if (first === null) throw new Error(scene.refusal);
    scene.venue.cancelled(first, 100);
    const second = scene.ask({ limitPrice: middle - 100 });
    if (second === null) throw new Error(scene.refusal);
    scene.venue.fill(first, 100, first.price, { dropCopy: true });
    scene.venue.wait(200);
    const cancels = scene.venue.factsOf("orderCancelSent").length;
    if (cancels === 0) scene.venue.fill(second, 100, second.price, { dropCopy: true });
    expect([cancels, scene.venue.engine.positions.strategyQuantityOf(maker, 2)]).toEqual([1, 100]);
  });
});
