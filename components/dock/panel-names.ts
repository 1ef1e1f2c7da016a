import type { BlotterTab } from "@/components/terminal/desk-view";

/** The desk's panels, in the order of menus. Arrangements keep these names: they never change. */
export const panelNames = [
  "watch",
  "chart",
  "ladder",
  "strategies",
  "pnl",
  "pairs-heat",
  "positions",
  "orders",
  "fills",
  "pairs",
  "notices",
] as const satisfies readonly (string | BlotterTab)[];
export type PanelName = (typeof panelNames)[number];

/** What people call each panel. */
export const panelTitles: Readonly<Record<PanelName, string>> = {
  watch: "Watch",
  chart: "Chart",
  ladder: "Depth",
  strategies: "Strategies",
  pnl: "Day P&L",
  "pairs-heat": "Pairs, z-score",
  positions: "Positions",
  orders: "Orders",
  fills: "Fills",
  pairs: "Pairs",
  notices: "Notices",
};

/** The panel of a name from outside; undefined when this desk has none called so. */
export function panelNamed(name: string): PanelName | undefined {
  return panelNames.find((each) => each === name);
}
