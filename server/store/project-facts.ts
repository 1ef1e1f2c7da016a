import type { InferInsertModel } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { PoolClient } from "pg";
import { ordersById } from "../../db/queries/orders-by-id";
import { tradesOfFills, writeTrades } from "../../db/queries/write-trades";
import * as schema from "../../db/schema";
import { upsertRows } from "../../db/upsert-rows";
import { commandAnswers, commandKinds, roles, scopes } from "../../domain/command";
import { commandText, type Fact, type FactOf } from "../../domain/facts";
import { alertCodes } from "../../domain/health";
import { parentReasons, sides, timesInForce } from "../../domain/order";
import { refusalCodes } from "../../domain/refusal";
import { pairStates, strategyStages, strategyStates } from "../../domain/strategy";
import { afterEffect, orderEffect } from "./order-effects";
import { orderEventRow, wideNumber } from "./order-event-row";
import { approvalRow, fillMarkRow, orderBookRow, pairSignalRow, quoteSignalRow } from "./order-life-rows";

type Row<Table extends PgTable> = InferInsertModel<Table>;

/** Called before each statement with its name; tests crash here. */
export type BeforeStatement = (statement: string) => void | Promise<void>;

/**
 * Writes the rows that a run of facts leads to, inside the caller's transaction. Facts of one journal, in order. The
 * rows depend on the facts and on the orders as they stand, on nothing else.
 */
export async function projectFacts(
  client: PoolClient,
  journal: string,
  facts: readonly Fact[],
  before: BeforeStatement = () => undefined,
): Promise<void> {
  const write = async <Table extends PgTable>(name: string, table: Table, rows: readonly Row<Table>[]) => {
    if (rows.length === 0) return;
    await before(name);
    await upsertRows(client, table, rows);
  };
  const of = <Kind extends Fact["kind"]>(kind: Kind): FactOf<Kind>[] =>
    facts.filter((fact): fact is FactOf<Kind> & Fact => fact.kind === kind);

  await write(
    "parents",
    schema.parents,
    of("parentCreated").map((fact) => parentRow(journal, fact)),
  );
  await write(
    "pairSignals",
    schema.pairSignals,
    of("pairSignal").map((fact) => pairSignalRow(journal, fact)),
  );
  await write(
    "quoteSignals",
    schema.quoteSignals,
    of("quoteSignal").map((fact) => quoteSignalRow(journal, fact)),
  );
  await write("orders", schema.orders, await orderRows(client, journal, facts));
  await write(
    "orderEvents",
    schema.orderEvents,
    facts.flatMap((fact) => orderEventRow(journal, fact) ?? []),
  );
  await write(
    "orderBooks",
    schema.orderBooks,
    of("orderBook").map((fact) => orderBookRow(journal, fact)),
  );
  await write(
    "approvals",
    schema.approvals,
    of("approval").map((fact) => approvalRow(journal, fact)),
  );
  const { rows: fills, broken } = fillsAfter(journal, facts);
  await write("fills", schema.fills, fills);
  await write(
    "fillMarks",
    schema.fillMarks,
    of("fillMark").map((fact) => fillMarkRow(journal, fact)),
  );
  if (broken.length > 0) {
    await before("broken fills");
    await client.query(`update projection.fills set broken = true where journal = $1 and id = any($2::bigint[])`, [
      journal,
      broken,
    ]);
  }
  const positions = of("position").map((fact) => positionRow(journal, fact));
  await write(
    "positions",
    schema.positions,
    lastBy(positions, (row) => `${row.strategy}:${row.pair}:${row.instrument}`),
  );
  const states = of("strategyState").map((fact) => strategyStateRow(journal, fact));
  await write("strategyStates", schema.strategyStates, states);
  const strategies = states.map(({ strategy, to, stage, timeNs }) => ({
    journal,
    strategy,
    state: to,
    stage,
    sinceNs: timeNs,
  }));
  await write(
    "strategies",
    schema.strategies,
    lastBy(strategies, (row) => row.strategy),
  );
  await write(
    "commands",
    schema.commands,
    of("command").map((fact) => commandRow(journal, fact)),
  );
  await write(
    "kills",
    schema.kills,
    of("kill").map((fact) => killRow(journal, fact)),
  );
  const bars = of("bar").map((fact) => barRow(journal, fact));
  await write(
    "bars",
    schema.bars,
    lastBy(bars, (row) => `${row.instrument}:${row.minute}`),
  );
  await write(
    "pairStates",
    schema.pairStates,
    of("pairState").map((fact) => pairStateRow(journal, fact)),
  );
  const closings = of("pairState")
    .filter(({ to }) => to === pairStates.code.flat)
    .map(({ number }) => number);
  const changed = of("fillBroken").map(({ fill }) => fill);
  if (changed.length > 0) closings.push(...(await tradesOfFills(client, journal, changed)));
  if (closings.length > 0) {
    await before("trades");
    await writeTrades(client, journal, [...new Set(closings)]);
  }
  await write(
    "marks",
    schema.marks,
    of("mark").map((fact) => markRow(journal, fact)),
  );
  await write(
    "refusals",
    schema.refusals,
    of("refusal").map((fact) => refusalRow(journal, fact)),
  );
  await write(
    "alerts",
    schema.alerts,
    of("alert").map((fact) => alertRow(journal, fact)),
  );
}

