import type { PlaybackState } from "@/domain/playback";
import type { RefusalCode } from "@/domain/refusal";
import type {
  Bar,
  BarsPayload,
  BookPayload,
  BreakRow,
  BreaksPayload,
  DeskPayload,
  FillRow,
  FillsPayload,
  HealthPayload,
  KillRow,
  KillsPayload,
  LimitRow,
  ModeRow,
  Notice,
  NoticesPayload,
  OrderRow,
  OrdersPayload,
  PairEvent,
  PairPayload,
  PairRow,
  PairSample,
  PairsPayload,
  PnlPayload,
  PositionRow,
  PositionsPayload,
  ReferencePayload,
  RefusalMinute,
  RefusalRow,
  RefusalsPayload,
  RiskEvent,
  RiskLogPayload,
  RiskPayload,
  SparksPayload,
  StandingList,
  StandingPayload,
  StrategiesPayload,
  StrategyEvent,
  StrategyPayload,
  StrategyRow,
  WallPayload,
  WatchPayload,
  WatchRow,
} from "@/protocol/topics";
import type { FrameScheduler } from "./frame-scheduler";
import { KeyedStore } from "./keyed-store";
import type { TopicSink } from "./replica";
import { SeriesStore } from "./series-store";
import { ValueStore } from "./value-store";

/** A point of a P&L curve: milliseconds since 1970 and net money. */
export type PnlPoint = readonly [number, number];

/** Fills and notices kept on the screen; the store's pages have the rest. */
const fillsMax = 2_000;
const noticesMax = 500;
const pairEventsMax = 256;
const riskEventsMax = 200;
const standingListsMax = 16;

/** The last half hour of one pair: a sample a second, and the steps of its round trips by fact number. */
export type PairTrail = { readonly samples: SeriesStore<PairSample>; readonly events: KeyedStore<number, PairEvent> };

/** What happened to one strategy, and what the gate refused it; both by fact number. */
export type StrategyTrail = {
  readonly events: KeyedStore<number, StrategyEvent>;
  readonly refusals: KeyedStore<number, Notice>;
};

type Rows<Row> = { readonly rows: readonly Row[]; readonly removed?: readonly number[] };

function keyedSink<Key extends string | number, Row>(
  store: KeyedStore<Key, Row>,
  keyOf: (row: Row) => Key,
  onDelta: (rows: readonly Row[]) => void = () => {},
): TopicSink {
  return {
    snapshot(payload) {
      store.replace((payload as Rows<Row>).rows.map((row) => [keyOf(row), row] as const));
    },
    delta(payload) {
      const { rows, removed } = payload as Rows<Row>;
      if (removed !== undefined) for (const id of removed) store.remove(id as Key);
      for (const row of rows) store.put(keyOf(row), row);
      onDelta(rows);
    },
    clear() {
      store.replace([]);
    },
  };
}

function valueSink<Value>(store: ValueStore<Value | null>): TopicSink {
  const put = (payload: unknown) => store.set(payload as Value);
  return { snapshot: put, delta: put, clear: () => store.set(null) };
}

/** Key of a kill in force. */
export function killKey(kill: Pick<KillRow, "scope" | "target">): string {
  return `${kill.scope}:${kill.target}`;
}

/** The key of what was refused to one strategy for one reason. */
export function refusalKey(strategy: number | null, reason: RefusalCode | null): string {
  return `${strategy}:${reason}`;
}

