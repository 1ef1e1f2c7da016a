import { mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { threadId } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readIndex } from "../journal/segment-index";
import { listSegments } from "../journal/segments";
import { listSnapshots, readSnapshot, snapshotName } from "../journal/snapshot-file";
import { verifyJournal } from "../journal/verify-journal";
import { Follower, type FollowerSetup } from "./follower";
import { replayJournal } from "./replay-journal";
import { SharedCounters } from "./shared-counters";
import {
  startTestRun,
  type TestRun,
  type TestRunOptions,
  temporaryDirectory,
  testIdentity,
} from "./testing/run-fixture";
import { ToyMachine } from "./testing/toy-machine";

const day = "2026-11-20";
let directory: string;
let remove: () => void;

beforeEach(() => {
  ({ path: directory, remove } = temporaryDirectory());
});
afterEach(() => remove());

type Followed = { run: TestRun; follower: Follower; reports: string[]; catchUp: () => void };

/** A run and its follower, which goes on only when told to. The run's clock moves 1 ms an input. */
function startFollowed(
  options: Partial<TestRunOptions> = {},
  setup: Partial<FollowerSetup> = {},
  machine = new ToyMachine(),
): Followed {
  const counters = new SharedCounters();
  const run = startTestRun({
    directory,
    ...options,
    shell: {
      onWritten: (segment, length, facts) => counters.commitInputs(segment, length, facts),
      ...options.shell,
    },
  });
  const { recovered } = run;
  const reports: string[] = [];
  const follower = new Follower(
    {
      directory: recovered.directory,
      identity: recovered.identity,
      journal: recovered.journal,
      tradingDay: recovered.tradingDay,
      epoch: recovered.epoch,
      record: recovered.inputs.nextRecord - 1 - run.shell.inputCount,
      counters: counters.memory,
      snapshotSeconds: 0.1,
      isForced: false,
      ...setup,
    },
    machine,
    (text) => reports.push(text),
  );
  return {
    run,
    follower,
    reports,
    catchUp: () => {
      while (follower.round());
    },
  };
}

/** What a killed process leaves. */
function abandon({ run, follower }: Followed): void {
  follower.close();
  run.recovered.inputs.close();
  run.recovered.facts.close();
}

