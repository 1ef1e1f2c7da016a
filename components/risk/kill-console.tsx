"use client";

import { useMemo } from "react";
import { useLive } from "@/components/live/live-context";
import { useRows, useValue } from "@/components/live/use-live";
import { useDeskView } from "@/components/terminal/desk-view";
import { LivePanel } from "@/components/terminal/live-panel";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { EmptyState } from "@/components/ui/panel-frame";
import type { ModeRow } from "@/protocol/topics";
import { KillInForce } from "./kill-line";
import { killsInForce } from "./kills-in-force";
import { modeText } from "./limit-words";
import { useScopeName } from "./use-scope-name";

/** What is stopped now: every kill in force with its progress and its release, and every mode that is not active. */
export function KillConsole({ className = "" }: { className?: string }) {
  const { stores } = useLive();
  const rows = useRows(stores.kills);
  const modes = useValue(stores.modes);
  const kills = useMemo(() => killsInForce(rows), [rows]);
  return (
    <LivePanel
      title="Kills and modes in force"
      topic="kills"
      testId="kill-console"
      className={className}
      controls={
        <span className="numeric ml-1 text-muted" data-testid="kills-in-force">
          {kills.length + modes.length}
        </span>
      }
    >
      {kills.length + modes.length === 0 ? (
        <EmptyState title="Nothing is stopped">Kills stay here, also over restarts, until each is released.</EmptyState>
      ) : (
        <div
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too
          tabIndex={0}
          className="h-full overflow-auto focus-visible:-outline-offset-2"
        >
          {kills.map((kill) => (
            <KillInForce key={`${kill.scope}:${kill.target}`} kill={kill} />
          ))}
          {modes.map((row) => (
            <ModeInForce key={`${row.scope}:${row.target}`} row={row} />
          ))}
        </div>
      )}
    </LivePanel>
  );
}

function ModeInForce({ row }: { row: ModeRow }) {
  const nameOf = useScopeName();
  const open = useDeskView((view) => view.open);
  const { scope, target, mode } = row;
  if (scope === "order") return null;
  return (
    <div
      data-testid={`mode-in-force-${scope}-${target}`}
      className="flex items-center gap-2 border-b border-line px-3 py-1.5"
    >
      <Chip tone={mode === "halted" ? "danger" : "warning"} className="w-[76px]">
        {modeText[mode]}
      </Chip>
      <span className="min-w-0 flex-1 truncate">{nameOf(scope, target)}</span>
      <Button
        onClick={() => open({ kind: "mode", scope, target, mode: "active" })}
        aria-label={`Put ${nameOf(scope, target)} back to active`}
        className="h-[26px]"
        hint="Asks for a reason"
      >
        Back…
      </Button>
    </div>
  );
}
