"use client";

import { memo } from "react";
import { directionOf, formatAge, formatBps, formatPrice, formatSignedBps, noValue } from "@/components/format/numbers";
import { wordsOf } from "@/components/format/words";
import { useLive } from "@/components/live/live-context";
import { useTicking } from "@/components/live/use-freshness";
import { useRow } from "@/components/live/use-live";
import { NumberCell } from "@/components/ui/number-cell";
import { SparkLine } from "./spark-line";

/** One name of the watch list: renders only when its own row changes. */
export const WatchLine = memo(function WatchLine({
  instrument,
  symbol,
  decimals,
  synthetic,
}: {
  instrument: number;
  symbol: string;
  decimals: number;
  synthetic: boolean;
}) {
  const row = useRow(useLive().stores.watch, instrument);
  const direction = directionOf(row?.changeBps);
  const closed = row !== undefined && row.status !== "trading" && row.status !== "unknown";
  return (
    <div className="watch-columns grid h-full items-center text-[11.5px]">
      <span className="flex min-w-0 items-center gap-1 pl-3 font-medium">
        <span className="truncate" title={synthetic ? `${symbol}, synthetic name` : symbol}>
          {symbol}
        </span>
        {row?.killed === true && <Mark text="K" title="Killed: no new orders in this name" />}
        {closed && <Mark text="H" title={wordsOf(row.status)} />}
      </span>
      <NumberCell text={formatPrice(row?.lastPrice ?? 0, decimals)} className="pr-1.5" />
      <NumberCell text={formatSignedBps(row?.changeBps ?? null)} direction={direction} arrow className="pr-1.5" />
      <NumberCell text={formatPrice(row?.bidPrice ?? 0, decimals)} className="pr-1.5" />
      <NumberCell text={formatPrice(row?.askPrice ?? 0, decimals)} className="pr-1.5" />
      <NumberCell text={formatBps(row?.spreadBps ?? null)} className="pr-1 text-muted" />
      <RowAge instrument={instrument} />
      <span className="pl-1">
        <SparkLine instrument={instrument} />
      </span>
    </div>
  );
});

function Mark({ text, title }: { text: string; title: string }) {
  return (
    <span title={title} className="shrink-0 rounded-sm bg-danger px-0.5 text-[9px] font-bold text-bg">
      {text}
    </span>
  );
}

/** How long ago this name's book or tape last changed, by the engine's clock. */
function RowAge({ instrument }: { instrument: number }) {
  const { stores, replica } = useLive();
  const text = useTicking(() => {
    const changed = stores.watch.get(instrument)?.changedNs ?? 0;
    const now = replica.engineNowNs();
    return changed === 0 || now === null ? noValue : formatAge((now - changed) / 1e6);
  }, noValue);
  return <NumberCell text={text} className="pr-1 text-faint" />;
}
