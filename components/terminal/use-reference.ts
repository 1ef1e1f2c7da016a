"use client";

import { useMemo } from "react";
import { decimalsOfTick } from "@/components/format/numbers";
import { useLive } from "@/components/live/live-context";
import { useValue } from "@/components/live/use-live";
import type { ReferencePayload } from "@/protocol/topics";

/** Names and ticks of everything the other topics call by id. */
export type Names = {
  readonly reference: ReferencePayload | null;
  symbol(instrument: number): string;
  decimals(instrument: number): number;
  venue(id: number): string;
  strategy(id: number): string;
  pair(id: number): string;
};

/** The reference data with its look-ups; unknown ids print as numbers, never as nothing. */
export function useReference(): Names {
  const reference = useValue(useLive().stores.reference);
  return useMemo(
    () => ({
      reference,
      symbol: (id) => reference?.instruments[id]?.symbol ?? `#${id}`,
      decimals: (id) => decimalsOfTick(reference?.instruments[id]?.tick ?? 100),
      venue: (id) => reference?.venues[id]?.name ?? `#${id}`,
      strategy: (id) => reference?.strategies[id]?.name ?? (id < 0 ? "–" : `#${id}`),
      pair: (id) => (id < 0 ? "–" : (reference?.pairs[id]?.name ?? `#${id}`)),
    }),
    [reference],
  );
}
