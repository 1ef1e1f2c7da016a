import type { FactsOutbox } from "./facts-outbox";
import type { InputRecord } from "./input-record";
import type { Outbox } from "./outbox";
import type { StateRegistry } from "./state-registry";

/**
 * A sans-I/O state machine. Its state lives in `registry` and nowhere else; the same inputs give the same outputs,
 * facts and state, in any process. It reads no clock, no randomness, no environment.
 */
export interface Machine {
  readonly registry: StateRegistry;

  /**
   * Consumes one input. Appends what must be sent to `outbox` and what was decided to `facts`; both are the
   * caller's, who journals the facts and then sends. Malformed bytes are counted, never thrown; a throw means a
   * broken invariant, and the caller halts.
   */
  step(input: InputRecord, outbox: Outbox, facts: FactsOutbox): void;

  /**
   * What to send when `step` threw and the machine is not to be trusted any more: the mass cancels and "disable order
   * entry" of every session that is up. Reads as little state as it can and must not throw. Empty where there is
   * nothing to withdraw.
   */
  lastWords(outbox: Outbox): void;
}
