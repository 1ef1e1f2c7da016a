"use client";

import Link from "next/link";
import { PnlCurve } from "@/components/chart/pnl-curve";
import { directionOf, formatQuantity, formatShortMoney, formatSignedMoney } from "@/components/format/numbers";
import { strategyStateText, wordsOf } from "@/components/format/words";
import { useLive } from "@/components/live/live-context";
import { useRow, useSelected, useTopics } from "@/components/live/use-live";
import { LivePanel } from "@/components/terminal/live-panel";
import { useReference } from "@/components/terminal/use-reference";
import { Chip } from "@/components/ui/chip";
import { EmptyState } from "@/components/ui/panel-frame";
import type { DeskPayload, ReferencePayload } from "@/protocol/topics";
import { StrategyButtons } from "./strategy-buttons";
import { stateTone } from "./strategy-list";

const neededTopics = ["pnl", "desk"];
const haltedOf = (desk: DeskPayload | null) => desk?.halted ?? false;

/** Every strategy as a card: what it is doing, its money of the day, how much of its limit it uses, and its buttons. */
export function StrategyCards() {
  const { reference } = useReference();
  useTopics(neededTopics);
  return (
    <div className="h-full p-1.5">
      <h1 className="sr-only">Strategies</h1>
      <LivePanel title="Strategies" topic="strategies" testId="strategy-cards" className="h-full">
        {reference === null || reference.strategies.length === 0 ? (
          <EmptyState title={reference === null ? "Waiting for the strategies" : "This desk has no strategies"} />
        ) : (
          <div className="grid h-full content-start gap-2 overflow-auto p-2 sm:auto-rows-[minmax(min-content,26rem)] sm:grid-cols-2 2xl:grid-cols-3">
            {reference.strategies.map((strategy) => (
              <StrategyCard key={strategy.id} strategy={strategy} />
            ))}
          </div>
        )}
      </LivePanel>
    </div>
  );
}

function StrategyCard({ strategy }: { strategy: ReferencePayload["strategies"][number] }) {
  const { stores } = useLive();
  const row = useRow(stores.strategies, strategy.id);
  const halted = useSelected(stores.desk, haltedOf);
  const state = row?.state ?? "stopped";
  return (
    <article
      data-testid={`strategy-${strategy.id}`}
      data-state={row === undefined ? "unknown" : state}
      aria-label={strategy.name}
      className={`flex flex-col gap-2 rounded-md border p-3 ${row?.killed ? "border-danger bg-danger/10" : "border-line bg-panel"}`}
    >
      <header className="flex items-center gap-2">
        <h2 className="min-w-0 flex-1 truncate text-[14px] font-semibold">
          <Link href={`/strategies/${strategy.id}`} className="underline-offset-2 hover:underline">
            {strategy.name}
          </Link>
        </h2>
        <span className="text-muted">
          {wordsOf(strategy.kind)} · {row?.stage ?? "…"}
        </span>
        <Chip tone={row === undefined ? "neutral" : stateTone[state]} className="w-[76px]">
          {row === undefined ? "…" : strategyStateText[state]}
        </Chip>
      </header>
      <dl className="grid grid-cols-[1fr_1.5fr_1fr_0.6fr] gap-2">
        <Fact name="Net P&L" text={row ? formatSignedMoney(row.net) : "–"} amount={row?.net} />
        <Fact
          name="Gross of limit"
          text={
            row ? `${formatShortMoney(row.grossExposure)} / ${formatShortMoney(strategy.limits.grossExposureMax)}` : "–"
          }
        />
        <Fact
          name={strategy.kind === "pairs" ? "Open pairs" : "Fills"}
          text={row ? (strategy.kind === "pairs" ? `${row.openPairs} / ${row.pairs}` : formatQuantity(row.fills)) : "–"}
        />
        <Fact name="Orders" text={row ? formatQuantity(row.workingOrders) : "–"} />
      </dl>
      <div className="h-[110px] sm:h-auto sm:min-h-[110px] sm:flex-1">
        <PnlCurve strategy={strategy.id} />
      </div>
      <footer className="grid grid-cols-5 gap-1.5">
        <StrategyButtons
          strategy={strategy}
          state={row?.state ?? null}
          killed={row?.killed ?? false}
          halted={halted}
          look="h-10 w-full px-0 text-[11.5px] lg:h-[28px]"
        />
      </footer>
    </article>
  );
}

function Fact({ name, text, amount }: { name: string; text: string; amount?: number | undefined }) {
  return (
    <div className="min-w-0">
      <dt className="column-head truncate">{name}</dt>
      <dd className="text-left">
        <span className={`numeric block truncate ${look(amount)}`}>{text}</span>
      </dd>
    </div>
  );
}

function look(amount: number | undefined): string {
  const direction = directionOf(amount);
  return direction === "flat" ? "" : direction;
}
