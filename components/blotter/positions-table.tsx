"use client";

import { useMemo } from "react";
import {
  directionOf,
  formatMoney,
  formatPrice,
  formatQuantity,
  formatSignedMoney,
  formatSignedQuantity,
} from "@/components/format/numbers";
import { useLive } from "@/components/live/live-context";
import { useRows } from "@/components/live/use-live";
import { type Names, useReference } from "@/components/terminal/use-reference";
import { Blotter, type BlotterColumn } from "@/components/ui/blotter";
import { NumberCell } from "@/components/ui/number-cell";
import type { PositionRow } from "@/protocol/topics";
import { NoRows } from "./no-rows";
import { SymbolLink } from "./symbol-link";

const keyOf = (row: PositionRow) => row.id;

function columnsOf(names: Names): readonly BlotterColumn<PositionRow>[] {
  const money = (id: string, title: string, of: (row: PositionRow) => number): BlotterColumn<PositionRow> => ({
    id,
    title,
    width: 98,
    align: "right",
    sortBy: of,
    cell: (row) => <NumberCell text={formatSignedMoney(of(row))} direction={directionOf(of(row))} />,
  });
  return [
    {
      id: "symbol",
      title: "Symbol",
      width: 84,
      sortBy: (row) => names.symbol(row.id),
      cell: (row) => <SymbolLink instrument={row.id} symbol={names.symbol(row.id)} />,
    },
    {
      id: "quantity",
      title: "Position",
      width: 84,
      align: "right",
      sortBy: (row) => row.quantity,
      cell: (row) => (
        <NumberCell text={formatSignedQuantity(row.quantity)} direction={directionOf(row.quantity)} arrow />
      ),
    },
    {
      id: "average",
      title: "Average",
      width: 88,
      align: "right",
      cell: (row) => <NumberCell text={formatPrice(row.averagePrice, 4)} />,
    },
    {
      id: "market",
      title: "Market",
      width: 84,
      align: "right",
      cell: (row) => <NumberCell text={formatPrice(row.marketPrice, names.decimals(row.id))} />,
    },
    {
      id: "value",
      title: "Value",
      width: 92,
      align: "right",
      sortBy: (row) => Math.abs(row.marketValue),
      cell: (row) => <NumberCell text={formatMoney(row.marketValue)} />,
    },
    money("unrealised", "Unrealised", (row) => row.unrealised),
    money("realised", "Realised", (row) => row.realised),
    {
      id: "fees",
      title: "Fees",
      width: 84,
      align: "right",
      sortBy: (row) => row.fees,
      cell: (row) => <NumberCell text={formatSignedMoney(-row.fees)} className="text-muted" />,
    },
    {
      id: "working",
      title: "Working buy / sell",
      width: 122,
      align: "right",
      cell: (row) => (
        <span className="numeric block truncate text-right text-muted">
          {row.workingBuyQuantity === 0 && row.workingSellQuantity === 0 ? (
            "–"
          ) : (
            <>
              <span className="up">▲ {formatQuantity(row.workingBuyQuantity)}</span> /{" "}
              <span className="down">▼ {formatQuantity(row.workingSellQuantity)}</span>
            </>
          )}
        </span>
      ),
    },
  ];
}

/** Our position in each name, or in those that `only` leaves, with its P&L as the engine counts it. */
export function PositionsTable({ only }: { only?: (row: PositionRow) => boolean }) {
  const names = useReference();
  const rows = useRows(useLive().stores.positions);
  const columns = useMemo(() => columnsOf(names), [names]);
  return (
    <Blotter
      label="Positions"
      testId="positions"
      rows={rows}
      only={only}
      keyOf={keyOf}
      columns={columns}
      initialSort={{ column: "value", descending: true }}
      empty={<NoRows title="No positions">Approve a strategy, and what it holds appears here.</NoRows>}
    />
  );
}
