import { formatDuration, formatMoney, formatQuantity, formatRatio } from "@/components/format/numbers";
import type { MakerParameters, PairsParameters, StrategyLimits } from "@/domain/desk";

/** A name and its value, for a table people read before they approve. */
export type ParameterLine = readonly [name: string, value: string];

/** A strategy's parameters in words. */
export function parameterLines(parameters: PairsParameters | MakerParameters): readonly ParameterLine[] {
  if (parameters.kind === "pairs")
    return [
      ["Pairs", formatQuantity(parameters.pairs.length)],
      ["Enters at", `${formatRatio(parameters.entryZ)} σ`],
      ["Exits at", `${formatRatio(parameters.exitZ)} σ`],
      ["Stops at", `${formatRatio(parameters.stopZ)} σ`],
      ["Gives up after", formatDuration(parameters.timeoutSeconds)],
      ["Waits after a trip", formatDuration(parameters.cooldownSeconds)],
      ["Size of a leg", formatMoney(parameters.legNotional)],
      ["Memory of the spread", formatDuration(parameters.statisticsHalfLifeSeconds)],
      [
        "Memory of the ratio",
        parameters.hedgeHalfLifeSeconds === 0 ? "research's ratio" : formatDuration(parameters.hedgeHalfLifeSeconds),
      ],
      ["Warm-up", formatDuration(parameters.warmUpSeconds)],
      ["Chases a leg", `${formatRatio(parameters.chaseBpsMax, 1)} bp, ${formatDuration(parameters.chaseSecondsMax)}`],
    ];
  return [
    ["Instruments", formatQuantity(parameters.instruments.length)],
    ["Quote quantity", formatQuantity(parameters.quoteQuantity)],
    ["Inventory at most", formatQuantity(parameters.inventoryQuantityMax)],
    ["Quotes from a spread of", `${formatRatio(parameters.spreadBpsMin, 1)} bp`],
    ["Replaces when off by", `${formatQuantity(parameters.requoteTicks)} ticks`],
    ["Replaces at most every", `${formatRatio(parameters.requoteSecondsMin, 1)} s`],
  ];
}

/** A strategy's limits in words. */
export function limitLines(limits: StrategyLimits): readonly ParameterLine[] {
  return [
    ["Gross exposure at most", formatMoney(limits.grossExposureMax)],
    ["Position in a name at most", formatQuantity(limits.positionQuantityMax)],
  ];
}
