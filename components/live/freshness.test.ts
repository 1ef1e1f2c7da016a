import { describe, expect, it } from "vitest";
import type { PlaybackState } from "@/domain/playback";
import type { HealthPayload } from "@/protocol/topics";
import { freshnessText, judgeFreshness } from "./freshness";
import type { Connection } from "./live-desk";
import type { TopicStatus } from "./replica";

const connected: Connection = { state: "connected", since: 0, attempts: 0, serverVersion: "" };

function judge(given: {
  kind?: "market" | "engine";
  topicAgeMs?: number | null;
  engineAgeMs?: number | null;
  status?: TopicStatus;
  connection?: Partial<Connection>;
  feedAgesMs?: number[];
  playback?: PlaybackState["state"];
}): string {
  const { kind = "engine", topicAgeMs = 100, engineAgeMs = 100, status = "live", feedAgesMs = [50, 60] } = given;
  return freshnessText(
    judgeFreshness(
      "topic",
      kind,
      10_000,
      {
        view: () => ({ status, epoch: "e", seq: 1, receivedAt: topicAgeMs === null ? null : 10_000 - topicAgeMs }),
      },
      engineAgeMs,
      { ...connected, ...given.connection },
      { venues: feedAgesMs.map((feedAgeMs) => ({ feedAgeMs })) } as unknown as HealthPayload,
      given.playback === undefined ? null : ({ state: given.playback } as PlaybackState),
    ),
  );
}

describe("a panel's age", () => {
  it("is the engine's last word for what changes seldom", () => {
    expect(judge({ topicAgeMs: 600_000, engineAgeMs: 200 })).toBe("0.2 s");
  });

  it("is stale after two seconds without a word from the engine, so that the screen says so within three", () => {
    expect(judge({ engineAgeMs: 1_900 })).toBe("1.9 s");
    expect(judge({ engineAgeMs: 2_100 })).toBe("STALE 2.1 s");
    expect(judge({ engineAgeMs: 6_000 })).toBe("STALE 6.0 s");
    expect(judge({ engineAgeMs: 64_000 })).toBe("STALE 64 s");
  });

  it("calls prices stale when every feed is silent, and orders not", () => {
    expect(judge({ kind: "market", feedAgesMs: [5_000, 4_000] })).toBe("STALE 4.0 s");
    expect(judge({ kind: "engine", feedAgesMs: [5_000, 4_000] })).toBe("0.1 s");
    expect(judge({ kind: "market", feedAgesMs: [5_000, 20], topicAgeMs: 1_500 })).toBe("1.5 s");
  });

  it("says that a replay stands still, which is neither fresh nor stale", () => {
    expect(judge({ playback: "paused", kind: "market", feedAgesMs: [50_000] })).toBe("paused");
    expect(judge({ playback: "ended" })).toBe("end");
    expect(judge({ playback: "paused", engineAgeMs: 6_000 })).toBe("STALE 6.0 s");
  });

  it("measures a replay's prices in market time, at any speed", () => {
    expect(judge({ playback: "playing", kind: "market", feedAgesMs: [800], topicAgeMs: 60_000 })).toBe("0.8 s");
    expect(judge({ playback: "playing", kind: "engine", feedAgesMs: [800] })).toBe("0.1 s");
  });

  it("says that the connection is gone, whatever the age", () => {
    expect(judge({ connection: { state: "disconnected" } })).toBe("NO CONNECTION 0.1 s");
    expect(judge({ connection: { state: "disconnected" }, topicAgeMs: null })).toBe("NO CONNECTION");
  });

  it("waits before the first snapshot and says when it is taken anew", () => {
    expect(judge({ topicAgeMs: null })).toBe("waiting");
    expect(judge({ status: "resyncing" })).toBe("resyncing");
  });
});
