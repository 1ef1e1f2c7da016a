"use client";

import "dockview-react/dist/styles/dockview.css";
import "./desk-dock.css";
import {
  DockviewReact,
  type DockviewReadyEvent,
  type DockviewTheme,
  type IDockviewHeaderActionsProps,
  type IDockviewPanelHeaderProps,
  type IDockviewPanelProps,
} from "dockview-react";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { toast } from "sonner";
import { TabCount } from "@/components/blotter/blotter-table";
import { type BlotterTab, blotterTabs } from "@/components/terminal/desk-view";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/panel-frame";
import { type PanelPlace, PanelPlaceContext } from "@/components/ui/panel-place";
import { dockCommands, loadRead } from "./dock-commands";
import { panelContent } from "./dock-panels";
import { type DockCommands, useDock } from "./dock-store";
import { panelComponent } from "./dockview-json";
import { type HeadBoxes, HeadBoxMap } from "./head-boxes";
import { forgetArrangement, keepArrangement, keptArrangement } from "./kept-arrangement";
import { panelNamed } from "./panel-names";

const theme: DockviewTheme = { name: "heliograph", className: "desk-dock", gap: 6, dndTabIndicator: "line" };
/** An arrangement that is being dragged is kept when it has stood still this long. */
const keepMs = 200;

const headBoxes = new HeadBoxMap();

/** The desk's panels in a dock: dragged, split, stacked, resized, closed; the bars and HALT are outside of it. */
export function DeskDock() {
  const box = useRef<HTMLDivElement>(null);
  const [ready, setReady] = useState<DockviewReadyEvent | null>(null);

  useEffect(() => {
    const element = box.current;
    if (ready === null || element === null) return;
    const { api } = ready;
    const commands = dockCommands(api, element);
    openDock(commands);
    const tell = () =>
      useDock.setState({ commands, open: new Set(api.panels.flatMap(({ id }) => panelNamed(id) ?? [])) });
    tell();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const keep = () => {
      clearTimeout(timer);
      timer = undefined;
      keepArrangement(commands.arrangement());
    };
    const listening = api.onDidLayoutChange(() => {
      tell();
      clearTimeout(timer);
      timer = setTimeout(keep, keepMs);
    });
    const keepNow = () => timer !== undefined && keep();
    addEventListener("pagehide", keepNow);
    return () => {
      removeEventListener("pagehide", keepNow);
      keepNow();
      listening.dispose();
      useDock.setState({ commands: null, open: new Set() });
    };
  }, [ready]);

  return (
    <div ref={box} data-testid="dock" className="h-full">
      <DockviewReact
        theme={theme}
        components={components}
        defaultTabComponent={Tab}
        leftHeaderActionsComponent={HeadControls}
        rightHeaderActionsComponent={HeadActions}
        watermarkComponent={NoPanels}
        disableFloatingGroups
        onReady={setReady}
      />
    </div>
  );
}

/** Opens with what this browser kept; what cannot be shown falls back to the desk as it comes, and says so. */
function openDock(commands: DockCommands): void {
  const kept = keptArrangement();
  if (kept === null) return commands.reset();
  const reason = loadRead(commands, kept);
  if (reason === null) return;
  forgetArrangement();
  toast.warning(`The kept layout is not shown: ${reason}`, {
    description: "The default layout is on.",
    duration: 12_000,
  });
}

const components = { [panelComponent]: Panel };

function Panel({ api }: IDockviewPanelProps) {
  const boxes = useSyncExternalStore(
    useCallback(
      (listener) => {
        const moved = api.onDidGroupChange(listener);
        const stop = headBoxes.subscribe(listener);
        return () => {
          moved.dispose();
          stop();
        };
      },
      [api],
    ),
    () => headBoxes.of(api.group.id),
    () => null,
  );
  const shown = useShown(api);
  const place = useMemo<PanelPlace>(
    () => ({
      controls: (shown && boxes?.controls) || null,
      age: (shown && boxes?.age) || null,
      shown,
      setTitle: (title) => api.setTitle(title),
    }),
    [api, boxes, shown],
  );
  const name = panelNamed(api.id);
  return <PanelPlaceContext value={place}>{name !== undefined && panelContent(name)}</PanelPlaceContext>;
}

