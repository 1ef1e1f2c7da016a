import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrateDatabase } from "../../db/connect";
import { commandKinds, scopes } from "../../domain/command";
import type { Fact, FactKind, FactOf } from "../../domain/facts";
import type { OrderLife } from "../../protocol/history";
import { dropChannel } from "../../server/machine/channels";
import { databaseHistory } from "../../server/store/history";
import { storeFacts } from "../../server/store/store-facts";
import { migrationsFolder, openTestDatabase, type TestDatabase } from "../../server/store/testing/test-database";
import { demoDesk } from "../support/demo-desk";
import { createRandom } from "../support/random";
import { type ArrivedOrder, ScriptedVenue } from "../support/scripted-venue";
import { VirtualDesk } from "../support/virtual-desk";

/*
 * Every number in the life of an order, recomputed from the facts log. Nothing here comes from the store but the names
 * of the answer's fields: what a fact means is written down once more.
 */

const sideNames = ["buy", "sell", "sellShort"];
const reasonNames = ["entry", "exit", "stop", "timeout", "chase", "unwind", "quote", "flatten"];
const causeNames = [
  "strategy",
  "user",
  "immediateOrCancel",
  "kill",
  "halt",
  "shutdown",
  "timeout",
  "venue",
  "disconnect",
  "selfTrade",
];
/** Texts of OUCH 5.0, section 3.4 and its appendix of reject reasons, for the codes of these days. */
const cancelTexts: Readonly<Record<string, string>> = {
  U: "requested by the user",
  I: "immediate or cancel",
  Q: "self match prevention",
  T: "time in force has expired",
};
const rejectTexts = [
  "",
  "quote unavailable",
  "destination closed",
  "invalid display",
  "invalid max floor",
  "invalid peg type",
  "fat finger",
  "halted",
  "intermarket sweep not allowed",
  "invalid side",
];
const rejectDetail = (code: number) => `code ${code}: ${rejectTexts[code]}`;
const cancelDetail = (reason: number) => {
  const letter = String.fromCharCode(reason);
  return `${letter}: ${cancelTexts[letter]}`;
};
const wide = (high: number, low: number) => (BigInt(high) * 4_294_967_296n + BigInt(low)).toString();

function push<Key, Item>(map: Map<Key, Item[]>, key: Key, item: Item): void {
  const items = map.get(key);
  if (items === undefined) map.set(key, [item]);
  else items.push(item);
}

/** The facts of one day, by kind and by order. */
class Log {
  private readonly byKind = new Map<FactKind, Fact[]>();
  private readonly byOrder = new Map<number, (Fact & { order: number })[]>();

  constructor(facts: readonly Fact[]) {
    for (const fact of facts) {
      push(this.byKind, fact.kind, fact);
      if ("order" in fact) push(this.byOrder, fact.order, fact);
    }
  }

  of<Kind extends FactKind>(kind: Kind): FactOf<Kind>[] {
    return (this.byKind.get(kind) ?? []).filter((fact): fact is Fact & FactOf<Kind> => fact.kind === kind);
  }

  about(order: number): readonly (Fact & { order: number })[] {
    return this.byOrder.get(order) ?? [];
  }
}

type Against = { quantity: number; price: number; bid: number; ask: number };

/** Cost against mids, in whole numbers as long as it goes; null without any mid. */
function costOf(isBuy: boolean, given: readonly Against[]) {
  const fills = given.filter(({ bid, ask }) => bid !== 0 && ask !== 0);
  let quantity = 0n;
  let twiceCost = 0n;
  let twiceValue = 0n;
  for (const fill of fills) {
    const twiceMid = BigInt(fill.bid) + BigInt(fill.ask);
    const dearer = 2n * BigInt(fill.price) - twiceMid;
    quantity += BigInt(fill.quantity);
    twiceCost += BigInt(fill.quantity) * (isBuy ? dearer : -dearer);
    twiceValue += BigInt(fill.quantity) * twiceMid;
  }
  if (quantity === 0n) return null;
  const bps = (Number(twiceCost) / Number(twiceValue)) * 10_000;
  return { quantity: Number(quantity), money: Number(twiceCost) / 2, bps };
}

