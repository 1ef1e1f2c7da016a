import {
  directionOf,
  formatDayTime,
  formatMoney,
  formatPrice,
  formatQuantity,
  formatSignedMoney,
} from "@/components/format/numbers";
import { parentReasonText, sideText } from "@/components/format/words";
import type { Names } from "@/components/terminal/use-reference";
import type { BlotterColumn } from "@/components/ui/blotter";
import { Chip } from "@/components/ui/chip";
import { NumberCell } from "@/components/ui/number-cell";
import type { FillSort, HistoryFill } from "@/protocol/history";

type Column = BlotterColumn<HistoryFill> & { readonly id: FillSort };

/** Columns of the fills of the past; all of them sort on the server. */
export function fillColumns(names: Names): readonly Column[] {
  const columns: readonly Column[] = [
    {
      id: "time",
      title: "Time",
      width: 104,
      cell: (row) => <span className="numeric text-muted">{formatDayTime(row.timeNs, true)}</span>,
    },
    {
      id: "symbol",
      title: "Symbol",
      width: 66,
      cell: (row) => <span className="font-medium">{names.symbol(row.instrument)}</span>,
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
      width: 76,
      align: "right",
      cell: (row) => <NumberCell text={formatQuantity(row.quantity)} />,
    },
    {
      id: "price",
      title: "Price",
      width: 84,
      align: "right",
      cell: (row) => <NumberCell text={formatPrice(row.price, names.decimals(row.instrument))} />,
    },
    { id: "venue", title: "Venue", width: 64, cell: (row) => names.venue(row.venue) },
    { id: "pair", title: "Pair", width: 104, cell: (row) => names.pair(row.pair) },
    { id: "strategy", title: "Strategy", width: 136, grow: 2, cell: (row) => names.strategy(row.strategy) },
    {
      id: "reason",
      title: "Why",
      width: 84,
      cell: (row) =>
        row.broken ? (
          <Chip tone="danger">Broken</Chip>
        ) : (
          <span className="text-muted">{row.reason === null ? "–" : parentReasonText[row.reason]}</span>
        ),
    },
    {
      id: "fee",
      title: "Fee",
      width: 74,
      align: "right",
      cell: (row) => <NumberCell text={formatSignedMoney(-row.fee)} className="text-muted" />,
    },
    {
      id: "realised",
      title: "Realised",
      width: 96,
      align: "right",
      cell: (row) => <NumberCell text={formatSignedMoney(row.realised)} direction={directionOf(row.realised)} />,
    },
    {
      id: "net",
      title: "Net",
      width: 96,
      align: "right",
      cell: (row) => <NumberCell text={formatSignedMoney(row.net)} direction={directionOf(row.net)} />,
    },
    {
      id: "notional",
      title: "Notional",
      width: 92,
      align: "right",
      cell: (row) => <NumberCell text={formatMoney(row.notional)} className="text-muted" />,
    },
  ];
  return columns.map((column) => ({ ...column, sortable: true }));
}
