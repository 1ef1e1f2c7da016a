import { createHash } from "node:crypto";
import type { Desk, InstrumentSpec, PairSpec, StrategySpec } from "../../domain/desk";
import { naturalLogarithm } from "../../domain/logarithm";
import type { LoadedDesk } from "./load-desk";

/** What a recording has of one symbol. Prices are price units; 0 where no order had one. */
export type RecordedSymbol = {
  readonly symbol: string;
  /** Orders added and replaced: how busy it is. */
  readonly orders: number;
  /** Greatest common divisor of its prices. */
  readonly priceStep: number;
  /** The middle of its orders' prices and of their quantities. */
  readonly middlePrice: number;
  readonly middleQuantity: number;
  /** At no time were more of its orders open. */
  readonly openOrdersMax: number;
};

/** What a pass over a recording found. Times are ns since midnight of the recording's first day. */
export type RecordingCensus = {
  /** File name without folder. */
  readonly name: string;
  /** YYYY-MM-DD, from a date in the file's name; null when it has none. */
  readonly tradingDay: string | null;
  readonly messages: number;
  readonly malformed: number;
  /** Byte at which the file ends within a message; null for a whole file. */
  readonly truncatedAt: number | null;
  /**
   * Time of the first message; of the first order or trade, an image of the books long before it aside; of the last
   * message.
   */
  readonly startNs: number;
  readonly firstNs: number;
  readonly lastNs: number;
  /** Busiest first. */
  readonly symbols: readonly RecordedSymbol[];
  /** Symbols beyond the busiest ones, which the desk leaves out. */
  readonly symbolsLeftOut: number;
};

/** A desk holds at most so many symbols of a recording, the busiest ones. */
export const recordedSymbolsMax = 500;

