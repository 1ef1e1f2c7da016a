import { fstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startTestRun, temporaryDirectory } from "./testing/run-fixture";

const disk = vi.hoisted(() => ({ forced: new Set<number>(), closed: [] as number[] }));

vi.mock("node:fs", async (original) => {
  const real = await original<typeof import("node:fs")>();
  return {
    ...real,
    fdatasyncSync: (descriptor: number) => {
      disk.forced.add(real.fstatSync(descriptor).ino);
      real.fdatasyncSync(descriptor);
    },
    fsyncSync: (descriptor: number) => {
      disk.forced.add(real.fstatSync(descriptor).ino);
      real.fsyncSync(descriptor);
    },
    closeSync: (descriptor: number) => {
      disk.closed.push(descriptor);
      real.closeSync(descriptor);
    },
  };
});

let directory: string;
let remove: () => void;

beforeEach(() => {
  ({ path: directory, remove } = temporaryDirectory());
  disk.forced.clear();
  disk.closed.length = 0;
});
afterEach(() => remove());

it("nothing that a sync under way was to cover leaves before it is on the disk", () => {
  const underway: ((error: Error | null) => void)[] = [];
  const run = startTestRun({
    directory,
    segmentLength: 2_000,
    shell: { fsync: "always", force: (_descriptors, done) => underway.push(done) },
  });
  underway.shift()?.(null);
  // The turn fills its segment: the sync that begins is to cover the closed one, which has the order.
  run.data("an order ".repeat(250));
  expect([run.recovered.inputs.segmentCount, run.transport.sent.length, underway.length]).toEqual([2, 0, 1]);
  disk.forced.clear();
  run.shell.sendHeld();
  expect(run.transport.sent).toHaveLength(1);
  const day = join(directory, "2026-11-20");
  const logs = readdirSync(day).filter((name) => name.endsWith(".log"));
  expect(logs).toHaveLength(3);
  expect(logs.filter((name) => !disk.forced.has(statSync(join(day, name)).ino))).toEqual([]);
  expect(disk.forced.has(statSync(day).ino)).toBe(true);
});

it("a segment is not closed under a sync that still has to force it", () => {
  const underway: { descriptors: readonly number[]; done: (error: Error | null) => void }[] = [];
  const run = startTestRun({
    directory,
    segmentLength: 2_000,
    shell: { fsync: "always", force: (descriptors, done) => underway.push({ descriptors, done }) },
  });
  underway.shift()?.done(null);
  run.data("one");
  expect(underway).toHaveLength(1);
  const [{ descriptors, done }] = underway;
  run.data("an order ".repeat(250));
  expect(run.recovered.inputs.segmentCount).toBe(2);
  disk.closed.length = 0;
  run.shell.sendHeld();
  expect(disk.closed.filter((descriptor) => descriptors.includes(descriptor))).toEqual([]);
  for (const descriptor of descriptors) fstatSync(descriptor);
  done(null);
  expect(disk.closed).toHaveLength(1);
});
