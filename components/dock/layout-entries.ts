import type { SavedLayout } from "@/protocol/layouts";
import type { DockState } from "./dock-store";
import { loadLayout } from "./load-layout";
import { panelNames, panelTitles } from "./panel-names";

/** A line of the palette about the desk's arrangement. */
export type LayoutEntry = {
  readonly text: string;
  readonly note: string;
  readonly keywords: string;
  readonly act: () => void;
};

/** What the palette offers while the dock is on the screen: every panel, each saved layout, the desk as it comes. */
export function layoutEntries(
  { commands, open }: DockState,
  saved: readonly SavedLayout[] | null,
): readonly LayoutEntry[] {
  if (commands === null) return [];
  return [
    ...panelNames.map((name) => ({
      text: `Panel: ${panelTitles[name]}`,
      note: open.has(name) ? "go there" : "closed, opens it again",
      keywords: "show reopen window",
      act: () => commands.show(name),
    })),
    ...(saved ?? []).map((layout) => ({
      text: `Layout: ${layout.name}`,
      note: "saved",
      keywords: "load arrangement workspace",
      act: () => loadLayout(layout),
    })),
    {
      text: "Layout: the default",
      note: "the desk as it comes",
      keywords: "reset arrangement workspace",
      act: commands.reset,
    },
  ];
}
