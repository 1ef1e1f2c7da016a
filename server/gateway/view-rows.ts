import { scopes } from "../../domain/command";
import { tradingStatuses } from "../../domain/health";
import { limitCodes } from "../../domain/limit";
import { roundHalfAway } from "../../domain/money";
import { type RefusalCode, refusalCodes } from "../../domain/refusal";
import { pairReasons, pairStates, strategyStages, strategyStates } from "../../domain/strategy";
import { ladderDepth, type ViewTable, viewColumn, viewColumns } from "../../domain/views";
import type {
  BookLevel,
  LimitRow,
  PairRow,
  PositionRow,
  RefusalRow,
  StrategyRow,
  WatchRow,
} from "../../protocol/topics";
import { limitUse } from "./limit-use";

const instrument = viewColumn.instrument;
const listing = viewColumn.listing;
const strategy = viewColumn.strategy;
const pair = viewColumn.pair;
const limit = viewColumn.limit;

/** Levels of each side on the wall of markets. */
export const wallDepth = 5;

/** Columns whose change is worth a new row of a topic, by topic. `changedNs` alone is not. */
export const watchColumns = [
  instrument.bidPrice,
  instrument.bidQuantity,
  instrument.askPrice,
  instrument.askQuantity,
  instrument.lastPrice,
  instrument.lastQuantity,
  instrument.lastTimeNs,
  instrument.volume,
  instrument.highPrice,
  instrument.lowPrice,
  instrument.status,
  instrument.killed,
];
export const positionColumns = [
  instrument.positionQuantity,
  instrument.positionTotalCost,
  instrument.realised,
  instrument.unrealised,
  instrument.fees,
  instrument.workingBuyQuantity,
  instrument.workingSellQuantity,
];
export const lastTradeColumns = [
  instrument.lastPrice,
  instrument.lastQuantity,
  instrument.lastTimeNs,
  instrument.status,
];
/** Every column of a table but `changedNs`. */
export function allButTime(table: ViewTable): number[] {
  return viewColumns[table].map((_, column) => column).slice(1);
}

/** A line of the watch list from an instrument's view. */
export function watchRow(id: number, view: Float64Array): WatchRow {
  const bidPrice = view[instrument.bidPrice];
  const askPrice = view[instrument.askPrice];
  const lastPrice = view[instrument.lastPrice];
  const openPrice = view[instrument.openPrice];
  return {
    id,
    bidPrice,
    bidQuantity: view[instrument.bidQuantity],
    askPrice,
    askQuantity: view[instrument.askQuantity],
    lastPrice,
    lastQuantity: view[instrument.lastQuantity],
    changeBps: lastPrice > 0 && openPrice > 0 ? hundredths((lastPrice / openPrice - 1) * 10_000) : null,
    spreadBps:
      bidPrice > 0 && askPrice > 0 ? hundredths(((askPrice - bidPrice) / ((askPrice + bidPrice) / 2)) * 10_000) : null,
    volume: view[instrument.volume],
    highPrice: view[instrument.highPrice],
    lowPrice: view[instrument.lowPrice],
    status: tradingStatuses.name(view[instrument.status]),
    killed: view[instrument.killed] === 1,
    changedNs: view[instrument.changedNs],
  };
}

/** Whether an instrument belongs in the position list: held, worked, or traded today. */
export function hasPosition(view: Float64Array): boolean {
  return positionColumns.some((column) => view[column] !== 0);
}

/** A position from an instrument's view; valued at the middle of the market, at the last price when one side is empty. */
export function positionRow(id: number, view: Float64Array): PositionRow {
  const quantity = view[instrument.positionQuantity];
  const bidPrice = view[instrument.bidPrice];
  const askPrice = view[instrument.askPrice];
  const marketPrice =
    bidPrice > 0 && askPrice > 0 ? roundHalfAway((bidPrice + askPrice) / 2) : view[instrument.lastPrice];
  return {
    id,
    quantity,
    averagePrice: quantity === 0 ? 0 : roundHalfAway(Math.abs(view[instrument.positionTotalCost] / quantity)),
    marketPrice,
    marketValue: quantity * marketPrice,
    realised: view[instrument.realised],
    unrealised: view[instrument.unrealised],
    fees: view[instrument.fees],
    workingBuyQuantity: view[instrument.workingBuyQuantity],
    workingSellQuantity: view[instrument.workingSellQuantity],
  };
}

