import { type Scope, scopes } from "../../../domain/command";
import type { StateRegistry } from "../../machine/state-registry";
import type { ScopeCounts } from "./modes";

const scope = scopes.code;

/** How a kill stands: not at all, engaged, or engaged by the risk desk, whose kills a trader can't release. */
export const KillStand = { none: 0, engaged: 1, byRisk: 2 } as const;

/**
 * Kills in force: of everything, of a strategy, an instrument, a venue, a pair. Latched and carried over restarts and
 * days; only a release takes one away.
 */
export class KillSwitch {
  private readonly all: Uint8Array;
  private readonly strategies: Uint8Array;
  private readonly instruments: Uint8Array;
  private readonly venues: Uint8Array;
  private readonly pairs: Uint8Array;

  constructor(registry: StateRegistry, counts: ScopeCounts) {
    this.all = registry.allocate("kill.all", "u8", 1, "carried");
    this.strategies = registry.allocate("kill.strategies", "u8", counts.strategies, "carried");
    this.instruments = registry.allocate("kill.instruments", "u8", counts.instruments, "carried");
    this.venues = registry.allocate("kill.venues", "u8", counts.venues, "carried");
    this.pairs = registry.allocate("kill.pairs", "u8", counts.pairs, "carried");
  }

  /** True when a kill covers an order of this strategy, pair and instrument at this venue; -1 for no pair, no venue yet. */
  readonly covers = (strategy: number, pair: number, instrument: number, venue: number): boolean => {
    return (
      this.all[0] !== 0 ||
      this.strategies[strategy] !== 0 ||
      this.instruments[instrument] !== 0 ||
      (venue >= 0 && this.venues[venue] !== 0) ||
      (pair >= 0 && this.pairs[pair] !== 0)
    );
  };

  /** True when this venue, or everything, is killed. */
  readonly coversVenue = (venue: number): boolean => {
    return this.all[0] !== 0 || this.venues[venue] !== 0;
  };

  /** True when everything is killed: HALT. */
  get isHalted(): boolean {
    return this.all[0] !== 0;
  }

  readonly isKilled = (scopeCode: number, target: number): boolean => {
    return this.standOf(scopeCode, target) !== KillStand.none;
  };

  /** How a kill of this scope stands, of `KillStand`. */
  readonly standOf = (scopeCode: number, target: number): number => {
    return this.arrayOf(scopeCode)?.[scopeCode === scope.all ? 0 : target] ?? KillStand.none;
  };

  /** Engages or releases; false when the target does not exist. The risk desk's kill stays the risk desk's. */
  readonly set = (scopeCode: number, target: number, engaged: boolean, byRisk = false): boolean => {
    const array = this.arrayOf(scopeCode);
    const row = scopeCode === scope.all ? 0 : target;
    if (array === null || row < 0 || row >= array.length) return false;
    const stand = byRisk ? KillStand.byRisk : KillStand.engaged;
    array[row] = engaged ? Math.max(array[row], stand) : KillStand.none;
    return true;
  };

  private readonly arrayOf = (scopeCode: number): Uint8Array | null => {
    const name: Scope = scopes.name(scopeCode);
    switch (name) {
      case "all":
        return this.all;
      case "strategy":
        return this.strategies;
      case "instrument":
        return this.instruments;
      case "venue":
        return this.venues;
      case "pair":
        return this.pairs;
      case "order":
        return null;
    }
  };
}
