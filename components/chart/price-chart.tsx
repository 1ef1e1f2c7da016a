"use client";

import {
  CandlestickSeries,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import { useEffect, useMemo, useRef } from "react";
import {
  decimalsOfTick,
  formatDayTime,
  formatPrice,
  formatQuantity,
  formatSignedBps,
} from "@/components/format/numbers";
import { useLifeView } from "@/components/history/life-view";
import { useLive } from "@/components/live/live-context";
import { latePoints } from "@/components/live/series-store";
import { useRow } from "@/components/live/use-live";
import { useDeskView } from "@/components/terminal/desk-view";
import { LivePanel } from "@/components/terminal/live-panel";
import { useReference } from "@/components/terminal/use-reference";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/panel-frame";
import type { Bar, BarInterval } from "@/protocol/topics";
import { type FillMarker, fillMarkers } from "./fill-markers";
import { type MarkPlace, onMarkClick, xOf, yInPane } from "./mark-clicks";
import { type ChartColours, useTimeChart } from "./time-chart";
import { wishMarkers } from "./wish-markers";

/** Bars drawn when the chart opens. */
const barsInView = 120;

/** Candles, volume and our fills of the selected name. */
export function PriceChart({ className = "" }: { className?: string }) {
  const instrument = useDeskView((view) => view.instrument);
  const interval = useDeskView((view) => view.interval);
  const { reference, symbol } = useReference();
  const name = reference === null ? null : symbol(instrument);
  return (
    <LivePanel
      title={name === null ? "Chart" : name}
      topic={name === null ? "reference" : `bars:${name}:${interval}`}
      kind="market"
      testId="chart"
      className={className}
      controls={
        <>
          <LastLine />
          <span className="flex-1" />
          <IntervalSwitch />
        </>
      }
    >
      {name === null || reference === null ? (
        <EmptyState title="Waiting for the market" />
      ) : (
        <Candles
          key={`${name}:${interval}`}
          symbol={name}
          instrument={instrument}
          tick={reference.instruments[instrument]?.tick ?? 100}
          interval={interval}
          dayStartSeconds={Date.parse(`${reference.tradingDay}T00:00:00Z`) / 1_000}
        />
      )}
    </LivePanel>
  );
}

function LastLine() {
  const instrument = useDeskView((view) => view.instrument);
  const { reference, decimals } = useReference();
  const row = useRow(useLive().stores.watch, instrument);
  if (row === undefined) return null;
  const up = (row.changeBps ?? 0) >= 0;
  return (
    <span className="flex min-w-0 items-baseline gap-2 truncate pl-1">
      <span className="numeric text-[13px] font-semibold">{formatPrice(row.lastPrice, decimals(instrument))}</span>
      <span className={`numeric ${row.changeBps === null ? "text-muted" : up ? "up" : "down"}`}>
        {row.changeBps === null ? "" : up ? "▲ " : "▼ "}
        {formatSignedBps(row.changeBps)} bp
      </span>
      <span className="hidden truncate text-muted xl:inline">
        {reference?.instruments[instrument]?.sector} · vol <span className="numeric">{formatQuantity(row.volume)}</span>
      </span>
    </span>
  );
}

function IntervalSwitch() {
  const interval = useDeskView((view) => view.interval);
  const setInterval = useDeskView((view) => view.setInterval);
  const options: readonly [BarInterval, string][] = [
    ["second", "1 s"],
    ["minute", "1 min"],
  ];
  return (
    <fieldset className="flex shrink-0 gap-0.5" aria-label="Bar length">
      {options.map(([value, text]) => (
        <Button
          key={value}
          tone={interval === value ? "plain" : "quiet"}
          aria-pressed={interval === value}
          data-testid={`chart-interval-${value}`}
          onClick={() => setInterval(value)}
          className="h-[21px] text-[11px]"
        >
          {text}
        </Button>
      ))}
    </fieldset>
  );
}

type Series = {
  readonly candles: ISeriesApi<"Candlestick">;
  readonly volume: ISeriesApi<"Histogram">;
  readonly markers: ISeriesMarkersPluginApi<Time>;
};

function Candles({
  symbol,
  instrument,
  tick,
  interval,
  dayStartSeconds,
}: {
  symbol: string;
  instrument: number;
  tick: number;
  interval: BarInterval;
  dayStartSeconds: number;
}) {
  const { stores, mode } = useLive();
  const isReplay = mode === "replay";
  const bars = useMemo(() => stores.barsOf(`${symbol}:${interval}`), [stores, symbol, interval]);
  const series = useRef<Series | null>(null);
  const { box, chart, colours } = useTimeChart({
    timeScale: {
      timeVisible: true,
      secondsVisible: interval === "second",
      rightOffset: 4,
      barSpacing: 6,
      minBarSpacing: 1,
    },
    rightPriceScale: { entireTextOnly: true, scaleMargins: { top: 0.08, bottom: 0.24 } },
  });

  useEffect(() => {
    if (chart === null || colours === null) return;
    const made = addSeries(chart, colours, tick);
    series.current = made;
    let generation = -1;
    let drawnSeconds = 0;
    let marks: readonly FillMarker[] = [];
    const barSeconds = interval === "second" ? 1 : 60;
    const places = () => placesOf(chart, made.candles, marks, bars.points);
    let frame = 0;
    // In the frame in which the chart lays itself out anew, and after it: before, a mark has the place it had.
    const tellPlace = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        const newest = places().at(-1);
        if (box.current !== null)
          box.current.dataset.newestMark =
            newest === undefined ? "" : `${Math.round(newest.x)},${Math.round(newest.y)}`;
      });
    };
    const drawMarkers = () => {
      if (isReplay) {
        const times = bars.points.map(({ timeSeconds }) => timeSeconds);
        made.markers.setMarkers(wishMarkers(stores.notices.rows(), instrument, dayStartSeconds, times, colours));
        return;
      }
      const first = bars.points[0]?.timeSeconds ?? Number.POSITIVE_INFINITY;
      marks = fillMarkers(stores.fills.rows(), instrument, dayStartSeconds, barSeconds, first, colours);
      made.markers.setMarkers(marks.map(({ marker }) => marker));
      tellPlace();
    };
    const draw = () => {
      if (bars.generation !== generation) {
        generation = bars.generation;
        made.candles.setData(bars.points.map(candleOf));
        made.volume.setData(bars.points.map((bar) => volumeOf(bar, colours)));
        const count = bars.points.length;
        // Only at first: whoever looks at what was is not thrown back to the present.
        if (count > 0 && drawnSeconds === 0)
          chart.timeScale().setVisibleLogicalRange({ from: count - barsInView, to: count + 4 });
        drawMarkers();
      } else {
        let index = bars.points.length - 1;
        while (index > 0 && bars.points[index - 1].timeSeconds >= drawnSeconds) index--;
        for (index = Math.max(0, index - latePoints + 1); index < bars.points.length; index++) {
          const isOlder = bars.points[index].timeSeconds < drawnSeconds;
          made.candles.update(candleOf(bars.points[index]), isOlder);
          made.volume.update(volumeOf(bars.points[index], colours), isOlder);
        }
      }
      drawnSeconds = bars.points.at(-1)?.timeSeconds ?? 0;
      tellPlace();
    };
    draw();
    const stopBars = bars.subscribe("text", draw);
    const stopFills = (isReplay ? stores.notices : stores.fills).subscribeAny("text", drawMarkers);
    const stopClicks =
      box.current === null
        ? () => undefined
        : onMarkClick(chart, box.current, places, (id) => {
            const mark = marks.find((each) => each.id === id);
            if (mark === undefined) return;
            const title = `${mark.fills.length} fills of ${symbol} at ${formatDayTime((mark.timeSeconds - dayStartSeconds) * 1e9)}`;
            const address = `/history?${new URLSearchParams({ symbol, side: mark.buys ? "buy" : "sell" }).toString()}`;
            useLifeView.getState().choose({ title, fills: mark.fills, orders: [], address });
          });
    return () => {
      cancelAnimationFrame(frame);
      stopClicks();
      stopBars();
      stopFills();
      series.current = null;
      try {
        chart.removeSeries(made.candles);
        chart.removeSeries(made.volume);
      } catch {
        // The chart went first.
      }
    };
  }, [chart, colours, bars, stores, instrument, symbol, dayStartSeconds, interval, box, isReplay, tick]);

  return (
    <div
      ref={box}
      className="h-full w-full"
      role="img"
      data-testid="price-chart-canvas"
      aria-label={`Candles of ${symbol} with our fills; a click on one opens the life of its order, as Enter does in the list of fills`}
    />
  );
}

