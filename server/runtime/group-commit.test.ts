import { writeSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ChannelTable } from "../adapters/transport";
import type { Forcer } from "../journal/log-sync";
import { RecordingTransport, startTestRun, type TestRun, temporaryDirectory, testChannel } from "./testing/run-fixture";
import { toyLastWords } from "./testing/toy-machine";

let directory: string;
let remove: () => void;

beforeEach(() => {
  ({ path: directory, remove } = temporaryDirectory());
});
afterEach(() => remove());

/** A disk whose syncs end when the test says so, and the order in which things happened. */
class TestDisk {
  readonly events: string[] = [];
  private readonly pending: ((error: Error | null) => void)[] = [];
  descriptorCounts: number[] = [];

  readonly force: Forcer = (descriptors, done) => {
    this.events.push("sync");
    this.descriptorCounts.push(descriptors.length);
    this.pending.push(done);
  };

  get waiting(): number {
    return this.pending.length;
  }

  finish(error: Error | null = null): void {
    const done = this.pending.shift();
    if (!done) throw new Error("no sync waits");
    this.events.push(error === null ? "synced" : "failed");
    done(error);
  }
}

function start(mode: "always" | "interval" | "never", disk: TestDisk, segmentLength?: number): TestRun {
  const channels = new ChannelTable();
  class EventTransport extends RecordingTransport {
    override send(channel: number, bytes: Uint8Array, offset: number, length: number): void {
      super.send(channel, bytes, offset, length);
      disk.events.push(`send ${this.sent.at(-1)?.text}`);
    }
  }
  channels.set(testChannel, new EventTransport());
  return startTestRun({
    directory,
    ...(segmentLength === undefined ? {} : { segmentLength }),
    write: (descriptor, bytes, offset, length) => {
      if (disk.events.at(-1) !== "append") disk.events.push("append");
      return writeSync(descriptor, bytes, offset, length);
    },
    shell: {
      channels,
      fsync: mode,
      fsyncMs: 1_000_000,
      force: disk.force,
      onCommitted: (_length, number) => disk.events.push(`facts to ${number}`),
    },
  });
}

