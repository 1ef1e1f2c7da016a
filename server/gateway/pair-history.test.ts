import { describe, expect, it } from "vitest";
import type { Fact, FactOf } from "../../domain/facts";
import { viewColumn, viewColumns } from "../../domain/views";
import type { PairPayload } from "../../protocol/topics";
import { PairHistory } from "./pair-history";
import { FactWriter } from "./testing/fact-writer";

function view(z: number, deviation = 0.5): Float64Array {
  const row = new Float64Array(viewColumns.pair.length);
  row[viewColumn.pair.z] = z;
  row[viewColumn.pair.spread] = 1 + z * deviation;
  row[viewColumn.pair.mean] = 1;
  row[viewColumn.pair.deviation] = deviation;
  return row;
}

/** What a page holds that takes the snapshot and then delta after delta. */
class Page {
  version = 0;
  readonly times: number[] = [];
  readonly events: number[] = [];
  snapshots = 0;

  constructor(
    private readonly history: PairHistory,
    private readonly pair: number,
  ) {}

  take(): void {
    const topic = this.history.topic(this.pair);
    const delta = this.version === 0 ? "lost" : topic.since(this.version);
    if (delta === "lost") {
      this.snapshots++;
      this.times.length = 0;
      this.events.length = 0;
    }
    const payload = (delta === "lost" ? topic.snapshot() : delta) as PairPayload;
    this.times.push(...payload.samples.map(([time]) => time));
    this.events.push(...payload.events.map(({ id }) => id));
    this.version = topic.version;
  }
}

const writer = new FactWriter();
const step = (pair: number) =>
  writer.write("pairState", 5e9, { pair, from: 0, to: 1, reason: 0, z: 2.1 }) as Fact as FactOf<"pairState">;

describe("the history of pairs", () => {
  it("gives the seconds so far with z, spread, mean and deviation, and then each new second once", () => {
    const history = new PairHistory(2);
    for (let second = 100; second < 110; second++) history.sample(second, (pair) => view(pair + second / 100));
    const snapshot = history.topic(1).snapshot() as PairPayload;
    expect(snapshot.samples).toHaveLength(10);
    expect(snapshot.samples[3]).toEqual([103, 2.03, 2.015, 1, 0.5]);
    const page = new Page(history, 1);
    page.take();
    history.sample(110, () => view(1));
    page.take();
    history.sample(111, () => view(1));
    history.sample(112, () => view(1));
    page.take();
    expect(page.times).toEqual(Array.from({ length: 13 }, (_, index) => 100 + index));
    expect(page.snapshots).toBe(1);
  });

  it("leaves out a second it has, one before it, and pairs that have no statistics yet", () => {
    const history = new PairHistory(2);
    history.sample(50, (pair) => view(1, pair === 0 ? 0 : 0.5));
    history.sample(50, () => view(2));
    history.sample(49, () => view(3));
    history.sample(51, () => view(4));
    expect((history.topic(0).snapshot() as PairPayload).samples.map(([time]) => time)).toEqual([51]);
    expect((history.topic(1).snapshot() as PairPayload).samples.map(([time, z]) => [time, z])).toEqual([
      [50, 1],
      [51, 4],
    ]);
  });

  it("keeps half an hour, and a page that was away longer takes a snapshot", () => {
    const history = new PairHistory(3);
    history.sample(1, () => view(1));
    const page = new Page(history, 2);
    page.take();
    for (let second = 2; second <= 4_000; second++) history.sample(second, () => view(1));
    page.take();
    expect(page.snapshots).toBe(2);
    expect(page.times[0]).toBe(2_201);
    expect(page.times).toHaveLength(1_800);
  });

  it("is bounded for a desk of ten thousand pairs", () => {
    const history = new PairHistory(10_000);
    for (let second = 1; second <= 150; second++) history.sample(second, () => view(1));
    expect((history.topic(9_999).snapshot() as PairPayload).samples).toHaveLength(120);
  });

  it("tells each step of its own pair once, and keeps the last ones", () => {
    const history = new PairHistory(2);
    history.sample(1, () => view(1));
    const page = new Page(history, 0);
    page.take();
    const first = step(0);
    history.step(first);
    history.step(step(1));
    page.take();
    page.take();
    expect(page.events).toEqual([first.number]);
    for (let count = 0; count < 100; count++) history.step(step(0));
    page.take();
    expect(page.snapshots).toBe(2);
    expect(page.events).toHaveLength(64);
    expect(page.events.at(-1)).toBe(writer.lastNumber);
  });
});
