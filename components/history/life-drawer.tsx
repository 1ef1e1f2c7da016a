"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect } from "react";
import { formatDayTime, formatPrice, formatQuantity } from "@/components/format/numbers";
import { orderStateText, parentReasonText, sideText } from "@/components/format/words";
import { type Names, useReference } from "@/components/terminal/use-reference";
import type { Side } from "@/domain/order";
import { LifeFrame } from "./life-panel";
import { type LifeShown, useLifeView } from "./life-view";
import { OrderDetails } from "./order-details";

/**
 * The life of an order beside whatever page it was opened from. Goes with the page; the focus goes back to where it
 * was. On a narrow screen it covers the page and leaves the bars, HALT among them, in sight.
 */
export function LifeDrawer() {
  const shown = useLifeView((view) => view.shown);
  const close = useLifeView((view) => view.close);
  const names = useReference();
  const path = usePathname();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes it
  useEffect(() => close, [path, close]);
  if (shown === null) return null;
  return (
    <LifeFrame
      label={shown.kind === "order" ? `Order ${formatQuantity(shown.id)}` : shown.title}
      testId="life-drawer"
      onClose={close}
      controls={
        <Link
          href={shown.kind === "order" ? `/history?open=order-${shown.id}` : shown.address}
          className="rounded px-1.5 py-1 text-[11px] text-muted hover:bg-raised hover:text-text"
        >
          In the history
        </Link>
      }
      className="absolute inset-y-0 right-0 z-20 w-full shadow-2xl lg:w-[460px] lg:border-l"
    >
      {shown.kind === "order" ? (
        <OrderDetails id={shown.id} day={undefined} names={names} />
      ) : (
        <Choice {...shown} names={names} />
      )}
    </LifeFrame>
  );
}

function Choice({ fills, orders, names }: Extract<LifeShown, { kind: "choice" }> & { names: Names }) {
  if (fills.length === 0 && orders.length === 0)
    return <p className="p-3 text-muted">These orders are no longer on this page; the history has them.</p>;
  return (
    <ul>
      {fills.map((fill) => (
        <Choosable
          key={`f${fill.id}`}
          order={fill.order}
          timeNs={fill.timeNs}
          side={fill.side}
          text={`${formatQuantity(fill.quantity)} ${names.symbol(fill.instrument)} at ${formatPrice(fill.price, names.decimals(fill.instrument))}`}
          note={parentReasonText[fill.reason]}
        />
      ))}
      {orders.map((order) => (
        <Choosable
          key={`o${order.id}`}
          order={order.id}
          timeNs={order.submittedNs}
          side={order.side}
          text={`${formatQuantity(order.quantity)} ${names.symbol(order.instrument)} at ${formatPrice(order.price, names.decimals(order.instrument))}`}
          note={`${parentReasonText[order.reason]}, ${orderStateText[order.state].toLowerCase()}`}
        />
      ))}
    </ul>
  );
}

function Choosable({
  order,
  timeNs,
  side,
  text,
  note,
}: {
  order: number;
  timeNs: number;
  side: Side;
  text: string;
  note: string;
}) {
  const openOrder = useLifeView((view) => view.openOrder);
  return (
    <li>
      <button
        type="button"
        data-testid="life-choice"
        onClick={() => openOrder(order)}
        className="flex w-full items-baseline gap-2 border-b border-line/40 px-3 py-1.5 text-left hover:bg-raised focus-visible:-outline-offset-2"
      >
        <span className="numeric text-muted">{formatDayTime(timeNs, true)}</span>
        <span className={side === "buy" ? "up" : "down"}>{sideText[side]}</span>
        <span className="numeric min-w-0 flex-1 truncate">{text}</span>
        <span className="text-muted">{note}</span>
      </button>
    </li>
  );
}
