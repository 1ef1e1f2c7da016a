import type { Desk } from "../../domain/desk";
import { factCode } from "../../domain/facts";
import { alertCodes, sessionStates } from "../../domain/health";
import { nsPerMillisecond, nsPerMinute, nsPerSecond } from "../../domain/time";
import type { ViewRowCounts } from "../../domain/views";
import {
  dropChannel,
  feedChannel,
  orderChannel,
  secondFeedChannel,
  snapshotChannel,
  venueCountMax,
} from "../machine/channels";
import type { FactsOutbox } from "../machine/facts-outbox";
import { type InputRecord, inputKinds, outputsSentLength, startCauses } from "../machine/input-record";
import type { Machine } from "../machine/machine";
import type { Outbox } from "../machine/outbox";
import { StateRegistry } from "../machine/state-registry";
import type { ViewSink, ViewSource } from "../machine/view-sink";
import { OrderBooks } from "./book/order-books";
import { Quotes } from "./book/quotes";
import { Clock, VenueNumber } from "./columns";
import { Commands } from "./commands";
import { Control } from "./control";
import { type Dimensions, dimensionsOf } from "./dimensions";
import { EngineViews } from "./engine-views";
import { Fills } from "./fill/fills";
import { MarkOuts } from "./fill/mark-outs";
import { OrderWords } from "./fill/order-words";
import { Reconciliation } from "./fill/reconciliation";
import { GateStanding } from "./gate-standing";
import { Feed } from "./market/feed";
import { FeedRows } from "./market/feed-rows";
import { ItchNormaliser } from "./market/itch-normaliser";
import { UsualPackets } from "./market/usual-packets";
import { MarketPath } from "./market-path";
import { Execution, killSlots } from "./order/execution";
import { Orders } from "./order/orders";
import { Parents } from "./order/parents";
import { Positions } from "./position/positions";
import { DataSoundness } from "./risk/data-soundness";
import { Gate } from "./risk/gate";
import type { GateParts } from "./risk/gate-checks";
import { KillProgress } from "./risk/kill-progress";
import { KillSwitch } from "./risk/kill-switch";
import { Limits } from "./risk/limits";
import { LossGuard } from "./risk/loss-guard";
import { Modes } from "./risk/modes";
import { RefusalCounts } from "./risk/refusal-counts";
import { RepeatedExecutions } from "./risk/repeated-executions";
import { Bars } from "./signal/bars";
import { PairSignals } from "./signal/pair-signals";
import { PairBook } from "./strategy/pairs/pair-book";
import { createStrategies } from "./strategy/strategies";
import type { Strategy } from "./strategy/strategy";
import { StrategyStates } from "./strategy/strategy-states";
import { EngineStrategyContext } from "./strategy-context";
import { Turn } from "./turn";
import { DropCopySession } from "./venue/drop-copy-session";
import { OrderEntryEncoder } from "./venue/order-entry";
import { OrderSession, type OrderSessionOwner, OrderSessionStates } from "./venue/order-session";

const strategyTimerNs = 100 * nsPerMillisecond;

/** The engine of a desk; its arrays may be given other sizes than the desk's. */
export function createEngine(desk: Desk, sizes: Partial<Dimensions> = {}): Engine {
  return new Engine(desk, { ...dimensionsOf(desk), ...sizes });
}

/**
 * The engine: a pure function over inputs, with its state in the registry.
 *
 * The path is market → book → signal → strategy → risk → order → venue → fill → position. The constructor makes the
 * nine stages in this order; `step` is where every input enters; `onQuotesChanged` is where a market event becomes a
 * decision. Fields are public to be read by the views, tools and tests; only the stages change them.
 */