/** Every store of the desk, and the sink that fills each topic's. */
export class TopicStores {
  readonly reference: ValueStore<ReferencePayload | null>;
  readonly watch: KeyedStore<number, WatchRow>;
  readonly sparks: KeyedStore<number, readonly number[]>;
  readonly desk: ValueStore<DeskPayload | null>;
  readonly pnl: KeyedStore<number, SeriesStore<PnlPoint>>;
  readonly positions: KeyedStore<number, PositionRow>;
  readonly strategies: KeyedStore<number, StrategyRow>;
  readonly pairs: KeyedStore<number, PairRow>;
  readonly orders: KeyedStore<number, OrderRow>;
  readonly fills: KeyedStore<number, FillRow>;
  readonly kills: KeyedStore<string, KillRow>;
  readonly breaks: KeyedStore<string, BreakRow>;
  /** Limits by their row. */
  readonly limits: KeyedStore<number, LimitRow>;
  /** Refusals of the day by strategy. */
  readonly refusals: KeyedStore<number, RefusalRow>;
  /** Modes that are not active; the same array until one changes. */
  readonly modes: ValueStore<readonly ModeRow[]>;
  /** The last hour of refusals. */
  readonly refusalMinutes: SeriesStore<RefusalMinute>;
  /** The last refusal of each strategy and reason today, by `refusalKey`. */
  readonly lastRefusals: KeyedStore<string, Notice>;
  /** Changes of limits and modes by fact number. */
  readonly riskEvents: KeyedStore<number, RiskEvent>;
  /** What scopes had open, by the id of the command that asked. */
  readonly standing: KeyedStore<string, StandingList>;
  readonly notices: KeyedStore<number, Notice>;
  readonly health: ValueStore<HealthPayload | null>;
  /** Where the replay stands; null on a desk that is live. */
  readonly playback: ValueStore<PlaybackState | null>;
  private readonly books = new Map<string, ValueStore<BookPayload | null>>();
  private readonly bars = new Map<string, SeriesStore<Bar>>();
  private readonly walls = new Map<string, ValueStore<WallPayload | null>>();
  private readonly pairTrails = new Map<number, PairTrail>();
  private readonly strategyTrails = new Map<number, StrategyTrail>();
  private readonly noticeListeners = new Set<(notices: readonly Notice[]) => void>();

  constructor(private readonly scheduler: FrameScheduler) {
    this.reference = new ValueStore<ReferencePayload | null>(scheduler, null);
    this.watch = new KeyedStore(scheduler);
    this.sparks = new KeyedStore(scheduler);
    this.desk = new ValueStore<DeskPayload | null>(scheduler, null);
    this.pnl = new KeyedStore(scheduler);
    this.positions = new KeyedStore(scheduler);
    this.strategies = new KeyedStore(scheduler);
    this.pairs = new KeyedStore(scheduler);
    this.orders = new KeyedStore(scheduler);
    this.fills = new KeyedStore(scheduler, fillsMax);
    this.kills = new KeyedStore(scheduler);
    this.breaks = new KeyedStore(scheduler);
    this.limits = new KeyedStore(scheduler);
    this.refusals = new KeyedStore(scheduler);
    this.modes = new ValueStore<readonly ModeRow[]>(scheduler, []);
    this.refusalMinutes = new SeriesStore<RefusalMinute>(scheduler, (minute) => minute.timeSeconds, 120);
    this.lastRefusals = new KeyedStore(scheduler);
    this.riskEvents = new KeyedStore(scheduler, riskEventsMax);
    this.standing = new KeyedStore(scheduler, standingListsMax);
    // A storm of refusals must not push an alert off the screen.
    this.notices = new KeyedStore<number, Notice>(scheduler, noticesMax, (notice) => notice.refusal !== null);
    this.health = new ValueStore<HealthPayload | null>(scheduler, null);
    this.playback = new ValueStore<PlaybackState | null>(scheduler, null);
  }

  /** Hears of notices that are news, not of those in a snapshot. */
  onNotices(listener: (notices: readonly Notice[]) => void): () => void {
    this.noticeListeners.add(listener);
    return () => this.noticeListeners.delete(listener);
  }

  book(symbol: string): ValueStore<BookPayload | null> {
    return found(this.books, symbol, () => new ValueStore<BookPayload | null>(this.scheduler, null));
  }

  /** `key` is `SYMBOL:second` or `SYMBOL:minute`. */
  barsOf(key: string): SeriesStore<Bar> {
    return found(this.bars, key, () => new SeriesStore<Bar>(this.scheduler, (bar) => bar.timeSeconds));
  }

