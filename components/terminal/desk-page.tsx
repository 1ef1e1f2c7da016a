"use client";

import { DeskBlotter } from "@/components/blotter/desk-blotter";
import { Ladder } from "@/components/book/ladder";
import { PriceChart } from "@/components/chart/price-chart";
import { PairsHeat } from "@/components/pairs/pairs-heat";
import { PnlPanel } from "@/components/risk/pnl-panel";
import { StrategyList } from "@/components/strategy/strategy-list";
import { WatchList } from "@/components/watch/watch-list";

/** The desk: one screen to watch the market, let strategies trade and stop them. */
export function DeskPage() {
  return (
    <div className="desk-grid p-1.5 lg:h-full lg:overflow-hidden">
      <WatchList className="area-watch" />
      <PairsHeat className="area-heat" />
      <PriceChart className="area-chart" />
      <Ladder className="area-ladder" />
      <StrategyList className="area-strategies" />
      <PnlPanel className="area-pnl" />
      <DeskBlotter className="area-blotter" />
    </div>
  );
}
