import type { CommandAnswer, CommandKind, Role, Scope } from "../domain/command";
import type { MakerParameters, PairsParameters, StrategyLimits } from "../domain/desk";
import type { BreakCause, FeedState, SessionState, TradingStatus } from "../domain/health";
import type { LimitCode, ModeCause, TradingMode } from "../domain/limit";
import type { CancelCause, OrderState, ParentReason, Side, TimeInForce } from "../domain/order";
import type { PlaybackState } from "../domain/playback";
import type { RefusalCode } from "../domain/refusal";
import type { PairReason, PairState, StrategyKind, StrategyStage, StrategyState } from "../domain/strategy";

/*
 * Topics and their payloads. Units everywhere: prices in price units (1/10,000), quantities in lots, money in
 * 1/10,000 of the currency, `…Ns` in ns since the trading day's start, `…Ms` in ms since 1970. Rows are keyed by
 * `id`; a delta carries whole rows to put in place of the old ones, and `removed` ids where a topic can lose rows.
 */

/** What the desk trades on: the simulated exchange, or nothing while a recording is played. */
export type DeskMode = "simulated" | "replay";

/** Everything that does not change while the desk runs. Snapshot only. */
export type ReferencePayload = {
  readonly desk: string;
  readonly mode: DeskMode;
  readonly currency: string;
  readonly tradingDay: string;
  readonly version: string;
  readonly venues: readonly { id: number; name: string; makerFeePerShare: number; takerFeePerShare: number }[];
  readonly instruments: readonly {
    id: number;
    symbol: string;
    sector: string;
    tick: number;
    lot: number;
    referencePrice: number;
    synthetic: boolean;
  }[];
  readonly pairs: readonly { id: number; name: string; instrumentA: number; instrumentB: number; strategy: number }[];
  readonly strategies: readonly {
    id: number;
    name: string;
    kind: StrategyKind;
    parameters: PairsParameters | MakerParameters;
    limits: StrategyLimits;
  }[];
};

/** One line of the watch list. `change` is against the day's open, in basis points; null before the first trade. */
export type WatchRow = {
  readonly id: number;
  readonly bidPrice: number;
  readonly bidQuantity: number;
  readonly askPrice: number;
  readonly askQuantity: number;
  readonly lastPrice: number;
  readonly lastQuantity: number;
  readonly changeBps: number | null;
  readonly spreadBps: number | null;
  readonly volume: number;
  readonly highPrice: number;
  readonly lowPrice: number;
  readonly status: TradingStatus;
  readonly killed: boolean;
  /** When the book or tape of this name last changed. */
  readonly changedNs: number;
};
export type WatchPayload = { readonly rows: readonly WatchRow[] };

/** Closing prices of the last 60 seconds with trades, oldest first, per instrument id. */
export type SparksPayload = { readonly sparks: Readonly<Record<number, readonly number[]>> };

/** One consolidated price level: quantity and orders over all venues, and each venue's quantity by venue id. */
export type BookLevel = {
  readonly price: number;
  readonly quantity: number;
  readonly orders: number;
  readonly venues: readonly number[];
};
/** The ladder of one symbol, best first. `ownBids`, `ownAsks`: our working quantity by price. */
export type BookPayload = {
  readonly instrument: number;
  readonly status: TradingStatus;
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
  readonly ownBids: Readonly<Record<number, number>>;
  readonly ownAsks: Readonly<Record<number, number>>;
  readonly lastPrice: number;
  readonly lastQuantity: number;
  readonly lastTimeNs: number;
  readonly changedNs: number;
};

/** One side of the wall's ladder, best first: price and quantity over all venues. At most five levels. */
export type WallLevels = readonly (readonly [price: number, quantity: number])[];
/** The best five levels of one symbol, for a wall of many. */
export type WallPayload = {
  readonly instrument: number;
  readonly bids: WallLevels;
  readonly asks: WallLevels;
  readonly changedNs: number;
};

/** Bars of one symbol; `timeSeconds` is the bar's start, seconds since 1970. A delta's bars replace or extend. */
export type Bar = {
  readonly timeSeconds: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
};
export type BarsPayload = {
  readonly instrument: number;
  readonly interval: BarInterval;
  readonly bars: readonly Bar[];
};
export type BarInterval = "second" | "minute";

/** The desk's totals. `net` is realised + unrealised − fees. */
export type DeskPayload = {
  readonly realised: number;
  readonly unrealised: number;
  readonly fees: number;
  readonly net: number;
  readonly grossExposure: number;
  readonly netExposure: number;
  readonly grossExposureMax: number;
  readonly workingOrders: number;
  readonly unknownOrders: number;
  readonly orders: number;
  readonly fills: number;
  readonly refusals: number;
  readonly halted: boolean;
  readonly recovering: boolean;
  readonly shuttingDown: boolean;
  readonly kill: { readonly orders: number; readonly cancelled: number; readonly unknown: number };
  /** The limit nearest to its end, of the whole desk; null while nothing of any limit is used. */
  readonly worstLimit: WorstLimit | null;
};

