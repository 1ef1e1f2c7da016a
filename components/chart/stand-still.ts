import type { IChartApi } from "lightweight-charts";

/** The newest bar is in sight when so many bars, or more, lie between it and the right edge. */
const inSightBars = 0;

/**
 * A chart stands still while a mouse is over it: new bars go on to the right of what is shown, scales keep their range,
 * and a mark stays where it was aimed at. When the mouse leaves, scales fit again, and a chart that showed the newest
 * bar, and was not moved meanwhile, shows it again. Returns how to stop.
 */
export function standStillUnderPointer(chart: IChartApi, box: HTMLElement): () => void {
  const time = chart.timeScale();
  let held: { readonly from: number; readonly position: number; readonly fitting: readonly number[] } | null = null;

  const scaleOf = (pane: number) => chart.priceScale("right", pane);
  const enter = ({ pointerType }: PointerEvent) => {
    if (pointerType !== "mouse" || held !== null) return;
    const panes = chart.panes().map((_, pane) => pane);
    const fitting = panes.filter((pane) => scaleOf(pane).options().autoScale);
    held = { from: time.getVisibleLogicalRange()?.from ?? 0, position: time.scrollPosition(), fitting };
    time.applyOptions({ shiftVisibleRangeOnNewBar: false });
    for (const pane of fitting) scaleOf(pane).applyOptions({ autoScale: false });
    box.dataset.held = "true";
  };
  const leave = () => {
    if (held === null) return;
    const { from, position, fitting } = held;
    held = null;
    time.applyOptions({ shiftVisibleRangeOnNewBar: true });
    for (const pane of fitting) scaleOf(pane).applyOptions({ autoScale: true });
    const moved = Math.abs((time.getVisibleLogicalRange()?.from ?? 0) - from) > 0.5;
    if (!moved && position >= inSightBars) time.scrollToPosition(position, false);
    delete box.dataset.held;
  };
  const tellRange = (range: { readonly from: number } | null) => {
    box.dataset.from = range === null ? "" : range.from.toFixed(1);
  };
  box.addEventListener("pointerenter", enter);
  box.addEventListener("pointerleave", leave);
  time.subscribeVisibleLogicalRangeChange(tellRange);
  return () => {
    box.removeEventListener("pointerenter", enter);
    box.removeEventListener("pointerleave", leave);
    time.unsubscribeVisibleLogicalRangeChange(tellRange);
  };
}
