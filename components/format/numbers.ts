/*
 * The one place where engine integers become text. Prices are 1/10,000, money is 1/10,000 of the currency, `…Ns`
 * counts from the trading day's start. Nothing here computes: it divides by the unit and prints.
 */

import { dayTimeText } from "@/domain/time";

/** A time of the trading day, UTC: 14:03:22, with milliseconds if asked. */
export { dayTimeText as formatDayTime };

/** A true minus: as wide as a digit and a plus in tabular figures. */
const minus = "\u2212";
/** Shown where there is no value; a missing number is never 0. */
export const noValue = "–";

const grouped = [0, 1, 2, 3, 4].map(
  (digits) => new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }),
);

function group(value: number, digits: number): string {
  return grouped[Math.min(4, digits)].format(value);
}

/** Decimals that show a tick exactly: 100 units (a cent) gives 2. */
export function decimalsOfTick(tick: number): number {
  let decimals = 4;
  for (let unit = 10; decimals > 0 && tick % unit === 0; unit *= 10) decimals--;
  return Math.max(2, decimals);
}

/** A price in units; 0 means none. */
export function formatPrice(units: number, decimals = 2): string {
  if (units === 0) return noValue;
  // Beyond four digits a separator would cost the column a place that the decimals need.
  return units < 100_000_000 ? group(units / 10_000, decimals) : (units / 10_000).toFixed(decimals);
}

/** An amount without a sign of its own, for limits and exposures. */
export function formatMoney(amount: number, digits = 0): string {
  const text = group(Math.abs(amount) / 10_000, digits);
  return amount < 0 && /[1-9]/.test(text) ? minus + text : text;
}

/** An amount that always carries its sign; zero carries none. */
export function formatSignedMoney(amount: number, digits = 2): string {
  return withSign(amount, group(Math.abs(amount) / 10_000, digits));
}

/** Large amounts for narrow places: 1.25 M, 340 k. */
export function formatShortMoney(amount: number): string {
  const value = Math.abs(amount) / 10_000;
  const sign = amount < 0 ? minus : "";
  if (value >= 1e9) return `${sign}${(value / 1e9).toFixed(2)} B`;
  if (value >= 1e6) return `${sign}${(value / 1e6).toFixed(2)} M`;
  if (value >= 1e4) return `${sign}${(value / 1e3).toFixed(0)} k`;
  return `${sign}${group(value, 0)}`;
}

/** A quantity in lots. */
export function formatQuantity(quantity: number): string {
  return quantity < 0 ? minus + group(-quantity, 0) : group(quantity, 0);
}

/** Large quantities for narrow places: 310 k, 1.25 M. */
export function formatShortQuantity(quantity: number): string {
  return formatShortMoney(quantity * 10_000);
}

/** A quantity with its sign; zero carries none. */
export function formatSignedQuantity(quantity: number): string {
  return withSign(quantity, group(Math.abs(quantity), 0));
}

/** Basis points with a sign; null is no value. */
export function formatSignedBps(bps: number | null): string {
  return bps === null ? noValue : withSign(Math.round(bps * 10), group(Math.abs(bps), 1));
}

/** Basis points of a width, such as a spread. */
export function formatBps(bps: number | null): string {
  return bps === null ? noValue : group(bps, 1);
}

/** A z-score with its sign. */
export function formatZ(z: number, digits = 2): string {
  return withSign(z, Math.abs(z).toFixed(digits));
}

/** A ratio with the digits given. */
export function formatRatio(value: number, digits = 2): string {
  return value < 0 ? minus + Math.abs(value).toFixed(digits) : value.toFixed(digits);
}

/** A share of one as a signed percentage: +25 %; null is no value. */
export function formatShare(share: number | null): string {
  return share === null ? noValue : `${withSign(share, Math.abs(share * 100).toFixed(0))} %`;
}

/** Seconds as people say them: 90 s, 15 min, 2 h. */
export function formatDuration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}

/** An age: 0.2 s, 14 s, 3 min, 2 h. */
export function formatAge(milliseconds: number): string {
  if (milliseconds < 9_950) return `${(Math.max(0, milliseconds) / 1_000).toFixed(1)} s`;
  if (milliseconds < 120_000) return `${Math.round(milliseconds / 1_000)} s`;
  if (milliseconds < 7_200_000) return `${Math.round(milliseconds / 60_000)} min`;
  return `${Math.round(milliseconds / 3_600_000)} h`;
}

/** A clock time of an instant in ms since 1970, UTC. */
export function formatUtcClock(milliseconds: number): string {
  return dayTimeText((milliseconds % 86_400_000) * 1e6);
}

/** Which way a number points; zero points nowhere. */
export type Direction = "up" | "down" | "flat";

/** The direction of a signed number. */
export function directionOf(value: number | null | undefined): Direction {
  if (value === null || value === undefined || value === 0) return "flat";
  return value > 0 ? "up" : "down";
}

function withSign(value: number, magnitude: string): string {
  if (value === 0 || !/[1-9]/.test(magnitude)) return magnitude;
  return (value > 0 ? "+" : minus) + magnitude;
}
