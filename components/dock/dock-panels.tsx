"use client";

import type { ReactNode } from "react";
import { BlotterPanel } from "@/components/blotter/blotter-panel";
import { Ladder } from "@/components/book/ladder";
import { PriceChart } from "@/components/chart/price-chart";
import { PairsHeat } from "@/components/pairs/pairs-heat";
import { PnlPanel } from "@/components/risk/pnl-panel";
import { StrategyList } from "@/components/strategy/strategy-list";
import { WatchList } from "@/components/watch/watch-list";
import type { PanelName } from "./panel-names";

/** What each panel of the desk is. */
export function panelContent(name: PanelName): ReactNode {
  switch (name) {
    case "watch":
      return <WatchList />;
    case "chart":
      return <PriceChart />;
    case "ladder":
      return <Ladder />;
    case "strategies":
      return <StrategyList />;
    case "pnl":
      return <PnlPanel />;
    case "pairs-heat":
      return <PairsHeat />;
    case "positions":
    case "orders":
    case "fills":
    case "pairs":
    case "notices":
      return <BlotterPanel tab={name} />;
  }
}