/** A limit, and how much of it is used at its worst (all working orders filled): 1 is all. */
export type WorstLimit = Pick<LimitRow, "id" | "limit" | "scope" | "target" | "level"> & { readonly share: number };

/** P&L over time, per strategy id, -1 the desk: [ms since 1970, net money]. A snapshot has the day, a delta new points. */
export type PnlPayload = { readonly curves: Readonly<Record<number, readonly (readonly [number, number])[]>> };

export type PositionRow = {
  /** Instrument id. */
  readonly id: number;
  readonly quantity: number;
  /** Price units, rounded; 0 when flat. */
  readonly averagePrice: number;
  readonly marketPrice: number;
  readonly marketValue: number;
  readonly realised: number;
  readonly unrealised: number;
  readonly fees: number;
  readonly workingBuyQuantity: number;
  readonly workingSellQuantity: number;
};
export type PositionsPayload = { readonly rows: readonly PositionRow[]; readonly removed?: readonly number[] };

export type StrategyRow = {
  readonly id: number;
  readonly state: StrategyState;
  readonly stage: StrategyStage;
  readonly stateSinceNs: number;
  readonly killed: boolean;
  readonly realised: number;
  readonly unrealised: number;
  readonly fees: number;
  readonly net: number;
  readonly grossExposure: number;
  readonly netExposure: number;
  readonly workingOrders: number;
  readonly ordersSent: number;
  readonly fills: number;
  readonly refusals: number;
  readonly openPairs: number;
  readonly pairs: number;
  readonly lastDecisionNs: number;
};
export type StrategiesPayload = { readonly rows: readonly StrategyRow[] };

export type PairRow = {
  readonly id: number;
  readonly state: PairState;
  readonly reason: PairReason;
  readonly z: number;
  readonly spread: number;
  readonly mean: number;
  readonly deviation: number;
  readonly hedgeRatio: number;
  readonly quantityA: number;
  readonly quantityB: number;
  readonly realised: number;
  readonly unrealised: number;
  readonly fees: number;
  readonly net: number;
  readonly openedNs: number;
  readonly roundTrips: number;
};
export type PairsPayload = { readonly rows: readonly PairRow[] };

/** One second of a pair: its time in seconds since 1970, then z, spread, its mean and deviation. Floats. */
export type PairSample = readonly [timeSeconds: number, z: number, spread: number, mean: number, deviation: number];

/** A step of a pair's round trip. `reason` says why: an entry, an exit, a stop, a time-out, an unwinding. */
export type PairEvent = {
  /** Fact number. */
  readonly id: number;
  readonly timeNs: number;
  readonly from: PairState;
  readonly to: PairState;
  readonly reason: ParentReason;
  readonly z: number;
  readonly quantityA: number;
  readonly quantityB: number;
};
/** The last half hour of one pair, a sample a second, and its last steps. A delta has what is new. */
export type PairPayload = {
  readonly pair: number;
  readonly samples: readonly PairSample[];
  readonly events: readonly PairEvent[];
};

export type OrderRow = {
  readonly id: number;
  readonly parent: number;
  readonly strategy: number;
  readonly pair: number;
  readonly instrument: number;
  readonly venue: number;
  readonly side: Side;
  readonly quantity: number;
  readonly filledQuantity: number;
  readonly leavesQuantity: number;
  readonly price: number;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly state: OrderState;
  readonly reason: ParentReason;
  readonly cancelCause: CancelCause | null;
  readonly submittedNs: number;
  readonly changedNs: number;
};
/** Working orders and the last finished ones (at most 500). Never conflated. */
export type OrdersPayload = { readonly rows: readonly OrderRow[]; readonly removed?: readonly number[] };

export type FillRow = {
  readonly id: number;
  readonly order: number;
  readonly strategy: number;
  readonly pair: number;
  readonly instrument: number;
  readonly venue: number;
  readonly side: Side;
  readonly quantity: number;
  readonly price: number;
  readonly fee: number;
  readonly realised: number;
  readonly reason: ParentReason;
  readonly broken: boolean;
  readonly timeNs: number;
};
/** The last fills, newest last (at most 500 in a snapshot). Never conflated. */
export type FillsPayload = { readonly rows: readonly FillRow[] };

/** How near its end a limit is at its worst: near from 70 %, at its end from 90 %. */
export type LimitLevel = "free" | "near" | "end";