/** Whether a panel is the one in front in its place. */
function useShown(api: IDockviewPanelProps["api"]): boolean {
  return useSyncExternalStore(
    useCallback(
      (listener) => {
        const changed = api.onDidVisibilityChange(listener);
        return () => changed.dispose();
      },
      [api],
    ),
    () => api.isVisible,
    () => true,
  );
}

const isBlotter = (name: string): name is BlotterTab => blotterTabs.some((tab) => tab === name);

function Tab({ api }: IDockviewPanelHeaderProps) {
  const title = useSyncExternalStore(
    useCallback(
      (listener) => {
        const changed = api.onDidTitleChange(listener);
        return () => changed.dispose();
      },
      [api],
    ),
    () => api.title ?? "",
    () => "",
  );
  const text = useRef<HTMLSpanElement>(null);
  // The dock names its tab by the title alone; what people see, with the count, is its name.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the dock writes the name anew with each title
  useEffect(() => text.current?.closest('[role="tab"]')?.removeAttribute("aria-label"), [title]);
  return (
    <span
      ref={text}
      data-testid={`tab-${api.id}`}
      data-state={useShown(api) ? "active" : "inactive"}
      className="flex h-full items-center gap-1.5 whitespace-pre"
    >
      {title}
      {isBlotter(api.id) && <TabCount tab={api.id} />}
    </span>
  );
}

/** A box of a head, known to the panel in front. */
function useHeadBox(place: string, part: keyof HeadBoxes) {
  return useCallback(
    (element: HTMLElement | null) => {
      headBoxes.set(place, { [part]: element });
    },
    [place, part],
  );
}

function HeadControls({ group }: IDockviewHeaderActionsProps) {
  return <div ref={useHeadBox(group.id, "controls")} className="dock-controls" />;
}

function HeadActions({ group, activePanel, containerApi }: IDockviewHeaderActionsProps) {
  const ageBox = useHeadBox(group.id, "age");
  const maximised = useSyncExternalStore(
    useCallback(
      (listener) => {
        const changed = containerApi.onDidMaximizedGroupChange(listener);
        return () => changed.dispose();
      },
      [containerApi],
    ),
    () => group.api.isMaximized(),
    () => false,
  );
  const name = activePanel?.title ?? "panel";
  return (
    <div className="flex h-full items-center pr-1">
      <span ref={ageBox} className="mr-1 ml-2 flex min-w-[42px] justify-end" />
      <Button
        tone="quiet"
        aria-label={maximised ? `Restore ${name}` : `Maximise ${name}`}
        hint={maximised ? "Back to its place: Alt+M" : "Over the whole desk: Alt+M"}
        data-testid={`maximise-${activePanel?.id ?? ""}`}
        onClick={() => (maximised ? group.api.exitMaximized() : group.api.maximize())}
        className={actionLook}
      >
        <ActionIcon
          path={maximised ? "M2.5 5.5h3v-3M9.5 6.5h-3v3" : "M7 2.5h2.5V5M5 9.5H2.5V7M9.5 2.5l-3 3M2.5 9.5l3-3"}
        />
      </Button>
      <Button
        tone="quiet"
        aria-label={`Close ${name}`}
        hint="Close: Alt+W. Ctrl+K opens it again."
        data-testid={`close-${activePanel?.id ?? ""}`}
        onClick={() => {
          const panel = panelNamed(activePanel?.id ?? "");
          if (panel !== undefined) useDock.getState().commands?.close(panel);
        }}
        className={actionLook}
      >
        <ActionIcon path="m3 3 6 6M9 3l-6 6" />
      </Button>
    </div>
  );
}

const actionLook = "h-[22px] w-[20px] px-0";

function ActionIcon({ path }: { path: string }) {
  return (
    <svg viewBox="0 0 12 12" aria-hidden="true" className="h-3 w-3 shrink-0" fill="none" stroke="currentColor">
      <path d={path} strokeWidth="1.2" />
    </svg>
  );
}

function NoPanels() {
  return <EmptyState title="Every panel is closed">Layout in the bar above, or Ctrl+K, opens them again.</EmptyState>;
}
