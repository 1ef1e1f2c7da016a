/** How long the engine may give no sign of life, in milliseconds. */
export type HeartbeatLimits = {
  /** Connected, but its time stands still: it hangs, or does not get through its recovery. */
  readonly silentMsMax: number;
  /** Not connected: it died, and is being restarted. */
  readonly goneMsMax: number;
};

/**
 * A hung engine keeps its sessions up, so no venue notices: the watchdog has to, soon. A dead one is cancelled by its
 * venues when its sessions are gone for ten seconds, and comes back into recovery before that: the watchdog waits longer.
 */
export const heartbeatLimits: HeartbeatLimits = { silentMsMax: 5_000, goneMsMax: 15_000 };

/**
 * unseen: it has never beaten, so there is nothing to lose yet. beating: all is well. silent, gone: past the limit of
 * `HeartbeatLimits`.
 */
export type HeartbeatVerdict = "unseen" | "beating" | "silent" | "gone";

/**
 * Judges the engine by its own clock: it lives while the time of its last input moves, which takes main thread and
 * worker alike. Times in milliseconds of any steady clock, given by the caller.
 */
export class Heartbeat {
  private engineTimeNs = Number.NaN;
  private lastBeatMs = Number.NaN;
  private connected = false;

  constructor(private readonly limits: HeartbeatLimits = heartbeatLimits) {}

  /** The engine said what time it has. Only a time that moved is a beat. */
  told(engineTimeNs: number, nowMs: number): void {
    this.connected = true;
    if (engineTimeNs === this.engineTimeNs) return;
    this.engineTimeNs = engineTimeNs;
    this.lastBeatMs = nowMs;
  }

  /** The connection is there, or gone. An engine that comes back has its time to recover before it must beat. */
  connection(connected: boolean, nowMs: number): void {
    if (connected && !this.connected && !Number.isNaN(this.lastBeatMs)) this.lastBeatMs = nowMs;
    this.connected = connected;
  }

  /** Milliseconds since the last beat; NaN before the first. */
  silenceMs(nowMs: number): number {
    return nowMs - this.lastBeatMs;
  }

  verdict(nowMs: number): HeartbeatVerdict {
    const silenceMs = this.silenceMs(nowMs);
    if (Number.isNaN(silenceMs)) return "unseen";
    if (this.connected) return silenceMs > this.limits.silentMsMax ? "silent" : "beating";
    return silenceMs > this.limits.goneMsMax ? "gone" : "beating";
  }
}
