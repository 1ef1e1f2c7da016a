"use client";

import { useCallback, useSyncExternalStore } from "react";
import { type Freshness, type FreshnessKind, freshnessText, judgeFreshness } from "./freshness";
import { useLive } from "./live-context";

const tickMs = 500;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;

/** Calls every half second; all panels share one timer. */
function subscribeTick(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const each of listeners) each();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };
}

/** The state and the words of a panel's age, renewed twice a second. */
export function useFreshness(topic: string, kind: FreshnessKind): { state: Freshness["state"]; text: string } {
  const live = useLive();
  const read = useCallback(() => {
    const freshness = judgeFreshness(
      topic,
      kind,
      performance.now(),
      live.replica,
      live.silenceMs(),
      live.connection.value,
      live.stores.health.value,
      live.stores.playback.value,
    );
    return `${freshness.state}|${freshnessText(freshness)}`;
  }, [live, topic, kind]);
  const snapshot = useSyncExternalStore(subscribeTick, read, () => "loading|waiting");
  const bar = snapshot.indexOf("|");
  return { state: snapshot.slice(0, bar) as Freshness["state"], text: snapshot.slice(bar + 1) };
}

/** What `read` says, asked twice a second. It must answer with a primitive. */
export function useTicking<Value extends string | number | boolean | null>(read: () => Value, atFirst: Value): Value {
  return useSyncExternalStore(subscribeTick, read, () => atFirst);
}
