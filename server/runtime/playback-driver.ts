import type { PlaybackRequest, PlaybackState } from "../../domain/playback";
import { dayTimeText } from "../../domain/time";
import type { RecordingCensus } from "../desk/desk-of-recording";
import { EmptySnapshot } from "./empty-snapshot";
import { Playback } from "./playback";
import { type FeedPlace, type FeedSink, type PlacedCommand, RecordingFeed } from "./recording-feed";
import { RecordingReader } from "./recording-reader";

/** What a run of the recording needs of the engine around it: made anew each time the recording begins anew. */
export type PlaybackRun = {
  readonly sink: FeedSink;
  /** Begins the engine's run: its first input, or nothing but its views when it goes on from a saved state. */
  start(): void;
  /** The engine's state and journal as they are now; null when they cannot be kept. */
  save(): SavedRun;
  /** Copies changed views to where others read them. */
  publish(): void;
  /** Lets go of the journal. */
  close(): void;
};

/** An engine at some place of the recording, and what its journal held. */
export type SavedRun = { readonly state: Uint8Array; readonly factNumber: number; readonly factsLength: number };

type Checkpoint = { readonly feed: FeedPlace; readonly saved: SavedRun };

/** What the driver says and asks. */
export type PlaybackOwner = {
  /**
   * Makes the engine of a run, its time read from `timeNs` and its snapshots asked of `snapshot`. `go` says when it is
   * watched and may begin. With `from` the engine goes on from there, its journal with the same facts up to there.
   */
  openRun(
    run: number,
    timeNs: () => number,
    snapshot: EmptySnapshot,
    from: SavedRun | null,
    go: () => void,
  ): PlaybackRun;
  /** Told at each change, and a few times a second while it plays. */
  onState(state: PlaybackState): void;
  /** Something threw: nothing is stepped any more. */
  onFailure(error: unknown): void;
};

/** Time and timers; tests give their own. */
export type PlaybackHost = {
  nowNs(): number;
  after(milliseconds: number, run: () => void): () => void;
  soon(run: () => void): void;
};

const systemHost: PlaybackHost = {
  nowNs: () => Math.round(performance.now() * 1e6),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
  soon: (run) => void setImmediate(run),
};

/** Stepping goes on for so long before others get their turn: wishes, commands, the screen. */
const sliceNs = 8e6;
const tickMs = 10;
const publishNs = 20e6;
const stateNs = 100e6;
const earlyCommandsMax = 64;
/** A checkpoint is taken after so long on the wall, and all of them may take so much memory. */
const checkpointNs = 1.5e9;
const checkpointBytesMax = 512 << 20;
const checkpointsMax = 16;

/**
 * Plays a recording into an engine: steps what `Playback` says is due, takes wishes, and begins the recording anew,
 * with a fresh engine and journal, when an earlier place is sought: at its start, or at the last checkpoint before that
 * place. Commands given before that place are stepped again
 * where they were given; later ones are forgotten, since they have not happened yet.
 */
export class PlaybackDriver {
  readonly playback: Playback;
  private readonly reader: RecordingReader;
  private snapshot = new EmptySnapshot();
  private feed: RecordingFeed | null = null;
  private run: PlaybackRun | null = null;
  private runNumber = 0;
  private commands: PlacedCommand[] = [];
  /** By place, rising; at most as many as memory allows, each after twice the time of stepping than the first ones. */
  private checkpoints: Checkpoint[] = [];
  private checkpointEveryNs = checkpointNs;
  private checkpointedNs = 0;
  private readonly early: Uint8Array[] = [];
  private cancelTick: (() => void) | null = null;
  private planned = false;
  private publishedNs = 0;
  private toldNs = 0;
  private toldState = "";
  private closed = false;

  constructor(
    file: string,
    private readonly census: RecordingCensus,
    private readonly owner: PlaybackOwner,
    speed: PlaybackState["speed"],
    private readonly host: PlaybackHost = systemHost,
  ) {
    this.reader = new RecordingReader(file);
    this.playback = new Playback(census.firstNs, census.lastNs, speed);
  }

  /** Begins, at full speed up to `fromNs`. */
  open(fromNs: number): void {
    this.playback.restart(fromNs);
    this.beginRun(null);
  }

  /** Takes a wish. Null when it is done or under way, else why it is not. */
  request(wish: PlaybackRequest): string | null {
    const { playback } = this;
    const now = this.host.nowNs();
    switch (wish.action) {
      case "play":
        if (playback.state === "ended") this.restart(playback.firstNs);
        playback.play(now);
        break;
      case "pause":
        playback.pause();
        break;
      case "speed":
        playback.setSpeed(wish.speed, now);
        break;
      case "seek": {
        const { firstNs, lastNs } = playback;
        if (wish.toNs < firstNs - 1e9 || wish.toNs > lastNs + 1e9)
          return `the recording goes from ${dayTimeText(firstNs)} to ${dayTimeText(lastNs)}`;
        this.seek(wish.toNs);
        break;
      }
      case "stepPacket":
      case "stepSecond": {
        if (playback.state === "ended") return "this is the end of the recording";
        const next = this.feed?.nextMessageNs ?? playback.lastNs;
        playback.pause();
        const second = (Math.floor(playback.positionNs / 1e9) + 1) * 1e9;
        playback.seek(wish.action === "stepPacket" ? Math.min(next, playback.lastNs) : second);
        break;
      }
    }
    this.tell(true);
    this.plan();
    return null;
  }

