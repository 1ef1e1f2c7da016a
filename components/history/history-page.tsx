"use client";

import { Tabs } from "radix-ui";
import { type ReactNode, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { formatQuantity, formatUtcClock } from "@/components/format/numbers";
import { useLive } from "@/components/live/live-context";
import { useSelected, useTopics } from "@/components/live/use-live";
import { type Names, useReference } from "@/components/terminal/use-reference";
import { Blotter, type BlotterColumn } from "@/components/ui/blotter";
import { Button } from "@/components/ui/button";
import { EmptyState, PanelFrame } from "@/components/ui/panel-frame";
import type { FillTotals, HistoryDay, HistoryDays, HistoryFill, HistoryTrade, TradeTotals } from "@/protocol/history";
import type { HealthPayload } from "@/protocol/topics";
import { askHistory, useAskHistory } from "./ask-history";
import { fillColumns } from "./fill-columns";
import { FilterBar } from "./filter-bar";
import { type HistoryAddress, useHistoryAddress } from "./history-address";
import { HistoryList } from "./history-list";
import { LifePanel } from "./life-panel";
import type { HistoryTab } from "./list-query";
import { TotalsLine } from "./totals-line";
import { tradeColumns } from "./trade-columns";

const topics = ["reference", "health"] as const;
const tabText: Readonly<Record<HistoryTab, string>> = { fills: "Fills", trades: "Trades" };
const noDays: readonly HistoryDay[] = [];
/** Facts on their way to the database that nobody needs to be told of. */
const behindFactsMax = 2_000;

/** The past: every fill and every closed trade, filtered and sorted by the database, with what they come to. */
export function HistoryPage() {
  useTopics(topics);
  const names = useReference();
  const address = useHistoryAddress();
  const days = useAskHistory<HistoryDays>("days").answer?.days ?? noDays;
  const { open, filters, tab } = address;
  return (
    <div className="relative flex h-full min-h-[480px] flex-col gap-1.5 p-1.5">
      <h1 className="sr-only">History</h1>
      <StoreNotice />
      <DayNotice day={days.find(({ journal }) => journal === filters.day) ?? null} />
      <div className="flex min-h-0 flex-1 gap-1.5">
        {tab === "fills" ? (
          <FillsList address={address} names={names} days={days} />
        ) : (
          <TradesList address={address} names={names} days={days} />
        )}
        {open !== null && (
          <LifePanel
            open={open}
            day={filters.day}
            names={names}
            onOpen={address.setOpen}
            onClose={() => {
              address.setOpen(null);
              document.querySelector<HTMLElement>('[data-testid="history-rows"]')?.focus();
            }}
          />
        )}
      </div>
    </div>
  );
}

type ListProps = { address: HistoryAddress; names: Names; days: readonly HistoryDay[] };

function FillsList(props: ListProps) {
  const { names, address } = props;
  const [list] = useState(
    () => new HistoryList<HistoryFill, FillTotals>((query, signal) => askHistory(`fills?${query}`, signal)),
  );
  const columns = useMemo(() => fillColumns(names), [names]);
  return (
    <ListPanel
      {...props}
      list={list}
      columns={columns}
      keyOf={(row) => row.id}
      onOpen={({ order }) => address.setOpen({ kind: "order", id: order })}
    />
  );
}

function TradesList(props: ListProps) {
  const { names, address } = props;
  const [list] = useState(
    () => new HistoryList<HistoryTrade, TradeTotals>((query, signal) => askHistory(`trades?${query}`, signal)),
  );
  const columns = useMemo(() => tradeColumns(names), [names]);
  return (
    <ListPanel
      {...props}
      list={list}
      columns={columns}
      keyOf={(row) => row.id}
      onOpen={({ id }) => address.setOpen({ kind: "trade", id })}
    />
  );
}

function ListPanel<Row, Totals extends FillTotals | TradeTotals>({
  address,
  names,
  days,
  list,
  columns,
  keyOf,
  onOpen,
}: ListProps & {
  list: HistoryList<Row, Totals>;
  columns: readonly BlotterColumn<Row>[];
  keyOf: (row: Row) => number;
  onOpen: (row: Row) => void;
}) {
  const state = useSyncExternalStore(list.subscribe, list.state, list.state);
  const { tab, listQuery, filterQuery } = address;
  useEffect(() => {
    void list.open(listQuery);
    return () => list.close();
  }, [list, listQuery]);
  const csv = new URLSearchParams(filterQuery);
  if (state.through > 0) csv.set("through", String(state.through));
  if (state.journal !== null) csv.set("day", state.journal);
  return (
    <Tabs.Root
      value={tab}
      onValueChange={(value) => address.setTab(value === "trades" ? "trades" : "fills")}
      className="min-w-0 flex-1"
    >
      <PanelFrame
        title="History"
        hiddenTitle
        testId="history"
        className="h-full"
        mark={state.error !== null ? "disconnected" : state.loading ? "loading" : "live"}
        ageText={state.loading ? "reading…" : state.readMs === 0 ? "" : `as of ${formatUtcClock(state.readMs)}`}
        controls={
          <>
            <Tabs.List aria-label="History" className="flex h-full items-stretch">
              {(["fills", "trades"] as const).map((each) => (
                <Tabs.Trigger
                  key={each}
                  value={each}
                  data-testid={`history-tab-${each}`}
                  className="border-b-2 border-transparent px-2.5 text-muted hover:text-text focus-visible:-outline-offset-2 data-[state=active]:border-gold data-[state=active]:font-semibold data-[state=active]:text-text"
                >
                  {tabText[each]}
                </Tabs.Trigger>
              ))}
            </Tabs.List>
            <span className="flex-1" />
            <Button
              tone="quiet"
              hint="Read the list again, with what came since"
              data-testid="history-refresh"
              onClick={() => void list.open(listQuery)}
              className="h-[22px]"
            >
              Refresh
            </Button>
            <a
              href={`/api/history/${tab}.csv?${csv.toString()}`}
              download
              data-testid="history-csv"
              className="inline-flex h-[22px] items-center rounded-[4px] px-2 text-muted hover:bg-raised hover:text-text"
            >
              CSV
            </a>
          </>
        }
      >
        <Tabs.Content value={tab} tabIndex={-1} className="flex h-full min-h-0 flex-col">
          <FilterBar address={address} names={names} days={days} />
          <div className="min-h-0 flex-1">
            <Blotter
              label={tabText[tab]}
              testId="history-rows"
              rows={noRows}
              keyOf={keyOf}
              columns={columns}
              onOpen={onOpen}
              paged={{
                count: state.count,
                rowAt: list.rowAt,
                onShown: list.want,
                sort: address.sort,
                onSort: address.setSort,
                list: state.query,
              }}
              empty={<NoRows address={address} error={state.error} loading={state.loading} />}
            />
          </div>
          {state.error !== null && state.count > 0 && (
            <p role="alert" className="border-t border-danger px-3 py-1 text-danger">
              {state.error} The rows above are older.
            </p>
          )}
          <TotalsLine totals={state.totals} />
        </Tabs.Content>
      </PanelFrame>
    </Tabs.Root>
  );
}

const noRows: readonly never[] = [];

function NoRows({ address, error, loading }: { address: HistoryAddress; error: string | null; loading: boolean }) {
  const what = address.tab === "fills" ? "fills" : "closed trades";
  if (error !== null) return <EmptyState title="The history cannot be read">{error}</EmptyState>;
  if (loading) return <EmptyState title="Reading…" />;
  const narrowed = Object.keys(address.filters).some((name) => name !== "day");
  return narrowed ? (
    <EmptyState title={`No ${what} for this filter`}>Clear it to see the whole day.</EmptyState>
  ) : (
    <EmptyState title={`No ${what} yet`}>Each appears here once it is in the database.</EmptyState>
  );
}

const storeProblem = (health: HealthPayload | null): string | null => {
  if (health === null) return null;
  if (health.store.state === "down") return `The database does not answer: ${health.store.text}`;
  if (health.storeBehindFacts > behindFactsMax)
    return `History is behind by ${formatQuantity(health.storeBehindFacts)} facts. Trading goes on; it catches up.`;
  return null;
};

/** Says when the database lags, so that what is missing is not taken for what did not happen. */
function StoreNotice() {
  const problem = useSelected(useLive().stores.health, storeProblem);
  return problem === null ? null : <Notice testId="history-behind">{problem}</Notice>;
}

function DayNotice({ day }: { day: HistoryDay | null }) {
  if (day === null || day.sameDesk) return null;
  return (
    <Notice testId="history-other-desk">
      Another desk file was in force on {day.tradingDay}; names are those of today's desk.
    </Notice>
  );
}

function Notice({ testId, children }: { testId: string; children: ReactNode }) {
  return (
    <p
      role="status"
      data-testid={testId}
      className="shrink-0 rounded-md border border-warning/70 bg-panel px-3 py-1.5 text-warning"
    >
      {children}
    </p>
  );
}
