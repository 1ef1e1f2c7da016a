"use client";

import { useDeskView } from "@/components/terminal/desk-view";
import { Button } from "@/components/ui/button";
import type { Scope } from "@/domain/command";
import { useScopeName } from "./use-scope-name";

/** Opens the one dialog that kills a scope; Enter there kills. Killing again is harmless, so only what has ended bars it. */
export function KillButton({
  scope,
  target,
  children,
  className = "",
  testId,
  tabIndex,
  blocked = null,
}: {
  scope: Scope;
  target: number;
  children: string;
  className?: string;
  testId: string;
  tabIndex?: number;
  /** Why there is nothing to kill. */
  blocked?: string | null;
}) {
  const open = useDeskView((view) => view.open);
  const nameOf = useScopeName();
  return (
    <Button
      tone="danger"
      data-testid={testId}
      blocked={blocked}
      tabIndex={tabIndex}
      aria-label={`${children.replace("…", "")} ${nameOf(scope, target)}`}
      title={`Kill ${nameOf(scope, target)}: blocks new orders, then cancels; asks once`}
      onClick={(event) => {
        event.stopPropagation();
        openKill(open, scope, target);
      }}
      className={className}
    >
      {children}
    </Button>
  );
}

/** Opens the dialog of a kill: the desk's and a strategy's have their own. */
export function openKill(open: ReturnType<typeof useDeskView.getState>["open"], scope: Scope, target: number): void {
  if (scope === "all") open({ kind: "halt" });
  else if (scope === "strategy") open({ kind: "kill", strategy: target });
  else open({ kind: "killScope", scope, target });
}
