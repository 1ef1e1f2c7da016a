import { type CommandAnswer, type Scope, scopes } from "../../domain/command";
import { factCode } from "../../domain/facts";
import { listingOf } from "../../domain/ids";
import { cancelCauses } from "../../domain/order";
import { strategyStates } from "../../domain/strategy";
import { nsPerSecond } from "../../domain/time";
import type { StateRegistry } from "../machine/state-registry";
import type { CommandTarget } from "./commands";
import type { Fills } from "./fill/fills";
import type { Reconciliation } from "./fill/reconciliation";
import type { Execution } from "./order/execution";
import type { KillProgress } from "./risk/kill-progress";
import type { KillSwitch } from "./risk/kill-switch";
import type { Strategy } from "./strategy/strategy";
import type { StrategyStates } from "./strategy/strategy-states";
import type { Turn } from "./turn";
import type { DropCopySession } from "./venue/drop-copy-session";
import type { OrderSession } from "./venue/order-session";

const states = strategyStates.code;
const causes = cancelCauses.code;
/** An orderly stop waits this long for its cancels to be confirmed. */
const shutdownNsMax = 4 * nsPerSecond;

/** What `Control` acts on. */
export type ControlParts = {
  readonly turn: Turn;
  readonly kills: KillSwitch;
  readonly killProgress: KillProgress;
  readonly strategyStates: StrategyStates;
  readonly strategies: readonly Strategy[];
  readonly execution: Execution;
  readonly orderSessions: readonly OrderSession[];
  readonly dropSessions: readonly DropCopySession[];
  readonly fills: Fills;
  readonly reconciliation: Reconciliation;
  readonly venueCount: number;
  readonly instrumentCount: number;
};

/**
 * What people's commands do. A kill blocks first, at the gate and (for everything or a venue) at the venue itself,
 * then cancels; it needs no healthy feed, no approval and no database. HALT, the kill of everything, also pauses what
 * runs, so that releasing it starts nothing by itself.
 */
export class Control implements CommandTarget {
  /** 0: recovering until all order sessions are reconciled; 1: shutting down; 2: stopped; 3: a recording is replayed. */
  private readonly flags: Uint8Array;
  private readonly shutdownNs: Float64Array;

  constructor(
    registry: StateRegistry,
    private readonly parts: ControlParts,
  ) {
    this.flags = registry.allocate("control.flags", "u8", 4);
    this.shutdownNs = registry.allocate("control.shutdownNs", "f64", 1);
  }

  get isRecovering(): boolean {
    return this.flags[0] === 1;
  }

  get isShuttingDown(): boolean {
    return this.flags[1] === 1;
  }

  /** True when the run is a replay: nothing may be sent, whatever happens. */
  get isReplay(): boolean {
    return this.flags[3] === 1;
  }

  /**
   * A new run begins: nothing is sent before the venues have told what they know, by both tellers. A replay waits for
   * nobody, since nothing is sent at all.
   */
  onStart(replay: boolean): void {
    this.flags[0] = replay ? 0 : 1;
    this.flags[1] = 0;
    this.flags[2] = 0;
    this.flags[3] = replay ? 1 : 0;
  }

  /** Called at the timer's pace: recovery ends, an orderly stop comes to its end. */
  onTimer(epoch: number): void {
    const { execution, orderSessions, turn } = this.parts;
    if (this.isRecovering && this.isReconciled) this.flags[0] = 0;
    if (!this.isShuttingDown || this.flags[2] === 1) return;
    const isOver = execution.orders.openCount === 0 || turn.timeNs - this.shutdownNs[0] > shutdownNsMax;
    if (!isOver) return;
    this.flags[2] = 1;
    turn.emit(factCode.engineStopped, epoch, execution.orders.openCount);
    for (const session of orderSessions) session.close();
  }

  approve(strategy: number): CommandAnswer {
    return this.change(strategy, states.stopped, states.running);
  }

  resume(strategy: number): CommandAnswer {
    return this.change(strategy, states.paused, states.running);
  }

  pause(strategy: number): CommandAnswer {
    const answer = this.change(strategy, states.running, states.paused);
    if (answer === "done") this.parts.execution.cancelScope(scopes.code.strategy, strategy, causes.strategy);
    return answer;
  }

