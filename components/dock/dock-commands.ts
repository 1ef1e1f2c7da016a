import type { DockviewApi, DockviewGroupPanel, IDockviewPanel } from "dockview-react";
import type { Arrangement } from "@/protocol/layouts";
import { defaultArrangement, type ReadArrangement, readArrangement } from "./arrangement";
import type { Direction, DockCommands } from "./dock-store";
import { fromDockview, panelComponent, toDockview } from "./dockview-json";
import { type PanelName, panelNamed, panelTitles } from "./panel-names";

/** One step of a resize, in pixels. */
const resizeStep = 40;
/** Closed panels that are remembered for "reopen". */
const closedMax = 20;
/** Panels that open beside each other when their own place is gone. */
const lists: readonly PanelName[] = ["positions", "orders", "fills", "pairs", "notices"];

const edgeOf = { left: "left", right: "right", up: "above", down: "below" } as const;
const sideOf = { left: "left", right: "right", up: "top", down: "bottom" } as const;

/** Where a panel was when it was closed: the neighbours it shared its place with. */
type Closed = { readonly panel: PanelName; readonly beside: readonly string[] };

/** What the terminal may ask of a dock. `element` is the box the dock fills. */
export function dockCommands(api: DockviewApi, element: HTMLElement): DockCommands {
  const closed: Closed[] = [];

  const groups = (): DockviewGroupPanel[] =>
    api.groups
      .filter((group) => group.api.isVisible && group.panels.length > 0)
      .toSorted((a, b) => {
        const [left, right] = [a.element.getBoundingClientRect(), b.element.getBoundingClientRect()];
        return left.top - right.top || left.left - right.left;
      });

  const focus = (panel: IDockviewPanel) => {
    panel.api.setActive();
    focusContent(panel.group.element);
  };

  const close = (panel: IDockviewPanel) => {
    const name = panelNamed(panel.id);
    if (name === undefined) return;
    const beside = panel.group.panels.map(({ id }) => id).filter((id) => id !== name);
    closed.push({ panel: name, beside });
    if (closed.length > closedMax) closed.shift();
    panel.api.close();
  };

  /** Adds a closed panel: beside those it stood with, beside its kind, or at the right edge. */
  const add = (name: PanelName, beside: readonly string[]) => {
    const kind = lists.includes(name) ? lists : [];
    const neighbour = [...beside, ...kind].map((id) => api.getPanel(id)).find((panel) => panel !== undefined);
    const common = { id: name, component: panelComponent, title: panelTitles[name] };
    if (neighbour !== undefined) api.addPanel({ ...common, position: { referencePanel: neighbour } });
    else if (api.totalPanels === 0) api.addPanel(common);
    else
      api.addPanel({
        ...common,
        position: { direction: "right" },
        initialWidth: Math.round(Math.min(420, api.width * 0.3)),
      });
  };

  const commands: DockCommands = {
    open: (name) => {
      if (api.hasMaximizedGroup()) api.exitMaximizedGroup();
      const last = closed.findLastIndex(({ panel }) => panel === name);
      if (api.getPanel(name) === undefined) add(name, last === -1 ? [] : closed[last].beside);
      if (last !== -1) closed.splice(last, 1);
      api.getPanel(name)?.api.setActive();
    },
    show: (name) => {
      commands.open(name);
      const panel = api.getPanel(name);
      if (panel !== undefined) focus(panel);
    },
    close: (name) => {
      const panel = api.getPanel(name);
      if (panel !== undefined) close(panel);
    },
    closeFocused: () => {
      const { activePanel } = api;
      if (activePanel === undefined) return;
      close(activePanel);
      if (api.activePanel !== undefined) focus(api.activePanel);
    },
    reopen: () => {
      const last = closed.at(-1);
      if (last !== undefined) commands.show(last.panel);
    },
    focusNext: (step) => {
      const places = groups();
      if (places.length === 0) return;
      const focused = places.findIndex(({ element: of }) => of.contains(document.activeElement));
      const at = focused === -1 ? (step === 1 ? -1 : 0) : focused;
      const panel = places[(at + step + places.length) % places.length].activePanel;
      if (panel !== undefined) focus(panel);
    },
    move: (direction) => {
      const panel = api.activePanel;
      if (panel === undefined) return;
      if (api.hasMaximizedGroup()) api.exitMaximizedGroup();
      const place = panel.group;
      if (place.panels.length > 1) panel.api.moveTo({ group: place, position: sideOf[direction] });
      else {
        const neighbour = neighbourOf(place, groups(), direction);
        if (neighbour !== undefined) panel.api.moveTo({ group: neighbour, position: "center" });
        else if (api.groups.length > 1)
          panel.api.moveTo({ group: api.addGroup({ direction: edgeOf[direction] }), position: "center" });
      }
      focus(panel);
    },
    maximise: () => {
      if (api.hasMaximizedGroup()) api.exitMaximizedGroup();
      else api.activePanel?.api.maximize();
    },
    resize: (step) => {
      const group = api.activeGroup;
      if (group === undefined || api.hasMaximizedGroup()) return;
      group.api.setSize({ width: group.width + step * resizeStep });
      group.api.setSize({ height: group.height + step * resizeStep });
    },
    arrangement: () => fromDockview(api.toJSON()),
    load: (arrangement) => {
      closed.length = 0;
      show(api, arrangement);
    },
    loadStored: (stored) => loadRead(commands, readArrangement(stored)),
    reset: () => {
      closed.length = 0;
      show(api, defaultArrangement(element.clientWidth, element.clientHeight));
    },
  };
  return commands;
}

