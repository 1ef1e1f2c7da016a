import { writeSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTestRun, type TestRun, temporaryDirectory } from "./testing/run-fixture";

let directory: string;
let remove: () => void;
let writes: number;
let due: (() => void)[];

beforeEach(() => {
  ({ path: directory, remove } = temporaryDirectory());
  writes = 0;
  due = [];
});
afterEach(() => remove());

/** The clock moves 1 ms a reading: every turn takes 1 ms from its input to its last write. */
function start(slowNs: number): TestRun {
  const run = startTestRun({
    directory,
    write: (descriptor, bytes, offset, length) => {
      writes++;
      return writeSync(descriptor, bytes, offset, length);
    },
    shell: { joined: { slowNs, defer: (end) => due.push(end) } },
  });
  writes = 0;
  return run;
}

describe("turns on a slow disk", () => {
  it("are written together, in order, once what has arrived is stepped", () => {
    const run = start(0.5e6);
    run.data("one");
    run.data("two");
    run.data("three");
    expect([run.transport.sent, writes]).toEqual([[], 0]);
    expect(due).toHaveLength(1);
    due.shift()?.();
    expect(run.transport.sent.map(({ text }) => text).join("")).toMatch(/one.*two.*three/s);
    expect(writes).toBeLessThanOrEqual(2);
    run.data("four");
    due.shift()?.();
    expect(run.transport.sent.at(-1)?.text).toContain("four");
    expect(run.halts).toEqual([]);
  });

  it("are ended one by one on a disk that is fast enough", () => {
    const run = start(2e6);
    run.data("one");
    run.data("two");
    expect(run.transport.sent).toHaveLength(2);
    expect(due).toEqual([]);
  });

  it("are ended before an orderly stop, and what was sent is there after the next start", () => {
    const run = start(0.5e6);
    run.data("one");
    run.shell.stop();
    expect(run.transport.sent.map(({ text }) => text).join("")).toContain("one");
    for (const end of due) end();
    const sum = run.recovered.machine.carriedSum;
    const again = startTestRun({ directory });
    expect(again.recovered.machine.carriedSum).toBe(sum);
  });
});