export class Engine implements Machine, ViewSource {
  readonly registry = new StateRegistry();
  readonly turn: Turn;
  // 1 market
  readonly normaliser: ItchNormaliser;
  readonly feedRows: FeedRows;
  readonly usualPackets: UsualPackets;
  readonly feeds: readonly Feed[];
  readonly market: MarketPath;
  // 2 book
  readonly books: OrderBooks;
  readonly quotes: Quotes;
  // 3 signal
  readonly bars: Bars;
  readonly pairSignals: PairSignals;
  // 4 strategy
  readonly strategyStates: StrategyStates;
  readonly pairBook: PairBook;
  private readonly strategies: readonly Strategy[];
  /** Strategies that listen to each instrument. */
  private readonly listeners: readonly (readonly Strategy[])[];
  // 5 risk
  readonly kills: KillSwitch;
  readonly killProgress: KillProgress;
  readonly limits: Limits;
  readonly soundness: DataSoundness;
  readonly modes: Modes;
  readonly losses: LossGuard;
  readonly repeated: RepeatedExecutions;
  readonly refusalCounts: RefusalCounts;
  readonly gate: Gate;
  // 6 order
  readonly orders: Orders;
  readonly parents: Parents;
  readonly execution: Execution;
  // 7 venue
  readonly orderStates: OrderSessionStates;
  readonly orderSessions: readonly OrderSession[];
  readonly dropSessions: readonly DropCopySession[];
  readonly venueNumbers: Float64Array;
  // 8 fill
  readonly markOuts: MarkOuts;
  readonly fills: Fills;
  readonly reconciliation: Reconciliation;
  readonly orderWords: OrderWords;
  // 9 position
  readonly positions: Positions;

  readonly control: Control;
  readonly clock: Float64Array;
  private readonly commands: Commands;
  private readonly views: EngineViews;

