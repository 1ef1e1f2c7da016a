// biome-ignore-all lint/a11y/useSemanticElements: a select cannot hold a canvas
"use client";

import { useRouter } from "next/navigation";
import { type KeyboardEvent, type PointerEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useLive } from "@/components/live/live-context";
import { useRow, useTopic } from "@/components/live/use-live";
import { useSettledOrder } from "@/components/live/use-settled";
import { LivePanel } from "@/components/terminal/live-panel";
import { themeColours, useTheme } from "@/components/terminal/theme";
import { useReference } from "@/components/terminal/use-reference";
import { Choice } from "@/components/ui/choice";
import { FilterField } from "@/components/ui/filter-field";
import { EmptyState } from "@/components/ui/panel-frame";
import { paintCell } from "./paint-heat";
import { cellAt, type HeatLayout, heatLayout, orderPairs, type PairSort, pairSorts } from "./pair-order";
import { PairStrip, usePairLabel } from "./pair-strip";

const sortText: Readonly<Record<PairSort, string>> = {
  name: "Name",
  z: "z",
  distance: "|z|",
  net: "P&L",
  state: "State",
};

/** Changed cells drawn in one frame; the others wait for the next, so that no frame is long. */
const cellsPerFrame = 64;

/** Every pair of the desk at once: colour and number say how far each is from its mean. A click opens the pair. */
export function PairsMap() {
  const [sort, setSort] = useState<PairSort>("name");
  const [filter, setFilter] = useState("");
  const [frozen, setFrozen] = useState(false);
  const { reference, strategy } = useReference();
  const { pairs } = useLive().stores;
  useTopic("strategies");
  const named = useMemo(
    () => (reference?.pairs ?? []).map(({ id, name, strategy: at }) => ({ id, name, strategyName: strategy(at) })),
    [reference, strategy],
  );
  const compute = useCallback(
    () => orderPairs(named, (id) => pairs.get(id), sort, filter),
    [named, pairs, sort, filter],
  );
  const order = useSettledOrder(compute, frozen);
  return (
    <div className="flex h-full min-h-0 flex-col gap-1.5 p-1.5">
      <h1 className="sr-only">Pairs</h1>
      <LivePanel
        title="Pairs map"
        topic="pairs"
        kind="market"
        testId="pairs-map"
        className="min-h-[420px] flex-1"
        controls={
          <>
            <span className="numeric hidden w-[9ch] text-muted sm:inline" data-testid="pairs-map-count">
              {order.length}/{named.length}
            </span>
            <FilterField
              label="Filter pairs"
              hint="Name, strategy, state or reason"
              value={filter}
              onChange={setFilter}
              testId="pairs-filter"
              className="w-[200px]"
            />
            <Choice
              label="Sort"
              names={pairSorts}
              texts={sortText}
              chosen={sort}
              onChoose={setSort}
              testId="pairs-sort"
            />
            <span className="column-head ml-auto hidden truncate pl-3 lg:inline">
              ▸ entering · ◆ open · ◂ exiting · ✕ unwinding · ! look into it
            </span>
          </>
        }
      >
        {reference === null || named.length === 0 ? (
          <EmptyState title={reference === null ? "Waiting for the pairs" : "This desk has no pairs"} />
        ) : (
          <HeatMap order={order} onPointed={setFrozen} />
        )}
      </LivePanel>
    </div>
  );
}

