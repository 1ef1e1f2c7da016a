import { z } from "zod";
import type { CancelCause, OrderState, ParentReason, Side, TimeInForce } from "../domain/order";
import type { RefusalCode } from "../domain/refusal";
import { fillSorts, sideFilters, tradeSorts } from "./history-sorts";

export * from "./history-sorts";

/*
 * The past over REST. Units as in `topics.ts`: prices in 1/10,000, quantities in lots, money in 1/10,000 of the
 * currency, `…Ns` in ns since the trading day's start. The same words stand in the page's address and in the request.
 */

/** How many rows one request may ask for. */
export const windowRowsMax = 500;

const name = z.string().min(1).max(64);
const whole = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

/** A time of the day, UTC: `09:30`, `09:30:15`. Becomes ns since the day's start. */
export const dayTimeSchema = z
  .string()
  .regex(/^([01]?\d|2[0-4]):[0-5]\d(:[0-5]\d)?$/)
  .transform((text) => {
    const [hours, minutes, seconds = 0] = text.split(":").map(Number);
    return (hours * 3_600 + minutes * 60 + seconds) * 1_000_000_000;
  });

const filterFields = {
  /** The journal of the day; the newest when it is missing. */
  day: z.string().min(1).max(128).optional(),
  from: dayTimeSchema.optional(),
  /** Exclusive. */
  to: dayTimeSchema.optional(),
  strategy: name.optional(),
  pair: name.optional(),
  symbol: name.optional(),
  venue: name.optional(),
  side: z.enum(sideFilters).optional(),
};

const windowFields = {
  ...filterFields,
  order: z.enum(["asc", "desc"]).default("desc"),
  offset: whole.pipe(z.number().max(10_000_000)).default(0),
  limit: whole.pipe(z.number().min(1).max(windowRowsMax)).default(100),
  /** Only rows up to this id, so that windows of one list stay where they are while new rows come. */
  through: whole.optional(),
};

/** What the filter bar says. */
export const historyFilterSchema = z.strictObject(filterFields);
export type HistoryFilterQuery = z.infer<typeof historyFilterSchema>;

/** `GET /api/history/fills` */
export const fillsQuerySchema = z.strictObject({ ...windowFields, sort: z.enum(fillSorts).default("time") });
/** `GET /api/history/trades` */
export const tradesQuerySchema = z.strictObject({ ...windowFields, sort: z.enum(tradeSorts).default("time") });
/** `GET /api/history/fills.csv`, `GET /api/history/trades.csv` */
export const csvQuerySchema = z.strictObject({ ...filterFields, through: whole.optional() });
/** `GET /api/history/order`, `GET /api/history/trade` */
export const lifeQuerySchema = z.strictObject({ day: filterFields.day, id: whole });

/** A recorded trading day. */
export type HistoryDay = {
  readonly journal: string;
  readonly tradingDay: string;
  /** False when another desk file was in force: ids may then mean other names than today's. */
  readonly sameDesk: boolean;
};
export type HistoryDays = { readonly days: readonly HistoryDay[] };

/** One fill of the past. A broken one (taken back by the venue) is listed and counts nothing in any total. */
export type HistoryFill = {
  readonly id: number;
  readonly order: number;
  readonly parent: number;
  readonly strategy: number;
  readonly pair: number;
  readonly instrument: number;
  readonly venue: number;
  readonly side: Side;
  readonly quantity: number;
  readonly price: number;
  readonly notional: number;
  readonly fee: number;
  readonly realised: number;
  readonly net: number;
  readonly reason: ParentReason | null;
  readonly broken: boolean;
  readonly venueTimeNs: number;
  readonly timeNs: number;
};

/** Sums over every fill that the filter lets through, exact. `net` is realised − fees. */
export type FillTotals = {
  readonly count: number;
  readonly broken: number;
  readonly quantity: number;
  readonly notional: number;
  readonly fees: number;
  readonly realised: number;
  readonly net: number;
};

/** One leg of a trade: what went in, what came out. Quantities are signed, values are money. */
export type TradeLeg = {
  readonly instrument: number;
  readonly entryQuantity: number;
  readonly entryValue: number;
  readonly exitQuantity: number;
  readonly exitValue: number;
  readonly fees: number;
  readonly realised: number;
};

