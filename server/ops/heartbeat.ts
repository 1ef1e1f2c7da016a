/** How long the engine may give no sign of life, in milliseconds. */
export type HeartbeatLimits = {
  /** Connected, but its time stands still: it hangs, or does not get through its recovery. */
  readonly silentMsMax: number;
  /** No beat at all, connected or not: it died, and is being restarted. */
  readonly goneMsMax: number;
};

/**
 * A hung engine keeps its sessions up, so no venue notices: the watchdog has to, soon. A dead one is cancelled by its
 * venues when its sessions are gone for ten seconds, and comes back into recovery before that: the watchdog waits longer.
 */
export const heartbeatLimits: HeartbeatLimits = { silentMsMax: 5_000, goneMsMax: 15_000 };

/** beating: all is well. silent, gone: past the limit of `HeartbeatLimits`, with a connection or without one. */
export type HeartbeatVerdict = "beating" | "silent" | "gone";

/**
 * Judges the engine by its own clock: it lives while the time of its last input moves, which takes main thread and
 * worker alike. Whoever begins to watch expects a beat as if there had just been one: the engine may hang already. Times
 * in milliseconds of any steady clock, given by the caller.
 */
export class Heartbeat {
  private engineTimeNs = Number.NaN;
  private lastBeatMs: number;
  private run = "";
  private connectedMs = Number.NaN;

  constructor(
    sinceMs: number,
    private readonly limits: HeartbeatLimits = heartbeatLimits,
  ) {
    this.lastBeatMs = sinceMs;
  }

  /** The engine said what time it has. Only a time that moved is a beat. */
  told(engineTimeNs: number, nowMs: number): void {
    if (engineTimeNs === this.engineTimeNs) return;
    this.engineTimeNs = engineTimeNs;
    this.lastBeatMs = nowMs;
  }

  /** The connection is there, or gone. A hung engine's is there too: its kernel makes it. */
  connection(connected: boolean, nowMs: number): void {
    if (!connected) this.connectedMs = Number.NaN;
    else if (Number.isNaN(this.connectedMs)) this.connectedMs = nowMs;
  }

  /** The engine said which run of it this is. One that was restarted has its time again until it must beat. */
  greeted(run: string, nowMs: number): void {
    if (run !== this.run) this.lastBeatMs = nowMs;
    this.run = run;
  }

  /** Milliseconds since the last beat. */
  silenceMs(nowMs: number): number {
    return nowMs - this.lastBeatMs;
  }

  /**
   * A connection that was just made gives the engine time to speak, but one that is made again and again does not hide
   * for longer that it hangs.
   */
  verdict(nowMs: number): HeartbeatVerdict {
    const silenceMs = this.silenceMs(nowMs);
    const { silentMsMax, goneMsMax } = this.limits;
    if (Number.isNaN(this.connectedMs)) return silenceMs > goneMsMax ? "gone" : "beating";
    const connectedForMs = nowMs - this.connectedMs;
    return Math.min(silenceMs, connectedForMs) > silentMsMax || silenceMs > goneMsMax ? "silent" : "beating";
  }
}
