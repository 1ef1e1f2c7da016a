import type { IChartApi } from "lightweight-charts";

/** The newest bar is in sight when so many bars, or more, lie between it and the right edge. */
const inSightBars = 0;

/**
 * A chart stands still while a mouse is over it: new bars go on to the right of what is shown, scales keep their range once
 * they have one, and a mark stays where it was aimed at. When the mouse leaves, scales fit again, and a chart that showed the newest
 * bar, and was not moved meanwhile, shows it again. Returns how to stop.
 */
export function standStillUnderPointer(chart: IChartApi, box: HTMLElement): () => void {
  const time = chart.timeScale();
  let held: { readonly from: number; readonly position: number; readonly fitting: Set<number> } | null = null;
  let frame = 0;

  const scaleOf = (pane: number) => chart.priceScale("right", pane);
  const enter = ({ pointerType }: PointerEvent) => {
    if (pointerType !== "mouse" || held !== null) return;
    held = { from: time.getVisibleLogicalRange()?.from ?? 0, position: time.scrollPosition(), fitting: new Set() };
    time.applyOptions({ shiftVisibleRangeOnNewBar: false });
    holdScales(held.fitting);
    box.dataset.held = "true";
  };
  /** A scale without a range has not seen its data yet: it fits first, or the chart would stand still empty. */
  const holdScales = (fitting: Set<number>) => {
    let isWaiting = false;
    chart.panes().forEach((_, pane) => {
      const scale = scaleOf(pane);
      if (!scale.options().autoScale) return;
      if (scale.getVisibleRange() === null) isWaiting = true;
      else {
        scale.applyOptions({ autoScale: false });
        fitting.add(pane);
      }
    });
    if (isWaiting) frame = requestAnimationFrame(() => holdScales(fitting));
  };
  const leave = () => {
    if (held === null) return;
    const { from, position, fitting } = held;
    held = null;
    cancelAnimationFrame(frame);
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
    cancelAnimationFrame(frame);
    box.removeEventListener("pointerenter", enter);
    box.removeEventListener("pointerleave", leave);
    time.unsubscribeVisibleLogicalRangeChange(tellRange);
  };
}
