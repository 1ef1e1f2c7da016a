"use client";

import { useRouter } from "next/navigation";
import { memo, useEffect, useMemo, useState } from "react";
import {
  directionOf,
  formatAge,
  formatBps,
  formatPrice,
  formatQuantity,
  formatShare,
  formatShortQuantity,
  formatSignedBps,
} from "@/components/format/numbers";
import { wordsOf } from "@/components/format/words";
import { useLive } from "@/components/live/live-context";
import { useTicking } from "@/components/live/use-freshness";
import { useRow, useTopic, useValue } from "@/components/live/use-live";
import { KillButton } from "@/components/risk/kill-button";
import { useDeskView } from "@/components/terminal/desk-view";
import { Chip } from "@/components/ui/chip";
import { NumberCell } from "@/components/ui/number-cell";
import type { WallLevels } from "@/protocol/topics";
import { TileSpark } from "./tile-spark";
import { imbalanceOf, isStale } from "./wall-order";

/** Height of a tile and the space below it, in pixels; the wall's rows are virtual and need it. */
export const tileHeight = 176;

/** Tiles that fly by in a quick scroll are not subscribed to. */
const settleMs = 120;

const places = [0, 1, 2, 3, 4] as const;

/** One symbol of the wall. Subscribes to its levels while it is on the screen. A click shows it on the desk. */
export const MarketTile = memo(function MarketTile({
  instrument,
  symbol,
  decimals,
}: {
  instrument: number;
  symbol: string;
  decimals: number;
}) {
  const { stores, replica } = useLive();
  const router = useRouter();
  const select = useDeskView((view) => view.select);
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), settleMs);
    return () => clearTimeout(timer);
  }, []);
  useTopic(settled ? `wall:${symbol}` : null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a store of before the subscription may be forgotten
  const wall = useMemo(() => stores.wall(symbol), [stores, symbol, settled]);
  const levels = useValue(wall);
  const row = useRow(stores.watch, instrument);
  const stale = useTicking(() => isStale(stores.watch.get(instrument), replica.engineNowNs()), false);
  const age = useTicking(() => {
    const changed = stores.watch.get(instrument)?.changedNs ?? 0;
    const now = replica.engineNowNs();
    return now === null || changed === 0 ? "–" : formatAge((now - changed) / 1e6);
  }, "–");
  const deepest = Math.max(1, ...[...(levels?.bids ?? []), ...(levels?.asks ?? [])].map(([, quantity]) => quantity));
  const closed = row !== undefined && row.status !== "trading" ? wordsOf(row.status) : null;
  const direction = directionOf(row?.changeBps);
  return (
    <div className="relative">
      <button
        type="button"
        data-testid={`tile-${symbol}`}
        data-stale={stale}
        data-changed={row?.changedNs ?? 0}
        title="Shows it on the desk"
        onClick={() => {
          select(instrument);
          router.push("/");
        }}
        className={`relative flex w-full flex-col overflow-hidden rounded-md border bg-panel px-2 pt-1.5 pb-1 text-left hover:border-faint ${
          stale ? "border-warning/70" : "border-line"
        }`}
        style={{ height: tileHeight - 6 }}
      >
        <span className="flex items-baseline gap-1.5">
          <span className="text-[13px] font-semibold">{symbol}</span>
          {row?.killed && <Chip tone="danger">Killed</Chip>}
          {closed !== null && <Chip tone="warning">{closed}</Chip>}
          <span
            title="Since its book last changed"
            className={`numeric min-w-0 flex-1 truncate text-[10.5px] ${stale ? "" : "text-muted"}`}
          >
            <span className={stale ? "rounded-sm bg-warning px-1 font-semibold text-bg" : ""}>
              {stale ? `STALE ${age}` : age}
            </span>
          </span>
          <span className="numeric font-semibold">
            {row === undefined ? "–" : formatPrice(row.lastPrice, decimals)}
          </span>
          <span
            title="Change of the day, in bp"
            className={`numeric w-[7.5ch] text-right text-[10.5px] ${direction === "flat" ? "text-muted" : direction}`}
          >
            {formatSignedBps(row?.changeBps ?? null)}
          </span>
        </span>
        <TileSpark instrument={instrument} />
        <span className="mt-1 grid grid-cols-2 gap-x-2.5 text-[11px] leading-[17px]">
          <Side levels={levels?.bids ?? []} deepest={deepest} decimals={decimals} side="bid" />
          <Side levels={levels?.asks ?? []} deepest={deepest} decimals={decimals} side="ask" />
        </span>
        <span className="mt-auto flex h-[20px] items-center gap-2 pr-[44px] text-[10.5px] text-muted">
          <span className="numeric" title="Spread">
            {formatBps(row?.spreadBps ?? null)} bp
          </span>
          <span className="numeric" title="Imbalance at the best prices: + more bids, − more offers">
            {formatShare(imbalanceOf(row))}
          </span>
          <span className="numeric min-w-0 flex-1 truncate" title="Volume of the day">
            vol {row === undefined ? "–" : formatShortQuantity(row.volume)}
          </span>
        </span>
        {stale && <span aria-hidden className="hatched pointer-events-none absolute inset-0" />}
      </button>
      <KillButton
        scope="instrument"
        target={instrument}
        testId={`tile-${symbol}-kill`}
        className="absolute right-1.5 bottom-[5px] h-[18px] text-[10.5px]"
      >
        Kill…
      </KillButton>
    </div>
  );
});

/** Five levels of one side, best on top; a bar behind each says how much of the largest it is. */
function Side({
  levels,
  deepest,
  decimals,
  side,
}: {
  levels: WallLevels;
  deepest: number;
  decimals: number;
  side: "bid" | "ask";
}) {
  const bid = side === "bid";
  return (
    <span>
      {places.map((place) => {
        const level = levels[place];
        return (
          <span
            key={place}
            data-testid={`wall-${side}`}
            data-price={level?.[0] ?? ""}
            className={`relative grid h-[17px] items-center ${bid ? "grid-cols-[1fr_auto]" : "grid-cols-[max-content_6.5ch]"}`}
          >
            <span
              aria-hidden
              className={`absolute inset-y-px ${bid ? "right-0 origin-right bg-buy-soft" : "left-0 origin-left bg-sell-soft"} w-full`}
              style={{ transform: `scaleX(${level === undefined ? 0 : level[1] / deepest})` }}
            />
            {bid ? (
              <>
                <NumberCell text={level ? formatQuantity(level[1]) : ""} className="relative pr-1.5 text-muted" />
                <NumberCell text={level ? formatPrice(level[0], decimals) : "–"} direction="up" className="relative" />
              </>
            ) : (
              <>
                <NumberCell
                  text={level ? formatPrice(level[0], decimals) : "–"}
                  direction="down"
                  className="relative"
                />
                <NumberCell text={level ? formatQuantity(level[1]) : ""} className="relative text-muted" />
              </>
            )}
          </span>
        );
      })}
    </span>
  );
}
