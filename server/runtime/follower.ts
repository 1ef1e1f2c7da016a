import { closeSync, existsSync, fsyncSync, openSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { FactsReader, factsFile } from "../journal/facts-log";
import { segmentName } from "../journal/inputs-log";
import { JournalError } from "../journal/journal-error";
import type { JournalIdentity } from "../journal/log-header";
import { SegmentIndexBuilder, usableIndex, writeIndex } from "../journal/segment-index";
import { SegmentReader } from "../journal/segment-reader";
import { listSegments, pruneSegments, type Segment } from "../journal/segments";
import { listSnapshots, neededFromOf, readSnapshot, writeSnapshot } from "../journal/snapshot-file";
import type { Machine } from "../machine/machine";
import { type Difference, ReplayLoop } from "./replay-loop";
import { SharedCounters } from "./shared-counters";

/** What a follower is started with; passes through `postMessage` as it is. */
export type FollowerSetup = {
  /** The day's directory. */
  readonly directory: string;
  readonly identity: JournalIdentity;
  readonly journal: string;
  readonly tradingDay: string;
  readonly epoch: number;
  /** The last record before the run; the newest snapshot is that after it. */
  readonly record: number;
  /** Memory of the run's SharedCounters. */
  readonly counters: SharedArrayBuffer;
  /** Seconds of the journal's time between snapshots. */
  readonly snapshotSeconds: number;
  /** Logs and snapshot are forced to the disk before a snapshot counts. */
  readonly isForced: boolean;
};

/** Records passed before the caller gets its turn again. */
const recordsPerRound = 20_000;

/** How far behind the follower may be before it says so, in segments. */
const segmentsBehindMax = 2;

/**
 * Follows a running machine through its journal: steps the same inputs in a machine of its own, compares facts and
 * running hash with what the live machine recorded, and writes snapshots and indexes from its own state. The live
 * machine's thread does nothing for it. It holds one window of each log; when it is slow it is late, nothing else.
 */
export class Follower {
  private readonly counters: SharedCounters;
  private readonly facts: FactsReader;
  private readonly loop: ReplayLoop;
  private readonly written = { segment: 0, length: 0 };
  private readonly unindexed: Segment[];
  private reader: SegmentReader | null = null;
  private builder: SegmentIndexBuilder;
  private firstRecordOfSegment: number;
  /** Segments of the run that were finished. */
  private finished = 0;
  /** Time of the last snapshot; of the run's first record before there is one. */
  private lastSnapshotNs = Number.NaN;
  private isLate = false;
  private isOver = false;

  /** Throws a JournalError when the snapshot the run began with is not there. */
  constructor(
    private readonly setup: FollowerSetup,
    machine: Machine,
    /** Told in words what went wrong; nothing that is told stops the live machine. */
    private readonly report: (text: string) => void,
  ) {
    const { directory, record } = setup;
    const [newest] = listSnapshots(directory);
    if (newest?.record !== record)
      throw new JournalError(`${directory}: the newest snapshot is after record ${newest?.record}, expected ${record}`);
    const { header, state } = readSnapshot(newest.file);
    machine.registry.restore(state, header.layout);
    this.counters = new SharedCounters(setup.counters);
    this.facts = new FactsReader(directory, header.factsOffset, header.factNumber, true);
    this.loop = new ReplayLoop(machine, header, {
      facts: this.facts,
      onUnrecorded: () => {
        throw new JournalError(`${this.facts.file}: lacks facts of record ${this.loop.record}`);
      },
    });
    this.firstRecordOfSegment = record + 1;
    this.builder = new SegmentIndexBuilder(record + 1);
    this.unindexed = listSegments(directory).filter(({ firstRecord }) => firstRecord <= record);
  }

  /** Number of the last record it has passed. */
  get record(): number {
    return this.loop.record;
  }

  /**
   * Goes on for a while; returns true when there is more to do at once. After a difference or a failure it reports and
   * does nothing any more.
   */
  round(): boolean {
    if (this.isOver) return false;
    try {
      return this.follow() || this.indexOne();
    } catch (error) {
      this.end(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  close(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.reader?.close();
    this.facts.close();
  }

  private follow(): boolean {
    const { written, counters, facts, loop } = this;
    counters.readInputs(written);
    if (written.segment === 0) return false;
    facts.growTo(counters.writtenFactsLength);
    this.sayWhenLate();
    const isClosed = written.segment > this.finished + 1;
    const file = join(this.setup.directory, segmentName(this.firstRecordOfSegment));
    const reader = this.reader ?? new SegmentReader(file, { isGrowing: true });
    this.reader = reader;
    reader.growTo(isClosed ? statSync(file).size : Math.max(reader.limit, written.length));
    if (this.isDifferent(loop.compareHashes(reader))) return false;
    for (let count = 0; count < recordsPerRound; count++) {
      if (!reader.next()) {
        if (!isClosed) return false;
        this.finishSegment(reader);
        return true;
      }
      if (this.isDifferent(loop.pass(reader))) return false;
      this.builder.take(reader);
      if (Number.isNaN(this.lastSnapshotNs)) this.lastSnapshotNs = loop.timeNs;
      if (facts.isAtAppendEnd && loop.timeNs - this.lastSnapshotNs >= this.setup.snapshotSeconds * 1e9)
        this.takeSnapshot();
    }
    return true;
  }

  private finishSegment(reader: SegmentReader): void {
    writeIndex(reader.file, this.builder.build(reader.limit, this.loop.machine.registry.groupHashes()));
    reader.close();
    this.reader = null;
    this.finished++;
    this.firstRecordOfSegment = this.loop.record + 1;
    this.builder = new SegmentIndexBuilder(this.firstRecordOfSegment);
  }

  /** Indexes one segment of an earlier run that has none. */
  private indexOne(): boolean {
    const segment = this.unindexed.shift();
    if (!segment) return false;
    // It may have been deleted since: old segments are capped.
    if (existsSync(segment.file) && usableIndex(segment) === null) {
      const reader = new SegmentReader(segment.file);
      const builder = new SegmentIndexBuilder(segment.firstRecord);
      while (reader.next()) builder.take(reader);
      reader.close();
      writeIndex(segment.file, builder.build(segment.byteLength, null));
    }
    return true;
  }

  private takeSnapshot(): void {
    const { directory, identity, journal, tradingDay, epoch, isForced } = this.setup;
    const { loop, facts } = this;
    const { registry } = loop.machine;
    this.lastSnapshotNs = loop.timeNs;
    try {
      if (isForced) {
        // A snapshot may not be on the disk before what it was made from.
        force(factsFile(directory));
        if (this.reader) force(this.reader.file);
      }
      writeSnapshot(
        directory,
        {
          ...identity,
          journal,
          tradingDay,
          epoch,
          nodeVersion: process.version,
          record: loop.record,
          factsOffset: facts.fileOffset,
          factNumber: loop.factNumber,
          timeNs: loop.timeNs,
          runningHash: loop.hash.toString(),
          layout: registry.layout(),
        },
        registry,
        isForced,
      );
      pruneSegments(dirname(directory), basename(directory), neededFromOf(directory));
    } catch (error) {
      this.report(`snapshot failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private sayWhenLate(): void {
    const isLate = this.written.segment - this.finished - 1 > segmentsBehindMax;
    if (isLate === this.isLate) return;
    this.isLate = isLate;
    this.report(
      isLate
        ? `the follower is ${this.written.segment - this.finished - 1} segments behind: snapshots are late`
        : "the follower has caught up",
    );
  }

  private isDifferent(difference: Difference | null): boolean {
    if (!difference) return false;
    const { stage, record, expected, got } = difference;
    this.end(`it does not agree with the live machine at record ${record}, ${stage}: recorded ${expected}, got ${got}`);
    return true;
  }

  private end(words: string): void {
    this.close();
    this.report(
      `the follower stops after record ${this.loop.record}: ${words}; ` +
        "trading goes on, but no snapshots are taken any more and the inputs log grows until the next start",
    );
  }
}

function force(file: string): void {
  const descriptor = openSync(file, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
