import { beforeEach, describe, expect, it } from "vitest";
import type { FactOf } from "../../domain/facts";
import { orderStates } from "../../domain/order";
import { ask, bid, desk, maker, parameters, spec } from "../support/quoting-desk";
import { createRandom } from "../support/random";
import { type ArrivedOrder, ScriptedVenue } from "../support/scripted-venue";

const second = 1_000_000_000;
const lifeKinds = [
  "orderSubmitted",
  "orderAccepted",
  "orderRejected",
  "orderReplaceSent",
  "orderReplaceRejected",
  "orderReplaced",
  "orderCancelSent",
  "orderCancelled",
  "fill",
];
/** An order that waited long for its answer may be among them. */
const fateKinds = ["orderUnknown", "orderConfirmed"];

type Resting = { venue: number; side: "buy" | "sell"; quantity: number; price: number; reference: number };

/** A book as a list of orders, sorted anew for every question. */
class NaiveMarket {
  readonly orders: Resting[] = [];

  /** Best first: [price, quantity]. */
  levels(venue: number, side: "buy" | "sell"): [number, number][] {
    const byPrice = new Map<number, number>();
    for (const order of this.orders)
      if (order.venue === venue && order.side === side)
        byPrice.set(order.price, (byPrice.get(order.price) ?? 0) + order.quantity);
    return [...byPrice].sort(([a], [b]) => (side === "buy" ? b - a : a - b));
  }

  /** [price, quantity, venue] of the best over both venues; the venue that shows more wins a tie. */
  best(side: "buy" | "sell"): [number, number, number] {
    const tops = [0, 1].flatMap((venue) =>
      this.levels(venue, side)
        .slice(0, 1)
        .map(([price, quantity]): [number, number, number] => [price, quantity, venue]),
    );
    tops.sort((a, b) => (side === "buy" ? b[0] - a[0] : a[0] - b[0]) || b[1] - a[1] || a[2] - b[2]);
    return tops[0] ?? [0, 0, -1];
  }

  /** The fields of the fact `orderBook`, without its order and fact. */
  asRecorded(venue: number): Record<string, number> {
    const [bid, bidQuantity, bidVenue] = this.best("buy");
    const [ask, askQuantity, askVenue] = this.best("sell");
    const fields: Record<string, number> = { bid, bidQuantity, bidVenue, ask, askQuantity, askVenue };
    for (let level = 0; level < 5; level++) {
      const [bidPrice, bidSize] = this.levels(venue, "buy")[level] ?? [0, 0];
      const [askPrice, askSize] = this.levels(venue, "sell")[level] ?? [0, 0];
      fields[`bidPrice${level + 1}`] = bidPrice;
      fields[`bidQuantity${level + 1}`] = bidSize;
      fields[`askPrice${level + 1}`] = askPrice;
      fields[`askQuantity${level + 1}`] = askSize;
    }
    return fields;
  }
}

describe("the book at the instant of each message", () => {
  it("is what a naive copy of the market says, whatever happens to the orders", () => {
    const random = createRandom(11);
    const below = (limit: number) => Math.floor(random() * limit);
    const script = new ScriptedVenue(desk);
    const market = new NaiveMarket();
    const working: ArrivedOrder[] = [];
    const seen = new Set<string>();
    let checked = 0;
    let last = 0;
    const venueOf = (order: number) =>
      script.factsOf("orderSubmitted").find((fact) => fact.order === order)?.venue ?? -1;
    const check = () => {
      for (const fact of script.facts.slice(last)) {
        if (fact.kind !== "orderBook") continue;
        const about = script.facts.find(({ number }) => number === fact.fact);
        if (about === undefined) throw new Error(`fact ${fact.fact} is not there`);
        expect(about).toMatchObject({ order: fact.order, timeNs: fact.timeNs });
        expect(fact).toMatchObject(market.asRecorded(venueOf(fact.order)));
        seen.add(about.kind);
        checked++;
      }
      last = script.facts.length;
    };
    const move = () => {
      const old = market.orders[below(market.orders.length * 2)];
      if (old !== undefined) {
        market.orders.splice(market.orders.indexOf(old), 1);
        script.remove(old.venue, spec.symbol, old.reference);
      } else {
        const side = random() < 0.5 ? "buy" : "sell";
        const price = side === "buy" ? bid - 100 * below(9) : ask + 100 * below(9);
        const order = { venue: below(2), side, quantity: 100 * (1 + below(5)), price } as const;
        const resting = { ...order, reference: 0 };
        market.orders.push(resting);
        resting.reference = script.rest(order.venue, spec.symbol, side, order.quantity, price);
      }
      check();
    };
    for (let i = 0; i < 30; i++) move();
    script.command("approve", "strategy", maker);
    script.acceptsByItself = false;
    for (let round = 0; round < 500; round++) {
      move();
      script.wait(100 + 100 * below(6));
      check();
      for (const order of script.takeArrived()) {
        if (random() < 0.2) script.rejected(order);
        else {
          script.accept(order);
          working.push(order);
        }
        check();
      }
      const { orders } = script.engine;
      const open = working.filter(({ venue, reference }) => orders.isOpen(orders.ofReference(venue, reference)));
      const order = open[below(open.length)];
      if (order !== undefined) {
        const row = orders.ofReference(order.venue, order.reference);
        const leaves = orders.leavesQuantity[row];
        if (orders.replaceReference[row] !== 0) script.rejected({ ...order, reference: orders.replaceReference[row] });
        else if (random() < 0.5 && leaves > 1)
          script.fill(order, 1 + below(leaves - 1), order.price, { dropCopy: true });
        else script.cancelled(order, leaves);
        check();
      }
      if (round % 97 === 96) {
        script.command("pause", "strategy", maker);
        check();
        script.command("resume", "strategy", maker);
      }
    }
    const events = script.facts.filter(({ kind }) => [...lifeKinds, ...fateKinds].includes(kind));
    expect(checked).toBe(events.length);
    expect(checked).toBeGreaterThan(200);
    for (const kind of lifeKinds) if (kind !== "orderReplaced") expect(seen).toContain(kind);
  });
});

