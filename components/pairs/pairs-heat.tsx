"use client";

import { memo } from "react";
import { formatSignedMoney, formatZ } from "@/components/format/numbers";
import { pairReasonText, pairStateText } from "@/components/format/words";
import { useLive } from "@/components/live/live-context";
import { useRow, useValue } from "@/components/live/use-live";
import { useDeskView } from "@/components/terminal/desk-view";
import { LivePanel } from "@/components/terminal/live-panel";
import { EmptyState } from "@/components/ui/panel-frame";
import type { ReferencePayload } from "@/protocol/topics";

/** Deviations at which a cell has its full colour. */
const fullColourZ = 4;

/** Every pair's distance from its mean at a glance; each keeps its place. A click shows leg A. */
export function PairsHeat({ className = "" }: { className?: string }) {
  const reference = useValue(useLive().stores.reference);
  return (
    <LivePanel
      title="Pairs, z-score"
      topic="pairs"
      kind="market"
      testId="pairs-heat"
      className={className}
      controls={<span className="column-head ml-1 truncate">◆ holds a position</span>}
    >
      {reference === null || reference.pairs.length === 0 ? (
        <EmptyState title={reference === null ? "Waiting for the pairs" : "This desk has no pairs"} />
      ) : (
        <div className="grid h-full content-start grid-cols-[repeat(auto-fill,minmax(38px,1fr))] gap-px overflow-auto p-1.5">
          {reference.pairs.map((pair) => (
            <HeatCell key={pair.id} pair={pair} />
          ))}
        </div>
      )}
    </LivePanel>
  );
}

const HeatCell = memo(function HeatCell({ pair }: { pair: ReferencePayload["pairs"][number] }) {
  const row = useRow(useLive().stores.pairs, pair.id);
  const select = useDeskView((view) => view.select);
  const z = row?.z ?? 0;
  const share = Math.round(Math.min(1, Math.abs(z) / fullColourZ) * 50);
  const colour = z >= 0 ? "var(--sell)" : "var(--buy)";
  const holds = row !== undefined && row.state !== "flat";
  const text =
    row === undefined
      ? pair.name
      : `${pair.name}: ${pairStateText[row.state]}, ${pairReasonText[row.reason]}, net ${formatSignedMoney(row.net)}`;
  return (
    <button
      type="button"
      title={text}
      aria-label={`${row === undefined ? "–" : formatZ(z, 1)} ${text}`}
      data-testid={`pair-${pair.id}`}
      onClick={() => select(pair.instrumentA)}
      className={`numeric relative h-[19px] rounded-[2px] text-center text-[10.5px] leading-[19px] ${holds ? "outline outline-gold -outline-offset-1" : ""}`}
      style={{
        backgroundColor: `color-mix(in srgb, ${colour} ${share}%, var(--raised))`,
      }}
    >
      {holds && (
        <span aria-hidden className="absolute top-0 left-px text-[6px] leading-[8px]">
          ◆
        </span>
      )}
      {row === undefined ? "–" : formatZ(z, 1)}
    </button>
  );
});