/** A strategy's row from its view. */
export function strategyRow(id: number, view: Float64Array): StrategyRow {
  const realised = view[strategy.realised];
  const unrealised = view[strategy.unrealised];
  const fees = view[strategy.fees];
  return {
    id,
    state: strategyStates.name(view[strategy.state]),
    stage: strategyStages.name(view[strategy.stage]),
    stateSinceNs: view[strategy.stateSinceNs],
    killed: view[strategy.killed] === 1,
    realised,
    unrealised,
    fees,
    net: realised + unrealised - fees,
    grossExposure: view[strategy.grossExposure],
    netExposure: view[strategy.netExposure],
    workingOrders: view[strategy.workingOrders],
    ordersSent: view[strategy.ordersSent],
    fills: view[strategy.fills],
    refusals: view[strategy.refusals],
    openPairs: view[strategy.openPairs],
    pairs: view[strategy.pairs],
    lastDecisionNs: view[strategy.lastDecisionNs],
  };
}

/** A pair's row from its view; statistics are floats and are cut to what a screen can show. */
export function pairRow(id: number, view: Float64Array): PairRow {
  const realised = view[pair.realised];
  const unrealised = view[pair.unrealised];
  const fees = view[pair.fees];
  return {
    id,
    state: pairStates.name(view[pair.state]),
    reason: pairReasons.name(view[pair.reason]),
    z: shortFloat(view[pair.z]),
    spread: shortFloat(view[pair.spread]),
    mean: shortFloat(view[pair.mean]),
    deviation: shortFloat(view[pair.deviation]),
    hedgeRatio: shortFloat(view[pair.hedgeRatio]),
    quantityA: view[pair.quantityA],
    quantityB: view[pair.quantityB],
    realised,
    unrealised,
    fees,
    net: realised + unrealised - fees,
    openedNs: view[pair.openedNs],
    roundTrips: view[pair.roundTrips],
  };
}

/** A limit's row from its view. */
export function limitRow(id: number, view: Float64Array): LimitRow {
  const code = limitCodes.name(view[limit.limit]);
  const value = view[limit.value];
  const used = view[limit.used];
  const worst = view[limit.worst];
  return {
    id,
    limit: code,
    scope: scopes.name(view[limit.scope]),
    target: view[limit.target],
    value,
    used,
    worst,
    ...limitUse(code, value, used, worst),
    changedNs: view[limit.limitChangedNs],
  };
}

/** A strategy's refusals from its view. */
export function refusalRow(id: number, view: Float64Array): RefusalRow {
  const counts: Partial<Record<RefusalCode, number>> = {};
  refusalCodes.names.forEach((name, code) => {
    if (view[1 + code] > 0) counts[name] = view[1 + code];
  });
  return { id, counts };
}

/** Levels of all venues' ladders merged by price, best first, at most `levelsMax`. */
export function mergedLevels(
  views: readonly Float64Array[],
  side: "bid" | "ask",
  levelsMax: number = ladderDepth,
): BookLevel[] {
  const offset = side === "bid" ? 0 : 3;
  const levels = new Map<number, { price: number; quantity: number; orders: number; venues: number[] }>();
  views.forEach((view, venue) => {
    for (let level = 0; level < levelsMax; level++) {
      const at = listing.bidPrice0 + level * 6 + offset;
      const price = view[at];
      if (price === 0) break;
      const merged = levels.get(price) ?? { price, quantity: 0, orders: 0, venues: views.map(() => 0) };
      levels.set(price, merged);
      merged.quantity += view[at + 1];
      merged.orders += view[at + 2];
      merged.venues[venue] = view[at + 1];
    }
  });
  const worseBy = side === "bid" ? -1 : 1;
  return [...levels.values()].sort((a, b) => worseBy * (a.price - b.price)).slice(0, levelsMax);
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

function shortFloat(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(7)) : 0;
}
