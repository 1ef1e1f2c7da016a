import { describe, expect, it } from "vitest";
import type { PlaybackState } from "@/domain/playback";
import { countText, messageShare, playbackText, spanText } from "./playback-words";

const state: PlaybackState = {
  recording: "day.itch",
  state: "playing",
  speed: "60",
  firstNs: 0,
  lastNs: 1e12,
  positionNs: 5e11,
  seekToNs: null,
  messages: 999,
  messagesTotal: 1_000,
  lastSkip: null,
  skippedNs: 0,
  run: 1,
  truncatedAt: null,
};

describe("the words of a replay", () => {
  it("says how long a jump was", () => {
    expect(spanText(14e9)).toBe("14 s");
    expect(spanText(252e9)).toBe("4 min 12 s");
    expect(spanText(7_500e9)).toBe("2 h 05 min");
  });

  it("says where a seek goes, and that a cut file ended early", () => {
    expect(playbackText({ ...state, state: "seeking", seekToNs: 82_200e9 })).toBe("going to 22:50:00");
    expect(playbackText({ ...state, state: "ended" })).toBe("end of the recording");
    expect(playbackText({ ...state, state: "ended", truncatedAt: 77 })).toBe("end: the file is cut off here");
  });

  it("is at a hundred percent at the last message only", () => {
    expect(messageShare(state)).toBe(99);
    expect(messageShare({ ...state, messages: 1_000 })).toBe(100);
    expect([countText(59_488), countText(312_345_678)]).toEqual(["59,488", "312.3 M"]);
  });
});
