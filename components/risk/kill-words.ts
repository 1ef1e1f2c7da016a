import { formatQuantity } from "@/components/format/numbers";
import type { KillRow } from "@/protocol/topics";

/** How far a kill is: "blocked · cancelled 3 of 4 · unknown 0 · last cancel on the wire after 0.4 ms". */
export function killProgressText(
  kill: Pick<KillRow, "orders" | "cancelled" | "unknown" | "blockedNs" | "lastCancelNs">,
): string {
  const { orders, cancelled, unknown, blockedNs, lastCancelNs } = kill;
  const counts = `blocked · cancelled ${formatQuantity(cancelled)} of ${formatQuantity(orders)} · unknown ${formatQuantity(unknown)}`;
  if (lastCancelNs === 0 || blockedNs === 0) return counts;
  return `${counts} · last cancel on the wire after ${millisecondsText((lastCancelNs - blockedNs) / 1e6)}`;
}

/** Milliseconds with the digits that matter: 0.04 ms, 2.1 ms, 340 ms. */
export function millisecondsText(milliseconds: number): string {
  const value = Math.max(0, milliseconds);
  if (value < 0.01) return "<0.01 ms";
  return `${value < 1 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0)} ms`;
}

/** Kills in force: the desk's first, then the oldest. */
export function killsInForce(rows: readonly KillRow[]): KillRow[] {
  return rows
    .filter(({ engaged }) => engaged)
    .sort((a, b) => Number(b.scope === "all") - Number(a.scope === "all") || a.sinceNs - b.sinceNs);
}
