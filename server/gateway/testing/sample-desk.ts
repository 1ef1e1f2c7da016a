import type { Desk, InstrumentSpec, PairSpec } from "../../../domain/desk";

const symbols =
  "AAPL MSFT NVDA AMZN GOOG META AVGO TSLA JPM V UNH XOM MA PG JNJ HD COST MRK ABBV CVX KO PEP BAC CRM WMT".split(" ");

/** A small desk for tests and the fake engine: two venues, a pairs strategy and a maker. */
export function sampleDesk(instrumentCount = 24, pairCount = 12): Desk {
  const instruments: InstrumentSpec[] = Array.from({ length: instrumentCount }, (_, id) => ({
    symbol: symbols[id] ?? `SYN${id}`,
    sector: ["Technology", "Financials", "Health care", "Energy"][id % 4],
    referencePrice: 500_000 + id * 130_000,
    tick: 100,
    lot: 1,
    dailyVolatility: 0.015,
    marketBeta: 1,
    synthetic: id >= symbols.length,
  }));
  const pairs: PairSpec[] = Array.from({ length: pairCount }, (_, id) => {
    const instrumentA = (2 * id) % instrumentCount;
    const instrumentB = (2 * id + 1) % instrumentCount;
    return {
      name: `${instruments[instrumentA].symbol}/${instruments[instrumentB].symbol}`,
      instrumentA,
      instrumentB,
      hedgeRatio: 0.9,
      spreadMean: 0.2,
      spreadDeviation: 0.01,
      halfLifeSeconds: 60,
    };
  });
  return {
    name: "sample",
    currency: "USD",
    seed: 1,
    venues: [
      { name: "XNYX", makerFeePerShare: -20, takerFeePerShare: 30, latencyMicroseconds: 50, liquidityShare: 0.6 },
      { name: "XBRK", makerFeePerShare: -10, takerFeePerShare: 20, latencyMicroseconds: 80, liquidityShare: 0.4 },
    ],
    instruments,
    pairs,
    strategies: [
      {
        name: "pairs",
        kind: "pairs",
        stage: "paper",
        limits: {
          grossExposureMax: 20_000_000_000,
          positionQuantityMax: 5_000,
          netExposureMax: 20_000_000_000,
          capitalMax: 20_000_000_000,
          dailyLossSoft: 1_000_000_000,
          dailyLossHard: 2_000_000_000,
          drawdownSoft: 1_000_000_000,
          drawdownHard: 2_000_000_000,
          messagesPerSecondMax: 100,
          repeatedExecutionsMax: 500,
          repeatedSeconds: 60,
        },
        venues: [0, 1],
        parameters: {
          kind: "pairs",
          pairs: pairs.map((_, id) => id),
          entryZ: 2,
          exitZ: 0.5,
          stopZ: 5,
          timeoutSeconds: 600,
          cooldownSeconds: 30,
          legNotional: 200_000_000,
          statisticsHalfLifeSeconds: 300,
          hedgeHalfLifeSeconds: 0,
          warmUpSeconds: 30,
          chaseBpsMax: 20,
          chaseSecondsMax: 10,
        },
      },
      {
        name: "maker",
        kind: "maker",
        stage: "paper",
        limits: {
          grossExposureMax: 5_000_000_000,
          positionQuantityMax: 1_000,
          netExposureMax: 5_000_000_000,
          capitalMax: 5_000_000_000,
          dailyLossSoft: 1_000_000_000,
          dailyLossHard: 2_000_000_000,
          drawdownSoft: 1_000_000_000,
          drawdownHard: 2_000_000_000,
          messagesPerSecondMax: 100,
          repeatedExecutionsMax: 500,
          repeatedSeconds: 60,
        },
        venues: [0, 1],
        parameters: {
          kind: "maker",
          instruments: [0, 1],
          quoteQuantity: 100,
          inventoryQuantityMax: 500,
          spreadBpsMin: 1,
          requoteTicks: 1,
          requoteSecondsMin: 0.5,
        },
      },
    ],
    limits: {
      orderQuantityMax: 5_000,
      orderNotionalMax: 5_000_000_000,
      positionQuantityMax: 10_000,
      grossExposureMax: 50_000_000_000,
      priceCollarBps: 300,
      messagesPerSecondMax: 500,
      dataAgeSecondsMax: 5,
      recoveryUpdatesMin: 3,
      ordersPerDayMax: 200_000,
      parentQuantityMax: 10_000,
      parentNotionalMax: 5_000_000_000,
      basketNotionalMax: 10_000_000_000,
      netExposureMax: 50_000_000_000,
      capitalMax: 50_000_000_000,
      pairGrossExposureMax: 5_000_000_000,
      pairNetExposureMax: 5_000_000_000,
      dailyLossSoft: 1_000_000_000,
      dailyLossHard: 2_000_000_000,
      drawdownSoft: 1_000_000_000,
      drawdownHard: 2_000_000_000,
      deviationBps: 500,
      venueMessagesPerSecondMax: 200,
      tradeAgeSecondsMax: 10,
      duplicateMilliseconds: 100,
      sessionPhases: ["trading"],
      restricted: [],
    },
    market: { messagesPerSecond: 2_000, timeCompression: 20, breakSecondsMean: 300 },
  };
}
