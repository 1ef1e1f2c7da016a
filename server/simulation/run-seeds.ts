import { type FaultKind, faultKinds } from "./fault-plan";
import { noVenueMoves, type VenueMoveCounts, venueMoves } from "./venue-moves";
import { runWorld, type WorldOptions, type WorldResult } from "./world";

/** What a run over many seeds came to. */
export type SeedsSummary = {
  seeds: number;
  /** Seeds whose world broke an invariant. */
  failed: number[];
  simulatedSeconds: number;
  struck: Record<FaultKind, number>;
  orders: number;
  replaces: number;
  cancels: number;
  fills: number;
  brokenFills: number;
  /** Starts of our side, and records stepped again in them. */
  runs: number;
  replayedRecords: number;
  /** Worlds that ended since the logs did not allow a start after a loss of power. */
  refusedStarts: number;
  moves: VenueMoveCounts;
  /** Seconds of processor time, over all threads of this process. */
  processorSeconds: number;
};

export function emptySummary(): SeedsSummary {
  return {
    seeds: 0,
    failed: [],
    simulatedSeconds: 0,
    struck: Object.fromEntries(faultKinds.names.map((kind) => [kind, 0])) as Record<FaultKind, number>,
    orders: 0,
    replaces: 0,
    cancels: 0,
    fills: 0,
    brokenFills: 0,
    runs: 0,
    replayedRecords: 0,
    refusedStarts: 0,
    moves: noVenueMoves(),
    processorSeconds: 0,
  };
}

/**
 * Runs the worlds of `count` seeds from `from` on, one after another, and lets the event loop turn between two.
 * `onWorld` hears of each; false stops.
 */
export async function runSeeds(
  from: number,
  count: number,
  options: Omit<WorldOptions, "seed">,
  onWorld: (result: WorldResult, summary: SeedsSummary) => boolean,
): Promise<SeedsSummary> {
  const summary = emptySummary();
  const before = process.cpuUsage();
  for (let seed = from; seed < from + count; seed++) {
    const result = runWorld({ ...options, seed });
    addWorld(summary, result);
    const used = process.cpuUsage(before);
    summary.processorSeconds = (used.user + used.system) / 1e6;
    if (!onWorld(result, summary)) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return summary;
}

function addWorld(summary: SeedsSummary, result: WorldResult): void {
  summary.seeds++;
  if (result.breaks.length > 0) summary.failed.push(result.seed);
  summary.simulatedSeconds += result.simulatedNs / 1e9;
  for (const kind of faultKinds.names) summary.struck[kind] += result.struck[kind];
  summary.orders += result.orders;
  summary.replaces += result.replaces;
  summary.cancels += result.cancels;
  summary.fills += result.fills;
  summary.brokenFills += result.brokenFills;
  summary.runs += result.runs;
  summary.replayedRecords += result.replayedRecords;
  if (result.wasRefused) summary.refusedStarts++;
  for (const move of venueMoves.names) summary.moves[move] += result.moves[move];
}

/** Adds what another process ran. */
export function addSummary(to: SeedsSummary, part: SeedsSummary): void {
  for (const kind of faultKinds.names) to.struck[kind] += part.struck[kind];
  for (const move of venueMoves.names) to.moves[move] += part.moves[move];
  to.failed.push(...part.failed);
  to.seeds += part.seeds;
  to.simulatedSeconds += part.simulatedSeconds;
  to.orders += part.orders;
  to.replaces += part.replaces;
  to.cancels += part.cancels;
  to.fills += part.fills;
  to.brokenFills += part.brokenFills;
  to.runs += part.runs;
  to.replayedRecords += part.replayedRecords;
  to.refusedStarts += part.refusedStarts;
  to.processorSeconds += part.processorSeconds;
}
