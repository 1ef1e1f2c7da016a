"use client";

import { PnlCurve } from "@/components/chart/pnl-curve";
import { directionOf, formatMoney, formatShortMoney, formatSignedMoney } from "@/components/format/numbers";
import { useLive } from "@/components/live/live-context";
import { useTopic, useValue } from "@/components/live/use-live";
import { LivePanel } from "@/components/terminal/live-panel";
import { useReference } from "@/components/terminal/use-reference";
import type { DeskPayload } from "@/protocol/topics";

/** The day's P&L: net, its parts, exposure against its limit, and the curve. */
export function PnlPanel({ className = "" }: { className?: string }) {
  const desk = useValue(useLive().stores.desk);
  const { reference } = useReference();
  useTopic("pnl");
  return (
    <LivePanel title="Day P&L" topic="desk" testId="pnl" className={className}>
      <div className="flex h-full flex-col">
        <div className="flex items-end justify-between gap-3 px-3 pt-2">
          <p className="flex items-baseline gap-1.5">
            <span
              data-testid="pnl-net"
              className={`numeric text-[21px] leading-none font-semibold ${netLook(desk?.net ?? 0)}`}
            >
              {desk === null ? "–" : formatSignedMoney(desk.net)}
            </span>
            <span className="text-muted">{reference?.currency ?? ""}</span>
          </p>
          <Exposure desk={desk} />
        </div>
        <dl className="grid grid-cols-3 gap-2 px-3 pt-1.5 pb-1">
          <Part name="Realised" amount={desk?.realised ?? null} />
          <Part name="Unrealised" amount={desk?.unrealised ?? null} />
          <Part name="Fees" amount={desk === null ? null : -desk.fees} />
        </dl>
        <div className="min-h-[56px] flex-1">
          <PnlCurve strategy={-1} />
        </div>
      </div>
    </LivePanel>
  );
}

function netLook(net: number): string {
  const direction = directionOf(net);
  return direction === "up" ? "up" : direction === "down" ? "down" : "";
}

function Part({ name, amount }: { name: string; amount: number | null }) {
  return (
    <div className="min-w-0">
      <dt className="column-head">{name}</dt>
      <dd className={`numeric truncate text-[11.5px] ${amount === null ? "" : netLook(amount)}`}>
        {amount === null ? "–" : formatSignedMoney(amount)}
      </dd>
    </div>
  );
}

/** Gross exposure as a bar of its limit. */
function Exposure({ desk }: { desk: DeskPayload | null }) {
  const share = desk === null || desk.grossExposureMax === 0 ? 0 : desk.grossExposure / desk.grossExposureMax;
  return (
    <div
      className="w-[128px]"
      title={
        desk === null
          ? undefined
          : `Gross ${formatMoney(desk.grossExposure)} of ${formatMoney(desk.grossExposureMax)}, net ${formatMoney(desk.netExposure)}`
      }
    >
      <p className="flex justify-between gap-2">
        <span className="column-head">Gross</span>
        <span className="numeric text-[10.5px]">
          {desk === null ? "–" : `${formatShortMoney(desk.grossExposure)} / ${formatShortMoney(desk.grossExposureMax)}`}
        </span>
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: a meter element cannot be styled alike in every browser */}
      <div
        className="mt-1 h-[4px] rounded-full bg-raised"
        role="meter"
        aria-label="Gross exposure of its limit"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
      >
        <div
          className={`h-full origin-left rounded-full ${share > 0.9 ? "bg-danger" : share > 0.7 ? "bg-warning" : "bg-muted"}`}
          style={{ transform: `scaleX(${Math.min(1, share)})` }}
        />
      </div>
    </div>
  );
}
