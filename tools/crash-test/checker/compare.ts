import type { VenueLog } from "./drop-copy";
import type { FactsFile } from "./facts-file";

/** Rows of the store as the history answers them. */
export type StoredFill = {
  readonly id: number;
  readonly order: number;
  readonly venue: number;
  readonly instrument: number;
  readonly quantity: number;
  readonly price: number;
};

export type Comparison = { readonly orders: number; readonly fills: number; readonly problems: readonly string[] };

/**
 * Holds three records of one day against each other: the venues' own (drop copy), the facts log, the store. Every order
 * and fill must be in each exactly once, and positions must follow. Problems in words; none is what is wanted.
 */
export function compare(
  venues: readonly VenueLog[],
  facts: FactsFile,
  store: { readonly fills: readonly StoredFill[]; readonly orders: readonly number[] },
): Comparison {
  const problems: string[] = [];
  const factFills = new Map<string, number>();
  for (const { fill, venue, match, order } of facts.fills) {
    const key = `${venue}/${match}/${order}`;
    if (factFills.has(key)) problems.push(`fill ${fill} is fill ${factFills.get(key)} again: ${key}`);
    factFills.set(key, fill);
  }
  const byFill = new Map(facts.fills.map((fill) => [fill.fill, fill]));
  const told = new Set<string>();
  const had = new Set<number>();
  venues.forEach((log, venue) => {
    const seen = new Set<number>();
    for (const { userReference } of [...log.accepted, ...log.replaced]) {
      const order = facts.references.get(`${venue}:${userReference}`);
      if (order !== undefined) had.add(order);
    }
    for (const { original, userReference } of log.replaced) {
      if (!facts.references.has(`${venue}:${userReference}`))
        problems.push(`venue ${venue} replaced ${original} by ${userReference}, of which no fact speaks`);
      if (seen.has(userReference)) problems.push(`venue ${venue} took ${userReference} twice`);
      seen.add(userReference);
    }
    for (const { userReference } of log.accepted) {
      if (seen.has(userReference)) problems.push(`venue ${venue} accepted ${userReference} twice`);
      seen.add(userReference);
      if (!facts.references.has(`${venue}:${userReference}`))
        problems.push(`venue ${venue} has an order ${userReference} that no fact speaks of`);
    }
    for (const { userReference, quantity, price, match } of log.executed) {
      const order = facts.references.get(`${venue}:${userReference}`);
      const key = `${venue}/${match}/${order}`;
      if (told.has(key)) continue;
      told.add(key);
      const fill = byFill.get(factFills.get(key) ?? -1);
      if (fill === undefined) problems.push(`venue ${venue}: execution ${match} of ${userReference} is in no fact`);
      else if (Math.abs(fill.quantity) !== quantity || fill.price !== price)
        problems.push(`fill ${fill.fill}: ${fill.quantity} at ${fill.price}, the venue says ${quantity} at ${price}`);
      else if (log.brokenMatches.has(match) !== facts.brokenFills.has(fill.fill))
        problems.push(`fill ${fill.fill} is broken on one side only`);
    }
  });
  for (const order of facts.openOrders)
    if (!had.has(order)) problems.push(`order ${order} is open in the facts, and no venue ever had it`);
  for (const [key, fill] of factFills) if (!told.has(key)) problems.push(`fill ${fill} (${key}) is at no venue`);
  compareStore(facts, store, problems);
  comparePositions(facts, problems);
  return { orders: facts.orders.length, fills: facts.fills.length, problems };
}

function compareStore(
  facts: FactsFile,
  store: { readonly fills: readonly StoredFill[]; readonly orders: readonly number[] },
  problems: string[],
): void {
  const stored = new Map<number, StoredFill>();
  for (const fill of store.fills) {
    if (stored.has(fill.id)) problems.push(`the store has fill ${fill.id} twice`);
    stored.set(fill.id, fill);
  }
  for (const { fill, order, venue, instrument, quantity, price } of facts.fills) {
    const row = stored.get(fill);
    stored.delete(fill);
    const there = row && [row.order, row.venue, row.instrument, row.quantity, row.price].join(", ");
    const here = [order, venue, instrument, Math.abs(quantity), price].join(", ");
    if (there !== here) problems.push(`fill ${fill}: facts ${here}; store ${there ?? "nothing"}`);
  }
  for (const id of stored.keys()) problems.push(`the store invents fill ${id}`);
  const orders = new Set(store.orders);
  if (orders.size !== store.orders.length) problems.push("the store has an order twice");
  for (const { order } of facts.orders) if (!orders.delete(order)) problems.push(`order ${order} is not in the store`);
  for (const order of orders) problems.push(`the store invents order ${order}`);
}

/** The position a fill names is the sum of all fills so far, where none was broken meanwhile. */
function comparePositions(facts: FactsFile, problems: string[]): void {
  const held = new Map<number, number>();
  const hasBroken = facts.brokenFills.size > 0;
  for (const { fill, instrument, quantity, positionQuantity } of facts.fills) {
    const before = held.get(instrument);
    // Positions are carried over days: the first fill tells what was there.
    const now = before === undefined ? positionQuantity : before + quantity;
    held.set(instrument, now);
    if (now !== positionQuantity && !hasBroken)
      problems.push(`fill ${fill}: position ${positionQuantity}, its fills make ${now}`);
  }
}
