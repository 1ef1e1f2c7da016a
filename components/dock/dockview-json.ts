import type { Orientation, SerializedDockview } from "dockview-react";
import type { Arrangement, ArrangementPart } from "@/protocol/layouts";
import { panelNamed, panelTitles } from "./panel-names";

type SerializedPart = SerializedDockview["grid"]["root"];

/** The one component that dockview shows panels with; the panel's id says which it is. */
export const panelComponent = "panel";

// The library's enumeration, without loading the library for it.
const orientation = { row: "HORIZONTAL" as Orientation, column: "VERTICAL" as Orientation };

/** An arrangement in dockview's words. */
export function toDockview({ width, height, direction, parts }: Arrangement): SerializedDockview {
  const panels: SerializedDockview["panels"] = {};
  let groups = 0;
  const partOf = (part: ArrangementPart): SerializedPart => {
    if (part.kind === "split") return { type: "branch", size: part.size, data: part.parts.map(partOf) };
    for (const id of part.panels) {
      const name = panelNamed(id);
      panels[id] = { id, contentComponent: panelComponent, title: name === undefined ? id : panelTitles[name] };
    }
    groups++;
    return {
      type: "leaf",
      size: part.size,
      data: { id: `${groups}`, views: [...part.panels], activeView: part.shown },
    };
  };
  const root: SerializedPart = {
    type: "branch",
    size: direction === "row" ? height : width,
    data: parts.map(partOf),
  };
  return { grid: { root, width, height, orientation: orientation[direction] }, panels };
}

/** What dockview shows, in our words; empty groups are left out, parts of no size get the smallest. */
export function fromDockview({ grid }: SerializedDockview): Arrangement {
  const partOf = (part: SerializedPart): ArrangementPart[] => {
    const size = Math.max(1, Math.round(part.size ?? 1));
    if (Array.isArray(part.data)) {
      const parts = part.data.flatMap(partOf);
      return parts.length === 0 ? [] : [{ kind: "split", size, parts }];
    }
    const { views, activeView } = part.data;
    if (views.length === 0) return [];
    return [{ kind: "group", size, panels: [...views], shown: activeView ?? views[0] }];
  };
  const { root } = grid;
  return {
    version: 1,
    width: Math.max(1, Math.round(grid.width)),
    height: Math.max(1, Math.round(grid.height)),
    direction: grid.orientation === orientation.row ? "row" : "column",
    parts: Array.isArray(root.data) ? root.data.flatMap(partOf) : partOf(root),
  };
}