  kill(scope: Scope, target: number): CommandAnswer {
    const { execution, killProgress, kills, orderSessions, strategies, strategyStates: standing } = this.parts;
    const code = scopes.code[scope];
    if (scope === "order" || !this.exists(scope, target)) return "unknownTarget";
    const alreadySo = kills.isKilled(code, target);
    kills.set(code, target, true);
    if (scope === "strategy") standing.enter(target, states.killed);
    if (scope === "all") {
      strategies.forEach((_, strategy) => {
        if (standing.isRunning(strategy)) standing.enter(strategy, states.paused);
      });
      for (const session of orderSessions) session.setDisabled(true);
    }
    if (scope === "venue") orderSessions[target].setDisabled(true);
    if (alreadySo && !execution.hasOpenIn(code, target)) return "alreadySo";
    const slot = killProgress.takeSlot();
    execution.clearKillSlot(slot);
    const found = execution.cancelScope(code, target, scope === "all" ? causes.halt : causes.kill, slot);
    killProgress.begin(slot, code, target, found);
    this.tellStrategies();
    return "done";
  }

  release(scope: Scope, target: number): CommandAnswer {
    const { kills, orderSessions, strategyStates: standing, turn } = this.parts;
    const code = scopes.code[scope];
    if (scope === "order" || !this.exists(scope, target)) return "unknownTarget";
    if (!kills.isKilled(code, target)) return "alreadySo";
    kills.set(code, target, false);
    turn.emit(factCode.kill, code, target, 0, 0, 0, 0);
    if (scope === "strategy") standing.enter(target, states.stopped);
    orderSessions.forEach((session, venue) => {
      if (!this.mustBeDisabled(venue)) session.setDisabled(false);
    });
    this.tellStrategies();
    return "done";
  }

  adopt(instrument: number): CommandAnswer {
    return this.settle(instrument, (venue) => this.parts.fills.adopt(instrument, venue));
  }

  correct(instrument: number): CommandAnswer {
    return this.settle(instrument, (venue) => this.parts.fills.correct(instrument, venue));
  }

  cancelOrder(order: number): CommandAnswer {
    const { execution } = this.parts;
    const row = execution.orders.ofId(order);
    if (row === 0) return order >= 1 && order <= execution.orders.count ? "wrongState" : "unknownTarget";
    return execution.cancel(row, causes.user) ? "done" : "wrongState";
  }

  cancelAll(scope: Scope, target: number): CommandAnswer {
    if (scope !== "order" && !this.exists(scope, target)) return "unknownTarget";
    this.parts.execution.cancelScope(scopes.code[scope], target, causes.user);
    return "done";
  }

  shutdown(): CommandAnswer {
    const { execution, turn } = this.parts;
    if (this.isShuttingDown) return "alreadySo";
    this.flags[1] = 1;
    this.shutdownNs[0] = turn.timeNs;
    execution.cancelScope(scopes.code.all, -1, causes.shutdown);
    this.tellStrategies();
    return "done";
  }

  /** True while a venue must refuse new orders of ours. */
  mustBeDisabled(venue: number): boolean {
    const { kills } = this.parts;
    return kills.isHalted || kills.isKilled(scopes.code.venue, venue);
  }

  /**
   * All that the venues have to say has come, by both tellers, and what they differ over is known: order sessions have
   * answered the account query, drop copies are up and have caught up.
   */
  private get isReconciled(): boolean {
    const { dropSessions, orderSessions, reconciliation } = this.parts;
    for (let venue = 0; venue < orderSessions.length; venue++)
      if (!orderSessions[venue].isReady || !dropSessions[venue].isReady) return false;
    return reconciliation.isSettled;
  }

  private settle(instrument: number, settleAt: (venue: number) => number): CommandAnswer {
    const { reconciliation, venueCount } = this.parts;
    if (!this.exists("instrument", instrument)) return "unknownTarget";
    if (!reconciliation.isBroken(instrument)) return "alreadySo";
    for (let venue = 0; venue < venueCount; venue++)
      if (reconciliation.isOpen(listingOf(instrument, venue, venueCount))) settleAt(venue);
    return "done";
  }

  private change(strategy: number, from: number, to: number): CommandAnswer {
    const { kills, strategyStates: standing, strategies } = this.parts;
    if (!this.exists("strategy", strategy)) return "unknownTarget";
    if (this.isShuttingDown) return "shuttingDown";
    if (standing.state[strategy] === to) return "alreadySo";
    if (standing.state[strategy] !== from) return "wrongState";
    // Starting under a kill would turn its release into a start.
    if (to === states.running && (kills.isHalted || kills.isKilled(scopes.code.strategy, strategy)))
      return "wrongState";
    standing.enter(strategy, to);
    strategies[strategy].onStateChanged();
    return "done";
  }

  private exists(scope: Scope, target: number): boolean {
    const { instrumentCount, strategies, venueCount } = this.parts;
    switch (scope) {
      case "all":
        return true;
      case "strategy":
        return target >= 0 && target < strategies.length;
      case "instrument":
        return target >= 0 && target < instrumentCount;
      case "venue":
        return target >= 0 && target < venueCount;
      case "order":
        return target >= 1;
    }
  }

  private tellStrategies(): void {
    for (const strategy of this.parts.strategies) strategy.onStateChanged();
  }
}