describe("the record of an order", () => {
  let venue: ScriptedVenue;
  let quotes: ArrivedOrder[];
  let resting: [bid: number, ask: number];
  /** Both sides move away from their first prices, and there is a market at every instant. */
  const moveBy = (units: number) => {
    const sides = units < 0 ? (["buy", "sell"] as const) : (["sell", "buy"] as const);
    for (const side of sides) {
      const place = side === "buy" ? 0 : 1;
      const next = venue.rest(0, spec.symbol, side, 500, (side === "buy" ? bid : ask) + units);
      venue.remove(0, spec.symbol, resting[place]);
      resting[place] = next;
    }
    return venue;
  };
  const bidQuote = () => quotes.find((order) => order.side === "buy")!;
  const marks = () => venue.factsOf("fillMark");
  const fills = () => venue.factsOf("fill");

  beforeEach(() => {
    venue = new ScriptedVenue(desk);
    resting = [venue.rest(0, spec.symbol, "buy", 500, bid), venue.rest(0, spec.symbol, "sell", 300, ask)];
    venue.command("approve", "strategy", maker);
    venue.wait(2_000);
    quotes = venue.takeArrived().filter((order) => order.symbol === spec.symbol);
    expect(quotes.map((order) => order.side)).toEqual(["buy", "sellShort"]);
  });

  it("a refused replace is recorded, and the order goes on as it was", () => {
    moveBy(-600).wait(1_000);
    const sent = venue.factsOf("orderReplaceSent").at(-1);
    if (sent === undefined) throw new Error("the maker follows the market");
    const submitted = venue.factsOf("orderSubmitted").find(({ order }) => order === sent.order);
    const order = quotes.find(({ reference }) => reference === submitted?.userReference)!;
    venue.rejected({ ...order, reference: sent.userReference }, 7);
    expect(venue.factsOf("orderReplaceRejected")).toMatchObject([
      { order: sent.order, userReference: sent.userReference, code: 7, venueTimeNs: venue.timeNs - 1_000 },
    ]);
    const { orders } = venue.engine;
    expect(orderStates.name(orders.state[orders.ofReference(0, order.reference)] ?? 0)).toBe("working");
  });

  it("a maker's parent names the market and the inventory it saw", () => {
    const parent = venue.factsOf("parentCreated").find(({ side }) => side === 0)!;
    expect(venue.factsOf("quoteSignal").find((signal) => signal.parent === parent.parent)).toMatchObject({
      bid,
      bidQuantity: 500,
      ask,
      askQuantity: 300,
      spreadBps: ((ask - bid) / ((ask + bid) / 2)) * 10_000,
      spreadBpsMin: parameters.spreadBpsMin,
      inventoryQuantity: 0,
      inventoryQuantityMax: parameters.inventoryQuantityMax,
      behind: 0,
    });
  });

  it("an approval holds each value beside its limit; a replace that adds nothing is not asked for exposures", () => {
    const submitted = venue.factsOf("orderSubmitted").find(({ side }) => side === 0)!;
    const { limits } = desk;
    const mid = (bid + ask) / 2;
    const approval = venue.factsOf("approval").find(({ fact }) => fact === submitted.number)!;
    const notional = submitted.quantity * submitted.price;
    expect(approval).toMatchObject({
      order: submitted.order,
      quantity: submitted.quantity,
      quantityMax: limits.orderQuantityMax,
      notional,
      notionalMax: limits.orderNotionalMax,
      price: submitted.price,
      priceLow: mid - (mid * limits.priceCollarBps) / 10_000,
      priceHigh: mid + (mid * limits.priceCollarBps) / 10_000,
      position: submitted.quantity,
      positionMax: limits.positionQuantityMax,
      strategyPosition: submitted.quantity,
      grossExposure: notional,
      grossExposureMax: limits.grossExposureMax,
      strategyGrossExposure: notional,
      dataAgeNsMax: limits.dataAgeSecondsMax * second,
    });
    moveBy(-600).wait(1_000);
    const sent = venue.factsOf("orderReplaceSent").at(-1)!;
    expect(venue.factsOf("approval").find(({ fact }) => fact === sent.number)).toMatchObject({
      order: sent.order,
      quantityMax: limits.orderQuantityMax,
      positionMax: limits.positionQuantityMax,
      price: sent.price,
      grossExposureMax: 0,
    });
  });

  it("the market is read 1, 10 and 60 seconds after a fill, at the first tick from then on", () => {
    venue.fill(bidQuote(), 30);
    const [fill] = fills();
    moveBy(200).wait(1_010);
    moveBy(-300).wait(9_000);
    moveBy(-500).wait(50_000);
    const ofFill = marks().filter((mark) => mark.fill === fill!.fill);
    expect(ofFill.map(({ horizonSeconds, bid, ask }) => [horizonSeconds, bid, ask])).toEqual([
      [1, bid + 200, ask + 200],
      [10, bid - 300, ask - 300],
      [60, bid - 500, ask - 500],
    ]);
    for (const mark of ofFill) {
      expect(mark.order).toBe(fill!.order);
      expect(mark.lateNs).toBe(mark.timeNs - fill!.timeNs - mark.horizonSeconds * second);
      expect(mark.lateNs).toBeGreaterThanOrEqual(0);
      expect(mark.lateNs).toBeLessThan(10_000_000);
    }
  });

  it("a market without a side, or with none, is a mark that says so", () => {
    venue.fill(bidQuote(), 30);
    const reference = venue.rest(1, spec.symbol, "buy", 100, bid - 100);
    for (const gone of resting) venue.remove(0, spec.symbol, gone);
    venue.wait(1_010);
    venue.remove(1, spec.symbol, reference).wait(9_000);
    expect(marks().map(({ horizonSeconds, bid, ask }) => [horizonSeconds, bid, ask])).toEqual([
      [1, bid - 100, 0],
      [10, 0, 0],
    ]);
  });

  it("a fill that the venue takes back keeps its marks", () => {
    const order = bidQuote();
    const match = venue.fill(order, 50);
    venue.broken(order, match);
    venue.wait(60_010);
    expect(marks().map(({ fill, horizonSeconds }) => [fill, horizonSeconds])).toEqual([
      [1, 1],
      [1, 10],
      [1, 60],
    ]);
  });
});

