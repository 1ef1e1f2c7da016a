"use client";

import { formatDayTime } from "@/components/format/numbers";
import { useLive } from "@/components/live/live-context";
import { useRow } from "@/components/live/use-live";
import { useDeskView } from "@/components/terminal/desk-view";
import { LivePanel } from "@/components/terminal/live-panel";
import { useReference } from "@/components/terminal/use-reference";
import { Button } from "@/components/ui/button";
import type { Scope } from "@/domain/command";
import { tradingModes } from "@/domain/limit";
import type { ReferencePayload } from "@/protocol/topics";
import { KillButton } from "./kill-button";
import {
  headroomText,
  limitAbout,
  limitTitle,
  limitValueText,
  modeAbout,
  modeText,
  scopeText,
  usedText,
} from "./limit-words";
import { useMode } from "./use-mode";
import { useScopeName } from "./use-scope-name";

/** What is chosen on the risk page: a scope, and one limit of it or none. */
export type ScopePick = { readonly scope: Scope; readonly target: number; readonly limit: number | null };

const pickedScopes = ["all", "strategy", "pair", "instrument", "venue", "order"] as const satisfies readonly Scope[];
const fieldLook = "h-[28px] min-w-0 rounded border border-line bg-sunken px-1.5 text-[12px]";

function targetsOf(reference: ReferencePayload | null, scope: Scope): readonly (readonly [number, string])[] {
  if (reference === null) return [];
  switch (scope) {
    case "all":
    case "order":
      return [];
    case "strategy":
      return reference.strategies.map(({ id, name }) => [id, name] as const);
    case "pair":
      return reference.pairs.map(({ id, name }) => [id, name] as const);
    case "instrument":
      return reference.instruments.map(({ id, symbol }) => [id, symbol] as const);
    case "venue":
      return reference.venues.map(({ id, name }) => [id, name] as const);
  }
}

/** One scope: its kill, its mode, and the limit that is chosen in the tree. */
export function ScopePanel({
  pick,
  onPick,
  className = "",
}: {
  pick: ScopePick;
  onPick: (pick: ScopePick) => void;
  className?: string;
}) {
  const { reference } = useReference();
  const nameOf = useScopeName();
  const { scope, target, limit } = pick;
  const targets = targetsOf(reference, scope);
  return (
    <LivePanel title="Scope" topic="risk" testId="risk-scope" className={className}>
      <div className="flex h-full flex-col gap-2.5 overflow-auto p-3">
        <div className="flex gap-1.5">
          <select
            aria-label="Scope"
            value={scope}
            data-testid="pick-scope"
            onChange={(event) => {
              const next = pickedScopes.find((each) => each === event.target.value) ?? "all";
              onPick({ scope: next, target: next === "all" ? -1 : next === "order" ? 1 : 0, limit: null });
            }}
            className={fieldLook}
          >
            {pickedScopes.map((each) => (
              <option key={each} value={each}>
                {scopeText[each]}
              </option>
            ))}
          </select>
          {scope === "order" ? (
            <input
              aria-label="Order number"
              type="number"
              min={1}
              value={target}
              data-testid="pick-target"
              onChange={(event) =>
                onPick({ scope, target: Math.max(1, Math.trunc(Number(event.target.value)) || 1), limit: null })
              }
              className={`${fieldLook} numeric flex-1`}
            />
          ) : (
            <select
              aria-label={`Which ${scopeText[scope].toLowerCase()}`}
              value={target}
              disabled={targets.length === 0}
              data-testid="pick-target"
              onChange={(event) => onPick({ scope, target: Number(event.target.value), limit: null })}
              className={`${fieldLook} flex-1 disabled:opacity-60`}
            >
              {targets.length === 0 && <option value={target}>{reference?.desk ?? "–"}</option>}
              {targets.map(([id, name]) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
          <KillButton scope={scope} target={target} testId="kill-picked" className="h-[28px] w-[74px] shrink-0">
            {scope === "all" ? "HALT…" : "Kill…"}
          </KillButton>
        </div>
        {scope === "order" ? (
          <p className="text-muted">An order has no mode; its kill cancels it and follows it to its end.</p>
        ) : (
          <ModeButtons scope={scope} target={target} name={nameOf(scope, target)} />
        )}
        {limit === null ? (
          <p className="mt-auto text-muted">Choose a limit in the tree to see its numbers and to change it.</p>
        ) : (
          <LimitNumbers limit={limit} />
        )}
      </div>
    </LivePanel>
  );
}

function ModeButtons({ scope, target, name }: { scope: Exclude<Scope, "order">; target: number; name: string }) {
  const now = useMode(scope, target);
  const open = useDeskView((view) => view.open);
  return (
    <fieldset aria-label={`Mode of ${name}`} className="flex flex-col gap-1">
      <div className="grid grid-cols-3 gap-1">
        {tradingModes.names.map((mode) => (
          <Button
            key={mode}
            tone={now === mode ? (mode === "active" ? "plain" : mode === "halted" ? "halt" : "primary") : "quiet"}
            aria-pressed={now === mode}
            data-testid={`mode-${mode}`}
            title={modeAbout[mode]}
            onClick={() => open({ kind: "mode", scope, target, mode })}
            className={`h-[28px] ${now === mode ? "" : "border border-line"}`}
          >
            {now === mode ? `● ${modeText[mode]}` : modeText[mode]}
          </Button>
        ))}
      </div>
      <p className="text-muted">{modeAbout[now]}</p>
    </fieldset>
  );
}

function LimitNumbers({ limit }: { limit: number }) {
  const row = useRow(useLive().stores.limits, limit);
  const open = useDeskView((view) => view.open);
  if (row === undefined) return null;
  const lines: readonly (readonly [string, string])[] = [
    ["Limit", limitValueText(row.limit, row.value)],
    ["Used", usedText(row, row.used)],
    ["At its worst", usedText(row, row.worst)],
    ["Headroom", headroomText(row)],
    ["Changed by hand", row.changedNs === 0 ? "never" : formatDayTime(row.changedNs)],
  ];
  return (
    <section aria-label={limitTitle[row.limit]} data-testid="limit-numbers" className="mt-auto flex flex-col gap-1.5">
      <div className="flex items-center gap-2">
        <h3 className="min-w-0 flex-1 truncate font-semibold" title={limitAbout[row.limit]}>
          {limitTitle[row.limit]}
        </h3>
        <Button
          data-testid="limit-change"
          onClick={() => open({ kind: "limit", limit })}
          className="h-[26px]"
          hint="Asks for the new value and a reason"
        >
          Change…
        </Button>
      </div>
      <dl className="grid grid-cols-2 gap-x-4">
        {lines.map(([name, text]) => (
          <div key={name} className="flex justify-between gap-2 border-b border-line/50 py-[2px]">
            <dt className="truncate text-muted">{name}</dt>
            <dd className="numeric">{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
