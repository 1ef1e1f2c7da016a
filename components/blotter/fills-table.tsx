"use client";

import Link from "next/link";
import { useMemo } from "react";
import {
  directionOf,
  formatDayTime,
  formatPrice,
  formatQuantity,
  formatSignedMoney,
} from "@/components/format/numbers";
import { parentReasonText, sideText } from "@/components/format/words";
import { useLifeView } from "@/components/history/life-view";
import { useLive } from "@/components/live/live-context";
import { useRows } from "@/components/live/use-live";
import { type Names, useReference } from "@/components/terminal/use-reference";
import { Blotter, type BlotterColumn } from "@/components/ui/blotter";
import { Chip } from "@/components/ui/chip";
import { NumberCell } from "@/components/ui/number-cell";
import { EmptyState } from "@/components/ui/panel-frame";
import type { FillRow } from "@/protocol/topics";
import { NoRows } from "./no-rows";
import { SymbolLink } from "./symbol-link";

const keyOf = (row: FillRow) => row.id;

function columnsOf(names: Names): readonly BlotterColumn<FillRow>[] {
  return [
    {
      id: "time",
      title: "Time",
      width: 110,
      sortBy: (row) => row.timeNs,
      cell: (row) => <span className="numeric text-muted">{formatDayTime(row.timeNs, true)}</span>,
    },
    {
      id: "symbol",
      title: "Symbol",
      width: 66,
      sortBy: (row) => names.symbol(row.instrument),
      cell: (row) => <SymbolLink instrument={row.instrument} symbol={names.symbol(row.instrument)} />,
    },
    {
      id: "side",
      title: "Side",
      width: 68,
      cell: (row) => <span className={row.side === "buy" ? "up" : "down"}>{sideText[row.side]}</span>,
    },
    {
      id: "quantity",
      title: "Quantity",
      width: 74,
      align: "right",
      sortBy: (row) => row.quantity,
      cell: (row) => <NumberCell text={formatQuantity(row.quantity)} />,
    },
    {
      id: "price",
      title: "Price",
      width: 82,
      align: "right",
      cell: (row) => <NumberCell text={formatPrice(row.price, names.decimals(row.instrument))} />,
    },
    { id: "venue", title: "Venue", width: 62, cell: (row) => names.venue(row.venue) },
    {
      id: "strategy",
      title: "Pair · strategy",
      width: 150,
      grow: 2,
      cell: (row) => `${row.pair < 0 ? "" : `${names.pair(row.pair)} · `}${names.strategy(row.strategy)}`,
    },
    {
      id: "why",
      title: "Why",
      width: 96,
      cell: (row) =>
        row.broken ? (
          <Chip tone="danger">Broken</Chip>
        ) : (
          <span className="text-muted">{parentReasonText[row.reason]}</span>
        ),
    },
    {
      id: "fee",
      title: "Fee",
      width: 74,
      align: "right",
      sortBy: (row) => row.fee,
      cell: (row) => <NumberCell text={formatSignedMoney(-row.fee)} className="text-muted" />,
    },
    {
      id: "realised",
      title: "Realised",
      width: 98,
      align: "right",
      sortBy: (row) => row.realised,
      cell: (row) => <NumberCell text={formatSignedMoney(row.realised)} direction={directionOf(row.realised)} />,
    },
  ];
}

/**
 * The last fills, newest first. `only` leaves out others and must stay the same function; where none of the last is
 * left, `older` is the address of the history that has the others.
 */
export function FillsTable({ only, older }: { only?: (row: FillRow) => boolean; older?: string }) {
  const names = useReference();
  const rows = useRows(useLive().stores.fills);
  const columns = useMemo(() => columnsOf(names), [names]);
  const openOrder = useLifeView((view) => view.openOrder);
  return (
    <Blotter
      label="Fills"
      testId="fills"
      rows={rows}
      only={only}
      keyOf={keyOf}
      columns={columns}
      onOpen={(row) => openOrder(row.order)}
      initialSort={{ column: "time", descending: true }}
      empty={
        older === undefined || rows.length === 0 ? (
          <NoRows title="No fills yet">Each fill appears here once, as the venue reported it.</NoRows>
        ) : (
          <EmptyState title={`None among the desk's last ${formatQuantity(rows.length)} fills`}>
            <Link href={older} prefetch={false} className="underline underline-offset-2">
              Older ones are in the history
            </Link>
          </EmptyState>
        )
      }
    />
  );
}
