import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrateDatabase } from "../../db/connect";
import { inTransaction } from "../../db/transaction";
import type { Fact, FactOf } from "../../domain/facts";
import {
  type FillSort,
  fillSorts,
  type HistoryFill,
  type HistoryTrade,
  type TradeSort,
  tradeSorts,
} from "../../protocol/history";
import type { HistoryFilter, HistoryPart } from "../gateway/history";
import { sampleDesk } from "../gateway/testing/sample-desk";
import { generateHistory } from "./generate-history";
import { databaseHistory } from "./history";
import { storeFacts } from "./store-facts";
import { migrationsFolder, openTestDatabase, type TestDatabase } from "./testing/test-database";

const desk = sampleDesk();
const about = { tradingDay: "2020-01-02", deskHash: "test" };
const ranks = {
  instruments: desk.instruments.map((_, id) => desk.instruments.length - id),
  venues: [0, 1],
  strategies: [0, 1],
  pairs: desk.pairs.map((_, id) => id),
};
const whole: HistoryPart = { sort: "time", descending: true, offset: 0, limit: 5_000, ranks };

let database: TestDatabase;
let journal: string;
let facts: readonly Fact[];
let history: ReturnType<typeof databaseHistory>;

beforeAll(async () => {
  database = await openTestDatabase();
  await migrateDatabase(database.pool, migrationsFolder);
  history = databaseHistory(database.pool);
  journal = randomUUID();
  facts = [...generateHistory({ desk, fills: 1_500, seed: 7, detailedFills: 1_501 })].flat();
  await storeFacts(database.pool, { journal, ...about }, [facts, breakFill(700), breakFill(3)]);
});
afterAll(() => database.close());

/** The facts with a fill taken back at the end. */
function breakFill(id: number): readonly Fact[] {
  const { fill, order, strategy, pair, instrument, venue, side, quantity, price, fee } = fillFacts()[id - 1];
  const number = facts.length + (id === 700 ? 1 : 2);
  const { timeNs } = facts[facts.length - 1];
  const what = { fill, order, strategy, pair, instrument, venue, side, quantity, price, fee };
  return [{ kind: "fillBroken", number, timeNs, text: "", ...what }];
}

function fillFacts(): FactOf<"fill">[] {
  return facts.filter((fact): fact is FactOf<"fill"> & Fact => fact.kind === "fill");
}

const broken = new Set([3, 700]);

function filterWith(part: Partial<HistoryFilter>): HistoryFilter {
  return {
    journal,
    through: null,
    fromNs: null,
    toNs: null,
    strategy: null,
    pair: null,
    instrument: null,
    venue: null,
    side: null,
    ...part,
  };
}

const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null, freq: 1 });
const time = fc.integer({ min: 34_200, max: 60_000 }).map((seconds) => seconds * 1e9);
const anyFilter = fc.record({
  fromNs: maybe(time),
  toNs: maybe(time),
  strategy: maybe(fc.constantFrom(0, 1)),
  pair: maybe(fc.integer({ min: 0, max: desk.pairs.length - 1 })),
  instrument: maybe(fc.integer({ min: 0, max: desk.instruments.length - 1 })),
  venue: maybe(fc.constantFrom(0, 1)),
  side: maybe(fc.constantFrom("buy", "sell", "sellShort")),
  through: maybe(fc.integer({ min: 0, max: 1_600 })),
});

