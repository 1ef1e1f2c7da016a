import { beforeEach, describe, expect, it } from "vitest";
import { commandAnswers, type Scope, scopes } from "../../domain/command";
import type { Desk, DeskLimits, StrategyLimits } from "../../domain/desk";
import { alertCodes } from "../../domain/health";
import { type LimitCode, limitCodes, limitScopes, limitsOfScope, modeCauses, tradingModes } from "../../domain/limit";
import { parentReasons } from "../../domain/order";
import { type RefusalCode, refusalCodes } from "../../domain/refusal";
import { strategyStates } from "../../domain/strategy";
import { nsPerSecond } from "../../domain/time";
import { dimensionsOf } from "../../server/engine/dimensions";
import { createEngine, Engine } from "../../server/engine/engine";
import { Limits } from "../../server/engine/risk/limits";
import { riskDesk, withoutQuotes } from "../../server/engine/risk/testing/risk-desk";
import { createStrategies } from "../../server/engine/strategy/strategies";
import { createWish, type Wish } from "../../server/engine/strategy/strategy";
import { StateRegistry } from "../../server/machine/state-registry";
import { RunawayStrategy } from "../support/runaway-strategy";
import { type ArrivedOrder, ScriptedVenue } from "../support/scripted-venue";

const middle = 200_000;
const maker = 1;
const second = 2;
const symbol = "N2";
const instrument = 2;

/** The test desk with limits of its own, and strategies that trade only when the test says so. */
function desk(limits: Partial<DeskLimits> = {}, own: Partial<StrategyLimits> = {}): Desk {
  const spec = withoutQuotes(riskDesk(limits));
  return {
    ...spec,
    strategies: spec.strategies.map((strategy) => ({ ...strategy, limits: { ...strategy.limits, ...own } })),
  };
}

class Scene {
  readonly venue: ScriptedVenue;

  constructor(spec: Desk = desk(), makeEngine: typeof createEngine = createEngine) {
    this.venue = new ScriptedVenue(spec, undefined, null, {}, makeEngine);
    this.venue.wait(500);
    for (const { symbol: name } of spec.instruments) this.quote(name);
    spec.strategies.forEach((_, strategy) => {
      this.venue.command("approve", "strategy", strategy);
    });
  }

  get engine() {
    return this.venue.engine;
  }

  quote(name = symbol, price = middle): this {
    for (const at of [0, 1]) this.venue.quote(at, name, price - 100, 90_000, price + 100, 90_000);
    return this;
  }

  wish(over: Partial<Wish> = {}): Wish {
    return {
      ...createWish(over.strategy ?? maker),
      instrument,
      quantity: 100,
      limitPrice: middle,
      style: "post",
      reason: parentReasons.code.quote,
      ...over,
    };
  }

  /** Asks for a resting order; what arrived at the venue, or null. */
  ask(over: Partial<Wish> = {}): ArrivedOrder | null {
    this.venue.arrived.length = 0;
    this.venue.during((engine) => engine.execution.submit(this.wish(over)));
    return this.venue.takeArrived()[0] ?? null;
  }

  /** An order that is filled at once. */
  trade(over: Partial<Wish> = {}): boolean {
    const order = this.ask(over);
    if (order === null) return false;
    this.venue.fill(order, order.quantity, order.price, { dropCopy: true });
    return true;
  }

  get refusal(): string | null {
    const { code } = this.engine.gate;
    return code < 0 ? null : refusalCodes.name(code);
  }

  answer(...command: Parameters<ScriptedVenue["command"]>): string {
    return commandAnswers.name(this.venue.command(...command).answer);
  }

  limit(code: LimitCode, scope: Scope, target: number, value: number, role: "risk" | "trader" = "risk"): string {
    return this.answer("setLimit", scope, target, { role, detail: limitCodes.code[code], value });
  }

  mode(to: keyof typeof tradingModes.code, scope: Scope, target: number, role: "risk" | "trader" = "trader"): string {
    return this.answer("setMode", scope, target, { role, detail: tradingModes.code[to] });
  }

  held(of = instrument): number {
    return this.engine.positions.quantityOf(of);
  }
}

const many = { repeatedExecutionsMax: 4_000, messagesPerSecondMax: 20_000 };
const wide = { messagesPerSecondMax: 20_000, venueMessagesPerSecondMax: 20_000, duplicateMilliseconds: 0 };

