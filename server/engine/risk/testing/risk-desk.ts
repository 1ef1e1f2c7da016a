import type { Desk, DeskLimits, StrategyLimits } from "../../../../domain/desk";

/** Limits of each strategy of the test desk: round, and apart from each other, so that each can be met alone. */
export const ownLimits: StrategyLimits = {
  grossExposureMax: 900_000_000,
  netExposureMax: 600_000_000,
  capitalMax: 920_000_000,
  positionQuantityMax: 1_500,
  dailyLossSoft: 10_000_000,
  dailyLossHard: 15_000_000,
  drawdownSoft: 12_000_000,
  drawdownHard: 16_000_000,
  messagesPerSecondMax: 20,
  repeatedExecutionsMax: 5,
  repeatedSeconds: 10,
};

export const deskLimits: DeskLimits = {
  orderQuantityMax: 1_000,
  orderNotionalMax: 250_000_000,
  parentQuantityMax: 2_000,
  parentNotionalMax: 260_000_000,
  basketNotionalMax: 400_000_000,
  positionQuantityMax: 2_000,
  grossExposureMax: 2_000_000_000,
  netExposureMax: 1_200_000_000,
  capitalMax: 2_050_000_000,
  pairGrossExposureMax: 500_000_000,
  pairNetExposureMax: 300_000_000,
  dailyLossSoft: 30_000_000,
  dailyLossHard: 40_000_000,
  drawdownSoft: 32_000_000,
  drawdownHard: 42_000_000,
  priceCollarBps: 300,
  deviationBps: 200,
  messagesPerSecondMax: 50,
  venueMessagesPerSecondMax: 30,
  dataAgeSecondsMax: 5,
  recoveryUpdatesMin: 3,
  tradeAgeSecondsMax: 10,
  duplicateMilliseconds: 100,
  ordersPerDayMax: 5_000,
  sessionPhases: ["preOpen", "quotationOnly", "trading"],
  restricted: [],
};

/** A desk for tests of the gate: two venues, six names, a pairs strategy with one pair, two makers. */
export function riskDesk(limits: Partial<DeskLimits> = {}): Desk {
  const maker = (name: string, instruments: readonly number[]) =>
    ({
      name,
      kind: "maker",
      stage: "paper",
      venues: [0, 1],
      limits: ownLimits,
      parameters: {
        kind: "maker",
        instruments,
        quoteQuantity: 100,
        inventoryQuantityMax: 500,
        spreadBpsMin: 1,
        requoteTicks: 1,
        requoteSecondsMin: 0.5,
      },
    }) as const;
  return {
    name: "risk",
    currency: "USD",
    seed: 1,
    venues: ["ONE", "TWO"].map((name) => ({
      name,
      makerFeePerShare: -20,
      takerFeePerShare: 30,
      latencyMicroseconds: 50,
      liquidityShare: 0.5,
    })),
    instruments: Array.from({ length: 6 }, (_, index) => ({
      symbol: `N${index}`,
      sector: "Test",
      referencePrice: 200_000 + index * 100_000,
      tick: 100,
      lot: 1,
      dailyVolatility: 0.015,
      marketBeta: 1,
      synthetic: true,
    })),
    pairs: [
      {
        name: "N1/N0",
        instrumentA: 1,
        instrumentB: 0,
        hedgeRatio: 1,
        spreadMean: 0.4,
        spreadDeviation: 0.002,
        halfLifeSeconds: 90,
      },
    ],
    strategies: [
      {
        name: "pairs",
        kind: "pairs",
        stage: "paper",
        venues: [0, 1],
        limits: ownLimits,
        parameters: {
          kind: "pairs",
          pairs: [0],
          entryZ: 2,
          exitZ: 0.5,
          stopZ: 5,
          timeoutSeconds: 600,
          cooldownSeconds: 30,
          legNotional: 100_000_000,
          statisticsHalfLifeSeconds: 300,
          hedgeHalfLifeSeconds: 0,
          warmUpSeconds: 1e9,
          chaseBpsMax: 20,
          chaseSecondsMax: 10,
        },
      },
      maker("first", [2, 3]),
      // Never quotes by itself: its least spread is out of reach. Allowed at one venue only.
      { ...maker("second", [3, 4]), venues: [1] },
    ],
    limits: { ...deskLimits, ...limits },
    market: { messagesPerSecond: 100, timeCompression: 1, breakSecondsMean: 0 },
  };
}

/** The same desk with makers that never quote by themselves, since no spread is wide enough: every order is the test's. */
export function withoutQuotes(desk: Desk): Desk {
  return {
    ...desk,
    strategies: desk.strategies.map((strategy) => ({
      ...strategy,
      parameters:
        strategy.parameters.kind === "maker" ? { ...strategy.parameters, spreadBpsMin: 1e9 } : strategy.parameters,
    })),
  };
}
