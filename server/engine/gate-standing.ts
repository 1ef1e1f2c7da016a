import type { Engine } from "./engine";
import type { StandingView } from "./risk/gate-checks";

/**
 * How venues and strategies stand, as the gate asks for it. A class, not closures over the engine: these are asked
 * for every venue an order could go to.
 */
export class GateStanding implements StandingView {
  constructor(private readonly engine: Engine) {}

  readonly isVenueReady = (venue: number): boolean => {
    return this.engine.orderStates.isReady(venue);
  };

  readonly feedTimeOf = (venue: number): number => {
    return this.engine.feedRows.lastPacketNsOf(venue);
  };

  readonly strategyStateOf = (strategy: number): number => {
    return this.engine.strategyStates.state[strategy];
  };

  readonly isReplay = (): boolean => {
    return this.engine.control.isReplay;
  };

  readonly isBroken = (instrument: number): boolean => {
    return this.engine.reconciliation.isBroken(instrument);
  };

  readonly isClosed = (): boolean => {
    return this.engine.control.isRecovering || this.engine.control.isShuttingDown;
  };
}
