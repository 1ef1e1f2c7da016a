"use client";

import Link from "next/link";
import { useCallback, useState } from "react";
import { FillsTable } from "@/components/blotter/fills-table";
import { OrdersTable } from "@/components/blotter/orders-table";
import { SymbolLink } from "@/components/blotter/symbol-link";
import { PairChart, PairChartLegend } from "@/components/chart/pair-chart";
import {
  directionOf,
  formatDayTime,
  formatPrice,
  formatQuantity,
  formatRatio,
  formatSignedMoney,
  formatSignedQuantity,
  formatZ,
} from "@/components/format/numbers";
import { pairStateText } from "@/components/format/words";
import { useLive } from "@/components/live/live-context";
import { useRow, useTopics } from "@/components/live/use-live";
import { KillButton } from "@/components/risk/kill-button";
import { KillLine } from "@/components/risk/kill-line";
import { LivePanel } from "@/components/terminal/live-panel";
import { useReference } from "@/components/terminal/use-reference";
import { Chip } from "@/components/ui/chip";
import { Choice } from "@/components/ui/choice";
import { NumberCell } from "@/components/ui/number-cell";
import { EmptyState } from "@/components/ui/panel-frame";
import type { FillRow, OrderRow, ReferencePayload } from "@/protocol/topics";
import { usePairWait } from "./pair-strip";

const neededTopics = ["pairs", "strategies", "orders", "fills", "watch"];

/** One pair: where its spread is and came from, what it waits for, its legs, its orders and fills. */
export function PairPage({ pair }: { pair: number }) {
  const { reference } = useReference();
  useTopics(neededTopics);
  const spec = reference?.pairs[pair];
  if (reference === null) return <EmptyState title="Waiting for the pairs" />;
  if (spec === undefined)
    return (
      <EmptyState title={`This desk has no pair ${pair}`}>
        <Link href="/pairs" className="underline">
          All pairs
        </Link>
      </EmptyState>
    );
  const parameters = reference.strategies[spec.strategy]?.parameters;
  const pairsParameters = parameters?.kind === "pairs" ? parameters : null;
  return (
    <div className="grid gap-1.5 p-1.5 lg:h-full lg:grid-cols-[minmax(0,1fr)_330px] lg:grid-rows-[minmax(0,1fr)_230px]">
      <h1 className="sr-only">Pair {spec.name}</h1>
      <LivePanel
        title={spec.name}
        topic={`pair:${pair}`}
        kind="market"
        testId="pair-chart"
        className="h-[420px] lg:h-auto"
        controls={
          <>
            <PairChartLegend parameters={pairsParameters} />
            <span className="flex-1" />
            <Neighbours pair={pair} count={reference.pairs.length} />
          </>
        }
      >
        <PairChart
          pair={pair}
          name={spec.name}
          parameters={pairsParameters}
          dayStartSeconds={Date.parse(`${reference.tradingDay}T00:00:00Z`) / 1_000}
        />
      </LivePanel>
      <LivePanel
        title="Now"
        topic="pairs"
        kind="market"
        testId="pair-now"
        controls={
          <KillButton scope="pair" target={pair} testId="pair-kill" className="ml-auto h-[22px] w-[58px] text-[11px]">
            Kill…
          </KillButton>
        }
      >
        <PairNow spec={spec} strategyName={reference.strategies[spec.strategy]?.name ?? ""} />
      </LivePanel>
      <PairBlotter pair={pair} />
    </div>
  );
}

function Neighbours({ pair, count }: { pair: number; count: number }) {
  const look = "rounded px-1.5 py-0.5 text-muted hover:bg-raised hover:text-text";
  return (
    <nav aria-label="Other pairs" className="flex shrink-0 items-center text-[11px]">
      <Link href={`/pairs/${(pair + count - 1) % count}`} prefetch={false} className={look} aria-label="Previous pair">
        ‹
      </Link>
      <Link href="/pairs" className={look} data-testid="all-pairs">
        All pairs
      </Link>
      <Link href={`/pairs/${(pair + 1) % count}`} prefetch={false} className={look} aria-label="Next pair">
        ›
      </Link>
    </nav>
  );
}

