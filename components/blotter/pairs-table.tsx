"use client";

import Link from "next/link";
import { useMemo } from "react";
import {
  directionOf,
  formatDayTime,
  formatQuantity,
  formatRatio,
  formatSignedMoney,
  formatSignedQuantity,
  formatZ,
} from "@/components/format/numbers";
import { pairStateText } from "@/components/format/words";
import { useLive } from "@/components/live/live-context";
import { useRows } from "@/components/live/use-live";
import { pairWaitText } from "@/components/pairs/pair-words";
import { type Names, useReference } from "@/components/terminal/use-reference";
import { Blotter, type BlotterColumn } from "@/components/ui/blotter";
import { NumberCell } from "@/components/ui/number-cell";
import { EmptyState } from "@/components/ui/panel-frame";
import type { PairRow } from "@/protocol/topics";

const keyOf = (row: PairRow) => row.id;

function columnsOf(names: Names, chosen: number | null): readonly BlotterColumn<PairRow>[] {
  return [
    {
      id: "pair",
      title: "Pair",
      width: 120,
      sortBy: (row) => names.pair(row.id),
      cell: (row) => (
        <Link
          href={`/pairs/${row.id}`}
          prefetch={false}
          tabIndex={-1}
          title={`The page of ${names.pair(row.id)}`}
          className={`font-medium underline-offset-2 hover:underline ${row.id === chosen ? "text-gold" : ""}`}
        >
          {names.pair(row.id)}
        </Link>
      ),
    },
    {
      id: "z",
      title: "z",
      width: 66,
      align: "right",
      sortBy: (row) => Math.abs(row.z),
      cell: (row) => <NumberCell text={formatZ(row.z)} />,
    },
    {
      id: "ratio",
      title: "Ratio",
      width: 66,
      align: "right",
      cell: (row) => <NumberCell text={formatRatio(row.hedgeRatio, 3)} className="text-muted" />,
    },
    {
      id: "state",
      title: "State",
      width: 80,
      sortBy: (row) => row.state,
      cell: (row) => (
        <span className={row.state === "flat" ? "text-muted" : "font-medium text-gold"}>
          {pairStateText[row.state]}
        </span>
      ),
    },
    {
      id: "reason",
      title: "What it waits for",
      width: 160,
      grow: 2,
      cell: (row) => {
        const strategy = names.reference?.pairs[row.id]?.strategy ?? -1;
        const text = pairWaitText(row, names.reference?.strategies[strategy]?.parameters, undefined);
        return (
          <span className="text-muted" title={text}>
            {text}
          </span>
        );
      },
    },
    {
      id: "legA",
      title: "Leg A",
      width: 76,
      align: "right",
      cell: (row) => <NumberCell text={formatSignedQuantity(row.quantityA)} direction={directionOf(row.quantityA)} />,
    },
    {
      id: "legB",
      title: "Leg B",
      width: 76,
      align: "right",
      cell: (row) => <NumberCell text={formatSignedQuantity(row.quantityB)} direction={directionOf(row.quantityB)} />,
    },
    {
      id: "opened",
      title: "Opened",
      width: 80,
      cell: (row) => (
        <span className="numeric text-muted">{row.openedNs === 0 ? "–" : formatDayTime(row.openedNs)}</span>
      ),
    },
    {
      id: "trips",
      title: "Trips",
      width: 56,
      align: "right",
      sortBy: (row) => row.roundTrips,
      cell: (row) => <NumberCell text={formatQuantity(row.roundTrips)} />,
    },
    {
      id: "net",
      title: "Net P&L",
      width: 98,
      align: "right",
      sortBy: (row) => row.net,
      cell: (row) => <NumberCell text={formatSignedMoney(row.net)} direction={directionOf(row.net)} />,
    },
  ];
}

/**
 * Every pair, or those that `only` leaves: how far from its mean, what it holds, what it waits for. Where `onChoose` is
 * given a row chooses its pair; its name leads to the pair's page in any case.
 */
export function PairsTable({
  only,
  chosen = null,
  onChoose,
}: {
  only?: (row: PairRow) => boolean;
  chosen?: number | null;
  onChoose?: (pair: number) => void;
}) {
  const names = useReference();
  const rows = useRows(useLive().stores.pairs);
  const columns = useMemo(() => columnsOf(names, chosen), [names, chosen]);
  return (
    <Blotter
      label="Pairs"
      testId="pairs"
      rows={rows}
      only={only}
      keyOf={keyOf}
      columns={columns}
      initialSort={{ column: "pair", descending: false }}
      {...(onChoose === undefined ? {} : { onOpen: ({ id }: PairRow) => onChoose(id) })}
      empty={<EmptyState title="No pairs">This desk's file names none.</EmptyState>}
    />
  );
}
