import type { Desk } from "../../domain/desk";
import type { Fact, FactOf } from "../../domain/facts";
import { tradingStatuses } from "../../domain/health";
import { strategyStages, strategyStates } from "../../domain/strategy";
import { type ViewTable, viewColumn, viewColumns, viewRowCountsOf, viewTables } from "../../domain/views";
import type {
  BarsPayload,
  BookPayload,
  DeskMode,
  DeskPayload,
  Notice,
  NoticesPayload,
  PairsPayload,
  PnlPayload,
  PositionsPayload,
  ReferencePayload,
  SparksPayload,
  StrategiesPayload,
  StrategyRow,
  WallPayload,
  WatchPayload,
  WorstLimit,
} from "../../protocol/topics";
import { BarSeries } from "./bar-series";
import { BreakReplica } from "./break-replica";
import { KillReplica } from "./kill-replica";
import { limitLevel } from "./limit-use";
import { NoticeLog } from "./notice-log";
import { noticeOf } from "./notices";
import { OrderReplica } from "./order-replica";
import { PairHistory } from "./pair-history";
import { PnlReplica } from "./pnl-replica";
import { RefusalHistory } from "./refusal-history";
import { RiskLog } from "./risk-log";
import { RiskReplica } from "./risk-replica";
import { StandingReplica } from "./standing-replica";
import { StrategyLog } from "./strategy-log";
import { ChangeLog, RowVersions, type TopicSource, topicSource } from "./topic-source";
import {
  allButTime,
  hasPosition,
  lastTradeColumns,
  limitRow,
  mergedLevels,
  pairRow,
  positionColumns,
  positionRow,
  strategyRow,
  wallDepth,
  watchColumns,
  watchRow,
} from "./view-rows";

const secondBarsMax = 900;
const minuteBarsMax = 1_440;
const sparkLength = 60;
const strategyChangesMax = 1_024;

const instrumentColumn = viewColumn.instrument;
const deskColumn = viewColumn.desk;
/** Columns that the topic `risk` shows beside its own tables. */
const riskColumns = {
  instrument: [viewColumn.instrument.mode],
  strategy: [viewColumn.strategy.mode],
  pair: [viewColumn.pair.mode],
  venue: [viewColumn.venue.mode],
  desk: [deskColumn.mode, deskColumn.worstLimit, deskColumn.worstLimitShare],
} as const;

/** Which day, and from where: what the replica needs to know beside the desk itself. */
export type ReplicaDay = {
  readonly tradingDay: string;
  readonly dayStartMs: number;
  readonly version: string;
  /** `simulated` unless given. */
  readonly mode?: DeskMode | undefined;
};

/**
 * Everything the screen can ask for, kept from the engine's views and the whole day's facts. It holds no clients and
 * sends nothing; topics are read through `topic`. One replica serves one journal; another day gets a new one.
 */
export class DeskReplica {
  private readonly views: Readonly<Record<ViewTable, Float64Array>>;
  private readonly symbols: ReadonlyMap<string, number>;
  private readonly watchVersions: RowVersions;
  private readonly positionVersions: RowVersions;
  private readonly bookVersions: RowVersions;
  private readonly pairVersions: RowVersions;
  private readonly sparkVersions: RowVersions;
  private readonly strategiesTouched = new Set<number>();
  private readonly strategyStates = new Map<number, Pick<StrategyRow, "state" | "stage" | "stateSinceNs" | "killed">>();
  private readonly strategyChanges = new ChangeLog<StrategyRow>(strategyChangesMax);
  private readonly notices = new NoticeLog();
  private readonly secondBars: readonly BarSeries[];
  private readonly minuteBars: readonly BarSeries[];
  private readonly pairColumns = allButTime("pair");
  private readonly strategyColumns = allButTime("strategy");
  private readonly listingColumns = allButTime("listing");
  private readonly limitColumns = allButTime("limit");
  private readonly refusalColumns = allButTime("refusal");
  private readonly deskColumns = allButTime("desk").filter(
    (column) => column !== deskColumn.inputs && column !== deskColumn.factNumber,
  );
  private readonly topics = new Map<string, TopicSource>();
  private deskVersion = 0;
  private readonly venueCount: number;

