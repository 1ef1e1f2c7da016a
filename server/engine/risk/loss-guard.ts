import { modeCauses, tradingModes } from "../../../domain/limit";
import type { PositionView } from "../../../domain/position-view";
import type { StateRegistry } from "../../machine/state-registry";
import type { Limits } from "./limits";
import type { Modes } from "./modes";

const modeCode = tradingModes.code;
const causes = modeCauses.code;

/** The limits of losses, in the order they are looked at: the hard ones first. */
const lossLimits = ["dailyLossHard", "drawdownHard", "dailyLossSoft", "drawdownSoft"] as const;
type LossLimit = (typeof lossLimits)[number];
const isOfDrawdown = lossLimits.map((code) => code.startsWith("drawdown"));
const isHard = lossLimits.map((code) => code.endsWith("Hard"));

/** Who hears that a strategy's (or, -1, the desk's) mode was tightened. */
export type OnTightened = (strategy: number) => void;

/**
 * What each strategy and the desk have lost today, realised and unrealised with fees: from where the day began, and
 * from the day's best result (drawdown). Past a soft limit the mode goes to reducing, past a hard one to halted.
 */
export class LossGuard {
  /** Results when the day began; the desk's last. */
  private readonly began: Float64Array;
  private readonly best: Float64Array;
  /** 1 once the day's beginning is known. */
  private readonly hasBegun: Uint8Array;
  private readonly strategyCount: number;
  /** Rows in `Limits` of `lossLimits`, by strategy, the desk's last: config, not state. */
  private readonly limitRows: Int32Array;

  constructor(
    registry: StateRegistry,
    private readonly limits: Limits,
    private readonly modes: Modes,
    private readonly positions: PositionView,
    strategyCount: number,
  ) {
    this.strategyCount = strategyCount;
    this.began = registry.allocate("risk.dayBegan", "f64", strategyCount + 1);
    this.best = registry.allocate("risk.dayBest", "f64", strategyCount + 1);
    this.hasBegun = registry.allocate("risk.dayHasBegun", "u8", 1);
    this.limitRows = new Int32Array((strategyCount + 1) * lossLimits.length);
    for (let strategy = -1; strategy < strategyCount; strategy++)
      lossLimits.forEach((code, i) => {
        this.limitRows[this.rowOf(strategy) * lossLimits.length + i] =
          strategy < 0
            ? limits.baseOf(code, "all")
            : limits.baseOf(code, "strategy") + strategy * limits.strideOf("strategy");
      });
  }

  /** Money lost since the day began, 0 when there is none; strategy -1 is the desk. */
  readonly lossOf = (strategy: number): number => {
    return this.hasBegun[0] === 0
      ? 0
      : Math.max(0, this.began[this.rowOf(strategy)] - this.positions.resultOf(strategy));
  };

  /** Money below the day's best result. */
  readonly drawdownOf = (strategy: number): number => {
    return this.hasBegun[0] === 0
      ? 0
      : Math.max(0, this.best[this.rowOf(strategy)] - this.positions.resultOf(strategy));
  };

  /** A run begins: the first one of the day says where it began. */
  readonly onStart = (): void => {
    if (this.hasBegun[0] === 1) return;
    this.hasBegun[0] = 1;
    for (let strategy = -1; strategy < this.strategyCount; strategy++) {
      this.began[this.rowOf(strategy)] = this.positions.resultOf(strategy);
      this.best[this.rowOf(strategy)] = this.positions.resultOf(strategy);
    }
  };

  /** Looks at one strategy and the desk; after a fill. */
  readonly onFill = (strategy: number, tightened: OnTightened): void => {
    this.look(strategy, tightened);
    this.look(-1, tightened);
  };

  /** Looks at all; after marking. */
  readonly lookAtAll = (tightened: OnTightened): void => {
    for (let strategy = -1; strategy < this.strategyCount; strategy++) this.look(strategy, tightened);
  };

  /** The mode that losses ask for now: a person can't go below it. */
  readonly modeFor = (strategy: number): number => {
    const loss = this.lossOf(strategy);
    const drawdown = this.drawdownOf(strategy);
    if (!(loss <= this.limitOf("dailyLossHard", strategy) && drawdown <= this.limitOf("drawdownHard", strategy)))
      return modeCode.halted;
    if (!(loss <= this.limitOf("dailyLossSoft", strategy) && drawdown <= this.limitOf("drawdownSoft", strategy)))
      return modeCode.reducing;
    return modeCode.active;
  };

  /** Runs after each fill: the limits' rows are known beforehand, and nothing is handed on as a number that has to be boxed. */
  private readonly look = (strategy: number, tightened: OnTightened): void => {
    const { began, best, limitRows } = this;
    const limits = this.limits.value;
    const row = this.rowOf(strategy);
    const result = this.positions.resultOf(strategy);
    if (result > best[row]) best[row] = result;
    if (this.hasBegun[0] === 0) return;
    const at = row * lossLimits.length;
    const loss = Math.max(0, began[row] - result);
    const drawdown = Math.max(0, best[row] - result);
    if (loss === 0 && drawdown === 0) return;
    for (let i = 0; i < lossLimits.length; i++) {
      const lost = isOfDrawdown[i] ? drawdown : loss;
      if (!(lost <= limits[limitRows[at + i]])) this.hold(strategy, i, lost, tightened);
    }
  };

  private readonly hold = (strategy: number, i: number, value: number, tightened: OnTightened): void => {
    const code = lossLimits[i];
    const mode = isHard[i] ? modeCode.halted : modeCode.reducing;
    const scope = strategy < 0 ? "all" : "strategy";
    if (this.modes.tighten(scope, strategy, mode, causes[code], this.limitOf(code, strategy), value))
      tightened(strategy);
  };

  private readonly limitOf = (code: LossLimit, strategy: number): number => {
    return this.limits.value[this.limitRows[this.rowOf(strategy) * lossLimits.length + lossLimits.indexOf(code)]];
  };

  private readonly rowOf = (strategy: number): number => {
    return strategy < 0 ? this.strategyCount : strategy;
  };
}
