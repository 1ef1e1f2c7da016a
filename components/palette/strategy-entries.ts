import { strategyStateText } from "@/components/format/words";
import type { StrategyAction } from "@/components/strategy/strategy-actions";
import type { ReferencePayload, StrategyRow } from "@/protocol/topics";

type Strategy = ReferencePayload["strategies"][number];

/** What the palette offers about a strategy: to look at it, or one of its buttons. */
export type StrategyEntry = {
  readonly strategy: Strategy;
  readonly action: "open" | StrategyAction;
  readonly text: string;
  readonly note: string;
  readonly blocked: string | null;
};

const actions: readonly (readonly [action: StrategyAction, text: (name: string) => string])[] = [
  ["pause", (name) => `Pause ${name}`],
  ["kill", (name) => `Kill ${name}…`],
  ["approve", (name) => `Approve ${name}…`],
  ["resume", (name) => `Resume ${name}`],
  ["release", (name) => `Release ${name}…`],
];

/**
 * Every strategy, and what may be done with it now. An action that is barred is left out, with one exception: a kill
 * is always found, and says when there is nothing to kill. While a strategy's state is not known it can only be killed.
 */
export function strategyEntries(
  strategies: readonly Strategy[],
  rows: readonly StrategyRow[],
  blockedReason: (action: StrategyAction, row: StrategyRow) => string | null,
): StrategyEntry[] {
  const entries: StrategyEntry[] = [];
  for (const strategy of strategies) {
    const row = rows.find((candidate) => candidate.id === strategy.id);
    const state = row === undefined ? "" : strategyStateText[row.state].toLowerCase();
    entries.push({ strategy, action: "open", text: `Show ${strategy.name}`, note: state, blocked: null });
    for (const [action, text] of actions) {
      const blocked = row === undefined ? (action === "kill" ? null : "unknown") : blockedReason(action, row);
      if (blocked !== null && action !== "kill") continue;
      const note = action === "pause" || action === "resume" ? "at once" : "";
      entries.push({ strategy, action, text: text(strategy.name), note, blocked });
    }
  }
  return entries;
}
