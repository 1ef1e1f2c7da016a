import type { PlaybackSpeed } from "../../domain/playback";
import type { FsyncMode } from "../journal/log-sync";

/*
 * What the supervisor and its children say to each other. A child is started detached (its own process group, so
 * that Ctrl-C reaches the supervisor alone) with an IPC channel, and its `ChildConfig` as JSON in the environment
 * variable HELIOGRAPH_CHILD. When the channel closes without a `stop`, the supervisor is dead: the child stops by
 * itself, in the same order as an orderly shutdown (watchdog and engine at once; web; the database when its last client is
 * gone; the exchange when its last member session is gone; each at the latest after `orphanStopMsMax`).
 */

export const childNames = ["database", "exchange", "engine", "watchdog", "web"] as const;
export type ChildName = (typeof childNames)[number];

export type VenuePorts = {
  /** UDP, where the engine listens for the venue's feed. */
  readonly feed: number;
  /** UDP, the same for the feed's second line. */
  readonly secondFeed: number;
  /** UDP, where the exchange listens for retransmission requests. */
  readonly retransmission: number;
  /** TCP, GLIMPSE. */
  readonly snapshot: number;
  /** TCP, OUCH. */
  readonly orders: number;
  /** TCP, drop copy. */
  readonly dropCopy: number;
};

/** What is replayed, in place of the simulated exchange. */
export type ReplayConfig = {
  /** Absolute path of the recording. */
  readonly file: string;
  /** Absolute path of its census (`recording-census.ts`). */
  readonly censusFile: string;
  /** Played at full speed up to this market time, ns since the trading day's start. */
  readonly fromNs: number;
  readonly speed: PlaybackSpeed;
};

export type ChildConfig = {
  readonly name: ChildName;
  readonly version: string;
  /** Absolute. Children keep to `dataDirectory/<name>/`. */
  readonly dataDirectory: string;
  /** Absolute path of the desk file. */
  readonly deskFile: string;
  /** Overrides of the desk file's sizes; null leaves them. */
  readonly names: number | null;
  readonly pairs: number | null;
  readonly seed: number | null;
  /** Address the web listens at. */
  readonly host: string;
  readonly port: number;
  /** Asked for when `host` is not loopback; empty otherwise. */
  readonly accessToken: string;
  /** PostgreSQL to use; the embedded one's address when there is none of the user's own. */
  readonly databaseUrl: string;
  /** TCP port of the embedded database; 0 when `databaseUrl` is the user's own. */
  readonly databasePort: number;
  /** Path of the engine's socket. */
  readonly engineSocket: string;
  readonly venuePorts: readonly VenuePorts[];
  readonly development: boolean;
  /** When logs are forced to the disk. */
  readonly fsync: FsyncMode;
  /**
   * The date in UTC when the supervisor started, YYYY-MM-DD: the trading day of all children, also of one that is
   * restarted after midnight, so that engine and exchange never disagree about the day.
   */
  readonly today: string;
  /**
   * True when `today` is a day before, which was not ended in order and is ended by this run: the engine hears what its
   * venues still have to say of it, leaves nothing open and trades nothing.
   */
  readonly endsDay: boolean;
  /** Null for a desk that is live. In a replay `today` is the recording's day. */
  readonly replay: ReplayConfig | null;
};

/** From child to supervisor. `failed` names what was found and expected; the child exits by itself afterwards. */
export type ChildReport =
  | { readonly type: "progress"; readonly text: string }
  | { readonly type: "ready"; readonly text: string }
  | { readonly type: "stopping"; readonly text: string }
  | { readonly type: "failed"; readonly text: string };

/** From supervisor to child. */
export type ChildOrder = { readonly type: "stop" };

export const orphanStopMsMax = 15_000;
