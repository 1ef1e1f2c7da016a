"use client";

import Link from "next/link";
import { useState } from "react";
import { PairChart, PairChartLegend } from "@/components/chart/pair-chart";
import { useLive } from "@/components/live/live-context";
import { useCount } from "@/components/live/use-live";
import { PairStrip } from "@/components/pairs/pair-strip";
import { LivePanel } from "@/components/terminal/live-panel";
import { useReference } from "@/components/terminal/use-reference";
import { EmptyState } from "@/components/ui/panel-frame";

/** More than any z-score: who holds a position comes before who is flat. */
const beforeFlat = 1_000;

/**
 * The pair whose spread a strategy's page shows, and how to choose another. Before somebody chooses: the one that holds
 * a position, else the one furthest from its mean, as it was when the page opened. Null while no pair is known.
 */
export function useStrategyPair(strategy: number): readonly [number | null, (pair: number) => void] {
  const { pairs } = useLive().stores;
  const { reference } = useReference();
  const [choice, setChoice] = useState<{ readonly strategy: number; readonly pair: number } | null>(null);
  const chosen = choice?.strategy === strategy ? choice.pair : null;
  // Its number plus one; 0 while there is none, and once one is chosen.
  const first = useCount(pairs, () => {
    if (chosen !== null || reference === null) return 0;
    const own = pairs.rows().filter(({ id }) => reference.pairs[id]?.strategy === strategy);
    const rankOf = (row: (typeof own)[number]) => (row.state === "flat" ? 0 : beforeFlat) + Math.abs(row.z);
    return own.length === 0 ? 0 : own.reduce((best, row) => (rankOf(row) > rankOf(best) ? row : best)).id + 1;
  });
  if (first > 0) setChoice({ strategy, pair: first - 1 });
  return [chosen, (pair) => setChoice({ strategy, pair })];
}

/** The spread of one of a strategy's pairs with its bands, z below it, our entries and exits, and under them its legs. */
export function StrategySpread({
  strategy,
  pair,
  onChoose,
  className,
}: {
  strategy: number;
  pair: number | null;
  onChoose: (pair: number) => void;
  className: string;
}) {
  const { reference } = useReference();
  const spec = pair === null ? undefined : reference?.pairs[pair];
  const parameters = reference?.strategies[strategy]?.parameters;
  const pairsParameters = parameters?.kind === "pairs" ? parameters : null;
  return (
    <LivePanel
      title="Spread"
      topic={pair === null ? "pairs" : `pair:${pair}`}
      kind="market"
      testId="strategy-spread"
      className={className}
      controls={
        <>
          <select
            aria-label="Whose spread"
            data-testid="strategy-pair"
            value={pair ?? ""}
            onChange={(event) => onChoose(Number(event.target.value))}
            className="h-[22px] w-[124px] shrink-0 rounded border border-line bg-sunken px-1 text-[11.5px]"
          >
            {(reference?.pairs ?? [])
              .filter((each) => each.strategy === strategy)
              .toSorted((a, b) => a.name.localeCompare(b.name))
              .map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
          </select>
          <PairChartLegend parameters={pairsParameters} brief />
          <span className="flex-1" />
          {spec !== undefined && (
            <Link
              href={`/pairs/${spec.id}`}
              prefetch={false}
              className="shrink-0 rounded px-1.5 py-0.5 text-[11px] text-muted hover:bg-raised hover:text-text"
            >
              Page ›
            </Link>
          )}
        </>
      }
    >
      {spec === undefined || reference === null ? (
        <EmptyState title="Waiting for its pairs" />
      ) : (
        <div className="flex h-full flex-col">
          <div className="min-h-0 flex-1">
            <PairChart
              key={spec.id}
              pair={spec.id}
              name={spec.name}
              parameters={pairsParameters}
              dayStartSeconds={Date.parse(`${reference.tradingDay}T00:00:00Z`) / 1_000}
            />
          </div>
          <PairStrip pair={spec.id} />
        </div>
      )}
    </LivePanel>
  );
}
