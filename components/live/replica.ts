import type { Envelope } from "@/protocol/envelope";

/** Where a topic stands: not asked for, asked and waiting for its snapshot, live, or asked again after a gap. */
export type TopicStatus = "idle" | "waiting" | "live" | "resyncing";

/** Takes a topic's payloads, already in order and without holes. */
export type TopicSink = {
  snapshot(payload: unknown): void;
  delta(payload: unknown): void;
  /** Nothing held is valid any more. */
  clear(): void;
};

/** What the replica asks of the other side. */
export type ReplicaTransport = {
  subscribe(topics: readonly string[]): void;
  unsubscribe(topics: readonly string[]): void;
  resync(topic: string): void;
};

/** Time as the replica sees it; tests give their own. */
export type ReplicaClock = {
  now(): number;
  /** Runs once after so many milliseconds unless the answer is called. */
  after(milliseconds: number, run: () => void): () => void;
};

/** What is known of one topic. */
export type TopicView = {
  readonly status: TopicStatus;
  readonly epoch: string | null;
  readonly seq: number;
  /** `now()` when an envelope last advanced this topic; null before the first. */
  readonly receivedAt: number | null;
};

/** Waits this long for a missing envelope before it asks for a fresh snapshot. */
export const gapWaitMs = 250;
/** Asks again when a snapshot did not come. */
export const resyncRetryMs = 2_000;
/** A topic nobody looks at is kept this long, so that switching back and forth costs nothing. */
export const lingerMs = 5_000;
/** A hidden tab keeps market data this long. */
export const hiddenGraceMs = 3_000;
/** Envelopes held back behind a gap; more than this asks for a snapshot at once. */
export const pendingMax = 256;

type Topic = {
  readonly name: string;
  readonly sink: TopicSink;
  references: number;
  status: TopicStatus;
  epoch: string | null;
  seq: number;
  receivedAt: number | null;
  readonly pending: Map<number, Envelope>;
  cancelGap: (() => void) | null;
  cancelLinger: (() => void) | null;
};

/** Topics that a hidden tab can do without; orders, fills, kills, notices and health stay. */
export function isMarketTopic(topic: string): boolean {
  return topic === "watch" || topic === "sparks" || topic === "pairs" || /^(book|bars|wall|pair):/.test(topic);
}

/**
 * The browser's copy of what the gateway publishes: one snapshot a topic, then deltas that count up by one. A gap
 * waits a quarter of a second for a late envelope, then asks for that one topic again; a new epoch voids everything.
 */
export class Replica {
  private readonly topics = new Map<string, Topic>();
  private readonly pastEpochs = new Set<string>();
  private epoch: string | null = null;
  private connected = false;
  private parked = false;
  private cancelParking: (() => void) | null = null;
  private gapCount = 0;
  private engineTimeNs = 0;
  private engineReceivedAt: number | null = null;

  constructor(
    private readonly transport: ReplicaTransport,
    private readonly clock: ReplicaClock,
    private readonly sinkOf: (topic: string) => TopicSink,
    private readonly released: (topic: string) => void = () => {},
    /** False when the engine's time is a recording's and not the wall's. */
    private readonly timeRuns = true,
  ) {}

  /** Gaps seen since the page was opened. */
  get gaps(): number {
    return this.gapCount;
  }

  /** Milliseconds since the engine's time last advanced here; null before the first envelope. */
  engineAgeMs(): number | null {
    return this.engineReceivedAt === null ? null : this.clock.now() - this.engineReceivedAt;
  }

  /**
   * The engine's time now: the newest seen plus what has passed since, which in a replay is nothing. Null before the
   * first envelope.
   */
  engineNowNs(): number | null {
    const age = this.engineAgeMs();
    if (age === null) return null;
    return this.timeRuns ? this.engineTimeNs + age * 1e6 : this.engineTimeNs;
  }

  view(topic: string): TopicView {
    return this.topics.get(topic) ?? { status: "idle", epoch: null, seq: 0, receivedAt: null };
  }

