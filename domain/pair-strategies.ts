import type { Desk } from "./desk";

/** The strategy that trades each pair of a desk; -1 for a pair that nobody trades. */
export function pairStrategies(desk: Pick<Desk, "pairs" | "strategies">): Int32Array {
  const strategyOf = new Int32Array(desk.pairs.length).fill(-1);
  desk.strategies.forEach(({ parameters }, strategy) => {
    if (parameters.kind === "pairs") for (const pair of parameters.pairs) strategyOf[pair] = strategy;
  });
  return strategyOf;
}
