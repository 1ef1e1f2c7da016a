"use client";

import { useCallback } from "react";
import { useLive } from "@/components/live/live-context";
import { useCount } from "@/components/live/use-live";
import type { BlotterTab } from "@/components/terminal/desk-view";
import { isOpen } from "@/domain/order";
import { FillsTable } from "./fills-table";
import { NoticesTable } from "./notices-table";
import { OrdersTable } from "./orders-table";
import { PairsTable } from "./pairs-table";
import { PositionsTable } from "./positions-table";

/** What people call each list. */
export const blotterTitles: Readonly<Record<BlotterTab, string>> = {
  positions: "Positions",
  orders: "Orders",
  fills: "Fills",
  pairs: "Pairs",
  notices: "Notices",
};

/** The rows of one list. */
export function BlotterTable({ tab, workingOnly }: { tab: BlotterTab; workingOnly: boolean }) {
  switch (tab) {
    case "positions":
      return <PositionsTable />;
    case "orders":
      return <OrdersTable workingOnly={workingOnly} />;
    case "fills":
      return <FillsTable />;
    case "pairs":
      return <PairsTable />;
    case "notices":
      return <NoticesTable />;
  }
}

/** Leaves out orders that are done with. */
export function WorkingOnly({
  checked,
  onChange,
  className = "",
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  className?: string;
}) {
  return (
    <label className={`flex items-center gap-1.5 whitespace-nowrap text-muted ${className}`}>
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className="accent-gold"
      />
      Working only
    </label>
  );
}

/** How many rows a list holds, in a box that keeps its width. */
export function TabCount({ tab }: { tab: BlotterTab }) {
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
