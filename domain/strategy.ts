import { closedSet, type NameOf } from "./closed-set";

/** How much capital a strategy may use. The first desk runs `paper` on the simulated exchange. */
export const strategyStages = closedSet("stage", "research", "paper", "canary", "live");
export type StrategyStage = NameOf<typeof strategyStages>;

/** What a strategy is doing. `stopped` waits for approval; `killed` is latched. */
export const strategyStates = closedSet(
  "strategy state",
  "stopped",
  "starting",
  "running",
  "paused",
  "stopping",
  "killed",
  "failed",
);
export type StrategyState = NameOf<typeof strategyStates>;

/** The kinds of strategy this engine knows; each has a folder under `server/engine/strategy/`. */
export const strategyKinds = closedSet("strategy kind", "pairs", "maker");
export type StrategyKind = NameOf<typeof strategyKinds>;

/**
 * Where a pair is in its round trip. `flat` waits for a signal; `entering` and `exiting` have legs working; `open`
 * holds both legs; `unwinding` closes a leg that stood alone.
 */
export const pairStates = closedSet("pair state", "flat", "entering", "open", "exiting", "unwinding");
export type PairState = NameOf<typeof pairStates>;

/** Why a pair does nothing now, for the screen. `none` when it acts. */
export const pairReasons = closedSet(
  "pair reason",
  "none",
  "warmingUp",
  "insideEntryBand",
  "holding",
  "strategyNotRunning",
  "staleData",
  "oneSided",
  "coolingDown",
  "refused",
  "beyondStop",
);
export type PairReason = NameOf<typeof pairReasons>;