  /** `createGate`, `makeStrategies`: another gate, for tests that break one of its checks, and other strategies. */
  constructor(
    readonly desk: Desk,
    readonly dimensions: Dimensions,
    createGate: (parts: GateParts) => Gate = (parts) => new Gate(parts),
    makeStrategies: typeof createStrategies = createStrategies,
  ) {
    const { registry } = this;
    const size = dimensions;
    if (size.venueCount > venueCountMax)
      throw new RangeError(`a desk has at most ${venueCountMax} venues, this one ${size.venueCount}`);
    const turn = new Turn(registry, desk.seed);
    this.turn = turn;
    this.clock = registry.allocate("engine.clock", "f64", 7);
    this.views = new EngineViews(this, desk);

    this.books = new OrderBooks(registry, size);
    this.quotes = new Quotes(registry, size.instrumentCount, size.venueCount);
    this.bars = new Bars(registry, turn, size.instrumentCount);
    this.limits = new Limits(registry, desk);
    this.soundness = new DataSoundness(registry, desk, turn, this.quotes, this.bars, this.limits);
    this.market = new MarketPath(
      registry,
      size,
      turn,
      this.books,
      this.quotes,
      this.bars,
      this.views.changed,
      this.soundness,
    );
    const symbols = new Map(desk.instruments.map((instrument, id) => [instrument.symbol, id]));
    this.normaliser = new ItchNormaliser(registry, "market.itch", size.venueCount, symbols, this.market);
    const rows = new FeedRows(registry, desk.venues.length);
    this.feedRows = rows;
    this.feeds = desk.venues.map((_, venue) => new Feed(registry, rows, turn, venue, this.normaliser, this.market));
    this.usualPackets = new UsualPackets(rows, turn, this.normaliser, this.market);
    this.pairSignals = new PairSignals(registry, desk, this.quotes);
    this.strategyStates = new StrategyStates(registry, desk, turn);
    this.pairBook = new PairBook(registry, size.pairCount);

    this.positions = new Positions(registry, desk, turn);
    this.orders = new Orders(registry, desk, size.orderRows);
    const scopeCounts = {
      strategies: size.strategyCount,
      instruments: size.instrumentCount,
      venues: size.venueCount,
      pairs: size.pairCount,
    };
    this.kills = new KillSwitch(registry, scopeCounts);
    this.killProgress = new KillProgress(registry, turn, killSlots);
    this.modes = new Modes(registry, turn, scopeCounts);
    this.losses = new LossGuard(registry, this.limits, this.modes, this.positions, size.strategyCount);
    this.repeated = new RepeatedExecutions(registry, size.strategyCount, size.instrumentCount);
    this.refusalCounts = new RefusalCounts(registry, size.strategyCount);
    this.gate = createGate({
      registry,
      desk,
      turn,
      quotes: this.quotes,
      bars: this.bars,
      rules: this.market.rules,
      soundness: this.soundness,
      limits: this.limits,
      kills: this.kills,
      modes: this.modes,
      losses: this.losses,
      repeated: this.repeated,
      positions: this.positions,
      working: this.orders,
      standing: new GateStanding(this),
      parentRows: size.orderRows,
    });
    this.parents = new Parents(registry, turn, size.orderRows);
    this.venueNumbers = registry.allocate("venue.numbers", "f64", size.venueCount * VenueNumber.count);
    this.execution = new Execution(
      registry,
      turn,
      this.books,
      this.quotes,
      this.gate,
      this.orders,
      this.parents,
      {
        enter: (approved, reference, order) => this.orderSessions[approved.venue].enter(approved, reference, order),
        replace: (approved, original, reference, order) =>
          this.orderSessions[approved.venue].replace(approved, original, reference, order),
        cancel: (venue, reference) => this.orderSessions[venue].cancel(reference),
      },
      {
        onParentDone: (parent) => this.strategies[this.parents.strategy[parent]].onParentDone(parent),
        onKilledBack: (slots) => {
          for (let slot = 0; slot < killSlots; slot++) if ((slots >> slot) & 1) this.killProgress.reopen(slot);
        },
        onCancelOfClosedRefused: (order) => this.orderWords.onCancelRefused(order),
        onRefused: (strategy, code) => {
          this.strategyStates.refusals[strategy]++;
          this.refusalCounts.count(strategy, code);
        },
        onOrderSent: (strategy, venue) => {
          this.strategyStates.ordersSent[strategy]++;
          this.strategyStates.lastDecisionNs[strategy] = turn.timeNs;
          this.venueNumbers[venue * VenueNumber.count + VenueNumber.ordersSent]++;
        },
      },
      size.venueCount,
    );
    this.reconciliation = new Reconciliation(registry, turn, size.listingCount, size.venueCount);
    this.orderWords = new OrderWords(registry, turn, this.orders, this.reconciliation, size.orderRows, size.venueCount);
    this.markOuts = new MarkOuts(registry, turn, this.quotes, size.fillRows);
    this.fills = new Fills(
      registry,
      desk,
      turn,
      this.orders,
      this.execution,
      {
        book: (strategy, pair, instrument, signedQuantity, price, fee) => {
          this.views.changed.instruments[instrument] = 1;
          if (pair >= 0) this.views.changed.pairs[pair] = 1;
          return this.positions.apply(strategy, pair, instrument, signedQuantity, price, fee);
        },
        positionOf: (instrument) => this.positions.quantityOf(instrument),
        averagePriceOf: (instrument) => this.positions.instruments.averagePrice(instrument),
        onFill: (strategy, venue, instrument, side) => {
          this.control.onFill(strategy, instrument, side);
          this.strategyStates.fills[strategy]++;
          this.venueNumbers[venue * VenueNumber.count + VenueNumber.fills]++;
        },
        onCorrected: () => this.control.onCorrected(),
      },
      this.reconciliation,
      this.markOuts,
      size.fillRows,
    );
    const venueOwner = this.createVenueOwner();
    const encoder = new OrderEntryEncoder(desk.instruments);
    this.orderStates = new OrderSessionStates(registry, desk.venues.length);
    const { orders, execution, orderStates } = this;
    this.orderSessions = desk.venues.map(
      (_, venue) =>
        new OrderSession(
          registry,
          turn,
          venue,
          orders,
          execution,
          encoder,
          venueOwner,
          size.instrumentCount,
          orderStates,
        ),
    );
    this.dropSessions = this.orderSessions.map(
      (session, venue) => new DropCopySession(registry, turn, venue, venueOwner, session),
    );
    // The strategies come last of all stages, since they see most of them.
    this.strategies = makeStrategies(registry, desk, this.pairBook, new EngineStrategyContext(this));
    this.listeners = listenersOf(this.strategies, size.instrumentCount);
    this.control = new Control(registry, {
      turn,
      kills: this.kills,
      killProgress: this.killProgress,
      strategyStates: this.strategyStates,
      strategies: this.strategies,
      execution: this.execution,
      orderSessions: this.orderSessions,
      dropSessions: this.dropSessions,
      fills: this.fills,
      reconciliation: this.reconciliation,
      orderWords: this.orderWords,
      limits: this.limits,
      modes: this.modes,
      losses: this.losses,
      repeated: this.repeated,
      gate: this.gate,
      positions: this.positions,
      clock: this.clock,
      venueCount: size.venueCount,
      instrumentCount: size.instrumentCount,
      pairCount: size.pairCount,
    });
    this.commands = new Commands(registry, turn, this.control);
  }

