"use client";

import { useContext, useState } from "react";
import type { BlotterTab } from "@/components/terminal/desk-view";
import { LivePanel } from "@/components/terminal/live-panel";
import { PanelPlaceContext } from "@/components/ui/panel-place";
import { BlotterTable, blotterTitles, WorkingOnly } from "./blotter-table";

/** One list of the blotter as a panel of its own. Behind another panel it stays subscribed and draws nothing. */
export function BlotterPanel({ tab }: { tab: BlotterTab }) {
  const [workingOnly, setWorkingOnly] = useState(false);
  const shown = useContext(PanelPlaceContext)?.shown ?? true;
  return (
    <LivePanel
      title={blotterTitles[tab]}
      topic={tab}
      kind={tab === "pairs" ? "market" : "engine"}
      testId={`blotter-${tab}`}
      controls={
        tab === "orders" ? (
          <WorkingOnly checked={workingOnly} onChange={setWorkingOnly} className="whole pl-2" />
        ) : undefined
      }
    >
      {shown && <BlotterTable tab={tab} workingOnly={workingOnly} />}
    </LivePanel>
  );
}
