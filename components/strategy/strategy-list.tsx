"use client";

import Link from "next/link";
import { memo } from "react";
import { directionOf, formatAge, formatQuantity, formatSignedMoney } from "@/components/format/numbers";
import { strategyStateText } from "@/components/format/words";
import { useLive } from "@/components/live/live-context";
import { useTicking } from "@/components/live/use-freshness";
import { useRow, useSelected, useValue } from "@/components/live/use-live";
import { LivePanel } from "@/components/terminal/live-panel";
import { Chip, type ChipTone } from "@/components/ui/chip";
import { NumberCell } from "@/components/ui/number-cell";
import { EmptyState } from "@/components/ui/panel-frame";
import type { StrategyState } from "@/domain/strategy";
import type { DeskPayload, ReferencePayload, StrategyRow } from "@/protocol/topics";
import { StrategyButtons } from "./strategy-buttons";

/** The colour of each state; the word beside it says the same. */
export const stateTone: Readonly<Record<StrategyState, ChipTone>> = {
  stopped: "neutral",
  starting: "gold",
  running: "ok",
  paused: "warning",
  stopping: "warning",
  killed: "danger",
  failed: "danger",
};

const template =
  "@min-[470px]:grid-cols-[minmax(70px,1fr)_80px_84px_258px] @min-[630px]:grid-cols-[minmax(84px,1fr)_80px_88px_46px_46px_260px] grid-cols-[1fr_auto] gap-y-1.5 @min-[470px]:gap-y-0";

const headLook = [
  "",
  "",
  "pr-2 text-right",
  "hidden pr-2 text-right @min-[630px]:block",
  "hidden pr-2 text-right @min-[630px]:block",
  "pl-2.5",
] as const;

/** Every strategy with its state, its money and the buttons that start and stop it. */
export function StrategyList({ className = "" }: { className?: string }) {
  const reference = useValue(useLive().stores.reference);
  return (
    <LivePanel title="Strategies" topic="strategies" testId="strategies" className={className}>
      <div className="@container flex h-full flex-col overflow-auto">
        <div
          className={`column-head sticky top-0 z-10 hidden h-[22px] shrink-0 items-center border-b border-line bg-panel px-3 @min-[470px]:grid ${template}`}
        >
          {["Strategy", "State", "Net P&L", "Pairs", "Orders", "Actions"].map((title, index) => (
            <span key={title} className={headLook[index]}>
              {title}
            </span>
          ))}
        </div>
        {reference === null ? (
          <EmptyState title="Waiting for the strategies" />
        ) : reference.strategies.length === 0 ? (
          <EmptyState title="This desk has no strategies">Add one to the desk file and start again.</EmptyState>
        ) : (
          reference.strategies.map((strategy) => <StrategyLine key={strategy.id} strategy={strategy} />)
        )}
      </div>
    </LivePanel>
  );
}

const haltedOf = (desk: DeskPayload | null) => desk?.halted ?? false;

const StrategyLine = memo(function StrategyLine({ strategy }: { strategy: ReferencePayload["strategies"][number] }) {
  const { stores } = useLive();
  const row = useRow(stores.strategies, strategy.id);
  const halted = useSelected(stores.desk, haltedOf);
  const state = row?.state ?? "stopped";
  return (
    <div
      data-testid={`strategy-${strategy.id}`}
      data-state={row === undefined ? "unknown" : state}
      className={`grid min-h-[33px] flex-none items-center border-b border-line/50 px-3 py-2 @min-[470px]:py-0 ${template} ${row?.killed ? "bg-danger/10" : ""}`}
    >
      <span className="min-w-0">
        <Link
          href={`/strategies/${strategy.id}`}
          prefetch={false}
          className="block truncate font-medium underline-offset-2 hover:underline"
          title={`${strategy.name}, ${strategy.kind}`}
        >
          {strategy.name}
        </Link>
        <StrategySubline id={strategy.id} row={row} />
      </span>
      <span>
        <Chip tone={row === undefined ? "neutral" : stateTone[state]} className="w-[76px]">
          {row === undefined ? "…" : strategyStateText[state]}
        </Chip>
      </span>
      <span className="flex items-baseline gap-2 @min-[470px]:block">
        <span className="column-head @min-[470px]:hidden">Net</span>
        <NumberCell
          text={row === undefined ? "–" : formatSignedMoney(row.net)}
          direction={directionOf(row?.net)}
          className="@min-[470px]:pr-2"
        />
      </span>
      <span className="hidden @min-[630px]:block">
        <NumberCell
          text={row === undefined || row.pairs === 0 ? "–" : `${row.openPairs}/${row.pairs}`}
          className="pr-2"
        />
      </span>
      <span className="hidden @min-[630px]:block">
        <NumberCell text={row === undefined ? "–" : formatQuantity(row.workingOrders)} className="pr-2" />
      </span>
      <span className="col-span-2 grid grid-cols-5 gap-1.5 @min-[470px]:col-span-1 @min-[470px]:grid-cols-[52px_42px_52px_34px_52px] @min-[470px]:gap-1 @min-[470px]:pl-2.5">
        <StrategyButtons
          strategy={strategy}
          state={row?.state ?? null}
          killed={row?.killed ?? false}
          halted={halted}
          look="h-10 w-full px-0 text-[11px] in-[.desk-dock]:h-[26px] @min-[470px]:h-[24px]"
        />
      </span>
    </div>
  );
});

function StrategySubline({ id, row }: { id: number; row: StrategyRow | undefined }) {
  const { stores, replica } = useLive();
  const since = useTicking(() => {
    const began = stores.strategies.get(id)?.stateSinceNs ?? 0;
    const now = replica.engineNowNs();
    return now === null || began === 0 ? "" : ` · ${formatAge((now - began) / 1e6)}`;
  }, "");
  return (
    <span className="block truncate text-[10.5px] text-faint">
      {row?.stage ?? "…"}
      <span className="numeric">{since}</span>
    </span>
  );
}
