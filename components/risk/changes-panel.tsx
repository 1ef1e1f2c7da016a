"use client";

import { useMemo } from "react";
import { formatDayTime, formatQuantity } from "@/components/format/numbers";
import { useLive } from "@/components/live/live-context";
import { useRows } from "@/components/live/use-live";
import { LivePanel } from "@/components/terminal/live-panel";
import { Blotter, type BlotterColumn } from "@/components/ui/blotter";
import { EmptyState } from "@/components/ui/panel-frame";
import type { RiskEvent } from "@/protocol/topics";
import { riskEventText, riskEventWho } from "./risk-event-words";
import { useScopeName } from "./use-scope-name";

const keyOf = (row: RiskEvent) => row.id;
const newestFirst = { column: "time", descending: true } as const;

/** Changes of limits and modes: what, from which record on, who and why. */
export function ChangesPanel({ className = "" }: { className?: string }) {
  const rows = useRows(useLive().stores.riskEvents);
  const nameOf = useScopeName();
  const columns = useMemo<readonly BlotterColumn<RiskEvent>[]>(
    () => [
      {
        id: "time",
        title: "When",
        width: 76,
        sortBy: (row) => row.id,
        cell: (row) => <span className="numeric text-muted">{formatDayTime(row.timeNs)}</span>,
      },
      {
        id: "what",
        title: "What",
        width: 190,
        grow: 3,
        cell: (row) => {
          const record = row.kind === "limit" ? `, from record ${formatQuantity(row.record)}` : "";
          const text = `${riskEventText(row, nameOf(row.scope, row.target))}${record}`;
          return <span title={`${text}; ${riskEventWho(row)}`}>{text}</span>;
        },
      },
      {
        id: "who",
        title: "Who and why",
        width: 104,
        grow: 2,
        cell: (row) => <span title={riskEventWho(row)}>{riskEventWho(row)}</span>,
      },
    ],
    [nameOf],
  );
  return (
    <LivePanel title="Changes" topic="riskLog" testId="risk-changes" className={className}>
      <Blotter
        label="Changes of limits and modes"
        testId="risk-changes-rows"
        rows={rows}
        keyOf={keyOf}
        columns={columns}
        initialSort={newestFirst}
        empty={<EmptyState title="No changes today">Limits and modes stand as the desk file has them.</EmptyState>}
      />
    </LivePanel>
  );
}
