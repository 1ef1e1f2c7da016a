import { scopes } from "../../domain/command";
import type { Desk } from "../../domain/desk";
import { breakCauses, feedStates, sessionStates } from "../../domain/health";
import { orderStates } from "../../domain/order";
import { viewColumn, viewColumns } from "../../domain/views";
import type { Engine } from "../engine/engine";
import type { ViewSink } from "../machine/view-sink";
import type { Exchange } from "../simulator/exchange-machine";
import { decodeOuchOutbound, OuchOutboundHandlerBase } from "../wire/ouch";
import { fillKey, type Ledger } from "./ledger";

/** What a venue has told its member of executions: the venue's own log. */
class VenueExecutions extends OuchOutboundHandlerBase {
  readonly fills = new Map<string, { readonly userReference: number; readonly quantity: number; isBroken: boolean }>();

  constructor(
    private readonly venue: number,
    private readonly orderOf: (userReference: number) => number,
  ) {
    super();
  }

  override executed(
    _bytes: Uint8Array,
    _timeNs: number,
    userReference: number,
    quantity: number,
    _price: number,
    _flag: number,
    matchHigh: number,
    matchLow: number,
  ): void {
    const key = fillKey(this.venue, matchHigh, matchLow, this.orderOf(userReference));
    if (!this.fills.has(key)) this.fills.set(key, { userReference, quantity, isBroken: false });
  }

  override brokenTrade(
    _bytes: Uint8Array,
    _timeNs: number,
    userReference: number,
    matchHigh: number,
    matchLow: number,
  ): void {
    const fill = this.fills.get(fillKey(this.venue, matchHigh, matchLow, this.orderOf(userReference)));
    if (fill !== undefined) fill.isBroken = true;
  }
}

export type RestSides = {
  readonly desk: Desk;
  readonly ledger: Ledger;
  readonly engine: Engine;
  readonly views: ViewSink;
  readonly exchange: Exchange;
  /** Power was lost: what the logs forgot must have been called out, and is not expected to agree. */
  readonly hasLostPower: boolean;
};

/** Why a world is not at rest yet, from what the engine shows; null when it is. */
export function unrestOf({ desk, views }: Pick<RestSides, "desk" | "views">): string | null {
  const venueColumn = viewColumn.venue;
  for (let venue = 0; venue < desk.venues.length; venue++) {
    const at = venue * viewColumns.venue.length;
    const feed = views.rows.venue[at + venueColumn.feedState];
    if (feed !== feedStates.code.live) return `feed of venue ${venue} is ${feedStates.names[feed]}`;
    for (const [name, column] of [
      ["order session", venueColumn.orderSession],
      ["drop copy", venueColumn.dropSession],
    ] as const) {
      const state = views.rows.venue[at + column];
      if (state !== sessionStates.code.ready) return `${name} of venue ${venue} is ${sessionStates.names[state]}`;
    }
  }
  if (views.rows.desk[viewColumn.desk.unknownOrders] > 0) return "orders are unknown";
  if (views.rows.desk[viewColumn.desk.recovering] > 0) return "the engine is recovering";
  return null;
}

/** Everything that must hold when nothing is on its way: both sides, the logs, the screen and the projection agree. */
export function checkAtRest(sides: RestSides, broken: (invariant: string, text: string) => void): void {
  checkBooks(sides, broken);
  if (sides.hasLostPower) return checkCalledOut(sides, broken);
  checkFills(sides, broken);
  checkAccounts(sides, broken);
  checkOrders(sides, broken);
  checkProjection(sides, broken);
  checkKills(sides, broken);
}

/**
 * At any time: an order that is live at a venue is open here, and counts as exposure with at least what it may still trade.
 * Only what a loss of power forgot is left out.
 */
export function checkLiveOrders(
  { desk, engine, exchange }: Pick<RestSides, "desk" | "engine" | "exchange">,
  broken: (invariant: string, text: string) => void,
): void {
  const { orders } = engine;
  desk.venues.forEach((_, venue) => {
    for (const { userReference, quantity } of exchange.memberOrders(venue)) {
      const row = orders.ofReference(venue, userReference);
      const counted = orders.isOpen(row) ? orders.countedQuantity[row] : 0;
      if (counted >= quantity) continue;
      broken(
        "what is live at a venue is exposure here",
        `venue ${venue}, reference ${userReference}: ${quantity} there, ${counted} counted, ` +
          `order ${orders.idOf[row]} is ${orderStates.name(orders.state[row])}`,
      );
    }
  });
}

