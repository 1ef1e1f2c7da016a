import { type Scope, scopes } from "../../domain/command";
import { type LimitCode, limitCodes } from "../../domain/limit";
import { refusalCodes } from "../../domain/refusal";
import { viewColumn } from "../../domain/views";
import type { Engine } from "./engine";

const codeNames = limitCodes.names;
const scopeNames = scopes.names;

/** Fills the rows of limits and refusals: what is used of each limit, and what it would be at its worst. */
export class RiskViews {
  /** Row of the limit that was nearest to its end in the last whole round, and how much of it is used: 1 is all. */
  worstRow = -1;
  worstShare = 0;
  private roundRow = -1;
  private roundShare = 0;
  private used = 0;
  private worst = 0;

  constructor(private readonly engine: Engine) {}

  /** All limits have been looked at: what was found stands, and the search begins anew. */
  beginRound(): void {
    this.worstRow = this.roundRow;
    this.worstShare = this.roundShare;
    this.roundRow = -1;
    this.roundShare = 0;
  }

  fillLimit(to: Float64Array, at: number, row: number, nowNs: number): void {
    const { limits } = this.engine;
    const c = viewColumn.limit;
    const value = limits.value[row];
    this.measure(codeNames[limits.code[row]], scopeNames[limits.scope[row]], limits.target[row]);
    to[at + c.changedNs] = nowNs;
    to[at + c.limit] = limits.code[row];
    to[at + c.scope] = limits.scope[row];
    to[at + c.target] = limits.target[row];
    to[at + c.value] = value;
    to[at + c.used] = this.used;
    to[at + c.worst] = this.worst;
    to[at + c.limitChangedNs] = limits.changedNs[row];
    const share = value > 0 ? this.worst / value : this.worst > 0 ? 1 : 0;
    if (codeNames[limits.code[row]] === "restricted" || share <= this.roundShare) return;
    this.roundShare = share;
    this.roundRow = row;
  }

  fillRefusals(to: Float64Array, at: number, strategy: number, nowNs: number): void {
    to[at] = nowNs;
    for (let code = 0; code < refusalCodes.names.length; code++)
      to[at + 1 + code] = this.engine.refusalCounts.of(strategy, code);
  }

  /** Leaves in `used` and `worst` what stands against a limit now; nothing does against a limit of one order. */
  private measure(code: LimitCode, scope: Scope, target: number): void {
    const { engine } = this;
    this.used = 0;
    this.worst = 0;
    switch (code) {
      case "positionQuantity":
        return scope === "instrument" ? this.measurePosition(target) : this.measureStrategyPositions(target);
      case "grossExposure":
      case "netExposure":
      case "capital":
        return this.measureExposure(code, scope, target);
      case "dailyLossSoft":
      case "dailyLossHard":
        return this.same(engine.losses.lossOf(scope === "all" ? -1 : target));
      case "drawdownSoft":
      case "drawdownHard":
        return this.same(engine.losses.drawdownOf(scope === "all" ? -1 : target));
      case "messagesPerSecond":
        return this.same(
          engine.gate.messagesInLastSecond(scope === "strategy" ? target : -1, scope === "venue" ? target : -1),
        );
      case "ordersPerDay":
        return this.same(engine.orders.count);
      case "repeatedExecutions": {
        const { repeated } = engine;
        return this.same(repeated.isOff(target) ? repeated.countWhenOff(target) : repeated.highest(target));
      }
      default:
        return;
    }
  }

  private same(value: number): void {
    this.used = value;
    this.worst = value;
  }

  private measurePosition(instrument: number): void {
    const { orders, positions } = this.engine;
    const held = positions.quantityOf(instrument);
    this.used = Math.abs(held);
    this.worst = worstOf(held, orders.workingOf(instrument, 0), orders.workingOf(instrument, 1));
  }

  /** The instrument where the strategy has most. */
  private measureStrategyPositions(strategy: number): void {
    const { dimensions, orders, positions } = this.engine;
    for (let instrument = 0; instrument < dimensions.instrumentCount; instrument++) {
      const held = positions.strategyQuantityOf(strategy, instrument);
      const buy = orders.strategyWorkingOf(strategy, instrument, 0);
      const sell = orders.strategyWorkingOf(strategy, instrument, 1);
      this.used = Math.max(this.used, Math.abs(held));
      this.worst = Math.max(this.worst, worstOf(held, buy, sell));
    }
  }

  private measureExposure(code: "grossExposure" | "netExposure" | "capital", scope: Scope, target: number): void {
    const { losses, orders, positions } = this.engine;
    let gross = positions.grossExposure;
    let net = positions.netExposure;
    let stakes = orders.workingNotional;
    let at = 0;
    if (scope === "strategy") {
      gross = positions.strategyGrossExposureOf(target);
      net = positions.strategyNetExposureOf(target);
      stakes = orders.strategyWorkingNotional;
      at = target * 2;
    } else if (scope === "pair") {
      gross = positions.pairGrossExposureOf(target);
      net = positions.pairNetExposureOf(target);
      stakes = orders.pairWorkingNotional;
      at = target * 2;
    }
    if (code === "netExposure") {
      this.used = Math.abs(net);
      this.worst = worstOf(net, stakes[at], stakes[at + 1]);
      return;
    }
    const lost = code === "capital" ? losses.lossOf(scope === "all" ? -1 : target) : 0;
    this.used = gross + lost;
    this.worst = gross + stakes[at] + stakes[at + 1] + lost;
  }
}

function worstOf(held: number, buy: number, sell: number): number {
  return Math.max(Math.abs(held + buy), Math.abs(held - sell));
}
