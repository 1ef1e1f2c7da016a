"use client";

import { useEffect } from "react";
import { DeskBlotter } from "@/components/blotter/desk-blotter";
import { Ladder } from "@/components/book/ladder";
import { PriceChart } from "@/components/chart/price-chart";
import { LiveProvider, useLive } from "@/components/live/live-context";
import { useValue } from "@/components/live/use-live";
import { PairsHeat } from "@/components/pairs/pairs-heat";
import { PnlPanel } from "@/components/risk/pnl-panel";
import { StrategyList } from "@/components/strategy/strategy-list";
import { HintProvider } from "@/components/ui/hint";
import { WatchList } from "@/components/watch/watch-list";
import { BottomBar } from "./bottom-bar";
import { ConnectionBanner } from "./connection-banner";
import { DeskDialogs } from "./desk-dialogs";
import { DeskToasts } from "./desk-toasts";
import { keepDeskView } from "./desk-view";
import { TopBar } from "./top-bar";
import { useShortcuts } from "./use-shortcuts";

/** The desk: one screen to watch the market, let strategies trade and stop them. */
export function DeskPage() {
  return (
    <LiveProvider>
      <HintProvider>
        <DeskScreen />
      </HintProvider>
    </LiveProvider>
  );
}

function DeskScreen() {
  useEffect(keepDeskView, []);
  useShortcuts();
  return (
    <div className="flex h-dvh flex-col overflow-hidden">
      <TopBar />
      <ConnectionBanner />
      <main className="desk-grid min-h-0 flex-1 overflow-y-auto p-1.5 lg:overflow-hidden">
        <WatchList className="area-watch" />
        <PairsHeat className="area-heat" />
        <PriceChart className="area-chart" />
        <Ladder className="area-ladder" />
        <StrategyList className="area-strategies" />
        <PnlPanel className="area-pnl" />
        <DeskBlotter className="area-blotter" />
      </main>
      <BottomBar />
      <DeskDialogs />
      <DeskToasts />
      <HaltFrame />
    </div>
  );
}

/** The red frame round everything while the desk is halted. */
function HaltFrame() {
  const halted = useValue(useLive().stores.desk)?.halted ?? false;
  if (!halted) return null;
  return (
    <div
      aria-hidden
      data-testid="halt-frame"
      className="pointer-events-none fixed inset-0 z-30 border-[3px] border-halt"
    />
  );
}
