"use client";

import { useCallback, useMemo } from "react";
import { formatAge, formatDayTime, formatPrice, formatQuantity } from "@/components/format/numbers";
import { orderStateText, parentReasonText, sideText, wordsOf } from "@/components/format/words";
import { useLifeView } from "@/components/history/life-view";
import { useLive } from "@/components/live/live-context";
import { useTicking } from "@/components/live/use-freshness";
import { useRows } from "@/components/live/use-live";
import { KillButton } from "@/components/risk/kill-button";
import { useCommand } from "@/components/terminal/use-command";
import { type Names, useReference } from "@/components/terminal/use-reference";
import { Blotter, type BlotterColumn } from "@/components/ui/blotter";
import { Button } from "@/components/ui/button";
import { NumberCell } from "@/components/ui/number-cell";
import { isOpen, type OrderState } from "@/domain/order";
import type { OrderRow } from "@/protocol/topics";
import { NoRows } from "./no-rows";
import { SymbolLink } from "./symbol-link";

const keyOf = (row: OrderRow) => row.id;
const stateLook: Readonly<Record<OrderState, string>> = {
  none: "text-muted",
  pending: "text-gold",
  working: "text-ok",
  cancelling: "text-warning",
  filled: "text-text",
  cancelled: "text-muted",
  rejected: "text-danger",
  lost: "text-danger",
  partlyFilled: "text-ok",
  replacing: "text-gold",
  unknown: "text-danger",
  expired: "text-muted",
  broken: "text-danger",
};

function columnsOf(names: Names): readonly BlotterColumn<OrderRow>[] {
  return [
    {
      id: "time",
      title: "Sent",
      width: 110,
      sortBy: (row) => row.submittedNs,
      cell: (row) => <span className="numeric text-muted">{formatDayTime(row.submittedNs, true)}</span>,
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
      id: "filled",
      title: "Filled / of",
      width: 92,
      align: "right",
      sortBy: (row) => row.quantity,
      cell: (row) => <NumberCell text={`${formatQuantity(row.filledQuantity)} / ${formatQuantity(row.quantity)}`} />,
    },
    {
      id: "price",
      title: "Price",
      width: 78,
      align: "right",
      cell: (row) => <NumberCell text={formatPrice(row.price, names.decimals(row.instrument))} />,
    },
    { id: "venue", title: "Venue", width: 58, cell: (row) => names.venue(row.venue) },
    {
      id: "strategy",
      title: "Pair · strategy",
      width: 124,
      grow: 3,
      cell: (row) => `${row.pair < 0 ? "" : `${names.pair(row.pair)} · `}${names.strategy(row.strategy)}`,
    },
    {
      id: "why",
      title: "Why",
      width: 108,
      cell: (row) => (
        <span className="text-muted">
          {parentReasonText[row.reason]}
          {row.timeInForce === "immediateOrCancel" ? " · IOC" : row.postOnly ? " · post" : ""}
        </span>
      ),
    },
    {
      id: "age",
      title: "Age",
      width: 58,
      align: "right",
      cell: (row) => <OrderAge order={row} />,
    },
    {
      id: "state",
      title: "State",
      width: 84,
      sortBy: (row) => (isOpen(row.state) ? 1e18 : 0) + row.submittedNs,
      cell: (row) => (
        <span
          className={`font-medium ${stateLook[row.state]}`}
          title={row.cancelCause === null ? undefined : `by ${wordsOf(row.cancelCause)}`}
          data-testid={`order-${row.id}-state`}
        >
          {orderStateText[row.state]}
        </span>
      ),
    },
    {
      id: "cancel",
      title: "",
      width: 116,
      pinned: true,
      cell: (row) => (
        <span className="flex gap-1">
          <CancelButton order={row} symbol={names.symbol(row.instrument)} />
          <KillButton
            scope="order"
            target={row.id}
            testId={`order-${row.id}-kill`}
            blocked={isOpen(row.state) ? null : finalText(row)}
            className="h-[19px] text-[11px]"
          >
            Kill…
          </KillButton>
        </span>
      ),
    },
  ];
}

function OrderAge({ order }: { order: OrderRow }) {
  const { replica } = useLive();
  const open = isOpen(order.state);
  const text = useTicking(() => {
    const now = replica.engineNowNs();
    return !open || now === null ? "–" : formatAge((now - order.submittedNs) / 1e6);
  }, "–");
  return <NumberCell text={text} className="text-muted" />;
}

/** How an order ended, and who ended it. */
function finalText({ state, cancelCause }: OrderRow): string {
  return `Final: ${orderStateText[state].toLowerCase()}${cancelCause === null ? "" : ` by ${wordsOf(cancelCause)}`}`;
}

function CancelButton({ order, symbol }: { order: OrderRow; symbol: string }) {
  const command = useCommand();
  const blocked = isOpen(order.state)
    ? order.state === "cancelling"
      ? "A cancel is on its way"
      : null
    : finalText(order);
  return (
    <Button
      blocked={blocked}
      aria-label={`Cancel order ${order.id} in ${symbol}`}
      data-testid={`order-${order.id}-cancel`}
      onClick={() =>
        command({ command: "cancelOrder", scope: "order", target: order.id, reason: "" }, `${order.id} in ${symbol}`)
      }
      className="h-[19px] text-[11px]"
    >
      Cancel
    </Button>
  );
}

/** Working orders first, each with its cancel; then, unless not wanted, the last finished ones. */
export function OrdersTable({
  workingOnly,
  only,
}: {
  workingOnly: boolean;
  /** Leaves out other rows. Give a function that stays the same. */
  only?: (row: OrderRow) => boolean;
}) {
  const names = useReference();
  const rows = useRows(useLive().stores.orders);
  const wanted = useCallback(
    (row: OrderRow) => (only === undefined || only(row)) && (!workingOnly || isOpen(row.state)),
    [workingOnly, only],
  );
  const columns = useMemo(() => columnsOf(names), [names]);
  const openOrder = useLifeView((view) => view.openOrder);
  return (
    <Blotter
      label="Orders"
      testId="orders"
      rows={rows}
      only={wanted}
      keyOf={keyOf}
      columns={columns}
      onOpen={(row) => openOrder(row.id)}
      initialSort={{ column: "state", descending: true }}
      empty={<NoRows title="No orders">A running strategy's orders appear here the moment they are sent.</NoRows>}
    />
  );
}
