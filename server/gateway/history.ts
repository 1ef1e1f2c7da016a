import type {
  FillTotals,
  HistoryFill,
  HistoryTrade,
  HistoryWindow,
  OrderLife,
  SideFilter,
  TradeLife,
  TradeTotals,
} from "../../protocol/history";

export type {
  FillTotals,
  HistoryFill,
  HistoryTrade,
  HistoryWindow,
  LifeApproval,
  LifeBook,
  LifeFill,
  LifeMarkOut,
  LifeSignal,
  OrderEventKind,
  OrderLife,
  SideFilter,
  Slippage,
  TradeLife,
  TradeTotals,
} from "../../protocol/history";

/** How much of a history one request may ask for. */
export const pageRowsMax = 1_000;
export const pageRowsDefault = 200;

/** A page: rows older than the row with id `before` (null: the newest), newest first. */
export type Page = { readonly journal: string | null; readonly before: number | null; readonly limit: number };

/** Which rows are asked for, by id; null leaves a field open. A null journal is the newest day. */
export type HistoryFilter = {
  readonly journal: string | null;
  readonly through: number | null;
  readonly fromNs: number | null;
  readonly toNs: number | null;
  readonly strategy: number | null;
  readonly pair: number | null;
  readonly instrument: number | null;
  readonly venue: number | null;
  readonly side: SideFilter | null;
};

/** A part of a sorted list; `ranks` are the places of names in the alphabet, by id. */
export type HistoryPart = {
  readonly sort: string;
  readonly descending: boolean;
  readonly offset: number;
  readonly limit: number;
  readonly ranks: {
    readonly instruments: readonly number[];
    readonly venues: readonly number[];
    readonly strategies: readonly number[];
    readonly pairs: readonly number[];
  };
};

/** What the past can be asked; the database's queries answer it. Rows are plain JSON. */
export interface History {
  orders(page: Page): Promise<readonly object[]>;
  fills(page: Page): Promise<readonly object[]>;
  /** Minute bars of one instrument; `before` is a minute. */
  bars(instrument: number, page: Page): Promise<readonly object[]>;
  /** The recorded days, newest first. */
  days(): Promise<readonly { journal: string; tradingDay: string; deskHash: string }[]>;
  fillsWindow(filter: HistoryFilter, part: HistoryPart): Promise<HistoryWindow<HistoryFill, FillTotals>>;
  tradesWindow(filter: HistoryFilter, part: HistoryPart): Promise<HistoryWindow<HistoryTrade, TradeTotals>>;
  /** Every fill that the filter lets through, oldest first, in pieces. */
  everyFill(filter: HistoryFilter): AsyncIterable<readonly HistoryFill[]>;
  everyTrade(filter: HistoryFilter): AsyncIterable<readonly HistoryTrade[]>;
  /** Null when the order or trade is not there. */
  orderLife(journal: string | null, id: number): Promise<OrderLife | null>;
  tradeLife(journal: string | null, id: number): Promise<TradeLife | null>;
}
