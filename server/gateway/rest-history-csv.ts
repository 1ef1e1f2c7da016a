import type { Desk } from "../../domain/desk";
import type { HistoryFill, HistoryTrade } from "../../protocol/history";

/** Names behind ids; an id without a name stays a number. */
export type DeskNames = Pick<Desk, "instruments" | "pairs" | "strategies" | "venues">;

/** Heads of the fills' file. Amounts are whole 1/10,000 of the currency, so that sums are exact. */
export const fillHeads = [
  "fill",
  "time_utc",
  "venue_time_utc",
  "order",
  "symbol",
  "side",
  "quantity",
  "price",
  "venue",
  "strategy",
  "pair",
  "reason",
  "notional_units",
  "fee_units",
  "realised_units",
  "net_units",
  "broken_quantity",
] as const;

/** Heads of the trades' file. */
export const tradeHeads = [
  "trade",
  "opened_utc",
  "closed_utc",
  "holding_seconds",
  "pair",
  "strategy",
  "side",
  "exit_reason",
  "entry_z",
  "exit_z",
  "fills",
  "turnover_units",
  "gross_units",
  "fees_units",
  "net_units",
  "legs",
] as const;

/** A fill as a line. A broken one counts 0 in every summed column, as in the totals; its quantity stands apart. */
export function fillLine(fill: HistoryFill, names: DeskNames): string {
  const counts = fill.broken ? 0 : 1;
  return csvLine([
    fill.id,
    dayTime(fill.timeNs),
    dayTime(fill.venueTimeNs),
    fill.order,
    names.instruments[fill.instrument]?.symbol ?? `#${fill.instrument}`,
    fill.side,
    fill.quantity * counts,
    decimal(fill.price),
    names.venues[fill.venue]?.name ?? `#${fill.venue}`,
    names.strategies[fill.strategy]?.name ?? `#${fill.strategy}`,
    pairName(fill.pair, names),
    fill.reason ?? "",
    fill.notional * counts,
    fill.fee * counts,
    fill.realised * counts,
    fill.net * counts,
    fill.broken ? fill.quantity : 0,
  ]);
}

/** A trade as a line. */
export function tradeLine(trade: HistoryTrade, names: DeskNames): string {
  const legs = trade.legs.map((leg) => {
    const symbol = names.instruments[leg.instrument]?.symbol ?? `#${leg.instrument}`;
    return `${symbol} in ${leg.entryQuantity} for ${leg.entryValue} out ${leg.exitQuantity} for ${leg.exitValue}`;
  });
  return csvLine([
    trade.id,
    trade.openedNs === null ? "" : dayTime(trade.openedNs),
    dayTime(trade.closedNs),
    trade.holdingNs === null ? "" : String(trade.holdingNs / 1e9),
    pairName(trade.pair, names),
    names.strategies[trade.strategy]?.name ?? `#${trade.strategy}`,
    trade.side,
    trade.exitReason,
    trade.entryZ === null ? "" : trade.entryZ,
    trade.exitZ === null ? "" : trade.exitZ,
    trade.fills - trade.brokenFills,
    trade.turnover,
    trade.gross,
    trade.fees,
    trade.net,
    legs.join("; "),
  ]);
}

/** One line of a CSV file (RFC 4180). Text that a spreadsheet would take for a formula gets an apostrophe in front. */
export function csvLine(cells: readonly (string | number)[]): string {
  return `${cells.map((cell) => (typeof cell === "number" ? String(cell) : csvText(cell))).join(",")}\r\n`;
}

function csvText(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function pairName(pair: number, names: DeskNames): string {
  return pair < 0 ? "" : (names.pairs[pair]?.name ?? `#${pair}`);
}

/** 1/10,000 as an exact decimal. */
function decimal(units: number): string {
  const size = Math.abs(units);
  return `${units < 0 ? "-" : ""}${Math.floor(size / 10_000)}.${String(size % 10_000).padStart(4, "0")}`;
}

/** A time of the day with nanoseconds. */
function dayTime(ns: number): string {
  const seconds = Math.floor(ns / 1e9);
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = `${two(Math.floor(seconds / 3_600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${clock}.${String(ns % 1_000_000_000).padStart(9, "0")}`;
}
