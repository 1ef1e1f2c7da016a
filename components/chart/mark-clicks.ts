import type { IChartApi, Time } from "lightweight-charts";

/** Where a mark stands on the chart's pane, in pixels, and what it is called. */
export type MarkPlace = { readonly id: string; readonly x: number; readonly y: number };

/** A click this near to a mark's middle means it, in pixels across and down. */
const reachAcross = 11;
const reachDown = 16;

/** The mark at a point: of those within reach the nearest; null for none. */
export function markAt(places: readonly MarkPlace[], x: number, y: number): MarkPlace | null {
  let nearest: MarkPlace | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const place of places) {
    const across = Math.abs(place.x - x);
    const down = Math.abs(place.y - y);
    if (across > reachAcross || down > reachDown || across + down >= least) continue;
    nearest = place;
    least = across + down;
  }
  return nearest;
}

/**
 * Makes the marks of a chart clickable: `onOpen` gets the id of the one that was meant, and the pointer is a hand over
 * each. `places` is asked when the pointer moves or clicks, since scrolling moves every mark. Returns how to stop.
 */
export function onMarkClick(
  chart: IChartApi,
  box: HTMLElement,
  places: () => readonly MarkPlace[],
  onOpen: (id: string) => void,
): () => void {
  type Handler = Parameters<IChartApi["subscribeClick"]>[0];
  const click: Handler = ({ point, paneIndex }) => {
    const mark = point === undefined || (paneIndex ?? 0) !== 0 ? null : markAt(places(), point.x, point.y);
    if (mark !== null) onOpen(mark.id);
  };
  const move: Handler = ({ point, paneIndex }) => {
    const over = point !== undefined && (paneIndex ?? 0) === 0 && markAt(places(), point.x, point.y) !== null;
    box.style.cursor = over ? "pointer" : "";
  };
  chart.subscribeClick(click);
  chart.subscribeCrosshairMove(move);
  return () => {
    chart.unsubscribeClick(click);
    chart.unsubscribeCrosshairMove(move);
    box.style.cursor = "";
  };
}

/** The x of a time on the chart; null when it is out of sight. */
export function xOf(chart: IChartApi, time: Time): number | null {
  const x = chart.timeScale().timeToCoordinate(time);
  return x === null || x < 0 || x > chart.timeScale().width() ? null : x;
}

/** A place's height within the first pane; null for out of sight, as when a chart stands still and the market runs away. */
export function yInPane(chart: IChartApi, y: number): number | null {
  return y < 0 || y > (chart.panes()[0]?.getHeight() ?? 0) ? null : y;
}
