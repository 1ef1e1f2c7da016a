"use client";

import { useCallback } from "react";
import { useReference } from "@/components/terminal/use-reference";
import type { Scope } from "@/domain/command";

/** A scope's name for people: "the desk", "AAPL", "venue XONE". */
export function useScopeName(): (scope: Scope, target: number) => string {
  const names = useReference();
  return useCallback(
    (scope, target) => {
      switch (scope) {
        case "all":
          return "the desk";
        case "strategy":
          return names.strategy(target);
        case "instrument":
          return names.symbol(target);
        case "venue":
          return `venue ${names.venue(target)}`;
        case "pair":
          return `pair ${names.pair(target)}`;
        case "order":
          return `order ${target}`;
      }
    },
    [names],
  );
}