  readonly orders: OrderReplica;
  readonly kills = new KillReplica();
  private readonly breaks = new BreakReplica();
  readonly pnl: PnlReplica;
  readonly pairHistory: PairHistory;
  private readonly strategyLogs: readonly StrategyLog[];
  private readonly risk: RiskReplica;
  readonly refusals: RefusalHistory;
  private readonly standing = new StandingReplica();
  private readonly riskLog = new RiskLog();
  lastFactNumber = 0;
  engineTimeNs = 0;

  constructor(
    readonly desk: Desk,
    readonly day: ReplicaDay,
  ) {
    this.venueCount = desk.venues.length;
    const rowCounts = viewRowCountsOf(desk);
    this.views = Object.fromEntries(
      viewTables.map((table) => [table, new Float64Array(rowCounts[table] * viewColumns[table].length)]),
    ) as Record<ViewTable, Float64Array>;
    this.symbols = new Map(desk.instruments.map((instrument, id) => [instrument.symbol, id]));
    this.watchVersions = new RowVersions(desk.instruments.length);
    this.positionVersions = new RowVersions(desk.instruments.length);
    this.bookVersions = new RowVersions(desk.instruments.length);
    this.sparkVersions = new RowVersions(desk.instruments.length);
    this.pairVersions = new RowVersions(desk.pairs.length);
    this.risk = new RiskReplica(desk, (table, row) => this.view(table, row));
    this.refusals = new RefusalHistory(day.dayStartMs);
    this.secondBars = desk.instruments.map(() => new BarSeries(secondBarsMax));
    this.minuteBars = desk.instruments.map(() => new BarSeries(minuteBarsMax));
    this.orders = new OrderReplica((instrument) => this.bookVersions.touch(instrument));
    this.pnl = new PnlReplica(desk.strategies.length, day.dayStartMs);
    this.pairHistory = new PairHistory(desk.pairs.length);
    this.strategyLogs = desk.strategies.map((_, strategy) => new StrategyLog(strategy));
  }

  /** One row of a view as last seen; zeros before the first. */
  view(table: ViewTable, row: number): Float64Array {
    const width = viewColumns[table].length;
    return this.views[table].subarray(row * width, (row + 1) * width);
  }

  /** Takes the next facts of the day; numbers already taken are skipped, so a repeat does no harm. */
  applyFacts(facts: readonly Fact[]): void {
    for (const fact of facts) {
      if (fact.number <= this.lastFactNumber) continue;
      this.lastFactNumber = fact.number;
      this.engineTimeNs = Math.max(this.engineTimeNs, fact.timeNs);
      this.orders.apply(fact);
      this.kills.apply(fact);
      this.breaks.apply(fact);
      this.standing.apply(fact);
      this.riskLog.apply(fact);
      if (fact.kind === "bar")
        this.minuteBars[fact.instrument]?.put(fact.minute, fact.open, fact.high, fact.low, fact.close, fact.volume);
      else if (fact.kind === "mark") this.pnl.mark(fact);
      else if (fact.kind === "strategyState" && this.desk.strategies[fact.strategy]) this.changeState(fact);
      else if (fact.kind === "pairState") this.pairHistory.step(fact);
      else if (fact.kind === "refusal") this.refusals.apply(fact);
      for (const log of this.strategyLogs) log.apply(fact);
      const notice = noticeOf(fact, this.desk);
      if (notice) this.addNotice(notice);
    }
  }

  /** Takes one changed view row and marks the topics that show what changed in it. */
  applyView(table: ViewTable, row: number, columns: Float64Array, engineTimeNs: number): void {
    this.engineTimeNs = Math.max(this.engineTimeNs, engineTimeNs);
    const view = this.view(table, row);
    if (view.length !== columns.length) return;
    const changed = (watched: readonly number[]) => watched.some((column) => view[column] !== columns[column]);
    if (table !== "listing" && table !== "limit" && table !== "refusal" && changed(riskColumns[table]))
      this.risk.modeChanged();
    switch (table) {
      case "instrument": {
        const pricesChanged = changed(watchColumns);
        if (pricesChanged) this.watchVersions.touch(row);
        if (changed(lastTradeColumns)) this.bookVersions.touch(row);
        const positionChanged = changed(positionColumns);
        const held = hasPosition(columns) || hasPosition(view);
        view.set(columns);
        if (held && (positionChanged || pricesChanged)) this.positionVersions.touch(row);
        this.putRunningBars(row, view);
        return;
      }
      case "listing":
        if (changed(this.listingColumns)) this.bookVersions.touch(Math.floor(row / this.venueCount));
        break;
      case "strategy":
        if (changed(this.strategyColumns)) this.strategiesTouched.add(row);
        break;
      case "pair":
        if (changed(this.pairColumns)) this.pairVersions.touch(row);
        break;
      case "desk":
        if (changed(this.deskColumns)) this.deskVersion++;
        break;
      case "limit":
        if (changed(this.limitColumns)) this.risk.limitChanged(row);
        break;
      case "refusal":
        if (changed(this.refusalColumns)) this.risk.refusalChanged(row);
        break;
    }
    view.set(columns);
  }

