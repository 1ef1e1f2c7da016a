import { toast } from "sonner";
import type { SavedLayout } from "@/protocol/layouts";
import { readArrangement } from "./arrangement";
import { useDock } from "./dock-store";

/** Puts a saved layout on the screen; one that cannot be shown says why, and the desk goes back to how it comes. */
export function loadLayout({ name, arrangement }: SavedLayout): void {
  const { commands } = useDock.getState();
  if (commands === null) return;
  const read = readArrangement(arrangement);
  if (read.ok) commands.load(read.arrangement);
  else {
    commands.reset();
    toast.warning(`Layout "${name}" is not shown: ${read.reason}`, { description: "The default layout is on." });
  }
}