  /** The best five levels of one symbol. */
  wall(symbol: string): ValueStore<WallPayload | null> {
    return found(this.walls, symbol, () => new ValueStore<WallPayload | null>(this.scheduler, null));
  }

  /** Where one pair came from. */
  pairTrail(pair: number): PairTrail {
    return found(this.pairTrails, pair, () => ({
      samples: new SeriesStore<PairSample>(this.scheduler, (sample) => sample[0], 7_200),
      events: new KeyedStore<number, PairEvent>(this.scheduler, pairEventsMax),
    }));
  }

  /** The history of one strategy. */
  strategyTrail(strategy: number): StrategyTrail {
    return found(this.strategyTrails, strategy, () => ({
      events: new KeyedStore<number, StrategyEvent>(this.scheduler, noticesMax),
      refusals: new KeyedStore<number, Notice>(this.scheduler, noticesMax),
    }));
  }

  /** The P&L curve of a strategy, -1 for the desk. */
  curve(strategy: number): SeriesStore<PnlPoint> {
    const known = this.pnl.get(strategy);
    if (known !== undefined) return known;
    const made = new SeriesStore<PnlPoint>(this.scheduler, (point) => point[0]);
    this.pnl.put(strategy, made);
    return made;
  }

  /** Forgets what only a released topic needed. */
  released(topic: string): void {
    const [family, rest] = splitTopic(topic);
    if (family === "book") this.books.delete(rest);
    if (family === "bars") this.bars.delete(rest);
    if (family === "wall") this.walls.delete(rest);
    if (family === "pair") this.pairTrails.delete(Number(rest));
    if (family === "strategy") this.strategyTrails.delete(Number(rest));
  }

  sinkOf(topic: string): TopicSink {
    const [family, rest] = splitTopic(topic);
    switch (family) {
      case "reference":
        return valueSink(this.reference);
      case "watch":
        return keyedSink(this.watch, (row: WatchPayload["rows"][number]) => row.id);
      case "sparks":
        return this.sparksSink();
      case "desk":
        return valueSink(this.desk);
      case "pnl":
        return this.pnlSink();
      case "positions":
        return keyedSink(this.positions, (row: PositionsPayload["rows"][number]) => row.id);
      case "strategies":
        return keyedSink(this.strategies, (row: StrategiesPayload["rows"][number]) => row.id);
      case "pairs":
        return keyedSink(this.pairs, (row: PairsPayload["rows"][number]) => row.id);
      case "orders":
        return keyedSink(this.orders, (row: OrdersPayload["rows"][number]) => row.id);
      case "fills":
        return keyedSink(this.fills, (row: FillsPayload["rows"][number]) => row.id);
      case "kills":
        return keyedSink(this.kills, (row: KillsPayload["rows"][number]) => killKey(row));
      case "breaks":
        return keyedSink(this.breaks, (row: BreaksPayload["rows"][number]) => row.id);
      case "risk":
        return this.riskSink();
      case "refusals":
        return this.refusalsSink();
      case "standing":
        return keyedSink<string, StandingPayload["rows"][number]>(this.standing, (list) => list.id);
      case "riskLog":
        return keyedSink(this.riskEvents, (row: RiskLogPayload["rows"][number]) => row.id);
      case "notices":
        return keyedSink(
          this.notices,
          (row: NoticesPayload["rows"][number]) => row.id,
          (rows) => {
            for (const listener of this.noticeListeners) listener(rows);
          },
        );
      case "health":
        return valueSink(this.health);
      case "playback":
        // It outlives an epoch: a seek back begins a new one, and the bar must not blink for it.
        return { ...valueSink(this.playback), clear: () => {} };
      case "book":
        return valueSink(this.book(rest));
      case "bars":
        return this.barsSink(rest);
      case "wall":
        return valueSink(this.wall(rest));
      case "pair":
        return this.pairSink(Number(rest));
      case "strategy":
        return this.strategySink(Number(rest));
      default:
        throw new RangeError(`no store for topic "${topic}"`);
    }
  }

