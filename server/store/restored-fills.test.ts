import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrateDatabase } from "../../db/connect";
import { inTransaction } from "../../db/transaction";
import { type Fact, type FactOf, factFields } from "../../domain/facts";
import type { FillsPayload } from "../../protocol/topics";
import { OrderReplica } from "../gateway/order-replica";
import { storeFacts } from "./store-facts";
import { migrationsFolder, openTestDatabase, type TestDatabase } from "./testing/test-database";

const about = { tradingDay: "2020-01-02", deskHash: "test" };

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
  await migrateDatabase(database.pool, migrationsFolder);
});
afterAll(() => database.close());

/** A fact whose fields are 0 but for those given. */
function factOf<Kind extends Fact["kind"]>(kind: Kind, number: number, given: Partial<FactOf<Kind>>): Fact {
  const fields = Object.fromEntries(factFields[kind].map((field) => [field, 0]));
  return { ...fields, kind, number, timeNs: number * 1e9, text: "", ...given } as unknown as Fact;
}

const submitted = [
  factOf("orderSubmitted", 1, { order: 1, quantity: 100, price: 10_000 }),
  factOf("orderAccepted", 2, { order: 1, quantity: 100, price: 10_000 }),
  factOf("fill", 3, { fill: 1, order: 1, quantity: 40, price: 10_000, leavesQuantity: 60 }),
];
/** What a person's CORRECT makes of a match that order session and drop copy told with different numbers, in one turn. */
const corrected = [
  factOf("fillBroken", 4, { fill: 1, order: 1, quantity: 40, price: 10_000 }),
  factOf("fill", 5, { fill: 1, order: 1, quantity: 30, price: 10_100, leavesQuantity: 60 }),
];
const brokenAgain = [factOf("fillBroken", 6, { fill: 1, order: 1, quantity: 30, price: 10_100 })];
const standing = [{ id: 1, quantity: 30, price: 10_100, broken: false }];
const broken = [{ id: 1, quantity: 30, price: 10_100, broken: true }];

async function fillsAfter(batches: readonly (readonly Fact[])[]) {
  const journal = randomUUID();
  await storeFacts(database.pool, { journal, ...about }, batches);
  return inTransaction(database.pool, async (client) => {
    const { rows } = await client.query(
      `select id::integer, quantity::integer, price::integer, broken from projection.fills where journal = $1`,
      [journal],
    );
    return rows;
  });
}

describe("a fill that was taken back and stands after all", () => {
  test("stands in the history when both were told in one batch", async () => {
    expect(await fillsAfter([submitted, corrected])).toEqual(standing);
  });

  test("does not stop the history when the fill itself is in that batch too, as in a rebuild", async () => {
    expect(await fillsAfter([[...submitted, ...corrected]])).toEqual(standing);
  });

  test("is broken in the history when the venue takes it back later, however the facts are batched", async () => {
    const all = [...submitted, ...corrected, ...brokenAgain];
    expect(await fillsAfter([all])).toEqual(broken);
    expect(await fillsAfter([submitted, [...corrected, ...brokenAgain]])).toEqual(broken);
    expect(await fillsAfter(all.map((fact) => [fact]))).toEqual(broken);
  });

  test("is one row on the screen, with the numbers that it stands with", () => {
    const replica = new OrderReplica(() => undefined);
    const rows = () =>
      (replica.fillsTopic.snapshot() as FillsPayload).rows.map((row) => ({
        id: row.id,
        quantity: row.quantity,
        price: row.price,
        broken: row.broken,
      }));
    for (const fact of [...submitted, ...corrected]) replica.apply(fact);
    expect(rows()).toEqual(standing);
    for (const fact of brokenAgain) replica.apply(fact);
    expect(rows()).toEqual(broken);
  });
});