/** Symbols that can be subscribed to and drawn: what an exchange gives, and no blanks or control characters. */
export const recordedSymbolPattern: RegExp = /^[A-Z0-9][A-Z0-9.+=^#*$~-]{0,7}$/;

const unitsPerDollar = 10_000;
const centTick = 100;
const makerSymbols = 4;
const venueNameLength = 24;
/** Nothing rests in a replay, so each look of a maker is a wish anew: one record a side in this time is enough. */
const wishSecondsMin = 5;

/**
 * The desk that watches a recording: its symbols on one venue called after it; of the desk file, the limits, what it
 * knows of these symbols, the pairs with both legs present and the strategies that have any; and a maker on the
 * busiest symbols, so that even one symbol has a strategy to approve. Pair means are taken at the recording's prices.
 */
export function deskOfRecording(census: RecordingCensus, base: LoadedDesk): LoadedDesk {
  const { desk } = base;
  const known = new Map(desk.instruments.map((instrument) => [instrument.symbol, instrument]));
  const recorded = census.symbols.slice(0, recordedSymbolsMax);
  const instruments = recorded.map((symbol) => instrumentOf(symbol, known.get(symbol.symbol)));
  const place = new Map(instruments.map(({ symbol }, index) => [symbol, index]));
  const pairs: PairSpec[] = [];
  /** Index among the recording's pairs by index among the desk file's. */
  const pairPlace = new Map<number, number>();
  desk.pairs.forEach((pair, index) => {
    const instrumentA = place.get(desk.instruments[pair.instrumentA].symbol);
    const instrumentB = place.get(desk.instruments[pair.instrumentB].symbol);
    if (instrumentA === undefined || instrumentB === undefined) return;
    pairPlace.set(index, pairs.length);
    const logarithm = (instrument: number) => naturalLogarithm(instruments[instrument].referencePrice / unitsPerDollar);
    const spreadMean = logarithm(instrumentA) - pair.hedgeRatio * logarithm(instrumentB);
    pairs.push({ ...pair, instrumentA, instrumentB, spreadMean });
  });
  const strategies = desk.strategies.flatMap((strategy): StrategySpec[] => {
    const { parameters } = strategy;
    if (parameters.kind === "pairs") {
      const own = parameters.pairs.flatMap((pair) => pairPlace.get(pair) ?? []);
      return own.length === 0 ? [] : [{ ...strategy, parameters: { ...parameters, pairs: own } }];
    }
    const own = parameters.instruments.flatMap((id) => place.get(desk.instruments[id].symbol) ?? []);
    const requoteSecondsMin = Math.max(parameters.requoteSecondsMin, wishSecondsMin);
    return own.length === 0
      ? []
      : [{ ...strategy, parameters: { ...parameters, instruments: own, requoteSecondsMin } }];
  });
  const maker = recordingMaker(recorded, instruments, desk);
  const hash = createHash("sha256").update(base.hash).update("\0").update(JSON.stringify(census)).digest("hex");
  return {
    hash,
    desk: {
      name: census.name,
      currency: desk.currency,
      seed: 0,
      venues: [
        {
          name: venueNameOf(census.name),
          makerFeePerShare: 0,
          takerFeePerShare: 0,
          latencyMicroseconds: 0,
          liquidityShare: 1,
        },
      ],
      instruments,
      pairs,
      strategies: maker === null ? strategies : [...strategies, maker],
      limits: desk.limits,
      market: { messagesPerSecond: 0, timeCompression: 1, breakSecondsMean: 0 },
    },
  };
}

/** Room the engine's books need for a recording: open orders of all its symbols, and their price levels. */
export function bookSizesOf(census: RecordingCensus): { restingOrdersMax: number; levelsMax: number } {
  const symbols = census.symbols.slice(0, recordedSymbolsMax);
  const orders = symbols.reduce((sum, { openOrdersMax }) => sum + openOrdersMax, 0);
  let restingOrdersMax = 32_768;
  while (restingOrdersMax < orders * 2) restingOrdersMax *= 2;
  return { restingOrdersMax, levelsMax: Math.max(65_536, 4 * orders + 32 * symbols.length + 1_024) };
}

function instrumentOf(recorded: RecordedSymbol, known: InstrumentSpec | undefined): InstrumentSpec {
  const step = recorded.priceStep > 0 ? recorded.priceStep : (known?.tick ?? centTick);
  const tick = known !== undefined && step % known.tick === 0 ? known.tick : step;
  const middle = recorded.middlePrice > 0 ? recorded.middlePrice : (known?.referencePrice ?? tick);
  return {
    symbol: recorded.symbol,
    sector: known?.sector ?? "Recorded",
    referencePrice: Math.max(tick, Math.round(middle / tick) * tick),
    tick,
    lot: 1,
    dailyVolatility: known?.dailyVolatility ?? 0.01,
    marketBeta: known?.marketBeta ?? 1,
    synthetic: false,
  };
}

/** Quotes the busiest symbols with an order as large as theirs usually are, within the desk's limits. */
function recordingMaker(
  recorded: readonly RecordedSymbol[],
  instruments: readonly InstrumentSpec[],
  desk: Desk,
): StrategySpec | null {
  if (instruments.length === 0) return null;
  const ids = instruments.slice(0, makerSymbols).map((_, id) => id);
  const { limits } = desk;
  const fits = ids.map((id) => Math.floor(limits.orderNotionalMax / 2 / instruments[id].referencePrice));
  const usual = Math.min(...ids.map((id) => Math.max(1, recorded[id].middleQuantity)));
  const quoteQuantity = Math.max(1, Math.min(usual, limits.orderQuantityMax, ...fits));
  return {
    name: "recording-maker",
    kind: "maker",
    stage: "research",
    parameters: {
      kind: "maker",
      instruments: ids,
      quoteQuantity,
      inventoryQuantityMax: quoteQuantity * 5,
      spreadBpsMin: 0,
      requoteTicks: 1,
      requoteSecondsMin: wishSecondsMin,
    },
    venues: [0],
    limits: {
      grossExposureMax: limits.grossExposureMax,
      netExposureMax: limits.netExposureMax,
      capitalMax: limits.capitalMax,
      positionQuantityMax: limits.positionQuantityMax,
      dailyLossSoft: limits.dailyLossSoft,
      dailyLossHard: limits.dailyLossHard,
      drawdownSoft: limits.drawdownSoft,
      drawdownHard: limits.drawdownHard,
      messagesPerSecondMax: limits.messagesPerSecondMax,
      repeatedExecutionsMax: 4_000,
      repeatedSeconds: 30,
    },
  };
}

function venueNameOf(fileName: string): string {
  return (
    fileName
      .replace(/\.[^.]*$/, "")
      .toUpperCase()
      .slice(0, venueNameLength) || "RECORDING"
  );
}
