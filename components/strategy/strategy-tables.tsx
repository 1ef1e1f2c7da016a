"use client";

import { useMemo } from "react";
import { formatDayTime, formatQuantity } from "@/components/format/numbers";
import { useLive } from "@/components/live/live-context";
import { useRow, useRows, useTopic } from "@/components/live/use-live";
import { refusalLines, refusalTitle } from "@/components/risk/refusal-words";
import { Blotter, type BlotterColumn } from "@/components/ui/blotter";
import { EmptyState } from "@/components/ui/panel-frame";
import type { Notice, StrategyEvent } from "@/protocol/topics";
import { eventWords } from "./strategy-event-words";

const keyOf = (row: { readonly id: number }) => row.id;
const newestFirst = { column: "time", descending: true } as const;

const eventColumns: readonly BlotterColumn<StrategyEvent>[] = [
  {
    id: "time",
    title: "When",
    width: 78,
    sortBy: (row) => row.id,
    cell: (row) => <span className="numeric text-muted">{formatDayTime(row.timeNs)}</span>,
  },
  {
    id: "what",
    title: "What",
    width: 130,
    cell: (row) => {
      const { what } = eventWords(row);
      return (
        <span className={row.kind === "state" ? "font-medium" : ""} title={what}>
          {what}
        </span>
      );
    },
  },
  { id: "who", title: "Who", width: 90, cell: (row) => <span className="text-muted">{eventWords(row).who}</span> },
  {
    id: "why",
    title: "Why",
    width: 140,
    grow: 3,
    cell: (row) => <span title={eventWords(row).why}>{eventWords(row).why}</span>,
  },
];

/** Who did what to a strategy, when and why, newest first. The `strategy:` topic is the caller's to hold. */
export function StrategyEvents({ id }: { id: number }) {
  const { stores } = useLive();
  const rows = useRows(useMemo(() => stores.strategyTrail(id).events, [stores, id]));
  return (
    <Blotter
      label="History of the strategy"
      testId="strategy-events"
      rows={rows}
      keyOf={keyOf}
      columns={eventColumns}
      initialSort={newestFirst}
      empty={<EmptyState title="Nothing happened yet">Approvals, pauses and kills appear here.</EmptyState>}
    />
  );
}

const refusalColumns: readonly BlotterColumn<Notice>[] = [
  {
    id: "time",
    title: "Time",
    width: 110,
    sortBy: (row) => row.id,
    cell: (row) => <span className="numeric text-muted">{formatDayTime(row.timeNs, true)}</span>,
  },
  {
    id: "reason",
    title: "Reason",
    width: 150,
    sortBy: (row) => (row.refusal === null ? "" : refusalTitle[row.refusal]),
    cell: (row) => (row.refusal === null ? "–" : refusalTitle[row.refusal]),
  },
  {
    id: "text",
    title: "What the gate said",
    width: 360,
    grow: 3,
    cell: (row) => <span title={row.text}>{row.text}</span>,
  },
];

/** What the gate refused a strategy: how often today for each reason, then the last ones with their numbers, newest first. */
export function StrategyRefusals({ id }: { id: number }) {
  const { stores } = useLive();
  const rows = useRows(useMemo(() => stores.strategyTrail(id).refusals, [stores, id]));
  return (
    <div className="flex h-full flex-col">
      <RefusalCounts id={id} />
      <div className="min-h-0 flex-1">
        <RefusalRows rows={rows} />
      </div>
    </div>
  );
}

/** How often today, by reason, most first. */
function RefusalCounts({ id }: { id: number }) {
  useTopic("risk");
  const row = useRow(useLive().stores.refusals, id);
  const lines = refusalLines(row === undefined ? [] : [row]);
  if (lines.length === 0) return null;
  return (
    <p
      data-testid="strategy-refusal-counts"
      className="flex h-[26px] shrink-0 items-center gap-x-4 overflow-x-auto border-b border-line px-3 whitespace-nowrap"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too
      tabIndex={0}
    >
      {lines.map(({ key, reason, count }) => (
        <span key={key}>
          <span className="text-muted">{refusalTitle[reason]}</span>{" "}
          <span className="numeric font-semibold">{formatQuantity(count)}</span>
        </span>
      ))}
    </p>
  );
}

function RefusalRows({ rows }: { rows: readonly Notice[] }) {
  const isReplay = useLive().mode === "replay";
  return (
    <Blotter
      label={isReplay ? "What the strategy would do" : "Refusals"}
      testId="strategy-refusals"
      rows={rows}
      keyOf={keyOf}
      columns={refusalColumns}
      initialSort={newestFirst}
      empty={
        isReplay ? (
          <EmptyState title="No wishes yet">
            Approve the strategy: what it would buy and sell appears here, and nothing is sent.
          </EmptyState>
        ) : (
          <EmptyState title="No refusals">The gate refused this strategy nothing today.</EmptyState>
        )
      }
    />
  );
}
