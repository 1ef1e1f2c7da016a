import { and, asc, eq, gte, lte } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import type { PoolClient } from "pg";
import {
  approvals,
  fillMarks,
  fills,
  orderBooks,
  orderEvents,
  orders,
  pairSignals,
  parents,
  quoteSignals,
  refusals,
} from "../schema";

/** Messages and refusals of one order that are read at most. */
const rowsMax = 1_000;

/**
 * What happened to one order: itself, its parent with what the strategy saw, every message with its book, what the gate
 * let pass, its fills with the market after them, and what the gate refused of the same strategy, pair and instrument
 * between the parent's birth and the order's last change. Null when it is not there.
 */
export async function orderLife(client: PoolClient, journal: string, id: number) {
  const database = drizzle(client);
  const [order] = await database
    .select()
    .from(orders)
    .where(and(eq(orders.journal, journal), eq(orders.id, id)));
  if (order === undefined) return null;
  const [parent] = await database
    .select()
    .from(parents)
    .where(and(eq(parents.journal, journal), eq(parents.id, order.parent)));
  const events = await database
    .select()
    .from(orderEvents)
    .where(and(eq(orderEvents.journal, journal), eq(orderEvents.order, id)))
    .orderBy(asc(orderEvents.factNumber))
    .limit(rowsMax);
  const [pairSignal] = await database
    .select()
    .from(pairSignals)
    .where(and(eq(pairSignals.journal, journal), eq(pairSignals.parent, order.parent)));
  const [quoteSignal] = await database
    .select()
    .from(quoteSignals)
    .where(and(eq(quoteSignals.journal, journal), eq(quoteSignals.parent, order.parent)));
  const books = await database
    .select()
    .from(orderBooks)
    .where(and(eq(orderBooks.journal, journal), eq(orderBooks.order, id)))
    .orderBy(asc(orderBooks.factNumber))
    .limit(rowsMax);
  const approved = await database
    .select()
    .from(approvals)
    .where(and(eq(approvals.journal, journal), eq(approvals.order, id)))
    .orderBy(asc(approvals.factNumber))
    .limit(rowsMax);
  const filled = await database
    .select()
    .from(fills)
    .where(and(eq(fills.journal, journal), eq(fills.order, id)))
    .orderBy(asc(fills.id))
    .limit(rowsMax);
  const marks = await database
    .select()
    .from(fillMarks)
    .where(and(eq(fillMarks.journal, journal), eq(fillMarks.order, id)))
    .orderBy(asc(fillMarks.fill), asc(fillMarks.horizonSeconds))
    .limit(rowsMax * 3);
  const refused = await database
    .select()
    .from(refusals)
    .where(
      and(
        eq(refusals.journal, journal),
        eq(refusals.strategy, order.strategy),
        eq(refusals.pair, order.pair),
        eq(refusals.instrument, order.instrument),
        gte(refusals.timeNs, parent?.createdNs ?? order.submittedNs),
        lte(refusals.timeNs, order.changedNs),
      ),
    )
    .orderBy(asc(refusals.factNumber))
    .limit(rowsMax);
  return {
    order,
    parent: parent ?? null,
    pairSignal: pairSignal ?? null,
    quoteSignal: quoteSignal ?? null,
    events,
    books,
    approvals: approved,
    fills: filled,
    marks,
    refusals: refused,
  };
}
