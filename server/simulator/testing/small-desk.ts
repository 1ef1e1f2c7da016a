import type { Desk, InstrumentSpec, PairSpec, VenueSpec } from "../../../domain/desk";

/** What a test wants of its desk; the rest is filled in. */
export type SmallDeskWishes = {
  readonly names?: number;
  readonly pairs?: number;
  readonly seed?: number;
  readonly venues?: readonly VenueSpec[];
  readonly messagesPerSecond?: number;
  readonly timeCompression?: number;
  readonly breakSecondsMean?: number;
};

const twoVenues: readonly VenueSpec[] = [
  { name: "NORTH", makerFeePerShare: -20, takerFeePerShare: 30, latencyMicroseconds: 50, liquidityShare: 0.6 },
  { name: "SOUTH", makerFeePerShare: 10, takerFeePerShare: -6, latencyMicroseconds: 80, liquidityShare: 0.4 },
];

/** A desk by hand: names N000, N001, …; pair k ties name 2k + 1 (first leg) to name 2k, or down a chain when there are more. */
export function smallDesk(wishes: SmallDeskWishes = {}): Desk {
  const names = wishes.names ?? 10;
  const instruments: InstrumentSpec[] = Array.from({ length: names }, (_, index) => ({
    symbol: `N${String(index).padStart(3, "0")}`,
    sector: "Test",
    referencePrice: (20 + ((index * 37) % 280)) * 10_000,
    tick: 100,
    lot: 1,
    dailyVolatility: 0.012 + 0.001 * (index % 8),
    marketBeta: 0.7 + 0.1 * (index % 7),
    synthetic: true,
  }));
  const pairs: PairSpec[] = Array.from({ length: wishes.pairs ?? 0 }, (_, pair) => {
    const instrumentA = pair < names / 2 ? 2 * pair + 1 : 2 * (pair - Math.floor(names / 2)) + 2;
    const instrumentB = pair < names / 2 ? 2 * pair : 2 * (pair - Math.floor(names / 2)) + 1;
    const ratio = 0.8 + 0.05 * (pair % 5);
    const ln = (index: number) => Math.log(instruments[index].referencePrice / 10_000);
    return {
      name: `${instruments[instrumentA].symbol}/${instruments[instrumentB].symbol}`,
      instrumentA,
      instrumentB,
      hedgeRatio: ratio,
      spreadMean: ln(instrumentA) - ratio * ln(instrumentB),
      spreadDeviation: 0.002,
      halfLifeSeconds: 90,
    };
  });
  return {
    name: "Test desk",
    currency: "USD",
    seed: wishes.seed ?? 20_260_105,
    venues: wishes.venues ?? twoVenues,
    instruments,
    pairs,
    strategies: [],
    limits: {
      orderQuantityMax: 5_000,
      orderNotionalMax: 2_500_000_000,
      positionQuantityMax: 10_000,
      grossExposureMax: 50_000_000_000,
      priceCollarBps: 300,
      messagesPerSecondMax: 200,
      dataAgeSecondsMax: 5,
      recoveryUpdatesMin: 3,
      ordersPerDayMax: 100_000,
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
    market: {
      messagesPerSecond: wishes.messagesPerSecond ?? names * 20,
      timeCompression: wishes.timeCompression ?? 4,
      breakSecondsMean: wishes.breakSecondsMean ?? 0,
    },
  };
}
