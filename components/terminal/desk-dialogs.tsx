"use client";

import { CommandPalette } from "@/components/palette/command-palette";
import { HaltDialog } from "@/components/risk/halt-dialog";
import { LimitDialog } from "@/components/risk/limit-dialog";
import { ModeDialog } from "@/components/risk/mode-dialog";
import { ReleaseDialog } from "@/components/risk/release-dialog";
import { ScopeKillDialog } from "@/components/risk/scope-kill-dialog";
import { ApproveDialog, KillDialog } from "@/components/strategy/strategy-dialogs";
import { useDeskView } from "./desk-view";
import { ShortcutsDialog } from "./shortcuts-dialog";
import { useReference } from "./use-reference";

/** The one dialog that may be open. */
export function DeskDialogs() {
  const dialog = useDeskView((view) => view.dialog);
  const onClose = useDeskView((view) => view.closeDialog);
  const { reference } = useReference();
  if (dialog === null) return null;
  switch (dialog.kind) {
    case "halt":
      return <HaltDialog onClose={onClose} />;
    case "palette":
      return <CommandPalette symbolsOnly={dialog.symbols} onClose={onClose} />;
    case "shortcuts":
      return <ShortcutsDialog onClose={onClose} />;
    case "killScope":
      return <ScopeKillDialog scope={dialog.scope} target={dialog.target} onClose={onClose} />;
    case "releaseScope":
      return <ReleaseDialog scope={dialog.scope} target={dialog.target} onClose={onClose} />;
    case "mode":
      return <ModeDialog scope={dialog.scope} target={dialog.target} mode={dialog.mode} onClose={onClose} />;
    case "limit":
      return <LimitDialog limit={dialog.limit} onClose={onClose} />;
    case "approve":
    case "kill": {
      const strategy = reference?.strategies[dialog.strategy];
      if (strategy === undefined) return null;
      if (dialog.kind === "approve") return <ApproveDialog strategy={strategy} onClose={onClose} />;
      return <KillDialog strategy={strategy} onClose={onClose} />;
    }
  }
}
