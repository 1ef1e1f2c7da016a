import {
  formatBps,
  formatPrice,
  formatQuantity,
  formatRatio,
  formatSignedQuantity,
  formatZ,
  noValue,
} from "@/components/format/numbers";
import { parentReasonText } from "@/components/format/words";
import type { Names } from "@/components/terminal/use-reference";
import type { LifeSignal, OrderLife } from "@/protocol/history";
import { clock, Line, Section } from "./life-lines";

/** Why there is an order: what the strategy wished, and the signal values it saw. */
export function LifeWhy({ life, names, price }: { life: OrderLife; names: Names; price: (units: number) => string }) {
  const { parent } = life;
  if (parent === null)
    return (
      <Section title="Why">
        <Line name="Parent">not recorded</Line>
      </Section>
    );
  return (
    <Section title="Why" testId="life-why">
      <Line name="Reason">{parentReasonText[parent.reason]}</Line>
      {parent.seen === null ? (
        <Line name="Signal" testId="life-signal">
          {parent.signal === null ? noValue : formatZ(parent.signal)}
        </Line>
      ) : (
        <Seen seen={parent.seen} pair={life.pair} names={names} price={price} />
      )}
      <Line name="Parent wants">{`${formatQuantity(parent.quantity)} at ${price(parent.limitPrice)} or better`}</Line>
      <Line name="Parent made">{clock(parent.createdNs)}</Line>
      <Line name="Market then">{`${price(parent.arrivalBid)} / ${price(parent.arrivalAsk)}`}</Line>
      <Line name="At this order" testId="life-market">{`${price(life.bid)} / ${price(life.ask)}`}</Line>
    </Section>
  );
}

function Seen({
  seen,
  pair,
  names,
  price,
}: {
  seen: LifeSignal;
  pair: number;
  names: Names;
  price: (units: number) => string;
}) {
  if (seen.kind === "quote")
    return (
      <>
        <Line name="Spread" testId="life-signal">
          {formatBps(seen.spreadBps)} bp, quotes from {formatBps(seen.spreadBpsMin)} bp
        </Line>
        <Line name="Best prices">
          {formatQuantity(seen.bidQuantity)} × {price(seen.bid)} / {price(seen.ask)} ×{" "}
          {formatQuantity(seen.askQuantity)}
        </Line>
        <Line name="Inventory">
          {formatSignedQuantity(seen.inventoryQuantity)} of at most {formatQuantity(seen.inventoryQuantityMax)}
        </Line>
        <Line name="Rests">{seen.behind === 0 ? "at the best price" : `${price(seen.behind)} behind it`}</Line>
      </>
    );
  const spec = names.reference?.pairs[pair];
  const mid = (instrument: number | undefined, units: number) =>
    instrument === undefined ? formatPrice(units, 3) : `${names.symbol(instrument)} ${formatPrice(units, 3)}`;
  return (
    <>
      <Line name="z-score" testId="life-signal">
        {formatZ(seen.z)}
      </Line>
      <Line name="Bands">
        enters ±{formatRatio(seen.entryZ)}, exits ±{formatRatio(seen.exitZ)}, stops ±{formatRatio(seen.stopZ)}
      </Line>
      <Line name="Spread">{formatRatio(seen.spread, 5)}</Line>
      <Line name="Mean · deviation">
        {formatRatio(seen.mean, 5)} · {formatRatio(seen.deviation, 5)}
      </Line>
      <Line name="Hedge ratio">{formatRatio(seen.hedgeRatio, 4)}</Line>
      <Line name="Mids">
        {mid(spec?.instrumentA, seen.midA)} · {mid(spec?.instrumentB, seen.midB)}
      </Line>
    </>
  );
}
