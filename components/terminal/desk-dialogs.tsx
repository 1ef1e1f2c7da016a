"use client";

import { CommandPalette } from "@/components/palette/command-palette";
import { HaltDialog } from "@/components/risk/halt-dialog";
import { ApproveDialog, KillDialog, ReleaseDialog } from "@/components/strategy/strategy-dialogs";
import { useDeskView } from "./desk-view";
import { ShortcutsDialog } from "./shortcuts-dialog";
import { useCommand } from "./use-command";
import { useReference } from "./use-reference";

/** The one dialog that may be open. */
export function DeskDialogs() {
  const dialog = useDeskView((view) => view.dialog);
  const onClose = useDeskView((view) => view.closeDialog);
  const { reference } = useReference();
  const command = useCommand();
  if (dialog === null) return null;
  if (dialog.kind === "halt") return <HaltDialog onClose={onClose} />;
  if (dialog.kind === "palette") return <CommandPalette symbolsOnly={dialog.symbols} onClose={onClose} />;
  if (dialog.kind === "shortcuts") return <ShortcutsDialog onClose={onClose} />;
  if (dialog.kind === "releaseAll")
    return (
      <ReleaseDialog
        subject="the halt"
        description="New orders become possible again. Strategies stay paused until each is resumed; killed ones stay killed."
        onClose={onClose}
        onRelease={(reason) => command({ command: "release", scope: "all", target: -1, reason }, "the halt")}
      />
    );
  const strategy = reference?.strategies[dialog.strategy];
  if (strategy === undefined) return null;
  if (dialog.kind === "approve") return <ApproveDialog strategy={strategy} onClose={onClose} />;
  if (dialog.kind === "kill") return <KillDialog strategy={strategy} onClose={onClose} />;
  return (
    <ReleaseDialog
      subject={strategy.name}
      description="The latch comes off. It stays stopped until someone approves it again."
      onClose={onClose}
      onRelease={(reason) =>
        command({ command: "release", scope: "strategy", target: strategy.id, reason }, strategy.name)
      }
    />
  );
}