describe("a strategy out of control", () => {
  const child = 70;
  const price = middle + 100;
  /** What a share costs that is bought at the offer: its fee, and half the market's width once it is marked. */
  const cost = 30 + 100;
  const none = 1e9;
  const unbound = { ...many, positionQuantityMax: none, grossExposureMax: none * 1e6, netExposureMax: none * 1e6 };
  const free = { ...unbound, capitalMax: none * 1e6, dailyLossSoft: none, dailyLossHard: none, drawdownSoft: none };
  const rich = { grossExposureMax: none * 1e6, netExposureMax: none * 1e6, capitalMax: none * 1e6 };

  it.each<[string, Partial<DeskLimits>, Partial<StrategyLimits>, RefusalCode, number]>([
    ["its position", {}, { positionQuantityMax: 1_500 }, "strategyPositionLimit", 1_500],
    ["its position, which whole orders fill", {}, { positionQuantityMax: 1_400 }, "strategyPositionLimit", 1_400],
    ["the desk's position", { positionQuantityMax: 2_000 }, {}, "positionLimit", 2_000],
    ["its gross exposure", {}, { grossExposureMax: 900 * price }, "strategyGrossExposure", 900],
    ["its net exposure", {}, { netExposureMax: 900 * price }, "strategyNetExposure", 900],
    ["its capital", {}, { capitalMax: 900 * price }, "strategyCapital", 900],
    ["the desk's gross exposure", { grossExposureMax: 1_000 * price }, {}, "grossExposure", 1_000],
    ["the desk's net exposure", { netExposureMax: 1_000 * price }, {}, "netExposure", 1_000],
    ["the desk's capital", { capitalMax: 1_000 * price }, {}, "capital", 1_000],
    ["its repeated fills", {}, { repeatedExecutionsMax: 9 }, "repeatedExecutions", 9 * child],
    // A loss is known once it is there: the order that makes it is the last one.
    ["its daily loss", {}, { dailyLossHard: 600 * cost }, "modeHalted", 600 + child],
    ["its drawdown", {}, { drawdownSoft: 600 * cost }, "modeReducing", 600 + child],
    ["the desk's daily loss", { dailyLossHard: 600 * cost }, {}, "modeHalted", 600 + child],
  ])(
    "that ignores its fills and keeps buying is contained by %s, to the last child order",
    (_, all, own, refusal, most) => {
      const made: RunawayStrategy[] = [];
      const spec = desk({ ...wide, ...rich, positionQuantityMax: none, ...all }, { ...free, ...own });
      const scene = new Scene(
        spec,
        (of) =>
          new Engine(of, dimensionsOf(of), undefined, (registry, strategies, pairBook, context) => {
            made.push(new RunawayStrategy(maker, instrument, child, context));
            return createStrategies(registry, strategies, pairBook, context).with(maker, made[0]);
          }),
      );
      let bought = 0;
      // The venue fills each order as it comes, at which its strategy buys again.
      const enter = scene.venue.onEnter.bind(scene.venue);
      scene.venue.onEnter = (order) => {
        enter(order);
        bought += order.quantity;
        scene.venue.fill(order, order.quantity, order.price, { dropCopy: true });
      };
      scene.venue.wait(200);
      made[0].isAwake = true;
      for (let quote = 0; quote < 20; quote++) scene.quote().venue.wait(200);
      expect(scene.held()).toBe(bought);
      expect(bought).toBeLessThanOrEqual(most);
      expect(bought).toBeGreaterThan(most - child);
      // It never gave up: each time it asked after that the gate refused it.
      const refused = made[0].asked - bought / child;
      expect(refused).toBeGreaterThan(30);
      expect(scene.engine.refusalCounts.of(maker, refusalCodes.code[refusal])).toBe(refused);
      expect(scene.engine.orders.openCount).toBe(0);
    },
  );

  it("whose router forgets what it placed is stopped within one child order of its parent", () => {
    const scene = new Scene(desk(wide, many));
    const { execution, orders } = scene.engine;
    const wish = scene.wish({ quantity: 100 });
    const first = scene.venue.during(() => execution.submit(wish));
    const [whole] = scene.venue.takeArrived();
    scene.venue.cancelled(whole, 100);
    // The router's own method for a child, asked again and again with all of the parent still to do.
    const place: unknown = Reflect.get(execution, "place");
    if (typeof place !== "function") throw new Error("the router has no way to place a child");
    const child = (quantity: number, parent: number): ArrivedOrder | null => {
      scene.venue.during(() => place(wish, parent, 0, quantity, middle, 0, 1));
      return scene.venue.takeArrived()[0] ?? null;
    };
    const children: ArrivedOrder[] = [];
    for (let i = 0; i < 50; i++) {
      const order = child(30, first);
      if (order === null) {
        expect(scene.refusal).toBe("parentExceeded");
        continue;
      }
      children.push(order);
      // Whether it is filled, works on or ends without a fill: only the last gives its quantity back.
      if (children.length === 1) scene.venue.fill(order, 30);
      if (children.length === 2) {
        scene.venue.fill(order, 10);
        scene.venue.cancelled(order, 20);
      }
    }
    // 30 filled, 10 filled and 20 given back, 30 and 30 at work: all of the hundred.
    expect(children).toHaveLength(4);
    expect(scene.held() + orders.workingOf(instrument, 0)).toBe(100);
    expect(child(1, first)).toBeNull();
    // Another parent is not held by it.
    const other = scene.venue.during(() => execution.submit(scene.wish({ quantity: 50 })));
    const [fifty] = scene.venue.takeArrived();
    expect(child(1, other)).toBeNull();
    scene.venue.cancelled(fifty, 50);
    expect(child(51, other)).toBeNull();
    expect(child(50, other)).not.toBeNull();
  });

  it("whose router forgets what it placed is stopped after a restart too", () => {
    const scene = new Scene(desk(wide, many));
    const parent = scene.venue.during(({ execution }) => execution.submit(scene.wish({ quantity: 100 })));
    scene.venue.takeArrived();
    scene.venue.restart();
    scene.quote();
    const place: unknown = Reflect.get(scene.engine.execution, "place");
    if (typeof place !== "function") throw new Error("the router has no way to place a child");
    scene.venue.during(() => place(scene.wish(), parent, 0, 1, middle, 0, 1));
    expect(scene.venue.takeArrived()).toEqual([]);
    expect(scene.refusal).toBe("parentExceeded");
  });

  it("is off at exactly the number of fills its limit says, also after a restart, until a person puts it back", () => {
    const scene = new Scene();
    for (let i = 0; i < 20; i++) scene.trade({ quantity: 10 + i });
    expect(scene.venue.factsOf("fill")).toHaveLength(5);
    expect(scene.refusal).toBe("repeatedExecutions");
    expect(scene.venue.factsOf("modeChanged").at(-1)).toMatchObject({
      scope: scopes.code.strategy,
      target: maker,
      to: tradingModes.code.halted,
      cause: modeCauses.code.repeatedExecutions,
      limit: 5,
      value: 5,
    });
    expect(scene.venue.factsOf("alert").some(({ code }) => code === alertCodes.code.modeChanged)).toBe(true);

    const again = restarted(scene);
    expect(again.ask()).toBeNull();
    expect(again.refusal).toBe("repeatedExecutions");
    expect(again.mode("active", "strategy", maker)).toBe("notPermitted");
    expect(again.mode("active", "strategy", maker, "risk")).toBe("done");
    expect(again.ask()).not.toBeNull();
    expect(again.venue.factsOf("command").at(-1)?.text).toContain("test");
  });

  it("is off at once when the window is made longer and holds enough fills, those before its return not counted", () => {
    const scene = new Scene(desk({}, { repeatedSeconds: 1 }));
    const fillEach = (count: number) => {
      for (let i = 0; i < count; i++) {
        scene.trade({ quantity: 10 + i });
        scene.quote().venue.wait(2_000);
      }
    };
    fillEach(6);
    expect(scene.engine.repeated.isOff(maker)).toBe(false);
    // Six fills, the last one two seconds ago: the fifth of the window was ten seconds ago.
    scene.limit("repeatedSeconds", "strategy", maker, 10);
    expect(scene.engine.repeated.isOff(maker)).toBe(false);
    scene.limit("repeatedSeconds", "strategy", maker, 11);
    expect(scene.engine.repeated.isOff(maker)).toBe(true);
    expect(scene.mode("active", "strategy", maker, "risk")).toBe("done");
    scene.limit("repeatedSeconds", "strategy", maker, 60);
    expect(scene.engine.repeated.isOff(maker)).toBe(false);
  });

  /** What arrived at the venues: when, where, whose, and whether it was an order. */
  type Message = { timeNs: number; venue: number; strategy: number; isOrder: boolean };

  /** The most messages of a sliding second that an order ended with. */
  function mostInSecond(wire: readonly Message[], isOf: (message: Message) => boolean): number {
    const own = wire.filter(isOf);
    let most = 0;
    let first = 0;
    own.forEach(({ timeNs, isOrder }, at) => {
      while (timeNs - own[first].timeNs >= nsPerSecond) first++;
      if (isOrder) most = Math.max(most, at - first + 1);
    });
    return most;
  }

  const wideRates = { strategy: 500, venue: 500, desk: 500 };
  it.each([
    ["strategyMessageRate", { ...wideRates, strategy: 20 }],
    ["venueMessageRate", { ...wideRates, venue: 30 }],
    ["messageRate", { ...wideRates, desk: 50 }],
    ["messageRate", { strategy: 40, venue: 45, desk: 60 }],
  ] as const)(
    "two of them that submit 10,000 orders each at once overshoot no rate by one on the wire (%s, %j)",
    (refusal, rates) => {
      const limits = { messagesPerSecondMax: rates.desk, venueMessagesPerSecondMax: rates.venue };
      const loose = { duplicateMilliseconds: 0, positionQuantityMax: 1e9 };
      const own = { messagesPerSecondMax: rates.strategy, positionQuantityMax: 1e9, repeatedExecutionsMax: 4_000 };
      const scene = new Scene(desk({ ...limits, ...loose }, own));
      scene.venue.wait(1_100);
      const wire: Message[] = [];
      const orders = new Map<string, ArrivedOrder>();
      const take = () => {
        const { timeNs } = scene.venue;
        const arrived = ({ venue, symbol: name }: ArrivedOrder, isOrder: boolean) =>
          wire.push({ timeNs, venue, strategy: name === symbol ? maker : second, isOrder });
        for (const order of scene.venue.takeArrived()) {
          orders.set(`${order.venue} ${order.reference}`, order);
          arrived(order, true);
        }
        for (const { venue, reference } of scene.venue.cancels.splice(0)) {
          const order = orders.get(`${venue} ${reference}`);
          if (order === undefined) throw new Error("a cancel of no order");
          arrived(order, false);
          scene.venue.cancelled(order, order.quantity);
        }
      };
      take();
      wire.length = 0;
      // Bursts on both sides of where windows end, over four seconds.
      const bursts = [0, 10, 500, 990, 1_000, 1_010, 1_990, 2_010, 3_100, 4_110];
      let now = 0;
      let open = 0;
      bursts.forEach((at, burst) => {
        scene.venue.wait(at - now);
        now = at;
        scene.venue.during((engine) => {
          for (let i = 0; i < 1_000; i++) {
            engine.execution.submit(scene.wish({ strategy: maker, quantity: 1, venue: i % 2 }));
            engine.execution.submit(scene.wish({ strategy: second, quantity: 1, instrument: 3, venue: 1 }));
          }
        });
        take();
        if (burst !== 6) return;
        // Cancels take of the rates and are not held by them: all go at once.
        open = scene.engine.orders.openCount;
        scene.answer("cancelAll", "all", -1);
        take();
      });
      expect(wire.filter(({ isOrder }) => !isOrder)).toHaveLength(open);
      expect(open).toBeGreaterThan(50);
      const most = {
        strategy: Math.max(...[maker, second].map((own) => mostInSecond(wire, ({ strategy }) => strategy === own))),
        venue: Math.max(...[0, 1].map((own) => mostInSecond(wire, ({ venue }) => venue === own))),
        desk: mostInSecond(wire, () => true),
      };
      expect(most.strategy).toBeLessThanOrEqual(rates.strategy);
      expect(most.venue).toBeLessThanOrEqual(rates.venue);
      expect(most.desk).toBeLessThanOrEqual(rates.desk);
      // The one that binds is used to its end, again and again.
      const binding = { strategyMessageRate: "strategy", venueMessageRate: "venue", messageRate: "desk" } as const;
      expect(most[binding[refusal]]).toBe(rates[binding[refusal]]);
      expect(new Set(wire.filter(({ isOrder }) => isOrder).map(({ timeNs }) => timeNs)).size).toBeGreaterThan(2);
      const { refusalCounts } = scene.engine;
      expect(refusalCounts.of(maker, refusalCodes.code[refusal])).toBeGreaterThan(1_000);
    },
  );
});

