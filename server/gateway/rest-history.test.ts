import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrateDatabase } from "../../db/connect";
import type { FillTotals, HistoryDays, HistoryFill, HistoryWindow, TradeTotals } from "../../protocol/history";
import { generateHistory } from "../store/generate-history";
import { databaseHistory } from "../store/history";
import { storeFacts } from "../store/store-facts";
import { migrationsFolder, openTestDatabase, type TestDatabase } from "../store/testing/test-database";
import { csvLine } from "./rest-history-csv";
import { sampleDesk } from "./testing/sample-desk";
import { startTestGateway, type TestGateway } from "./testing/test-gateway";

const desk = sampleDesk();
const journal = "a-day";
let database: TestDatabase;
let started: TestGateway;

beforeAll(async () => {
  database = await openTestDatabase();
  await migrateDatabase(database.pool, migrationsFolder);
  const batches = generateHistory({ desk, fills: 5_300, seed: 3 });
  await storeFacts(database.pool, { journal, tradingDay: "2020-01-02", deskHash: "fake" }, batches);
  started = await startTestGateway({ history: databaseHistory(database.pool) }, {}, desk);
});
afterAll(async () => {
  await started.close();
  await database.close();
});

async function get<Body>(path: string): Promise<Body> {
  const response = await fetch(`${started.url}/api/history/${path}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Body;
}

async function file(path: string): Promise<Record<string, string>[]> {
  const response = await fetch(`${started.url}/api/history/${path}`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("text/csv");
  const [head, ...lines] = (await response.text()).trimEnd().split("\r\n");
  const names = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, index) => [names[index], cell])));
}

const sumOf = (rows: readonly Record<string, string>[], column: string) =>
  rows.reduce((sum, row) => sum + Number(row[column]), 0);

describe("the history over REST", () => {
  test("names the recorded days, and whether today's desk file was in force", async () => {
    const { days } = await get<HistoryDays>("days");
    expect(days).toEqual([{ journal, tradingDay: "2020-01-02", sameDesk: true }]);
  });

  test.each(["", "side=sell", "symbol=MSFT&from=10:00&to=12:30:30", "pair=AAPL/MSFT&venue=XBRK&strategy=pairs"])(
    "the file of fills has the totals of the screen to the unit: %s",
    async (filter) => {
      const { totals, rows } = await get<HistoryWindow<HistoryFill, FillTotals>>(`fills?${filter}`);
      const lines = await file(`fills.csv?${filter}`);
      expect(rows.length).toBe(Math.min(100, totals.count));
      expect(totals.count).toBeGreaterThan(10);
      expect(lines.length).toBe(totals.count);
      expect(sumOf(lines, "quantity")).toBe(totals.quantity);
      expect(sumOf(lines, "notional_units")).toBe(totals.notional);
      expect(sumOf(lines, "fee_units")).toBe(totals.fees);
      expect(sumOf(lines, "realised_units")).toBe(totals.realised);
      expect(sumOf(lines, "net_units")).toBe(totals.net);
    },
  );

  test.each(["", "side=buy", "venue=XNYX&from=11:00"])(
    "the file of trades has the totals of the screen to the unit: %s",
    async (filter) => {
      const { totals } = await get<HistoryWindow<object, TradeTotals>>(`trades?${filter}`);
      const lines = await file(`trades.csv?${filter}`);
      expect(lines.length).toBe(totals.count);
      expect(totals.count).toBeGreaterThan(10);
      expect(sumOf(lines, "gross_units")).toBe(totals.gross);
      expect(sumOf(lines, "fees_units")).toBe(totals.fees);
      expect(sumOf(lines, "net_units")).toBe(totals.net);
      expect(sumOf(lines, "turnover_units")).toBe(totals.turnover);
      expect(sumOf(lines, "fills")).toBe(totals.fills);
    },
  );

  test.each([
    "fills?sort=colour",
    "fills?limit=501",
    "fills?offset=-1",
    "fills?from=25:00",
    "fills?symbol=NOSUCH",
    "trades?side=long",
    "fills.csv?sort=time",
    "order",
    "order?id=one",
    "fills?pari=AAPL/MSFT",
  ])("a question that makes no sense is refused with words: %s", async (path) => {
    const response = await fetch(`${started.url}/api/history/${path}`);
    expect(response.status).toBe(400);
  });

  test("an order that is not there and a path that is none are not found; only GET is allowed", async () => {
    expect((await fetch(`${started.url}/api/history/order?id=999999`)).status).toBe(404);
    expect((await fetch(`${started.url}/api/history/fills`, { method: "POST" })).status).toBe(405);
  });
});

describe("a line of a CSV file", () => {
  test("text that a spreadsheet would run is text, numbers stay numbers", () => {
    expect(csvLine(["=1+1", "+A1", "-A1", "@x", "a,b", 'say "so"', -5, "plain"])).toBe(
      `'=1+1,'+A1,'-A1,'@x,"a,b","say ""so""",-5,plain\r\n`,
    );
  });
});
