import type { Pool } from "pg";
import { barsOfInstrument, fillsOfJournal, newestJournal, ordersOfJournal } from "../../db/queries/history";
import { inTransaction } from "../../db/transaction";
import type { History, Page } from "../gateway/history";

/** The past, from the database. Each question is one short transaction. */
export function databaseHistory(pool: Pool): History {
  const ask = <Row>(
    page: Page,
    rows: (client: Parameters<Parameters<typeof inTransaction>[1]>[0], journal: string) => Promise<Row[]>,
  ) =>
    inTransaction(pool, async (client) => {
      const journal = page.journal ?? (await newestJournal(client));
      return journal === null ? [] : rows(client, journal);
    });
  return {
    orders: (page) => ask(page, (client, journal) => ordersOfJournal(client, journal, page)),
    fills: (page) => ask(page, (client, journal) => fillsOfJournal(client, journal, page)),
    bars: (instrument, page) => ask(page, (client, journal) => barsOfInstrument(client, journal, instrument, page)),
  };
}