  /** One input in; outputs and facts out. The same state and input give the same, always. */
  readonly step = (input: InputRecord, outbox: Outbox, facts: FactsOutbox): void => {
    this.turn.begin(input.timeNs, outbox, facts);
    this.clock[Clock.nowNs] = input.timeNs;
    this.clock[Clock.inputs]++;
    switch (input.kind) {
      case inputKinds.code.data:
        this.onData(input);
        break;
      case inputKinds.code.timer:
        this.onTimer();
        break;
      case inputKinds.code.command:
        this.commands.onCommand(input);
        break;
      case inputKinds.code.connected:
        this.onConnection(input.channel, true);
        break;
      case inputKinds.code.disconnected:
        this.onConnection(input.channel, false);
        break;
      case inputKinds.code.start:
        this.onStart(input);
        break;
      case inputKinds.code.outputsLost:
        this.onOutputsLost(input);
        break;
      case inputKinds.code.outputsSent:
        this.onOutputsSent(input);
        break;
    }
    if (this.market.touchedCount > 0) this.onQuotesChanged();
    if (input.kind === inputKinds.code.timer) this.markOuts.onTimer();
    if (this.killProgress.hasActive) this.followKills();
  };

  readonly lastWords = (outbox: Outbox): void => {
    this.turn.outbox = outbox;
    for (const session of this.orderSessions) session.withdraw();
  };

  get viewRowCounts(): ViewRowCounts {
    return this.views.rowCounts;
  }

  readonly publishViews = (sink: ViewSink, all: boolean): void => {
    this.views.publish(sink, all);
  };

  /** A pair's row is due for a copy. */
  readonly pairChanged = (pair: number): void => {
    this.views.changed.pairs[pair] = 1;
  };

  private readonly onDatagram = ({ bytes, view, offset, length }: InputRecord, venue: number, line: number): void => {
    if (!this.usualPackets.take(venue, line, bytes, view, offset, length))
      this.feeds[venue].onDatagram(bytes, offset, length, line);
  };

  /** Market and venue bytes. */
  private readonly onData = (input: InputRecord): void => {
    const { bytes, offset, length, channel } = input;
    const venue = channel & (venueCountMax - 1);
    if (venue >= this.dimensions.venueCount) return;
    switch (channel - venue) {
      case feedChannel:
        return this.onDatagram(input, venue, 0);
      case secondFeedChannel:
        return this.onDatagram(input, venue, 1);
      case snapshotChannel:
        return this.feeds[venue].snapshotData(bytes, offset, length);
      case orderChannel:
        return this.orderSessions[venue].onData(bytes, offset, length);
      case dropChannel:
        return this.dropSessions[venue].onData(bytes, offset, length);
      default:
        return;
    }
  };

  /** book → signal → strategy (→ risk → order → venue), for the instruments that this input touched. */
  private readonly onQuotesChanged = (): void => {
    const { market, pairSignals: signals, quotes, soundness, views } = this;
    const { touched } = market;
    const count = market.touchedCount;
    for (let i = 0; i < count; i++) {
      const instrument = touched[i];
      const isChanged = market.isQuoteDue(instrument) && quotes.refresh(instrument, this.books);
      soundness.onTouched(instrument);
      if (!isChanged) continue;
      quotes.setChangedNs(instrument, this.turn.timeNs);
      views.changed.instruments[instrument] = 1;
      for (let j = signals.firstOf[instrument]; j < signals.firstOf[instrument + 1]; j++) {
        signals.refresh(signals.pairsOf[j]);
        views.changed.pairs[signals.pairsOf[j]] = 1;
      }
    }
    for (let i = 0; i < count; i++) {
      const instrument = touched[i];
      if (quotes.changedNs(instrument) !== this.turn.timeNs) continue;
      const listeners = this.listeners[instrument];
      for (let j = 0; j < listeners.length; j++) listeners[j].onQuote(instrument);
    }
    market.clearTouched();
  };

