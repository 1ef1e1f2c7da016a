"use client";

import { useMemo } from "react";
import { formatDayTime } from "@/components/format/numbers";
import { useLive } from "@/components/live/live-context";
import { useRows } from "@/components/live/use-live";
import { type Names, useReference } from "@/components/terminal/use-reference";
import { Blotter, type BlotterColumn } from "@/components/ui/blotter";
import { EmptyState } from "@/components/ui/panel-frame";
import type { Notice } from "@/protocol/topics";

const keyOf = (row: Notice) => row.id;
const severityText: Readonly<Record<Notice["severity"], string>> = {
  info: "● Info",
  warning: "▲ Warning",
  critical: "■ Critical",
};
const severityLook: Readonly<Record<Notice["severity"], string>> = {
  info: "text-muted",
  warning: "text-warning",
  critical: "font-semibold text-danger",
};

function columnsOf(names: Names): readonly BlotterColumn<Notice>[] {
  return [
    {
      id: "time",
      title: "Time",
      width: 110,
      sortBy: (row) => row.id,
      cell: (row) => <span className="numeric text-muted">{formatDayTime(row.timeNs, true)}</span>,
    },
    {
      id: "severity",
      title: "Severity",
      width: 88,
      sortBy: (row) => ({ info: 0, warning: 1, critical: 2 })[row.severity],
      cell: (row) => <span className={severityLook[row.severity]}>{severityText[row.severity]}</span>,
    },
    {
      id: "text",
      title: "What happened",
      width: 360,
      grow: 2,
      cell: (row) => <span title={row.text}>{row.text}</span>,
    },
    {
      id: "strategy",
      title: "Strategy",
      width: 120,
      cell: (row) => <span className="text-muted">{row.strategy === null ? "–" : names.strategy(row.strategy)}</span>,
    },
  ];
}

/** Refusals, commands with their answers, alerts; newest first. */
export function NoticesTable() {
  const names = useReference();
  const rows = useRows(useLive().stores.notices);
  const columns = useMemo(() => columnsOf(names), [names]);
  return (
    <Blotter
      label="Notices"
      testId="notices"
      rows={rows}
      keyOf={keyOf}
      columns={columns}
      initialSort={{ column: "time", descending: true }}
      empty={<EmptyState title="Nothing to tell">Refusals, alerts and every command's answer appear here.</EmptyState>}
    />
  );
}
