import { create } from "zustand";
import type { Scope } from "@/domain/command";
import type { TradingMode } from "@/domain/limit";
import type { BarInterval } from "@/protocol/topics";

/** Tabs of the lower panel. */
export const blotterTabs = ["positions", "orders", "fills", "pairs", "notices"] as const;
export type BlotterTab = (typeof blotterTabs)[number];

/** The one dialog that may be open, and about whom. */
export type DeskDialog =
  | { readonly kind: "halt" }
  | { readonly kind: "approve"; readonly strategy: number }
  | { readonly kind: "kill"; readonly strategy: number }
  | { readonly kind: "killScope"; readonly scope: Exclude<Scope, "all" | "strategy">; readonly target: number }
  | { readonly kind: "releaseScope"; readonly scope: Exclude<Scope, "order">; readonly target: number }
  | {
      readonly kind: "mode";
      readonly scope: Exclude<Scope, "order">;
      readonly target: number;
      readonly mode: TradingMode;
    }
  /** A row of the limits. */
  | { readonly kind: "limit"; readonly limit: number }
  | { readonly kind: "shortcuts" }
  /** The command palette; `symbols` asks for a symbol only. */
  | { readonly kind: "palette"; readonly symbols: boolean };

/** What this page is showing: nothing here is known to the server. */
export type DeskView = {
  readonly instrument: number;
  readonly interval: BarInterval;
  readonly tab: BlotterTab;
  readonly dialog: DeskDialog | null;
  select(instrument: number): void;
  setInterval(interval: BarInterval): void;
  setTab(tab: BlotterTab): void;
  open(dialog: DeskDialog): void;
  closeDialog(): void;
};

const viewKey = "heliograph.view";

/** The view's store; selection, interval and tab live through a reload of the tab. */
export const useDeskView = create<DeskView>((set) => ({
  instrument: 0,
  interval: "second",
  tab: "positions",
  dialog: null,
  select: (instrument) => set({ instrument }),
  setInterval: (interval) => set({ interval }),
  setTab: (tab) => set({ tab }),
  open: (dialog) => set({ dialog }),
  closeDialog: () => set({ dialog: null }),
}));

/** Takes up what this tab showed before it was reloaded, and keeps it from now on. Call once, in the browser. */
export function keepDeskView(): () => void {
  try {
    const kept = JSON.parse(sessionStorage.getItem(viewKey) ?? "{}") as Partial<DeskView>;
    useDeskView.setState({
      instrument: Number.isSafeInteger(kept.instrument) ? (kept.instrument as number) : 0,
      interval: kept.interval === "minute" ? "minute" : "second",
      tab: blotterTabs.find((tab) => tab === kept.tab) ?? "positions",
    });
  } catch {
    sessionStorage.removeItem(viewKey);
  }
  return useDeskView.subscribe(({ instrument, interval, tab }) => {
    sessionStorage.setItem(viewKey, JSON.stringify({ instrument, interval, tab }));
  });
}
