"use client";

import { memo } from "react";
import { useDeskView } from "@/components/terminal/desk-view";
import { useCommand } from "@/components/terminal/use-command";
import { Button, type ButtonTone } from "@/components/ui/button";
import type { StrategyState } from "@/domain/strategy";
import type { ReferencePayload } from "@/protocol/topics";
import { blockedReason, type StrategyAction, strategyActions } from "./strategy-actions";

const actionText: Readonly<Record<StrategyAction, string>> = {
  approve: "Approve",
  pause: "Pause",
  resume: "Resume",
  kill: "Kill",
  release: "Release",
};

const actionHint: Readonly<Record<StrategyAction, string>> = {
  approve: "Lets it trade, after you have seen its parameters and limits",
  pause: "No new positions; its working orders are cancelled, its positions stay",
  resume: "Goes on where it was paused",
  kill: "Blocks it, then cancels its orders; positions stay; latched until released",
  release: "Lists what is open, then takes the latch off; it stays stopped until approved again",
};

/** The five buttons; they render again only when what may be done changes, not with every number of the row. */
export const StrategyButtons = memo(function StrategyButtons({
  strategy,
  state,
  killed,
  halted,
  look,
}: {
  strategy: ReferencePayload["strategies"][number];
  /** Null while it is not known. */
  state: StrategyState | null;
  killed: boolean;
  halted: boolean;
  /** Size of the buttons. */
  look: string;
}) {
  const open = useDeskView((view) => view.open);
  const command = useCommand();
  const tones: Readonly<Record<StrategyAction, ButtonTone>> = {
    approve: "primary",
    pause: "plain",
    resume: "plain",
    kill: "danger",
    release: "plain",
  };
  function act(action: StrategyAction) {
    if (action === "pause" || action === "resume")
      command({ command: action, scope: "strategy", target: strategy.id, reason: "" }, strategy.name);
    else if (action === "release") open({ kind: "releaseScope", scope: "strategy", target: strategy.id });
    else open({ kind: action, strategy: strategy.id });
  }
  return strategyActions.map((action) => {
    const unknown = action === "kill" ? null : "Its state is not known yet";
    const blocked = state === null ? unknown : blockedReason(action, { state, killed }, halted);
    return (
      <Button
        key={action}
        tone={tones[action]}
        blocked={blocked}
        hint={actionHint[action]}
        aria-label={`${actionText[action]} ${strategy.name}`}
        data-testid={`strategy-${strategy.id}-${action}`}
        onClick={() => act(action)}
        className={look}
      >
        {actionText[action]}
      </Button>
    );
  });
});