/** The orders these facts submit or change, as they stand after the last of them. */
async function orderRows(
  client: PoolClient,
  journal: string,
  facts: readonly Fact[],
): Promise<Row<typeof schema.orders>[]> {
  const touched = new Set<number>();
  const submitted = new Set<number>();
  for (const fact of facts) {
    if (fact.kind === "orderSubmitted") submitted.add(fact.order);
    const effect = orderEffect(fact);
    if (effect && !submitted.has(effect.order)) touched.add(effect.order);
  }
  const orders = new Map((await ordersById(client, journal, [...touched])).map((order) => [order.id, order]));
  for (const fact of facts) {
    if (fact.kind === "orderSubmitted") orders.set(fact.order, submittedOrder(journal, fact));
    const effect = orderEffect(fact);
    const order = effect ? orders.get(effect.order) : undefined;
    if (effect && order) orders.set(order.id, { ...afterEffect(order, effect), changedNs: fact.timeNs });
  }
  return [...orders.values()];
}

function submittedOrder(journal: string, fact: FactOf<"orderSubmitted">): typeof schema.orders.$inferSelect {
  return {
    journal,
    id: fact.order,
    parent: fact.parent,
    strategy: fact.strategy,
    pair: fact.pair,
    instrument: fact.instrument,
    venue: fact.venue,
    userReference: fact.userReference,
    side: sides.name(fact.side),
    quantity: fact.quantity,
    filledQuantity: 0,
    leavesQuantity: fact.quantity,
    price: fact.price,
    timeInForce: timesInForce.name(fact.timeInForce),
    postOnly: fact.postOnly === 1,
    state: "pending",
    cancelCause: null,
    bid: fact.bid,
    ask: fact.ask,
    submittedNs: fact.timeNs,
    changedNs: fact.timeNs,
  };
}

function parentRow(journal: string, fact: FactOf<"parentCreated">): Row<typeof schema.parents> {
  return {
    journal,
    id: fact.parent,
    strategy: fact.strategy,
    pair: fact.pair,
    instrument: fact.instrument,
    side: sides.name(fact.side),
    quantity: fact.quantity,
    limitPrice: fact.limitPrice,
    reason: parentReasons.name(fact.reason),
    arrivalBid: fact.arrivalBid,
    arrivalAsk: fact.arrivalAsk,
    signal: fact.signal,
    createdNs: fact.timeNs,
  };
}

/**
 * The fills of these facts as they stand after the last of them, and those of earlier ones that are broken now. A person
 * may let a fill stand that was taken back: it is told again, under its own number.
 */
function fillsAfter(journal: string, facts: readonly Fact[]): { rows: Row<typeof schema.fills>[]; broken: number[] } {
  const rows = new Map<number, Row<typeof schema.fills>>();
  const broken = new Set<number>();
  for (const fact of facts) {
    if (fact.kind === "fill") {
      rows.set(fact.fill, fillRow(journal, fact));
      broken.delete(fact.fill);
    } else if (fact.kind === "fillBroken") {
      const row = rows.get(fact.fill);
      if (row) rows.set(fact.fill, { ...row, broken: true });
      else broken.add(fact.fill);
    }
  }
  return { rows: [...rows.values()], broken: [...broken] };
}

