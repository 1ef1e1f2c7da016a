"use client";

import { formatPrice, formatQuantity, formatUtcClock } from "@/components/format/numbers";
import { orderStateText, sideText, wordsOf } from "@/components/format/words";
import type { Names } from "@/components/terminal/use-reference";
import { EmptyState } from "@/components/ui/panel-frame";
import { isOpen } from "@/domain/order";
import type { OrderLife } from "@/protocol/history";
import { useAskHistory } from "./ask-history";
import { LifeCost } from "./life-cost";
import { LifeGate } from "./life-gate";
import { Line, Section } from "./life-lines";
import { LifeMessages } from "./life-messages";
import { lifePath } from "./life-path";
import { LifeWhy } from "./life-why";

/** An order of today that the database does not have yet, that is open, or whose marks are not all there goes on. */
function isSettled(life: OrderLife | null): boolean {
  return life !== null && !isOpen(life.state) && life.markOuts.every(({ missing }) => missing === 0);
}

/** The life of one order: what it is, why, what the gate said, what it cost, and every message. */
export function OrderDetails({ id, day, names }: { id: number; day: string | undefined; names: Names }) {
  const path = lifePath("order", id, day);
  const { answer: life, error, askedMs } = useAskHistory<OrderLife>(path, day === undefined ? isSettled : undefined);
  if (error !== null) return <EmptyState title="This order cannot be shown">{error}</EmptyState>;
  if (life === null) return <EmptyState title="Reading…" />;
  const decimals = names.decimals(life.instrument);
  const price = (units: number) => formatPrice(units, decimals);
  return (
    <>
      <Section title={`Order · as of ${formatUtcClock(askedMs)}`}>
        <Line name={<span className={life.side === "buy" ? "up" : "down"}>{sideText[life.side]}</span>}>
          {formatQuantity(life.quantity)} {names.symbol(life.instrument)} at {price(life.price)}
        </Line>
        <Line name="Venue">{names.venue(life.venue)}</Line>
        {life.pair >= 0 && <Line name="Pair">{names.pair(life.pair)}</Line>}
        <Line name="Strategy">{names.strategy(life.strategy)}</Line>
        <Line name="State">
          {orderStateText[life.state]}
          {life.cancelCause === null ? "" : `, ${wordsOf(life.cancelCause)}`}: {formatQuantity(life.filledQuantity)} of{" "}
          {formatQuantity(life.quantity)} filled
        </Line>
        <Line name="Terms">{`${wordsOf(life.timeInForce)}${life.postOnly ? ", post only" : ""}`}</Line>
      </Section>
      <LifeWhy life={life} names={names} price={price} />
      <LifeCost life={life} price={price} />
      <LifeMessages life={life} names={names} price={price} />
      <LifeGate life={life} price={price} />
    </>
  );
}