it("mass cancels, questions and whether orders are taken count in the windows of venue and desk, and are never held up", () => {
  const scene = new Scene(desk({ ...wide, venueMessagesPerSecondMax: 4 }, many));
  scene.venue.wait(1_500);
  for (let i = 0; i < 3; i++) {
    scene.answer("kill", "venue", 0);
    scene.answer("release", "venue", 0, { detail: 1 });
  }
  expect(scene.venue.sent.filter((message) => message.startsWith("0 ")).length).toBeGreaterThan(4);
  expect(scene.ask()).toBeNull();
  expect(scene.refusal).toBe("venueMessageRate");
  scene.venue.wait(1_100);
  expect(scene.ask()).not.toBeNull();
});

describe("a basket", () => {
  const rows = new Int32Array(4);

  it("typed with 58,000,000 in the quantity field sends no child order", () => {
    const scene = new Scene();
    const basket = [10, 20, 58_000_000, 30].map((quantity) => scene.wish({ quantity }));
    expect(scene.venue.during((engine) => engine.execution.submitBasket(basket, rows))).toBe(0);
    expect(scene.venue.takeArrived()).toEqual([]);
    expect(scene.venue.factsOf("orderSubmitted")).toEqual([]);
  });

  it("whose items each pass, and which is too much as a whole, sends no child order", () => {
    const scene = new Scene(desk({ ...wide, basketNotionalMax: 50_000_000 }, many));
    const basket = [100, 101, 102].map((quantity) => scene.wish({ quantity }));
    expect(scene.venue.during((engine) => engine.execution.submitBasket(basket, rows))).toBe(0);
    expect(scene.refusal).toBe("basketNotional");
    expect(scene.venue.takeArrived()).toEqual([]);
    expect(scene.venue.during((engine) => engine.execution.submitBasket(basket.slice(0, 2), rows))).toBe(2);
    expect(scene.venue.takeArrived()).toHaveLength(2);
  });

  it("whose items are each within the exposure limits, and together beyond one, sends no child order", () => {
    const scene = new Scene(desk(wide, many));
    scene.limit("grossExposure", "strategy", maker, 300 * middle);
    const basket = [200, 101].map((quantity) => scene.wish({ quantity }));
    expect(scene.venue.during((engine) => engine.execution.submitBasket(basket, rows))).toBe(0);
    expect(scene.refusal).toBe("strategyGrossExposure");
    expect(scene.venue.takeArrived()).toEqual([]);
    // What was weighed is not counted after it: the same less one goes.
    const smaller = [200, 100].map((quantity) => scene.wish({ quantity }));
    expect(scene.venue.during((engine) => engine.execution.submitBasket(smaller, rows))).toBe(2);
    expect(scene.venue.takeArrived()).toHaveLength(2);
    expect(scene.engine.orders.workingOf(instrument, 0)).toBe(300);
  });
});

