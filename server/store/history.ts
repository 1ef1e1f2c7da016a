import type { Pool, PoolClient } from "pg";
import { barsOfInstrument, fillsOfJournal, newestJournal, ordersOfJournal } from "../../db/queries/history";
import { orderLife } from "../../db/queries/order-life";
import * as past from "../../db/queries/trade-history";
import { inTransaction } from "../../db/transaction";
import type {
  FillTotals,
  History,
  HistoryFill,
  HistoryFilter,
  HistoryTrade,
  HistoryWindow,
  Page,
  TradeTotals,
} from "../gateway/history";
import { lifeOf } from "./order-life";
import { reasonOf, sideOf } from "./stored-names";

/** Rows of a long list that one transaction reads: the embedded database serves one at a time. */
const pieceRows = 2_000;

const noFills: FillTotals = { count: 0, broken: 0, quantity: 0, notional: 0, fees: 0, realised: 0, net: 0 };
const noTrades: TradeTotals = { count: 0, won: 0, fills: 0, turnover: 0, gross: 0, fees: 0, net: 0 };

/** The past, from the database. Each question is one short transaction. */
export function databaseHistory(pool: Pool): History {
  const ask = <Row>(page: Page, rows: (client: PoolClient, journal: string) => Promise<Row[]>) =>
    inJournal<Row[]>(page.journal, [], rows);

  /** Runs a question about a day; a null journal is the newest, and an empty database answers `nothing`. */
  async function inJournal<Answer>(
    journal: string | null,
    nothing: Answer,
    answer: (client: PoolClient, journal: string) => Promise<Answer>,
  ): Promise<Answer> {
    return inTransaction(pool, async (client) => {
      const named = journal ?? (await newestJournal(client));
      return named === null ? nothing : answer(client, named);
    });
  }

  async function* pieces<Row extends { readonly id: number }, Stored>(
    filter: HistoryFilter,
    read: (client: PoolClient, filter: past.HistoryFilter, after: number, limit: number) => Promise<Stored[]>,
    rowOf: (stored: Stored) => Row,
  ): AsyncGenerator<readonly Row[]> {
    const journal = filter.journal ?? (await inTransaction(pool, newestJournal));
    if (journal === null) return;
    for (let after = -1; ; ) {
      const from = after;
      const rows = await inTransaction(pool, (client) => read(client, { ...filter, journal }, from, pieceRows));
      if (rows.length > 0) yield rows.map(rowOf);
      if (rows.length < pieceRows) return;
      after = rowOf(rows[rows.length - 1]).id;
    }
  }

  return {
    orders: (page) => ask(page, (client, journal) => ordersOfJournal(client, journal, page)),
    fills: (page) => ask(page, (client, journal) => fillsOfJournal(client, journal, page)),
    bars: (instrument, page) => ask(page, (client, journal) => barsOfInstrument(client, journal, instrument, page)),
    days: () => inTransaction(pool, past.recordedDays),
    fillsWindow: ({ journal, ...given }, part) => {
      const { offset } = part;
      const nothing = { journal: null, through: 0, offset, rows: [], totals: noFills };
      return inJournal<HistoryWindow<HistoryFill, FillTotals>>(journal, nothing, async (client, named) => {
        const through = given.through ?? (await past.lastIds(client, named)).fill;
        const filter = { ...given, journal: named, through };
        const totals = await past.fillTotals(client, filter);
        const rows = totals.count > offset ? await past.fillsPart(client, filter, part) : [];
        return { journal: named, through, offset, rows: rows.map(fillOf), totals };
      });
    },
    tradesWindow: ({ journal, ...given }, part) => {
      const { offset } = part;
      const nothing = { journal: null, through: 0, offset, rows: [], totals: noTrades };
      return inJournal<HistoryWindow<HistoryTrade, TradeTotals>>(journal, nothing, async (client, named) => {
        const through = given.through ?? (await past.lastIds(client, named)).trade;
        const filter = { ...given, journal: named, through };
        const totals = await past.tradeTotals(client, filter);
        const rows = totals.count > offset ? await past.tradesPart(client, filter, part) : [];
        return { journal: named, through, offset, rows: rows.map(tradeOf), totals };
      });
    },
    everyFill: (filter) => pieces(filter, past.fillsAfter, fillOf),
    everyTrade: (filter) => pieces(filter, past.tradesAfter, tradeOf),
    orderLife: (journal, id) =>
      inJournal(journal, null, async (client, named) => {
        const life = await orderLife(client, named, id);
        return life === null ? null : lifeOf(life);
      }),
    tradeLife: (journal, id) =>
      inJournal(journal, null, async (client, named) => {
        const trade = await past.tradeById(client, named, id);
        if (trade === undefined) return null;
        const orders = await past.ordersOfTrade(client, trade);
        return {
          journal: named,
          trade: tradeOf(trade),
          orders: orders.map(({ side, reason, ...order }) => ({
            id: order.id,
            instrument: order.instrument,
            venue: order.venue,
            side: sideOf(side),
            quantity: order.quantity,
            filledQuantity: order.filledQuantity,
            price: order.price,
            state: order.state,
            reason: reasonOf(reason),
            submittedNs: order.submittedNs,
          })),
        };
      }),
  };
}

type StoredFill = Awaited<ReturnType<typeof past.fillsAfter>>[number];
type StoredTrade = Awaited<ReturnType<typeof past.tradesAfter>>[number];

function fillOf(row: StoredFill): HistoryFill {
  const { id, order, parent, strategy, pair, instrument, venue, quantity, price, notional, fee } = row;
  const { realised, net, broken, venueTimeNs, timeNs } = row;
  const what = { id, order, parent, strategy, pair, instrument, venue, side: sideOf(row.side), quantity, price };
  return { ...what, notional, fee, realised, net, reason: reasonOf(row.reason), broken, venueTimeNs, timeNs };
}

function tradeOf({ journal, openedFact, instruments, venues, side, exitReason, ...trade }: StoredTrade): HistoryTrade {
  return { ...trade, side: side === "sell" ? "sell" : "buy", exitReason: reasonOf(exitReason) ?? "exit" };
}
