import { scopes } from "../../domain/command";
import type { Desk } from "../../domain/desk";
import { pairStates } from "../../domain/strategy";
import {
  ladderDepth,
  type ViewRowCounts,
  type ViewTable,
  viewColumn,
  viewColumns,
  viewRowCountsOf,
} from "../../domain/views";
import type { ViewSink } from "../machine/view-sink";
import { Clock, VenueNumber } from "./columns";
import type { Engine } from "./engine";
import type { ChangedRows } from "./market-path";
import { RiskViews } from "./risk-views";
import type { BarSeries } from "./signal/bars";

const scope = scopes.code;
const columnsPerLevel = 6;
const limitTurns = 10;
const firstLadderColumn = 3;

/** Writes the engine's state into view rows: which rows changed, and how a row is filled (`domain/views.ts`). */
export class EngineViews {
  readonly rowCounts: ViewRowCounts;
  readonly changed: ChangedRows;
  private readonly risk: RiskViews;
  private periodic = true;
  /** Limits of instruments and pairs are copied a tenth at a time. */
  private limitTurn = 0;
  private readonly totals = { realised: 0, unrealised: 0, fees: 0 };

  constructor(
    private readonly engine: Engine,
    desk: Desk,
  ) {
    const listings = desk.instruments.length * desk.venues.length;
    this.rowCounts = viewRowCountsOf(desk);
    this.risk = new RiskViews(engine);
    this.changed = {
      instruments: new Uint8Array(desk.instruments.length),
      listings: new Uint8Array(listings),
      pairs: new Uint8Array(desk.pairs.length),
    };
  }

  /** Strategies, venues, the desk and held instruments are due: ten times a second, not at every packet. */
  periodicChanged(): void {
    this.periodic = true;
    const { quantity } = this.engine.positions.instruments;
    for (let instrument = 0; instrument < quantity.length; instrument++)
      if (quantity[instrument] !== 0) this.changed.instruments[instrument] = 1;
  }

  publish(sink: ViewSink, all: boolean): void {
    this.publishChanged(sink, "instrument", this.changed.instruments, all);
    this.publishChanged(sink, "listing", this.changed.listings, all);
    this.publishChanged(sink, "pair", this.changed.pairs, all);
    if (!this.periodic && !all) return;
    this.periodic = false;
    this.publishLimits(sink, all);
    for (const table of ["strategy", "venue", "desk", "refusal"] as const)
      for (let row = 0; row < this.rowCounts[table]; row++) this.publishRow(sink, table, row);
  }

  /** Limits of desk, strategies and venues each time; those of instruments and pairs in ten turns, since they are many. */
  private publishLimits(sink: ViewSink, all: boolean): void {
    const { limits } = this.engine;
    this.limitTurn = (this.limitTurn + 1) % limitTurns;
    if (this.limitTurn === 0 || all) this.risk.beginRound();
    for (let row = 0; row < limits.rowCount; row++) {
      const isMany = limits.scope[row] === scope.instrument || limits.scope[row] === scope.pair;
      if (all || !isMany || row % limitTurns === this.limitTurn) this.publishRow(sink, "limit", row);
    }
    if (all) this.risk.beginRound();
  }

  private publishChanged(sink: ViewSink, table: ViewTable, changed: Uint8Array, all: boolean): void {
    for (let row = 0; row < changed.length; row++) {
      if (changed[row] === 0 && !all) continue;
      changed[row] = 0;
      this.publishRow(sink, table, row);
    }
  }