/** A venue takes orders of ours exactly when no kill of everything or of it is in force. */
function checkKills({ desk, ledger, exchange }: RestSides, broken: (invariant: string, text: string) => void): void {
  desk.venues.forEach((_, venue) => {
    const isKilled = ledger.kills.has(`${scopes.code.all}:-1`) || ledger.kills.has(`${scopes.code.venue}:${venue}`);
    if (exchange.isEntryDisabled(venue) !== isKilled)
      broken(
        "a kill holds at the venue too",
        `venue ${venue} is ${isKilled ? "" : "not "}killed, and does not know it`,
      );
    for (const { userReference } of exchange.memberOrders(venue)) {
      const order = ledger.orders.get(ledger.references[venue].get(userReference) ?? 0);
      if (isKilled || (order !== undefined && ledger.isKilled(order.strategy, order.instrument, venue)))
        broken("a kill leaves nothing open", `venue ${venue}: reference ${userReference}`);
    }
  });
}

/** Each execution of the venue is a fill in the facts, once, and the other way round; so is each broken one. */
function checkFills({ desk, ledger, exchange }: RestSides, broken: (invariant: string, text: string) => void): void {
  const told = new Map<string, { isBroken: boolean; quantity: number }>();
  desk.venues.forEach((_, venue) => {
    for (const [key, fill] of executionsOf(exchange, venue, ledger)) told.set(key, fill);
  });
  for (const [key, { isBroken, quantity }] of told) {
    const fill = ledger.fills.get(key);
    if (fill === undefined) broken("every execution is a fill", `${key} over ${quantity} is in no fact`);
    else if (fill.fact.quantity !== quantity || fill.isBroken !== isBroken)
      broken(
        "every execution is a fill",
        `${key}: venue ${quantity}${isBroken ? " broken" : ""}, fact ${fill.fact.quantity}${fill.isBroken ? " broken" : ""}`,
      );
  }
  for (const [listing, { cause }] of ledger.breaks)
    if (cause !== breakCauses.code.agreed)
      broken(
        "order session and drop copy agree",
        `they differ over ${listing} (${breakCauses.name(cause)}), and both have told everything`,
      );
  for (const key of ledger.fills.keys()) if (!told.has(key)) broken("every fill is an execution", `${key} is invented`);
}

function executionsOf(exchange: Exchange, venue: number, ledger: Ledger): VenueExecutions["fills"] {
  const reader = new VenueExecutions(venue, (reference) => ledger.references[venue].get(reference) ?? -reference);
  for (const { bytes, offset, length } of exchange.memberMessages(venue))
    decodeOuchOutbound(bytes, offset, length, reader);
  return reader.fills;
}

/** Position, cash and fees by venue and name are the venue's own; over all, money is conserved to the unit. */
function checkAccounts(
  { desk, ledger, exchange, views }: RestSides,
  broken: (invariant: string, text: string) => void,
): void {
  const theirs = new Map(exchange.account().map((line) => [`${line.venue}/${line.instrument}`, line]));
  const column = viewColumn.instrument;
  desk.instruments.forEach((_, instrument) => {
    let [quantity, cash, fees] = [0, 0, 0];
    desk.venues.forEach((_, venue) => {
      const line = theirs.get(`${venue}/${instrument}`);
      const ours = ledger.holdings[venue][instrument];
      const their = [line?.position ?? 0, line?.cash ?? 0, line?.fees ?? 0];
      if (ours.quantity !== their[0] || ours.cash !== their[1] || ours.fees !== their[2])
        broken(
          "position, cash and fees are the venue's",
          `venue ${venue}, name ${instrument}: facts ${ours.quantity}, ${ours.cash}, ${ours.fees}; venue ${their.join(", ")}`,
        );
      quantity += their[0];
      cash += their[1];
      fees += their[2];
    });
    const at = instrument * viewColumns.instrument.length;
    const row = views.rows.instrument;
    const shown = [
      row[at + column.positionQuantity],
      row[at + column.realised] - row[at + column.positionTotalCost],
      row[at + column.fees],
    ];
    if (shown[0] !== quantity || shown[1] !== cash || shown[2] !== fees)
      broken(
        "cash, positions and fees are conserved",
        `name ${instrument}: the screen shows ${shown.join(", ")}; the venues hold ${quantity}, ${cash}, ${fees}`,
      );
  });
}