/**
 * A pair's round trip, from the decision to enter to the last fill out. `id` is the number of the fact that closed it.
 * Entry fields are null for a trade that was carried in from the day before: its gross is what this day realised.
 */
export type HistoryTrade = {
  readonly id: number;
  readonly pair: number;
  readonly strategy: number;
  /** The spread bought (leg A long) or sold. */
  readonly side: "buy" | "sell";
  readonly openedNs: number | null;
  readonly closedNs: number;
  readonly holdingNs: number | null;
  readonly exitReason: ParentReason;
  readonly entryZ: number | null;
  readonly exitZ: number | null;
  readonly fills: number;
  readonly brokenFills: number;
  readonly turnover: number;
  readonly gross: number;
  readonly fees: number;
  readonly net: number;
  readonly legs: readonly TradeLeg[];
};

/** Sums over every trade that the filter lets through, exact. */
export type TradeTotals = {
  readonly count: number;
  readonly won: number;
  readonly fills: number;
  readonly turnover: number;
  readonly gross: number;
  readonly fees: number;
  readonly net: number;
};

/** A window of rows with the totals of all of them. `through` goes into the next request of the same list. */
export type HistoryWindow<Row, Totals> = {
  readonly journal: string | null;
  readonly through: number;
  readonly offset: number;
  readonly rows: readonly Row[];
  readonly totals: Totals;
};

/** What can happen to an order, in the words of the facts. */
export const orderEventKinds = [
  "submitted",
  "accepted",
  "rejected",
  "replaceSent",
  "replaced",
  "replaceRejected",
  "cancelSent",
  "cancelPending",
  "cancelRejected",
  "cancelled",
  "unknown",
  "confirmed",
  "lost",
  "fill",
  "fillBroken",
  "restated",
  "abandoned",
] as const;
export type OrderEventKind = (typeof orderEventKinds)[number];

/** A best price over all venues: what was shown at it, and where. */
export type LifeQuote = { readonly price: number; readonly quantity: number; readonly venue: number };

/** One side of a venue's book, best first; at most five levels. */
export type LifeLevels = readonly (readonly [price: number, quantity: number])[];

/** The market at the instant of a message: the best prices over all venues, and the levels of the order's own venue. */
export type LifeBook = {
  readonly bid: LifeQuote | null;
  readonly ask: LifeQuote | null;
  readonly bids: LifeLevels;
  readonly asks: LifeLevels;
};

/** A value beside the limit it was judged by. */
export type Judged = { readonly value: number; readonly limit: number };

/**
 * What the gate saw when it let a message pass. Positions and exposures are worst cases: all working orders filled,
 * this one too. Null: not asked, since a replace leaves quantity and positions as they are, and what brings a position
 * back needs no exposure.
 */
export type LifeApproval = {
  /** Of the message. */
  readonly factNumber: number;
  readonly timeNs: number;
  readonly quantity: Judged | null;
  readonly notional: Judged;
  /** The collar around the mid; its ends may be fractions. */
  readonly price: { readonly value: number; readonly low: number; readonly high: number };
  readonly position: Judged | null;
  readonly strategyPosition: Judged | null;
  readonly grossExposure: Judged | null;
  readonly strategyGrossExposure: Judged | null;
  readonly dataAgeNs: Judged;
};

/** What a strategy saw when it wished the parent. Spread, mean and z are floats; mids are price units, 0 for none. */
export type LifeSignal =
  | {
      readonly kind: "pair";
      readonly z: number;
      readonly spread: number;
      readonly mean: number;
      readonly deviation: number;
      readonly hedgeRatio: number;
      readonly midA: number;
      readonly midB: number;
      readonly entryZ: number;
      readonly exitZ: number;
      readonly stopZ: number;
    }
  | {
      readonly kind: "quote";
      readonly bid: number;
      readonly bidQuantity: number;
      readonly ask: number;
      readonly askQuantity: number;
      readonly spreadBps: number;
      readonly spreadBpsMin: number;
      readonly inventoryQuantity: number;
      readonly inventoryQuantityMax: number;
      /** Price units behind the best price. */
      readonly behind: number;
    };

