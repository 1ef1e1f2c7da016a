/** Milliseconds since 1970 of a trading day's start, 00:00 UTC. */
export function dayStartMsOf(tradingDay: string): number {
  return Date.parse(`${tradingDay}T00:00:00Z`);
}

/** The date in UTC, YYYY-MM-DD. */
export function dateOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

export type TimeSource = {
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
  /** Nanoseconds of a clock that never goes back. */
  readonly monotonicNs: () => bigint;
};

const systemTime: TimeSource = { wallMs: Date.now, monotonicNs: () => process.hrtime.bigint() };

/**
 * Time as the inputs carry it: whole nanoseconds since the trading day's start. The wall clock is read once, at the
 * start, and the monotonic clock from then on, so that a step of the wall clock never shows. Where the wall clock reads
 * less than the last journaled time (it was set back while nothing ran) time goes on from that time at its own pace: it
 * neither goes back nor stands still, for a session whose clock stands still sends no heartbeat and dies.
 */
export class ShellClock {
  private readonly baseNs: number;
  private readonly anchor: bigint;
  private last: number;

  constructor(
    dayStartMs: number,
    lastTimeNs: number,
    private readonly source: TimeSource = systemTime,
  ) {
    this.baseNs = Math.max(lastTimeNs, Math.round((source.wallMs() - dayStartMs) * 1e6));
    this.anchor = source.monotonicNs();
    this.last = lastTimeNs;
  }

  /** Now; equal to the answer before when the clock did not move. */
  read(): number {
    const now = this.baseNs + Number(this.source.monotonicNs() - this.anchor);
    if (now > this.last) this.last = now;
    return this.last;
  }
}
