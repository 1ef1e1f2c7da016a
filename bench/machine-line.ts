import { cpus, totalmem } from "node:os";

/** What the figures were taken on, in one line. */
export function machineLine(): string {
  const all = cpus();
  const model = all[0]?.model.trim() ?? "unknown processor";
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${all.length} × ${model}, ${gigabytes} GB, ${process.platform} ${process.arch}, Node ${process.version}`;
}

/** The middle one of some figures; the mean of the two middle ones when their number is even. */
export function medianOf(figures: readonly number[]): number {
  if (figures.length === 0) throw new RangeError("no figures to take the median of");
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1] + upper) / 2;
}

/** What one reading of the nanosecond clock costs, in nanoseconds: the median of many runs of a thousand readings. */
export function clockCostNs(): number {
  const costs: number[] = [];
  for (let run = 0; run < 51; run++) {
    const beganNs = process.hrtime.bigint();
    for (let i = 0; i < 999; i++) process.hrtime.bigint();
    costs.push(Number(process.hrtime.bigint() - beganNs) / 1_000);
  }
  return Math.round(medianOf(costs));
}
