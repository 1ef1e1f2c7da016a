import { formatDayTime, formatMoney, formatPrice, formatQuantity, formatRatio } from "@/components/format/numbers";
import { Chip } from "@/components/ui/chip";
import { refusalText } from "@/domain/refusal";
import type { Judged, LifeApproval, OrderLife } from "@/protocol/history";
import { clock, Line, Section } from "./life-lines";

/** What the gate said of the order and its replaces, with the numbers it judged by, and what it refused meanwhile. */
export function LifeGate({ life, price }: { life: OrderLife; price: (units: number) => string }) {
  const [first, ...later] = life.approvals;
  return (
    <Section title="Gate" testId="life-gate">
      <Line name={<Chip tone="ok">Approved</Chip>}>{clock(life.submittedNs)}</Line>
      {first !== undefined && <ApprovalTable approval={first} price={price} />}
      {later.map((approval) => (
        <details key={approval.factNumber} className="px-3 py-0.5" data-testid="life-approval-later">
          <summary className="numeric cursor-pointer rounded-sm hover:text-text">
            <Chip tone="ok">Approved</Chip> replace to {price(approval.price.value)}, {clock(approval.timeNs)}
          </summary>
          <ApprovalTable approval={approval} price={price} />
        </details>
      ))}
      {life.refusals.map((refusal) => (
        <Line key={refusal.factNumber} name={<Chip tone="warning">Refused</Chip>}>
          {clock(refusal.timeNs)} {refusalText(refusal.code, refusal.limit ?? 0, refusal.value ?? 0)}
        </Line>
      ))}
    </Section>
  );
}

function ApprovalTable({ approval, price }: { approval: LifeApproval; price: (units: number) => string }) {
  const { quantity, notional, position, strategyPosition, grossExposure, strategyGrossExposure, dataAgeNs } = approval;
  const money = (amount: number) => formatMoney(amount);
  const milliseconds = (ns: number) => (ns >= 1e9 ? `${formatRatio(ns / 1e9, 1)} s` : `${formatRatio(ns / 1e6, 3)} ms`);
  const rows: readonly (readonly [string, Judged | null, (value: number) => string])[] = [
    ["Quantity", quantity, formatQuantity],
    ["Notional", notional, money],
    ["Position, at worst", position, formatQuantity],
    ["Strategy's position", strategyPosition, formatQuantity],
    ["Exposure, at worst", grossExposure, money],
    ["Strategy's exposure", strategyGrossExposure, money],
    ["Age of the data", dataAgeNs, milliseconds],
  ];
  return (
    <table className="mx-3 my-1 w-[calc(100%-24px)] text-[11px]" data-testid="life-approval">
      <thead className="column-head">
        <tr>
          <th className="text-left font-normal">{formatDayTime(approval.timeNs)}</th>
          <th className="text-right font-normal">Was</th>
          <th className="text-right font-normal">At most</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, judged, text]) => (
          <tr key={name} className="border-t border-line/40">
            <td className="text-muted">{name}</td>
            {judged === null ? (
              <td colSpan={2} className="text-right text-faint">
                not asked
              </td>
            ) : (
              <>
                <td className="numeric text-right">{text(judged.value)}</td>
                <td className="numeric text-right text-muted">{text(judged.limit)}</td>
              </>
            )}
          </tr>
        ))}
        <tr className="border-t border-line/40">
          <td className="text-muted">Price in its collar</td>
          <td className="numeric text-right">{price(approval.price.value)}</td>
          <td className="numeric text-right whitespace-nowrap text-muted">
            {formatPrice(approval.price.low)} – {formatPrice(approval.price.high)}
          </td>
        </tr>
      </tbody>
    </table>
  );
}
