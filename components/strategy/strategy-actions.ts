import type { StrategyState } from "@/domain/strategy";

/** What a person may do with a strategy. */
export const strategyActions = ["approve", "pause", "resume", "kill", "release"] as const;
export type StrategyAction = (typeof strategyActions)[number];

/**
 * Why an action cannot be used now, or null when it can. Removing risk is never barred by halts, stale data or
 * sessions; only by being so already.
 */
export function blockedReason(
  action: StrategyAction,
  strategy: { readonly state: StrategyState; readonly killed: boolean },
  halted: boolean,
): string | null {
  const { state, killed } = strategy;
  switch (action) {
    case "approve":
      if (killed || state === "killed") return "Killed: release it first";
      if (halted) return "The desk is halted: release the halt first";
      if (state === "failed") return "It failed: the notices say why; kill and release it first";
      return state === "stopped" ? null : `Approved already: it is ${state}`;
    case "pause":
      return state === "running" ? null : `Nothing to pause: it is ${state}`;
    case "resume":
      if (killed || state === "killed") return "Killed: release it first";
      if (halted) return "The desk is halted: release the halt first";
      return state === "paused" ? null : `Nothing to resume: it is ${state}`;
    case "kill":
      return killed || state === "killed" ? "Killed already" : null;
    case "release":
      return killed || state === "killed" ? null : "Not killed";
  }
}
