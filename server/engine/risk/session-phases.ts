import { type SessionPhase, sessionPhases, tradablePhases } from "../../../domain/health";

/**
 * Phases in which orders may go out, as bits by code of `sessionPhases`. Whatever a desk asks for, halted, paused,
 * closed and unknown are not among them.
 */
export function phaseBits(wanted: readonly SessionPhase[]): number {
  let bits = 0;
  for (const phase of tradablePhases) if (wanted.includes(phase)) bits |= 1 << sessionPhases.code[phase];
  return bits;
}
