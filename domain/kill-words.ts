import { dayTimeText } from "./time";

/** How far a kill is; times in ns since the trading day's start, 0 where they are not known. */
export type KillProgress = {
  readonly orders: number;
  readonly cancelled: number;
  readonly unknown: number;
  readonly blockedNs: number;
  readonly lastCancelNs: number;
};

/**
 * How far a kill is, for people: "blocked at 14:03:22.518 UTC", "cancelled 3 of 4", "unknown 0", "last cancel handed to the
 * wire after 2.1 ms". The last is "…" while its time may still come, and is left out where there is none to come.
 */
export function killProgressWords(kill: KillProgress): string[] {
  const { orders, cancelled, unknown, blockedNs, lastCancelNs } = kill;
  const words = [
    blockedNs === 0 ? "blocked" : `blocked at ${dayTimeText(blockedNs, true)} UTC`,
    `cancelled ${grouped(cancelled)} of ${grouped(orders)}`,
    `unknown ${grouped(unknown)}`,
  ];
  if (blockedNs === 0) return words;
  if (lastCancelNs > 0)
    words.push(`last cancel handed to the wire after ${millisecondsText((lastCancelNs - blockedNs) / 1e6)}`);
  else if (cancelled < orders) words.push("last cancel handed to the wire after …");
  return words;
}

/** Milliseconds with the digits that matter: 0.04 ms, 2.1 ms, 340 ms. */
export function millisecondsText(milliseconds: number): string {
  const value = Math.max(0, milliseconds);
  if (value < 0.01) return "<0.01 ms";
  return `${value < 1 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0)} ms`;
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