  /** The shell's tick; everything periodic hangs on it. */
  private readonly onTimer = (): void => {
    const { clock } = this;
    const now = this.turn.timeNs;
    const { dropSessions, feeds, orderSessions } = this;
    for (let venue = 0; venue < feeds.length; venue++) {
      feeds[venue].onTimer();
      orderSessions[venue].onTimer();
      dropSessions[venue].onTimer();
    }
    if (now >= clock[Clock.tenthNs]) {
      clock[Clock.tenthNs] = now + strategyTimerNs;
      this.execution.askRefusedCancels();
      this.markPositions();
      this.control.onMarked();
      for (const strategy of this.strategies) strategy.onTimer();
      this.control.onTimer(clock[Clock.epoch]);
      // Last, so that the answer speaks of all that this turn sends.
      for (let venue = 0; venue < orderSessions.length; venue++) {
        orderSessions[venue].cancelForgotten();
        orderSessions[venue].askMassCancelsAgain();
        orderSessions[venue].askAboutUnanswered();
      }
      this.views.periodicChanged();
    }
    if (now >= clock[Clock.secondNs]) {
      clock[Clock.secondNs] = (Math.floor(now / nsPerSecond) + 1) * nsPerSecond;
      this.pairSignals.sample();
      this.views.changed.pairs.fill(1);
      this.bars.onTimer();
      for (let strategy = 0; strategy < this.dimensions.strategyCount; strategy++)
        this.repeated.onTimer(
          strategy,
          now,
          this.limits.value[this.limits.rowOf("repeatedSeconds", "strategy", strategy)],
        );
      this.reconciliation.onTimer(this.isVenueUp, this.fills.oldestAloneNs);
      this.orderWords.onTimer(this.isVenueUp, this.execution.cancelDoubted);
    }
    if (now >= clock[Clock.minuteNs]) {
      const isFirst = clock[Clock.minuteNs] === 0;
      clock[Clock.minuteNs] = (Math.floor(now / nsPerMinute) + 1) * nsPerMinute;
      if (!isFirst) this.emitMarks();
    }
  };

  private readonly isVenueUp = (venue: number): boolean =>
    this.orderSessions[venue].isReady && this.dropSessions[venue].isReady;

  private readonly markPositions = (): void => {
    for (let instrument = 0; instrument < this.dimensions.instrumentCount; instrument++)
      // The middle of a crossed market is no price: the last mark stands.
      this.positions.mark(instrument, this.soundness.isCrossed(instrument) ? 0 : this.quotes.mid(instrument));
    this.positions.refreshExposures();
    this.clock[Clock.unknownOrders] = this.execution.unknownCount;
  };

  private readonly emitMarks = (): void => {
    const totals = { realised: 0, unrealised: 0, fees: 0 };
    for (let strategy = -1; strategy < this.dimensions.strategyCount; strategy++) {
      this.positions.totalsInto(strategy, totals);
      const gross = strategy < 0 ? this.positions.grossExposure : this.positions.strategyGrossExposureOf(strategy);
      const net = strategy < 0 ? this.positions.netExposure : this.positions.strategyNetExposureOf(strategy);
      this.turn.emit(factCode.mark, strategy, totals.realised, totals.unrealised, totals.fees, gross, net);
    }
  };

  private readonly onConnection = (channel: number, connected: boolean): void => {
    const venue = channel & (venueCountMax - 1);
    if (venue >= this.dimensions.venueCount) return;
    switch (channel - venue) {
      case snapshotChannel:
        return connected ? this.feeds[venue].snapshotConnected() : this.feeds[venue].snapshotDisconnected();
      case orderChannel:
        return connected ? this.orderSessions[venue].onConnected() : this.orderSessions[venue].onDisconnected();
      case dropChannel:
        return connected ? this.dropSessions[venue].onConnected() : this.dropSessions[venue].onDisconnected();
      default:
        return;
    }
  };

  /** A run begins: payload epoch u32, cause u8. All connections are gone; what is known of the venues stays. */
  private readonly onStart = (input: InputRecord): void => {
    const epoch = input.view.getUint32(input.offset);
    const cause = input.bytes[input.offset + 4];
    const crashed = cause === startCauses.code.crashed || cause === startCauses.code.poisoned;
    this.turn.emit(factCode.engineStarted, epoch, cause, this.clock[Clock.inputs] - 1);
    this.clock[Clock.epoch] = epoch;
    if (cause === startCauses.code.fresh) this.reconciliation.onNewDay();
    this.control.onStart(cause === startCauses.code.replay);
    this.limits.onStart((row, before) => this.control.onFileLimit(row, before));
    this.losses.onStart();
    if (crashed) this.turn.alert(alertCodes.code.crashedRestart, -1, epoch, 0);
    if (cause === startCauses.code.poisoned) {
      this.turn.alert(alertCodes.code.poisonedRecord, -1, epoch, 0);
      this.control.kill("all", -1, "system");
    }
    for (const feed of this.feeds) feed.onStart();
    if (!this.control.isReplay) {
      for (const session of this.orderSessions) session.onStart();
      for (const session of this.dropSessions) session.onStart();
      for (let venue = 0; venue < this.dimensions.venueCount; venue++) this.orderWords.onSessionDown(venue);
    }
    this.views.periodicChanged();
  };

