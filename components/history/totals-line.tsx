import {
  type Direction,
  directionOf,
  formatMoney,
  formatQuantity,
  formatSignedMoney,
} from "@/components/format/numbers";
import type { FillTotals, TradeTotals } from "@/protocol/history";

type Figure = { readonly name: string; readonly text: string; readonly units: number; readonly direction?: Direction };

const signed = (name: string, units: number): Figure => ({
  name,
  text: formatSignedMoney(units),
  units,
  direction: directionOf(units),
});
const count = (name: string, units: number): Figure => ({ name, text: formatQuantity(units), units });

function figuresOf(totals: FillTotals | TradeTotals): readonly Figure[] {
  if ("turnover" in totals)
    return [
      count("Trades", totals.count),
      count("Won", totals.won),
      count("Fills", totals.fills),
      { name: "Turnover", text: formatMoney(totals.turnover, 2), units: totals.turnover },
      signed("Gross", totals.gross),
      { name: "Fees", text: formatSignedMoney(-totals.fees), units: totals.fees },
      signed("Net", totals.net),
    ];
  return [
    count("Fills", totals.count),
    ...(totals.broken === 0 ? [] : [count("Broken, not counted", totals.broken)]),
    count("Quantity", totals.quantity),
    { name: "Notional", text: formatMoney(totals.notional, 2), units: totals.notional },
    { name: "Fees", text: formatSignedMoney(-totals.fees), units: totals.fees },
    signed("Realised", totals.realised),
    signed("Net", totals.net),
  ];
}

/** What everything that the filter lets through comes to, not only the rows on the screen. */
export function TotalsLine({ totals }: { totals: FillTotals | TradeTotals | null }) {
  return (
    <dl
      data-testid="history-totals"
      aria-label="Totals of all rows of the filter"
      className="flex min-h-[34px] shrink-0 flex-wrap items-center gap-x-5 gap-y-0.5 border-t border-line bg-raised px-3 py-1 whitespace-nowrap"
    >
      {totals !== null &&
        figuresOf(totals).map(({ name, text, units, direction = "flat" }) => (
          <div key={name} className="flex items-baseline gap-1.5">
            <dt className="text-[10.5px] text-muted">{name}</dt>
            <dd
              data-testid={`total-${name.toLowerCase().split(",")[0]}`}
              data-units={units}
              className={`numeric font-semibold ${direction === "flat" ? "" : direction}`}
            >
              {text}
            </dd>
          </div>
        ))}
    </dl>
  );
}
