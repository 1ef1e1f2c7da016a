import type { PlaybackRequest } from "../../domain/playback";

/*
 * The engine's socket: what its main thread speaks with the web process, the command line and a watchdog, over a
 * Unix socket in the data directory (or TCP). Frames: length u32 (of what follows), type u8, payload; big-endian.
 *
 * After connecting, the engine sends `hello`; the client answers `subscribe`. Facts come in order, without holes,
 * from the number asked for; views come as changed rows, at most 50 times a second, a full set first.
 */

/** Frame types. JSON where a person's pace allows it, binary for facts and views. */
export const frameTypes = {
  /** JSON `EngineHello`. */
  hello: 1,
  /** Whole facts, one after another, as in the facts log (`domain/facts.ts`). */
  facts: 2,
  /**
   * engine time f64, table u8 (index in `viewTables`), row count u16, then per row: row u16, columns × f64.
   */
  views: 3,
  /** JSON `EngineAnswer`. */
  answer: 4,
  /** JSON `EngineStatus`, once a second. */
  status: 5,
  /** JSON `PlaybackState`, of a replay: when it changes, and a few times a second. */
  playback: 6,
  /** JSON `EngineSubscribe`, from the client. */
  subscribe: 64,
  /** JSON `EngineCommand`, from the client. */
  command: 65,
  /** JSON `EnginePlaybackRequest`, from the client; answered like a command. */
  playbackRequest: 66,
} as const;

export type EngineHello = {
  readonly version: string;
  /** Identity of the day's facts log: facts are numbered within it. */
  readonly journal: string;
  readonly tradingDay: string;
  readonly epoch: number;
  readonly deskHash: string;
  readonly deskFile: string;
  readonly pid: number;
  readonly lastFactNumber: number;
};

export type EngineSubscribe = {
  /** Send facts from this number on (1 for the whole day); null for none. */
  readonly factsFrom: number | null;
  readonly views: boolean;
};

export type EngineCommand = {
  readonly id: string;
  readonly command: string;
  readonly scope: string;
  readonly target: number;
  /** What `domain/command.ts` says of each command; none is 0. */
  readonly detail?: number | undefined;
  readonly value?: number | undefined;
  readonly actor: string;
  readonly role: string;
  readonly reason: string;
};

/** A wish about a replay. It never reaches the engine: it changes which time comes next, not what happens then. */
export type EnginePlaybackRequest = { readonly id: string; readonly request: PlaybackRequest };

/** `answer`: a name of `commandAnswers`, or `invalid` with words in `text` when the command could not be read. */
export type EngineAnswer = {
  readonly id: string;
  readonly answer: string;
  readonly text: string;
  readonly factNumber: number;
};

export type EngineStatus = {
  readonly engineTimeNs: number;
  /** Milliseconds since 1970 of the trading day's start. */
  readonly dayStartMs: number;
  readonly inputsPerSecond: number;
  readonly factNumber: number;
  readonly journalBytes: number;
};

/** A frame may not be longer than this; a longer one is a broken peer. */
export const frameLengthMax = 16 << 20;