/** One limit: what it is of, what of it is used, and what would be with all working orders filled. Units: `domain/limit.ts`. */
export type LimitRow = {
  readonly id: number;
  readonly limit: LimitCode;
  readonly scope: Scope;
  /** -1 for scope all. */
  readonly target: number;
  /** -1 for no limit, which refuses. */
  readonly value: number;
  readonly used: number;
  readonly worst: number;
  /** How much of it is used, and at its worst: 1 is all. 0 for limits of single orders, and for none. */
  readonly usedShare: number;
  readonly worstShare: number;
  /** What is left at its worst, below zero beyond it; null for limits of single orders, and for none. */
  readonly headroom: number | null;
  readonly level: LimitLevel;
  /** When a person changed it last; 0 never. */
  readonly changedNs: number;
};
/** Refusals of one strategy today, by reason; reasons that never were are left out. */
export type RefusalRow = {
  /** Strategy id. */
  readonly id: number;
  readonly counts: Readonly<Partial<Record<RefusalCode, number>>>;
};
/** Modes that are not active, by scope and target. */
export type ModeRow = { readonly scope: Scope; readonly target: number; readonly mode: TradingMode };
/**
 * Limits and refusals, changed rows only in a delta; all modes that are not active, each time. `worstLimit` is the id of
 * the limit nearest to its end (-1 none), `worstLimitShare` how much of it is used at its worst: 1 is all.
 */
export type RiskPayload = {
  readonly limits: readonly LimitRow[];
  readonly refusals: readonly RefusalRow[];
  readonly modes: readonly ModeRow[];
  readonly worstLimit: number;
  readonly worstLimitShare: number;
};

/** Refusals of one minute that had any, by strategy and reason; `timeSeconds` is its start, seconds since 1970. */
export type RefusalMinute = {
  readonly timeSeconds: number;
  readonly counts: readonly { readonly strategy: number; readonly reason: RefusalCode; readonly count: number }[];
};
/**
 * The last hour of refusals, and the last one of the day by strategy and reason. A delta has whole minutes, new ones or
 * in place of those with the same time.
 */
export type RefusalsPayload = { readonly minutes: readonly RefusalMinute[]; readonly last: readonly Notice[] };

/** An open order or a position (order 0, venue -1, price 0, no state) of a scope. Quantities are without sign. */
export type StandingRow = {
  readonly what: "order" | "position";
  readonly order: number;
  readonly strategy: number;
  readonly pair: number;
  readonly instrument: number;
  readonly venue: number;
  readonly side: Side;
  readonly quantity: number;
  readonly price: number;
  readonly state: OrderState | null;
  /** Nobody can tell its fate now. */
  readonly unknown: boolean;
};
/** What a scope had open when the command `listOpen` with this id was answered; at most 500 rows, all are counted. */
export type StandingList = {
  readonly id: string;
  readonly scope: Scope;
  readonly target: number;
  readonly timeNs: number;
  readonly orders: number;
  readonly positions: number;
  readonly unknown: number;
  readonly rows: readonly StandingRow[];
};
/** The last lists that somebody asked for. Never conflated. */
export type StandingPayload = { readonly rows: readonly StandingList[] };

/**
 * A limit or a mode changed. `command`, `actor` and `reason` are empty for what the engine or the desk file did; for a
 * person's change they come under the same id once the command is answered. `record`: the input of the day from which
 * the limit is in force.
 */
export type RiskEvent = {
  /** Fact number. */
  readonly id: number;
  readonly timeNs: number;
  readonly scope: Scope;
  readonly target: number;
  /** Id of the command. */
  readonly command: string;
  readonly actor: string;
  readonly reason: string;
} & (
  | {
      readonly kind: "limit";
      readonly limit: LimitCode;
      readonly from: number;
      readonly to: number;
      readonly role: Role;
      readonly record: number;
    }
  | {
      readonly kind: "mode";
      readonly from: TradingMode;
      readonly to: TradingMode;
      readonly cause: ModeCause;
      readonly limit: number;
      readonly value: number;
    }
);
/** The last changes of limits and modes (at most 200). Never conflated. */
export type RiskLogPayload = { readonly rows: readonly RiskEvent[] };

/** Kills in force. Never conflated. `target` is -1 for scope all; an order's kill is gone once the order has ended. */
export type KillRow = {
  readonly scope: Scope;
  readonly target: number;
  readonly engaged: boolean;
  readonly orders: number;
  readonly cancelled: number;
  readonly unknown: number;
  readonly actor: string;
  readonly reason: string;
  readonly sinceNs: number;
  /** When new orders were blocked, and when the last cancel had been handed to the sockets; 0 while that is not known. */
  readonly blockedNs: number;
  readonly lastCancelNs: number;
};
export type KillsPayload = { readonly rows: readonly KillRow[] };

/**
 * A listing over which order session and drop copy differ, or differed: signed lots and executions of today as each has told,
 * and messages about orders. While `open`, until a person settles it, the instrument takes no new risk; instrument -1: none does, for executions of orders that we do not know, whose
 * lots have no sign. Never conflated; a closed one says so once.
 */
