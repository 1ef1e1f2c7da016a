import { formatAge, formatQuantity, formatSignedBps, formatSignedMoney, noValue } from "@/components/format/numbers";
import type { LifeFill, OrderLife, Slippage } from "@/protocol/history";
import { Section } from "./life-lines";

/** Marks later than this are said to be late. */
const lateNsMax = 100_000_000;

/** What the fills cost against the mid at arrival and 1, 10, 60 seconds after each: the order, then fill by fill. */
export function LifeCost({ life, price }: { life: OrderLife; price: (units: number) => string }) {
  const { fills, slippage, markOuts } = life;
  if (fills.length === 0)
    return (
      <Section title="Against the mid">
        <p className="px-3 py-0.5 text-muted">Nothing was filled.</p>
      </Section>
    );
  const missing = markOuts.filter((markOut) => markOut.missing > 0);
  return (
    <Section
      title={
        <>
          Against the mid, in bp <span className="normal-case">· above zero is a cost, below a gain</span>
        </>
      }
      testId="life-cost"
    >
      <table className="mx-3 my-1 w-[calc(100%-24px)] table-fixed text-[11px]">
        <thead className="column-head">
          <tr>
            <th className="w-[31%] text-left font-normal">Fill</th>
            <th className="text-right font-normal">Arrival</th>
            {markOuts.map(({ horizonSeconds }) => (
              <th key={horizonSeconds} className="text-right font-normal">
                +{horizonSeconds} s
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr className="border-t border-line/40 font-medium" data-testid="life-slippage">
            <td>Order, bp</td>
            <Bps cost={slippage} testId="life-cost-arrival" />
            {markOuts.map(({ horizonSeconds, slippage: cost }) => (
              <Bps key={horizonSeconds} cost={cost} testId={`life-cost-${horizonSeconds}`} />
            ))}
          </tr>
          <tr>
            <td className="text-muted">Order, money</td>
            <Money cost={slippage} />
            {markOuts.map(({ horizonSeconds, slippage: cost }) => (
              <Money key={horizonSeconds} cost={cost} />
            ))}
          </tr>
          {fills.map((fill) => (
            <FillRow
              key={fill.id}
              fill={fill}
              price={price}
              horizons={markOuts.map(({ horizonSeconds }) => horizonSeconds)}
            />
          ))}
        </tbody>
      </table>
      {missing.length > 0 && (
        <p className="px-3 pb-1 text-[10.5px] text-muted" data-testid="life-cost-missing">
          No mark yet, or a side was empty: fills{" "}
          {missing.map((markOut) => `${markOut.missing} of ${fills.length} at +${markOut.horizonSeconds} s`).join(", ")}
        </p>
      )}
    </Section>
  );
}

function FillRow({
  fill,
  horizons,
  price,
}: {
  fill: LifeFill;
  horizons: readonly number[];
  price: (units: number) => string;
}) {
  return (
    <tr className="border-t border-line/40" data-testid="life-cost-fill">
      <td className="numeric truncate text-muted">
        {formatQuantity(fill.quantity)} at {price(fill.price)}
        {fill.broken ? ", taken back" : ""}
      </td>
      <Bps cost={fill.arrival} />
      {horizons.map((seconds) => {
        const mark = fill.marks.find(({ horizonSeconds }) => horizonSeconds === seconds);
        if (mark === undefined) return <Bps key={seconds} cost={null} title="not due yet, or not recorded" />;
        const late = mark.lateNs > lateNsMax ? `, read ${formatAge(mark.lateNs / 1e6)} late` : "";
        const market = mark.bid === 0 || mark.ask === 0 ? "a side was empty: " : "";
        const title = `${market}${price(mark.bid)} / ${price(mark.ask)}${late}`;
        return <Bps key={seconds} cost={mark.slippage} title={title} late={late !== ""} />;
      })}
    </tr>
  );
}

function Bps({
  cost,
  testId,
  title,
  late = false,
}: {
  cost: Slippage | null;
  testId?: string;
  title?: string;
  late?: boolean;
}) {
  return (
    <td className="numeric text-right" data-testid={testId} data-bps={cost?.bps} title={title}>
      {cost === null ? noValue : formatSignedBps(cost.bps)}
      {late && <span className="text-warning"> late</span>}
    </td>
  );
}

function Money({ cost }: { cost: Slippage | null }) {
  return (
    <td className="numeric text-right text-muted" data-units={cost?.money}>
      {cost === null ? noValue : formatSignedMoney(cost.money)}
    </td>
  );
}
