import { toast } from "sonner";
import type { SavedLayout } from "@/protocol/layouts";
import { useDock } from "./dock-store";

/** Puts a saved layout on the screen; one that cannot be shown says why, and the desk goes back to how it comes. */
export function loadLayout({ name, arrangement }: SavedLayout): void {
  const reason = useDock.getState().commands?.loadStored(arrangement) ?? null;
  if (reason !== null)
    toast.warning(`Layout "${name}" is not shown: ${reason}`, { description: "The default layout is on." });
}
