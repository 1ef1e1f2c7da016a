import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { marketTimeOf, type PlaybackSpeed, playbackSpeeds } from "../../domain/playback";
import { dayTimeText } from "../../domain/time";
import { rootFolder } from "./root-folder";

/** What `--replay`, `--from` and `--speed` ask for. */
export type ReplayOptions = {
  /** Absolute path of the recording. */
  readonly file: string;
  /** Seconds since midnight; null plays from the first order. */
  readonly fromSeconds: number | null;
  readonly speed: PlaybackSpeed;
};

/** Where a replay keeps its data unless `--data` says otherwise. Never a live desk's folder. */
export const replayDataDirectory: string = path.join(rootFolder, ".heliograph", "replay");

/** A folder with this file in it belongs to replays and is emptied at each start. */
const markName = "replay-data";

/** What processes put into a data directory. */
const ownedNames = ["engine", "database", "exchange", "web", "logs", "recording.json", "processes.json"];

/** A speed by its name; null when there is none. */
export function speedOf(text: string): PlaybackSpeed | null {
  return playbackSpeeds.names.find((name) => name === text) ?? null;
}

/** Where to begin, ns since the trading day's start; null when that is not in the recording. */
export function fromNsOf({ fromSeconds }: ReplayOptions, firstNs: number, lastNs: number): number | null {
  return fromSeconds === null ? firstNs : marketTimeOf(fromSeconds, firstNs, lastNs);
}

/** The span of a recording in words. */
export function spanText(firstNs: number, lastNs: number): string {
  return `${dayTimeText(firstNs)} to ${dayTimeText(lastNs)}`;
}

/**
 * Why a folder cannot be a replay's data directory: it holds what no replay put there, a live desk's journal above all.
 * Null when it can.
 */
export function replayDirectoryProblem(directory: string): string | null {
  if (!existsSync(directory) || isReplayDirectory(directory)) return null;
  const found = readdirSync(directory);
  if (found.length === 0) return null;
  return `${directory} holds ${found.slice(0, 3).join(", ")}, which is no replay's: a replay empties its folder at each start; give it one of its own with --data DIR`;
}

/** Empties a replay's data directory of what processes left, and marks it as a replay's. */
export function renewReplayDirectory(directory: string): void {
  writeFileSync(path.join(directory, markName), "Emptied at each start of a replay. Nothing of a live desk is here.\n");
  for (const name of ownedNames) rmSync(path.join(directory, name), { recursive: true, force: true });
  mkdirSync(path.join(directory, "logs"), { recursive: true, mode: 0o700 });
}

/** True when a data directory was made by a replay. */
export function isReplayDirectory(directory: string): boolean {
  return existsSync(path.join(directory, markName));
}
