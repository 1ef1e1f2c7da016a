import {
  and,
  asc,
  desc,
  eq,
  getTableColumns,
  gt,
  gte,
  inArray,
  lt,
  lte,
  type SQL,
  type SQLWrapper,
  sql,
} from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import type { PoolClient } from "pg";
import { fills, orders, parents, progress, trades } from "../schema";
import { exactly } from "../schema/exact-integer";

/** Which rows of a day are asked for; null leaves a field open. Times are ns since the day's start, `toNs` exclusive. */
export type HistoryFilter = {
  readonly journal: string;
  /** Only rows up to this id; null for all. */
  readonly through: number | null;
  readonly fromNs: number | null;
  readonly toNs: number | null;
  readonly strategy: number | null;
  readonly pair: number | null;
  readonly instrument: number | null;
  readonly venue: number | null;
  readonly side: "buy" | "sell" | "sellShort" | null;
};

/** Places of names in the alphabet, by id: the database knows ids only. */
export type NameRanks = {
  readonly instruments: readonly number[];
  readonly venues: readonly number[];
  readonly strategies: readonly number[];
  readonly pairs: readonly number[];
};

/** A part of a sorted list. */
export type HistoryPart<Sort extends string> = {
  readonly sort: Sort;
  readonly descending: boolean;
  readonly offset: number;
  readonly limit: number;
  readonly ranks: NameRanks;
};

/** Which days are there, the newest first? */
export async function recordedDays(client: PoolClient) {
  return drizzle(client)
    .select({ journal: progress.journal, tradingDay: progress.tradingDay, deskHash: progress.deskHash })
    .from(progress)
    .orderBy(desc(progress.tradingDay), desc(progress.advancedMs))
    .limit(400);
}

/** What is the id of the last fill, and of the last trade? */
export async function lastIds(client: PoolClient, journal: string): Promise<{ fill: number; trade: number }> {
  const { rows } = await client.query<{ fill: string; trade: string }>(
    `select coalesce((select max(id) from projection.fills where journal = $1), 0) as fill,
            coalesce((select max(id) from projection.trades where journal = $1), 0) as trade`,
    [journal],
  );
  return { fill: exactly(rows[0].fill, "last fill"), trade: exactly(rows[0].trade, "last trade") };
}

const notional = sql<number>`${fills.quantity} * ${fills.price}`.mapWith((value) => exactly(value, "notional"));
const fillNet = sql<number>`${fills.realised} - ${fills.fee}`.mapWith((value) => exactly(value, "net"));

/** An exact sum: wide in the database, checked on the way out. */
function sumOf(expression: SQL | (typeof fills)["fee"] | (typeof trades)["net"], where?: SQL): SQL<number> {
  const filtered = where === undefined ? sql`` : sql` filter (where ${where})`;
  return sql<number>`coalesce(sum(${expression})${filtered}, 0)`.mapWith((value) => exactly(value, "a total"));
}

const countOf = (where?: SQL) =>
  sql<number>`count(*)${where === undefined ? sql`` : sql` filter (where ${where})`}`.mapWith(Number);

function fillsWhere(filter: HistoryFilter): SQL | undefined {
  return and(
    eq(fills.journal, filter.journal),
    filter.through === null ? undefined : lte(fills.id, filter.through),
    filter.fromNs === null ? undefined : gte(fills.timeNs, filter.fromNs),
    filter.toNs === null ? undefined : lt(fills.timeNs, filter.toNs),
    filter.strategy === null ? undefined : eq(fills.strategy, filter.strategy),
    filter.pair === null ? undefined : eq(fills.pair, filter.pair),
    filter.instrument === null ? undefined : eq(fills.instrument, filter.instrument),
    filter.venue === null ? undefined : eq(fills.venue, filter.venue),
    filter.side === null
      ? undefined
      : filter.side === "sell"
        ? inArray(fills.side, ["sell", "sellShort"])
        : eq(fills.side, filter.side),
  );
}

/** The rank of a name, from an array by id; ids outside of it, such as -1 for no pair, come first. */
function rankOf(column: SQLWrapper, ranks: readonly number[]): SQL {
  return sql`coalesce((${sql.param(`{${ranks.join(",")}}`)}::int[])[${column} + 1], -1)`;
}