describe("the follower", () => {
  it("takes snapshots of the live state on the way, so that recovery replays only what follows", () => {
    const followed = startFollowed();
    const { run, catchUp, reports } = followed;
    for (let i = 0; i < 250; i++) {
      run.data(`order ${i}`);
      if (i % 7 === 0) catchUp();
    }
    catchUp();
    const hash = run.recovered.machine.registry.hash();
    const snapshots = listSnapshots(run.recovered.directory).map(({ record }) => record);
    // One a tenth of a second of the journal's time, the newest two and the day's first are kept.
    expect(snapshots).toEqual([201, 101, 0]);
    for (let i = 250; i < 270; i++) run.data(`order ${i}`);
    abandon(followed);
    expect(reports).toEqual([]);

    const second = startTestRun({ directory });
    expect(second.recovered.replayedRecords).toBe(271 - 201);
    expect(second.recovered.machine.dataCount).toBe(270);
    expect(hash).not.toBe(second.recovered.machine.registry.hash());
  });

  it("says which snapshot could not be written, and goes on to the next: an older one and more inputs lead as far", () => {
    const followed = startFollowed();
    const { run, catchUp, reports } = followed;
    // A folder stands where the first snapshot would be written.
    const inTheWay = join(run.recovered.directory, `${snapshotName(101)}.${threadId}.part`);
    mkdirSync(inTheWay);
    for (let i = 0; i < 150; i++) run.data(`order ${i}`);
    catchUp();
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatch(/^snapshot failed: .*snapshot-0+101\.bin/);
    expect(listSnapshots(run.recovered.directory).map(({ record }) => record)).toEqual([0]);
    for (let i = 150; i < 250; i++) run.data(`order ${i}`);
    catchUp();
    expect(reports).toHaveLength(1);
    expect(listSnapshots(run.recovered.directory).map(({ record }) => record)).toEqual([201, 0]);
    rmdirSync(inTheWay);
    abandon(followed);
    const second = startTestRun({ directory });
    expect(second.recovered.machine.dataCount).toBe(250);
  });

  it("has the state of the live machine, byte for byte", () => {
    const { run, catchUp, follower } = startFollowed();
    for (let i = 0; i < 100; i++) run.data(`order ${i}`, "two in a turn");
    catchUp();
    expect(follower.record).toBe(201);
    const [newest] = listSnapshots(run.recovered.directory);
    const { header, state } = readSnapshot(newest.file);
    const machine = new ToyMachine();
    machine.registry.restore(state, header.layout);
    // What the snapshot's state and the rest of the log lead to is what is live.
    run.shell.stop();
    const report = replayJournal({
      directory: run.recovered.directory,
      createMachine: () => machine,
      deskHash: testIdentity.deskHash,
      isVerifying: true,
      from: header.record + 1,
    });
    expect(report.firstRecord).toBe(header.record + 1);
    expect(report.difference).toBeNull();
    expect(report.stateHash).toBe(run.recovered.machine.registry.hash());
  });

  it("goes on over segments and leaves an index with the state's hash beside each", () => {
    const followed = startFollowed({ segmentLength: 2_000 });
    const { run, catchUp, reports } = followed;
    for (let i = 0; i < 200; i++) {
      run.data(`order ${i}`);
      if (i % 50 === 0) catchUp();
    }
    catchUp();
    const segments = listSegments(run.recovered.directory);
    expect(segments.length).toBeGreaterThan(4);
    const indexes = segments.map((segment) => readIndex(segment));
    expect(indexes.at(-1)).toBeNull();
    for (const [i, index] of indexes.slice(0, -1).entries()) {
      expect(index?.recordCount).toBe(segments[i + 1].firstRecord - segments[i].firstRecord);
      expect(index?.stateGroups).toHaveLength(2);
      expect(index?.entries[0]).toMatchObject({ record: segments[i].firstRecord });
    }
    expect(reports).toEqual([]);
    run.shell.stop();
    expect(verifyJournal(run.recovered.directory).problems).toEqual([]);
    const report = replayJournal({
      directory: run.recovered.directory,
      createMachine: () => new ToyMachine(),
      deskHash: testIdentity.deskHash,
      isVerifying: true,
    });
    expect(report.difference).toBeNull();
    expect(report.statesCompared).toBe(2 + segments.length - 1);
  });

  it("indexes segments of earlier runs whose index is missing or damaged", () => {
    const first = startTestRun({ directory, segmentLength: 2_000 });
    for (let i = 0; i < 100; i++) first.data(`order ${i}`);
    first.shell.stop();
    const [segment] = listSegments(join(directory, day));
    writeFileSync(segment.file.replace(".log", ".idx"), "no index at all");
    const followed = startFollowed();
    followed.catchUp();
    const all = listSegments(join(directory, day)).slice(0, -1);
    for (const one of all) expect(readIndex(one)?.firstRecord).toBe(one.firstRecord);
    expect(readIndex(all[0])?.stateGroups).toBeNull();
    expect(verifyJournal(join(directory, day)).problems).toEqual([]);
    abandon(followed);
  });

  it("raises an alarm in words and takes no snapshot when it does not agree with the live machine", () => {
    const followed = startFollowed({}, {}, new ToyMachine(2));
    const { run, catchUp, reports } = followed;
    for (let i = 0; i < 150; i++) run.data(`order ${i}`);
    catchUp();
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatch(
      /follower stops after record 2: it does not agree .* at record 2, facts: alert: recorded/,
    );
    expect(reports[0]).toMatch(/trading goes on, but no snapshots are taken any more/);
    expect(listSnapshots(run.recovered.directory)).toHaveLength(1);
    run.data("the desk trades on");
    expect(run.halts).toEqual([]);
    catchUp();
    expect(reports).toHaveLength(1);
    abandon(followed);
  });

  it("says so when it is late, and when it has caught up; a dead one costs snapshots only", () => {
    const followed = startFollowed({ segmentLength: 1_000 });
    const { run, follower, catchUp, reports } = followed;
    for (let i = 0; i < 150; i++) run.data(`order ${i}`);
    expect(listSnapshots(run.recovered.directory)).toHaveLength(1);
    follower.round();
    expect(reports[0]).toMatch(/the follower is \d+ segments behind: snapshots are late/);
    catchUp();
    expect(reports).toHaveLength(2);
    expect(reports[1]).toMatch(/has caught up/);
    follower.close();
    for (let i = 0; i < 150; i++) run.data(`order ${i}`);
    expect(run.halts).toEqual([]);
    abandon(followed);
    expect(startTestRun({ directory }).recovered.machine.dataCount).toBe(300);
  });

  it("stops in words when the log is damaged or gone under it", () => {
    const followed = startFollowed({ segmentLength: 1_000 });
    const { run, catchUp, reports } = followed;
    for (let i = 0; i < 100; i++) run.data(`order ${i}`);
    const [, second] = listSegments(run.recovered.directory);
    const bytes = readFileSync(second.file);
    bytes[bytes.length - 20] ^= 1;
    writeFileSync(second.file, bytes);
    catchUp();
    expect(reports.at(-1)).toMatch(/the follower stops after record \d+: .*damaged at offset \d+ \(record \d+\)/);
    abandon(followed);
  });
});

describe("recovery with an index", () => {
  it("finds its place by it, and never believes it over the log", () => {
    const followed = startFollowed({ segmentLength: 500_000 });
    const { run, catchUp } = followed;
    for (let i = 0; i < 12_000; i++) run.data(`order ${i}`);
    catchUp();
    const hash = run.recovered.machine.registry.hash();
    const record = run.recovered.inputs.nextRecord - 1;
    abandon(followed);
    const [first] = listSegments(join(directory, day));
    expect(readIndex(first)?.entries.length).toBeGreaterThan(1);
    const file = first.file.replace(".log", ".idx");
    const index = readFileSync(file);
    const stateAfterwards = () => {
      const report = replayJournal({
        directory: join(directory, day),
        createMachine: () => new ToyMachine(),
        deskHash: testIdentity.deskHash,
        isVerifying: true,
        from: record,
      });
      expect(report.difference).toBeNull();
      return report.stateHash;
    };
    expect(stateAfterwards()).toBe(hash);
    for (const damage of [
      () => rmSync(file),
      () => writeFileSync(file, index.subarray(0, index.length - 3)),
      () => writeFileSync(file, Buffer.concat([index.subarray(0, 70), Buffer.alloc(index.length - 70)])),
    ]) {
      writeFileSync(file, index);
      damage();
      expect(stateAfterwards()).toBe(hash);
    }
  });
});
