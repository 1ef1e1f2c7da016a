"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useRef, useState } from "react";
import { useLive } from "@/components/live/live-context";
import { useTopic } from "@/components/live/use-live";
import { useSettledOrder } from "@/components/live/use-settled";
import { LivePanel } from "@/components/terminal/live-panel";
import { useReference } from "@/components/terminal/use-reference";
import { Choice } from "@/components/ui/choice";
import { FilterField } from "@/components/ui/filter-field";
import { EmptyState } from "@/components/ui/panel-frame";
import { MarketTile, tileHeight } from "./market-tile";
import { orderWall, type WallSort, wallSorts } from "./wall-order";

const sortText: Readonly<Record<WallSort, string>> = {
  symbol: "Symbol",
  spread: "Spread",
  imbalance: "Imbalance",
  volume: "Volume",
  age: "Age",
};

const tileWidthMin = 216;

/** Many symbols at once; stale ones are marked and sink to the end. Only what is on the screen is subscribed to. */
export function MarketWall() {
  const { stores, replica } = useLive();
  const { reference } = useReference();
  const [sort, setSort] = useState<WallSort>("symbol");
  const [filter, setFilter] = useState("");
  const [frozen, setFrozen] = useState(false);
  useTopic("sparks");
  const compute = useCallback(
    () => orderWall(reference?.instruments ?? [], (id) => stores.watch.get(id), sort, filter, replica.engineNowNs()),
    [reference, stores, replica, sort, filter],
  );
  const order = useSettledOrder(compute, frozen);
  return (
    <div className="h-full p-1.5">
      <h1 className="sr-only">Markets</h1>
      <LivePanel
        title="Markets"
        topic="watch"
        kind="market"
        testId="wall"
        className="h-full"
        controls={
          <>
            <FilterField
              label="Filter symbols"
              hint="Symbol or sector"
              value={filter}
              onChange={setFilter}
              testId="wall-filter"
              className="w-[84px] shrink-0 sm:w-[130px]"
            />
            <Choice
              label="Sort"
              names={wallSorts}
              texts={sortText}
              chosen={sort}
              onChoose={setSort}
              testId="wall-sort"
            />
          </>
        }
      >
        {reference === null ? (
          <EmptyState title="Waiting for the market" />
        ) : (
          <Tiles order={order} onPointed={setFrozen} />
        )}
      </LivePanel>
    </div>
  );
}

function Tiles({ order, onPointed }: { order: readonly number[]; onPointed: (pointed: boolean) => void }) {
  const { symbol, decimals } = useReference();
  const scroller = useRef<HTMLDivElement>(null);
  const [columns, setColumns] = useState(1);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const measure = () => setColumns(Math.max(1, Math.floor((element.clientWidth - 6) / tileWidthMin)));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  const virtual = useVirtualizer({
    count: Math.ceil(order.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => tileHeight,
    overscan: 1,
    useFlushSync: false,
  });
  return (
    <div
      ref={scroller}
      data-testid="wall-tiles"
      className="h-full overflow-y-auto p-1.5"
      onPointerEnter={() => onPointed(true)}
      onPointerLeave={() => onPointed(false)}
    >
      <div className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => (
          <div
            key={item.key}
            className="absolute inset-x-0 grid gap-1.5"
            style={{
              transform: `translateY(${item.start}px)`,
              gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            }}
          >
            {order.slice(item.index * columns, (item.index + 1) * columns).map((id) => (
              <MarketTile key={id} instrument={id} symbol={symbol(id)} decimals={decimals(id)} />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
