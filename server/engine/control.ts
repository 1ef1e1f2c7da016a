import { type CommandAnswer, type Role, roles, type Scope, scopes } from "../../domain/command";
import { factCode } from "../../domain/facts";
import { alertCodes } from "../../domain/health";
import { listingOf } from "../../domain/ids";
import {
  isTighter,
  type LimitCode,
  limitCodes,
  limitUnit,
  modeCauses,
  type TradingMode,
  tradingModes,
} from "../../domain/limit";
import { cancelCauses, orderStates, sides } from "../../domain/order";
import type { PositionView } from "../../domain/position-view";
import { strategyStates } from "../../domain/strategy";
import { nsPerSecond } from "../../domain/time";
import type { StateRegistry } from "../machine/state-registry";
import { Clock } from "./columns";
import type { CommandTarget } from "./commands";
import type { Fills } from "./fill/fills";
import type { OrderWords } from "./fill/order-words";
import type { Reconciliation } from "./fill/reconciliation";
import type { Execution } from "./order/execution";
import type { Gate } from "./risk/gate";
import type { KillProgress } from "./risk/kill-progress";
import { KillStand, type KillSwitch } from "./risk/kill-switch";
import type { Limits } from "./risk/limits";
import type { LossGuard } from "./risk/loss-guard";
import type { Modes } from "./risk/modes";
import type { RepeatedExecutions } from "./risk/repeated-executions";
import type { Strategy } from "./strategy/strategy";
import type { StrategyStates } from "./strategy/strategy-states";
import type { Turn } from "./turn";
import type { DropCopySession } from "./venue/drop-copy-session";
import type { OrderSession } from "./venue/order-session";

const states = strategyStates.code;
const causes = cancelCauses.code;
/** An orderly stop waits this long for its cancels to be confirmed. */
const shutdownNsMax = 4 * nsPerSecond;
/** One that ends the day waits this long for everything the venues have to say of it. */
const dayEndNsMax = 10 * nsPerSecond;

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
  readonly orderWords: OrderWords;
  readonly limits: Limits;
  readonly modes: Modes;
  readonly losses: LossGuard;
  readonly repeated: RepeatedExecutions;
  readonly gate: Gate;
  readonly positions: PositionView;
  /** `Engine.clock`. */
  readonly clock: Float64Array;
  readonly venueCount: number;
  readonly instrumentCount: number;
  readonly pairCount: number;
};

/** How the run stands: 1 for yes, unless it says otherwise. */
enum Flag {
  /** Until all order sessions are reconciled. */
  recovering,
  shuttingDown,
  stopped,
  /** A recording is replayed: nothing may be sent. */
  replay,
  /** The desk file came with tighter limits (1), or a tighter collar too (2), to be enforced once recovered. */
  tighterFile,
  /** The orderly stop ends the trading day too. */
  endsDay,
  /** How many there are. */
  count,
}

/** Basis points of a whole. */
const bpsMax = 10_000;

/**
 * What people's commands do, and what losses and repeated fills do by themselves. A kill blocks first, at the gate and (for everything or a venue) at the venue itself,
 * then cancels; it needs no healthy feed, no approval and no database. HALT, the kill of everything, also pauses what
 * runs, so that releasing it starts nothing by itself.
 */
export class Control implements CommandTarget {
  /** See `Flag`. */
  private readonly flags: Uint8Array;
  private readonly shutdownNs: Float64Array;

  constructor(
    registry: StateRegistry,
    private readonly parts: ControlParts,
  ) {
    this.flags = registry.allocate("control.flags", "u8", Flag.count);
    this.shutdownNs = registry.allocate("control.shutdownNs", "f64", 1);
  }

  get isRecovering(): boolean {
    return this.flags[Flag.recovering] === 1;
  }

  get isShuttingDown(): boolean {
    return this.flags[Flag.shuttingDown] === 1;
  }

