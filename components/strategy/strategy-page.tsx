"use client";

import Link from "next/link";
import { useCallback, useState } from "react";
import { FillsTable } from "@/components/blotter/fills-table";
import { OrdersTable } from "@/components/blotter/orders-table";
import { PairsTable } from "@/components/blotter/pairs-table";
import { PositionsTable } from "@/components/blotter/positions-table";
import { PnlCurve } from "@/components/chart/pnl-curve";
import {
  directionOf,
  formatAge,
  formatMoney,
  formatQuantity,
  formatShortMoney,
  formatSignedMoney,
} from "@/components/format/numbers";
import { strategyStateText, wordsOf } from "@/components/format/words";
import { useLive } from "@/components/live/live-context";
import { useTicking } from "@/components/live/use-freshness";
import { useRow, useSelected, useTopics } from "@/components/live/use-live";
import { LivePanel } from "@/components/terminal/live-panel";
import { useReference } from "@/components/terminal/use-reference";
import { Chip } from "@/components/ui/chip";
import { Choice } from "@/components/ui/choice";
import { EmptyState } from "@/components/ui/panel-frame";
import type { DeskPayload, FillRow, OrderRow, PairRow, PositionRow, ReferencePayload } from "@/protocol/topics";
import { KillReason } from "./kill-reason";
import { limitLines, type ParameterLine, parameterLines } from "./parameter-lines";
import { StrategyButtons } from "./strategy-buttons";
import { stateTone } from "./strategy-list";
import { StrategySpread, useStrategyPair } from "./strategy-spread";
import { StrategyEvents, StrategyRefusals } from "./strategy-tables";

type Strategy = ReferencePayload["strategies"][number];

const neededTopics = ["pnl", "desk", "pairs", "positions", "orders", "fills"];
const haltedOf = (desk: DeskPayload | null) => desk?.halted ?? false;

/** One strategy: what it is doing, who let it, its money, its rules, what it holds and what it did. */
export function StrategyPage({ id }: { id: number }) {
  const { reference } = useReference();
  useTopics(neededTopics);
  const [pair, setPair] = useStrategyPair(id);
  const strategy = reference?.strategies[id];
  if (reference === null) return <EmptyState title="Waiting for the strategies" />;
  if (strategy === undefined)
    return (
      <EmptyState title={`This desk has no strategy ${id}`}>
        <Link href="/strategies" className="underline">
          All strategies
        </Link>
      </EmptyState>
    );
  const hasPairs = strategy.parameters.kind === "pairs";
  const pnl = (
    <LivePanel
      title="P&L of the day"
      topic="pnl"
      testId="strategy-pnl"
      className={`h-[240px] shrink-0 ${hasPairs ? "lg:h-[190px]" : "lg:h-auto"}`}
    >
      <PnlCurve strategy={id} />
    </LivePanel>
  );
  return (
    <div className="grid gap-1.5 p-1.5 lg:h-full lg:grid-cols-[minmax(0,1.3fr)_minmax(0,1fr)_300px] lg:grid-rows-[auto_minmax(0,1.1fr)_minmax(0,1fr)]">
      <h1 className="sr-only">Strategy {strategy.name}</h1>
      <LivePanel
        title={strategy.name}
        topic="strategies"
        testId="strategy-now"
        className="h-[272px] sm:h-[164px] lg:col-span-3 lg:h-[128px]"
        controls={
          <>
            <span className="truncate text-muted">{wordsOf(strategy.kind)}</span>
            <span className="flex-1" />
            <Link
              href="/strategies"
              className="rounded px-1.5 py-0.5 text-[11px] text-muted hover:bg-raised hover:text-text"
            >
              ‹ All strategies
            </Link>
          </>
        }
      >
        <StrategyNow strategy={strategy} />
      </LivePanel>
      {hasPairs ? <StrategySpread strategy={id} pair={pair} onChoose={setPair} className="h-[420px] lg:h-auto" /> : pnl}
      <LivePanel title="History" topic={`strategy:${id}`} testId="strategy-history" className="h-[260px] lg:h-auto">
        <div className="flex h-full flex-col">
          <KillReason id={id} name={strategy.name} />
          <div className="min-h-0 flex-1">
            <StrategyEvents id={id} />
          </div>
        </div>
      </LivePanel>
      <div className="flex min-h-0 flex-col gap-1.5 lg:row-span-2">
        {hasPairs && pnl}
        <section
          aria-label="Parameters and limits"
          className="min-h-0 flex-1 overflow-auto rounded-md border border-line bg-panel p-3"
        >
          <Lines title="Parameters" lines={parameterLines(strategy.parameters)} />
          <div className="h-3" />
          <Lines title="Limits" lines={limitLines(strategy.limits)} />
          <p className="mt-3 text-muted">
            Amounts in {reference.currency}, quantities in shares, σ are deviations of the spread.
          </p>
        </section>
      </div>
      <StrategyBlotter strategy={strategy} pair={pair} onPair={setPair} />
    </div>
  );
}