/** What the facts say of an order's messages, with the book of each. */
function eventsOf(log: Log, order: number) {
  const own = log.about(order);
  const books = new Map(own.flatMap((fact) => (fact.kind === "orderBook" ? [[fact.fact, fact] as const] : [])));
  return own.flatMap((fact) => {
    const nothing = { quantity: null, price: null, leavesQuantity: null, venueTimeNs: null, detail: null };
    const event = (kind: string, fields: object) => [
      {
        factNumber: fact.number,
        timeNs: fact.timeNs,
        kind,
        ...nothing,
        ...fields,
        book: bookOf(books.get(fact.number)),
      },
    ];
    switch (fact.kind) {
      case "orderSubmitted":
        return event("submitted", { quantity: fact.quantity, price: fact.price });
      case "orderAccepted": {
        const { quantity, price, venueTimeNs } = fact;
        const detail = wide(fact.venueReferenceHigh, fact.venueReferenceLow);
        return event("accepted", { quantity, price, venueTimeNs, detail });
      }
      case "orderRejected":
        return event("rejected", { venueTimeNs: fact.venueTimeNs, detail: rejectDetail(fact.code) });
      case "orderReplaceSent":
        return event("replaceSent", { quantity: fact.quantity, price: fact.price });
      case "orderReplaced":
        return event("replaced", { quantity: fact.quantity, price: fact.price, venueTimeNs: fact.venueTimeNs });
      case "orderReplaceRejected":
        return event("replaceRejected", { venueTimeNs: fact.venueTimeNs, detail: rejectDetail(fact.code) });
      case "orderCancelSent":
        return event("cancelSent", { detail: causeNames[fact.cause] });
      case "orderCancelled": {
        const { quantity, leavesQuantity, venueTimeNs } = fact;
        return event("cancelled", { quantity, leavesQuantity, venueTimeNs, detail: cancelDetail(fact.reason) });
      }
      case "fill": {
        const { quantity, price, leavesQuantity, venueTimeNs } = fact;
        const detail = wide(fact.matchHigh, fact.matchLow);
        return event("fill", { quantity, price, leavesQuantity, venueTimeNs, detail });
      }
      case "fillBroken":
        return event("fillBroken", { quantity: fact.quantity, price: fact.price });
      case "orderLost":
        return event("lost", {});
      case "orderCancelAnswered":
        return event(fact.pending === 1 ? "cancelPending" : "cancelRejected", {});
      case "orderUnknown":
        return event("unknown", { detail: expect.any(String) });
      case "orderConfirmed":
        return event("confirmed", {});
      default:
        return [];
    }
  });
}

function bookOf(fact: FactOf<"orderBook"> | undefined) {
  if (fact === undefined) return null;
  const fields = fact as unknown as Record<string, number>;
  const side = (name: string) =>
    [1, 2, 3, 4, 5].flatMap((level) => {
      const price = fields[`${name}Price${level}`];
      return price === 0 ? [] : [[price, fields[`${name}Quantity${level}`]]];
    });
  return {
    bid: fact.bid === 0 ? null : { price: fact.bid, quantity: fact.bidQuantity, venue: fact.bidVenue },
    ask: fact.ask === 0 ? null : { price: fact.ask, quantity: fact.askQuantity, venue: fact.askVenue },
    bids: side("bid"),
    asks: side("ask"),
  };
}