  /** To be called once a second: adds the second's point to the P&L curves and the pairs' histories. */
  tickSecond(): void {
    const timeMs = Math.round(this.day.dayStartMs + this.engineTimeNs / 1e6);
    const desk = this.view("desk", 0);
    if (desk[deskColumn.changedNs] === 0) return;
    this.pairHistory.sample(Math.floor(timeMs / 1_000), (pair) => this.view("pair", pair));
    this.pnl.point(-1, timeMs, desk[deskColumn.realised] + desk[deskColumn.unrealised] - desk[deskColumn.fees]);
    for (let strategy = 0; strategy < this.desk.strategies.length; strategy++)
      this.pnl.point(strategy, timeMs, this.strategyRowOf(strategy).net);
  }

  /** The source of a topic by its name; null for a name that this desk does not have. */
  topic(name: string): TopicSource | null {
    const known = this.topics.get(name);
    if (known) return known;
    const made = this.makeTopic(name);
    if (made) this.topics.set(name, made);
    return made;
  }

  private makeTopic(name: string): TopicSource | null {
    const [family, symbol, interval] = name.split(":");
    switch (family) {
      case "reference":
        return topicSource(
          1,
          () => 0,
          () => this.reference(),
          () => null,
        );
      case "watch":
        return this.rowTopic(
          4,
          this.watchVersions,
          (rows): WatchPayload => ({
            rows: rows.map((id) => watchRow(id, this.view("instrument", id))),
          }),
        );
      case "pairs":
        return this.rowTopic(
          4,
          this.pairVersions,
          (rows): PairsPayload => ({
            rows: rows.map((id) => pairRow(id, this.view("pair", id))),
          }),
        );
      case "risk":
        return this.risk.topic;
      case "refusals":
        return this.refusals.topic;
      case "standing":
        return this.standing.topic;
      case "riskLog":
        return this.riskLog.topic;
      case "sparks":
        return this.rowTopic(
          1,
          this.sparkVersions,
          (rows): SparksPayload => ({
            sparks: Object.fromEntries(rows.map((id) => [id, this.secondBars[id].closes(sparkLength)])),
          }),
        );
      case "positions":
        return topicSource(
          4,
          () => this.positionVersions.version,
          (): PositionsPayload => ({ rows: this.positions(this.positionVersions.all()).rows }),
          (version) => this.positions(this.positionVersions.changedSince(version)),
        );
      case "desk":
        return topicSource(
          4,
          () => this.deskVersion,
          () => this.totals(),
          () => this.totals(),
        );
      case "pnl":
        return topicSource(
          1,
          () => this.pnl.version,
          (): PnlPayload => ({ curves: this.pnl.curves() }),
          (version) => {
            const curves = this.pnl.curvesSince(version);
            return curves === "lost" ? "lost" : { curves };
          },
        );
      case "strategies":
        return topicSource(
          "atOnce",
          () => this.strategyChanges.version,
          (): StrategiesPayload => ({ rows: this.desk.strategies.map((_, id) => this.strategyRowOf(id)) }),
          (version) => {
            const rows = this.strategyChanges.since(version);
            return rows === "lost" ? "lost" : { rows };
          },
        );
      case "orders":
        return this.orders.ordersTopic;
      case "fills":
        return this.orders.fillsTopic;
      case "kills":
        return this.kills.topic;
      case "breaks":
        return this.breaks.topic;
      case "notices":
        return topicSource(
          "atOnce",
          () => this.notices.version,
          (): NoticesPayload => ({ rows: this.notices.last() }),
          (version) => {
            const rows = this.notices.since(version);
            return rows === "lost" ? "lost" : { rows };
          },
        );
      case "book": {
        const instrument = this.symbols.get(symbol);
        return instrument === undefined ? null : this.bookTopic(instrument);
      }
      case "wall": {
        const instrument = this.symbols.get(symbol);
        return instrument === undefined ? null : this.wallTopic(instrument);
      }
      case "pair":
        return this.desk.pairs[Number(symbol)] ? this.pairHistory.topic(Number(symbol)) : null;
      case "strategy":
        return this.strategyLogs[Number(symbol)]?.topic ?? null;
      case "bars": {
        const instrument = this.symbols.get(symbol);
        if (instrument === undefined || (interval !== "second" && interval !== "minute")) return null;
        return this.barsTopic(instrument, interval);
      }
      default:
        return null;
    }
  }

