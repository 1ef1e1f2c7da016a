"use client";

import { memo, useEffect, useMemo, useState } from "react";
import { formatBps, formatPrice, formatQuantity } from "@/components/format/numbers";
import { wordsOf } from "@/components/format/words";
import { useLive } from "@/components/live/live-context";
import { useValue } from "@/components/live/use-live";
import { KillButton } from "@/components/risk/kill-button";
import { KillLine } from "@/components/risk/kill-line";
import { useDeskView } from "@/components/terminal/desk-view";
import { LivePanel } from "@/components/terminal/live-panel";
import { useReference } from "@/components/terminal/use-reference";
import { Chip } from "@/components/ui/chip";
import { EmptyState } from "@/components/ui/panel-frame";
import { midOf, spreadBps, toPrice } from "@/domain/price";
import type { BookPayload } from "@/protocol/topics";
import { deepest, type LadderPrices, type LadderRow, ladderPrices, ladderRows, touchState } from "./ladder-rows";

/** The depth of the selected name over all venues, ten levels a side, with what is ours in it. */
export function Ladder({ className = "" }: { className?: string }) {
  const instrument = useDeskView((view) => view.instrument);
  const { reference, symbol, decimals } = useReference();
  const name = reference === null ? null : symbol(instrument);
  const live = useLive();
  const store = useMemo(() => live.stores.book(name ?? ""), [live, name]);
  const book = useValue(store);
  return (
    <LivePanel
      key={name}
      title={name === null ? "Depth" : `Depth  ${name}`}
      topic={name === null ? "reference" : `book:${name}`}
      kind="market"
      testId="ladder"
      className={className}
      controls={
        <>
          {book !== null && book.status !== "trading" && book.status !== "unknown" && (
            <Chip tone="danger">{wordsOf(book.status)}</Chip>
          )}
          {name !== null && (
            <KillButton
              scope="instrument"
              target={instrument}
              testId="symbol-kill"
              className="whole ml-auto h-[22px] w-[58px] shrink-0 text-[11px]"
            >
              Kill…
            </KillButton>
          )}
        </>
      }
    >
      {book === null || reference === null ? (
        <EmptyState title="Waiting for the book" />
      ) : (
        <div className="flex h-full flex-col">
          <KillLine scope="instrument" target={instrument} />
          <div className="min-h-0 flex-1">
            <LadderBody
              book={book}
              decimals={decimals(instrument)}
              venues={reference.venues.map((venue) => venue.name)}
            />
          </div>
        </div>
      )}
    </LivePanel>
  );
}

function LadderBody({ book, decimals, venues }: { book: BookPayload; decimals: number; venues: readonly string[] }) {
  const [held, setHeld] = useState<LadderPrices | null>(null);
  const rows = ladderRows(book, held ?? ladderPrices(book));
  const scale = deepest(book);
  const template = `40px repeat(${venues.length}, minmax(0, 1fr)) minmax(0, 1.1fr) 76px`;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === " " && held !== null && event.target === document.body) {
        event.preventDefault();
        setHeld(ladderPrices(book));
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [held, book]);
  const row = (line: LadderRow, index: number, side: "bid" | "ask") => (
    <LadderLine
      key={`${side}${index}`}
      row={line}
      side={line.side ?? side}
      share={line.cumulative / scale}
      decimals={decimals}
      venueCount={venues.length}
      template={template}
      testId={`ladder-${side}-${side === "bid" ? index : rows.asks.length - 1 - index}`}
    />
  );
  return (
    <div
      className="flex h-full flex-col text-[11.5px]"
      onPointerEnter={() => setHeld(ladderPrices(book))}
      onPointerLeave={() => setHeld(null)}
    >
      <div
        className="column-head grid h-[22px] shrink-0 items-center border-b border-line px-2 text-right"
        style={{ gridTemplateColumns: template }}
      >
        <span className="text-left">Ours</span>
        {venues.map((venue) => (
          <span key={venue} className="truncate pl-1" title={venue}>
            {venue}
          </span>
        ))}
        <span>Total</span>
        <span>Price</span>
      </div>
      <div className="flex min-h-0 flex-1 flex-col">
        {/* Where there is little height the levels furthest from the touch go first, on both sides alike. */}
        <div className="flex min-h-0 flex-1 flex-col justify-end overflow-hidden">
          {rows.asks.map((line, index) => row(line, index, "ask"))}
        </div>
        <MidRow book={book} decimals={decimals} held={held} />
        <div className="flex min-h-0 flex-1 flex-col overflow-hidden">
          {rows.bids.map((line, index) => row(line, index, "bid"))}
        </div>
      </div>
    </div>
  );
}