describe("modes", () => {
  let scene: Scene;
  beforeEach(() => {
    scene = new Scene();
  });

  it("reducing cancels what opens, keeps what closes, and lets only closing orders out", () => {
    scene.trade();
    const closing = scene.ask({ sell: true, quantity: 60, limitPrice: middle + 200 });
    const opening = scene.ask({ quantity: 40, limitPrice: middle - 200 });
    expect(scene.mode("reducing", "strategy", maker)).toBe("done");
    expect(scene.venue.cancels.map(({ reference }) => reference)).toEqual([opening?.reference]);
    expect(scene.ask({ quantity: 30 })).toBeNull();
    expect(scene.refusal).toBe("modeReducing");
    expect(scene.ask({ sell: true, quantity: 40, limitPrice: middle + 300 })).not.toBeNull();
    expect(closing).not.toBeNull();
  });

  it.each([
    ["all", -1],
    ["strategy", maker],
    ["instrument", instrument],
    ["venue", 0],
  ] as const)("halted (%s) cancels every order of the scope and lets nothing else out", (scope, target) => {
    const order = scene.ask();
    expect(scene.mode("halted", scope, target)).toBe("done");
    expect(scene.venue.cancels.map(({ reference }) => reference)).toEqual([order?.reference]);
    expect(scene.ask({ quantity: 11 })).toBeNull();
    expect(scene.refusal).toBe("modeHalted");
    // Anybody may tighten; a trader may not go back, and nobody without a reason.
    expect(scene.mode("active", scope, target)).toBe("notPermitted");
    expect(scene.answer("setMode", scope, target, { role: "risk", reason: "", detail: tradingModes.code.active })).toBe(
      "reasonMissing",
    );
    expect(scene.mode("active", scope, target, "risk")).toBe("done");
    expect(scene.ask({ quantity: 12 })).not.toBeNull();
  });

  it("move by themselves at the soft and the hard loss, say so, and go back by a person and a higher limit only", () => {
    scene.trade({ quantity: 500 });
    const working = scene.ask({ quantity: 10, limitPrice: middle - 300 });
    // A fall of $2.10 a share: 500 shares lose $1,050 (soft $1,000, hard $1,500).
    scene.quote(symbol, middle - 21_000).venue.wait(200);
    expect(scene.engine.modes.of("strategy", maker)).toBe(tradingModes.code.reducing);
    expect(scene.venue.cancels.map(({ reference }) => reference)).toEqual([working?.reference]);
    scene.quote(symbol, middle - 32_000).venue.wait(200);
    expect(scene.engine.modes.of("strategy", maker)).toBe(tradingModes.code.halted);
    const moved = scene.venue.factsOf("modeChanged").filter(({ target }) => target === maker);
    expect(moved.map(({ to, cause }) => [to, modeCauses.name(cause)])).toEqual([
      [tradingModes.code.reducing, "dailyLossSoft"],
      [tradingModes.code.halted, "dailyLossHard"],
    ]);
    expect(moved[1]?.value).toBeGreaterThan(moved[1]?.limit ?? 0);
    scene.quote().venue.wait(200);
    expect(scene.engine.modes.of("strategy", maker)).toBe(tradingModes.code.halted);
    scene.quote(symbol, middle - 32_000).venue.wait(200);
    expect(scene.mode("active", "strategy", maker, "risk")).toBe("limitStands");
    for (const code of ["dailyLossSoft", "dailyLossHard", "drawdownSoft", "drawdownHard"] as const)
      expect(scene.limit(code, "strategy", maker, 100_000_000)).toBe("done");
    expect(scene.mode("active", "strategy", maker, "risk")).toBe("done");
    expect(scene.ask({ limitPrice: middle - 32_000, quantity: 13 })).not.toBeNull();
  });
});

describe("losses", () => {
  /** Fee of a share that is bought. */
  const fee = 30;
  const cases = (["strategy", "all"] as const).flatMap((scope) =>
    (["dailyLossSoft", "dailyLossHard", "drawdownSoft", "drawdownHard"] as const).map((code) => [scope, code] as const),
  );

  it.each(cases)("of %s: %s moves the mode one beyond it, not at it, and says so", (scope, code) => {
    const scene = new Scene();
    const target = scope === "all" ? -1 : maker;
    const modeOf = () => scene.engine.modes.of(scope, target);
    const isDrawdown = code.startsWith("drawdown");
    const to = code.endsWith("Hard") ? tradingModes.code.halted : tradingModes.code.reducing;
    scene.trade({ quantity: 1 });
    const order = scene.ask({ quantity: 1, limitPrice: middle - 900 });
    // A gain first, which only a drawdown looks back to: then one share has lost 1,000 from there, or since the day began.
    scene.quote(symbol, middle + 600).venue.wait(200);
    const lost = 1_000;
    const at = isDrawdown ? middle + 600 - lost : middle + fee - lost;
    expect(scene.limit(code, scope, target, lost)).toBe("done");
    scene.quote(symbol, at).venue.wait(200);
    expect(modeOf()).toBe(tradingModes.code.active);
    expect(scene.venue.factsOf("modeChanged")).toEqual([]);
    scene.quote(symbol, at - 1).venue.wait(200);
    expect(modeOf()).toBe(to);
    const [moved, ...others] = scene.venue.factsOf("modeChanged");
    expect(others).toEqual([]);
    expect(moved).toMatchObject({
      scope: scopes.code[scope],
      target,
      to,
      cause: modeCauses.code[code],
      limit: lost,
      value: lost + 1,
    });
    expect(
      scene.venue.factsOf("alert").filter(({ code: alert }) => alert === alertCodes.code.modeChanged),
    ).toHaveLength(1);
    // What works and opens is gone, and nothing more that opens goes out.
    expect(scene.venue.cancels.map(({ reference }) => reference)).toEqual([order?.reference]);
    expect(scene.ask({ quantity: 2 })).toBeNull();
    expect(scene.refusal).toBe(to === tradingModes.code.halted ? "modeHalted" : "modeReducing");
    // A strategy's loss is its own; the desk's stops everybody.
    const other = scene.ask({ strategy: second, instrument: 3, venue: 1, quantity: 2, limitPrice: middle });
    expect(other === null).toBe(scope === "all");
  });
});