/** Which fills, in the order asked for? */
export async function fillsPart(client: PoolClient, filter: HistoryFilter, part: HistoryPart<string>) {
  const { ranks } = part;
  const keys: Readonly<Record<string, SQL>> = {
    symbol: rankOf(fills.instrument, ranks.instruments),
    side: sql`${fills.side}`,
    quantity: sql`${fills.quantity}`,
    price: sql`${fills.price}`,
    venue: rankOf(fills.venue, ranks.venues),
    strategy: rankOf(fills.strategy, ranks.strategies),
    pair: rankOf(fills.pair, ranks.pairs),
    reason: sql`coalesce((select reason from projection.parents p
      where p.journal = ${fills.journal} and p.id = ${fills.parent}), '')`,
    notional: sql`${fills.quantity} * ${fills.price}`,
    // As it is shown, where a fee paid stands below zero.
    fee: sql`-${fills.fee}`,
    realised: sql`${fills.realised}`,
    net: sql`${fills.realised} - ${fills.fee}`,
  };
  // Only ids are sorted: the parents join the rows of this part alone.
  const chosen = await drizzle(client)
    .select({ id: fills.id })
    .from(fills)
    .where(fillsWhere(filter))
    .orderBy(...ordered(keys[part.sort], fills.id, part.descending))
    .limit(part.limit)
    .offset(part.offset);
  const rows = await fillRows(
    client,
    filter.journal,
    chosen.map(({ id }) => id),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return chosen.flatMap(({ id }) => byId.get(id) ?? []);
}

function ordered(key: SQL | undefined, id: (typeof fills)["id"] | (typeof trades)["id"], descending: boolean): SQL[] {
  const direction = descending ? desc : asc;
  return key === undefined ? [direction(id)] : [direction(key), direction(id)];
}

async function fillRows(client: PoolClient, journal: string, ids: readonly number[]) {
  if (ids.length === 0) return [];
  return drizzle(client)
    .select({ ...getTableColumns(fills), notional, net: fillNet, reason: parents.reason })
    .from(fills)
    .leftJoin(parents, and(eq(parents.journal, fills.journal), eq(parents.id, fills.parent)))
    .where(and(eq(fills.journal, journal), inArray(fills.id, [...ids])));
}

/** What do the fills come to? Broken ones are counted apart and add nothing. */
export async function fillTotals(client: PoolClient, filter: HistoryFilter) {
  const stands = sql`not ${fills.broken}`;
  const [totals] = await drizzle(client)
    .select({
      count: countOf(),
      broken: countOf(sql`${fills.broken}`),
      quantity: sumOf(sql`${fills.quantity}`, stands),
      notional: sumOf(sql`${fills.quantity} * ${fills.price}`, stands),
      fees: sumOf(sql`${fills.fee}`, stands),
      realised: sumOf(sql`${fills.realised}`, stands),
      net: sumOf(sql`${fills.realised} - ${fills.fee}`, stands),
    })
    .from(fills)
    .where(fillsWhere(filter));
  return totals;
}

/** The next fills after an id, the oldest first: a list in pieces of which each is one short transaction. */
export async function fillsAfter(client: PoolClient, filter: HistoryFilter, after: number, limit: number) {
  return drizzle(client)
    .select({ ...getTableColumns(fills), notional, net: fillNet, reason: parents.reason })
    .from(fills)
    .leftJoin(parents, and(eq(parents.journal, fills.journal), eq(parents.id, fills.parent)))
    .where(and(fillsWhere(filter), gt(fills.id, after)))
    .orderBy(asc(fills.id))
    .limit(limit);
}

/** Trades by when they closed; a symbol or venue is met by any of a trade's fills. */
function tradesWhere(filter: HistoryFilter): SQL | undefined {
  return and(
    eq(trades.journal, filter.journal),
    filter.through === null ? undefined : lte(trades.id, filter.through),
    filter.fromNs === null ? undefined : gte(trades.closedNs, filter.fromNs),
    filter.toNs === null ? undefined : lt(trades.closedNs, filter.toNs),
    filter.strategy === null ? undefined : eq(trades.strategy, filter.strategy),
    filter.pair === null ? undefined : eq(trades.pair, filter.pair),
    filter.instrument === null ? undefined : sql`${filter.instrument}::int = any(${trades.instruments})`,
    filter.venue === null ? undefined : sql`${filter.venue}::int = any(${trades.venues})`,
    filter.side === null ? undefined : eq(trades.side, filter.side === "buy" ? "buy" : "sell"),
  );
}

/** Which trades, in the order asked for? */
export async function tradesPart(client: PoolClient, filter: HistoryFilter, part: HistoryPart<string>) {
  const { ranks } = part;
  const keys: Readonly<Record<string, SQL>> = {
    opened: sql`coalesce(${trades.openedNs}, -1)`,
    holding: sql`coalesce(${trades.holdingNs}, -1)`,
    pair: rankOf(trades.pair, ranks.pairs),
    strategy: rankOf(trades.strategy, ranks.strategies),
    side: sql`${trades.side}`,
    exit: sql`${trades.exitReason}`,
    entryZ: sql`coalesce(${trades.entryZ}, 0)`,
    exitZ: sql`coalesce(${trades.exitZ}, 0)`,
    fills: sql`${trades.fills}`,
    turnover: sql`${trades.turnover}`,
    gross: sql`${trades.gross}`,
    fees: sql`-${trades.fees}`,
    net: sql`${trades.net}`,
  };
  return drizzle(client)
    .select()
    .from(trades)
    .where(tradesWhere(filter))
    .orderBy(...ordered(keys[part.sort], trades.id, part.descending))
    .limit(part.limit)
    .offset(part.offset);
}

/** What do the trades come to? */
export async function tradeTotals(client: PoolClient, filter: HistoryFilter) {
  const [totals] = await drizzle(client)
    .select({
      count: countOf(),
      won: countOf(sql`${trades.net} > 0`),
      fills: sumOf(sql`${trades.fills} - ${trades.brokenFills}`),
      turnover: sumOf(sql`${trades.turnover}`),
      gross: sumOf(sql`${trades.gross}`),
      fees: sumOf(sql`${trades.fees}`),
      net: sumOf(sql`${trades.net}`),
    })
    .from(trades)
    .where(tradesWhere(filter));
  return totals;
}

/** The next trades after an id, in the order in which they closed. */
export async function tradesAfter(client: PoolClient, filter: HistoryFilter, after: number, limit: number) {
  return drizzle(client)
    .select()
    .from(trades)
    .where(and(tradesWhere(filter), gt(trades.id, after)))
    .orderBy(asc(trades.id))
    .limit(limit);
}

/** One trade; undefined when it is not there. */
export async function tradeById(client: PoolClient, journal: string, id: number) {
  const rows = await drizzle(client)
    .select()
    .from(trades)
    .where(and(eq(trades.journal, journal), eq(trades.id, id)));
  return rows.at(0);
}

/** Which orders made this trade? Those of the parents that its fills came from, filled or not, at most 500. */
export async function ordersOfTrade(
  client: PoolClient,
  trade: Pick<typeof trades.$inferSelect, "journal" | "pair" | "strategy" | "id" | "openedFact">,
) {
  const made = drizzle(client)
    .select({ parent: fills.parent })
    .from(fills)
    .where(
      and(
        eq(fills.journal, trade.journal),
        eq(fills.pair, trade.pair),
        eq(fills.strategy, trade.strategy),
        lt(fills.factNumber, trade.id),
        gt(fills.factNumber, trade.openedFact ?? 0),
      ),
    );
  return drizzle(client)
    .select({ ...getTableColumns(orders), reason: parents.reason })
    .from(orders)
    .leftJoin(parents, and(eq(parents.journal, orders.journal), eq(parents.id, orders.parent)))
    .where(and(eq(orders.journal, trade.journal), eq(orders.pair, trade.pair), inArray(orders.parent, made)))
    .orderBy(asc(orders.id))
    .limit(500);
}
