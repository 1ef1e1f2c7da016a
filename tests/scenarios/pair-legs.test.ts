import { beforeEach, describe, expect, it } from "vitest";
import { parentReasons } from "../../domain/order";
import { pairStates } from "../../domain/strategy";
import { demoDesk } from "../support/demo-desk";
import { type ArrivedOrder, ScriptedVenue } from "../support/scripted-venue";

const desk = demoDesk({ names: 30, pairs: 15 });
const pairs = desk.strategies[0]?.parameters.kind === "pairs" ? desk.strategies[0].parameters : null;
if (pairs === null) throw new Error("the demo desk's first strategy trades pairs");
const pair = pairs.pairs[0] ?? 0;
const spec = desk.pairs[pair]!;
const a = desk.instruments[spec.instrumentA]!;
const b = desk.instruments[spec.instrumentB]!;
const toTick = (price: number) => Math.round(price / 100) * 100;

describe("the legs of a pair", () => {
  let venue: ScriptedVenue;

  /** Both legs at their reference prices, A dearer by `deviations` of the spread. */
  const market = (deviations: number, size = 5_000) => {
    const priceA = toTick(a.referencePrice * Math.exp(deviations * spec.spreadDeviation));
    venue.quote(0, a.symbol, priceA - 100, size, priceA + 100, size);
    venue.quote(0, b.symbol, toTick(b.referencePrice) - 100, size, toTick(b.referencePrice) + 100, size);
  };
  const stateOfPair = () => pairStates.name(venue.engine.pairBook.state[pair] ?? 0);
  const isA = (order: ArrivedOrder) => order.symbol === a.symbol;
  const held = (leg: number) => venue.engine.positions.pairQuantityOf(pair, leg);

  beforeEach(() => {
    venue = new ScriptedVenue(desk);
    market(0);
    venue.command("approve", "strategy", 0);
    for (let second = 0; second < 25; second++) {
      market(0);
      venue.wait(1_000);
    }
    expect(venue.takeArrived()).toEqual([]);
    market(2.8);
  });

  it("go out together when the spread is far: the dear one sold short, the cheap one bought", () => {
    const orders = venue.takeArrived();
    expect(orders.map(({ symbol, side }) => [symbol, side])).toEqual([
      [a.symbol, "sellShort"],
      [b.symbol, "buy"],
    ]);
    expect(orders.every((order) => order.immediate)).toBe(true);
    for (const order of orders) venue.fill(order, order.quantity);
    expect(stateOfPair()).toBe("open");
    expect(held(0)).toBe(-(orders[0]?.quantity ?? 0));
    expect(held(1)).toBe(orders[1]?.quantity);
    for (const fact of venue.factsOf("fill")) expect(fact).toMatchObject({ strategy: 0, pair });
  });

  it("come home together when the spread does, and the round trip is recorded with its P&L", () => {
    for (const order of venue.takeArrived()) venue.fill(order, order.quantity);
    market(0);
    const exits = venue.takeArrived();
    expect(exits.map(({ symbol, side }) => [symbol, side])).toEqual([
      [a.symbol, "buy"],
      [b.symbol, "sell"],
    ]);
    for (const order of exits) venue.fill(order, order.quantity);
    expect(stateOfPair()).toBe("flat");
    expect([held(0), held(1)]).toEqual([0, 0]);
    const last = venue.factsOf("pairState").at(-1);
    expect(last).toMatchObject({ pair, reason: parentReasons.code.exit });
    const fills = venue.factsOf("fill");
    expect(last?.realised).toBe(fills.reduce((sum, fill) => sum + fill.realised, 0));
    expect(last?.realised).toBe(
      fills.reduce((sum, fill) => sum + (fill.side === 0 ? -1 : 1) * fill.quantity * fill.price, 0),
    );
  });

  it("a leg that does not fill is chased up to its limit, then the other leg is unwound", () => {
    const [sold, bought] = venue.takeArrived();
    if (!sold || !bought) throw new Error("two legs");
    venue.fill(sold, sold.quantity);
    venue.cancelled(bought, bought.quantity);
    venue.wait(400);
    const chases = venue.takeArrived();
    expect(chases.length).toBeGreaterThan(0);
    expect(venue.factsOf("parentCreated").at(-1)?.reason).toBe(parentReasons.code.chase);
    const reach = (bought.price * pairs.chaseBpsMax) / 10_000;
    for (const chase of chases) {
      expect(chase.symbol).toBe(b.symbol);
      expect(chase.price).toBeLessThanOrEqual(bought.price + reach + 100);
      venue.cancelled(chase, chase.quantity);
    }
    for (let second = 0; second <= pairs.chaseSecondsMax && stateOfPair() === "entering"; second++) {
      venue.wait(1_000);
      for (const chase of venue.takeArrived().filter((order) => !isA(order))) venue.cancelled(chase, chase.quantity);
      market(2.8);
    }
    venue.wait(300);
    expect(stateOfPair()).toBe("unwinding");
    const unwinds = venue.takeArrived();
    expect(unwinds.length).toBeGreaterThan(0);
    for (const unwind of unwinds) {
      expect([unwind.symbol, unwind.side]).toEqual([a.symbol, "buy"]);
      venue.fill(unwind, unwind.quantity);
    }
    venue.wait(100);
    expect(stateOfPair()).toBe("flat");
    expect([held(0), held(1)]).toEqual([0, 0]);
  });

  it("a touch beyond the chase limit is not followed", () => {
    const [sold, bought] = venue.takeArrived();
    if (!sold || !bought) throw new Error("two legs");
    venue.fill(sold, sold.quantity);
    venue.cancelled(bought, bought.quantity);
    const away = toTick(bought.price * (1 + (pairs.chaseBpsMax + 3) / 10_000));
    venue.quote(0, b.symbol, away, 5_000, away + 100, 5_000);
    venue.wait(600);
    expect(venue.takeArrived().filter((order) => !isA(order))).toEqual([]);
  });

  it("nothing filled at all leaves the pair flat and resting", () => {
    for (let i = 0; i < 20; i++) {
      for (const order of venue.takeArrived()) venue.cancelled(order, order.quantity);
      venue.wait(400);
      market(2.8);
    }
    for (const order of venue.takeArrived()) venue.cancelled(order, order.quantity);
    expect([held(0), held(1)]).toEqual([0, 0]);
    expect(venue.factsOf("pairState").some((change) => change.to === pairStates.code.flat)).toBe(true);
  });

  it("a spread that runs away is stopped out", () => {
    for (const order of venue.takeArrived()) venue.fill(order, order.quantity);
    market(pairs.stopZ * 1.6);
    expect(venue.factsOf("pairState").at(-1)?.reason).toBe(parentReasons.code.stop);
    expect(venue.takeArrived()).toHaveLength(2);
  });
});
