import type {
  Bar,
  BarsPayload,
  BookPayload,
  DeskPayload,
  FillRow,
  FillsPayload,
  HealthPayload,
  KillRow,
  KillsPayload,
  Notice,
  NoticesPayload,
  OrderRow,
  OrdersPayload,
  PairRow,
  PairsPayload,
  PnlPayload,
  PositionRow,
  PositionsPayload,
  ReferencePayload,
  SparksPayload,
  StrategiesPayload,
  StrategyRow,
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
  readonly notices: KeyedStore<number, Notice>;
  readonly health: ValueStore<HealthPayload | null>;
  private readonly books = new Map<string, ValueStore<BookPayload | null>>();
  private readonly bars = new Map<string, SeriesStore<Bar>>();
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
    this.notices = new KeyedStore(scheduler, noticesMax);
    this.health = new ValueStore<HealthPayload | null>(scheduler, null);
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
      case "book":
        return valueSink(this.book(rest));
      case "bars":
        return this.barsSink(rest);
      default:
        throw new RangeError(`no store for topic "${topic}"`);
    }
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