  /**
   * Puts the strategies' changed numbers into their log; the gateway calls it five times a second. State changes do
   * not wait for it: they are facts and go into the log as they come.
   */
  logStrategyNumbers(): void {
    for (const strategy of this.strategiesTouched) this.strategyChanges.append(this.strategyRowOf(strategy));
    this.strategiesTouched.clear();
  }

  private rowTopic(pace: 4 | 1, versions: RowVersions, payload: (rows: number[]) => object): TopicSource {
    return topicSource(
      pace,
      () => versions.version,
      () => payload(versions === this.sparkVersions ? versions.changedSince(0) : versions.all()),
      (version) => payload(versions.changedSince(version)),
    );
  }

  private bookTopic(instrument: number): TopicSource {
    const version = () => this.bookVersions.stampOf(instrument);
    const payload = () => this.book(instrument);
    return topicSource(20, version, payload, payload);
  }

  private wallTopic(instrument: number): TopicSource {
    const version = () => this.bookVersions.stampOf(instrument);
    const payload = (): WallPayload => {
      const ladders = this.desk.venues.map((_, venue) => this.view("listing", instrument * this.venueCount + venue));
      const side = (which: "bid" | "ask") =>
        mergedLevels(ladders, which, wallDepth).map(({ price, quantity }) => [price, quantity] as const);
      const changedNs = Math.max(...ladders.map((ladder) => ladder[0]));
      return { instrument, bids: side("bid"), asks: side("ask"), changedNs };
    };
    return topicSource(4, version, payload, payload);
  }

  private barsTopic(instrument: number, interval: "second" | "minute"): TopicSource {
    const series = (interval === "second" ? this.secondBars : this.minuteBars)[instrument];
    const secondsEach = interval === "second" ? 1 : 60;
    const startSeconds = Math.round(this.day.dayStartMs / 1_000);
    const payload = (version: number): BarsPayload => ({
      instrument,
      interval,
      bars: series.barsSince(version, (start) => startSeconds + start * secondsEach),
    });
    return topicSource(
      4,
      () => series.version,
      () => payload(0),
      payload,
    );
  }

  /** A strategy as its view says, or as a state fact says that is newer than the view. */
  private strategyRowOf(strategy: number): StrategyRow {
    const row = strategyRow(strategy, this.view("strategy", strategy));
    const newer = this.strategyStates.get(strategy);
    return newer && newer.stateSinceNs > row.stateSinceNs ? { ...row, ...newer } : row;
  }

  private changeState(fact: FactOf<"strategyState">): void {
    const state = strategyStates.name(fact.to);
    const stage = strategyStages.name(fact.stage);
    this.strategyStates.set(fact.strategy, { state, stage, stateSinceNs: fact.timeNs, killed: state === "killed" });
    this.strategyChanges.append(this.strategyRowOf(fact.strategy));
  }

  private positions(instruments: readonly number[]): PositionsPayload {
    const rows = instruments.filter((id) => hasPosition(this.view("instrument", id)));
    const removed = instruments.filter((id) => !hasPosition(this.view("instrument", id)));
    return { rows: rows.map((id) => positionRow(id, this.view("instrument", id))), removed };
  }

