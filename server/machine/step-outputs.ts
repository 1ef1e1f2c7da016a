import { FactsOutbox } from "./facts-outbox";
import { Outbox } from "./outbox";

/**
 * Where a machine's outputs and facts go, from its recovery to its end the same two: what a machine is handed at each step
 * is then a constant to the compiler.
 */
export class StepOutputs {
  readonly outbox: Outbox;
  readonly facts: FactsOutbox;

  /** `turnLengthMax`: bytes that a turn may send, and decide, if not the usual ones. */
  constructor(turnLengthMax?: number) {
    this.outbox = new Outbox(turnLengthMax);
    this.facts = new FactsOutbox(turnLengthMax);
  }
}
