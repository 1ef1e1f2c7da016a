import type { SessionPhase } from "./health";
import type { StrategyKind, StrategyStage } from "./strategy";

/**
 * A validated desk: what trades, where, how, and within which limits. Made from a desk file by `server/desk/`, the
 * one place where decimals become integers. Ids are positions in these arrays. Prices are price units (1/10,000),
 * money 1/10,000 of the currency, times in the unit their name ends with.
 */
export type Desk = {
  readonly name: string;
  readonly currency: string;
  /** Seed of the simulated market: same seed, same market. */
  readonly seed: number;
  readonly venues: readonly VenueSpec[];
  readonly instruments: readonly InstrumentSpec[];
  readonly pairs: readonly PairSpec[];
  readonly strategies: readonly StrategySpec[];
  readonly limits: DeskLimits;
  readonly market: MarketSpec;
};

/** A venue: ITCH 5.0 over MoldUDP64 in, OUCH 5.0 over SoupBinTCP out. Fees are money per share; negative is a rebate. */
export type VenueSpec = {
  readonly name: string;
  readonly makerFeePerShare: number;
  readonly takerFeePerShare: number;
  /** One-way latency the simulated venue adds to an order, in microseconds. */
  readonly latencyMicroseconds: number;
  /** Share of the market's liquidity that rests here, 0..1; the simulated agents follow it. */
  readonly liquidityShare: number;
};

export type InstrumentSpec = {
  readonly symbol: string;
  readonly sector: string;
  /** Price units; where the simulated market starts. */
  readonly referencePrice: number;
  /** Smallest price step, in price units. */
  readonly tick: number;
  /** Lot in shares; quantities count lots. */
  readonly lot: number;
  /** Standard deviation of a day's log return. */
  readonly dailyVolatility: number;
  /** Loading on the market factor. */
  readonly marketBeta: number;
  /** True for names beyond the calibration data. */
  readonly synthetic: boolean;
};

/**
 * Research about a pair: spread = ln(A) − hedgeRatio × ln(B), prices in the currency (dollars, not price units), with its mean and standard deviation, and the time in
 * which half of a deviation decays. The engine starts from these and learns on.
 */
export type PairSpec = {
  readonly name: string;
  readonly instrumentA: number;
  readonly instrumentB: number;
  readonly hedgeRatio: number;
  readonly spreadMean: number;
  readonly spreadDeviation: number;
  readonly halfLifeSeconds: number;
};

export type StrategySpec = {
  readonly name: string;
  readonly kind: StrategyKind;
  readonly stage: StrategyStage;
  /** Venues it may trade at, indices into `Desk.venues`. A venue that does not stand here is refused. */
  readonly venues: readonly number[];
  readonly parameters: PairsParameters | MakerParameters;
  readonly limits: StrategyLimits;
};

/** Limits of one strategy. A number below zero, or none, is no limit, and the gate refuses what has none. */
export type StrategyLimits = {
  /** Money: sum of |position| × mark over the strategy's instruments, working orders counted. */
  readonly grossExposureMax: number;
  /** Money: |sum of position × mark|, working orders of one side counted. */
  readonly netExposureMax: number;
  /** Money: gross exposure and the day's loss together. */
  readonly capitalMax: number;
  /** Lots, in one instrument, working orders counted. */
  readonly positionQuantityMax: number;
  /** Money lost today, realised and unrealised with fees: past the first it may only reduce, past the second nothing. */
  readonly dailyLossSoft: number;
  readonly dailyLossHard: number;
  /** The same from the day's best result. */
  readonly drawdownSoft: number;
  readonly drawdownHard: number;
  readonly messagesPerSecondMax: number;
  /** At so many fills of one instrument and side within the window the strategy goes off until a person puts it back. */
  readonly repeatedExecutionsMax: number;
  readonly repeatedSeconds: number;
};

/** Pairs mean reversion. z is the spread's distance from its mean in standard deviations. */
export type PairsParameters = {
  readonly kind: "pairs";
  /** Indices into `Desk.pairs`. */
  readonly pairs: readonly number[];
  readonly entryZ: number;
  readonly exitZ: number;
  readonly stopZ: number;
  readonly timeoutSeconds: number;
  readonly cooldownSeconds: number;
  /** Money: size of leg A at entry; leg B follows by the hedge ratio. */
  readonly legNotional: number;
  /** Memory of the spread's mean and deviation. */
  readonly statisticsHalfLifeSeconds: number;
  /** Memory of the hedge ratio's filter; 0 keeps the research's ratio. */
  readonly hedgeHalfLifeSeconds: number;
  readonly warmUpSeconds: number;
  /** How far a leg that did not fill may be chased from the decision's price, and for how long, before the other is unwound. */
  readonly chaseBpsMax: number;
  readonly chaseSecondsMax: number;
};

/** Quotes both sides of a few instruments, leaning against its inventory. */
export type MakerParameters = {
  readonly kind: "maker";
  /** Indices into `Desk.instruments`. */
  readonly instruments: readonly number[];
  readonly quoteQuantity: number;
  readonly inventoryQuantityMax: number;
  /** Does not quote inside this spread. */
  readonly spreadBpsMin: number;
  /** A quote is replaced when it is further than this from where it should be. */
  readonly requoteTicks: number;
  readonly requoteSecondsMin: number;
};

/** Limits of the whole desk; the gate refuses what has none. Units as in `StrategyLimits`. */
export type DeskLimits = {
  readonly orderQuantityMax: number;
  readonly orderNotionalMax: number;
  /** A parent is what a strategy wants at once, whatever orders it takes. */
  readonly parentQuantityMax: number;
  readonly parentNotionalMax: number;
  /** Money of parents that are asked for together, such as both legs of a pair. */
  readonly basketNotionalMax: number;
  /** Lots, in each instrument, over all strategies. */
  readonly positionQuantityMax: number;
  readonly grossExposureMax: number;
  readonly netExposureMax: number;
  readonly capitalMax: number;
  readonly pairGrossExposureMax: number;
  readonly pairNetExposureMax: number;
  readonly dailyLossSoft: number;
  readonly dailyLossHard: number;
  readonly drawdownSoft: number;
  readonly drawdownHard: number;
  readonly priceCollarBps: number;
  /** How far the middle of the market may stand from the last trade, while that is fresh. */
  readonly deviationBps: number;
  readonly messagesPerSecondMax: number;
  readonly venueMessagesPerSecondMax: number;
  readonly dataAgeSecondsMax: number;
  /** How old a last trade may be to serve as a reference price. */
  readonly tradeAgeSecondsMax: number;
  /** Updates in a row that data which was stale, crossed or far from the last trade must show before it is relied on again. */
  readonly recoveryUpdatesMin: number;
  /** The same order again within this time is a duplicate. */
  readonly duplicateMilliseconds: number;
  readonly ordersPerDayMax: number;
  /** Phases in which orders may go out. */
  readonly sessionPhases: readonly SessionPhase[];
  /** Instruments that nobody may trade. */
  readonly restricted: readonly number[];
};

/** How the simulated market behaves. */
export type MarketSpec = {
  /** Messages a second over all venues that the agents aim at. */
  readonly messagesPerSecond: number;
  /** Simulated seconds of price movement per second of time: daily volatility is spread over 23,400 of them. */
  readonly timeCompression: number;
  /** Mean seconds between breaks of a pair relation, over all pairs; 0 for never. */
  readonly breakSecondsMean: number;
};
