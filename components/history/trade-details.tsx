"use client";

import {
  formatDayTime,
  formatMoney,
  formatPrice,
  formatQuantity,
  formatSignedMoney,
  formatSignedQuantity,
  formatZ,
} from "@/components/format/numbers";
import { orderStateText, parentReasonText, sideText } from "@/components/format/words";
import type { Names } from "@/components/terminal/use-reference";
import { EmptyState } from "@/components/ui/panel-frame";
import type { TradeLife } from "@/protocol/history";
import { useAskHistory } from "./ask-history";
import type { OpenLife } from "./history-address";
import { clock, Line, Section } from "./life-lines";
import { lifePath } from "./life-path";
import { holdingText } from "./trade-columns";

/** A trade with the orders that made it, each a button to its own life. */
export function TradeDetails({
  id,
  day,
  names,
  onOpen,
}: {
  id: number;
  day: string | undefined;
  names: Names;
  onOpen: (open: OpenLife) => void;
}) {
  const { answer: life, error } = useAskHistory<TradeLife>(lifePath("trade", id, day));
  if (error !== null) return <EmptyState title="This trade cannot be shown">{error}</EmptyState>;
  if (life === null) return <EmptyState title="Reading…" />;
  const { trade, orders } = life;
  return (
    <>
      <Section title="Trade">
        <Line name="Pair · strategy">{`${names.pair(trade.pair)} · ${names.strategy(trade.strategy)}`}</Line>
        <Line name="Spread">{trade.side === "buy" ? "▲ Bought" : "▼ Sold"}</Line>
        <Line name="In">
          {trade.openedNs === null ? "carried in from the day before" : clock(trade.openedNs)}
          {trade.entryZ === null ? "" : `, z ${formatZ(trade.entryZ)}`}
        </Line>
        <Line name="Out">
          {clock(trade.closedNs)}
          {trade.exitZ === null ? "" : `, z ${formatZ(trade.exitZ)}`}, {parentReasonText[trade.exitReason]}
        </Line>
        <Line name="Held">{holdingText(trade)}</Line>
        <Line name="Gross · fees · net" testId="life-net">
          {formatSignedMoney(trade.gross)} · {formatSignedMoney(-trade.fees)} · {formatSignedMoney(trade.net)}
        </Line>
      </Section>
      <Section title="Legs">
        {trade.legs.map((leg) => (
          <Line key={leg.instrument} name={names.symbol(leg.instrument)}>
            {formatSignedQuantity(leg.entryQuantity)} for {formatMoney(Math.abs(leg.entryValue), 2)}, out for{" "}
            {formatMoney(Math.abs(leg.exitValue), 2)}: {formatSignedMoney(leg.realised)}
          </Line>
        ))}
      </Section>
      <Section title="Orders">
        <ul>
          {orders.map((order) => (
            <li key={order.id}>
              <button
                type="button"
                data-testid="life-order"
                onClick={() => onOpen({ kind: "order", id: order.id })}
                className="flex w-full items-baseline gap-2 border-b border-line/40 px-3 py-1.5 text-left hover:bg-raised focus-visible:-outline-offset-2"
              >
                <span className="numeric text-muted">{formatDayTime(order.submittedNs, true)}</span>
                <span className={order.side === "buy" ? "up" : "down"}>{sideText[order.side]}</span>
                <span className="numeric min-w-0 flex-1 truncate">
                  {formatQuantity(order.quantity)} {names.symbol(order.instrument)} at{" "}
                  {formatPrice(order.price, names.decimals(order.instrument))}
                </span>
                <span className="text-muted">{orderStateText[order.state]}</span>
              </button>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}
