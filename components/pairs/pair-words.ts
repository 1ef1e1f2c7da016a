import { formatDuration, formatRatio, formatZ } from "@/components/format/numbers";
import { pairReasonText, strategyStateText } from "@/components/format/words";
import type { MakerParameters, PairsParameters } from "@/domain/desk";
import type { StrategyState } from "@/domain/strategy";
import type { PairRow } from "@/protocol/topics";

/** What a pair waits for, in words with the numbers that decide: "z +1.40, enters at ±2.00". */
export function pairWaitText(
  row: Pick<PairRow, "reason" | "state" | "z">,
  parameters: PairsParameters | MakerParameters | undefined,
  strategyState: StrategyState | undefined,
): string {
  const words = pairReasonText[row.reason];
  if (parameters?.kind !== "pairs") return words;
  const z = `z ${formatZ(row.z)}`;
  const { entryZ, exitZ, stopZ, timeoutSeconds, cooldownSeconds, warmUpSeconds } = parameters;
  switch (row.reason) {
    case "insideEntryBand":
      return `${z}, enters at ±${formatRatio(entryZ)}`;
    case "holding":
      return `${z}, exits at ±${formatRatio(exitZ)}, stops at ±${formatRatio(stopZ)} or after ${formatDuration(timeoutSeconds)}`;
    case "warmingUp":
      return `warming up: watches the spread for ${formatDuration(warmUpSeconds)} first`;
    case "coolingDown":
      return `cooling down: waits ${formatDuration(cooldownSeconds)} after a round trip (${z})`;
    case "beyondStop":
      return `${z} is beyond the stop at ±${formatRatio(stopZ)}: waits until it is back`;
    case "strategyNotRunning":
      return `its strategy is ${strategyState === undefined ? "not running" : strategyStateText[strategyState].toLowerCase()} (${z}, would enter at ±${formatRatio(entryZ)})`;
    case "none":
      return row.state === "flat" ? `acting: ${z}` : `${row.state}: ${z}`;
    default:
      return `${words} (${z})`;
  }
}
