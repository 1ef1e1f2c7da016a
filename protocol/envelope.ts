/**
 * What travels to the browser. A topic begins with a `snapshot` and goes on with `delta`s whose `seq` counts up by
 * one; a delta with another `seq` is a gap, and the browser asks `resync` for that one topic. `epoch` changes when
 * the gateway or the engine restarted: whatever was held under another epoch is void.
 */
export type Envelope<Payload = unknown> = {
  readonly topic: string;
  readonly epoch: string;
  readonly seq: number;
  readonly kind: "snapshot" | "delta";
  /** Engine time of the data, ns since the trading day's start. */
  readonly engineTimeNs: number;
  /** Milliseconds since 1970 when the gateway sent it. */
  readonly sentMs: number;
  readonly payload: Payload;
};