  private putRunningBars(row: number, view: Float64Array): void {
    const at = instrumentColumn;
    const seconds = this.secondBars[row];
    const before = seconds.version;
    if (view[at.lastSecondClose] > 0)
      seconds.put(
        view[at.lastSecond],
        view[at.lastSecondOpen],
        view[at.lastSecondHigh],
        view[at.lastSecondLow],
        view[at.lastSecondClose],
        view[at.lastSecondVolume],
      );
    if (view[at.second] >= 0 && view[at.secondClose] > 0)
      seconds.put(
        view[at.second],
        view[at.secondOpen],
        view[at.secondHigh],
        view[at.secondLow],
        view[at.secondClose],
        view[at.secondVolume],
      );
    if (seconds.version !== before) this.sparkVersions.touch(row);
    if (view[at.minuteClose] > 0)
      this.minuteBars[row].put(
        view[at.minute],
        view[at.minuteOpen],
        view[at.minuteHigh],
        view[at.minuteLow],
        view[at.minuteClose],
        view[at.minuteVolume],
      );
  }

  private addNotice(notice: Notice): void {
    if (notice.refusal !== null && notice.strategy !== null) {
      this.strategyLogs[notice.strategy]?.addRefusal(notice);
      this.refusals.tell(notice);
    }
    this.notices.append(notice);
  }

  private book(instrument: number): BookPayload {
    const ladders = this.desk.venues.map((_, venue) => this.view("listing", instrument * this.venueCount + venue));
    const view = this.view("instrument", instrument);
    return {
      instrument,
      status: tradingStatuses.name(view[instrumentColumn.status]),
      bids: mergedLevels(ladders, "bid"),
      asks: mergedLevels(ladders, "ask"),
      ...this.orders.workingAt(instrument),
      lastPrice: view[instrumentColumn.lastPrice],
      lastQuantity: view[instrumentColumn.lastQuantity],
      lastTimeNs: view[instrumentColumn.lastTimeNs],
      changedNs: Math.max(view[instrumentColumn.changedNs], ...ladders.map((ladder) => ladder[0])),
    };
  }

  /** The whole desk's numbers, as its topic says them. */
  totals(): DeskPayload {
    const view = this.view("desk", 0);
    const at = deskColumn;
    return {
      realised: view[at.realised],
      unrealised: view[at.unrealised],
      fees: view[at.fees],
      net: view[at.realised] + view[at.unrealised] - view[at.fees],
      grossExposure: view[at.grossExposure],
      netExposure: view[at.netExposure],
      grossExposureMax: this.desk.limits.grossExposureMax,
      workingOrders: view[at.workingOrders],
      unknownOrders: view[at.unknownOrders],
      orders: view[at.orders],
      fills: view[at.fills],
      refusals: view[at.refusals],
      halted: view[at.halted] === 1,
      recovering: view[at.recovering] === 1,
      shuttingDown: view[at.shuttingDown] === 1,
      kill: { orders: view[at.killOrders], cancelled: view[at.killCancelled], unknown: view[at.killUnknown] },
      worstLimit: this.worstLimit(view[at.worstLimit], view[at.worstLimitShare]),
    };
  }

  private worstLimit(row: number, share: number): WorstLimit | null {
    if (row < 0 || share <= 0 || row * viewColumns.limit.length >= this.views.limit.length) return null;
    const view = this.view("limit", row);
    if (view[0] === 0) return null;
    const { id, limit, scope, target } = limitRow(row, view);
    return { id, limit, scope, target, share, level: limitLevel(share) };
  }

  private reference(): ReferencePayload {
    const { desk } = this;
    const strategyOfPair = new Map<number, number>();
    desk.strategies.forEach(({ parameters }, strategy) => {
      if (parameters.kind === "pairs") for (const pair of parameters.pairs) strategyOfPair.set(pair, strategy);
    });
    return {
      desk: desk.name,
      mode: this.day.mode ?? "simulated",
      currency: desk.currency,
      tradingDay: this.day.tradingDay,
      version: this.day.version,
      venues: desk.venues.map(({ name, makerFeePerShare, takerFeePerShare }, id) => ({
        id,
        name,
        makerFeePerShare,
        takerFeePerShare,
      })),
      instruments: desk.instruments.map(({ symbol, sector, tick, lot, referencePrice, synthetic }, id) => ({
        id,
        symbol,
        sector,
        tick,
        lot,
        referencePrice,
        synthetic,
      })),
      pairs: desk.pairs.map(({ name, instrumentA, instrumentB }, id) => ({
        id,
        name,
        instrumentA,
        instrumentB,
        strategy: strategyOfPair.get(id) ?? -1,
      })),
      strategies: desk.strategies.map(({ name, kind, parameters, limits }, id) => ({
        id,
        name,
        kind,
        parameters,
        limits,
      })),
    };
  }
}
