import type { Brand } from "./brand";

/** Nanoseconds since the trading day's start (00:00 UTC of that day). Below 2^48, as ITCH carries it. */
export type Nanoseconds = Brand<number, "Nanoseconds">;

export const nsPerMicrosecond = 1_000;
export const nsPerMillisecond = 1_000_000;
export const nsPerSecond = 1_000_000_000;
export const nsPerMinute = 60 * nsPerSecond;

/** A time of the trading day, UTC: 14:03:22, with milliseconds if asked. */
export function dayTimeText(ns: number, withMilliseconds = false): string {
  const milliseconds = Math.floor(ns / nsPerMillisecond);
  const seconds = Math.floor(milliseconds / 1_000);
  const two = (value: number) => String(value).padStart(2, "0");
  const text = `${two(Math.floor(seconds / 3_600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return withMilliseconds ? `${text}.${String(milliseconds % 1_000).padStart(3, "0")}` : text;
}

/** A trading day as YYYY-MM-DD. */
export type TradingDay = Brand<string, "TradingDay">;

/** Parses YYYY-MM-DD; throws on anything else, a day that does not exist included. */
export function toTradingDay(text: string): TradingDay {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || new Date(`${text}T00:00:00Z`).toISOString().slice(0, 10) !== text)
    throw new RangeError(`trading day must be YYYY-MM-DD, got "${text}"`);
  return text as TradingDay;
}

/** The UTC instant, in milliseconds since 1970, of a time on a trading day. */
export function epochMsOf(day: TradingDay, time: Nanoseconds): number {
  return Date.parse(`${day}T00:00:00Z`) + time / nsPerMillisecond;
}
