"use client";

import { type ReactNode, useEffect, useRef } from "react";
import {
  formatDayTime,
  formatMoney,
  formatPrice,
  formatQuantity,
  formatRatio,
  formatSignedBps,
  formatSignedMoney,
  formatSignedQuantity,
  formatZ,
  noValue,
} from "@/components/format/numbers";
import { orderStateText, parentReasonText, sideText, wordsOf } from "@/components/format/words";
import type { Names } from "@/components/terminal/use-reference";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { EmptyState } from "@/components/ui/panel-frame";
import { refusalText } from "@/domain/refusal";
import type { OrderEvent, OrderEventKind, OrderLife, TradeLife } from "@/protocol/history";
import { useAskHistory } from "./ask-history";
import type { OpenLife } from "./history-address";
import { holdingText } from "./trade-columns";

const eventText: Readonly<Record<OrderEventKind, string>> = {
  submitted: "→ Order sent",
  accepted: "← Accepted",
  rejected: "← Rejected",
  replaceSent: "→ Replace sent",
  replaced: "← Replaced",
  replaceRejected: "← Replace refused",
  cancelSent: "→ Cancel sent",
  cancelPending: "← Cancel will follow",
  cancelRejected: "← Cancel refused",
  cancelled: "← Cancelled",
  unknown: "? Fate unknown",
  confirmed: "← Known to the venue",
  lost: "← Never seen by the venue",
  fill: "← Fill",
  fillBroken: "← Fill taken back",
};