  /** The logs could not be written: what the turn that began then wanted to send was dropped. */
  private readonly onOutputsLost = (input: InputRecord): void => {
    if (input.length < 8) return;
    const sinceNs = input.view.getFloat64(input.offset);
    this.execution.onOutputsLost(sinceNs);
    for (const session of this.orderSessions) session.onOutputsLost(sinceNs);
  };

  /** All before a mark has been handed to the sockets: when, is told by the input. */
  private readonly onOutputsSent = (input: InputRecord): void => {
    if (input.length < outputsSentLength) return;
    this.killProgress.onSent(input.view.getUint32(input.offset), input.view.getFloat64(input.offset + 4));
  };

  /** How far the kills are that are under way; behind the cancels of a step a mark asks when they have left. */
  private readonly followKills = (): void => {
    const { execution, killProgress, turn } = this;
    let active = 0;
    for (let slot = 0; slot < killSlots; slot++) {
      if (!killProgress.isActive(slot)) continue;
      active |= 1 << slot;
      killProgress.update(slot, execution.killedEndedIn(slot), execution.unknownOfKill(slot));
    }
    // A cancel of an order whose kill is over, of one in doubt, is none of that kill's.
    const cancelled = execution.takeKillCancels() & active;
    if (cancelled !== 0) turn.outbox.mark(killProgress.nextMark(cancelled));
  };

  /** venue → fill → position: what the sessions tell beyond an order's own life. */
  private readonly createVenueOwner = (): OrderSessionOwner => {
    return {
      onExecuted: (venue, source, timeNs, reference, quantity, price, liquidity, matchHigh, matchLow) =>
        this.fills.onExecuted(venue, source, timeNs, reference, quantity, price, liquidity, matchHigh, matchLow),
      onTold: this.orderWords.told,
      onBroken: (venue, reference, matchHigh, matchLow) => this.fills.onBroken(venue, reference, matchHigh, matchLow),
      onSessionState: (venue, session, state) => {
        this.turn.emit(factCode.sessionState, venue, session, state);
        if (state !== sessionStates.code.ready) this.orderWords.onSessionDown(venue);
        if (state === sessionStates.code.disconnected && session === 0)
          this.turn.alert(alertCodes.code.sessionLost, venue, this.orders.openCount, 0);
      },
      onRoundTrip: (venue, durationNs) => {
        this.venueNumbers[venue * VenueNumber.count + VenueNumber.roundTripNs] = durationNs;
      },
      onReject: (venue) => {
        this.venueNumbers[venue * VenueNumber.count + VenueNumber.rejects]++;
      },
      mustBeDisabled: (venue) => this.control.mustBeDisabled(venue),
      isKilledAt: (venue, instrument) => this.control.isKilledAt(venue, instrument),
      onAccountTold: (venue, venueTimeNs) => this.dropSessions[venue].onAccountTold(venueTimeNs),
      onUnreadable: (venue, type, count) => {
        // The first, and then ever fewer: a venue that sends nothing else must not fill the record.
        if ((count & (count - 1)) === 0) this.turn.alert(alertCodes.code.messageUnreadable, venue, type, count);
      },
      onSequenceJump: (venue, _session, asked, given) => {
        this.turn.alert(alertCodes.code.sequenceJump, venue, given, asked);
        // What is missing may be fills: no new risk there until a person has looked, and released the venue.
        this.control.kill("venue", venue, "system");
      },
    };
  };
}

/** Strategies that listen to each instrument, in the order of their ids. */
function listenersOf(strategies: readonly Strategy[], instrumentCount: number): Strategy[][] {
  const listeners: Strategy[][] = Array.from({ length: instrumentCount }, () => []);
  for (const strategy of strategies)
    for (const instrument of strategy.instruments) listeners[instrument].push(strategy);
  return listeners;
}
