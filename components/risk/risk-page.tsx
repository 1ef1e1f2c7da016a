"use client";

import { useState } from "react";
import { ChangesPanel } from "./changes-panel";
import { KillConsole } from "./kill-console";
import { LimitTreePanel } from "./limit-tree-panel";
import { RatesPanel } from "./rates-panel";
import { RefusalsPanel } from "./refusals-panel";
import { ScopePanel, type ScopePick } from "./scope-panel";

const wholeDesk: ScopePick = { scope: "all", target: -1, limit: null };

/** Risk: how much of each limit is used, what the gate refused and why, what is stopped, and the ways to stop and go on. */
export function RiskPage() {
  const [pick, setPick] = useState<ScopePick>(wholeDesk);
  return (
    <div className="grid gap-1.5 p-1.5 lg:h-full lg:grid-cols-[minmax(0,1fr)_390px] lg:grid-rows-[minmax(0,1fr)_minmax(220px,0.55fr)]">
      <h1 className="sr-only">Risk</h1>
      <LimitTreePanel pick={pick} onPick={setPick} className="h-[440px] lg:h-auto" />
      <div className="grid min-h-0 gap-1.5 lg:row-span-2 lg:grid-rows-[236px_minmax(110px,1fr)_auto_minmax(110px,0.8fr)]">
        <ScopePanel pick={pick} onPick={setPick} className="h-[250px] lg:h-auto" />
        <KillConsole className="h-[240px] lg:h-auto" />
        <RatesPanel className="h-[190px]" />
        <ChangesPanel className="h-[240px] lg:h-auto" />
      </div>
      <RefusalsPanel className="h-[340px] lg:h-auto" />
    </div>
  );
}
