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
 * How far the clocks of two processes of one machine may be apart. Each reads the wall clock once, at its start, in
 * milliseconds, and counts on by the same monotonic clock: what is left is a step of the wall clock between two starts.
 */
const clocksApartNsMax = 1e9;

/** A session of SoupBinTCP that says nothing for so long is dropped by its reader. */
const silenceNsMax = 15e9;

/**
 * Holds three records of one day against each other: the venues' own (drop copy), the facts log, the store. Every order
 * and fill must be in each exactly once, every order must have ended in the facts when and only when it has at its venue,
 * and positions must follow. Everything has come to rest. Problems in words; none is what is wanted.
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
    for (const { userReference } of [...log.accepted, ...log.replaced, ...log.rejected]) {
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
    for (const { userReference } of log.rejected)
      if (!facts.references.has(`${venue}:${userReference}`))
        problems.push(`venue ${venue} rejected ${userReference}, of which no fact speaks`);
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
  for (const [order, { how }] of facts.ends)
    if (!had.has(order) && how !== "lost" && how !== "abandoned")
      problems.push(`order ${order} is ${how} in the facts, and no venue ever had it`);
  for (const [key, fill] of factFills) if (!told.has(key)) problems.push(`fill ${fill} (${key}) is at no venue`);
  compareEnds(venues, facts, problems);
  compareStore(facts, store, problems);
  comparePositions(facts, problems);
  return { orders: facts.orders.length, fills: facts.fills.length, problems };
}

/**
 * An order has ended on both sides or on neither, and at about the same time: a halt before the comparison makes the venue
 * cancel what was forgotten, and makes us ask about what we went on believing, so only times still tell.
 *
 * The facts end an order upon the venue's own word, which it stamped before it sent it. So its end at the venue is never
 * later than that in the facts, but for the clocks: one that is was forgotten meanwhile. Nor may the facts hear of it late
 * while its order session stands: the session is dropped after a silence, whatever is heard comes in the order in which
 * it was said, and a login tells all that was missed. After that long without a new session or start the end was heard.
 */
function compareEnds(venues: readonly VenueLog[], facts: FactsFile, problems: string[]): void {
  const firstReferences = new Map(facts.orders.map(({ order, userReference }) => [order, userReference]));
  venues.forEach((log, venue) => {
    for (const { references, endedNs } of log.orders) {
      const order = facts.references.get(`${venue}:${references[0]}`);
      if (order === undefined) continue;
      const name = `order ${order} (${references.join(", ")} at venue ${venue})`;
      if (facts.ends.get(order)?.how === "lost") problems.push(`${name} is lost in the facts, and the venue had it`);
      compareEnd(order, name, venue, endedNs, facts, problems);
    }
    for (const { userReference, timeNs } of log.rejected) {
      const order = facts.references.get(`${venue}:${userReference}`);
      // A refused replace ends nothing.
      if (order === undefined || firstReferences.get(order) !== userReference) continue;
      compareEnd(order, `order ${order} (${userReference} at venue ${venue})`, venue, timeNs, facts, problems);
    }
  });
}

/** `endedNs`: when it ended at its venue, null while it is open there. */
function compareEnd(
  order: number,
  name: string,
  venue: number,
  endedNs: number | null,
  facts: FactsFile,
  problems: string[],
): void {
  const end = facts.ends.get(order);
  if (end === undefined) {
    if (endedNs !== null) problems.push(`${name} is open in the facts, and has ended at the venue`);
    return;
  }
  if (endedNs === null) {
    problems.push(`${name} is ${end.how} in the facts, and open at the venue`);
    return;
  }
  const openNs = endedNs - end.timeNs;
  if (openNs > clocksApartNsMax)
    problems.push(
      `${name} is ${end.how} in the facts, and was open at the venue for ${secondsText(openNs)} after that`,
    );
  if (-openNs <= silenceNsMax) return;
  const calmSinceNs = facts.disturbances.reduce(
    (since, at) => (at.timeNs <= end.timeNs && (at.venue === venue || at.venue === -1) ? at.timeNs : since),
    endedNs,
  );
  const unheardNs = end.timeNs - Math.max(endedNs, calmSinceNs);
  if (unheardNs > silenceNsMax + clocksApartNsMax)
    problems.push(
      `${name} has ended at the venue, and was open in the facts for ${secondsText(unheardNs)} of calm after`,
    );
}

function secondsText(ns: number): string {
  return `${(ns / 1e9).toFixed(1)} s`;
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
  const submitted = new Set<number>();
  for (const { order } of facts.orders) {
    if (submitted.has(order)) problems.push(`the facts submit order ${order} twice`);
    submitted.add(order);
  }
  const orders = new Set(store.orders);
  if (orders.size !== store.orders.length) problems.push("the store has an order twice");
  for (const order of submitted) if (!orders.delete(order)) problems.push(`order ${order} is not in the store`);
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
