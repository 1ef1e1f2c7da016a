"use client";

import { useCallback } from "react";
import { useLive } from "@/components/live/live-context";
import { useSelected, useTopic } from "@/components/live/use-live";
import type { Scope } from "@/domain/command";
import type { TradingMode } from "@/domain/limit";
import type { ModeRow } from "@/protocol/topics";

/** The mode a scope has of its own: active unless the desk says otherwise. */
export function modeOf(modes: readonly ModeRow[], scope: Scope, target: number): TradingMode {
  return modes.find((row) => row.scope === scope && row.target === target)?.mode ?? "active";
}

/** The same, live. */
export function useMode(scope: Scope, target: number): TradingMode {
  useTopic("risk");
  const select = useCallback((modes: readonly ModeRow[]) => modeOf(modes, scope, target), [scope, target]);
  return useSelected(useLive().stores.modes, select);
}