  /** True when the run is a replay: nothing may be sent, whatever happens. */
  get isReplay(): boolean {
    return this.flags[Flag.replay] === 1;
  }

  /**
   * A new run begins: nothing is sent before the venues have told what they know, by both tellers. A replay waits for
   * nobody, since nothing is sent at all.
   */
  onStart(replay: boolean): void {
    this.flags[Flag.recovering] = replay ? 0 : 1;
    this.flags[Flag.shuttingDown] = 0;
    this.flags[Flag.stopped] = 0;
    this.flags[Flag.replay] = replay ? 1 : 0;
    this.flags[Flag.endsDay] = 0;
  }

  /** Called ten times a second: what a kill covers is being cancelled, recovery ends, an orderly stop comes to its end. */
  onTimer(epoch: number): void {
    const { execution, orderSessions, turn } = this.parts;
    this.cancelUnderKills();
    if (this.isRecovering && this.isReconciled) {
      this.flags[Flag.recovering] = 0;
      if (this.flags[Flag.tighterFile] !== 0) this.enforceLimits(this.flags[Flag.tighterFile] === 2);
      this.flags[Flag.tighterFile] = 0;
    }
    if (!this.isShuttingDown || this.flags[Flag.stopped] === 1) return;
    const isDayEnd = this.flags[Flag.endsDay] === 1;
    const isDone = execution.orders.openCount === 0 && (!isDayEnd || (!this.isRecovering && this.isReconciled));
    const isLate = turn.timeNs - this.shutdownNs[0] > (isDayEnd ? dayEndNsMax : shutdownNsMax);
    if (!isDone && !isLate) return;
    if (isDayEnd) this.abandonOpenOrders();
    this.flags[Flag.stopped] = 1;
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
    if (answer === "done") this.parts.execution.cancelScope(scopes.code.strategy, strategy, causes.user);
    return answer;
  }

  kill(scope: Scope, target: number, role: Role): CommandAnswer {
    const { execution, kills, orderSessions, strategies, strategyStates: standing } = this.parts;
    const code = scopes.code[scope];
    if (scope === "order") return this.killOrder(target);
    if (!this.exists(scope, target)) return "unknownTarget";
    const alreadySo = kills.isKilled(code, target);
    kills.set(code, target, true, role === "risk");
    if (scope === "strategy") standing.enter(target, states.killed);
    if (scope === "all")
      strategies.forEach((_, strategy) => {
        if (standing.isRunning(strategy)) standing.enter(strategy, states.paused);
      });
    // The venue's own word first, where it has one for the scope: it also ends what we do not know of.
    orderSessions.forEach((session, venue) => {
      if (scope === "all" || (scope === "venue" && venue === target)) {
        session.setDisabled(true);
        session.massCancel(-1);
      } else if (scope === "instrument") session.massCancel(target);
    });
    if (alreadySo && !execution.hasOpenIn(code, target)) return "alreadySo";
    this.cancelForKill(code, target, scope === "all" ? causes.halt : causes.kill);
    this.tellStrategies();
    return "done";
  }

  /**
   * Takes a kill back. Not while the fate of an order in the scope is unknown, unless forced; the risk desk's kill only
   * by an admin.
   */
  release(scope: Scope, target: number, role: Role, forced: boolean): CommandAnswer {
    const { killProgress, kills, orderSessions, strategyStates: standing, turn } = this.parts;
    const code = scopes.code[scope];
    if (scope === "order" || !this.exists(scope, target)) return "unknownTarget";
    const stand = kills.standOf(code, target);
    if (stand === KillStand.none) return "alreadySo";
    if (stand === KillStand.byRisk && role !== "admin") return "notPermitted";
    if (!forced && this.hasUnknownIn(code, target)) return "unknownOrders";
    kills.set(code, target, false);
    killProgress.forget(code, target);
    turn.emit(factCode.kill, code, target, 0, 0, 0, 0);
    if (scope === "strategy") standing.enter(target, states.stopped);
    orderSessions.forEach((session, venue) => {
      if (!this.mustBeDisabled(venue)) session.setDisabled(false);
    });
    this.tellStrategies();
    return "done";
  }

