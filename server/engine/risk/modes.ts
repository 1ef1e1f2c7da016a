import { type Scope, scopes } from "../../../domain/command";
import { factCode } from "../../../domain/facts";
import { alertCodes } from "../../../domain/health";
import { modeCauses, tradingModes } from "../../../domain/limit";
import type { StateRegistry } from "../../machine/state-registry";
import type { Turn } from "../turn";

const mode = tradingModes.code;

/** Numbers of strategies, instruments, venues and pairs. */
export type ScopeCounts = {
  readonly strategies: number;
  readonly instruments: number;
  readonly venues: number;
  readonly pairs: number;
};

/**
 * The trading mode of each scope: active, reducing, halted (codes of `tradingModes`). An order is held to the
 * strictest of those that it is in. Carried over restarts and days; the engine only ever tightens, a person's command
 * alone goes back.
 */
export class Modes {
  private readonly all: Uint8Array;
  private readonly strategies: Uint8Array;
  private readonly instruments: Uint8Array;
  private readonly venues: Uint8Array;
  private readonly pairs: Uint8Array;

  constructor(
    registry: StateRegistry,
    private readonly turn: Turn,
    counts: ScopeCounts,
  ) {
    this.all = registry.allocate("modes.all", "u8", 1, "carried");
    this.strategies = registry.allocate("modes.strategies", "u8", counts.strategies, "carried");
    this.instruments = registry.allocate("modes.instruments", "u8", counts.instruments, "carried");
    this.venues = registry.allocate("modes.venues", "u8", counts.venues, "carried");
    this.pairs = registry.allocate("modes.pairs", "u8", counts.pairs, "carried");
  }

  /** The strictest mode of what is everybody's: the desk, an instrument, a venue (-1 for none). */
  readonly overDesk = (instrument: number, venue: number): number => {
    let strictest = this.all[0];
    if (this.instruments[instrument] > strictest) strictest = this.instruments[instrument];
    if (venue >= 0 && this.venues[venue] > strictest) strictest = this.venues[venue];
    return strictest;
  };

  readonly overStrategy = (strategy: number): number => {
    return this.strategies[strategy];
  };

  /** Active for an order of no pair (-1). */
  readonly overPair = (pair: number): number => {
    return pair < 0 ? mode.active : this.pairs[pair];
  };

  /** The mode of one scope; `active` for orders, which have none. */
  readonly of = (scope: Scope, target: number): number => {
    return this.arrayOf(scope)?.[scope === "all" ? 0 : target] ?? mode.active;
  };

  /** Moves a scope to a mode, with a fact; false when it is there already or does not exist. */
  readonly set = (scope: Scope, target: number, to: number, cause: number, limit: number, value: number): boolean => {
    const array = this.arrayOf(scope);
    const row = scope === "all" ? 0 : target;
    if (array === null || row < 0 || row >= array.length || array[row] === to) return false;
    const from = array[row];
    array[row] = to;
    this.turn.emit(factCode.modeChanged, scopes.code[scope], target, from, to, cause, limit, value);
    if (cause !== modeCauses.code.command) this.turn.alert(alertCodes.code.modeChanged, target, value, limit);
    return true;
  };

  /** Moves a scope to a mode unless it is that strict already: what the engine does by itself. */
  readonly tighten = (
    scope: Scope,
    target: number,
    to: number,
    cause: number,
    limit: number,
    value: number,
  ): boolean => {
    return this.of(scope, target) < to && this.set(scope, target, to, cause, limit, value);
  };

  private readonly arrayOf = (scope: Scope): Uint8Array | null => {
    switch (scope) {
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
