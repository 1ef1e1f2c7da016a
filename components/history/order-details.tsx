"use client";

import { formatPrice, formatQuantity } from "@/components/format/numbers";
import { orderStateText, sideText, wordsOf } from "@/components/format/words";
import type { Names } from "@/components/terminal/use-reference";
import { EmptyState } from "@/components/ui/panel-frame";
import type { OrderLife } from "@/protocol/history";
import { useAskHistory } from "./ask-history";
import { LifeCost } from "./life-cost";
import { LifeGate } from "./life-gate";
import { Line, Section } from "./life-lines";
import { LifeMessages } from "./life-messages";
import { lifePath } from "./life-path";
import { LifeWhy } from "./life-why";

/** The life of one order: what it is, why, what the gate said, what it cost, and every message. */
export function OrderDetails({ id, day, names }: { id: number; day: string | undefined; names: Names }) {
  const { answer: life, error } = useAskHistory<OrderLife>(lifePath("order", id, day));
  if (error !== null) return <EmptyState title="This order cannot be shown">{error}</EmptyState>;
  if (life === null) return <EmptyState title="Reading…" />;
  const decimals = names.decimals(life.instrument);
  const price = (units: number) => formatPrice(units, decimals);
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
      <LifeWhy life={life} names={names} price={price} />
      <LifeCost life={life} price={price} />
      <LifeMessages life={life} names={names} price={price} />
      <LifeGate life={life} price={price} />
    </>
  );
}
