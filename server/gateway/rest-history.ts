import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { z } from "zod";
import type { Desk } from "../../domain/desk";
import {
  csvQuerySchema,
  fillsQuerySchema,
  type HistoryDays,
  type HistoryFilterQuery,
  lifeQuerySchema,
  tradesQuerySchema,
} from "../../protocol/history";
import { refuse } from "./admission";
import type { History, HistoryFilter, HistoryPart } from "./history";
import { csvLine, fillHeads, fillLine, tradeHeads, tradeLine } from "./rest-history-csv";

/** What the questions about the past need. */
export type RestHistoryContext = {
  readonly history: History | null;
  readonly desk: Desk;
  readonly deskHash: string;
};

/** A question that cannot be answered as it was put. */
class BadQuestion extends Error {}

/** Answers `GET /api/history/…`; false when the path is none of them. */
export async function answerHistory(url: URL, response: ServerResponse, context: RestHistoryContext): Promise<boolean> {
  const answer = answers[url.pathname.slice("/api/history/".length)];
  if (answer === undefined) return false;
  const { history, desk, deskHash } = context;
  if (history === null) {
    refuse(response, 503, "no database is configured");
    return true;
  }
  try {
    await answer({ history, desk, deskHash, response, parameters: Object.fromEntries(url.searchParams) });
  } catch (error) {
    if (response.headersSent) response.destroy();
    else if (error instanceof BadQuestion) refuse(response, 400, error.message);
    else refuse(response, 503, "the database is not reachable");
  }
  return true;
}

type Question = {
  readonly history: History;
  readonly desk: Desk;
  readonly deskHash: string;
  readonly response: ServerResponse;
  readonly parameters: Readonly<Record<string, string>>;
};

const answers: Readonly<Record<string, (question: Question) => Promise<void>>> = {
  days: async ({ history, deskHash, response }) => {
    const days = await history.days();
    const body: HistoryDays = {
      days: days.map(({ journal, tradingDay, deskHash: of }) => ({ journal, tradingDay, sameDesk: of === deskHash })),
    };
    sendJson(response, body);
  },
  fills: async ({ history, desk, response, parameters }) => {
    const query = read(fillsQuerySchema, parameters);
    sendJson(response, await history.fillsWindow(filterOf(query, desk), partOf(query, desk)));
  },
  trades: async ({ history, desk, response, parameters }) => {
    const query = read(tradesQuerySchema, parameters);
    sendJson(response, await history.tradesWindow(filterOf(query, desk), partOf(query, desk)));
  },
  "fills.csv": async ({ history, desk, response, parameters }) => {
    const fills = history.everyFill(filterOf(read(csvQuerySchema, parameters), desk));
    await sendCsv(response, "fills.csv", fillHeads, fills, (fill) => fillLine(fill, desk));
  },
  "trades.csv": async ({ history, desk, response, parameters }) => {
    const trades = history.everyTrade(filterOf(read(csvQuerySchema, parameters), desk));
    await sendCsv(response, "trades.csv", tradeHeads, trades, (trade) => tradeLine(trade, desk));
  },
  order: async ({ history, response, parameters }) => {
    const { day, id } = read(lifeQuerySchema, parameters);
    const life = await history.orderLife(day ?? null, id);
    if (life === null) refuse(response, 404, `no order ${id} on this day`);
    else sendJson(response, life);
  },
  trade: async ({ history, response, parameters }) => {
    const { day, id } = read(lifeQuerySchema, parameters);
    const life = await history.tradeLife(day ?? null, id);
    if (life === null) refuse(response, 404, `no trade ${id} on this day`);
    else sendJson(response, life);
  },
};

function read<Schema extends z.ZodType>(schema: Schema, parameters: Readonly<Record<string, string>>): z.infer<Schema> {
  const parsed = schema.safeParse(parameters);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BadQuestion(`${issue.path.join(".") || "the question"}: ${issue.message}`);
}

function filterOf(query: HistoryFilterQuery & { readonly through?: number | undefined }, desk: Desk): HistoryFilter {
  return {
    journal: query.day ?? null,
    through: query.through ?? null,
    fromNs: query.from ?? null,
    toNs: query.to ?? null,
    strategy: idOf("strategy", query.strategy, desk.strategies, ({ name }) => name),
    pair: idOf("pair", query.pair, desk.pairs, ({ name }) => name),
    instrument: idOf("symbol", query.symbol, desk.instruments, ({ symbol }) => symbol),
    venue: idOf("venue", query.venue, desk.venues, ({ name }) => name),
    side: query.side ?? null,
  };
}

function idOf<Spec>(
  what: string,
  wanted: string | undefined,
  specs: readonly Spec[],
  nameOf: (spec: Spec) => string,
): number | null {
  if (wanted === undefined) return null;
  const id = specs.findIndex((spec) => nameOf(spec) === wanted);
  if (id < 0) throw new BadQuestion(`${what}: this desk has no "${wanted}"`);
  return id;
}

function partOf(
  query: { readonly sort: string; readonly order: "asc" | "desc"; readonly offset: number; readonly limit: number },
  desk: Desk,
): HistoryPart {
  return {
    sort: query.sort,
    descending: query.order === "desc",
    offset: query.offset,
    limit: query.limit,
    ranks: {
      instruments: ranksOf(desk.instruments.map(({ symbol }) => symbol)),
      venues: ranksOf(desk.venues.map(({ name }) => name)),
      strategies: ranksOf(desk.strategies.map(({ name }) => name)),
      pairs: ranksOf(desk.pairs.map(({ name }) => name)),
    },
  };
}

/** The place of each name in the alphabet. */
function ranksOf(names: readonly string[]): number[] {
  const sorted = new Map([...names].sort().map((name, rank) => [name, rank]));
  return names.map((name) => sorted.get(name) ?? 0);
}

function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}

/** Sends a file piece by piece, as fast as it is taken; stops reading when nobody takes it any more. */
async function sendCsv<Row>(
  response: ServerResponse,
  fileName: string,
  heads: readonly string[],
  pieces: AsyncIterable<readonly Row[]>,
  lineOf: (row: Row) => string,
): Promise<void> {
  const gone = new Promise<void>((resolve) => response.once("close", resolve));
  let started = false;
  const start = () => {
    if (started) return;
    started = true;
    response.writeHead(200, {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="heliograph-${fileName}"`,
      "cache-control": "no-store",
    });
    response.write(csvLine(heads));
  };
  for await (const rows of pieces) {
    start();
    if (response.destroyed) return;
    if (!response.write(rows.map(lineOf).join(""))) await Promise.race([once(response, "drain"), gone]);
  }
  start();
  response.end();
}