/** Shows an arrangement that was read, else the desk as it comes; null, or why. */
export function loadRead(commands: DockCommands, read: ReadArrangement): string | null {
  if (read.ok)
    try {
      commands.load(read.arrangement);
      return null;
    } catch {
      // What the schema lets through and the dock does not take.
    }
  commands.reset();
  return read.ok ? "it cannot be shown" : read.reason;
}

/** Puts an arrangement on the screen, at the size the dock has now. */
function show(api: DockviewApi, arrangement: Arrangement): void {
  if (api.hasMaximizedGroup()) api.exitMaximizedGroup();
  const { width, height } = api;
  api.fromJSON(toDockview(arrangement), { reuseExistingPanels: true });
  if (width > 0 && height > 0) api.layout(width, height, true);
}

/** The nearest place on one side: among those that begin where this one ends, the one with the longest common edge. */
function neighbourOf(
  place: DockviewGroupPanel,
  all: readonly DockviewGroupPanel[],
  direction: Direction,
): DockviewGroupPanel | undefined {
  const own = place.element.getBoundingClientRect();
  const across = direction === "left" || direction === "right";
  let best: { group: DockviewGroupPanel; away: number; common: number } | undefined;
  for (const group of all) {
    if (group === place) continue;
    const box = group.element.getBoundingClientRect();
    const away = {
      left: own.left - box.right,
      right: box.left - own.right,
      up: own.top - box.bottom,
      down: box.top - own.bottom,
    }[direction];
    const common = across
      ? Math.min(own.bottom, box.bottom) - Math.max(own.top, box.top)
      : Math.min(own.right, box.right) - Math.max(own.left, box.left);
    if (away < -1 || common <= 0) continue;
    if (best === undefined || away < best.away - 1 || (away < best.away + 1 && common > best.common))
      best = { group, away, common };
  }
  return best?.group;
}

/** Frames that a panel which was just brought to the front has to draw what takes the focus. */
const drawFramesMax = 20;

/**
 * Gives the focus to the first thing in a place that takes keys: its list, else its first control. Until that is drawn,
 * and where there is nothing such, its tab has the focus.
 */
function focusContent(place: HTMLElement): void {
  const tab = place.querySelector<HTMLElement>(".dv-active-tab");
  tab?.focus({ preventScroll: true });
  const look = (frames: number) => {
    const content = place.querySelector(".dv-content-container");
    const target =
      content?.querySelector<HTMLElement>('[role="grid"], [role="listbox"]') ??
      content?.querySelector<HTMLElement>('button, a[href], input, [tabindex="0"]');
    if (target !== undefined && target !== null) target.focus({ preventScroll: true });
    else if (frames < drawFramesMax)
      requestAnimationFrame(() => {
        if (document.activeElement === tab || document.activeElement === document.body) look(frames + 1);
      });
  };
  look(0);
}
