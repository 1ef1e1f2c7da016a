import type { Desk } from "../../../domain/desk";
import { factCode } from "../../../domain/facts";
import { strategyStages, strategyStates } from "../../../domain/strategy";
import type { StateRegistry } from "../../machine/state-registry";
import type { Turn } from "../turn";

const states = strategyStates.code;

/** State and stage of each strategy, carried over restarts and days, with what it did today. */
export class StrategyStates {
  readonly state: Uint8Array;
  readonly stage: Uint8Array;
  readonly sinceNs: Float64Array;
  readonly ordersSent: Float64Array;
  readonly fills: Float64Array;
  readonly refusals: Float64Array;
  readonly lastDecisionNs: Float64Array;

  constructor(
    registry: StateRegistry,
    desk: Desk,
    private readonly turn: Turn,
  ) {
    const count = desk.strategies.length;
    this.state = registry.allocate("strategy.state", "u8", count, "carried");
    this.stage = registry.allocate("strategy.stage", "u8", count, "carried");
    this.sinceNs = registry.allocate("strategy.sinceNs", "f64", count, "carried");
    this.ordersSent = registry.allocate("strategy.ordersSent", "f64", count);
    this.fills = registry.allocate("strategy.fills", "f64", count);
    this.refusals = registry.allocate("strategy.refusals", "f64", count);
    this.lastDecisionNs = registry.allocate("strategy.lastDecisionNs", "f64", count);
    desk.strategies.forEach((strategy, id) => {
      this.stage[id] = strategyStages.code[strategy.stage];
    });
  }

  isRunning(strategy: number): boolean {
    return this.state[strategy] === states.running;
  }

  isPaused(strategy: number): boolean {
    return this.state[strategy] === states.paused;
  }

  /** Moves a strategy to another state, with a fact; false when it is there already. */
  enter(strategy: number, state: number): boolean {
    const from = this.state[strategy];
    if (from === state) return false;
    this.state[strategy] = state;
    this.sinceNs[strategy] = this.turn.timeNs;
    this.turn.emit(factCode.strategyState, strategy, from, state, this.stage[strategy]);
    return true;
  }
}
