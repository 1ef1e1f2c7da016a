import type { Desk, InstrumentSpec, PairSpec, StrategyLimits, StrategySpec } from "../../domain/desk";
import { naturalLogarithm } from "../../domain/logarithm";
import { Draws } from "./draws";

const symbols = ["AA", "BB", "CC", "DD", "EE", "FF", "GG", "HH", "II", "JJ"] as const;
const pairCount = 5;
const tick = 100;

/** Money that a small world never moves: limits that are not what it tries. */
const outOfReach = 1e13;

/**
 * The desk of a seed: ten names, five pairs that diverge within seconds, two pairs strategies and a market maker that
 * share names, two venues, and limits so tight that they are met all the time.
 */
export function smallDesk(seed: number): Desk {
  const draws = new Draws(seed, 1);
  const instruments = symbols.map((symbol): InstrumentSpec => {
    return {
      symbol,
      sector: "Simulation",
      referencePrice: draws.between(200, 2_000) * 10 * tick,
      tick,
      lot: 1,
      dailyVolatility: 0.02,
      marketBeta: 1,
      synthetic: true,
    };
  });
  const pairs = Array.from({ length: pairCount }, (_, pair): PairSpec => {
    const [a, b] = [instruments[pair * 2], instruments[pair * 2 + 1]];
    return {
      name: `${a.symbol}-${b.symbol}`,
      instrumentA: pair * 2,
      instrumentB: pair * 2 + 1,
      hedgeRatio: 1,
      spreadMean: naturalLogarithm(a.referencePrice) - naturalLogarithm(b.referencePrice),
      spreadDeviation: 0.002,
      halfLifeSeconds: draws.between(1, 4),
    };
  });
  const strategyLimits: StrategyLimits = {
    grossExposureMax: draws.between(20_000, 400_000) * 10_000,
    positionQuantityMax: draws.between(150, 1_000),
    netExposureMax: outOfReach,
    capitalMax: outOfReach,
    dailyLossSoft: outOfReach,
    dailyLossHard: outOfReach,
    drawdownSoft: outOfReach,
    drawdownHard: outOfReach,
    messagesPerSecondMax: 200,
    repeatedExecutionsMax: 1_000,
    repeatedSeconds: 1,
  };
  const pairsStrategy = (name: string, own: readonly number[]): StrategySpec => ({
    name,
    kind: "pairs",
    stage: "paper",
    venues: [0, 1],
    parameters: {
      kind: "pairs",
      pairs: own,
      entryZ: 1,
      exitZ: 0.3,
      stopZ: 4,
      timeoutSeconds: 6,
      cooldownSeconds: 0.3,
      legNotional: draws.between(5_000, 30_000) * 10_000,
      statisticsHalfLifeSeconds: 20,
      hedgeHalfLifeSeconds: 0,
      warmUpSeconds: 1,
      chaseBpsMax: 10,
      chaseSecondsMax: 1,
    },
    limits: strategyLimits,
  });
  return {
    name: `simulation ${seed}`,
    currency: "USD",
    seed,
    venues: [
      {
        name: "NORTH",
        makerFeePerShare: -20,
        takerFeePerShare: 30,
        latencyMicroseconds: draws.pick([50, 300, 2_000]),
        liquidityShare: 0.6,
      },
      {
        name: "SOUTH",
        makerFeePerShare: 10,
        takerFeePerShare: -6,
        latencyMicroseconds: draws.pick([80, 500, 4_000]),
        liquidityShare: 0.4,
      },
    ],
    instruments,
    pairs,
    strategies: [
      pairsStrategy("pairs-front", [0, 1, 2]),
      pairsStrategy("pairs-back", [3, 4]),
      {
        name: "maker",
        kind: "maker",
        stage: "paper",
        venues: [0, 1],
        parameters: {
          kind: "maker",
          instruments: [1, 4, 6, 9],
          quoteQuantity: 100,
          inventoryQuantityMax: draws.between(200, 500),
          spreadBpsMin: 0.1,
          requoteTicks: 1,
          requoteSecondsMin: 0.1,
        },
        limits: strategyLimits,
      },
    ],
    limits: {
      orderQuantityMax: draws.between(120, 1_000),
      orderNotionalMax: draws.between(15_000, 100_000) * 10_000,
      positionQuantityMax: draws.between(200, 1_500),
      grossExposureMax: draws.between(40_000, 800_000) * 10_000,
      parentQuantityMax: 10_000,
      parentNotionalMax: outOfReach,
      basketNotionalMax: outOfReach,
      netExposureMax: outOfReach,
      capitalMax: outOfReach,
      pairGrossExposureMax: outOfReach,
      pairNetExposureMax: outOfReach,
      dailyLossSoft: outOfReach,
      dailyLossHard: outOfReach,
      drawdownSoft: outOfReach,
      drawdownHard: outOfReach,
      deviationBps: 2_000,
      venueMessagesPerSecondMax: 200,
      tradeAgeSecondsMax: 10,
      duplicateMilliseconds: 0,
      sessionPhases: ["trading"],
      restricted: [],
      priceCollarBps: 300,
      messagesPerSecondMax: draws.pick([30, 200]),
      dataAgeSecondsMax: 5,
      recoveryUpdatesMin: 3,
      ordersPerDayMax: 1_000_000,
    },
    market: { messagesPerSecond: 300, timeCompression: 30, breakSecondsMean: 20 },
  };
}
