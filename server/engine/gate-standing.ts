import type { Engine } from "./engine";
import type { StandingView } from "./risk/gate-checks";

/**
 * How venues and strategies stand, as the gate asks for it. A class, not closures over the engine: these are asked
 * for every venue an order could go to.
 */
export class GateStanding implements StandingView {
  constructor(private readonly engine: Engine) {}

  isVenueReady(venue: number): boolean {
    return this.engine.orderSessions[venue].isReady;
  }

  feedTimeOf(venue: number): number {
    return this.engine.feeds[venue].lastPacketNs;
  }

  strategyStateOf(strategy: number): number {
    return this.engine.strategyStates.state[strategy];
  }

  isReplay(): boolean {
    return this.engine.control.isReplay;
  }

  isBroken(instrument: number): boolean {
    return this.engine.reconciliation.isBroken(instrument);
  }

  isClosed(): boolean {
    return this.engine.control.isRecovering || this.engine.control.isShuttingDown;
  }
}