it.each([
  ["all", -1],
  ["strategy", maker],
  ["instrument", instrument],
  ["venue", 0],
  ["pair", 0],
] as const)("the mode of %s is the same on a new day", (scope, target) => {
  const scene = new Scene();
  const order = { strategy: scope === "pair" ? 0 : maker, pair: scope === "pair" ? 0 : -1 };
  const about = { ...order, instrument: scope === "pair" ? 1 : instrument, quantity: 5 };
  scene.mode("halted", scope, target);
  const again = restarted(scene);
  expect(again.engine.modes.of(scope, target)).toBe(tradingModes.code.halted);
  expect(again.ask(about)).toBeNull();
  expect(again.refusal).toBe("modeHalted");
  expect(again.mode("active", scope, target, "risk")).toBe("done");
  expect(again.ask(about)).not.toBeNull();
});

describe("limits", () => {
  it("change by command only, recorded with who, why, from, to and since which record", () => {
    const scene = new Scene();
    expect(scene.limit("orderQuantity", "all", -1, 50, "trader")).toBe("notPermitted");
    expect(
      scene.answer("setLimit", "all", -1, {
        role: "risk",
        reason: "",
        detail: limitCodes.code.orderQuantity,
        value: 50,
      }),
    ).toBe("reasonMissing");
    expect(scene.limit("orderQuantity", "all", -1, -1)).toBe("valueOutOfRange");
    expect(scene.limit("orderQuantity", "all", -1, 1.5)).toBe("valueOutOfRange");
    expect(scene.limit("orderQuantity", "all", -1, Number.NaN)).toBe("valueOutOfRange");
    expect(scene.limit("orderQuantity", "venue", 0, 50)).toBe("unknownTarget");
    expect(scene.limit("messagesPerSecond", "strategy", maker, 1e9)).toBe("valueOutOfRange");
    expect(scene.venue.factsOf("limitChanged")).toEqual([]);
    expect(scene.limit("orderQuantity", "all", -1, 50)).toBe("done");
    expect(scene.limit("orderQuantity", "all", -1, 50)).toBe("alreadySo");
    const [changed] = scene.venue.factsOf("limitChanged");
    expect(changed).toMatchObject({ limit: limitCodes.code.orderQuantity, from: 1_000, to: 50, target: -1 });
    expect(changed?.record).toBeGreaterThan(0);
    expect(scene.ask({ quantity: 51 })).toBeNull();
    expect(scene.ask({ quantity: 50 })).not.toBeNull();
  });

  it("a tighter one acts at once: what works beyond it is cancelled, what closes is left", () => {
    const scene = new Scene();
    scene.trade({ quantity: 200 });
    const closing = scene.ask({ sell: true, quantity: 150, limitPrice: middle + 300 });
    const big = scene.ask({ quantity: 120, limitPrice: middle - 200 });
    const small = scene.ask({ quantity: 20, limitPrice: middle - 300 });
    scene.limit("orderQuantity", "all", -1, 100);
    expect(scene.venue.cancels.map(({ reference }) => reference)).toEqual([big?.reference]);
    scene.limit("grossExposure", "strategy", maker, 1_000);
    expect(scene.venue.cancels.map(({ reference }) => reference)).toEqual([big?.reference, small?.reference]);
    expect(closing).not.toBeNull();
    scene.limit("restricted", "instrument", instrument, 1);
    expect(scene.venue.cancels.map(({ reference }) => reference)).toContain(closing?.reference);
  });

  describe("a tighter one, and five orders that work", () => {
    type Name = "big" | "far" | "other" | "leg" | "closing";
    const everything: readonly Name[] = ["big", "far", "other", "leg", "closing"];
    const opening: readonly Name[] = ["big", "far", "other", "leg"];
    const makers: readonly Name[] = ["big", "far"];
    // A hundred are held, at the middle, for 3,000 of fees.
    const held = 100 * middle;
    const fees = 3_000;
    const big = 300 * (middle - 100);
    const far = 100 * (middle - 5_000);
    const other = 200 * (middle - 100);
    const leg = 150 * (middle - 100);
    const closing = 100 * (middle + 300);
    const makersBuy = held + big + far;
    const deskBuys = makersBuy + other + leg;

    const cases: [LimitCode, Scope, number, number, readonly Name[]][] = [
      // At what stands nothing goes, one below it what is beyond.
      ["orderQuantity", "all", -1, 300, []],
      ["orderQuantity", "all", -1, 299, ["big"]],
      ["orderNotional", "all", -1, big, []],
      ["orderNotional", "all", -1, big - 1, ["big"]],
      ["priceCollarBps", "all", -1, 250, []],
      ["priceCollarBps", "all", -1, 249, ["far"]],
      ["positionQuantity", "instrument", instrument, 500, []],
      ["positionQuantity", "instrument", instrument, 499, makers],
      ["positionQuantity", "instrument", 3, 199, ["other"]],
      ["positionQuantity", "strategy", maker, 500, []],
      ["positionQuantity", "strategy", maker, 499, makers],
      ["positionQuantity", "strategy", second, 199, ["other"]],
      ["grossExposure", "pair", 0, leg, []],
      ["grossExposure", "pair", 0, leg - 1, ["leg"]],
      ["netExposure", "pair", 0, leg, []],
      ["netExposure", "pair", 0, leg - 1, ["leg"]],
      ["grossExposure", "strategy", maker, makersBuy + closing, []],
      ["grossExposure", "strategy", maker, makersBuy + closing - 1, makers],
      ["netExposure", "strategy", maker, makersBuy, []],
      ["netExposure", "strategy", maker, makersBuy - 1, makers],
      ["capital", "strategy", maker, makersBuy + closing + fees, []],
      ["capital", "strategy", maker, makersBuy + closing + fees - 1, makers],
      ["grossExposure", "all", -1, deskBuys + closing, []],
      ["grossExposure", "all", -1, deskBuys + closing - 1, opening],
      ["netExposure", "all", -1, deskBuys, []],
      ["netExposure", "all", -1, deskBuys - 1, opening],
      ["capital", "all", -1, deskBuys + closing + fees, []],
      ["capital", "all", -1, deskBuys + closing + fees - 1, opening],
      ["restricted", "instrument", instrument, 1, ["big", "far", "closing"]],
      ["restricted", "instrument", 3, 1, ["other"]],
      // What moves a mode cancels what the mode stands against.
      ["dailyLossSoft", "strategy", maker, fees, []],
      ["dailyLossSoft", "strategy", maker, fees - 1, makers],
      ["dailyLossHard", "strategy", maker, fees - 1, ["big", "far", "closing"]],
      ["drawdownSoft", "strategy", maker, fees - 1, makers],
      ["drawdownHard", "strategy", maker, fees - 1, ["big", "far", "closing"]],
      ["dailyLossSoft", "all", -1, fees, []],
      ["dailyLossSoft", "all", -1, fees - 1, opening],
      ["dailyLossHard", "all", -1, fees - 1, everything],
      ["drawdownSoft", "all", -1, fees - 1, opening],
      ["drawdownHard", "all", -1, fees - 1, everything],
      ["repeatedExecutions", "strategy", maker, 2, []],
      ["repeatedExecutions", "strategy", maker, 1, ["big", "far", "closing"]],
      ["repeatedSeconds", "strategy", maker, 1_000, []],
      // What holds the next message leaves what works.
      ["parentQuantity", "all", -1, 0, []],
      ["parentNotional", "all", -1, 0, []],
      ["basketNotional", "all", -1, 0, []],
      ["deviationBps", "all", -1, 0, []],
      ["dataAgeMilliseconds", "all", -1, 0, []],
      ["tradeAgeMilliseconds", "all", -1, 0, []],
      ["duplicateMilliseconds", "all", -1, 1e9, []],
      ["ordersPerDay", "all", -1, 0, []],
      ["recoveryUpdates", "all", -1, 1e9, []],
      ["messagesPerSecond", "all", -1, 0, []],
      ["messagesPerSecond", "strategy", maker, 0, []],
      ["messagesPerSecond", "venue", 0, 0, []],
    ];

    it.each(cases)("%s of %s %i at %i: %j go", (code, scope, target, value, gone) => {
      const scene = new Scene();
      scene.trade();
      const names = new Map<string, Name>();
      const work = (name: Name, over: Partial<Wish>) => {
        const order = scene.ask(over);
        if (order === null) throw new Error(`${name} was refused: ${scene.refusal}`);
        names.set(`${order.venue} ${order.reference}`, name);
      };
      work("closing", { sell: true, limitPrice: middle + 300 });
      work("big", { quantity: 300, limitPrice: middle - 100 });
      work("far", { limitPrice: middle - 5_000 });
      work("other", { strategy: second, instrument: 3, venue: 1, quantity: 200, limitPrice: middle - 100 });
      work("leg", { strategy: 0, pair: 0, instrument: 1, quantity: 150, limitPrice: middle - 100 });
      expect(scene.limit(code, scope, target, value)).toBe("done");
      const cancelled = scene.venue.cancels.map(({ venue, reference }) => names.get(`${venue} ${reference}`));
      expect(cancelled.sort()).toEqual([...gone].sort());
    });

    it("has a case for every limit", () => {
      const inCases = new Set(cases.map(([code, scope]) => `${scope} ${code}`));
      const all = limitScopes.flatMap((scope) => limitsOfScope[scope].map((code) => `${scope} ${code}`));
      expect(all.filter((name) => !inCases.has(name))).toEqual([]);
    });
  });

  it("a tighter loss limit moves the mode at once", () => {
    const scene = new Scene();
    scene.trade({ quantity: 500 });
    scene.quote(symbol, middle - 1_000).venue.wait(200);
    expect(scene.engine.modes.of("strategy", maker)).toBe(tradingModes.code.active);
    scene.limit("dailyLossHard", "strategy", maker, 100_000);
    expect(scene.engine.modes.of("strategy", maker)).toBe(tradingModes.code.halted);
  });

  it("are carried over a restart, and a desk file that says something else is obeyed", () => {
    const scene = new Scene();
    scene.limit("orderQuantity", "all", -1, 50);
    const again = restarted(scene);
    expect(again.ask({ quantity: 51 })).toBeNull();

    const [before, after] = [new StateRegistry(), new StateRegistry()];
    const old = new Limits(before, desk());
    const row = old.rowOf("orderQuantity", "all", -1);
    old.set(row, 50, 1);
    const bytes = new Uint8Array(before.byteLength);
    before.copyInto(bytes);
    const now = new Limits(after, desk({ orderQuantityMax: 700 }));
    after.restore(bytes, before.layout());
    const changed: number[][] = [];
    now.onStart((at, was) => changed.push([at, was, now.value[at] ?? 0]));
    expect(changed).toEqual([[row, 50, 700]]);
  });

  it("that the desk file tightened while we were away are enforced on what still works", () => {
    const spec = desk(wide, many);
    const scene = new Scene(spec);
    scene.venue.acceptsByItself = true;
    const big = scene.ask({ quantity: 300, limitPrice: middle - 100 });
    const small = scene.ask({ quantity: 100, limitPrice: middle - 200 });
    scene.venue.restart(spec);
    expect(scene.venue.cancels).toEqual([]);
    scene.venue.restart({ ...spec, limits: { ...spec.limits, orderQuantityMax: 200 } });
    expect(scene.engine.control.isRecovering).toBe(false);
    expect(scene.venue.cancels.map(({ reference }) => reference)).toEqual([big?.reference]);
    expect(small).not.toBeNull();
  });

  it("show what is used of them, and which is nearest to its end", () => {
    const scene = new Scene();
    scene.trade({ quantity: 300 });
    scene.ask({ quantity: 450, limitPrice: middle - 100 });
    scene.venue.wait(2_500);
    const rows = scene.venue.viewRows("limit");
    const position = rows[scene.engine.limits.rowOf("positionQuantity", "strategy", maker)];
    expect(position).toMatchObject({ value: 1_500, used: 300, worst: 750 });
    const [total] = scene.venue.viewRows("desk");
    expect(total?.worstLimit).toBeGreaterThanOrEqual(0);
    expect(total?.worstLimitShare).toBeCloseTo(0.5, 1);
    scene.ask({ quantity: 5_000 });
    scene.venue.wait(200);
    expect(scene.venue.viewRows("refusal")[maker]?.parentQuantity).toBe(1);
  });
});

