"use client";

import { useMemo } from "react";
import { useLive } from "@/components/live/live-context";
import { useRow } from "@/components/live/use-live";
import { LivePanel } from "@/components/terminal/live-panel";
import { useReference } from "@/components/terminal/use-reference";
import { EmptyState } from "@/components/ui/panel-frame";
import { type LimitPlace, limitsAt } from "./limit-tree";
import { limitValueText } from "./limit-words";
import { UseBar } from "./use-bar";
import { useScopeName } from "./use-scope-name";

/** Messages of the last second against each rate limit: of the desk, its venues and its strategies. */
export function RatesPanel({ className = "" }: { className?: string }) {
  const { reference } = useReference();
  const places = useMemo(() => {
    if (reference === null) return [];
    return [
      ...limitsAt("all", -1, reference),
      ...reference.venues.flatMap(({ id }) => limitsAt("venue", id, reference)),
      ...reference.strategies.flatMap(({ id }) => limitsAt("strategy", id, reference)),
    ].filter(({ code }) => code === "messagesPerSecond");
  }, [reference]);
  return (
    <LivePanel title="Messages a second" topic="risk" testId="risk-rates" className={className}>
      {places.length === 0 ? (
        <EmptyState title="Waiting for the rates" />
      ) : (
        <dl tabIndex={0} className="h-full overflow-auto px-3 py-1 focus-visible:-outline-offset-2">
          {places.map((place) => (
            <Rate key={place.id} place={place} />
          ))}
        </dl>
      )}
    </LivePanel>
  );
}

function Rate({ place }: { place: LimitPlace }) {
  const row = useRow(useLive().stores.limits, place.id);
  const name = useScopeName()(place.scope, place.target);
  return (
    <div className="grid h-[21px] grid-cols-[minmax(0,1fr)_minmax(80px,1fr)_92px] items-center gap-2">
      <dt className="truncate" title={name}>
        {name}
      </dt>
      <dd className="contents">
        {row === undefined ? <span /> : <UseBar use={row} label={`Messages a second, ${name}`} />}
        <span className="numeric truncate text-right text-[11px]">
          {row === undefined
            ? "–"
            : `${limitValueText(place.code, row.used)} / ${limitValueText(place.code, row.value)}`}
        </span>
      </dd>
    </div>
  );
}