describe("fsync always", () => {
  it("sends and shows nothing before a sync that covers it, in the order in which it was made", () => {
    const disk = new TestDisk();
    const run = start("always", disk);
    // The start's fact is the first to wait.
    expect(disk.events).toEqual(["append", "sync"]);
    disk.finish();
    expect(disk.events.splice(0)).toEqual(["append", "sync", "synced", "facts to 1"]);
    run.data("one", "two");
    expect(disk.events).toEqual(["append", "sync"]);
    disk.finish();
    // Sends next to each other on a stream leave as one.
    expect(disk.events.splice(0)).toEqual(["append", "sync", "synced", "send onetwo", "facts to 3"]);
    expect(disk.waiting).toBe(0);
  });

  it("steps and appends on while a sync runs, and one sync covers all turns that wait (group commit)", () => {
    const disk = new TestDisk();
    const run = start("always", disk);
    disk.finish();
    disk.events.length = 0;
    run.data("a");
    for (const text of ["b", "c", "d"]) run.data(text);
    expect(run.recovered.machine.dataCount).toBe(4);
    expect(disk.events.splice(0)).toEqual(["append", "sync", "append"]);
    disk.finish();
    expect(disk.events.splice(0)).toEqual(["synced", "send a", "facts to 2", "sync"]);
    disk.finish();
    expect(disk.events.splice(0)).toEqual(["synced", "send bcd", "facts to 5"]);
    expect(disk.waiting).toBe(0);
  });

  it("covers segments that were closed since, and the directory that names the new one", () => {
    const disk = new TestDisk();
    const run = start("always", disk, 1_000);
    disk.finish();
    // Inputs, facts and, the first time, the directory.
    expect(disk.descriptorCounts).toEqual([3]);
    run.data("a");
    disk.finish();
    expect(disk.descriptorCounts).toEqual([3, 2]);
    for (let i = 0; i < 30; i++) run.data("a text that fills segments");
    disk.finish();
    disk.finish();
    expect(Math.max(...disk.descriptorCounts)).toBeGreaterThan(4);
    expect(run.halts).toEqual([]);
  });

  it("halts with a clear error when the disk fails: what was held never leaves, last words do at once", () => {
    const disk = new TestDisk();
    const run = start("always", disk);
    disk.finish();
    run.data("one");
    run.data("two");
    disk.events.length = 0;
    disk.finish(new Error("EIO: i/o error, fdatasync"));
    expect(disk.events).toEqual(["failed", `send ${toyLastWords}`]);
    expect(run.halts).toHaveLength(1);
    expect(run.halts[0]).toMatchObject({ kind: "journal", exitCode: 4 });
    expect(run.halts[0].text).toMatch(/the logs could not be forced to the disk: EIO: i\/o error/);
    run.data("after the end");
    expect(disk.events).toHaveLength(2);
  });

  it("last words do not wait for a disk that hangs", () => {
    const disk = new TestDisk();
    const run = start("always", disk);
    disk.finish();
    run.data("one");
    run.shell.halt(new Error("the shell broke"));
    expect(disk.events.at(-1)).toBe(`send ${toyLastWords}`);
    expect(disk.events).not.toContain("send one");
    // The sync that ends late finds nobody.
    disk.finish();
    expect(disk.events).not.toContain("send one");
  });

  it("forces the logs itself when more waits than it may hold, and keeps the order", () => {
    const disk = new TestDisk();
    const run = start("always", disk);
    disk.finish();
    disk.events.length = 0;
    const big = "x".repeat(60_000);
    run.data("first");
    for (let i = 0; i < 100; i++) run.data(big);
    const sent = disk.events.filter((event) => event.startsWith("send"));
    expect(sent[0]).toBe("send first");
    expect(sent.length).toBeGreaterThan(1);
    run.shell.sendHeld();
    const total = disk.events
      .filter((event) => event.startsWith("send x"))
      .join("")
      .replaceAll("send ", "").length;
    expect(total).toBe(100 * big.length);
    expect(run.halts).toEqual([]);
  });

  it("an orderly stop forces and sends what is held", () => {
    const disk = new TestDisk();
    const run = start("always", disk);
    disk.finish();
    run.data("last order");
    disk.events.length = 0;
    run.shell.stop();
    expect(disk.events[0]).toBe("send last order");
    const second = startTestRun({ directory });
    expect(second.recovered.cause).toBe("continued");
    expect(second.recovered.machine.dataCount).toBe(1);
  });
});

describe("fsync interval and never", () => {
  it("send at once", () => {
    for (const mode of ["interval", "never"] as const) {
      const disk = new TestDisk();
      const run = start(mode, disk);
      run.data(mode);
      expect(disk.events).toContain(`send ${mode}`);
      expect(disk.events).not.toContain("sync");
      run.shell.stop();
    }
  });

  it("interval forces in the background what was written, once, and halts when the disk fails", async () => {
    const disk = new TestDisk();
    const run = startTestRun({ directory, shell: { fsync: "interval", fsyncMs: 1, force: disk.force } });
    run.data("one");
    const until = async (what: () => boolean) => {
      while (!what()) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    await until(() => disk.waiting === 1);
    disk.finish();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(disk.events).toEqual(["sync", "synced"]);
    run.data("two");
    await until(() => disk.waiting === 1);
    disk.finish(new Error("EIO: i/o error, fdatasync"));
    expect(run.halts[0]?.kind).toBe("journal");
    expect(run.transport.sent.at(-1)?.text).toBe(toyLastWords);
  });

  it("works on the real disk in every mode", async () => {
    for (const mode of ["always", "interval"] as const) {
      const run = startTestRun({ directory, shell: { fsync: mode, fsyncMs: 1 }, segmentLength: 2_000 });
      for (let i = 0; i < 100; i++) {
        run.data(`${mode} ${i}`);
        if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      run.shell.stop();
      expect(run.halts).toEqual([]);
      expect(run.transport.sent.map(({ text }) => text).join("")).toMatch(new RegExp(`${mode} 0.*${mode} 99$`));
    }
    expect(startTestRun({ directory }).recovered.machine.dataCount).toBe(200);
  });
});
