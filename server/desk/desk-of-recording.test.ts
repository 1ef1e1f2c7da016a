import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { bookSizesOf, deskOfRecording, type RecordedSymbol, type RecordingCensus } from "./desk-of-recording";
import { loadDesk } from "./load-desk";

const base = loadDesk(fileURLToPath(new URL("../../desks/demo.yaml", import.meta.url)), {
  names: null,
  pairs: null,
  seed: null,
});

function recorded(symbol: string, rest: Partial<RecordedSymbol> = {}): RecordedSymbol {
  return {
    symbol,
    orders: 1_000,
    priceStep: 100,
    middlePrice: 1_000_000,
    middleQuantity: 100,
    openOrdersMax: 500,
    ...rest,
  };
}

function deskOf(...symbols: RecordedSymbol[]) {
  const census: RecordingCensus = {
    name: "esh4-20231225.itch",
    tradingDay: "2023-12-25",
    messages: 59_488,
    malformed: 0,
    truncatedAt: null,
    startNs: 0,
    firstNs: 0,
    lastNs: 1,
    symbols,
    symbolsLeftOut: 0,
  };
  return { census, ...deskOfRecording(census, base) };
}

describe("the desk of a recording", () => {
  it("has one venue called after it, the recording's symbols and the desk file's limits", () => {
    const { desk } = deskOf(recorded("ESH4", { priceStep: 2_500, middlePrice: 48_232_500, middleQuantity: 2 }));
    expect(desk.venues).toEqual([expect.objectContaining({ name: "ESH4-20231225", liquidityShare: 1 })]);
    expect(desk.instruments).toEqual([
      expect.objectContaining({ symbol: "ESH4", tick: 2_500, referencePrice: 48_232_500 }),
    ]);
    expect(desk.limits).toEqual(base.desk.limits);
    expect(desk.pairs).toEqual([]);
  });

  it("gives even one symbol a strategy to approve, whose orders are usual ones and within the limits", () => {
    const { desk } = deskOf(recorded("ESH4", { priceStep: 2_500, middlePrice: 48_232_500, middleQuantity: 2 }));
    expect(desk.strategies.map(({ name }) => name)).toEqual(["recording-maker"]);
    expect(desk.strategies[0].parameters).toMatchObject({ kind: "maker", instruments: [0], quoteQuantity: 2 });
    const large = deskOf(recorded("BRK.A", { middlePrice: 6_000_000_000, middleQuantity: 500 })).desk;
    expect(large.strategies[0].parameters).toMatchObject({ quoteQuantity: 1 });
  });

  it("takes the pairs with both legs present, and the strategies that have any", () => {
    const pair = base.desk.pairs[0];
    const [a, b] = [pair.instrumentA, pair.instrumentB].map((id) => base.desk.instruments[id].symbol);
    const both = deskOf(recorded(b), recorded(a, { middlePrice: 2_000_000 })).desk;
    expect(both.pairs).toEqual([expect.objectContaining({ name: pair.name, instrumentA: 1, instrumentB: 0 })]);
    const pairsStrategy = both.strategies.find(({ kind }) => kind === "pairs");
    expect(pairsStrategy?.parameters).toMatchObject({ pairs: [0] });
    expect(both.pairs[0].spreadMean).toBeCloseTo(Math.log(200) - pair.hedgeRatio * Math.log(100), 9);
    expect(deskOf(recorded(a)).desk.pairs).toEqual([]);
    expect(deskOf(recorded(a)).desk.strategies.every(({ kind }) => kind === "maker")).toBe(true);
  });

  it("lets a maker of the desk file wish no more often than every five seconds", () => {
    const { desk } = deskOf(recorded("AAPL"), recorded("ZZZ"));
    const makers = desk.strategies.flatMap(({ parameters }) => (parameters.kind === "maker" ? [parameters] : []));
    expect(makers).toHaveLength(2);
    expect(makers.every(({ requoteSecondsMin }) => requoteSecondsMin >= 5)).toBe(true);
  });

  it("takes the desk file's tick where the recorded prices keep to it, else their common step", () => {
    const known = base.desk.instruments[0];
    expect(deskOf(recorded(known.symbol, { priceStep: 500 })).desk.instruments[0].tick).toBe(known.tick);
    expect(deskOf(recorded(known.symbol, { priceStep: 1 })).desk.instruments[0].tick).toBe(1);
    expect(deskOf(recorded("ZZZ", { priceStep: 0, middlePrice: 0 })).desk.instruments[0].tick).toBe(100);
  });

  it("keeps the busiest five hundred, and has room for all their open orders", () => {
    const many = Array.from({ length: 700 }, (_, index) => recorded(`S${index}`));
    const { desk, census } = deskOf(...many);
    expect(desk.instruments).toHaveLength(500);
    expect(bookSizesOf(census).restingOrdersMax).toBeGreaterThanOrEqual(500 * 500 * 2);
  });

  it("is the same desk for the same recording, and another one for another", () => {
    expect(deskOf(recorded("A")).hash).toBe(deskOf(recorded("A")).hash);
    expect(deskOf(recorded("A")).hash).not.toBe(deskOf(recorded("B")).hash);
  });
});