/** Beside the list: the life of an order, or a trade with its orders. Escape closes it. */
export function LifePanel({
  open,
  day,
  names,
  onOpen,
  onClose,
}: {
  open: OpenLife;
  day: string | undefined;
  names: Names;
  onOpen: (open: OpenLife) => void;
  onClose: () => void;
}) {
  const closer = useRef<HTMLElement>(null);
  const label = `${open.kind === "order" ? "Order" : "Trade"} ${formatQuantity(open.id)}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another order or trade takes the focus anew
  useEffect(() => closer.current?.focus(), [open.kind, open.id]);
  return (
    <aside
      ref={closer}
      tabIndex={-1}
      aria-label={label}
      data-testid="history-life"
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
      className="absolute inset-0 z-20 flex flex-col overflow-hidden border-line bg-panel outline-none lg:static lg:z-auto lg:w-[440px] lg:shrink-0 lg:rounded-md lg:border"
    >
      <header className="flex h-[34px] shrink-0 items-center gap-2 border-b border-line pr-1.5 pl-3">
        <h2 className="min-w-0 flex-1 truncate text-[12px] font-semibold">{label}</h2>
        <Button
          tone="quiet"
          aria-label="Close"
          data-testid="life-close"
          onClick={onClose}
          className="h-[26px] w-[26px]"
        >
          ✕
        </Button>
      </header>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
        aria-label="Details"
        className="min-h-0 flex-1 overflow-y-auto focus-visible:-outline-offset-2"
      >
        {open.kind === "order" ? (
          <OrderDetails id={open.id} day={day} names={names} />
        ) : (
          <TradeDetails id={open.id} day={day} names={names} onOpen={onOpen} />
        )}
      </section>
    </aside>
  );
}

function pathOf(kind: string, id: number, day: string | undefined): string {
  return `${kind}?${new URLSearchParams({ id: String(id), ...(day === undefined ? {} : { day }) }).toString()}`;
}

function OrderDetails({ id, day, names }: { id: number; day: string | undefined; names: Names }) {
  const { answer: life, error } = useAskHistory<OrderLife>(pathOf("order", id, day));
  if (error !== null) return <EmptyState title="This order cannot be shown">{error}</EmptyState>;
  if (life === null) return <EmptyState title="Reading…" />;
  const decimals = names.decimals(life.instrument);
  const price = (units: number) => formatPrice(units, decimals);
  const { parent, slippage } = life;
  return (
    <>
      <Section title="Order">
        <Line name={<span className={life.side === "buy" ? "up" : "down"}>{sideText[life.side]}</span>}>
          {formatQuantity(life.quantity)} {names.symbol(life.instrument)} at {price(life.price)}
        </Line>
        <Line name="Venue">{names.venue(life.venue)}</Line>
        <Line name="Pair · strategy">{`${names.pair(life.pair)} · ${names.strategy(life.strategy)}`}</Line>
        <Line name="State">
          {orderStateText[life.state]}
          {life.cancelCause === null ? "" : `, ${wordsOf(life.cancelCause)}`}, filled{" "}
          {formatQuantity(life.filledQuantity)}
        </Line>
        <Line name="Terms">{`${wordsOf(life.timeInForce)}${life.postOnly ? ", post only" : ""}`}</Line>
      </Section>
      <Section title="Why">
        {parent === null ? (
          <Line name="Parent">not recorded</Line>
        ) : (
          <>
            <Line name="Reason">{parentReasonText[parent.reason]}</Line>
            <Line name="Signal" testId="life-signal">
              {parent.signal === null ? noValue : formatZ(parent.signal)}
            </Line>
            <Line name="Parent wants">{`${formatQuantity(parent.quantity)} at ${price(parent.limitPrice)} or better`}</Line>
            <Line name="Parent made">{clock(parent.createdNs)}</Line>
            <Line name="Market then">{`${price(parent.arrivalBid)} / ${price(parent.arrivalAsk)}`}</Line>
          </>
        )}
        <Line name="At this order" testId="life-market">{`${price(life.bid)} / ${price(life.ask)}`}</Line>
      </Section>
      <Section title="Gate">
        <Line name={<Chip tone="ok">Approved</Chip>}>{clock(life.submittedNs)}</Line>
        {life.refusals.map((refusal) => (
          <Line key={refusal.factNumber} name={<Chip tone="warning">Refused</Chip>}>
            {clock(refusal.timeNs)} {refusalText(refusal.code, refusal.limit ?? 0, refusal.value ?? 0)}
          </Line>
        ))}
      </Section>
      <Section title="Against the mid at arrival">
        {slippage === null ? (
          <Line name="Slippage">{noValue}</Line>
        ) : (
          <Line name="Slippage, above zero is a cost" testId="life-slippage">
            {formatSignedMoney(slippage.money)} · {formatSignedBps(slippage.bps)} bp
          </Line>
        )}
      </Section>
      <Section title="Messages">
        <ol>
          {life.events.map((event) => (
            <Message key={event.factNumber} event={event} firstNs={life.submittedNs} price={price} />
          ))}
        </ol>
      </Section>
    </>
  );
}

function Message({ event, firstNs, price }: { event: OrderEvent; firstNs: number; price: (units: number) => string }) {
  const { quantity, leavesQuantity, venueTimeNs, detail, kind } = event;
  const parts = [
    quantity === null ? "" : formatQuantity(quantity),
    event.price === null ? "" : `at ${price(event.price)}`,
    leavesQuantity === null ? "" : `leaves ${formatQuantity(leavesQuantity)}`,
    kind === "accepted" || kind === "fill" ? "" : detail === null ? "" : wordsOf(detail),
  ];
  return (
    <li data-testid={`life-${kind}`} className="border-b border-line/40 px-3 py-1.5 last:border-0">
      <div className="flex items-baseline gap-2">
        <span className="font-medium">{eventText[kind]}</span>
        <span className="numeric min-w-0 flex-1 truncate">{parts.filter((part) => part !== "").join(" ")}</span>
        <span className="numeric shrink-0 text-muted">+{formatRatio((event.timeNs - firstNs) / 1e6, 3)} ms</span>
      </div>
      <div className="mt-0.5 flex gap-3 text-[10.5px] text-muted">
        <span>
          here <span className="numeric">{clock(event.timeNs)}</span>
        </span>
        {venueTimeNs !== null && (
          <span>
            venue <span className="numeric">{clock(venueTimeNs)}</span>
          </span>
        )}
        {detail !== null && (kind === "accepted" || kind === "fill") && (
          <span className="truncate">
            {kind === "fill" ? "match" : "reference"} <span className="numeric">{detail}</span>
          </span>
        )}
      </div>
    </li>
  );
}

function TradeDetails({
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
  const { answer: life, error } = useAskHistory<TradeLife>(pathOf("trade", id, day));
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

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-b border-line py-1.5 last:border-0">
      <h3 className="column-head px-3 py-0.5">{title}</h3>
      {children}
    </section>
  );
}

function Line({ name, testId, children }: { name: ReactNode; testId?: string; children: ReactNode }) {
  return (
    <div className="flex items-baseline gap-2 px-3 py-0.5">
      <span className="w-[124px] shrink-0 text-muted">{name}</span>
      <span data-testid={testId} className="numeric min-w-0 flex-1 whitespace-normal">
        {children}
      </span>
    </div>
  );
}

/** A time of the day with microseconds. */
function clock(ns: number): string {
  return `${formatDayTime(ns, true)}${String(Math.floor(ns / 1_000) % 1_000).padStart(3, "0")}`;
}
