"use client";

import { Tabs } from "radix-ui";
import { useCallback, useState } from "react";
import { useLive } from "@/components/live/live-context";
import { useFreshness } from "@/components/live/use-freshness";
import { useCount, useTopics } from "@/components/live/use-live";
import { type BlotterTab, blotterTabs, useDeskView } from "@/components/terminal/desk-view";
import { PanelFrame } from "@/components/ui/panel-frame";
import { isOpen } from "@/domain/order";
import { FillsTable } from "./fills-table";
import { NoticesTable } from "./notices-table";
import { OrdersTable } from "./orders-table";
import { PairsTable } from "./pairs-table";
import { PositionsTable } from "./positions-table";

const tabText: Readonly<Record<BlotterTab, string>> = {
  positions: "Positions",
  orders: "Orders",
  fills: "Fills",
  pairs: "Pairs",
  notices: "Notices",
};

/** Positions, orders, fills, pairs and notices, one at a time; all stay subscribed, so a switch is instant. */
export function DeskBlotter({ className = "" }: { className?: string }) {
  const tab = useDeskView((view) => view.tab);
  const setTab = useDeskView((view) => view.setTab);
  const [workingOnly, setWorkingOnly] = useState(false);
  useTopics(blotterTabs);
  const { state, text } = useFreshness(tab, tab === "pairs" ? "market" : "engine");
  return (
    <Tabs.Root
      value={tab}
      onValueChange={(value) => setTab(blotterTabs.find((each) => each === value) ?? "positions")}
      className={className}
    >
      <PanelFrame
        title="Blotter"
        hiddenTitle
        mark={state}
        ageText={text}
        testId="blotter"
        className="h-full"
        controls={
          <>
            <Tabs.List aria-label="Blotter" className="flex h-full items-stretch overflow-x-auto overflow-y-hidden">
              {blotterTabs.map((each, index) => (
                <Tabs.Trigger
                  key={each}
                  value={each}
                  data-testid={`tab-${each}`}
                  title={`Alt+${index + 1}`}
                  className="flex items-center gap-1.5 border-b-2 border-transparent px-2.5 text-muted hover:text-text focus-visible:-outline-offset-2 data-[state=active]:border-gold data-[state=active]:font-semibold data-[state=active]:text-text"
                >
                  {tabText[each]}
                  <TabCount tab={each} />
                </Tabs.Trigger>
              ))}
            </Tabs.List>
            {tab === "orders" && (
              <label className="ml-auto flex items-center gap-1.5 pr-2 whitespace-nowrap text-muted">
                <input
                  type="checkbox"
                  checked={workingOnly}
                  onChange={(event) => setWorkingOnly(event.target.checked)}
                  className="accent-gold"
                />
                Working only
              </label>
            )}
          </>
        }
      >
        <Tabs.Content value={tab} tabIndex={-1} className="h-full">
          {tab === "positions" && <PositionsTable />}
          {tab === "orders" && <OrdersTable workingOnly={workingOnly} />}
          {tab === "fills" && <FillsTable />}
          {tab === "pairs" && <PairsTable />}
          {tab === "notices" && <NoticesTable />}
        </Tabs.Content>
      </PanelFrame>
    </Tabs.Root>
  );
}

/** How many rows a tab holds, in a box that keeps its width. */
function TabCount({ tab }: { tab: BlotterTab }) {
  const { stores } = useLive();
  const count = useCallback(() => {
    switch (tab) {
      case "positions":
        return stores.positions.rows().filter((row) => row.quantity !== 0).length;
      case "orders":
        return stores.orders.rows().filter((row) => isOpen(row.state)).length;
      case "fills":
        return stores.fills.size;
      case "pairs":
        return stores.pairs.rows().filter((row) => row.state !== "flat").length;
      case "notices":
        return stores.notices.size;
    }
  }, [stores, tab]);
  return (
    <span className="numeric inline-block w-[4ch] text-left text-[10.5px] text-muted">
      {useCount(stores[tab], count)}
    </span>
  );
}
