import type { KillRow } from "@/protocol/topics";

/** Kills in force: the desk's first, then the oldest. */
export function killsInForce(rows: readonly KillRow[]): KillRow[] {
  return rows
    .filter(({ engaged }) => engaged)
    .sort((a, b) => Number(b.scope === "all") - Number(a.scope === "all") || a.sinceNs - b.sinceNs);
}
