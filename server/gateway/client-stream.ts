import type { Envelope } from "../../protocol/envelope";
import type { Pace, TopicSource } from "./topic-source";

/** The wire to one browser, as far as the stream needs to know it. */
export interface Outlet {
  /** False while the last batch has not left yet: nothing more may be added. */
  readonly ready: boolean;
  send(batch: readonly Envelope[]): void;
}

/** What the envelopes say beside their payload. */
export type StreamContext = {
  readonly epoch: string;
  readonly engineTimeNs: number;
  readonly sentMs: number;
  /** Null while the topic cannot be served yet, or ever. */
  readonly source: (topic: string) => TopicSource | null;
};

type Subscription = { seq: number; version: number; snapshotDue: boolean };

/** Topics one browser may hold at a time. */
export const subscriptionsMax = 256;

/**
 * What one browser is subscribed to and how far it has been told. It holds a version a topic and no data: a browser
 * that stalls costs nothing, and when it recovers it gets each changed row once (conflated topics), every change in
 * order (the others), or a snapshot when it was away too long.
 */
export class ClientStream {
  private readonly subscriptions = new Map<string, Subscription>();
  /** When the wire was first found not ready, ms; 0 while it is. */
  stalledSinceMs = 0;

  constructor(private readonly outlet: Outlet) {}

  get topicCount(): number {
    return this.subscriptions.size;
  }

  /** Subscribes, or asks for the snapshot again. False above the bound. */
  subscribe(topic: string): boolean {
    const known = this.subscriptions.get(topic);
    if (!known && this.subscriptions.size >= subscriptionsMax) return false;
    this.subscriptions.set(topic, { seq: known?.seq ?? 0, version: 0, snapshotDue: true });
    return true;
  }

  unsubscribe(topic: string): void {
    this.subscriptions.delete(topic);
  }

  /** Sends a fresh snapshot of a subscribed topic with the next flush. */
  resync(topic: string): void {
    const subscription = this.subscriptions.get(topic);
    if (subscription) subscription.snapshotDue = true;
  }

  /** Fresh snapshots of everything: what was sent belongs to another epoch. */
  resyncAll(): void {
    for (const subscription of this.subscriptions.values()) {
      subscription.snapshotDue = true;
      subscription.seq = 0;
    }
  }

  /**
   * Sends one batch with everything due: snapshots asked for, and the changes of topics whose pace is in `paces`.
   * Does nothing while the wire is not ready; what is due then stays due.
   */
  flush(paces: ReadonlySet<Pace>, context: StreamContext): void {
    if (!this.outlet.ready) {
      if (this.stalledSinceMs === 0) this.stalledSinceMs = context.sentMs;
      return;
    }
    this.stalledSinceMs = 0;
    const batch: Envelope[] = [];
    for (const [topic, subscription] of this.subscriptions) {
      const source = context.source(topic);
      if (!source) continue;
      if (!subscription.snapshotDue) {
        if (!paces.has(source.pace) || source.version === subscription.version) continue;
      }
      const envelope = this.envelopeFor(topic, subscription, source, context);
      if (envelope) batch.push(envelope);
    }
    if (batch.length > 0) this.outlet.send(batch);
  }

  private envelopeFor(
    topic: string,
    subscription: Subscription,
    source: TopicSource,
    context: StreamContext,
  ): Envelope | null {
    const delta = subscription.snapshotDue ? "lost" : source.since(subscription.version);
    subscription.version = source.version;
    subscription.snapshotDue = false;
    if (delta === null) return null;
    return {
      topic,
      epoch: context.epoch,
      seq: ++subscription.seq,
      kind: delta === "lost" ? "snapshot" : "delta",
      engineTimeNs: context.engineTimeNs,
      sentMs: context.sentMs,
      payload: delta === "lost" ? source.snapshot() : delta,
    };
  }
}
