import type { Desk, InstrumentSpec, PairSpec, StrategySpec } from "../domain/desk";

/** How large a made desk is. */
export type DeskSize = {
  readonly instruments: number;
  readonly pairs: number;
  readonly venues: number;
  readonly strategies: number;
  /** `ring`, the default: pair `i` holds `i` and its neighbour, further off on each lap. `disjoint`: `2i` and `2i + 1`. */
  readonly pairing?: "ring" | "disjoint";
};

/** The desk that the figures are about. */
export const usualDeskSize: DeskSize = { instruments: 500, pairs: 400, venues: 2, strategies: 8 };

/** Standard deviation of a made price around its reference, as a share; pairs' research agrees with it. */
export const priceDeviation = 0.001;

const noLimit = 1e15;
const tick = 100;

/** Orders a second that the made desk's gate lets through: a real limit, set high enough. */
const messagesPerSecondMax = 20_000;

/**
 * A desk of any size with the real stages and real limits, set high enough that nothing is refused.
 */
export function syntheticDesk(size: DeskSize): Desk {
  const instruments = Array.from({ length: size.instruments }, (_, i): InstrumentSpec => {
    return {
      symbol: `S${String(i).padStart(5, "0")}`,
      sector: "made",
      referencePrice: (50 + ((i * 37) % 150)) * 10_000,
      tick,
      lot: 1,
      dailyVolatility: 0.02,
      marketBeta: 1,
      synthetic: true,
    };
  });
  const pairs = Array.from({ length: size.pairs }, (_, i): PairSpec => {
    const isRing = size.pairing !== "disjoint";
    const a = isRing ? i % size.instruments : 2 * i;
    const b = isRing ? (a + 1 + Math.floor(i / size.instruments)) % size.instruments : 2 * i + 1;
    return {
      name: `P${i}`,
      instrumentA: a,
      instrumentB: b,
      hedgeRatio: 1,
      spreadMean: Math.log(instruments[a].referencePrice) - Math.log(instruments[b].referencePrice),
      spreadDeviation: priceDeviation * Math.SQRT2,
      halfLifeSeconds: 60,
    };
  });
  const perStrategy = Math.ceil(size.pairs / size.strategies);
  const strategies = Array.from({ length: size.strategies }, (_, i): StrategySpec => {
    return {
      name: `pairs-${i}`,
      kind: "pairs",
      stage: "paper",
      parameters: {
        kind: "pairs",
        pairs: pairs.map((_, pair) => pair).slice(i * perStrategy, (i + 1) * perStrategy),
        entryZ: 1,
        exitZ: 0.25,
        stopZ: 100,
        timeoutSeconds: 1e6,
        cooldownSeconds: 0,
        legNotional: 10_000 * 10_000,
        // So long a memory that the made prices stay the research's.
        statisticsHalfLifeSeconds: 1e9,
        hedgeHalfLifeSeconds: 0,
        warmUpSeconds: 1,
        chaseBpsMax: 20,
        chaseSecondsMax: 3,
      },
      venues: Array.from({ length: size.venues }, (_, venue) => venue),
      limits: {
        grossExposureMax: noLimit,
        netExposureMax: noLimit,
        capitalMax: noLimit,
        positionQuantityMax: 1e9,
        dailyLossSoft: noLimit,
        dailyLossHard: noLimit,
        drawdownSoft: noLimit,
        drawdownHard: noLimit,
        messagesPerSecondMax,
        repeatedExecutionsMax: 4_000,
        repeatedSeconds: 0.001,
      },
    };
  });
  return {
    name: "Made desk",
    currency: "USD",
    seed: 1,
    venues: Array.from({ length: size.venues }, (_, i) => {
      return {
        name: `V${i}`,
        makerFeePerShare: -20,
        takerFeePerShare: 30,
        latencyMicroseconds: 0,
        liquidityShare: 1 / size.venues,
      };
    }),
    instruments,
    pairs,
    strategies,
    limits: {
      orderQuantityMax: 10_000,
      orderNotionalMax: 1e9,
      parentQuantityMax: 10_000,
      parentNotionalMax: 1e9,
      basketNotionalMax: noLimit,
      positionQuantityMax: 1e9,
      grossExposureMax: noLimit,
      netExposureMax: noLimit,
      capitalMax: noLimit,
      pairGrossExposureMax: noLimit,
      pairNetExposureMax: noLimit,
      dailyLossSoft: noLimit,
      dailyLossHard: noLimit,
      drawdownSoft: noLimit,
      drawdownHard: noLimit,
      priceCollarBps: 300,
      deviationBps: 10_000,
      messagesPerSecondMax,
      venueMessagesPerSecondMax: messagesPerSecondMax,
      dataAgeSecondsMax: 60,
      // Each made move crosses the two venues for a packet, and the next is the one that is timed.
      recoveryUpdatesMin: 0,
      tradeAgeSecondsMax: 60,
      // Made prices come round: the same order again and again is what the bench asks for.
      duplicateMilliseconds: 0,
      sessionPhases: ["trading"],
      restricted: [],
      ordersPerDayMax: 2_000_000_000,
    },
    market: { messagesPerSecond: 2_000, timeCompression: 1, breakSecondsMean: 0 },
  };
}