/** How an order stands after all of its facts, told once more without the table of an order's life. */
function standingOf(log: Log, order: number) {
  const [submitted] = log.of("orderSubmitted").filter((fact) => fact.order === order);
  let { price, timeNs: changedNs } = submitted!;
  let filled = 0;
  let cancelCause: string | null = null;
  let end: string | null = null;
  const known = { accepted: false, replacing: false, unknown: false, unwanted: false };
  for (const fact of log.about(order)) {
    if (["orderBook", "approval", "fillMark"].includes(fact.kind)) continue;
    changedNs = fact.timeNs;
    if (fact.kind === "orderAccepted") Object.assign(known, { accepted: true, unknown: false });
    // Given up as never seen, and here it is: it counts again, and is cancelled.
    if (fact.kind === "orderAccepted" && end === "lost") {
      end = null;
      known.unwanted = true;
    }
    if (fact.kind === "orderReplaceSent") known.replacing = true;
    if (fact.kind === "orderReplaceRejected") known.replacing = false;
    if (fact.kind === "orderReplaced") {
      Object.assign(known, { replacing: false, unknown: false });
      price = fact.price;
    }
    if (fact.kind === "orderUnknown") known.unknown = true;
    if (fact.kind === "orderConfirmed") Object.assign(known, { replacing: false, unknown: false });
    if (fact.kind === "orderCancelSent") cancelCause = causeNames[fact.cause] ?? null;
    if (fact.kind === "orderRejected") end ??= "rejected";
    if (fact.kind === "orderLost") end ??= "lost";
    if (fact.kind === "orderCancelled" && fact.leavesQuantity === 0 && end === null) {
      end = "TE".includes(String.fromCharCode(fact.reason)) ? "expired" : "cancelled";
      cancelCause ??= submitted!.timeInForce === 1 ? "immediateOrCancel" : "venue";
    }
    if (fact.kind === "fill") {
      known.accepted = true;
      filled += fact.quantity;
      if (fact.leavesQuantity === 0) end ??= "filled";
    }
    if (fact.kind === "fillBroken") {
      filled -= fact.quantity;
      if (end !== null) end = "broken";
    }
  }
  const resting = known.replacing ? "replacing" : filled > 0 ? "partlyFilled" : known.accepted ? "working" : "pending";
  const alive = known.unknown ? "unknown" : cancelCause !== null || known.unwanted ? "cancelling" : resting;
  return { submitted: submitted!, price, filled, changedNs, state: end ?? alive, cancelCause };
}

