"use client";

import { useLive } from "@/components/live/live-context";
import { useRow, useValue } from "@/components/live/use-live";
import { useDeskView } from "@/components/terminal/desk-view";
import { Button } from "@/components/ui/button";
import { killProgressWords } from "@/domain/kill-words";

/** While the desk is halted: how far it is, who asked, and the way out. */
export function HaltProgress() {
  const { stores } = useLive();
  const desk = useValue(stores.desk);
  const kill = useRow(stores.kills, "all:-1");
  const open = useDeskView((view) => view.open);
  if (desk === null || !desk.halted) {
    if (desk?.recovering)
      return <Line testId="recovering">Recovering: no new orders until every session is reconciled</Line>;
    if (desk?.shuttingDown) return <Line testId="shutting-down">Shutting down: orders are being cancelled</Line>;
    return null;
  }
  const progress = killProgressWords(kill ?? { ...desk.kill, blockedNs: 0, lastCancelNs: 0 }).join(" · ");
  const reason = kill === undefined || kill.reason === "" ? "" : `: ${kill.reason}`;
  return (
    <div
      role="status"
      data-testid="halt-progress"
      className="flex min-h-[34px] shrink-0 flex-wrap items-center gap-x-3 border-b border-halt bg-halt/15 px-3 py-1"
    >
      <span className="min-w-0 break-words font-semibold">
        {progress}
        <span className="font-normal text-muted">{kill === undefined ? "" : ` · ${kill.actor}${reason}`}</span>
      </span>
      <Button
        data-testid="halt-release"
        onClick={() => open({ kind: "releaseScope", scope: "all", target: -1 })}
        className="h-[26px] shrink-0"
        hint="Lists what is open and asks for a reason; strategies stay paused until each is resumed"
      >
        Release…
      </Button>
    </div>
  );
}

function Line({ testId, children }: { testId: string; children: string }) {
  return (
    <p
      role="status"
      data-testid={testId}
      className="shrink-0 truncate border-b border-line bg-panel px-3 py-1.5 font-semibold text-warning"
    >
      {children}
    </p>
  );
}