/** Both sides have the same orders open, with the same quantity at the same price. */
function checkOrders({ desk, ledger, exchange }: RestSides, broken: (invariant: string, text: string) => void): void {
  const ours = new Map([...ledger.open.values()].map((order) => [`${order.venue}/${order.userReference}`, order]));
  desk.venues.forEach((_, venue) => {
    for (const their of exchange.memberOrders(venue)) {
      const key = `${venue}/${their.userReference}`;
      const own = ours.get(key);
      ours.delete(key);
      if (own === undefined)
        broken("both sides have the same orders open", `${key} over ${their.quantity} is open at the venue only`);
      else if (own.leavesQuantity !== their.quantity || own.price !== their.price)
        broken(
          "both sides have the same orders open",
          `${key}: facts ${own.leavesQuantity} at ${own.price}, venue ${their.quantity} at ${their.price}`,
        );
    }
  });
  for (const [key, order] of ours)
    broken("both sides have the same orders open", `${key} (order ${order.id}, ${order.state}) is open here only`);
}

/** What a reader of the facts knows is what the engine holds: orders, exposure, positions. */
function checkProjection({ desk, ledger, engine }: RestSides, broken: (invariant: string, text: string) => void): void {
  const { orders, positions } = engine;
  if (orders.openCount !== ledger.open.size)
    broken("the projection is the engine", `${orders.openCount} open orders here, ${ledger.open.size} there`);
  const working = new Float64Array(desk.instruments.length * 2);
  for (const order of ledger.open.values()) {
    const row = orders.ofId(order.id);
    working[order.instrument * 2 + (order.isSell ? 1 : 0)] += order.leavesQuantity;
    const here =
      row === 0
        ? "none"
        : `${orders.leavesQuantity[row]} at ${orders.price[row]}, ${orderStates.name(orders.state[row])}`;
    const there = `${order.leavesQuantity} at ${order.price}, ${order.state}`;
    if (here !== there) broken("the projection is the engine", `order ${order.id}: ${here} here, ${there} there`);
  }
  desk.instruments.forEach((_, instrument) => {
    for (const sell of [0, 1])
      if (orders.workingOf(instrument, sell) !== working[instrument * 2 + sell])
        broken(
          "every working order is exposure",
          `name ${instrument}, side ${sell}: ${orders.workingOf(instrument, sell)} counted, ` +
            `${working[instrument * 2 + sell]} open`,
        );
    if (positions.quantityOf(instrument) !== ledger.quantityOf(instrument))
      broken("the projection is the engine", `position in name ${instrument}`);
  });
  for (const fact of ledger.positions.values()) {
    const holder = positions.holderOf(fact.strategy, fact.pair, fact.instrument);
    const { quantity, totalCost, realised, fees } = positions.holders;
    const here = [quantity[holder], totalCost[holder], realised[holder], fees[holder]].join(", ");
    const there = [fact.quantity, fact.totalCost, fact.realised, fact.fees].join(", ");
    if (here !== there)
      broken(
        "the projection is the engine",
        `holder ${fact.strategy}/${fact.pair}/${fact.instrument}: ${here}; ${there}`,
      );
  }
}

/** The engine's books are the venues'. */
function checkBooks({ desk, engine, exchange }: RestSides, broken: (invariant: string, text: string) => void): void {
  desk.venues.forEach((_, venue) => {
    desk.instruments.forEach((_, instrument) => {
      for (const side of [0, 1]) {
        const ours = engine.books.levels(instrument * desk.venues.length + venue, side, 1_000);
        const theirs = exchange.bookLevels(venue, instrument, side, 1_000);
        const isSame =
          ours.length === theirs.length &&
          theirs.every(
            ({ price, quantity, orders }, level) =>
              ours[level][0] === price && ours[level][1] === quantity && ours[level][2] === orders,
          );
        if (!isSame)
          broken(
            "books are the venue's",
            `venue ${venue}, name ${instrument}, side ${side}: ${ours.length} levels here, ${theirs.length} there, ` +
              `best ${ours[0]?.join("×")} and ${theirs[0]?.price}×${theirs[0]?.quantity}`,
          );
      }
    });
  });
}

/** After a loss of power: no execution that the logs forgot passes in silence, and no forgotten order goes on working. */
function checkCalledOut(
  { desk, ledger, exchange }: RestSides,
  broken: (invariant: string, text: string) => void,
): void {
  desk.venues.forEach((_, venue) => {
    for (const [key, { userReference, quantity }] of executionsOf(exchange, venue, ledger))
      if (!ledger.fills.has(key) && !ledger.unplacedFills.has(`${venue}:${userReference}`))
        broken("what a loss of power forgot is called out", `${key} over ${quantity} is in no fact and no alert`);
    for (const { userReference } of exchange.memberOrders(venue))
      if (!ledger.references[venue].has(userReference))
        broken("no forgotten order goes on working", `venue ${venue}, reference ${userReference}`);
  });
}