/** One message to or from the venue. `venueTimeNs` is the venue's own clock; null for what we sent. */
export type OrderEvent = {
  readonly factNumber: number;
  readonly kind: OrderEventKind;
  readonly quantity: number | null;
  readonly price: number | null;
  readonly leavesQuantity: number | null;
  readonly venueTimeNs: number | null;
  readonly timeNs: number;
  /** A cancel's cause, a venue's reason (its code, then what it means) or reference. */
  readonly detail: string | null;
  /** Null for facts of a version that did not record it. */
  readonly book: LifeBook | null;
};

/** What the gate refused of the same parent while it lived. */
export type LifeRefusal = {
  readonly factNumber: number;
  readonly code: RefusalCode;
  readonly limit: number | null;
  readonly value: number | null;
  readonly quantity: number;
  readonly price: number;
  readonly timeNs: number;
};

/**
 * The price paid against a mid, over the fills that stand; above zero is a cost, below zero a gain. `quantity` is what
 * it is over, `money` may end in a half unit, as a mid may; `bps` is of the value at that mid.
 */
export type Slippage = { readonly quantity: number; readonly money: number; readonly bps: number };

/** The market a horizon after a fill; 0 for an empty side. `lateNs`: how long after its due time it was read. */
export type LifeMark = {
  readonly horizonSeconds: number;
  readonly bid: number;
  readonly ask: number;
  readonly lateNs: number;
  /** Of this fill against the mid then; null when a side was empty or the fill was taken back. */
  readonly slippage: Slippage | null;
};

/** One fill of the order with the market after it; marks that are not due yet or were not recorded are not there. */
export type LifeFill = {
  readonly id: number;
  readonly factNumber: number;
  readonly quantity: number;
  readonly price: number;
  readonly fee: number;
  readonly broken: boolean;
  readonly timeNs: number;
  /** Of this fill against the mid at the parent's arrival. */
  readonly arrival: Slippage | null;
  readonly marks: readonly LifeMark[];
};

/**
 * The order's fills against the mid a horizon after each: over those that stand and have a two-sided mark. `missing`:
 * how many stand and have none.
 */
export type LifeMarkOut = {
  readonly horizonSeconds: number;
  readonly slippage: Slippage | null;
  readonly missing: number;
};

/** The life of one order. */
export type OrderLife = {
  readonly journal: string;
  readonly id: number;
  readonly strategy: number;
  readonly pair: number;
  readonly instrument: number;
  readonly venue: number;
  readonly side: Side;
  readonly quantity: number;
  readonly filledQuantity: number;
  readonly price: number;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly state: OrderState;
  readonly cancelCause: CancelCause | null;
  /** Consolidated best prices when the order was decided; 0 for none. */
  readonly bid: number;
  readonly ask: number;
  readonly submittedNs: number;
  readonly changedNs: number;
  readonly parent: {
    readonly id: number;
    readonly reason: ParentReason;
    readonly quantity: number;
    readonly limitPrice: number;
    readonly arrivalBid: number;
    readonly arrivalAsk: number;
    readonly signal: number | null;
    readonly createdNs: number;
    /** What the strategy saw; null where it was not recorded. */
    readonly seen: LifeSignal | null;
  } | null;
  readonly events: readonly OrderEvent[];
  /** One for the order and each replace, in the order of time. */
  readonly approvals: readonly LifeApproval[];
  readonly refusals: readonly LifeRefusal[];
  readonly fills: readonly LifeFill[];
  /** Against the mid when the parent arrived. */
  readonly slippage: Slippage | null;
  /** Against the mid 1, 10 and 60 seconds after each fill. */
  readonly markOuts: readonly LifeMarkOut[];
};

/** One order of a trade, for its list. */
export type TradeOrder = {
  readonly id: number;
  readonly instrument: number;
  readonly venue: number;
  readonly side: Side;
  readonly quantity: number;
  readonly filledQuantity: number;
  readonly price: number;
  readonly state: OrderState;
  readonly reason: ParentReason | null;
  readonly submittedNs: number;
};

/** A trade with the orders that made it. */
export type TradeLife = {
  readonly journal: string;
  readonly trade: HistoryTrade;
  readonly orders: readonly TradeOrder[];
};
