import {
  directionOf,
  formatDayTime,
  formatDuration,
  formatMoney,
  formatQuantity,
  formatSignedMoney,
  formatSignedQuantity,
  formatZ,
  noValue,
} from "@/components/format/numbers";
import { parentReasonText } from "@/components/format/words";
import type { Names } from "@/components/terminal/use-reference";
import type { BlotterColumn } from "@/components/ui/blotter";
import { Chip } from "@/components/ui/chip";
import { NumberCell } from "@/components/ui/number-cell";
import type { HistoryTrade, TradeSort } from "@/protocol/history";

type Column = BlotterColumn<HistoryTrade> & { readonly id: TradeSort | "legs" };

/** Columns of closed round trips; all but the legs sort on the server. */
export function tradeColumns(names: Names): readonly Column[] {
  const columns: readonly Column[] = [
    {
      id: "time",
      title: "Closed",
      width: 82,
      cell: (row) => <span className="numeric text-muted">{formatDayTime(row.closedNs)}</span>,
    },
    {
      id: "holding",
      title: "Held",
      width: 66,
      align: "right",
      cell: (row) => <NumberCell text={holdingText(row)} className="text-muted" />,
    },
    {
      id: "pair",
      title: "Pair",
      width: 104,
      cell: (row) => <span className="font-medium">{names.pair(row.pair)}</span>,
    },
    {
      id: "side",
      title: "Spread",
      width: 78,
      cell: (row) => (
        <span className={row.side === "buy" ? "up" : "down"}>{row.side === "buy" ? "▲ Bought" : "▼ Sold"}</span>
      ),
    },
    { id: "legs", title: "Legs, at entry", width: 158, grow: 2, cell: (row) => legsText(row, names) },
    { id: "exit", title: "Ended by", width: 76, cell: (row) => parentReasonText[row.exitReason] },
    {
      id: "gross",
      title: "Gross",
      width: 92,
      align: "right",
      cell: (row) => <NumberCell text={formatSignedMoney(row.gross)} direction={directionOf(row.gross)} />,
    },
    {
      id: "fees",
      title: "Fees",
      width: 74,
      align: "right",
      cell: (row) => <NumberCell text={formatSignedMoney(-row.fees)} className="text-muted" />,
    },
    {
      id: "net",
      title: "Net",
      width: 92,
      align: "right",
      cell: (row) => <NumberCell text={formatSignedMoney(row.net)} direction={directionOf(row.net)} />,
    },
    {
      id: "entryZ",
      title: "z in",
      width: 60,
      align: "right",
      cell: (row) => <NumberCell text={row.entryZ === null ? noValue : formatZ(row.entryZ)} />,
    },
    {
      id: "exitZ",
      title: "z out",
      width: 60,
      align: "right",
      cell: (row) => <NumberCell text={row.exitZ === null ? noValue : formatZ(row.exitZ)} />,
    },
    { id: "strategy", title: "Strategy", width: 130, cell: (row) => names.strategy(row.strategy) },
    {
      id: "opened",
      title: "Opened",
      width: 82,
      cell: (row) =>
        row.openedNs === null ? (
          <Chip tone="neutral">Carried</Chip>
        ) : (
          <span className="numeric text-muted">{formatDayTime(row.openedNs)}</span>
        ),
    },
    {
      id: "fills",
      title: "Fills",
      width: 52,
      align: "right",
      cell: (row) => <NumberCell text={formatQuantity(row.fills)} className="text-muted" />,
    },
    {
      id: "turnover",
      title: "Turnover",
      width: 94,
      align: "right",
      cell: (row) => <NumberCell text={formatMoney(row.turnover)} className="text-muted" />,
    },
  ];
  return columns.map((column) => ({ ...column, sortable: column.id !== "legs" }));
}

/** How long a trade was held, in words. */
export function holdingText({ holdingNs }: HistoryTrade): string {
  return holdingNs === null ? noValue : formatDuration(Math.round(holdingNs / 1e9));
}

/** The legs in the order of the pair's name. */
function legsText({ legs, pair }: HistoryTrade, names: Names): string {
  const first = names.reference?.pairs[pair]?.instrumentA;
  return legs
    .toSorted((a, b) => Number(b.instrument === first) - Number(a.instrument === first))
    .map(({ instrument, entryQuantity, exitQuantity }) => {
      const quantity = entryQuantity === 0 ? -exitQuantity : entryQuantity;
      return `${names.symbol(instrument)} ${formatSignedQuantity(quantity)}`;
    })
    .join(" · ");
}