  adopt(scope: Scope, target: number): CommandAnswer {
    return this.settle(scope, target, (venue) => this.parts.fills.adopt(target, venue));
  }

  correct(scope: Scope, target: number): CommandAnswer {
    return this.settle(scope, target, (venue) => this.parts.fills.correct(target, venue, this.parts.orderWords.doubt));
  }

  /** Tells, as facts, every open order and every position of a scope: what a person sees before releasing it. */
  listOpen(scope: Scope, target: number): CommandAnswer {
    const { execution, positions, strategies, turn, instrumentCount } = this.parts;
    const { orders } = execution;
    const code = scopes.code[scope];
    if (!this.exists(scope, target)) return "unknownTarget";
    for (let i = 0; i < orders.openCount; i++) {
      const order = orders.open[i];
      if (!execution.isInScope(order, code, target)) continue;
      const { fields } = turn;
      fields[0] = code;
      fields[1] = target;
      fields[2] = 0;
      fields[3] = orders.idOf[order];
      fields[4] = orders.strategy[order];
      fields[5] = orders.pair[order];
      fields[6] = orders.instrument[order];
      fields[7] = orders.venue[order];
      fields[8] = orders.side[order];
      fields[9] = orders.leavesQuantity[order];
      fields[10] = orders.price[order];
      fields[11] = orders.state[order];
      fields[12] = this.isUnknown(order) ? 1 : 0;
      turn.emitFields(factCode.standing);
    }
    const tell = (strategy: number, pair: number, instrument: number, quantity: number) => {
      if (quantity === 0) return;
      const { fields } = turn;
      fields.fill(0, 0, 13);
      fields[0] = code;
      fields[1] = target;
      fields[2] = 1;
      fields[4] = strategy;
      fields[5] = pair;
      fields[6] = instrument;
      fields[7] = -1;
      fields[8] = quantity > 0 ? sides.code.buy : sides.code.sell;
      fields[9] = Math.abs(quantity);
      turn.emitFields(factCode.standing);
    };
    // Orders and venues hold no positions of their own.
    if (scope === "order" || scope === "venue") return "done";
    if (scope === "pair") {
      for (let leg = 0; leg < 2; leg++)
        tell(-1, target, this.legOf(target, leg), positions.pairQuantityOf(target, leg));
      return "done";
    }
    for (let strategy = 0; strategy < strategies.length; strategy++)
      for (let instrument = 0; instrument < instrumentCount; instrument++)
        if (
          scope === "all" ||
          (scope === "strategy" && strategy === target) ||
          (scope === "instrument" && instrument === target)
        )
          tell(strategy, -1, instrument, positions.strategyQuantityOf(strategy, instrument));
    return "done";
  }

  /** Changes a limit, from this record on. A tighter one acts at once: orders beyond it are cancelled, modes move. */
  setLimit(code: LimitCode, scope: Scope, target: number, value: number, role: Role): CommandAnswer {
    const { limits, turn } = this.parts;
    const row = limits.rowOf(code, scope, target);
    if (row < 0) return "unknownTarget";
    if (!this.isSoundLimit(code, scope, target, value)) return "valueOutOfRange";
    const before = limits.value[row];
    if (before === value) return "alreadySo";
    limits.set(row, value, turn.timeNs);
    this.tellLimit(row, before, roles.code[role]);
    if (before < 0 || isTighter(code, before, value)) this.enforceLimits(code === "priceCollarBps");
    return "done";
  }

