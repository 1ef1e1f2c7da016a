import { formatBps, formatMoney, formatQuantity, noValue } from "@/components/format/numbers";
import type { Scope } from "@/domain/command";
import { isUsedUp, type LimitCode, limitUnit, type ModeCause, type TradingMode } from "@/domain/limit";
import type { LimitRow } from "@/protocol/topics";

/** What people call each limit. */
export const limitTitle: Readonly<Record<LimitCode, string>> = {
  orderQuantity: "Order quantity",
  orderNotional: "Order notional",
  parentQuantity: "Parent quantity",
  parentNotional: "Parent notional",
  basketNotional: "Basket notional",
  positionQuantity: "Position",
  grossExposure: "Gross exposure",
  netExposure: "Net exposure",
  capital: "Capital",
  dailyLossSoft: "Daily loss, soft",
  dailyLossHard: "Daily loss, hard",
  drawdownSoft: "Drawdown, soft",
  drawdownHard: "Drawdown, hard",
  priceCollarBps: "Price collar",
  deviationBps: "Deviation from last trade",
  dataAgeMilliseconds: "Age of data",
  tradeAgeMilliseconds: "Age of last trade",
  messagesPerSecond: "Messages a second",
  duplicateMilliseconds: "Duplicate within",
  ordersPerDay: "Orders of the day",
  repeatedExecutions: "Repeated executions",
  repeatedSeconds: "Repeated within",
  restricted: "Restricted",
  recoveryUpdates: "Updates after bad data",
};

/** What a limit is of, in a few words, for its hint. */
export const limitAbout: Readonly<Record<LimitCode, string>> = {
  orderQuantity: "shares of one order",
  orderNotional: "money of one order",
  parentQuantity: "shares of one wish, whatever orders it takes",
  parentNotional: "money of one wish",
  basketNotional: "money of wishes asked for together, such as both legs of a pair",
  positionQuantity: "shares held in one name, long or short",
  grossExposure: "sum of all positions' worth, long and short",
  netExposure: "long less short",
  capital: "gross exposure and the day's loss together",
  dailyLossSoft: "lost today; beyond it only what lowers exposure goes out",
  dailyLossHard: "lost today; beyond it nothing but cancels goes out",
  drawdownSoft: "below the day's best; beyond it only what lowers exposure goes out",
  drawdownHard: "below the day's best; beyond it nothing but cancels goes out",
  priceCollarBps: "how far an order's price may be from its reference",
  deviationBps: "how far the middle of the market may be from the last trade",
  dataAgeMilliseconds: "how old market data may be that an order relies on",
  tradeAgeMilliseconds: "how old a last trade may be to serve as a reference",
  messagesPerSecond: "orders and replaces in the last second; cancels are never starved",
  duplicateMilliseconds: "the same order again within this time is refused",
  ordersPerDay: "orders sent today",
  repeatedExecutions: "fills of one name and side within the window, after which the strategy goes off",
  repeatedSeconds: "the window of repeated executions",
  restricted: "nobody may trade the name",
  recoveryUpdates: "updates in a row of data that was stale, crossed or deviant before an order relies on it again",
};

/** Trading modes as the screen names them. */
export const modeText: Readonly<Record<TradingMode, string>> = {
  active: "Active",
  reducing: "Reducing",
  halted: "Halted",
};

/** What each mode lets out. */
export const modeAbout: Readonly<Record<TradingMode, string>> = {
  active: "anything within the limits",
  reducing: "only what lowers exposure; other working orders are cancelled",
  halted: "nothing but cancels; working orders are cancelled",
};

/** What moved a mode. */
export const modeCauseText: Readonly<Record<ModeCause, string>> = {
  command: "by hand",
  dailyLossSoft: "soft limit of the daily loss",
  dailyLossHard: "hard limit of the daily loss",
  drawdownSoft: "soft limit of the drawdown",
  drawdownHard: "hard limit of the drawdown",
  repeatedExecutions: "repeated executions",
};

/** Scopes as the screen names them. */
export const scopeText: Readonly<Record<Scope, string>> = {
  all: "Desk",
  strategy: "Strategy",
  instrument: "Symbol",
  venue: "Venue",
  order: "Order",
  pair: "Pair",
};

/** A limit's value in its own unit; below zero there is none, which refuses. */
export function limitValueText(code: LimitCode, value: number): string {
  if (value < 0) return "not set";
  switch (limitUnit(code)) {
    case "money":
      return formatMoney(value);
    case "quantity":
    case "count":
      return formatQuantity(value);
    case "bps":
      return `${formatBps(value)} bp`;
    case "milliseconds":
      return value >= 10_000 ? `${formatQuantity(value / 1_000)} s` : `${formatQuantity(value)} ms`;
    case "seconds":
      return `${formatQuantity(value)} s`;
    case "switch":
      return value === 0 ? "no" : "yes";
  }
}

/** What is used of a limit, or would be; a dash for limits of single orders. */
export function usedText(row: Pick<LimitRow, "limit">, amount: number): string {
  return isUsedUp(row.limit) ? limitValueText(row.limit, amount) : noValue;
}

/** What is left of a limit at its worst, below zero beyond it; a dash for limits of single orders or none. */
export function headroomText({ limit, headroom }: Pick<LimitRow, "limit" | "headroom">): string {
  if (headroom === null) return noValue;
  return limitUnit(limit) === "money" ? formatMoney(headroom) : formatQuantity(headroom);
}

/** A share of one in whole percents, at most four places wide. */
export function percentText(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 1) return "<1 %";
  return percent > 999 ? ">999 %" : `${Math.floor(percent)} %`;
}

/**
 * What a person types for a limit, in its own unit (money in the currency), as the engine counts it; a text says what is
 * wrong with it.
 */
export function parseLimit(code: LimitCode, text: string): number | string {
  const cleaned = text.replace(/[,\s_]/g, "");
  if (!/^\d+(\.\d+)?$/.test(cleaned)) return "Give a number, zero or more";
  const number = Number(cleaned);
  const unit = limitUnit(code);
  const value = unit === "money" ? Math.round(number * 10_000) : number;
  if (value > Number.MAX_SAFE_INTEGER) return "Too large a number";
  if (unit === "switch") return value === 0 || value === 1 ? value : "0 for no, 1 for yes";
  if (unit === "bps" && value > 10_000) return "At most 10,000 bp";
  if ((unit === "quantity" || unit === "count" || unit === "bps") && !Number.isInteger(value))
    return "Give a whole number";
  return value;
}

/** A limit as it is typed: money in the currency, no separators. */
export function limitInput(code: LimitCode, value: number): string {
  if (value < 0) return "";
  return limitUnit(code) === "money" ? `${value / 10_000}` : `${value}`;
}

/** The unit a limit is typed in. */
export function limitUnitText(code: LimitCode, currency: string): string {
  switch (limitUnit(code)) {
    case "money":
      return currency;
    case "quantity":
      return "shares";
    case "count":
      return "";
    case "bps":
      return "basis points";
    case "milliseconds":
      return "milliseconds";
    case "seconds":
      return "seconds";
    case "switch":
      return "1 yes, 0 no";
  }
}
