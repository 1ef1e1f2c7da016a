import { formatQuantity } from "@/components/format/numbers";
import type { PlaybackState } from "@/domain/playback";
import { dayTimeText } from "@/domain/time";

/** A stretch of time as people say it: 14 s, 4 min 12 s, 2 h 05 min. */
export function spanText(nanoseconds: number): string {
  const seconds = Math.round(nanoseconds / 1e9);
  if (seconds < 60) return `${seconds} s`;
  const two = (value: number) => String(value).padStart(2, "0");
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3_600)} h ${two(Math.floor(seconds / 60) % 60)} min`;
}

/** What the replay does, in a few words. */
export function playbackText(state: PlaybackState): string {
  switch (state.state) {
    case "playing":
      return "playing";
    case "paused":
      return "paused";
    case "seeking":
      return state.seekToNs === null ? "going on" : `going to ${dayTimeText(state.seekToNs)}`;
    case "ended":
      return state.truncatedAt === null ? "end of the recording" : "end: the file is cut off here";
  }
}

/** How far through its messages the recording is, in whole percent; 100 only at the very end. */
export function messageShare({ messages, messagesTotal }: PlaybackState): number {
  return messages >= messagesTotal ? 100 : Math.min(99, Math.floor((messages / messagesTotal) * 100));
}

/** A count of messages: whole up to ten millions, in millions beyond, where a day's would not fit. */
export function countText(messages: number): string {
  return messages < 1e7 ? formatQuantity(messages) : `${(messages / 1e6).toFixed(1)} M`;
}
