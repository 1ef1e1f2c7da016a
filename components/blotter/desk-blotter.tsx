"use client";

import { Tabs } from "radix-ui";
import { useState } from "react";
import { useFreshness } from "@/components/live/use-freshness";
import { useTopics } from "@/components/live/use-live";
import { blotterTabs, useDeskView } from "@/components/terminal/desk-view";
import { PanelFrame } from "@/components/ui/panel-frame";
import { BlotterTable, blotterTitles, TabCount, WorkingOnly } from "./blotter-table";

/**
 * Positions, orders, fills, pairs and notices, one at a time, where there is no dock; all stay subscribed, so a switch
 * is instant.
 */
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
                  {blotterTitles[each]}
                  <TabCount tab={each} />
                </Tabs.Trigger>
              ))}
            </Tabs.List>
            {tab === "orders" && (
              <WorkingOnly checked={workingOnly} onChange={setWorkingOnly} className="ml-auto pr-2" />
            )}
          </>
        }
      >
        <Tabs.Content value={tab} tabIndex={-1} className="h-full">
          <BlotterTable tab={tab} workingOnly={workingOnly} />
        </Tabs.Content>
      </PanelFrame>
    </Tabs.Root>
  );
}
