// biome-ignore-all lint/a11y/useSemanticElements: a select cannot hold virtual rows of cells
// biome-ignore-all lint/a11y/useFocusableInteractive: the list holds the focus and names the active row
"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { decimalsOfTick } from "@/components/format/numbers";
import { useLive } from "@/components/live/live-context";
import { useTopic, useValue } from "@/components/live/use-live";
import { useDeskView } from "@/components/terminal/desk-view";
import { LivePanel } from "@/components/terminal/live-panel";
import { EmptyState } from "@/components/ui/panel-frame";
import type { ReferencePayload } from "@/protocol/topics";
import { WatchLine } from "./watch-line";
import { orderWatch, type WatchColumn, type WatchSort } from "./watch-order";

const rowHeight = 22;
/** A list sorted by a moving number takes up its new order this often, and never under the pointer. */
const reorderMs = 2_000;

const heads: readonly { readonly title: string; readonly column?: WatchColumn; readonly left?: boolean }[] = [
  { title: "Symbol", column: "symbol", left: true },
  { title: "Last", column: "last" },
  { title: "Chg bp", column: "change" },
  { title: "Bid" },
  { title: "Ask" },
  { title: "Sprd", column: "spread" },
  { title: "Age", column: "age" },
  { title: "1 min", left: true },
];

/** Every name of the desk: last, change, spread, age and the last minute. Arrow keys select. */
export function WatchList({ className = "" }: { className?: string }) {
  const reference = useValue(useLive().stores.reference);
  const [filter, setFilter] = useState("");
  const [sort, setSort] = useState<WatchSort>({ column: "symbol", descending: false });
  const pointerInside = useRef(false);
  const order = useWatchOrder(reference, sort, filter, pointerInside);
  useTopic("sparks");

  return (
    <LivePanel
      title="Watch"
      topic="watch"
      kind="market"
      testId="watch"
      className={className}
      controls={
        <input
          id="watch-filter"
          type="search"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") setFilter("");
          }}
          aria-label="Filter by symbol or sector"
          placeholder="Filter  /"
          className="ml-1 h-[21px] w-32 rounded border border-line bg-sunken px-2 text-[11.5px] placeholder:text-faint"
        />
      }
    >
      <div className="watch-box flex h-full flex-col">
        <WatchHead sort={sort} onSort={setSort} />
        {reference === null ? (
          <EmptyState title="Waiting for the market">
            The desk sends its names as soon as its books are live.
          </EmptyState>
        ) : order.length === 0 ? (
          <EmptyState title={`Nothing matches "${filter}"`}>Escape clears the filter.</EmptyState>
        ) : (
          <WatchRows reference={reference} order={order} pointerInside={pointerInside} />
        )}
      </div>
    </LivePanel>
  );
}

function WatchHead({ sort, onSort }: { sort: WatchSort; onSort: (sort: WatchSort) => void }) {
  return (
    <div className="watch-columns grid h-[24px] shrink-0 items-center border-b border-line lg:mr-2">
      {heads.map(({ title, column, left }) => {
        const sorted = column !== undefined && sort.column === column;
        const look = `column-head truncate ${left ? "pl-2 text-left first:pl-3" : "pr-1.5 text-right"}`;
        // Beside the words, on the side where the column has none of its own figures.
        const mark = sorted && <span className="px-px text-gold">{sort.descending ? "↓" : "↑"}</span>;
        if (column === undefined)
          return (
            <span key={title} className={look}>
              {title}
            </span>
          );
        return (
          <button
            key={title}
            type="button"
            aria-label={`Sort by ${title}${sorted ? (sort.descending ? ", now descending" : ", now ascending") : ""}`}
            onClick={() => onSort({ column, descending: sorted ? !sort.descending : column !== "symbol" })}
            className={`${look} hover:text-text ${sorted ? "text-text" : ""}`}
          >
            {left !== true && mark}
            {title}
            {left === true && mark}
          </button>
        );
      })}
    </div>
  );
}

function WatchRows({
  reference,
  order,
  pointerInside,
}: {
  reference: ReferencePayload;
  order: readonly number[];
  pointerInside: RefObject<boolean>;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const selected = useDeskView((view) => view.instrument);
  const select = useDeskView((view) => view.select);
  const virtual = useVirtualizer({
    count: order.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 4,
    useFlushSync: false,
  });

  function onKeyDown(event: KeyboardEvent) {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 15,
      PageUp: -15,
      Home: -order.length,
      End: order.length,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.min(order.length - 1, Math.max(0, order.indexOf(selected) + step));
    select(order[next]);
    virtual.scrollToIndex(next);
  }

  return (
    <div
      ref={scroller}
      role="listbox"
      aria-label="Watch list"
      aria-activedescendant={`watch-row-${selected}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerEnter={() => {
        pointerInside.current = true;
      }}
      onPointerLeave={() => {
        pointerInside.current = false;
      }}
      className="min-h-0 flex-1 overflow-y-scroll focus-visible:-outline-offset-2"
    >
      <div className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const instrument = reference.instruments[order[item.index]];
          if (instrument === undefined) return null;
          const active = instrument.id === selected;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys
            <div
              key={instrument.id}
              id={`watch-row-${instrument.id}`}
              role="option"
              aria-posinset={item.index + 1}
              aria-setsize={order.length}
              aria-selected={active}
              data-testid={`watch-row-${instrument.symbol}`}
              onClick={() => select(instrument.id)}
              className={`absolute inset-x-0 cursor-pointer border-l-2 ${
                active ? "border-gold bg-raised" : "border-transparent hover:bg-raised/70"
              }`}
              style={{ height: rowHeight, transform: `translateY(${item.start}px)` }}
            >
              <WatchLine
                instrument={instrument.id}
                symbol={instrument.symbol}
                decimals={decimalsOfTick(instrument.tick)}
                synthetic={instrument.synthetic}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function useWatchOrder(
  reference: ReferencePayload | null,
  sort: WatchSort,
  filter: string,
  pointerInside: RefObject<boolean>,
): readonly number[] {
  const { watch } = useLive().stores;
  const compute = useCallback(
    () => (reference === null ? [] : orderWatch(reference.instruments, (id) => watch.get(id), sort, filter)),
    [reference, watch, sort, filter],
  );
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (sort.column === "symbol") return;
    const timer = setInterval(() => {
      if (!pointerInside.current) setRound((before) => before + 1);
    }, reorderMs);
    return () => clearInterval(timer);
  }, [sort.column, pointerInside]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each round takes the order anew
  return useMemo(compute, [compute, round]);
}
