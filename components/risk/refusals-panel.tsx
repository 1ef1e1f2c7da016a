"use client";

import { useMemo, useState } from "react";
import { formatDayTime, formatQuantity, formatUtcClock } from "@/components/format/numbers";
import { useLive } from "@/components/live/live-context";
import { refusalKey } from "@/components/live/topic-stores";
import { useTicking } from "@/components/live/use-freshness";
import { useRows, useSeriesVersion, useTopics } from "@/components/live/use-live";
import { LivePanel } from "@/components/terminal/live-panel";
import { useReference } from "@/components/terminal/use-reference";
import { Blotter, type BlotterColumn } from "@/components/ui/blotter";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/panel-frame";
import type { RefusalMinute } from "@/protocol/topics";
import { type RefusalLine, refusalLines, refusalsByMinute, refusalTitle } from "./refusal-words";

const topics = ["refusals"] as const;
const keyOf = (row: RefusalLine) => row.key;
const mostFirst = { column: "count", descending: true } as const;

type Hour = { readonly minutes: readonly RefusalMinute[]; readonly nowSeconds: number };

/** The last hour's minutes, made anew when some came and as the hour moves on. */
function useRefusalHour(): Hour {
  const { stores, replica } = useLive();
  const version = useSeriesVersion(stores.refusalMinutes);
  const { reference } = useReference();
  const startSeconds = reference === null ? null : Date.parse(`${reference.tradingDay}T00:00:00Z`) / 1_000;
  const nowSeconds = useTicking(() => {
    const now = replica.engineNowNs();
    return now === null || startSeconds === null ? 0 : Math.floor((startSeconds + now / 1e9) / 60) * 60;
  }, 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says that the points changed
  return useMemo(() => ({ minutes: [...stores.refusalMinutes.points], nowSeconds }), [stores, version, nowSeconds]);
}

/** What the gate refused: by minute over the last hour, and by strategy and reason with the last one's numbers. */
export function RefusalsPanel({ className = "" }: { className?: string }) {
  useTopics(topics);
  const { stores } = useLive();
  const names = useReference();
  const rows = useRows(stores.refusals);
  const last = useRows(stores.lastRefusals);
  const [only, setOnly] = useState<RefusalLine | null>(null);
  const hour = useRefusalHour();
  const lines = useMemo(() => refusalLines(rows), [rows]);
  const lastOf = useMemo(
    () => new Map(last.map((notice) => [refusalKey(notice.strategy, notice.refusal), notice])),
    [last],
  );
  const columns = useMemo<readonly BlotterColumn<RefusalLine>[]>(
    () => [
      {
        id: "strategy",
        title: "Strategy",
        width: 128,
        sortBy: (row) => names.strategy(row.strategy),
        cell: (row) => <span className="font-medium">{names.strategy(row.strategy)}</span>,
      },
      {
        id: "reason",
        title: "Reason",
        width: 196,
        sortBy: (row) => refusalTitle[row.reason],
        cell: (row) => refusalTitle[row.reason],
      },
      {
        id: "count",
        title: "Today",
        width: 62,
        align: "right",
        sortBy: (row) => row.count,
        cell: (row) => <span className="numeric">{formatQuantity(row.count)}</span>,
      },
      {
        id: "hour",
        title: "Last hour",
        width: 132,
        cell: (row) => <HourSpark counts={refusalsByMinute(hour.minutes, hour.nowSeconds, row)} />,
      },
      {
        id: "last",
        title: "The last one",
        width: 300,
        grow: 3,
        cell: (row) => {
          const last = lastOf.get(row.key);
          if (last === undefined) return <span className="text-faint">–</span>;
          return (
            <span title={last.text}>
              <span className="numeric mr-2 text-muted">{formatDayTime(last.timeNs)}</span>
              {last.text}
            </span>
          );
        },
      },
    ],
    [names, hour, lastOf],
  );
  const counts = refusalsByMinute(hour.minutes, hour.nowSeconds, only);
  const sum = counts.reduce((all, count) => all + count, 0);
  return (
    <LivePanel
      title="Refusals"
      topic="risk"
      testId="risk-refusals"
      className={className}
      controls={
        only === null ? undefined : (
          <Button tone="quiet" onClick={() => setOnly(null)} className="h-[21px] min-w-0 px-1.5 text-[11px]">
            <span className="truncate">
              {names.strategy(only.strategy)}, {refusalTitle[only.reason].toLowerCase()} ✕
            </span>
          </Button>
        )
      }
    >
      <div className="flex h-full flex-col">
        <HourChart counts={counts} sum={sum} nowSeconds={hour.nowSeconds} />
        <div className="min-h-0 flex-1 border-t border-line">
          <Blotter
            label="Refusals by strategy and reason"
            testId="risk-refusal-rows"
            rows={lines}
            keyOf={keyOf}
            columns={columns}
            initialSort={mostFirst}
            onOpen={setOnly}
            empty={<EmptyState title="No refusals today">What the gate refuses appears here, by reason.</EmptyState>}
          />
        </div>
      </div>
    </LivePanel>
  );
}

function HourChart({ counts, sum, nowSeconds }: { counts: readonly number[]; sum: number; nowSeconds: number }) {
  const clock = (seconds: number) => (nowSeconds === 0 ? "–" : formatUtcClock(seconds * 1_000).slice(0, 5));
  return (
    <figure className="flex shrink-0 items-end gap-3 px-3 pt-2 pb-1" data-testid="refusals-hour" data-sum={sum}>
      <figcaption className="w-[124px] shrink-0">
        <span className="column-head block">Last hour</span>
        <span className="numeric block text-[16px] leading-tight font-semibold">{formatQuantity(sum)}</span>
        <span className="text-[10.5px] whitespace-nowrap text-muted">
          most in a minute <span className="numeric">{formatQuantity(Math.max(...counts))}</span>
        </span>
      </figcaption>
      <div className="min-w-0 flex-1">
        <svg
          viewBox="0 0 240 40"
          preserveAspectRatio="none"
          role="img"
          aria-label={`Refusals by the minute: ${formatQuantity(sum)} in the last hour`}
          className="block h-[48px] w-full"
        >
          <path d="M0 39.5H240" className="stroke-line" vectorEffect="non-scaling-stroke" />
          <path d={barsPath(counts, 4, 40)} className="stroke-warning" strokeWidth={3} />
        </svg>
        <p className="numeric flex justify-between text-[10px] text-faint">
          <span>{clock(nowSeconds - 59 * 60)}</span>
          <span>{clock(nowSeconds - 30 * 60)}</span>
          <span>{clock(nowSeconds)}</span>
        </p>
      </div>
    </figure>
  );
}

function HourSpark({ counts }: { counts: readonly number[] }) {
  return (
    <svg viewBox="0 0 120 14" aria-hidden className="block h-[14px] w-[116px]">
      <path d="M0 13.5H120" className="stroke-line" />
      <path d={barsPath(counts, 2, 14)} className="stroke-warning" strokeWidth={1.6} />
    </svg>
  );
}

/** A bar for each count that is not 0, `step` wide, the largest as high as there is room above the base line. */
function barsPath(counts: readonly number[], step: number, height: number): string {
  const most = Math.max(1, ...counts);
  return counts
    .map((count, place) => {
      const up = Math.max(1.5, (count / most) * (height - 2));
      return count === 0 ? "" : `M${place * step + step / 2} ${height - 1}v${-up.toFixed(1)}`;
    })
    .join("");
}