  /** Steps a person's command at the present place; between two runs it waits for the next one's start. */
  command(bytes: Uint8Array): void {
    if (this.feed === null) {
      if (this.early.length < earlyCommandsMax) this.early.push(bytes);
      return;
    }
    try {
      this.feed.command(bytes);
      this.publish(true);
    } catch (error) {
      this.fail(error);
    }
  }

  get state(): PlaybackState {
    const { census, playback } = this;
    return {
      recording: census.name,
      state: playback.state,
      speed: playback.speed,
      firstNs: playback.firstNs,
      lastNs: playback.lastNs,
      positionNs: playback.positionNs,
      seekToNs: playback.seekToNs,
      messages: this.feed?.messages ?? 0,
      messagesTotal: census.messages,
      lastSkip: playback.lastSkip,
      skippedNs: playback.skippedNs,
      run: this.runNumber,
      truncatedAt: census.truncatedAt,
    };
  }

  close(): void {
    this.closed = true;
    this.cancelTick?.();
    this.run?.close();
    this.reader.close();
  }

  private seek(toNs: number): void {
    if (toNs >= this.playback.positionNs) this.playback.seek(toNs);
    else this.restart(toNs);
  }

  private restart(toNs: number): void {
    this.commands = this.commands.filter(({ timeNs }) => timeNs <= toNs);
    this.checkpoints = this.checkpoints.filter(({ feed }) => feed.timeNs <= toNs);
    const from = this.checkpoints.at(-1) ?? null;
    this.playback.restart(toNs, from?.feed.timeNs);
    this.run?.close();
    this.beginRun(from);
  }

  private beginRun(from: Checkpoint | null): void {
    const number = ++this.runNumber;
    this.feed = null;
    this.snapshot = new EmptySnapshot();
    const { startNs, firstNs } = this.census;
    let feed: RecordingFeed | null = null;
    const timeNs = () => feed?.timeNs ?? from?.feed.timeNs ?? startNs;
    const go = () => {
      if (this.closed || number !== this.runNumber) return;
      try {
        run.start();
        feed = new RecordingFeed(this.reader, run.sink, this.snapshot, startNs, firstNs, this.commands);
        if (from === null) feed.begin();
        else feed.resume(from.feed);
        for (const bytes of this.early.splice(0)) feed.command(bytes);
        this.feed = feed;
        this.checkpointedNs = this.host.nowNs();
        this.publish(true);
        this.tell(true);
        this.plan();
      } catch (error) {
        this.fail(error);
      }
    };
    const run = this.owner.openRun(number, timeNs, this.snapshot, from?.saved ?? null, go);
    this.run = run;
  }

  /** Keeps the engine as it is now, when the last time was long enough ago; thins the kept ones out when they are many. */
  private keep(feed: RecordingFeed, run: PlaybackRun): void {
    const wallNs = this.host.nowNs();
    if (wallNs - this.checkpointedNs < this.checkpointEveryNs || feed.timeNs <= this.playback.firstNs) return;
    this.checkpointedNs = wallNs;
    const saved = run.save();
    this.checkpoints.push({ feed: feed.place, saved });
    const most = Math.min(checkpointsMax, Math.max(2, Math.floor(checkpointBytesMax / saved.state.length)));
    if (this.checkpoints.length <= most) return;
    const newest = this.checkpoints.length - 1;
    this.checkpoints = this.checkpoints.filter((_, index) => (newest - index) % 2 === 0);
    this.checkpointEveryNs *= 2;
  }

  private plan(): void {
    if (this.planned || this.closed || this.feed === null) return;
    if (this.playback.isFull) {
      this.planned = true;
      this.host.soon(() => this.slice());
    } else if (this.playback.state === "playing") {
      this.planned = true;
      this.cancelTick = this.host.after(tickMs, () => this.slice());
    }
  }

  private slice(): void {
    this.planned = false;
    const { feed, playback, host } = this;
    if (feed === null || this.closed) return;
    const endNs = host.nowNs() + sliceNs;
    const isOver = () => host.nowNs() >= endNs;
    try {
      for (;;) {
        const limit = playback.limitNs(host.nowNs(), feed.nextMessageNs, feed.previousMessageNs);
        const isSeek = playback.state === "seeking";
        if (limit <= playback.positionNs && !isSeek) break;
        if (!feed.advance(limit, isOver)) {
          playback.passed(feed.timeNs);
          break;
        }
        playback.reached(limit, host.nowNs());
        if (isOver()) break;
      }
      if (this.run !== null && feed.timeNs > (this.checkpoints.at(-1)?.feed.timeNs ?? 0)) this.keep(feed, this.run);
      this.publish(!playback.isFull && playback.state !== "playing");
    } catch (error) {
      this.fail(error);
      return;
    }
    this.tell(false);
    this.plan();
  }

  private publish(now: boolean): void {
    const wallNs = this.host.nowNs();
    if (!now && wallNs - this.publishedNs < publishNs) return;
    this.publishedNs = wallNs;
    this.run?.publish();
  }

  private tell(now: boolean): void {
    const wallNs = this.host.nowNs();
    const name = this.playback.state;
    if (!now && name === this.toldState && wallNs - this.toldNs < stateNs) return;
    this.toldNs = wallNs;
    this.toldState = name;
    this.owner.onState(this.state);
  }

  private fail(error: unknown): void {
    this.closed = true;
    this.owner.onFailure(error);
  }
}