/** The life of an order as the facts have it. */
function lifeFromFacts(log: Log, journal: string, order: number) {
  const { submitted, price, filled, changedNs, state, cancelCause } = standingOf(log, order);
  const isBuy = submitted.side === 0;
  const parent = log.of("parentCreated").find((fact) => fact.parent === submitted.parent)!;
  const pairSignal = log.of("pairSignal").find((fact) => fact.parent === submitted.parent);
  const quoteSignal = log.of("quoteSignal").find((fact) => fact.parent === submitted.parent);
  const fills = log.of("fill").filter((fact) => fact.order === order);
  const broken = new Set(log.of("fillBroken").map(({ fill }) => fill));
  const standing = fills.filter(({ fill }) => !broken.has(fill));
  const marks = log.of("fillMark").filter((fact) => fact.order === order);
  const arrival = { bid: parent.arrivalBid, ask: parent.arrivalAsk };
  const costs = (of: readonly FactOf<"fill">[], market: (fill: number) => { bid: number; ask: number }) =>
    costOf(
      isBuy,
      of.map(({ fill, quantity, price }) => ({ quantity, price, ...market(fill) })),
    );
  const at = (horizon: number) => (fill: number) => {
    const mark = marks.find((each) => each.fill === fill && each.horizonSeconds === horizon);
    return { bid: mark?.bid ?? 0, ask: mark?.ask ?? 0 };
  };
  const judged = (value: number, limit: number) => (limit === 0 ? null : { value, limit });
  return {
    journal,
    id: order,
    strategy: submitted.strategy,
    pair: submitted.pair,
    instrument: submitted.instrument,
    venue: submitted.venue,
    side: sideNames[submitted.side],
    quantity: submitted.quantity,
    filledQuantity: filled,
    price,
    timeInForce: submitted.timeInForce === 0 ? "day" : "immediateOrCancel",
    postOnly: submitted.postOnly === 1,
    state,
    cancelCause,
    bid: submitted.bid,
    ask: submitted.ask,
    submittedNs: submitted.timeNs,
    changedNs,
    parent: {
      id: parent.parent,
      reason: reasonNames[parent.reason],
      quantity: parent.quantity,
      limitPrice: parent.limitPrice,
      arrivalBid: parent.arrivalBid,
      arrivalAsk: parent.arrivalAsk,
      signal: parent.signal,
      createdNs: parent.timeNs,
      seen: pairSignal
        ? {
            kind: "pair",
            z: pairSignal.z,
            spread: pairSignal.spread,
            mean: pairSignal.mean,
            deviation: pairSignal.deviation,
            hedgeRatio: pairSignal.hedgeRatio,
            midA: pairSignal.midA,
            midB: pairSignal.midB,
            entryZ: pairSignal.entryZ,
            exitZ: pairSignal.exitZ,
            stopZ: pairSignal.stopZ,
          }
        : {
            kind: "quote",
            bid: quoteSignal!.bid,
            bidQuantity: quoteSignal!.bidQuantity,
            ask: quoteSignal!.ask,
            askQuantity: quoteSignal!.askQuantity,
            spreadBps: quoteSignal!.spreadBps,
            spreadBpsMin: quoteSignal!.spreadBpsMin,
            inventoryQuantity: quoteSignal!.inventoryQuantity,
            inventoryQuantityMax: quoteSignal!.inventoryQuantityMax,
            behind: quoteSignal!.behind,
          },
    },
    events: eventsOf(log, order),
    approvals: log
      .of("approval")
      .filter((fact) => fact.order === order)
      .map((fact) => ({
        factNumber: fact.fact,
        timeNs: fact.timeNs,
        quantity: judged(fact.quantity, fact.quantityMax),
        notional: { value: fact.notional, limit: fact.notionalMax },
        price: { value: fact.price, low: fact.priceLow, high: fact.priceHigh },
        position: judged(fact.position, fact.positionMax),
        strategyPosition: judged(fact.strategyPosition, fact.strategyPositionMax),
        grossExposure: judged(fact.grossExposure, fact.grossExposureMax),
        strategyGrossExposure: judged(fact.strategyGrossExposure, fact.strategyGrossExposureMax),
        dataAgeNs: { value: fact.dataAgeNs, limit: fact.dataAgeNsMax },
      })),
    refusals: log
      .of("refusal")
      .filter(
        ({ strategy, pair, instrument, timeNs }) =>
          strategy === submitted.strategy &&
          pair === submitted.pair &&
          instrument === submitted.instrument &&
          timeNs >= parent.timeNs &&
          timeNs <= changedNs,
      )
      .map(({ number, limit, value, quantity, price, timeNs }) => ({
        factNumber: number,
        code: expect.any(String),
        limit,
        value,
        quantity,
        price,
        timeNs,
      })),
    fills: fills.map((fill) => {
      const counted = broken.has(fill.fill) ? [] : [fill];
      return {
        id: fill.fill,
        factNumber: fill.number,
        quantity: fill.quantity,
        price: fill.price,
        fee: fill.fee,
        broken: broken.has(fill.fill),
        timeNs: fill.timeNs,
        arrival: costs(counted, () => arrival),
        marks: marks
          .filter((mark) => mark.fill === fill.fill)
          .map(({ horizonSeconds, bid, ask, lateNs }) => ({
            horizonSeconds,
            bid,
            ask,
            lateNs,
            slippage: costs(counted, () => ({ bid, ask })),
          })),
      };
    }),
    slippage: costs(standing, () => arrival),
    markOuts: [1, 10, 60].map((horizonSeconds) => ({
      horizonSeconds,
      slippage: costs(standing, at(horizonSeconds)),
      missing: standing.filter(({ fill }) => at(horizonSeconds)(fill).bid === 0 || at(horizonSeconds)(fill).ask === 0)
        .length,
    })),
  };
}

/** What can be said of an order, to ask for some of each. */
function traitsOf(log: Log, order: number): string[] {
  const facts = log.about(order);
  const has = (kind: FactKind) => facts.some((fact) => fact.kind === kind);
  const fills = facts.filter(({ kind }) => kind === "fill").length;
  return [
    ...(fills > 1 ? ["filled in parts"] : fills === 1 ? ["filled at once"] : []),
    ...(has("orderCancelled") ? [fills > 0 ? "cancelled with a fill" : "cancelled"] : []),
    ...(has("orderReplaced") ? ["replaced"] : []),
    ...(has("orderReplaceRejected") ? ["replace refused"] : []),
    ...(has("orderRejected") ? ["rejected"] : []),
    ...(has("fillBroken") ? ["fill taken back"] : []),
    ...(facts.some((fact) => fact.kind === "orderSubmitted" && fact.pair >= 0) ? ["of a pair"] : []),
  ];
}

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await migrateDatabase(database.pool, migrationsFolder);
});
afterAll(() => database.close());