describe("a pair's parent", () => {
  it("names spread, mean, deviation and bands, and they give its z", () => {
    const script = new ScriptedVenue(desk);
    const strategy = desk.strategies.findIndex(({ kind }) => kind === "pairs");
    const pairs = desk.strategies[strategy]?.parameters;
    if (pairs?.kind !== "pairs") throw new Error("the demo desk has pairs");
    const pair = pairs.pairs[0]!;
    const { instrumentA, instrumentB, hedgeRatio, spreadMean, spreadDeviation } = desk.pairs[pair]!;
    const b = desk.instruments[instrumentB]!;
    const a = desk.instruments[instrumentA]!;
    const priceB = Math.round(b.referencePrice / 100) * 100;
    const fairA = (z: number) =>
      Math.round(Math.exp(spreadMean + z * spreadDeviation + hedgeRatio * Math.log(priceB / 10_000)) * 100) * 100;
    script.quote(0, b.symbol, priceB - 100, 5_000, priceB + 100, 5_000);
    script.quote(0, a.symbol, fairA(0) - 100, 5_000, fairA(0) + 100, 5_000);
    script.command("approve", "strategy", strategy);
    script.wait((pairs.warmUpSeconds + 2) * 1_000);
    script.quote(0, a.symbol, fairA(3) - 100, 5_000, fairA(3) + 100, 5_000).wait(200);
    const signals: FactOf<"pairSignal">[] = script.factsOf("pairSignal").filter((fact) => fact.pair === pair);
    expect(signals.length).toBeGreaterThanOrEqual(2);
    for (const signal of signals) {
      const parent = script.factsOf("parentCreated").find((fact) => fact.parent === signal.parent)!;
      expect(signal.number).toBe(parent.number + 1);
      expect(signal.z).toBe(parent.signal);
      expect(signal.z).toBeCloseTo((signal.spread - signal.mean) / signal.deviation, 12);
      const spread = Math.log(signal.midA / 10_000) - signal.hedgeRatio * Math.log(signal.midB / 10_000);
      expect(signal.spread).toBeCloseTo(spread, 10);
      const { entryZ, exitZ, stopZ } = pairs;
      expect(signal).toMatchObject({ entryZ, exitZ, stopZ });
    }
  });
});
