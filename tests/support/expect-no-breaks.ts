import { expect } from "vitest";
import { faultKinds } from "../../server/simulation/fault-plan";
import { runSeeds } from "../../server/simulation/run-seeds";
import { venueMoves } from "../../server/simulation/venue-moves";

/**
 * Runs worlds with all faults; none may break anything, every fault must have struck, orders must have been held and moved by
 * their venue around cuts and restarts, and there must have been trading.
 */
export async function expectNoBreaks(from: number, seeds: number): Promise<void> {
  const summary = await runSeeds(from, seeds, {}, () => true);
  expect(summary.failed, "bin/heliograph simulate --seeds 1 --from SEED tells what happens in one").toEqual([]);
  expect(summary.seeds).toBe(seeds);
  for (const kind of faultKinds.names) expect(summary.struck[kind], kind).toBeGreaterThan(0);
  // Each of these once in ten worlds or so, often enough that 150 never miss one.
  for (const move of venueMoves.names) expect(summary.moves[move], move).toBeGreaterThan(0);
  expect(summary.fills).toBeGreaterThan(seeds * 20);
}
