import { idleNsMax, type PlaybackSkip, type PlaybackSpeed, type PlaybackStateName } from "../../domain/playback";

/** Market nanoseconds a nanosecond on the wall, by speed. */
const pace: Readonly<Record<PlaybackSpeed, number>> = { "1": 1, "10": 10, "60": 60, max: Number.POSITIVE_INFINITY };

/**
 * The pace of a replay: which market time may be stepped to at which time on the wall. Holds no file and no timer; all
 * times are given, in nanoseconds. The order of what is stepped never depends on it, only when.
 */
export class Playback {
  /** Everything up to here has been stepped. */
  positionNs: number;
  lastSkip: PlaybackSkip | null = null;
  skippedNs = 0;
  private chosen: PlaybackSpeed;
  private paused = false;
  private over = false;
  /** Full speed up to here, then on as before; null without a seek. */
  private seekNs: number | null = null;
  private anchorWallNs = 0;
  private anchorMarketNs = 0;

  constructor(
    readonly firstNs: number,
    readonly lastNs: number,
    speed: PlaybackSpeed,
  ) {
    this.positionNs = firstNs;
    this.chosen = speed;
  }

  get state(): PlaybackStateName {
    if (this.seekNs !== null) return "seeking";
    if (this.over) return "ended";
    return this.paused ? "paused" : "playing";
  }

  get speed(): PlaybackSpeed {
    return this.chosen;
  }

  get seekToNs(): number | null {
    return this.seekNs;
  }

  /** True while the wall's clock does not matter: the rest comes as fast as it can. */
  get isFull(): boolean {
    return this.state === "seeking" || (this.state === "playing" && this.chosen === "max");
  }

  /**
   * Market time that may be stepped to now. `nextNs` is the recording's next message (infinity at its end), `lastNs`
   * the one before it: idle time over the limit between the two is jumped, and the clock goes on at the next.
   */
  limitNs(wallNs: number, nextNs: number, previousNs: number): number {
    switch (this.state) {
      case "seeking":
        return Math.min(this.seekNs ?? this.lastNs, this.lastNs);
      case "paused":
      case "ended":
        return this.positionNs;
      case "playing":
        break;
    }
    if (this.chosen === "max") return this.lastNs;
    const isIdle = nextNs - Math.max(previousNs, this.firstNs) > idleNsMax;
    if (isIdle && nextNs > this.positionNs && Number.isFinite(nextNs)) {
      if (this.lastSkip?.toNs !== nextNs) {
        this.lastSkip = { fromNs: this.positionNs, toNs: nextNs };
        this.skippedNs += nextNs - this.positionNs;
      }
      this.anchor(nextNs, wallNs);
      return Math.min(nextNs, this.lastNs);
    }
    const due = this.anchorMarketNs + (wallNs - this.anchorWallNs) * pace[this.chosen];
    return Math.min(Math.max(this.positionNs, Math.floor(due)), this.lastNs);
  }

  /** All up to `positionNs` has been stepped. A seek that has arrived ends, and the end of the recording is the end. */
  reached(positionNs: number, wallNs: number): void {
    this.positionNs = positionNs;
    if (this.seekNs !== null && positionNs >= Math.min(this.seekNs, this.lastNs)) {
      this.seekNs = null;
      this.anchor(positionNs, wallNs);
    }
    if (positionNs >= this.lastNs && this.seekNs === null) this.over = true;
  }

  /** On the way to a limit: all before `positionNs` has been stepped, what has this very time perhaps not. */
  passed(positionNs: number): void {
    this.positionNs = Math.max(this.positionNs, positionNs - 1);
  }

  play(wallNs: number): void {
    this.paused = false;
    this.anchor(this.positionNs, wallNs);
  }

  /** Stands still; a seek under way ends where it is. */
  pause(): void {
    this.paused = true;
    this.seekNs = null;
  }

  setSpeed(speed: PlaybackSpeed, wallNs: number): void {
    this.chosen = speed;
    this.anchor(this.positionNs, wallNs);
  }

  /** Full speed on to a later place; it plays or stands there as it does now. */
  seek(toNs: number): void {
    this.seekNs = Math.min(Math.max(toNs, this.firstNs), this.lastNs);
  }

  /** The recording begins anew, at its start or a later place, and goes on at full speed to another. */
  restart(toNs: number, fromNs = this.firstNs): void {
    this.positionNs = Math.max(fromNs, this.firstNs);
    this.over = false;
    this.lastSkip = null;
    this.skippedNs = 0;
    this.seek(toNs);
  }

  private anchor(marketNs: number, wallNs: number): void {
    this.anchorMarketNs = marketNs;
    this.anchorWallNs = wallNs;
  }
}