function StrategyNow({ strategy }: { strategy: Strategy }) {
  const { stores, replica, mode } = useLive();
  const row = useRow(stores.strategies, strategy.id);
  const halted = useSelected(stores.desk, haltedOf);
  const state = row?.state ?? "stopped";
  const since = useTicking(() => {
    const began = stores.strategies.get(strategy.id)?.stateSinceNs ?? 0;
    const now = replica.engineNowNs();
    return now === null || began === 0 ? "" : `for ${formatAge((now - began) / 1e6)}`;
  }, "");
  const numbers: readonly (readonly [string, string, number?])[] =
    row === undefined
      ? []
      : [
          ["Net P&L", formatSignedMoney(row.net), row.net],
          ["Realised", formatSignedMoney(row.realised), row.realised],
          ["Unrealised", formatSignedMoney(row.unrealised), row.unrealised],
          ["Fees", formatSignedMoney(-row.fees), -row.fees],
          [
            "Gross of limit",
            `${formatShortMoney(row.grossExposure)} / ${formatShortMoney(strategy.limits.grossExposureMax)}`,
          ],
          ["Net exposure", formatMoney(row.netExposure)],
          ["Open pairs", row.pairs === 0 ? "–" : `${row.openPairs} / ${row.pairs}`],
          ["Working orders", formatQuantity(row.workingOrders)],
          ["Orders · fills", `${formatQuantity(row.ordersSent)} · ${formatQuantity(row.fills)}`],
          [mode === "replay" ? "Would do" : "Refusals", formatQuantity(row.refusals)],
        ];
  return (
    <div
      data-testid={`strategy-${strategy.id}`}
      data-state={row === undefined ? "unknown" : state}
      className={`flex h-full flex-col justify-between gap-1.5 overflow-auto px-3 py-2 ${row?.killed ? "bg-danger/10" : ""}`}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <Chip tone={row === undefined ? "neutral" : stateTone[state]} className="h-[24px] w-[92px]">
          {row === undefined ? "…" : strategyStateText[state]}
        </Chip>
        <span className="numeric w-[12ch] text-muted">{since}</span>
        <span className="text-muted">
          Stage <span className="font-medium text-text">{row?.stage ?? "…"}</span>
        </span>
        <div className="grid w-full grid-cols-5 gap-1.5 sm:ml-auto sm:w-[460px]">
          <StrategyButtons
            strategy={strategy}
            state={row?.state ?? null}
            killed={row?.killed ?? false}
            halted={halted}
            look="h-9 w-full px-0 text-[12px] sm:h-[28px]"
          />
        </div>
      </div>
      <dl className="grid grid-cols-3 gap-x-3 gap-y-1 sm:grid-cols-5 lg:grid-cols-10">
        {numbers.map(([name, text, amount]) => (
          <div key={name} className="min-w-0">
            <dt className="column-head truncate">{name}</dt>
            <dd className={`numeric truncate ${directionLook(amount)}`}>{text}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function directionLook(amount: number | undefined): string {
  const direction = directionOf(amount);
  return direction === "flat" ? "" : direction;
}

function Lines({ title, lines }: { title: string; lines: readonly ParameterLine[] }) {
  return (
    <div>
      <h2 className="mb-1 text-[12px] font-semibold">{title}</h2>
      <dl>
        {lines.map(([name, value]) => (
          <div key={name} className="flex justify-between gap-3 border-b border-line/50 py-[3px]">
            <dt className="text-muted">{name}</dt>
            <dd className="numeric">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

const tabs = ["holds", "orders", "fills", "refusals"] as const;
type Tab = (typeof tabs)[number];

/** What a strategy holds (its pairs, or its names), its orders, its fills, and what the gate refused it. */
function StrategyBlotter({
  strategy,
  pair,
  onPair,
}: {
  strategy: Strategy;
  pair: number | null;
  onPair: (pair: number) => void;
}) {
  const { id, parameters } = strategy;
  const [tab, setTab] = useState<Tab>("holds");
  const { reference } = useReference();
  const hasPairs = parameters.kind === "pairs";
  const onlyPairs = useCallback((row: PairRow) => reference?.pairs[row.id]?.strategy === id, [reference, id]);
  const onlyPositions = useCallback(
    (row: PositionRow) => parameters.kind === "maker" && parameters.instruments.includes(row.id),
    [parameters],
  );
  const onlyOrders = useCallback((row: OrderRow) => row.strategy === id, [id]);
  const onlyFills = useCallback((row: FillRow) => row.strategy === id, [id]);
  const isReplay = useLive().mode === "replay";
  const titles: Readonly<Record<Tab, string>> = {
    holds: hasPairs ? "Pairs" : "Positions in its names",
    orders: "Orders",
    fills: "Fills",
    refusals: isReplay ? "Would do" : "Refusals",
  };
  const topics: Readonly<Record<Tab, string>> = {
    holds: hasPairs ? "pairs" : "positions",
    orders: "orders",
    fills: "fills",
    refusals: `strategy:${id}`,
  };
  return (
    <LivePanel
      title="Trades"
      topic={topics[tab]}
      kind={tab === "holds" && hasPairs ? "market" : "engine"}
      testId="strategy-blotter"
      className="h-[340px] lg:col-span-2 lg:h-auto"
      controls={
        <Choice label="What to show" names={tabs} texts={titles} chosen={tab} onChoose={setTab} testId="strategy-tab" />
      }
    >
      {tab === "holds" &&
        (hasPairs ? (
          <PairsTable only={onlyPairs} chosen={pair} onChoose={onPair} />
        ) : (
          <PositionsTable only={onlyPositions} />
        ))}
      {tab === "orders" && <OrdersTable workingOnly={false} only={onlyOrders} />}
      {tab === "fills" && (
        <FillsTable only={onlyFills} older={`/history?strategy=${encodeURIComponent(strategy.name)}`} />
      )}
      {tab === "refusals" && <StrategyRefusals id={id} />}
    </LivePanel>
  );
}
