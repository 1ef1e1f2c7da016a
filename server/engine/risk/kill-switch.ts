import { scopes } from "../../../domain/command";
import type { StateRegistry } from "../../machine/state-registry";

const scope = scopes.code;

/**
 * Kills in force: of everything, of a strategy, an instrument, a venue. Latched and carried over restarts and days;
 * only a release takes one away.
 */
export class KillSwitch {
  private readonly all: Uint8Array;
  private readonly strategies: Uint8Array;
  private readonly instruments: Uint8Array;
  private readonly venues: Uint8Array;

  constructor(registry: StateRegistry, strategyCount: number, instrumentCount: number, venueCount: number) {
    this.all = registry.allocate("kill.all", "u8", 1, "carried");
    this.strategies = registry.allocate("kill.strategies", "u8", strategyCount, "carried");
    this.instruments = registry.allocate("kill.instruments", "u8", instrumentCount, "carried");
    this.venues = registry.allocate("kill.venues", "u8", venueCount, "carried");
  }

  /** True when a kill covers an order of this strategy and instrument at this venue; venue -1 asks before there is one. */
  covers(strategy: number, instrument: number, venue: number): boolean {
    return (
      this.all[0] === 1 ||
      this.strategies[strategy] === 1 ||
      this.instruments[instrument] === 1 ||
      (venue >= 0 && this.venues[venue] === 1)
    );
  }

  /** True when everything is killed: HALT. */
  get isHalted(): boolean {
    return this.all[0] === 1;
  }

  isVenueKilled(venue: number): boolean {
    return this.venues[venue] === 1;
  }

  isKilled(scopeCode: number, target: number): boolean {
    return this.arrayOf(scopeCode)?.[scopeCode === scope.all ? 0 : target] === 1;
  }

  /** Engages or releases; false when the target does not exist. */
  set(scopeCode: number, target: number, engaged: boolean): boolean {
    const array = this.arrayOf(scopeCode);
    const row = scopeCode === scope.all ? 0 : target;
    if (array === null || row < 0 || row >= array.length) return false;
    array[row] = engaged ? 1 : 0;
    return true;
  }

  private arrayOf(scopeCode: number): Uint8Array | null {
    switch (scopeCode) {
      case scope.all:
        return this.all;
      case scope.strategy:
        return this.strategies;
      case scope.instrument:
        return this.instruments;
      case scope.venue:
        return this.venues;
      default:
        return null;
    }
  }
}