export type BreakRow = {
  /** `venue:instrument`. */
  readonly id: string;
  readonly venue: number;
  readonly instrument: number;
  readonly open: boolean;
  readonly orderNet: number;
  readonly dropNet: number;
  readonly orderFills: number;
  readonly dropFills: number;
  readonly orderMessages: number;
  readonly dropMessages: number;
  readonly cause: BreakCause;
  readonly sinceNs: number;
};
export type BreaksPayload = { readonly rows: readonly BreakRow[] };

/** What people should read: refusals, commands with their answers, alerts, rejects. Newest last, at most 200. */
export type Notice = {
  /** Fact number. */
  readonly id: number;
  readonly timeNs: number;
  readonly severity: "info" | "warning" | "critical";
  readonly text: string;
  readonly strategy: number | null;
  readonly refusal: RefusalCode | null;
  /** The order that it is about, where it is about one. */
  readonly order?: number;
  /** Of a replay: what the strategy would have done. */
  readonly wish?: Wish;
};

/** An order that a replay did not send. */
export type Wish = {
  readonly instrument: number;
  readonly side: Side;
  readonly quantity: number;
  readonly price: number;
};
export type NoticesPayload = { readonly rows: readonly Notice[] };

/**
 * What happened to one strategy: its states, the commands about it (or about everything), its kills. A kill's row
 * comes again, under the same id, as its cancels are answered.
 */
export type StrategyEvent = {
  /** Fact number. */
  readonly id: number;
  readonly timeNs: number;
} & (
  | { readonly kind: "state"; readonly from: StrategyState; readonly to: StrategyState; readonly stage: StrategyStage }
  | {
      readonly kind: "command";
      readonly command: CommandKind;
      readonly scope: Scope;
      readonly answer: CommandAnswer;
      readonly actor: string;
      readonly role: Role;
      readonly reason: string;
    }
  | {
      readonly kind: "kill";
      readonly scope: Scope;
      readonly engaged: boolean;
      readonly orders: number;
      readonly cancelled: number;
      readonly unknown: number;
    }
);
/** The last events and refusals of one strategy (at most 200 and 100), oldest first. Never conflated. */
export type StrategyPayload = {
  readonly strategy: number;
  readonly events: readonly StrategyEvent[];
  readonly refusals: readonly Notice[];
};

/** The four lights. Each says its state in words, since colour alone never does. */
export type HealthLight = {
  /** `off`: it is not used here, and that is in order. */
  readonly state: "ok" | "warning" | "down" | "off";
  readonly text: string;
  readonly sinceMs: number;
};
export type HealthPayload = {
  readonly feed: HealthLight;
  readonly execution: HealthLight;
  readonly engine: HealthLight;
  readonly store: HealthLight;
  readonly venues: readonly {
    readonly id: number;
    readonly feedState: FeedState;
    readonly feedAgeMs: number;
    readonly orderSession: SessionState;
    readonly dropSession: SessionState;
    readonly gaps: number;
    readonly missingMessages: number;
    readonly malformed: number;
    readonly messagesPerSecond: number;
    readonly roundTripMicroseconds: number;
    readonly killed: boolean;
  }[];
  /** Facts the database is behind the engine, and how long ago it last advanced. */
  readonly storeBehindFacts: number;
  readonly engineMessagesPerSecond: number;
  readonly engineTimeMs: number;
};

/**
 * Payload type of each topic family. `book`, `wall` and `bars` carry a symbol, `pair` and `strategy` an id: `book:AAPL`,
 * `bars:AAPL:second`, `pair:12`.
 */
export type TopicPayloads = {
  reference: ReferencePayload;
  watch: WatchPayload;
  sparks: SparksPayload;
  book: BookPayload;
  wall: WallPayload;
  bars: BarsPayload;
  desk: DeskPayload;
  pnl: PnlPayload;
  positions: PositionsPayload;
  strategies: StrategiesPayload;
  pairs: PairsPayload;
  pair: PairPayload;
  strategy: StrategyPayload;
  orders: OrdersPayload;
  fills: FillsPayload;
  kills: KillsPayload;
  breaks: BreaksPayload;
  risk: RiskPayload;
  refusals: RefusalsPayload;
  standing: StandingPayload;
  riskLog: RiskLogPayload;
  notices: NoticesPayload;
  health: HealthPayload;
  playback: PlaybackState;
};
export type TopicFamily = keyof TopicPayloads;

/** What became of a wish about a replay; `text` says why it was refused. */
export type PlaybackReply = { readonly done: boolean; readonly text: string };

/** A command's answer, as the browser gets it. */
export type CommandReply = {
  readonly id: string;
  readonly answer: CommandAnswer | "invalid" | "unreachable";
  readonly command: CommandKind;
  readonly text: string;
  readonly role: Role;
};
