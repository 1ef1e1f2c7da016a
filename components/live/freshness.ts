import { formatAge } from "@/components/format/numbers";
import type { PlaybackState } from "@/domain/playback";
import type { HealthPayload } from "@/protocol/topics";
import type { Connection } from "./live-desk";
import type { Replica } from "./replica";

/**
 * After this long without news a number is no longer called current. With the pace of the health topic and of the
 * panels' own look at it, half a second each, what has stopped is hatched within three seconds.
 */
export const staleAfterMs = 2_000;

/**
 * How current a panel is. `loading`: nothing held yet. `resyncing`: a gap was seen and a fresh snapshot is on its
 * way. `stale`, `disconnected`: what is shown is old, by `ageMs`. `paused`, `ended`: a replay stands still, and what is
 * shown is as of its position.
 */
export type Freshness = {
  readonly state: "loading" | "live" | "resyncing" | "stale" | "disconnected" | "paused" | "ended";
  readonly ageMs: number;
};

/** What a panel shows: market data must follow the venues' feeds; everything else follows the engine. */
export type FreshnessKind = "market" | "engine";

/**
 * Judges a panel by its topic, the engine's clock, the feeds and the connection. Orders that do not change for a
 * minute are as current as the engine's last word; prices are only as current as the venues' feeds. In a replay ages
 * are market time, and `engineAge` is the time since the replay last said where it stands.
 */
export function judgeFreshness(
  topic: string,
  kind: FreshnessKind,
  now: number,
  replica: Pick<Replica, "view">,
  engineAge: number | null,
  connection: Connection,
  health: HealthPayload | null,
  playback: PlaybackState | null = null,
): Freshness {
  const view = replica.view(topic);
  const topicAge = view.receivedAt === null ? null : now - view.receivedAt;
  if (topicAge === null || engineAge === null) {
    return { state: connection.state === "disconnected" ? "disconnected" : "loading", ageMs: 0 };
  }
  if (connection.state !== "connected") return { state: "disconnected", ageMs: Math.max(engineAge, 0) };
  if (engineAge > staleAfterMs) return { state: "stale", ageMs: engineAge };
  if (playback !== null && view.status === "live") {
    if (playback.state === "paused" || playback.state === "ended") return { state: playback.state, ageMs: 0 };
    const feedAge = Math.min(...(health?.venues ?? []).map((venue) => venue.feedAgeMs));
    return { state: "live", ageMs: kind === "market" && Number.isFinite(feedAge) ? feedAge : engineAge };
  }
  if (kind === "market" && health !== null) {
    const feedAge = Math.min(...health.venues.map((venue) => venue.feedAgeMs));
    if (health.venues.length > 0 && feedAge > staleAfterMs) return { state: "stale", ageMs: feedAge };
  }
  if (view.status !== "live") return { state: "resyncing", ageMs: topicAge };
  return { state: "live", ageMs: kind === "market" ? topicAge : engineAge };
}

/** The words of a panel's age, of a width that does not change while live. */
export function freshnessText({ state, ageMs }: Freshness): string {
  switch (state) {
    case "loading":
      return "waiting";
    case "resyncing":
      return "resyncing";
    case "live":
      return formatAge(ageMs);
    case "paused":
      return "paused";
    case "ended":
      return "end";
    case "stale":
      return `STALE ${formatAge(ageMs)}`;
    case "disconnected":
      return ageMs > 0 ? `NO CONNECTION ${formatAge(ageMs)}` : "NO CONNECTION";
  }
}