describe("kill scopes", () => {
  let scene: Scene;
  beforeEach(() => {
    scene = new Scene(desk(wide, many));
    scene.venue.acceptsByItself = true;
  });

  it("a pair: blocked, its orders cancelled, those of others left", () => {
    const leg = scene.ask({ strategy: 0, pair: 0, instrument: 1, limitPrice: middle - 100 });
    const other = scene.ask({ limitPrice: middle - 100 });
    expect(scene.answer("kill", "pair", 0)).toBe("done");
    expect(scene.venue.cancels.map(({ reference }) => reference)).toEqual([leg?.reference]);
    expect(scene.ask({ strategy: 0, pair: 0, instrument: 0, quantity: 7 })).toBeNull();
    expect(scene.refusal).toBe("killed");
    expect(scene.ask({ quantity: 7 })).not.toBeNull();
    expect(other).not.toBeNull();
  });

  it("a venue whose mass cancel does nothing: each order there has a cancel of its own, is counted, and stands in the list", () => {
    const orders = [100, 200].map((below) => scene.ask({ limitPrice: middle - below }));
    const others = [
      scene.ask({ strategy: second, instrument: 3, venue: 1, limitPrice: middle - 100 }),
      scene.ask({ venue: 1, limitPrice: middle - 300 }),
    ];
    const [one, two] = orders;
    if (one === null || two === null || others.includes(null)) throw new Error("an order was refused");
    scene.venue.sent.length = 0;
    expect(scene.answer("kill", "venue", 0)).toBe("done");
    const [disable, massCancel, ...cancels] = scene.venue.sent;
    expect([disable, massCancel]).toEqual(["0 disable", "0 massCancel "]);
    expect(cancels.sort()).toEqual([one, two].map(({ reference }) => `0 cancel ${reference}`).sort());
    const report = () => scene.venue.factsOf("kill").at(-1);
    expect(report()).toMatchObject({ scope: scopes.code.venue, target: 0, orders: 2, cancelled: 0, unknown: 0 });
    expect(scene.answer("listOpen", "venue", 0)).toBe("done");
    const listed = scene.venue.factsOf("standing").map(({ venue, price }) => [venue, price]);
    expect(listed.sort()).toEqual([
      [0, middle - 200],
      [0, middle - 100],
    ]);
    expect(scene.answer("release", "venue", 0)).toBe("unknownOrders");
    scene.venue.cancelled(one, one.quantity);
    expect(report()).toMatchObject({ orders: 2, cancelled: 1 });
    scene.venue.cancelled(two, two.quantity);
    expect(report()).toMatchObject({ orders: 2, cancelled: 2, unknown: 0 });
    expect(scene.answer("release", "venue", 0)).toBe("done");
    expect(scene.engine.orders.openCount).toBe(2);
  });

  it("an order: cancelled, and counted as a kill of one", () => {
    scene.ask({ limitPrice: middle - 100 });
    const order = scene.ask({ limitPrice: middle - 200 });
    const id = scene.venue.factsOf("orderSubmitted").at(-1)?.order ?? 0;
    expect(scene.answer("kill", "order", id)).toBe("done");
    expect(scene.venue.cancels.map(({ reference }) => reference)).toEqual([order?.reference]);
    const kill = scene.venue.factsOf("kill").at(-1);
    expect(kill).toMatchObject({ scope: scopes.code.order, target: id, orders: 1, cancelled: 0, unknown: 0 });
    expect(kill?.blockedNs).toBe(kill?.lastCancelNs);
    if (order) scene.venue.cancelled(order, order.quantity);
    expect(scene.venue.factsOf("kill").at(-1)).toMatchObject({ orders: 1, cancelled: 1 });
    expect(scene.answer("kill", "order", id)).toBe("wrongState");
    expect(scene.answer("kill", "order", 9_999)).toBe("unknownTarget");
  });

  it("an instrument: the venue's mass cancel goes first, then the single ones", () => {
    const order = scene.ask({ limitPrice: middle - 100 });
    scene.venue.sent.length = 0;
    scene.answer("kill", "instrument", instrument);
    expect(scene.venue.sent).toEqual([
      `0 massCancel ${symbol}`,
      `1 massCancel ${symbol}`,
      `0 cancel ${order?.reference}`,
    ]);
  });

  it("the desk: disable and mass cancel at every venue first, then the single ones", () => {
    const order = scene.ask({ limitPrice: middle - 100 });
    scene.venue.sent.length = 0;
    scene.answer("kill", "all", -1);
    expect(scene.venue.sent).toEqual([
      "0 disable",
      "0 massCancel ",
      "1 disable",
      "1 massCancel ",
      `0 cancel ${order?.reference}`,
    ]);
  });

  it("is not released while an order's fate is unknown, unless forced; what is open is listed first", () => {
    scene.trade({ quantity: 50 });
    const order = scene.ask({ limitPrice: middle - 100 });
    scene.answer("kill", "strategy", maker);
    expect(scene.answer("listOpen", "strategy", maker)).toBe("done");
    const listed = scene.venue.factsOf("standing");
    expect(listed).toHaveLength(2);
    expect(listed[0]).toMatchObject({ what: 0, strategy: maker, instrument, quantity: 100, unknown: 1 });
    expect(listed[1]).toMatchObject({ what: 1, strategy: maker, instrument, quantity: 50 });
    expect(scene.answer("release", "strategy", maker)).toBe("unknownOrders");
    expect(scene.ask()).toBeNull();
    expect(scene.answer("release", "strategy", maker, { detail: 1 })).toBe("done");
    expect(scene.engine.strategyStates.state[maker]).toBe(strategyStates.code.stopped);
    scene.answer("kill", "strategy", maker);
    if (order) scene.venue.cancelled(order, order.quantity);
    expect(scene.answer("release", "strategy", maker)).toBe("done");
  });

  it("goes on asking where the venue refuses a cancel for the time being, and names that order as unknown", () => {
    const order = scene.ask({ limitPrice: middle - 100 });
    if (order === null) throw new Error("the order was refused");
    scene.answer("kill", "all", -1);
    scene.venue.cancelRefused(order);
    expect(scene.venue.factsOf("kill").at(-1)).toMatchObject({ orders: 1, cancelled: 0, unknown: 1 });
    expect(scene.answer("release", "all", -1)).toBe("unknownOrders");
    scene.venue.cancels.length = 0;
    scene.venue.wait(900);
    expect(scene.venue.cancels).toEqual([]);
    scene.venue.wait(200);
    expect(scene.venue.cancels.map(({ reference }) => reference)).toEqual([order.reference]);
    scene.venue.cancelRefused(order).wait(1_200);
    expect(scene.venue.cancels).toHaveLength(2);
    scene.venue.cancelled(order, order.quantity).wait(3_000);
    expect(scene.venue.cancels).toHaveLength(2);
    expect(scene.venue.factsOf("kill").at(-1)).toMatchObject({ orders: 1, cancelled: 1, unknown: 0 });
    expect(scene.answer("release", "all", -1)).toBe("done");
  });

  it("a cancel of a mode is asked again too, one of the strategy itself is not", () => {
    const order = scene.ask({ limitPrice: middle - 100 });
    const own = scene.ask({ strategy: second, instrument: 3, venue: 1, limitPrice: middle - 100 });
    if (order === null || own === null) throw new Error("an order was refused");
    scene.mode("halted", "strategy", maker);
    scene.venue.during(({ execution, orders }) => execution.cancel(orders.ofReference(1, own.reference), 0));
    scene.venue.cancelRefused(order).cancelRefused(own);
    scene.venue.cancels.length = 0;
    scene.venue.wait(2_500);
    expect(new Set(scene.venue.cancels.map(({ reference, venue }) => `${venue} ${reference}`))).toEqual(
      new Set([`0 ${order.reference}`]),
    );
  });

  it("a kill within another: each has its report, and the same kill again goes on with the one it has", () => {
    const order = scene.ask({ limitPrice: middle - 100 });
    const other = scene.ask({ strategy: second, instrument: 3, venue: 1, limitPrice: middle - 100 });
    if (order === null || other === null) throw new Error("an order was refused");
    scene.answer("kill", "strategy", maker);
    scene.answer("kill", "all", -1);
    scene.venue.cancelled(other, other.quantity);
    expect(scene.answer("kill", "all", -1)).toBe("done");
    const blocked = scene.venue.factsOf("kill").filter(({ scope }) => scope === scopes.code.all);
    expect(new Set(blocked.map(({ blockedNs }) => blockedNs)).size).toBe(1);
    expect(blocked.at(-1)).toMatchObject({ orders: 2, cancelled: 1 });
    scene.venue.cancelled(order, order.quantity);
    const last = (scope: number) => scene.venue.factsOf("kill").findLast((kill) => kill.scope === scope);
    expect(last(scopes.code.strategy)).toMatchObject({ orders: 1, cancelled: 1, unknown: 0 });
    expect(last(scopes.code.all)).toMatchObject({ orders: 2, cancelled: 2, unknown: 0 });
  });

  it("nine kills one after the other: the first gives its place, and no order counts for a kill it was not in", () => {
    const orders = [2, 3].map((name) =>
      scene.ask({ strategy: name - 1, instrument: name, venue: name - 2, limitPrice: middle - 100 }),
    );
    const ids = scene.venue.factsOf("orderSubmitted").map(({ order }) => order);
    for (let i = 0; i < 8; i++) {
      scene.answer("kill", "strategy", maker);
      if (i === 0 && orders[0]) scene.venue.cancelled(orders[0], orders[0].quantity);
      scene.answer("release", "strategy", maker, { detail: 1 });
    }
    scene.answer("kill", "order", ids[1]);
    if (orders[1]) scene.venue.cancelled(orders[1], orders[1].quantity);
    const kills = scene.venue.factsOf("kill");
    expect(kills.at(-1)).toMatchObject({ scope: scopes.code.order, orders: 1, cancelled: 1 });
    expect(kills.filter(({ orders: found, cancelled }) => cancelled > found)).toEqual([]);
  });

  it("the risk desk's kill is not a trader's to release", () => {
    expect(scene.answer("kill", "all", -1, { role: "risk" })).toBe("done");
    expect(scene.answer("release", "all", -1)).toBe("notPermitted");
    // A trader's kill on top changes nothing about whose it is.
    scene.answer("kill", "all", -1);
    expect(scene.answer("release", "all", -1)).toBe("notPermitted");
    expect(scene.answer("release", "all", -1, { role: "risk" })).toBe("notPermitted");
    expect(scene.answer("release", "all", -1, { role: "admin" })).toBe("done");
  });

  it("stands after a restart of the same day and on new ones, for every scope", () => {
    const killed = [
      ["all", -1],
      ["strategy", maker],
      ["instrument", 3],
      ["venue", 1],
      ["pair", 0],
    ] as const;
    for (const [scope, target] of killed) scene.answer("kill", scope, target);
    const same = createEngine(scene.engine.desk);
    const { bytes, layout } = stateOf(scene);
    same.registry.restore(bytes, layout);
    for (const [scope, target] of killed) expect(same.kills.isKilled(scopes.code[scope], target)).toBe(true);
    for (let day = 0; day < 3; day++) {
      scene = restarted(scene);
      for (const [scope, target] of killed) expect(scene.engine.kills.isKilled(scopes.code[scope], target)).toBe(true);
      expect(scene.ask()).toBeNull();
      expect(scene.refusal).toBe("killed");
    }
  });
});

/** The same desk on a new trading day: a new engine with what is carried over from the old one. */
function restarted(scene: Scene): Scene {
  const again: Scene = Object.create(Scene.prototype);
  const venue = new ScriptedVenue(scene.engine.desk, undefined, stateOf(scene));
  Object.assign(again, { venue });
  venue.wait(1_000);
  for (const { symbol: name } of scene.engine.desk.instruments) again.quote(name);
  return again;
}

function stateOf({ engine }: Scene) {
  const bytes = new Uint8Array(engine.registry.byteLength);
  engine.registry.copyInto(bytes);
  return { bytes, layout: engine.registry.layout() };
}