  /** Someone looks at this topic until the answer is called. */
  acquire(name: string): () => void {
    const topic = this.topicOf(name);
    topic.references++;
    topic.cancelLinger?.();
    topic.cancelLinger = null;
    if (topic.status === "idle") this.ask([topic]);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      topic.references--;
      if (topic.references === 0) topic.cancelLinger = this.clock.after(lingerMs, () => this.drop(topic));
    };
  }

  /** The other side greeted us: everything is asked for anew. A new epoch voids what is held. */
  greeted(epoch: string): void {
    this.connected = true;
    if (this.epoch !== epoch) this.enterEpoch(epoch);
    this.ask([...this.topics.values()]);
  }

  /** The connection is gone: what is held stays on the screen, marked by its age. */
  disconnected(): void {
    this.connected = false;
    for (const topic of this.topics.values()) this.reset(topic, "idle");
  }

  /** After a grace a hidden tab lets go of market data; on return it asks for fresh snapshots. */
  setHidden(hidden: boolean): void {
    this.cancelParking?.();
    this.cancelParking = null;
    if (hidden) {
      if (!this.parked) this.cancelParking = this.clock.after(hiddenGraceMs, () => this.park());
      return;
    }
    if (!this.parked) return;
    this.parked = false;
    this.ask([...this.topics.values()].filter((topic) => isMarketTopic(topic.name)));
  }

  receive(batch: readonly Envelope[]): void {
    for (const envelope of batch) this.receiveOne(envelope);
  }

  private receiveOne(envelope: Envelope): void {
    if (this.pastEpochs.has(envelope.epoch)) return;
    if (envelope.epoch !== this.epoch) {
      this.enterEpoch(envelope.epoch);
      if (envelope.kind === "delta" || this.topics.size > 1)
        this.ask([...this.topics.values()].filter((each) => each.name !== envelope.topic || envelope.kind === "delta"));
    }
    if (envelope.engineTimeNs > this.engineTimeNs) {
      this.engineTimeNs = envelope.engineTimeNs;
      this.engineReceivedAt = this.clock.now();
    }
    const topic = this.topics.get(envelope.topic);
    if (topic === undefined || (this.parked && isMarketTopic(topic.name))) return;
    if (envelope.kind === "snapshot") this.applySnapshot(topic, envelope);
    else this.applyDelta(topic, envelope);
  }

  private applySnapshot(topic: Topic, envelope: Envelope): void {
    if (topic.status === "live" && envelope.seq < topic.seq) return;
    topic.cancelGap?.();
    topic.cancelGap = null;
    topic.epoch = envelope.epoch;
    topic.seq = envelope.seq;
    topic.status = "live";
    topic.receivedAt = this.clock.now();
    topic.sink.snapshot(envelope.payload);
    this.drain(topic);
  }

  private applyDelta(topic: Topic, envelope: Envelope): void {
    if (topic.status === "idle") return;
    if (topic.status !== "live") {
      this.hold(topic, envelope);
      return;
    }
    if (envelope.seq <= topic.seq) return;
    if (envelope.seq === topic.seq + 1) {
      this.advance(topic, envelope);
      this.drain(topic);
      return;
    }
    this.hold(topic, envelope);
    if (topic.pending.size > pendingMax) this.askAgain(topic);
    else if (topic.cancelGap === null) {
      this.gapCount++;
      topic.cancelGap = this.clock.after(gapWaitMs, () => this.askAgain(topic));
    }
  }

  /** Keeps an envelope that may follow a snapshot or a late one; the oldest goes when there are too many. */
  private hold(topic: Topic, envelope: Envelope): void {
    topic.pending.set(envelope.seq, envelope);
    if (topic.status !== "live" && topic.pending.size > pendingMax) {
      const oldest = topic.pending.keys().next();
      if (!oldest.done) topic.pending.delete(oldest.value);
    }
  }

  private advance(topic: Topic, envelope: Envelope): void {
    topic.seq = envelope.seq;
    topic.receivedAt = this.clock.now();
    topic.sink.delta(envelope.payload);
  }

  /** Applies what was held back and now follows; a hole that is left starts the wait again. */
  private drain(topic: Topic): void {
    for (const seq of topic.pending.keys()) if (seq <= topic.seq) topic.pending.delete(seq);
    for (;;) {
      const next = topic.pending.get(topic.seq + 1);
      if (next === undefined) break;
      topic.pending.delete(next.seq);
      this.advance(topic, next);
    }
    if (topic.pending.size === 0) {
      topic.cancelGap?.();
      topic.cancelGap = null;
    } else if (topic.cancelGap === null) {
      this.gapCount++;
      topic.cancelGap = this.clock.after(gapWaitMs, () => this.askAgain(topic));
    }
  }

  private askAgain(topic: Topic): void {
    topic.cancelGap?.();
    topic.pending.clear();
    topic.status = "resyncing";
    this.transport.resync(topic.name);
    topic.cancelGap = this.clock.after(resyncRetryMs, () => this.askAgain(topic));
  }

  private ask(topics: readonly Topic[]): void {
    if (!this.connected) return;
    const wanted = topics.filter((topic) => !(this.parked && isMarketTopic(topic.name)));
    for (const topic of wanted) {
      this.reset(topic, "waiting");
      topic.cancelGap = this.clock.after(resyncRetryMs, () => this.askAgain(topic));
    }
    for (let i = 0; i < wanted.length; i += 64)
      this.transport.subscribe(wanted.slice(i, i + 64).map((topic) => topic.name));
  }

  private park(): void {
    this.cancelParking = null;
    this.parked = true;
    const parked = [...this.topics.values()].filter((topic) => isMarketTopic(topic.name) && topic.status !== "idle");
    for (const topic of parked) this.reset(topic, "idle");
    if (this.connected && parked.length > 0) this.transport.unsubscribe(parked.map((topic) => topic.name));
  }

  private drop(topic: Topic): void {
    if (topic.references > 0) return;
    this.topics.delete(topic.name);
    if (this.connected && topic.status !== "idle") this.transport.unsubscribe([topic.name]);
    this.reset(topic, "idle");
    this.released(topic.name);
  }

  private enterEpoch(epoch: string): void {
    if (this.epoch !== null) this.pastEpochs.add(this.epoch);
    this.pastEpochs.delete(epoch);
    this.epoch = epoch;
    this.engineTimeNs = 0;
    for (const topic of this.topics.values()) {
      this.reset(topic, "idle");
      topic.epoch = null;
      topic.receivedAt = null;
      topic.sink.clear();
    }
  }

  private reset(topic: Topic, status: TopicStatus): void {
    topic.cancelGap?.();
    topic.cancelGap = null;
    topic.pending.clear();
    topic.status = status;
    topic.seq = 0;
  }

  private topicOf(name: string): Topic {
    const known = this.topics.get(name);
    if (known !== undefined) return known;
    const topic: Topic = {
      name,
      sink: this.sinkOf(name),
      references: 0,
      status: "idle",
      epoch: null,
      seq: 0,
      receivedAt: null,
      pending: new Map(),
      cancelGap: null,
      cancelLinger: null,
    };
    this.topics.set(name, topic);
    return topic;
  }
}
