import { create } from "zustand";
import type { Arrangement } from "@/protocol/layouts";
import type { PanelName } from "./panel-names";

export type Direction = "left" | "right" | "up" | "down";

/** What can be asked of the dock while it is on the screen. */
export type DockCommands = {
  /** Brings a panel to the front; a closed one opens where it last was. */
  open(panel: PanelName): void;
  /** The same, and the panel gets the focus. */
  show(panel: PanelName): void;
  close(panel: PanelName): void;
  /** Closes the panel that has the focus; what stands beside it takes its room. */
  closeFocused(): void;
  /** Opens again what was closed last. */
  reopen(): void;
  /** Goes to the next place in reading order, or the one before. */
  focusNext(step: 1 | -1): void;
  /**
   * Moves the focused panel. One of several in a place gets a place of its own on that side; one alone joins the place
   * beside it, or goes to the edge of the desk where there is none.
   */
  move(direction: Direction): void;
  /** The focused panel over the whole desk, and back. */
  maximise(): void;
  /** Wider and higher, or narrower and lower, by one step. */
  resize(step: 1 | -1): void;
  arrangement(): Arrangement;
  load(arrangement: Arrangement): void;
  /** Shows what was stored somewhere; null, or why it cannot be shown: then the desk is as it comes. */
  loadStored(stored: unknown): string | null;
  /** The desk as it comes. */
  reset(): void;
};

/** The dock as the rest of the terminal sees it; `commands` is null where there is none: on other pages, on a phone. */
export type DockState = {
  readonly commands: DockCommands | null;
  readonly open: ReadonlySet<PanelName>;
};

export const useDock = create<DockState>(() => ({ commands: null, open: new Set() }));
