import { closedSet, type NameOf } from "./closed-set";
import { nsPerMinute, nsPerSecond } from "./time";

/** Market seconds per second on the wall; `max` is as fast as the machine goes. */
export const playbackSpeeds = closedSet("playback speed", "1", "10", "60", "max");
export type PlaybackSpeed = NameOf<typeof playbackSpeeds>;

/**
 * Where a replay stands. `playing` at its speed; `seeking` at full speed to a place somebody asked for; `paused`;
 * `ended` at the recording's last message, where everything can be looked at and any earlier place sought.
 */
export const playbackStates = closedSet("playback state", "playing", "seeking", "paused", "ended");
export type PlaybackStateName = NameOf<typeof playbackStates>;

/** An idle time of the recording longer than this is jumped, in nanoseconds. */
export const idleNsMax = 5 * nsPerSecond;

/**
 * What a person asks of a replay. `stepPacket`: on to the recording's next time stamp, all of its messages;
 * `stepSecond`: on by a second of market time; both pause. `seek`: to a market time, ns since the trading day's start;
 * what lies before the present place is played anew from the recording's beginning.
 */
export type PlaybackRequest =
  | { readonly action: "play" | "pause" | "stepPacket" | "stepSecond" }
  | { readonly action: "speed"; readonly speed: PlaybackSpeed }
  | { readonly action: "seek"; readonly toNs: number };

export const playbackActions = closedSet(
  "playback action",
  "play",
  "pause",
  "stepPacket",
  "stepSecond",
  "speed",
  "seek",
);

/** A jump over idle time, from and to in ns since the trading day's start. */
export type PlaybackSkip = { readonly fromNs: number; readonly toNs: number };

/** What a replay says of itself. Times are ns since the trading day's start, of the recording. */
export type PlaybackState = {
  /** The recording's file name. */
  readonly recording: string;
  readonly state: PlaybackStateName;
  readonly speed: PlaybackSpeed;
  /** First order or trade, and last message. */
  readonly firstNs: number;
  readonly lastNs: number;
  /** Everything up to here has been stepped. */
  readonly positionNs: number;
  /** Where a seek is going; null without one. */
  readonly seekToNs: number | null;
  readonly messages: number;
  readonly messagesTotal: number;
  /** The last jump, and the time of all jumps since the last seek back. */
  readonly lastSkip: PlaybackSkip | null;
  readonly skippedNs: number;
  /** How often the recording was begun anew; each time is a journal of its own. */
  readonly run: number;
  /** Byte at which the file ends in the middle of a message; null for a whole file. */
  readonly truncatedAt: number | null;
};

/** HH:MM or HH:MM:SS as seconds since midnight; null when it is neither. */
export function secondsOfClock(text: string): number | null {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text.trim());
  if (match === null) return null;
  const [hours, minutes, seconds] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  return hours < 24 && minutes < 60 && seconds < 60 ? hours * 3_600 + minutes * 60 + seconds : null;
}

/**
 * The market time of a clock time in a recording, ns since the trading day's start. A recording that runs over midnight
 * has times beyond 24 hours; a clock time before its first order then means the next day's. The minute in which the
 * recording begins counts as its start. Null when the time is not in the recording.
 */
export function marketTimeOf(clockSeconds: number, firstNs: number, lastNs: number): number | null {
  for (let day = 0; day < 4; day++) {
    const timeNs = (day * 86_400 + clockSeconds) * nsPerSecond;
    if (timeNs > lastNs) return null;
    if (timeNs >= firstNs) return timeNs;
    if (timeNs >= Math.floor(firstNs / nsPerMinute) * nsPerMinute) return firstNs;
  }
  return null;
}