  /**
   * Moves a scope's mode. Tighter at once, for everybody who may command; back to looser by risk or an admin with a
   * reason, and not while losses ask for what it is.
   */
  setMode(mode: TradingMode, scope: Scope, target: number, role: Role, hasReason: boolean): CommandAnswer {
    const { losses, modes, repeated } = this.parts;
    if (scope === "order" || !this.exists(scope, target)) return "unknownTarget";
    const to = tradingModes.code[mode];
    const from = modes.of(scope, target);
    const isOff = scope === "strategy" && repeated.isOff(target);
    if (to === from && !(isOff && to === tradingModes.code.active)) return "alreadySo";
    if (to < from || isOff) {
      if (role !== "risk" && role !== "admin") return "notPermitted";
      if (!hasReason) return "reasonMissing";
      if ((scope === "all" || scope === "strategy") && losses.modeFor(scope === "all" ? -1 : target) > to)
        return "limitStands";
    }
    if (isOff) repeated.putBack(target);
    modes.set(scope, target, to, modeCauses.code.command, 0, 0);
    if (to > from) this.applyModes();
    this.tellStrategies();
    return "done";
  }

  /** A fill was booked: too many of the same, or too much lost, and the mode moves before the strategy hears of it. */
  onFill(strategy: number, instrument: number, side: number): void {
    const { losses, repeated, turn } = this.parts;
    const limit = this.strategyLimit("repeatedExecutions", strategy);
    const seconds = this.strategyLimit("repeatedSeconds", strategy);
    const sell = side === sides.code.buy ? 0 : 1;
    if (repeated.onFill(strategy, instrument, sell, turn.timeNs, limit, seconds)) this.switchOff(strategy, limit);
    losses.onFill(strategy, this.onTightened);
  }

  /** Positions are others than they were when what works was approved: by a fill taken back or put back, or of an order that had ended. */
  onCorrected(): void {
    this.cancelBeyond(false);
    this.applyModes();
    this.parts.losses.lookAtAll(this.onTightened);
  }

  /** Positions were marked. */
  onMarked(): void {
    this.parts.losses.lookAtAll(this.onTightened);
  }

  /** The desk file came with another limit than before: told now, and enforced once all that is open is known. */
  onFileLimit(row: number, before: number): void {
    const { limits } = this.parts;
    const code = limitCodes.name(limits.code[row]);
    this.tellLimit(row, before, roles.code.system);
    if (before >= 0 && !isTighter(code, before, limits.value[row])) return;
    this.flags[Flag.tighterFile] = Math.max(this.flags[Flag.tighterFile], code === "priceCollarBps" ? 2 : 1);
  }