function HeatMap({ order, onPointed }: { order: readonly number[]; onPointed: (pointed: boolean) => void }) {
  const { stores } = useLive();
  const { pair: nameOf } = useReference();
  const router = useRouter();
  const theme = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [active, setActive] = useState<number | null>(null);
  const layout = useMemo(() => heatLayout(size.width, size.height, order.length), [size, order.length]);
  const place = active === null ? -1 : order.indexOf(active);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const activeRef = useRef<number | null>(null);
  activeRef.current = active;
  const paintActive = useRef<(before: number | null, now: number | null) => void>(() => {});
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes the colours that are drawn
  useEffect(() => {
    const pen = canvas.current?.getContext("2d");
    if (canvas.current === null || pen === null || pen === undefined || size.width === 0) return;
    fitCanvas(canvas.current, pen, layout, size.width);
    const colours = themeColours();
    const painted: unknown[] = order.map(() => null);
    const paintPlace = (at: number) => {
      const id = order[at];
      const row = stores.pairs.get(id);
      painted[at] = row;
      paintCell(pen, layout, at, nameOf(id), row, id === activeRef.current, colours);
    };
    // A row that did not change is the same object: only cells that did are drawn again, so many a frame.
    let nextFrame = 0;
    const paintChanged = () => {
      let left = cellsPerFrame;
      for (let at = 0; at < order.length; at++) {
        if (stores.pairs.get(order[at]) === painted[at]) continue;
        if (left-- === 0) {
          cancelAnimationFrame(nextFrame);
          nextFrame = requestAnimationFrame(paintChanged);
          return;
        }
        paintPlace(at);
      }
    };
    for (let at = 0; at < order.length; at++) paintPlace(at);
    paintActive.current = (before, now) => {
      for (const id of [before, now]) {
        const at = id === null ? -1 : order.indexOf(id);
        if (at >= 0) paintPlace(at);
      }
    };
    document.fonts?.ready.then(() => {
      for (let at = 0; at < order.length; at++) paintPlace(at);
    });
    const stop = stores.pairs.subscribeAny("text", paintChanged);
    return () => {
      stop();
      cancelAnimationFrame(nextFrame);
    };
  }, [stores, order, layout, size, nameOf, theme]);

  const shown = useRef<number | null>(null);
  useEffect(() => {
    paintActive.current(shown.current, active);
    shown.current = active;
  }, [active]);

  function placeUnder(event: PointerEvent): number {
    const corner = canvas.current?.getBoundingClientRect();
    if (corner === undefined) return -1;
    return cellAt(layout, order.length, event.clientX - corner.left, event.clientY - corner.top);
  }

  function open(id: number | undefined) {
    if (id !== undefined) router.push(`/pairs/${id}`);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      open(order[Math.max(0, place)]);
      return;
    }
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: layout.columns,
      ArrowUp: -layout.columns,
      Home: -order.length,
      End: order.length,
    };
    const step = steps[event.key];
    if (step === undefined || order.length === 0) return;
    event.preventDefault();
    const next = place < 0 ? 0 : Math.min(order.length - 1, Math.max(0, place + step));
    setActive(order[next]);
    const top = Math.floor(next / layout.columns) * layout.cellHeight;
    const scroller = box.current;
    if (scroller === null) return;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + layout.cellHeight > scroller.scrollTop + scroller.clientHeight)
      scroller.scrollTop = top + layout.cellHeight - scroller.clientHeight;
  }

  const named = active ?? order[0] ?? null;
  return (
    <div className="flex h-full flex-col">
      <div className="min-h-0 flex-1 p-1.5">
        <div
          ref={box}
          role="listbox"
          aria-label="Pairs by z-score; arrows move, Enter opens"
          aria-activedescendant={named === null ? undefined : "pairs-map-active"}
          tabIndex={0}
          data-testid="pairs-canvas"
          onKeyDown={onKeyDown}
          onFocus={() => {
            onPointed(true);
            if (active === null && order.length > 0) setActive(order[0]);
          }}
          onBlur={() => onPointed(false)}
          onPointerMove={(event) => {
            onPointed(true);
            const under = placeUnder(event);
            if (under >= 0) setActive(order[under]);
          }}
          onPointerLeave={() => onPointed(false)}
          onClick={(event) => {
            const corner = canvas.current?.getBoundingClientRect();
            if (corner === undefined) return;
            open(order[cellAt(layout, order.length, event.clientX - corner.left, event.clientY - corner.top)]);
          }}
          className="h-full cursor-pointer overflow-x-hidden overflow-y-auto focus-visible:outline-offset-0"
        >
          <canvas ref={canvas} aria-hidden className="block" />
          {named !== null && <ActiveOption pair={named} />}
        </div>
      </div>
      <PairStrip pair={active} />
    </div>
  );
}

/** The pair under the keyboard, in words, for screen readers. */
function ActiveOption({ pair }: { pair: number }) {
  const row = useRow(useLive().stores.pairs, pair);
  return (
    <div id="pairs-map-active" role="option" aria-selected tabIndex={-1} className="sr-only">
      {usePairLabel(pair, row)}
    </div>
  );
}

function fitCanvas(canvas: HTMLCanvasElement, pen: CanvasRenderingContext2D, layout: HeatLayout, width: number): void {
  const scale = Math.min(3, devicePixelRatio || 1);
  const height = layout.rows * layout.cellHeight;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.textAlign = "center";
  pen.textBaseline = "middle";
}