/** Half the height of a marker's arrow with its gap to the bar, in pixels. */
const markMiddle = 13;

/** Where the markers in sight stand, oldest first. */
function placesOf(
  chart: IChartApi,
  candles: ISeriesApi<"Candlestick">,
  marks: readonly FillMarker[],
  bars: readonly Bar[],
): MarkPlace[] {
  return marks.flatMap(({ id, timeSeconds, buys }) => {
    const bar = bars.find((each) => each.timeSeconds === timeSeconds);
    const x = xOf(chart, timeSeconds as UTCTimestamp);
    const edge = bar === undefined ? null : candles.priceToCoordinate((buys ? bar.low : bar.high) / 10_000);
    const y = edge === null ? null : yInPane(chart, buys ? edge + markMiddle : edge - markMiddle);
    return x === null || y === null ? [] : [{ id, x, y }];
  });
}

function addSeries(chart: IChartApi, colours: ChartColours, tick: number): Series {
  const decimals = decimalsOfTick(tick);
  const volume = chart.addSeries(HistogramSeries, {
    priceScaleId: "",
    priceFormat: { type: "volume" },
    lastValueVisible: false,
    priceLineVisible: false,
  });
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
  const candles = chart.addSeries(CandlestickSeries, {
    upColor: colours.buy,
    borderUpColor: colours.buy,
    wickUpColor: colours.buy,
    downColor: colours.panel,
    borderDownColor: colours.sell,
    wickDownColor: colours.sell,
    priceLineColor: colours.muted,
    priceFormat: {
      type: "custom",
      formatter: (price: number) => formatPrice(Math.round(price * 10_000), decimals),
      minMove: tick / 10_000,
    },
  });
  return { candles, volume, markers: createSeriesMarkers(candles, []) };
}

function candleOf(bar: Bar) {
  return {
    time: bar.timeSeconds as UTCTimestamp,
    open: bar.open / 10_000,
    high: bar.high / 10_000,
    low: bar.low / 10_000,
    close: bar.close / 10_000,
  };
}

function volumeOf(bar: Bar, colours: ChartColours) {
  return {
    time: bar.timeSeconds as UTCTimestamp,
    value: bar.volume,
    color: bar.close >= bar.open ? colours.buySoft : colours.sellSoft,
  };
}