  /** Tells a limit's change. */
  private tellLimit(row: number, before: number, role: number): void {
    const { clock, limits, turn } = this.parts;
    turn.emit(
      factCode.limitChanged,
      limits.code[row],
      limits.scope[row],
      limits.target[row],
      before,
      limits.value[row],
      role,
      clock[Clock.inputs],
    );
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

  /**
   * An orderly stop. One that ends the day comes first in its run, before anything may be sent: it hears all that the
   * venues still have to say of the day, and leaves no order open.
   */
  shutdown(endsDay: boolean): CommandAnswer {
    const { execution, turn } = this.parts;
    if (this.isShuttingDown) return "alreadySo";
    this.flags[Flag.shuttingDown] = 1;
    this.flags[Flag.endsDay] = endsDay ? 1 : 0;
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

  /** True while a kill stands that left nothing of this instrument (-1: of any) open at a venue. */
  isKilledAt(venue: number, instrument: number): boolean {
    if (this.mustBeDisabled(venue)) return true;
    return instrument >= 0 && this.parts.kills.isKilled(scopes.code.instrument, instrument);
  }

  /** Whatever way an open order took: under a kill it has a cancel on its way, or one that is asked again. */
  private cancelUnderKills(): void {
    const { execution, kills } = this.parts;
    const { orders } = execution;
    for (let i = orders.openCount - 1; i >= 0; i--) {
      const order = orders.open[i];
      if (orders.cancelCause[order] !== 0 || orders.refusedCancel[order] !== 0) continue;
      if (kills.covers(orders.strategy[order], orders.pair[order], orders.instrument[order], orders.venue[order]))
        execution.cancel(order, causes.kill);
    }
  }

  /**
   * The day ends and its venue does not say what became of these orders: each ends by a fact, and each name of theirs has
   * an alert and a break that the next day begins with.
   */
  private abandonOpenOrders(): void {
    const { execution, orderWords, reconciliation, turn, venueCount } = this.parts;
    const { orders } = execution;
    orderWords.breakAtDayEnd();
    const lots = new Map<number, number>();
    while (orders.openCount > 0) {
      const order = orders.open[orders.openCount - 1];
      const listing = listingOf(orders.instrument[order], orders.venue[order], venueCount);
      lots.set(listing, (lots.get(listing) ?? 0) + orders.leavesQuantity[order]);
      execution.abandon(order);
    }
    for (const [listing, quantity] of lots) {
      const instrument = Math.floor(listing / venueCount);
      turn.alert(alertCodes.code.dayEndedUnknown, instrument, listing % venueCount, quantity);
      reconciliation.breakAtDayEnd(listing);
    }
  }

  /**
   * All that the venues have to say has come, by both tellers, and what they differ over is known: order sessions have
   * answered the account query, drop copies are up and have caught up.
   */
  private get isReconciled(): boolean {
    const { dropSessions, orderSessions, orderWords, reconciliation } = this.parts;
    for (let venue = 0; venue < orderSessions.length; venue++)
      if (!orderSessions[venue].isReady || !dropSessions[venue].isReady) return false;
    return reconciliation.isSettled && orderWords.isSettled;
  }

  /**
   * Settles what is broken over an instrument, or over all that a venue has, by what `settleAt` does to a listing's fills.
   * Orders of which the tellers say different things are cancelled as soon as their venue can be told.
   */
  private settle(scope: Scope, target: number, settleAt: (venue: number) => number): CommandAnswer {
    const { fills, orderWords, reconciliation, venueCount } = this.parts;
    if ((scope !== "instrument" && scope !== "venue") || !this.exists(scope, target)) return "unknownTarget";
    if (scope === "venue") {
      if (!reconciliation.isVenueOpen(target)) return "alreadySo";
      fills.settleVenue(target);
      return "done";
    }
    let answer: CommandAnswer = "alreadySo";
    for (let venue = 0; venue < venueCount; venue++) {
      const listing = listingOf(target, venue, venueCount);
      if (!reconciliation.isOpen(listing)) continue;
      reconciliation.beginSettling(listing);
      orderWords.settle(listing);
      settleAt(venue);
      reconciliation.settle(listing, fills.aloneOf);
      answer = "done";
    }
    if (answer === "done") this.onCorrected();
    return answer;
  }

  private readonly onTightened = () => this.applyModes();

  private switchOff(strategy: number, limit: number): void {
    const { modes, repeated } = this.parts;
    const count = repeated.countWhenOff(strategy);
    const cause = modeCauses.code.repeatedExecutions;
    modes.tighten("strategy", strategy, tradingModes.code.halted, cause, limit, count);
    this.applyModes();
  }

  /** Cancels every open order that the modes now stand against. */
  private applyModes(): void {
    const { execution, gate } = this.parts;
    const { orders } = execution;
    for (let i = orders.openCount - 1; i >= 0; i--) {
      const order = orders.open[i];
      if (gate.standsAgainstMode(order)) execution.cancel(order, causes.limit);
    }
  }

  /** Cancels what stands beyond the limits now, newest first. `collar`: looks at prices too. */
  private cancelBeyond(collar: boolean): void {
    const { execution, gate } = this.parts;
    const { orders } = execution;
    for (let i = orders.openCount - 1; i >= 0; i--)
      if (gate.standsBeyond(orders.open[i], collar)) execution.cancel(orders.open[i], causes.limit);
  }

  /** Cancels what stands beyond the limits now, and looks at losses and repeated fills again. `collar`: at prices too. */
  private enforceLimits(collar: boolean): void {
    const { losses, repeated, strategies, turn } = this.parts;
    this.cancelBeyond(collar);
    losses.lookAtAll(this.onTightened);
    strategies.forEach((_, strategy) => {
      const limit = this.strategyLimit("repeatedExecutions", strategy);
      const seconds = this.strategyLimit("repeatedSeconds", strategy);
      if (repeated.look(strategy, turn.timeNs, limit, seconds)) this.switchOff(strategy, limit);
    });
    this.tellStrategies();
  }

  private isSoundLimit(code: LimitCode, scope: Scope, target: number, value: number): boolean {
    if (!(Number.isFinite(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER)) return false;
    switch (limitUnit(code)) {
      case "money":
      case "quantity":
      case "count":
        if (!Number.isInteger(value)) return false;
        break;
      case "bps":
        if (!Number.isInteger(value) || value > bpsMax) return false;
        break;
      case "switch":
        return value === 0 || value === 1;
      case "seconds":
      case "milliseconds":
        break;
    }
    if (code !== "messagesPerSecond") return true;
    return value <= this.parts.gate.messageRateMax(scope === "strategy" ? target : -1, scope === "venue" ? target : -1);
  }

  private strategyLimit(code: LimitCode, strategy: number): number {
    const { limits } = this.parts;
    return limits.value[limits.baseOf(code, "strategy") + strategy * limits.strideOf("strategy")];
  }

  /** An order's kill has nothing to latch: its order ends. */
  private killOrder(id: number): CommandAnswer {
    const { orders } = this.parts.execution;
    const row = orders.ofId(id);
    if (row === 0 || !orders.isOpen(row)) return id >= 1 && id <= orders.count ? "wrongState" : "unknownTarget";
    this.cancelForKill(scopes.code.order, id, causes.kill);
    return "done";
  }

  /** The same kill once more, e.g. with its reason, asks for what is still to be cancelled and goes on with its report. */
  private cancelForKill(scope: number, target: number, cause: number): void {
    const { execution, killProgress } = this.parts;
    const underWay = killProgress.activeSlotOf(scope, target);
    if (underWay >= 0) {
      execution.cancelScope(scope, target, cause);
      killProgress.tell(underWay);
      return;
    }
    const slot = killProgress.takeSlot();
    execution.clearKillSlot(slot);
    const found = execution.cancelScope(scope, target, cause, slot);
    killProgress.begin(slot, scope, target, found);
  }

  private hasUnknownIn(scope: number, target: number): boolean {
    const { execution } = this.parts;
    const { orders } = execution;
    for (let i = 0; i < orders.openCount; i++)
      if (execution.isInScope(orders.open[i], scope, target) && this.isUnknown(orders.open[i])) return true;
    return false;
  }

  /** True when nobody can tell what becomes of an open order: its cancel is not answered or refused, or the venue is away. */
  private isUnknown(order: number): boolean {
    const { execution, orderSessions } = this.parts;
    const { orders } = execution;
    return (
      orders.cancelCause[order] !== 0 ||
      orders.refusedCancel[order] !== 0 ||
      orders.state[order] === orderStates.code.unknown ||
      !orderSessions[orders.venue[order]].isReady
    );
  }

  private legOf(pair: number, leg: number): number {
    const { instrumentA, instrumentB } = this.parts.limits.desk.pairs[pair];
    return leg === 0 ? instrumentA : instrumentB;
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
      case "pair":
        return target >= 0 && target < this.parts.pairCount;
      case "order":
        return target >= 1;
    }
  }

  private tellStrategies(): void {
    for (const strategy of this.parts.strategies) strategy.onStateChanged();
  }
}
