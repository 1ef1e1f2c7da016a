"use client";

import dynamic from "next/dynamic";
import { DeskBlotter } from "@/components/blotter/desk-blotter";
import { Ladder } from "@/components/book/ladder";
import { PriceChart } from "@/components/chart/price-chart";
import { PairsHeat } from "@/components/pairs/pairs-heat";
import { PnlPanel } from "@/components/risk/pnl-panel";
import { StrategyList } from "@/components/strategy/strategy-list";
import { WatchList } from "@/components/watch/watch-list";
import { useWideScreen } from "./use-wide-screen";

// The dock is large: only a screen that has room for it loads it.
const DeskDock = dynamic(() => import("@/components/dock/desk-dock").then((module) => module.DeskDock), { ssr: false });

/** The desk: one screen to watch the market, let strategies trade and stop them. */
export function DeskPage() {
  const wide = useWideScreen();
  if (wide === null) return null;
  if (wide)
    return (
      <div className="h-full p-1.5">
        <DeskDock />
      </div>
    );
  return (
    <div className="desk-column p-1.5">
      <StrategyList />
      <PnlPanel />
      <WatchList />
      <Ladder />
      <PriceChart />
      <DeskBlotter className="min-h-0 min-w-0" />
      <PairsHeat />
    </div>
  );
}
