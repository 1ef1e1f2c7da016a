"use client";

import Link from "next/link";
import { directionOf, formatSignedMoney, formatSignedQuantity, formatZ } from "@/components/format/numbers";
import { pairStateText } from "@/components/format/words";
import { useLive } from "@/components/live/live-context";
import { useRow } from "@/components/live/use-live";
import { useReference } from "@/components/terminal/use-reference";
import { NumberCell } from "@/components/ui/number-cell";
import type { PairRow } from "@/protocol/topics";
import { pairWaitText } from "./pair-words";

/** What a pair waits for, with the numbers of its strategy. */
export function usePairWait(pair: number, row: PairRow | undefined): string {
  const { reference } = useReference();
  const strategy = reference?.pairs[pair]?.strategy ?? -1;
  const state = useRow(useLive().stores.strategies, strategy)?.state;
  if (row === undefined) return "waiting for its first numbers";
  return pairWaitText(row, reference?.strategies[strategy]?.parameters, state);
}

/** A pair in one line of words. */
export function usePairLabel(pair: number, row: PairRow | undefined): string {
  const { pair: nameOf } = useReference();
  const wait = usePairWait(pair, row);
  if (row === undefined) return `${nameOf(pair)}: ${wait}`;
  return `${nameOf(pair)}: ${pairStateText[row.state]}, z ${formatZ(row.z)}, net ${formatSignedMoney(row.net)}, ${wait}`;
}

/** The pair that is pointed at, in words: state, reason, legs and money. Its height never changes. */
export function PairStrip({ pair }: { pair: number | null }) {
  return (
    <div
      data-testid="pair-strip"
      className="flex h-[58px] shrink-0 items-center border-t border-line bg-sunken px-3 text-[12px]"
    >
      {pair === null ? (
        <span className="text-muted">Point at a pair, or move to it with the arrows, to read about it here.</span>
      ) : (
        <StripLine pair={pair} />
      )}
    </div>
  );
}

function StripLine({ pair }: { pair: number }) {
  const { reference, pair: nameOf, symbol, strategy } = useReference();
  const row = useRow(useLive().stores.pairs, pair);
  const wait = usePairWait(pair, row);
  const spec = reference?.pairs[pair];
  const legs =
    spec === undefined || row === undefined
      ? ""
      : `${symbol(spec.instrumentA)} ${formatSignedQuantity(row.quantityA)} · ${symbol(spec.instrumentB)} ${formatSignedQuantity(row.quantityB)}`;
  return (
    <div className="grid w-full grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-0.5">
      <span className="min-w-0 truncate">
        <Link href={`/pairs/${pair}`} tabIndex={-1} className="font-semibold underline-offset-2 hover:underline">
          {nameOf(pair)}
        </Link>
        <span className={row === undefined || row.state === "flat" ? "text-muted" : "font-medium text-gold"}>
          {row === undefined ? "" : ` ${pairStateText[row.state]}`}
        </span>
        <span className="text-muted"> · {strategy(spec?.strategy ?? -1)}</span>
      </span>
      <NumberCell
        text={row === undefined ? "–" : `net ${formatSignedMoney(row.net)}`}
        direction={directionOf(row?.net)}
        className="w-[16ch]"
      />
      <span className="min-w-0 truncate max-sm:col-span-2" data-testid="pair-strip-wait" title={wait}>
        {wait}
      </span>
      <span className="numeric hidden text-right text-muted sm:block">{legs}</span>
    </div>
  );
}
