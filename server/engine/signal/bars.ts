import { factCode } from "../../../domain/facts";
import { nsPerMinute, nsPerSecond } from "../../../domain/time";
import type { StateLife, StateRegistry } from "../../machine/state-registry";
import type { Turn } from "../turn";

/** One running bar per instrument: `period` counts from the trading day's start, -1 before the first trade. */
export class BarSeries {
  readonly period: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly trades: Float64Array;

  constructor(registry: StateRegistry, name: string, instrumentCount: number, life: StateLife = "day") {
    this.period = registry.allocate(`${name}.period`, "f64", instrumentCount, life).fill(-1);
    this.open = registry.allocate(`${name}.open`, "f64", instrumentCount, life);
    this.high = registry.allocate(`${name}.high`, "f64", instrumentCount, life);
    this.low = registry.allocate(`${name}.low`, "f64", instrumentCount, life);
    this.close = registry.allocate(`${name}.close`, "f64", instrumentCount, life);
    this.volume = registry.allocate(`${name}.volume`, "f64", instrumentCount, life);
    this.trades = registry.allocate(`${name}.trades`, "f64", instrumentCount, life);
  }

  begin(instrument: number, period: number, price: number, quantity: number): void {
    this.period[instrument] = period;
    this.open[instrument] = price;
    this.high[instrument] = price;
    this.low[instrument] = price;
    this.close[instrument] = price;
    this.volume[instrument] = quantity;
    this.trades[instrument] = 1;
  }

  extend(instrument: number, price: number, quantity: number): void {
    if (price > this.high[instrument]) this.high[instrument] = price;
    if (price < this.low[instrument]) this.low[instrument] = price;
    this.close[instrument] = price;
    this.volume[instrument] += quantity;
    this.trades[instrument]++;
  }

  copyFrom(other: BarSeries, instrument: number): void {
    this.period[instrument] = other.period[instrument];
    this.open[instrument] = other.open[instrument];
    this.high[instrument] = other.high[instrument];
    this.low[instrument] = other.low[instrument];
    this.close[instrument] = other.close[instrument];
    this.volume[instrument] = other.volume[instrument];
    this.trades[instrument] = other.trades[instrument];
  }
}

/** Second and minute bars, the day's bar, and last trades of all instruments. A finished minute bar becomes a fact. */
export class Bars {
  readonly second: BarSeries;
  readonly lastSecond: BarSeries;
  readonly minute: BarSeries;
  readonly day: BarSeries;
  readonly lastPrice: Float64Array;
  readonly lastQuantity: Float64Array;
  readonly lastTimeNs: Float64Array;

  constructor(
    registry: StateRegistry,
    private readonly turn: Turn,
    private readonly instrumentCount: number,
  ) {
    this.second = new BarSeries(registry, "bars.second", instrumentCount);
    this.lastSecond = new BarSeries(registry, "bars.lastSecond", instrumentCount);
    this.minute = new BarSeries(registry, "bars.minute", instrumentCount);
    this.day = new BarSeries(registry, "bars.day", instrumentCount);
    this.lastPrice = registry.allocate("bars.lastPrice", "f64", instrumentCount);
    this.lastQuantity = registry.allocate("bars.lastQuantity", "f64", instrumentCount);
    this.lastTimeNs = registry.allocate("bars.lastTimeNs", "f64", instrumentCount);
  }

  /** A trade on the tape, at the turn's time. */
  readonly onTrade = (instrument: number, price: number, quantity: number): void => {
    const now = this.turn.timeNs;
    this.lastPrice[instrument] = price;
    this.lastQuantity[instrument] = quantity;
    this.lastTimeNs[instrument] = now;
    const second = Math.floor(now / nsPerSecond);
    if (this.second.period[instrument] === second) this.second.extend(instrument, price, quantity);
    else {
      if (this.second.period[instrument] >= 0) this.lastSecond.copyFrom(this.second, instrument);
      this.second.begin(instrument, second, price, quantity);
    }
    const minute = Math.floor(now / nsPerMinute);
    if (this.minute.period[instrument] === minute) this.minute.extend(instrument, price, quantity);
    else {
      this.finishMinute(instrument);
      this.minute.begin(instrument, minute, price, quantity);
    }
    if (this.day.period[instrument] < 0) this.day.begin(instrument, 0, price, quantity);
    else this.day.extend(instrument, price, quantity);
  };

  /** Finishes the minute bars that time has passed, so that a quiet name's bar is stored too. */
  readonly onTimer = (): void => {
    const minute = Math.floor(this.turn.timeNs / nsPerMinute);
    for (let instrument = 0; instrument < this.instrumentCount; instrument++)
      if (this.minute.period[instrument] >= 0 && this.minute.period[instrument] < minute) this.finishMinute(instrument);
  };

  private readonly finishMinute = (instrument: number): void => {
    const bar = this.minute;
    if (bar.period[instrument] < 0) return;
    const { fields } = this.turn;
    fields[0] = instrument;
    fields[1] = bar.period[instrument];
    fields[2] = bar.open[instrument];
    fields[3] = bar.high[instrument];
    fields[4] = bar.low[instrument];
    fields[5] = bar.close[instrument];
    fields[6] = bar.volume[instrument];
    fields[7] = bar.trades[instrument];
    this.turn.emitFields(factCode.bar);
    bar.period[instrument] = -1;
  };
}