function passes(fact: FactOf<"fill">, filter: HistoryFilter): boolean {
  return (
    (filter.through === null || fact.fill <= filter.through) &&
    (filter.fromNs === null || fact.timeNs >= filter.fromNs) &&
    (filter.toNs === null || fact.timeNs < filter.toNs) &&
    (filter.strategy === null || fact.strategy === filter.strategy) &&
    (filter.pair === null || fact.pair === filter.pair) &&
    (filter.instrument === null || fact.instrument === filter.instrument) &&
    (filter.venue === null || fact.venue === filter.venue) &&
    (filter.side === null ||
      (filter.side === "buy" ? fact.side === 0 : filter.side === "sell" ? fact.side > 0 : fact.side === 2))
  );
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

describe("the history of fills", () => {
  test("totals, rows and the file agree with a naive count over the facts, whatever the filter", async () => {
    await fc.assert(
      fc.asyncProperty(anyFilter, async (part) => {
        const filter = filterWith(part);
        const expected = fillFacts().filter((fact) => passes(fact, filter));
        const standing = expected.filter(({ fill }) => !broken.has(fill));
        const { totals, rows } = await history.fillsWindow(filter, whole);
        expect(totals).toEqual({
          count: expected.length,
          broken: expected.length - standing.length,
          quantity: sum(standing.map(({ quantity }) => quantity)),
          notional: sum(standing.map(({ quantity, price }) => quantity * price)),
          fees: sum(standing.map(({ fee }) => fee)),
          realised: sum(standing.map(({ realised }) => realised)),
          net: sum(standing.map(({ realised, fee }) => realised - fee)),
        });
        expect(rows.map(({ id }) => id)).toEqual(expected.map(({ fill }) => fill).reverse());
        const listed: number[] = [];
        for await (const piece of history.everyFill(filter)) listed.push(...piece.map(({ id }) => id));
        expect(listed).toEqual(expected.map(({ fill }) => fill));
      }),
      { numRuns: 40 },
    );
  });

  const shownFill: Readonly<Record<FillSort, (row: HistoryFill) => number | string>> = {
    time: ({ id }) => id,
    symbol: ({ instrument }) => ranks.instruments[instrument],
    side: ({ side }) => side,
    quantity: ({ quantity }) => quantity,
    price: ({ price }) => price,
    venue: ({ venue }) => ranks.venues[venue],
    strategy: ({ strategy }) => ranks.strategies[strategy],
    pair: ({ pair }) => ranks.pairs[pair] ?? -1,
    reason: ({ reason }) => reason ?? "",
    notional: ({ notional }) => notional,
    fee: ({ fee }) => -fee,
    realised: ({ realised }) => realised,
    net: ({ net }) => net,
  };

  test.each(fillSorts)("windows sorted by %s hold every fill once, in the order of what is shown", async (sort) => {
    const rows: HistoryFill[] = [];
    for (let offset = 0; ; offset += 400) {
      const part = { ...whole, sort, offset, limit: 400, descending: false };
      const piece = (await history.fillsWindow(filterWith({}), part)).rows;
      rows.push(...piece);
      if (piece.length < 400) break;
    }
    expect(new Set(rows.map(({ id }) => id)).size).toBe(1_500);
    expectRising(rows.map(shownFill[sort]));
    const descending = await history.fillsWindow(filterWith({}), { ...whole, sort });
    expect(descending.rows.map(({ id }) => id)).toEqual(rows.map(({ id }) => id).reverse());
  });
});

/** Each at least the one before, and not all of them alike. */
function expectRising(values: readonly (number | string)[]): void {
  expect(values.filter((value, i) => i > 0 && value < values[i - 1])).toEqual([]);
  expect(new Set(values).size).toBeGreaterThan(1);
}

describe("the history of trades", () => {
  const shownTrade: Readonly<Record<TradeSort, (row: HistoryTrade) => number | string>> = {
    time: ({ id }) => id,
    opened: ({ openedNs }) => openedNs ?? -1,
    holding: ({ holdingNs }) => holdingNs ?? -1,
    pair: ({ pair }) => ranks.pairs[pair],
    strategy: ({ strategy }) => ranks.strategies[strategy],
    side: ({ side }) => side,
    exit: ({ exitReason }) => exitReason,
    entryZ: ({ entryZ }) => entryZ ?? 0,
    exitZ: ({ exitZ }) => exitZ ?? 0,
    fills: ({ fills }) => fills,
    turnover: ({ turnover }) => turnover,
    gross: ({ gross }) => gross,
    fees: ({ fees }) => -fees,
    net: ({ net }) => net,
  };

  test.each(tradeSorts.filter((sort) => sort !== "strategy"))(
    "sorted by %s every trade is there once, in the order of what is shown",
    async (sort) => {
      const { rows } = await history.tradesWindow(filterWith({}), { ...whole, sort, descending: false });
      expectRising(rows.map(shownTrade[sort]));
      const descending = await history.tradesWindow(filterWith({}), { ...whole, sort });
      expect(descending.rows.map(({ id }) => id)).toEqual(rows.map(({ id }) => id).reverse());
      expect(rows.length).toBe(descending.totals.count);
    },
  );

  test("each closed trip is one trade whose gross is the cash its fills left, and whose legs add up", async () => {
    const { rows, totals } = await history.tradesWindow(filterWith({}), whole);
    const opened = facts.filter((fact) => fact.kind === "pairState" && fact.from === 0).length;
    expect(rows.length).toBe(opened);
    for (const trade of rows) {
      const inside = fillFacts().filter(
        ({ pair, timeNs }) => pair === trade.pair && timeNs > (trade.openedNs ?? 0) && timeNs < trade.closedNs,
      );
      const standing = inside.filter(({ fill }) => !broken.has(fill));
      expect(trade.fills).toBe(inside.length);
      expect(trade.brokenFills).toBe(inside.length - standing.length);
      expect(trade.fees).toBe(sum(standing.map(({ fee }) => fee)));
      expect(trade.gross).toBe(sum(standing.map(({ realised }) => realised)));
      expect(trade.net).toBe(trade.gross - trade.fees);
      expect(trade.legs.length).toBe(2);
      if (trade.brokenFills > 0) continue;
      const cash = sum(inside.map(({ side, quantity, price }) => (side === 0 ? -1 : 1) * quantity * price));
      expect(trade.gross).toBe(cash);
      for (const leg of trade.legs) {
        expect(leg.entryQuantity + leg.exitQuantity).toBe(0);
        expect(leg.realised).toBe(-leg.entryValue - leg.exitValue);
      }
      const [long] = trade.legs.filter(({ instrument }) => instrument === desk.pairs[trade.pair].instrumentA);
      expect(trade.side).toBe(long.entryQuantity > 0 ? "buy" : "sell");
    }
    expect(totals.net).toBe(sum(rows.map(({ net }) => net)));
    expect(totals.won).toBe(rows.filter(({ net }) => net > 0).length);
  });

  test("totals are the sums of the rows, whatever the filter, and of their own fills", async () => {
    await fc.assert(
      fc.asyncProperty(anyFilter, async ({ through, ...part }) => {
        const filter = filterWith(part);
        const { rows, totals } = await history.tradesWindow(filter, { ...whole, sort: "net" });
        expect(totals).toEqual({
          count: rows.length,
          won: rows.filter(({ net }) => net > 0).length,
          fills: sum(rows.map(({ fills, brokenFills }) => fills - brokenFills)),
          turnover: sum(rows.map(({ turnover }) => turnover)),
          gross: sum(rows.map(({ gross }) => gross)),
          fees: sum(rows.map(({ fees }) => fees)),
          net: sum(rows.map(({ net }) => net)),
        });
        for (const { legs } of rows)
          if (part.instrument !== null) expect(legs.map(({ instrument }) => instrument)).toContain(part.instrument);
      }),
      { numRuns: 25 },
    );
  });

  test("trades do not depend on how the facts were batched", async () => {
    const content = async (of: string) =>
      inTransaction(database.pool, async (client) => {
        const { rows } = await client.query("select * from projection.trades where journal = $1 order by id", [of]);
        return rows.map((row) => ({ ...row, journal: "" }));
      });
    const few = facts.slice(0, 900);
    const together = randomUUID();
    const apart = randomUUID();
    await storeFacts(database.pool, { journal: together, ...about }, [few]);
    const pieces = Array.from({ length: 129 }, (_, piece) => few.slice(piece * 7, piece * 7 + 7));
    await storeFacts(
      database.pool,
      { journal: apart, ...about },
      pieces.filter((piece) => piece.length > 0),
    );
    expect((await content(together)).length).toBeGreaterThan(5);
    expect(await content(apart)).toEqual(await content(together));
  });

  test("a trip that the day before carried in has no entry, and what this day realised", async () => {
    const carried = randomUUID();
    const start = facts.findIndex((fact) => fact.kind === "pairState" && fact.to === 3);
    const end = facts.findIndex((fact) => fact.kind === "pairState" && fact.to === 0);
    const day = facts.slice(start, end + 1).map((fact, index) => ({ ...fact, number: index + 1 }));
    await storeFacts(database.pool, { journal: carried, ...about }, [day]);
    const { rows } = await history.tradesWindow(filterWith({ journal: carried }), whole);
    expect(rows).toMatchObject([{ openedNs: null, holdingNs: null, entryZ: null }]);
    const realised = day.flatMap((fact) => (fact.kind === "fill" ? fact.realised : []));
    expect(rows[0].gross).toBe(sum(realised));
  });
});

/** Facts about an order that are no message. */
const besides = ["orderBook", "approval", "fillMark"];

describe("the life of an order", () => {
  test("holds every message of it, its parent, and the price paid against the mid at arrival", async () => {
    const orders = facts.filter((fact): fact is FactOf<"orderSubmitted"> & Fact => fact.kind === "orderSubmitted");
    for (const submitted of orders.slice(0, 60)) {
      const life = await history.orderLife(journal, submitted.order);
      const own = facts.filter(
        (fact) => "order" in fact && fact.order === submitted.order && !besides.includes(fact.kind),
      );
      const parent = facts.find((fact) => fact.kind === "parentCreated" && fact.parent === submitted.parent);
      const events = life?.events.filter(({ kind }) => kind !== "fillBroken") ?? [];
      expect(events.map(({ factNumber, timeNs }) => [factNumber, timeNs])).toEqual(
        own.map(({ number, timeNs }) => [number, timeNs]),
      );
      expect(life?.parent).toMatchObject({ id: submitted.parent, createdNs: parent?.timeNs });
      const paid = own.filter((fact): fact is FactOf<"fill"> & Fact => fact.kind === "fill" && !broken.has(fact.fill));
      if (paid.length === 0) continue;
      const mid = (submitted.bid + submitted.ask) / 2;
      const cost = sum(
        paid.map(({ quantity, price }) => (submitted.side === 0 ? price - mid : mid - price) * quantity),
      );
      expect(life?.slippage?.money).toBe(cost);
      expect(life?.events.filter(({ kind, book }) => kind !== "fillBroken" && book === null)).toEqual([]);
      expect(life?.fills.length).toBe(own.filter(({ kind }) => kind === "fill").length);
      expect(life?.markOuts.map(({ horizonSeconds }) => horizonSeconds)).toEqual([1, 10, 60]);
    }
  });

  test("an order or trade that is not there is null", async () => {
    expect(await history.orderLife(journal, 999_999)).toBeNull();
    expect(await history.tradeLife(journal, 999_999)).toBeNull();
    expect(await history.orderLife("no such day", 1)).toBeNull();
  });

  test("a trade lists the orders that made it, unfilled ones too", async () => {
    const { rows } = await history.tradesWindow(filterWith({}), whole);
    for (const { id, fills, pair } of rows.slice(0, 20)) {
      const life = await history.tradeLife(journal, id);
      expect(life?.trade.id).toBe(id);
      expect(life?.orders.length).toBeGreaterThanOrEqual(4);
      expect(life?.orders.length).toBeLessThanOrEqual(fills + 8);
      const symbols = [desk.pairs[pair].instrumentA, desk.pairs[pair].instrumentB];
      for (const order of life?.orders ?? []) expect(symbols).toContain(order.instrument);
    }
  });
});
