import { formatZ } from "@/components/format/numbers";
import type { ThemeColours } from "@/components/terminal/theme";
import type { PairReason, PairState } from "@/domain/strategy";
import type { PairRow } from "@/protocol/topics";
import type { HeatLayout } from "./pair-order";

/** Deviations at which a cell has its full colour. */
const fullColourZ = 4;
const fullAlpha = 0.55;

/** The mark of a pair that is not flat; the legend says the same. */
export const stateMark: Readonly<Record<PairState, string>> = {
  flat: "",
  entering: "▸",
  open: "◆",
  exiting: "◂",
  unwinding: "✕",
};

/** Reasons that people may want to look into. */
const troubled: ReadonlySet<PairReason> = new Set(["staleData", "oneSided", "refused", "beyondStop"]);

/** One cell of the map: its colour by z, its name and z, a mark when it holds or has trouble, a frame when pointed at. */
export function paintCell(
  pen: CanvasRenderingContext2D,
  layout: HeatLayout,
  place: number,
  name: string,
  row: PairRow | undefined,
  active: boolean,
  colours: ThemeColours,
): void {
  const { columns, cellWidth, cellHeight } = layout;
  const x = Math.round((place % columns) * cellWidth);
  const right = Math.round(((place % columns) + 1) * cellWidth);
  const y = Math.floor(place / columns) * cellHeight;
  const width = right - x - 1;
  const height = cellHeight - 1;
  pen.fillStyle = colours.panel;
  pen.fillRect(x, y, width + 1, height + 1);
  const z = row?.z ?? 0;
  pen.globalAlpha = 0.35;
  pen.fillStyle = colours.line;
  pen.fillRect(x, y, width, height);
  pen.globalAlpha = Math.min(1, Math.abs(z) / fullColourZ) * fullAlpha;
  pen.fillStyle = z >= 0 ? colours.sell : colours.buy;
  pen.fillRect(x, y, width, height);
  pen.globalAlpha = 1;
  const middle = x + width / 2;
  pen.fillStyle = colours.text;
  const large = height >= 44;
  const huge = height >= 72 && width >= 120;
  pen.font = `600 ${huge ? 20 : large ? 15 : 12}px 'Geist Mono Variable', monospace`;
  pen.fillText(row === undefined ? "–" : formatZ(z, large ? 2 : 1), middle, y + height * 0.36, width - 4);
  pen.font = `${huge ? 12 : 10}px 'Geist Variable', sans-serif`;
  pen.fillText(name, middle, y + height * 0.75, width - 4);
  pen.font = "10px 'Geist Variable', sans-serif";
  if (row !== undefined && row.state !== "flat") {
    pen.fillStyle = colours.gold;
    pen.fillText(stateMark[row.state], x + 7, y + 8);
    pen.strokeStyle = colours.gold;
    pen.lineWidth = 1;
    pen.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
  }
  if (row !== undefined && troubled.has(row.reason)) {
    pen.fillStyle = colours.gold;
    pen.font = "700 11px 'Geist Variable', sans-serif";
    pen.fillText("!", x + width - 6, y + 8);
  }
  if (active) {
    pen.strokeStyle = colours.text;
    pen.lineWidth = 2;
    pen.strokeRect(x + 1, y + 1, width - 2, height - 2);
  }
}