const LadderLine = memo(
  function LadderLine({
    row,
    side,
    share,
    decimals,
    venueCount,
    template,
    testId,
  }: {
    row: LadderRow;
    side: "bid" | "ask";
    share: number;
    decimals: number;
    venueCount: number;
    template: string;
    testId: string;
  }) {
    const empty = row.side === null;
    return (
      <div
        data-testid={testId}
        data-price={row.price}
        data-quantity={row.quantity}
        className={`relative grid min-h-[15px] flex-[1_0_15px] items-center px-2 ${row.own > 0 ? "outline outline-gold/70 -outline-offset-1" : ""}`}
        style={{ gridTemplateColumns: template }}
        title={empty ? undefined : `Cumulative ${formatQuantity(row.cumulative)}`}
      >
        <span
          aria-hidden
          className={`absolute inset-y-px right-0 left-0 origin-right ${side === "bid" ? "bg-buy-soft" : "bg-sell-soft"}`}
          style={{ transform: `scaleX(${empty ? 0 : share})` }}
        />
        <span className="numeric relative text-left font-semibold text-gold">
          {row.own > 0 ? formatQuantity(row.own) : ""}
        </span>
        {Array.from({ length: venueCount }, (_, venue) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a venue's id is its place
          <span key={venue} className="numeric relative text-right text-muted">
            {row.venues[venue] ? formatQuantity(row.venues[venue]) : "·"}
          </span>
        ))}
        <span className="numeric relative text-right">{empty ? "–" : formatQuantity(row.quantity)}</span>
        <span
          className={`numeric relative text-right font-semibold ${empty ? "text-faint" : side === "bid" ? "up" : "down"}`}
        >
          {formatPrice(row.price, decimals)}
        </span>
      </div>
    );
  },
  (before, after) =>
    before.row.price === after.row.price &&
    before.row.side === after.row.side &&
    before.row.quantity === after.row.quantity &&
    before.row.cumulative === after.row.cumulative &&
    before.row.own === after.row.own &&
    before.share === after.share &&
    before.side === after.side &&
    before.decimals === after.decimals &&
    before.template === after.template &&
    before.row.venues.length === after.row.venues.length &&
    before.row.venues.every((quantity, venue) => quantity === after.row.venues[venue]),
);

const touchText: Readonly<Record<ReturnType<typeof touchState>, string>> = {
  oneSided: "One side only",
  normal: "Spread",
  locked: "Locked",
  crossed: "Crossed by",
};

function MidRow({ book, decimals, held }: { book: BookPayload; decimals: number; held: LadderPrices | null }) {
  const bid = toPrice(book.bids[0]?.price ?? 0);
  const ask = toPrice(book.asks[0]?.price ?? 0);
  const width = spreadBps(bid, ask);
  const bestHeldAsk = held?.asks.at(-1) ?? 0;
  const bestHeldBid = held?.bids[0] ?? 0;
  const moved = held === null ? "" : ask > bestHeldAsk ? "▲ market above" : bid < bestHeldBid ? "▼ market below" : "";
  return (
    <div
      data-testid="ladder-mid"
      className="grid h-[22px] shrink-0 grid-cols-[1fr_auto_1fr] items-center gap-3 border-y border-line bg-raised px-2"
    >
      <span className="truncate text-muted">
        {held === null ? (
          <>
            {touchText[touchState(book)]}{" "}
            <span className="numeric text-text">{width === null ? "" : formatBps(Math.abs(width))}</span>{" "}
            {width === null ? "" : "bp"}
          </>
        ) : (
          <span className="text-gold">{moved === "" ? "Held still" : moved}</span>
        )}
      </span>
      <span className="text-muted">
        Last <span className="numeric text-text">{formatPrice(book.lastPrice, decimals)}</span>
      </span>
      <span className="text-right text-muted">
        Mid{" "}
        <span className="numeric font-semibold text-text">
          {width === null ? "–" : formatPrice(midOf(bid, ask), decimals + 1)}
        </span>
      </span>
    </div>
  );
}
