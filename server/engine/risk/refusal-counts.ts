import { refusalCodes } from "../../../domain/refusal";
import type { StateRegistry } from "../../machine/state-registry";

const codeCount = refusalCodes.names.length;

/** Refusals of the day, by strategy and reason. */
export class RefusalCounts {
  private readonly counts: Float64Array;

  constructor(registry: StateRegistry, strategyCount: number) {
    this.counts = registry.allocate("risk.refusals", "f64", strategyCount * codeCount);
  }

  readonly count = (strategy: number, code: number): void => {
    this.counts[strategy * codeCount + code]++;
  };

  readonly of = (strategy: number, code: number): number => {
    return this.counts[strategy * codeCount + code];
  };
}
