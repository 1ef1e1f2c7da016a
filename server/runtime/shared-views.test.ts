import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { viewColumns } from "../../domain/views";
import { createSharedViews, SharedViewReader, SharedViewSink } from "./shared-views";
import { bundleForTest } from "./testing/bundle-for-test";

const counts = { instrument: 1, listing: 1, strategy: 1, pair: 1, venue: 1, desk: 1, limit: 0, refusal: 0 };
let directory: Awaited<ReturnType<typeof bundleForTest>>;

beforeAll(async () => {
  directory = await bundleForTest(["server/runtime/testing/hammer-worker.ts"]);
});
afterAll(() => directory.remove());

type Seen = { whole: number; torn: number; none: number };

/** Reads the row that a worker hammers, until `enough`. */
async function readUnderFire(
  isWhole: ((before: number, after: number) => boolean) | undefined,
  enough: (seen: Seen) => boolean,
): Promise<Seen> {
  const views = createSharedViews(counts);
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(join(directory.path, "hammer-worker.mjs"), { workerData: { views, stop } });
  await new Promise((resolve) => worker.once("online", resolve));
  const reader = new SharedViewReader(views, isWhole);
  const row = new Float64Array(viewColumns.listing.length);
  const seen: Seen = { whole: 0, torn: 0, none: 0 };
  const end = Date.now() + 20_000;
  for (let i = 0; !enough(seen) && (i % 1_024 !== 0 || Date.now() < end); i++) {
    if (reader.read("listing", 0, row) === -1) seen.none++;
    else if (row.every((value) => value === row[0])) seen.whole++;
    else seen.torn++;
  }
  Atomics.store(stop, 0, 1);
  await worker.terminate();
  return seen;
}

describe("shared views", () => {
  it("never show a row that is half old and half new while a worker hammers it", async () => {
    const seen = await readUnderFire(undefined, ({ whole }) => whole >= 300_000);
    expect(seen.torn).toBe(0);
    expect(seen.whole).toBeGreaterThan(1_000);
  });

  it("do show one without the second look at the sequence, so the test above can fail", async () => {
    const seen = await readUnderFire(
      () => true,
      ({ torn }) => torn > 0,
    );
    expect(seen.torn).toBeGreaterThan(0);
  });

  it("give up on a row that is being written and find it again at the next look", () => {
    const views = createSharedViews(counts);
    const sink = new SharedViewSink(views);
    const reader = new SharedViewReader(views);
    const row = new Float64Array(viewColumns.desk.length);
    const first = reader.read("desk", 0, row);
    sink.begin("desk", 0);
    sink.rows.desk[0] = 7;
    expect(reader.read("desk", 0, row)).toBe(-1);
    sink.end("desk", 0);
    expect(reader.sequence("desk", 0)).not.toBe(first);
    expect(reader.read("desk", 0, row)).toBe(first + 2);
    expect(row[0]).toBe(7);
  });
});