/** Projects the facts and compares the lives of some orders of each trait; returns the traits that were met. */
async function compareLives(facts: readonly Fact[], ofEachTrait: number): Promise<Map<string, number>> {
  const log = new Log(facts);
  const journal = randomUUID();
  const batches = Array.from({ length: Math.ceil(facts.length / 997) }, (_, i) => facts.slice(i * 997, i * 997 + 997));
  await storeFacts(database.pool, { journal, tradingDay: "2026-01-05", deskHash: "test" }, batches);
  const history = databaseHistory(database.pool);
  const met = new Map<string, number>();
  for (const { order } of log.of("orderSubmitted")) {
    const traits = traitsOf(log, order);
    if (traits.every((trait) => (met.get(trait) ?? 0) >= ofEachTrait)) continue;
    for (const trait of traits) met.set(trait, (met.get(trait) ?? 0) + 1);
    const life: OrderLife | null = await history.orderLife(journal, order);
    expect(life, `order ${order}`).toEqual(lifeFromFacts(log, journal, order));
  }
  return met;
}

describe("every number in the life of an order is in the facts", () => {
  test("of a day on the simulated exchange", async () => {
    const desk = demoDesk({ names: 40, pairs: 20 });
    const day = new VirtualDesk(desk);
    day.run(3_000);
    desk.strategies.forEach((_, strategy) => {
      day.command({ command: commandKinds.code.approve, scope: scopes.code.strategy, target: strategy });
    });
    day.run(120_000);
    const met = await compareLives(day.facts, 5);
    for (const trait of ["filled in parts", "filled at once", "cancelled", "replaced", "of a pair"])
      expect(met.get(trait) ?? 0, trait).toBeGreaterThan(0);
  });

  test("of a day on which the venue refuses, cancels and takes back", async () => {
    const met = await compareLives(hostileDay(), 5);
    for (const trait of ["rejected", "replace refused", "fill taken back", "cancelled with a fill", "filled in parts"])
      expect(met.get(trait) ?? 0, trait).toBeGreaterThan(0);
  });
});

/** Ten minutes of quotes at a venue that answers as it likes. */
function hostileDay(): readonly Fact[] {
  const desk = demoDesk({ names: 30, pairs: 15 });
  const maker = desk.strategies.findIndex(({ kind }) => kind === "maker");
  const parameters = desk.strategies[maker]?.parameters;
  if (parameters?.kind !== "maker") throw new Error("the demo desk has a maker");
  const { symbol, referencePrice } = desk.instruments[parameters.instruments[0]!]!;
  const random = createRandom(5);
  const below = (limit: number) => Math.floor(random() * limit);
  const script = new ScriptedVenue(desk);
  const { orders } = script.engine;
  const base = Math.round(referencePrice / 100) * 100;
  let resting: number[] = [];
  const working: ArrivedOrder[] = [];
  script.command("approve", "strategy", maker);
  script.acceptsByItself = false;
  for (let round = 0; round < 600; round++) {
    if (round % 3 === 0) {
      const old = resting;
      const shift = 100 * (below(7) - 3);
      const sides = shift < 0 ? (["buy", "sell"] as const) : (["sell", "buy"] as const);
      resting = sides.map((side) =>
        script.rest(below(2), symbol, side, 100 * (1 + below(5)), (side === "buy" ? base : base + 2_000) + shift),
      );
      for (const reference of old) for (const venue of [0, 1]) script.remove(venue, symbol, reference);
    }
    script.wait(300 + 100 * below(12));
    for (const order of script.takeArrived()) {
      if (random() < 0.15) script.rejected(order, 1 + below(9));
      else {
        script.accept(order);
        working.push(order);
      }
    }
    const open = working.filter(({ venue, reference }) => orders.isOpen(orders.ofReference(venue, reference)));
    const order = open[below(open.length)];
    if (order === undefined) continue;
    const row = orders.ofReference(order.venue, order.reference);
    const leaves = orders.leavesQuantity[row]!;
    const replace = orders.replaceReference[row]!;
    if (replace !== 0) script.rejected({ ...order, reference: replace });
    else if (random() < 0.7) {
      const part = random() < 0.2 ? leaves : 1 + below(leaves);
      const match = script.fill(order, part, order.price, { dropCopy: true });
      if (random() < 0.2) script.broken(order, match).broken(order, match, dropChannel);
    } else script.cancelled(order, leaves);
  }
  return script.facts;
}