  private publishRow(sink: ViewSink, table: ViewTable, row: number): void {
    const to = sink.rows[table];
    const at = row * viewColumns[table].length;
    sink.begin(table, row);
    switch (table) {
      case "instrument":
        this.fillInstrument(to, at, row);
        break;
      case "listing":
        this.fillListing(to, at, row);
        break;
      case "strategy":
        this.fillStrategy(to, at, row);
        break;
      case "pair":
        this.fillPair(to, at, row);
        break;
      case "venue":
        this.fillVenue(to, at, row);
        break;
      case "desk":
        this.fillDesk(to, at);
        break;
      case "limit":
        this.risk.fillLimit(to, at, row, this.engine.clock[Clock.nowNs]);
        break;
      case "refusal":
        this.risk.fillRefusals(to, at, row, this.engine.clock[Clock.nowNs]);
        break;
    }
    sink.end(table, row);
  }

  private fillInstrument(to: Float64Array, at: number, instrument: number): void {
    const { bars, kills, market, orders, positions, quotes } = this.engine;
    const { venueCount } = this.engine.dimensions;
    const c = viewColumn.instrument;
    const traded = bars.lastTimeNs[instrument];
    const quoted = quotes.changedNs(instrument);
    to[at + c.changedNs] = Math.max(traded, quoted);
    to[at + c.bidPrice] = quotes.bidPrice(instrument);
    to[at + c.bidQuantity] = quotes.bidQuantity(instrument);
    to[at + c.bidVenue] = quotes.bidVenue(instrument);
    to[at + c.askPrice] = quotes.askPrice(instrument);
    to[at + c.askQuantity] = quotes.askQuantity(instrument);
    to[at + c.askVenue] = quotes.askVenue(instrument);
    to[at + c.lastPrice] = bars.lastPrice[instrument];
    to[at + c.lastQuantity] = bars.lastQuantity[instrument];
    to[at + c.lastTimeNs] = traded;
    to[at + c.openPrice] = bars.day.open[instrument];
    to[at + c.highPrice] = bars.day.high[instrument];
    to[at + c.lowPrice] = bars.day.low[instrument];
    to[at + c.volume] = bars.day.volume[instrument];
    to[at + c.trades] = bars.day.trades[instrument];
    let status = 0;
    for (let venue = 0; venue < venueCount; venue++) {
      const listed = market.listingStatus[instrument * venueCount + venue];
      if (status === 0 || (listed !== 0 && listed < status)) status = listed;
    }
    to[at + c.status] = status;
    fillBar(to, at + c.second, bars.second, instrument);
    fillBar(to, at + c.lastSecond, bars.lastSecond, instrument);
    fillBar(to, at + c.minute, bars.minute, instrument);
    const held = positions.instruments;
    to[at + c.positionQuantity] = held.quantity[instrument];
    to[at + c.positionTotalCost] = held.totalCost[instrument];
    to[at + c.realised] = held.realised[instrument];
    to[at + c.unrealised] = held.unrealised(instrument, positions.markOf(instrument));
    to[at + c.fees] = held.fees[instrument];
    to[at + c.workingBuyQuantity] = orders.workingOf(instrument, 0);
    to[at + c.workingSellQuantity] = orders.workingOf(instrument, 1);
    to[at + c.killed] = kills.isKilled(scope.instrument, instrument) ? 1 : 0;
    to[at + c.mode] = this.engine.modes.of("instrument", instrument);
  }

  private fillListing(to: Float64Array, at: number, listing: number): void {
    const { books, market } = this.engine;
    const { ladders } = books;
    to[at] = market.listingChangedNs[listing];
    to[at + 1] = market.listingStatus[listing];
    let total = 0;
    for (let side = 0; side < 2; side++) {
      const ladder = listing * 2 + side;
      for (let depth = 0; depth < ladderDepth; depth++) {
        const column = at + firstLadderColumn + depth * columnsPerLevel + side * 3;
        const level = ladders.levelAt(ladder, depth);
        const exists = level >= 0;
        to[column] = exists ? ladders.priceOf(level) : 0;
        to[column + 1] = exists ? ladders.quantityOf(level) : 0;
        to[column + 2] = exists ? ladders.ordersOf(level) : 0;
        total += to[column + 2];
      }
    }
    to[at + 2] = total;
  }