function PairNow({ spec, strategyName }: { spec: ReferencePayload["pairs"][number]; strategyName: string }) {
  const row = useRow(useLive().stores.pairs, spec.id);
  const wait = usePairWait(spec.id, row);
  if (row === undefined)
    return (
      <>
        <KillLine scope="pair" target={spec.id} />
        <EmptyState title="Waiting for its first numbers" />
      </>
    );
  const lines: readonly (readonly [string, string, number?])[] = [
    ["Spread", formatRatio(row.spread, 5)],
    ["Mean", formatRatio(row.mean, 5)],
    ["Deviation", formatRatio(row.deviation, 5)],
    ["Ratio", formatRatio(row.hedgeRatio, 3)],
    ["Realised", formatSignedMoney(row.realised), row.realised],
    ["Unrealised", formatSignedMoney(row.unrealised), row.unrealised],
    ["Fees", formatSignedMoney(-row.fees), -row.fees],
    ["Net", formatSignedMoney(row.net), row.net],
    ["Opened", row.openedNs === 0 ? "–" : formatDayTime(row.openedNs)],
    ["Round trips", formatQuantity(row.roundTrips)],
  ];
  return (
    <div className="flex h-full flex-col gap-2.5 overflow-auto p-3">
      <div className="-mx-3 -mt-3 empty:hidden">
        <KillLine scope="pair" target={spec.id} />
      </div>
      <div className="flex items-center justify-between gap-2">
        <Chip tone={row.state === "flat" ? "neutral" : "gold"} className="w-[84px]">
          {pairStateText[row.state]}
        </Chip>
        <span className="numeric text-[24px] leading-none font-semibold" data-testid="pair-z">
          z {formatZ(row.z)}
        </span>
      </div>
      <p data-testid="pair-wait" className="min-h-[34px] text-[12.5px]">
        {wait}
      </p>
      <dl className="grid grid-cols-2 gap-x-5">
        {lines.map(([name, text, amount]) => (
          <div key={name} className="flex justify-between gap-2 border-b border-line/50 py-[3px]">
            <dt className="text-muted">{name}</dt>
            <dd>
              <NumberCell text={text} direction={directionOf(amount)} />
            </dd>
          </div>
        ))}
      </dl>
      <section aria-label="Legs">
        <div className="column-head grid grid-cols-[1fr_84px_84px] border-b border-line pb-1">
          <span>Leg</span>
          <span className="text-right">Holds</span>
          <span className="text-right">Last</span>
        </div>
        <Leg instrument={spec.instrumentA} quantity={row.quantityA} />
        <Leg instrument={spec.instrumentB} quantity={row.quantityB} />
      </section>
      <p className="mt-auto text-muted">
        Traded by{" "}
        <Link href={`/strategies/${spec.strategy}`} className="text-text underline underline-offset-2">
          {strategyName}
        </Link>
      </p>
    </div>
  );
}

function Leg({ instrument, quantity }: { instrument: number; quantity: number }) {
  const { symbol, decimals } = useReference();
  const row = useRow(useLive().stores.watch, instrument);
  return (
    <div className="grid grid-cols-[1fr_84px_84px] border-b border-line/50 py-[4px]">
      <span>
        <SymbolLink instrument={instrument} symbol={symbol(instrument)} />
      </span>
      <NumberCell text={formatSignedQuantity(quantity)} direction={directionOf(quantity)} />
      <NumberCell text={row === undefined ? "–" : formatPrice(row.lastPrice, decimals(instrument))} />
    </div>
  );
}

const tabs = ["fills", "orders"] as const;
const tabText = { fills: "Fills", orders: "Orders" } as const;

function PairBlotter({ pair }: { pair: number }) {
  const [tab, setTab] = useState<(typeof tabs)[number]>("fills");
  const { pair: nameOf } = useReference();
  const onlyOrders = useCallback((row: OrderRow) => row.pair === pair, [pair]);
  const onlyFills = useCallback((row: FillRow) => row.pair === pair, [pair]);
  return (
    <LivePanel
      title="Trades of this pair"
      topic={tab}
      testId="pair-blotter"
      className="h-[300px] lg:col-span-2 lg:h-auto"
      controls={
        <Choice label="Orders or fills" names={tabs} texts={tabText} chosen={tab} onChoose={setTab} testId="pair-tab" />
      }
    >
      {tab === "orders" ? (
        <OrdersTable workingOnly={false} only={onlyOrders} />
      ) : (
        <FillsTable only={onlyFills} older={`/history?pair=${encodeURIComponent(nameOf(pair))}`} />
      )}
    </LivePanel>
  );
}
