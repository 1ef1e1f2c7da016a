import type { StateRegistry } from "../../../machine/state-registry";

/** Columns kept for every pair of the desk; shared by all pairs strategies. */
export class PairBook {
  readonly state: Uint8Array;
  readonly reason: Uint8Array;
  /** +1 when A is held long against B, -1 the other way, 0 when flat. */
  readonly direction: Int8Array;
  readonly targetA: Int32Array;
  readonly targetB: Int32Array;
  /** Touch at the decision, which a chase is measured from. */
  readonly decisionA: Float64Array;
  readonly decisionB: Float64Array;
  readonly parentA: Int32Array;
  readonly parentB: Int32Array;
  readonly openedNs: Float64Array;
  readonly deadlineNs: Float64Array;
  readonly notBeforeNs: Float64Array;
  readonly attempts: Int32Array;
  readonly roundTrips: Float64Array;
  /** Why the pair is being closed, a code of `parentReasons`. */
  readonly exitReason: Uint8Array;

  constructor(registry: StateRegistry, pairCount: number) {
    const name = "strategy.pairs";
    this.state = registry.allocate(`${name}.state`, "u8", pairCount, "carried");
    this.reason = registry.allocate(`${name}.reason`, "u8", pairCount);
    this.direction = registry.allocate(`${name}.direction`, "i8", pairCount, "carried");
    this.targetA = registry.allocate(`${name}.targetA`, "i32", pairCount, "carried");
    this.targetB = registry.allocate(`${name}.targetB`, "i32", pairCount, "carried");
    this.decisionA = registry.allocate(`${name}.decisionA`, "f64", pairCount);
    this.decisionB = registry.allocate(`${name}.decisionB`, "f64", pairCount);
    this.parentA = registry.allocate(`${name}.parentA`, "i32", pairCount);
    this.parentB = registry.allocate(`${name}.parentB`, "i32", pairCount);
    this.openedNs = registry.allocate(`${name}.openedNs`, "f64", pairCount);
    this.deadlineNs = registry.allocate(`${name}.deadlineNs`, "f64", pairCount);
    this.notBeforeNs = registry.allocate(`${name}.notBeforeNs`, "f64", pairCount);
    this.attempts = registry.allocate(`${name}.attempts`, "i32", pairCount);
    this.roundTrips = registry.allocate(`${name}.roundTrips`, "f64", pairCount, "carried");
    this.exitReason = registry.allocate(`${name}.exitReason`, "u8", pairCount, "carried");
  }
}