  private refusalsSink(): TopicSink {
    const { lastRefusals, refusalMinutes } = this;
    return {
      snapshot: (payload) => {
        const { minutes, last } = payload as RefusalsPayload;
        refusalMinutes.replace(minutes);
        lastRefusals.replace(last.map((notice) => [refusalKey(notice.strategy, notice.refusal), notice] as const));
      },
      delta: (payload) => {
        const { minutes, last } = payload as RefusalsPayload;
        refusalMinutes.merge(minutes);
        for (const notice of last) lastRefusals.put(refusalKey(notice.strategy, notice.refusal), notice);
      },
      clear: () => {
        refusalMinutes.replace([]);
        lastRefusals.replace([]);
      },
    };
  }

  private riskSink(): TopicSink {
    const { limits, modes, refusals } = this;
    const putModes = (next: readonly ModeRow[]) => {
      if (JSON.stringify(next) !== JSON.stringify(modes.value)) modes.set(next);
    };
    return {
      snapshot: (payload) => {
        const risk = payload as RiskPayload;
        limits.replace(risk.limits.map((row) => [row.id, row] as const));
        refusals.replace(risk.refusals.map((row) => [row.id, row] as const));
        putModes(risk.modes);
      },
      delta: (payload) => {
        const risk = payload as RiskPayload;
        for (const row of risk.limits) limits.put(row.id, row);
        for (const row of risk.refusals) refusals.put(row.id, row);
        putModes(risk.modes);
      },
      clear: () => {
        limits.replace([]);
        refusals.replace([]);
        modes.set([]);
      },
    };
  }

  private sparksSink(): TopicSink {
    const put = (payload: unknown) => {
      for (const [id, spark] of Object.entries((payload as SparksPayload).sparks)) this.sparks.put(Number(id), spark);
    };
    return { snapshot: put, delta: put, clear: () => this.sparks.replace([]) };
  }

  private pnlSink(): TopicSink {
    return {
      snapshot: (payload) => {
        for (const [id, points] of Object.entries((payload as PnlPayload).curves))
          this.curve(Number(id)).replace(points);
      },
      delta: (payload) => {
        for (const [id, points] of Object.entries((payload as PnlPayload).curves)) this.curve(Number(id)).merge(points);
      },
      clear: () => {
        for (const curve of this.pnl.rows()) curve.replace([]);
      },
    };
  }

  private pairSink(pair: number): TopicSink {
    const { samples, events } = this.pairTrail(pair);
    return {
      snapshot: (payload) => {
        samples.replace((payload as PairPayload).samples);
        events.replace((payload as PairPayload).events.map((event) => [event.id, event] as const));
      },
      delta: (payload) => {
        samples.merge((payload as PairPayload).samples);
        for (const event of (payload as PairPayload).events) events.put(event.id, event);
      },
      clear: () => {
        samples.replace([]);
        events.replace([]);
      },
    };
  }

  private strategySink(strategy: number): TopicSink {
    const { events, refusals } = this.strategyTrail(strategy);
    return {
      snapshot: (payload) => {
        events.replace((payload as StrategyPayload).events.map((event) => [event.id, event] as const));
        refusals.replace((payload as StrategyPayload).refusals.map((refusal) => [refusal.id, refusal] as const));
      },
      delta: (payload) => {
        for (const event of (payload as StrategyPayload).events) events.put(event.id, event);
        for (const refusal of (payload as StrategyPayload).refusals) refusals.put(refusal.id, refusal);
      },
      clear: () => {
        events.replace([]);
        refusals.replace([]);
      },
    };
  }

  private barsSink(key: string): TopicSink {
    const store = this.barsOf(key);
    return {
      snapshot: (payload) => store.replace((payload as BarsPayload).bars),
      delta: (payload) => store.merge((payload as BarsPayload).bars),
      clear: () => store.replace([]),
    };
  }
}

function splitTopic(topic: string): [string, string] {
  const colon = topic.indexOf(":");
  return colon < 0 ? [topic, ""] : [topic.slice(0, colon), topic.slice(colon + 1)];
}

function found<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