function fillRow(journal: string, fact: FactOf<"fill">): Row<typeof schema.fills> {
  return {
    journal,
    id: fact.fill,
    order: fact.order,
    parent: fact.parent,
    strategy: fact.strategy,
    pair: fact.pair,
    instrument: fact.instrument,
    venue: fact.venue,
    side: sides.name(fact.side),
    quantity: fact.quantity,
    price: fact.price,
    fee: fact.fee,
    liquidity: fact.liquidity,
    match: wideNumber(fact.matchHigh, fact.matchLow),
    source: fact.source,
    venueTimeNs: fact.venueTimeNs,
    realised: fact.realised,
    positionQuantity: fact.positionQuantity,
    averagePrice: fact.averagePrice,
    leavesQuantity: fact.leavesQuantity,
    broken: false,
    timeNs: fact.timeNs,
    factNumber: fact.number,
  };
}

function positionRow(journal: string, fact: FactOf<"position">): Row<typeof schema.positions> {
  const { strategy, pair, instrument, quantity, totalCost, realised, fees, boughtQuantity, soldQuantity } = fact;
  const where = { journal, strategy, pair, instrument };
  return { ...where, quantity, totalCost, realised, fees, boughtQuantity, soldQuantity, changedNs: fact.timeNs };
}

function strategyStateRow(journal: string, fact: FactOf<"strategyState">): Row<typeof schema.strategyStates> {
  return {
    journal,
    factNumber: fact.number,
    strategy: fact.strategy,
    from: strategyStates.name(fact.from),
    to: strategyStates.name(fact.to),
    stage: strategyStages.name(fact.stage),
    timeNs: fact.timeNs,
  };
}

function commandRow(journal: string, fact: FactOf<"command">): Row<typeof schema.commands> {
  const { id, actor, reason } = commandText(fact);
  return {
    journal,
    factNumber: fact.number,
    commandId: id,
    command: commandKinds.name(fact.command),
    scope: scopes.name(fact.scope),
    target: fact.target,
    actor,
    role: roles.name(fact.role),
    reason,
    answer: commandAnswers.name(fact.answer),
    detail: fact.detail,
    timeNs: fact.timeNs,
  };
}

function killRow(journal: string, fact: FactOf<"kill">): Row<typeof schema.kills> {
  const { target, orders, cancelled, unknown, timeNs } = fact;
  const scope = scopes.name(fact.scope);
  return {
    journal,
    factNumber: fact.number,
    scope,
    target,
    engaged: fact.engaged === 1,
    orders,
    cancelled,
    unknown,
    timeNs,
  };
}

function barRow(journal: string, fact: FactOf<"bar">): Row<typeof schema.bars> {
  const { instrument, minute, open, high, low, close, volume, trades } = fact;
  return { journal, instrument, minute, open, high, low, close, volume, trades };
}

function pairStateRow(journal: string, fact: FactOf<"pairState">): Row<typeof schema.pairStates> {
  return {
    journal,
    factNumber: fact.number,
    pair: fact.pair,
    strategy: fact.strategy,
    from: pairStates.name(fact.from),
    to: pairStates.name(fact.to),
    reason: parentReasons.name(fact.reason),
    z: fact.z,
    quantityA: fact.quantityA,
    quantityB: fact.quantityB,
    realised: fact.realised,
    fees: fact.fees,
    timeNs: fact.timeNs,
  };
}

function markRow(journal: string, fact: FactOf<"mark">): Row<typeof schema.marks> {
  const { strategy, realised, unrealised, fees, grossExposure, netExposure, timeNs } = fact;
  return { journal, factNumber: fact.number, strategy, realised, unrealised, fees, grossExposure, netExposure, timeNs };
}

function refusalRow(journal: string, fact: FactOf<"refusal">): Row<typeof schema.refusals> {
  const { strategy, pair, instrument, venue, quantity, price, limit, value, timeNs } = fact;
  const what = { strategy, pair, instrument, venue, side: sides.name(fact.side), quantity, price };
  return { journal, factNumber: fact.number, ...what, code: refusalCodes.name(fact.code), limit, value, timeNs };
}

function alertRow(journal: string, fact: FactOf<"alert">): Row<typeof schema.alerts> {
  const { target, value, limit, text, timeNs } = fact;
  return { journal, factNumber: fact.number, code: alertCodes.name(fact.code), target, value, limit, text, timeNs };
}

/** The last row of each key: one statement may not write a row twice. */
function lastBy<Item>(rows: readonly Item[], key: (row: Item) => string | number): Item[] {
  return [...new Map(rows.map((row) => [key(row), row])).values()];
}
