import { nsPerMillisecond, nsPerSecond } from "../../domain/time";
import { type Fault, marketNs } from "./fault-plan";
import { runWorld, type WorldOptions, type WorldResult } from "./world";

/** The least of a world that still breaks the same invariant. */
export type Least = {
  readonly plan: readonly Fault[];
  readonly marketNs: number;
  readonly result: WorldResult;
  /** Worlds that were tried. */
  readonly tries: number;
};

/**
 * Looks for the least that still fails: the shortest stretch of market, by halving, then the faults that are needed, by
 * leaving out one after another. Null when the world does not fail.
 */
export function shrink(options: WorldOptions, triesMax = 80): Least | null {
  const first = runWorld(options);
  const invariant = first.breaks[0]?.invariant;
  if (invariant === undefined) return null;
  let least = { plan: first.plan, marketNs: options.marketNs ?? marketNs, result: first };
  let tries = 1;
  const fails = (plan: readonly Fault[], length: number): boolean => {
    tries++;
    const result = runWorld({ ...options, plan, marketNs: length });
    if (result.breaks[0]?.invariant !== invariant) return false;
    least = { plan, marketNs: length, result };
    return true;
  };
  let tooShort = 0;
  while (least.marketNs - tooShort > nsPerSecond / 4 && tries < triesMax) {
    const middle = Math.floor((tooShort + least.marketNs) / 2 / nsPerMillisecond) * nsPerMillisecond;
    const plan = least.plan.filter((fault) => fault.atNs < middle);
    if (!fails(plan, middle)) tooShort = middle;
  }
  for (let i = least.plan.length - 1; i >= 0 && tries < triesMax; i--)
    fails(
      least.plan.filter((_, index) => index !== i),
      least.marketNs,
    );
  return { ...least, tries };
}
