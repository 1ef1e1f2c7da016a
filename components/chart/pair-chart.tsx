"use client";

import {
  type AutoscaleInfo,
  createSeriesMarkers,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import { useEffect, useMemo } from "react";
import { formatDayTime, formatRatio, formatZ } from "@/components/format/numbers";
import { parentReasonText } from "@/components/format/words";
import { useLifeView } from "@/components/history/life-view";
import { useLive } from "@/components/live/live-context";
import type { PairsParameters } from "@/domain/desk";
import type { PairEvent, PairSample } from "@/protocol/topics";
import { type MarkPlace, onMarkClick, xOf, yInPane } from "./mark-clicks";
import { leadsToOrders, ordersOfStep } from "./orders-of-step";
import { type ChartColours, useTimeChart } from "./time-chart";

/** Seconds in view when the chart opens. */
const secondsInView = 300;
const secondsAtLeast = 90;
/** Seconds free behind the newest one: half the text of a mark on it has its place there. */
const secondsFree = 14;

/**
 * One pair over the last half hour, two panes of one chart: the spread with its mean and the bands at which the pair
 * enters, exits and stops, and below it z with the same levels. Our entries and exits are marks on the spread.
 */
export function PairChart({
  pair,
  name,
  parameters,
  dayStartSeconds,
}: {
  pair: number;
  name: string;
  parameters: PairsParameters | null;
  dayStartSeconds: number;
}) {
  const { stores } = useLive();
  const trail = useMemo(() => stores.pairTrail(pair), [stores, pair]);
  const { box, chart, colours } = useTimeChart({
    timeScale: { timeVisible: true, secondsVisible: true, rightOffset: secondsFree, barSpacing: 3, minBarSpacing: 0.3 },
    rightPriceScale: { entireTextOnly: true, scaleMargins: { top: 0.1, bottom: 0.08 } },
  });

  useEffect(() => {
    if (chart === null || colours === null) return;
    chart.applyOptions({ layout: { panes: { separatorColor: colours.line, separatorHoverColor: colours.muted } } });
    const lines = addLines(chart, colours, parameters);
    const marks = createSeriesMarkers(lines.spread, []);
    let generation = -1;
    let drawnSeconds = 0;
    let drawn: readonly SeriesMarker<Time>[] = [];
    const drawMarks = () => {
      const first = trail.samples.points[0]?.[0] ?? Number.MAX_SAFE_INTEGER;
      drawn = pairMarks(trail.events.rows(), dayStartSeconds, first, colours);
      marks.setMarkers([...drawn]);
    };
    const places = () => placesOf(chart, lines.spread, drawn, trail.samples.points);
    const draw = () => {
      const { points } = trail.samples;
      if (trail.samples.generation !== generation) {
        generation = trail.samples.generation;
        for (const { series, read } of lines.all) series.setData(points.map((sample) => pointOf(sample, read)));
        const count = points.length;
        const from = count > secondsInView ? count - secondsInView : Math.min(0, count - secondsAtLeast);
        if (count > 0 && drawnSeconds === 0)
          chart.timeScale().setVisibleLogicalRange({ from, to: count + secondsFree });
        drawMarks();
      } else {
        let index = points.length - 1;
        while (index > 0 && points[index - 1][0] >= drawnSeconds) index--;
        for (; index >= 0 && index < points.length; index++)
          for (const { series, read } of lines.all) series.update(pointOf(points[index], read));
      }
      drawnSeconds = points.at(-1)?.[0] ?? 0;
      if (box.current === null) return;
      box.current.dataset.samples = `${points.length}`;
      const newest = places().at(-1);
      box.current.dataset.newestMark = newest === undefined ? "" : `${Math.round(newest.x)},${Math.round(newest.y)}`;
    };
    draw();
    const stopSamples = trail.samples.subscribe("text", draw);
    const stopEvents = trail.events.subscribeAny("text", drawMarks);
    const stopClicks =
      box.current === null
        ? () => undefined
        : onMarkClick(chart, box.current, places, (id) => {
            const steps = trail.events.rows();
            const event = steps.find((each) => `${each.id}` === id);
            if (event === undefined) return;
            const { title, orders } = ordersOfStep(event, steps, stores.orders.rows(), pair);
            const address = `/history?${new URLSearchParams({ pair: name, from: formatDayTime(event.timeNs) }).toString()}`;
            useLifeView.getState().choose({ title: `${name}: ${title}`, fills: [], orders, address });
          });
    return () => {
      stopClicks();
      stopSamples();
      stopEvents();
      try {
        for (const { series } of lines.all) chart.removeSeries(series);
      } catch {
        // The chart went first.
      }
    };
  }, [chart, colours, trail, stores, pair, name, parameters, dayStartSeconds, box]);

  return (
    <div
      ref={box}
      className="h-full w-full"
      role="img"
      data-testid="pair-chart-canvas"
      aria-label={`Spread and z-score of ${name} with the bands and our entries and exits; a click on one leads to its orders`}
    />
  );
}

/** Half the height of a mark with its gap to the line, in pixels. */
const markMiddle = 13;

/** Where the marks in sight stand, oldest first. */
function placesOf(
  chart: IChartApi,
  spread: ISeriesApi<"Line">,
  marks: readonly SeriesMarker<Time>[],
  samples: readonly PairSample[],
): MarkPlace[] {
  return marks.flatMap(({ id, time, position }) => {
    const sample = samples.findLast(([seconds]) => seconds <= (time as number));
    const x = xOf(chart, time);
    const line = sample === undefined ? null : spread.priceToCoordinate(sample[2]);
    if (id === undefined || x === null || line === null) return [];
    const y = yInPane(chart, position === "belowBar" ? line + markMiddle : line - markMiddle);
    return y === null ? [] : [{ id, x, y }];
  });
}

/** What the colours of the chart mean, in its header. */
export function PairChartLegend({
  parameters,
  brief = false,
}: {
  parameters: PairsParameters | null;
  /** The levels only. */
  brief?: boolean;
}) {
  if (parameters === null) return null;
  return (
    <span className="column-head hidden min-w-0 truncate pl-1 sm:inline">
      {!brief && "spread above, z below, mean dotted · "}
      <span className="text-gold">enters ±{formatRatio(parameters.entryZ)}</span> · exits ±
      {formatRatio(parameters.exitZ)} · <span className="text-sell">stops ±{formatRatio(parameters.stopZ)}</span>
    </span>
  );
}

type Read = (sample: PairSample) => number;
type Line = { readonly series: ISeriesApi<"Line">; readonly read: Read };

function addLines(
  chart: IChartApi,
  colours: ChartColours,
  parameters: PairsParameters | null,
): { readonly spread: ISeriesApi<"Line">; readonly all: readonly Line[] } {
  const all: Line[] = [];
  const add = (pane: number, color: string, width: 1 | 2, style: LineStyle, read: Read, precision: number) => {
    const series = chart.addSeries(
      LineSeries,
      {
        color,
        lineWidth: width,
        lineStyle: style,
        priceLineVisible: false,
        lastValueVisible: width === 2,
        crosshairMarkerVisible: width === 2,
        priceFormat: {
          type: "custom",
          formatter: (value: number) => (precision > 2 ? formatRatio(value, precision) : formatZ(value, precision)),
          minMove: 10 ** -precision,
        },
        // The stop lies far outside and would press the spread flat; the levels of entry are always in view.
        ...(color === colours.sell ? { autoscaleInfoProvider: () => null } : {}),
        ...(pane === 1 && parameters !== null ? { autoscaleInfoProvider: withEntry(parameters.entryZ) } : {}),
      },
      pane,
    );
    all.push({ series, read });
    return series;
  };
  if (parameters !== null) {
    const bands = [
      [parameters.stopZ, colours.sell, LineStyle.Dashed],
      [parameters.entryZ, colours.gold, LineStyle.Solid],
      [parameters.exitZ, colours.line, LineStyle.Solid],
    ] as const;
    for (const [z, color, style] of bands)
      for (const sign of [1, -1]) add(0, color, 1, style, ([, , , mean, deviation]) => mean + sign * z * deviation, 5);
  }
  add(0, colours.muted, 1, LineStyle.Dotted, ([, , , mean]) => mean, 5);
  const spread = add(0, colours.text, 2, LineStyle.Solid, ([, , value]) => value, 5);
  const z = add(1, colours.text, 2, LineStyle.Solid, ([, value]) => value, 2);
  if (parameters !== null) addLevels(z, colours, parameters);
  chart.panes()[0]?.setStretchFactor(2);
  chart.panes()[1]?.setStretchFactor(1);
  return { spread, all };
}

/** A scale that holds the values and both levels of entry. */
function withEntry(entryZ: number): (original: () => AutoscaleInfo | null) => AutoscaleInfo | null {
  return (original) => {
    const range = original()?.priceRange;
    return {
      priceRange: {
        minValue: Math.min(range?.minValue ?? 0, -entryZ * 1.1),
        maxValue: Math.max(range?.maxValue ?? 0, entryZ * 1.1),
      },
    };
  };
}

function addLevels(z: ISeriesApi<"Line">, colours: ChartColours, parameters: PairsParameters): IPriceLine[] {
  const level = (price: number, color: string, style: LineStyle) =>
    z.createPriceLine({ price, color, lineStyle: style, lineWidth: 1, axisLabelVisible: false, title: "" });
  const { entryZ, exitZ, stopZ } = parameters;
  return [
    level(0, colours.muted, LineStyle.Dotted),
    ...[1, -1].flatMap((sign) => [
      level(sign * entryZ, colours.gold, LineStyle.Solid),
      level(sign * exitZ, colours.line, LineStyle.Solid),
      level(sign * stopZ, colours.sell, LineStyle.Dashed),
    ]),
  ];
}

function pointOf(sample: PairSample, read: Read) {
  return { time: sample[0] as UTCTimestamp, value: read(sample) };
}

/** Entries and exits as marks: up where we buy the spread, down where we sell it, the reason and z in words. */
export function pairMarks(
  events: readonly PairEvent[],
  dayStartSeconds: number,
  firstSeconds: number,
  colours: { readonly buy: string; readonly sell: string; readonly gold: string },
): SeriesMarker<Time>[] {
  return events
    .filter(leadsToOrders)
    .map((event) => ({ event, time: dayStartSeconds + Math.floor(event.timeNs / 1e9) }))
    .filter(({ time }) => time >= firstSeconds)
    .sort((a, b) => a.time - b.time)
    .map(({ event, time }) => {
      const buysSpread = event.to === "entering" ? event.z < 0 : event.quantityA < 0;
      const enters = event.to === "entering";
      return {
        id: `${event.id}`,
        time: time as UTCTimestamp,
        position: buysSpread ? "belowBar" : "aboveBar",
        shape: enters ? (buysSpread ? "arrowUp" : "arrowDown") : "circle",
        color: enters ? (buysSpread ? colours.buy : colours.sell) : colours.gold,
        text: `${parentReasonText[event.reason]} ${formatZ(event.z)}`,
        size: 1,
      };
    });
}
