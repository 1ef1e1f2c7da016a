"use client";

import { useEffect } from "react";
import type { LiveDesk } from "@/components/live/live-desk";
import { useDeskView } from "@/components/terminal/desk-view";
import { type PlaybackRequest, playbackSpeeds } from "@/domain/playback";

/** Market time that `j` goes back. */
const backNs = 10e9;

/** What a key asks of the replay; null for a key that means nothing to it. */
export function requestOfKey(key: string, live: Pick<LiveDesk, "stores">): PlaybackRequest | null {
  const state = live.stores.playback.value;
  if (state === null) return null;
  const faster = (by: number): PlaybackRequest => {
    const at = playbackSpeeds.names.indexOf(state.speed) + by;
    return { action: "speed", speed: playbackSpeeds.names[Math.min(Math.max(at, 0), 3)] };
  };
  switch (key) {
    case "k":
      return { action: state.state === "playing" || state.state === "seeking" ? "pause" : "play" };
    case ".":
      return { action: "stepPacket" };
    case "l":
      return { action: "stepSecond" };
    case "j":
      return { action: "seek", toNs: Math.max(state.firstNs, state.positionNs - backNs) };
    case "+":
      return faster(1);
    case "-":
      return faster(-1);
    default:
      return null;
  }
}

/** The replay's keys. Space stays the ladder's and the buttons' own. */
export function usePlaybackKeys(live: LiveDesk, ask: (request: PlaybackRequest) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const { target } = event;
      if (
        target instanceof HTMLElement &&
        (target.matches("input:not([type=range]), textarea") || target.isContentEditable)
      )
        return;
      if (useDeskView.getState().dialog !== null) return;
      const request = requestOfKey(event.key, live);
      if (request === null) return;
      event.preventDefault();
      ask(request);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [live, ask]);
}
