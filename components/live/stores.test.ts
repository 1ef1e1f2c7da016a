import { describe, expect, it } from "vitest";
import type { Notice, OrderRow } from "@/protocol/topics";
import { FrameScheduler } from "./frame-scheduler";
import { SeriesStore } from "./series-store";
import { TopicStores } from "./topic-stores";

const scheduler = new FrameScheduler({
  now: () => 0,
  requestFrame: (run) => run(),
  after: (_, run) => run(),
  batch: (run) => run(),
});

describe("the topic stores", () => {
  it("put whole rows in place of old ones and take removed ones away", () => {
    const stores = new TopicStores(scheduler);
    const sink = stores.sinkOf("orders");
    const row = (id: number, filledQuantity: number) => ({ id, filledQuantity }) as OrderRow;
    sink.snapshot({ rows: [row(1, 0), row(2, 0)] });
    const untouched = stores.orders.get(2);
    sink.delta({ rows: [row(1, 50), row(3, 0)], removed: [] });
    expect(stores.orders.rows().map(({ id, filledQuantity }) => [id, filledQuantity])).toEqual([
      [1, 50],
      [2, 0],
      [3, 0],
    ]);
    expect(stores.orders.get(2)).toBe(untouched);
    sink.delta({ rows: [], removed: [1] });
    expect(stores.orders.keys()).toEqual([2, 3]);
    sink.snapshot({ rows: [row(9, 0)] });
    expect(stores.orders.keys()).toEqual([9]);
  });

  it("tell of new notices and not of those in a snapshot", () => {
    const stores = new TopicStores(scheduler);
    const heard: number[] = [];
    stores.onNotices((notices) => heard.push(...notices.map(({ id }) => id)));
    const sink = stores.sinkOf("notices");
    sink.snapshot({ rows: [{ id: 1 } as Notice] });
    sink.delta({ rows: [{ id: 2 } as Notice] });
    expect(heard).toEqual([2]);
  });

  it("keep an alert while refusals push each other out", () => {
    const stores = new TopicStores(scheduler);
    const sink = stores.sinkOf("notices");
    const alert = (id: number) => ({ id, refusal: null }) as Notice;
    const refusals = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => ({ id: from + i, refusal: "staleData" }) as Notice);
    sink.snapshot({ rows: [...refusals(1, 100), alert(101)] });
    sink.delta({ rows: [...refusals(102, 2_000), alert(2_102)] });
    const ids = stores.notices.keys();
    expect(ids).toHaveLength(500);
    expect([ids[0], ids[1], ids.at(-1)]).toEqual([101, 1_604, 2_102]);
    sink.snapshot({ rows: Array.from({ length: 600 }, (_, i) => alert(i + 1)) });
    expect(stores.notices.keys()[0]).toBe(101);
  });

  it("know no topic outside of the protocol", () => {
    expect(() => new TopicStores(scheduler).sinkOf("weather")).toThrow('no store for topic "weather"');
  });
});

describe("a series", () => {
  const bar = (time: number, close: number) => ({ time, close });

  it("replaces the last point, appends new ones and keeps its generation", () => {
    const series = new SeriesStore<{ time: number; close: number }>(scheduler, ({ time }) => time);
    series.replace([bar(1, 10), bar(2, 20)]);
    const { generation } = series;
    series.merge([bar(2, 21), bar(3, 30)]);
    expect(series.points).toEqual([bar(1, 10), bar(2, 21), bar(3, 30)]);
    expect(series.generation).toBe(generation);
  });

  it("takes the newest three again and again, as the gateway sends them, without a new generation", () => {
    const series = new SeriesStore<{ time: number; close: number }>(scheduler, ({ time }) => time);
    series.replace([bar(1, 10), bar(2, 20), bar(3, 30), bar(4, 40)]);
    const { generation } = series;
    series.merge([bar(2, 21), bar(3, 30), bar(4, 41)]);
    series.merge([bar(3, 31), bar(4, 41), bar(5, 50)]);
    expect(series.points).toEqual([bar(1, 10), bar(2, 21), bar(3, 31), bar(4, 41), bar(5, 50)]);
    expect(series.generation).toBe(generation);
    series.merge([bar(2, 22)]);
    expect(series.generation).toBeGreaterThan(generation);
  });

  it("becomes a new generation when an older point changes or comes late", () => {
    const series = new SeriesStore<{ time: number; close: number }>(scheduler, ({ time }) => time);
    series.replace([bar(1, 10), bar(3, 30)]);
    const { generation } = series;
    series.merge([bar(2, 20)]);
    expect(series.points).toEqual([bar(1, 10), bar(2, 20), bar(3, 30)]);
    expect(series.generation).toBeGreaterThan(generation);
  });

  it("lets the older half go beyond its limit", () => {
    const series = new SeriesStore<{ time: number; close: number }>(scheduler, ({ time }) => time, 10);
    for (let time = 0; time < 11; time++) series.merge([bar(time, time)]);
    expect(series.points.length).toBeLessThanOrEqual(10);
    expect(series.points.at(-1)).toEqual(bar(10, 10));
  });
});