  private fillStrategy(to: Float64Array, at: number, strategy: number): void {
    const { desk, kills, orders, pairBook, positions, strategyStates } = this.engine;
    const c = viewColumn.strategy;
    positions.totalsInto(strategy, this.totals);
    const { parameters } = desk.strategies[strategy];
    const pairs = parameters.kind === "pairs" ? parameters.pairs : [];
    let open = 0;
    for (let i = 0; i < pairs.length; i++) if (pairBook.state[pairs[i]] !== pairStates.code.flat) open++;
    to[at + c.changedNs] = this.engine.clock[Clock.nowNs];
    to[at + c.state] = strategyStates.state[strategy];
    to[at + c.stage] = strategyStates.stage[strategy];
    to[at + c.stateSinceNs] = strategyStates.sinceNs[strategy];
    to[at + c.realised] = this.totals.realised;
    to[at + c.unrealised] = this.totals.unrealised;
    to[at + c.fees] = this.totals.fees;
    to[at + c.grossExposure] = positions.strategyGrossExposureOf(strategy);
    to[at + c.netExposure] = positions.strategyNetExposureOf(strategy);
    to[at + c.workingOrders] = orders.openByStrategy[strategy];
    to[at + c.ordersSent] = strategyStates.ordersSent[strategy];
    to[at + c.fills] = strategyStates.fills[strategy];
    to[at + c.refusals] = strategyStates.refusals[strategy];
    to[at + c.openPairs] = open;
    to[at + c.pairs] = pairs.length;
    to[at + c.lastDecisionNs] = strategyStates.lastDecisionNs[strategy];
    to[at + c.killed] = kills.isKilled(scope.strategy, strategy) ? 1 : 0;
    to[at + c.mode] = this.engine.modes.of("strategy", strategy);
    to[at + c.off] = this.engine.repeated.isOff(strategy) ? 1 : 0;
  }

  private fillPair(to: Float64Array, at: number, pair: number): void {
    const { pairBook, pairSignals: signals, positions } = this.engine;
    const c = viewColumn.pair;
    positions.pairTotalsInto(pair, this.totals);
    to[at + c.changedNs] = this.engine.clock[Clock.nowNs];
    to[at + c.strategy] = positions.holderStrategy[pair * 2];
    to[at + c.instrumentA] = signals.instrumentA(pair);
    to[at + c.instrumentB] = signals.instrumentB(pair);
    to[at + c.state] = pairBook.state[pair];
    to[at + c.reason] = pairBook.reason[pair];
    to[at + c.z] = signals.z(pair);
    to[at + c.spread] = signals.spread(pair);
    to[at + c.mean] = signals.mean(pair);
    to[at + c.deviation] = signals.deviation(pair);
    to[at + c.hedgeRatio] = signals.hedgeRatio(pair);
    to[at + c.quantityA] = positions.pairQuantityOf(pair, 0);
    to[at + c.quantityB] = positions.pairQuantityOf(pair, 1);
    to[at + c.realised] = this.totals.realised;
    to[at + c.unrealised] = this.totals.unrealised;
    to[at + c.fees] = this.totals.fees;
    to[at + c.openedNs] = pairBook.openedNs[pair];
    to[at + c.roundTrips] = pairBook.roundTrips[pair];
    to[at + c.killed] = this.engine.kills.isKilled(scope.pair, pair) ? 1 : 0;
    to[at + c.mode] = this.engine.modes.of("pair", pair);
  }

  private fillVenue(to: Float64Array, at: number, venue: number): void {
    const { books, dropSessions, feeds, kills, orderSessions, venueNumbers } = this.engine;
    const c = viewColumn.venue;
    const feed = feeds[venue];
    const numbers = venue * VenueNumber.count;
    to[at + c.changedNs] = this.engine.clock[Clock.nowNs];
    to[at + c.feedState] = feed.state;
    to[at + c.lastPacketNs] = feed.lastPacketNs;
    to[at + c.expectedSequence] = feed.expectedSequence;
    to[at + c.messages] = feed.messages;
    to[at + c.gaps] = feed.gaps;
    to[at + c.missingMessages] = feed.missingMessages;
    to[at + c.retransmitted] = feed.retransmitted;
    to[at + c.malformed] = feed.malformed + orderSessions[venue].malformed;
    to[at + c.unknownReferences] = books.unknownReferences(venue);
    to[at + c.orderSession] = orderSessions[venue].stateCode;
    to[at + c.lastOrderMessageNs] = orderSessions[venue].lastMessageNs;
    to[at + c.dropSession] = dropSessions[venue].stateCode;
    to[at + c.lastDropMessageNs] = dropSessions[venue].lastMessageNs;
    to[at + c.ordersSent] = venueNumbers[numbers + VenueNumber.ordersSent];
    to[at + c.rejects] = venueNumbers[numbers + VenueNumber.rejects];
    to[at + c.fills] = venueNumbers[numbers + VenueNumber.fills];
    to[at + c.killed] = kills.isKilled(scope.venue, venue) ? 1 : 0;
    to[at + c.firstLineNs] = feed.lineTimeNs(0);
    to[at + c.secondLineNs] = feed.lineTimeNs(1);
    to[at + c.firstLineWins] = feed.lineWins(0);
    to[at + c.secondLineWins] = feed.lineWins(1);
    to[at + c.silentLine] = feed.silentLine + 1;
    to[at + c.roundTripNs] = venueNumbers[numbers + VenueNumber.roundTripNs];
    to[at + c.mode] = this.engine.modes.of("venue", venue);
  }

  private fillDesk(to: Float64Array, at: number): void {
    const { clock, control, fills, killProgress, kills, orders, positions, strategyStates, turn } = this.engine;
    const c = viewColumn.desk;
    positions.totalsInto(-1, this.totals);
    let refusals = 0;
    for (let strategy = 0; strategy < strategyStates.refusals.length; strategy++)
      refusals += strategyStates.refusals[strategy];
    to[at + c.changedNs] = clock[Clock.nowNs];
    to[at + c.epoch] = clock[Clock.epoch];
    to[at + c.realised] = this.totals.realised;
    to[at + c.unrealised] = this.totals.unrealised;
    to[at + c.fees] = this.totals.fees;
    to[at + c.grossExposure] = positions.grossExposure;
    to[at + c.netExposure] = positions.netExposure;
    to[at + c.workingOrders] = orders.openCount;
    to[at + c.unknownOrders] = clock[Clock.unknownOrders];
    to[at + c.orders] = orders.count;
    to[at + c.fills] = fills.count;
    to[at + c.refusals] = refusals;
    to[at + c.inputs] = clock[Clock.inputs];
    to[at + c.factNumber] = turn.factNumber;
    to[at + c.halted] = kills.isHalted ? 1 : 0;
    to[at + c.recovering] = control.isRecovering ? 1 : 0;
    to[at + c.shuttingDown] = control.isShuttingDown ? 1 : 0;
    to[at + c.killOrders] = killProgress.lastOrders;
    to[at + c.killCancelled] = killProgress.lastEnded;
    to[at + c.killUnknown] = killProgress.lastUnknown;
    to[at + c.mode] = this.engine.modes.of("all", -1);
    to[at + c.worstLimit] = this.risk.worstRow;
    to[at + c.worstLimitShare] = this.risk.worstShare;
  }
}

function fillBar(to: Float64Array, at: number, bars: BarSeries, instrument: number): void {
  to[at] = bars.period[instrument];
  to[at + 1] = bars.open[instrument];
  to[at + 2] = bars.high[instrument];
  to[at + 3] = bars.low[instrument];
  to[at + 4] = bars.close[instrument];
  to[at + 5] = bars.volume[instrument];
}
