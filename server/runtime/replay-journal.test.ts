import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodeFact, factFields } from "../../domain/facts";
import { olderFact } from "../../domain/testing/older-fact";
import { factsFile } from "../journal/facts-log";
import { logMarks } from "../journal/inputs-log";
import { readLogHeader } from "../journal/log-header";
import { listSegments } from "../journal/segments";
import { listSnapshots } from "../journal/snapshot-file";
import { appendsOf, editAppend } from "../journal/testing/edit-append";
import { verifyJournal } from "../journal/verify-journal";
import type { FactsOutbox } from "../machine/facts-outbox";
import { type InputRecord, inputKinds } from "../machine/input-record";
import type { Outbox } from "../machine/outbox";
import { replayJournal } from "./replay-journal";
import { startTestRun, type TestRun, temporaryDirectory, testIdentity } from "./testing/run-fixture";
import { ToyMachine, toyPoisonByte } from "./testing/toy-machine";

let directory: string;
let remove: () => void;
const day = "2026-11-20";
const dayDirectory = () => join(directory, day);

beforeEach(() => {
  ({ path: directory, remove } = temporaryDirectory());
});
afterEach(() => remove());

function abandon(run: TestRun): void {
  run.recovered.inputs.close();
  run.recovered.facts.close();
}

/** Records three runs of a day, over many segments: the first ends in order, the second is killed, the third ends in order. */
function recordDay(): TestRun {
  const segmentLength = 3_000;
  for (const ending of ["stop", "kill", "stop"]) {
    const run = startTestRun({ directory, segmentLength });
    for (let i = 0; i < 60; i++) run.data(`order ${i}`, `another ${i}`);
    run.shell.input(inputKinds.code.timer, 0, new Uint8Array(0), 0, 0);
    run.shell.endTurn();
    if (ending === "kill") abandon(run);
    else run.shell.stop();
    if (ending === "stop" && run.recovered.epoch === 3) return run;
  }
  throw new Error("three runs were recorded");
}

function replay(createMachine: () => ToyMachine = () => new ToyMachine(), from?: number) {
  return replayJournal({
    directory: dayDirectory(),
    createMachine,
    deskHash: testIdentity.deskHash,
    isVerifying: true,
    ...(from === undefined ? {} : { from }),
  });
}

/** A toy that does something else at one of its inputs. */
class Mutant extends ToyMachine {
  private count = 0;

  constructor(
    private readonly at: number,
    private readonly change: (input: InputRecord, outbox: Outbox, facts: FactsOutbox, machine: Mutant) => void,
  ) {
    super();
  }

  override step(input: InputRecord, outbox: Outbox, facts: FactsOutbox): void {
    super.step(input, outbox, facts);
    if (++this.count === this.at) this.change(input, outbox, facts, this);
  }
}

/** Content as an append of a log. */
function framed(content: Buffer): Buffer {
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length);
  frame.writeUInt32BE(crc32(content), 4);
  return Buffer.concat([frame, content]);
}

/** The append of a segment that holds a record, or a mark behind it. */
function placeOf(record: number, kind: "input" | "hash"): { file: string; offset: number } {
  for (const { file, firstRecord } of listSegments(dayDirectory())) {
    let at = firstRecord - 1;
    for (const { offset, content } of appendsOf(file)) {
      if (content[0] < logMarks.hash) at++;
      if (at === record && (kind === "input" ? content[0] < logMarks.hash : content[0] === logMarks.hash))
        return { file, offset };
    }
  }
  throw new Error(`record ${record} has no ${kind}`);
}

describe("a replay of a recorded day", () => {
  it("makes every fact, output and state again, over runs, crashes and segments", () => {
    const last = recordDay();
    const report = replay();
    expect(report.difference).toBeNull();
    expect(report.records).toBe(3 * 122);
    expect(report.facts).toBe(last.shell.factNumber);
    expect(report.runningHash).toBe(last.recovered.runningHash.toString());
    expect(report.stateHash).toBe(last.recovered.machine.registry.hash());
    expect(report.hashesCompared).toBeGreaterThan(3 * 60);
    // Three starts and two ends in order.
    expect(report.statesCompared).toBe(5);
    expect(listSegments(dayDirectory()).length).toBeGreaterThan(5);
  });

  it("compares a day whose facts an older format holds, all but the hash over their bytes", () => {
    const last = recordDay();
    const file = factsFile(dayDirectory());
    const header = readFileSync(file).subarray(0, readLogHeader(file)?.length);
    const appends = appendsOf(file).map(({ content }) => {
      const facts: Buffer[] = [];
      for (let at = 0; at < content.length; ) {
        const { fact, length } = decodeFact(content, at);
        const names: readonly string[] = factFields[fact.kind];
        const told = new Map<string, unknown>(Object.entries(fact));
        const fields = names.map((name) => Number(told.get(name)));
        facts.push(olderFact(fact.kind, fact.number, fact.timeNs, fields, fact.text));
        at += length;
      }
      return framed(Buffer.concat(facts));
    });
    writeFileSync(file, Buffer.concat([header, ...appends]));
    const report = replay();
    expect(report.difference).toBeNull();
    expect(report.facts).toBe(last.shell.factNumber);
    expect(report.stateHash).toBe(last.recovered.machine.registry.hash());
    expect(report.statesCompared).toBe(5);
    expect(report.hashesCompared).toBe(1);
    const mutant = replay(() => new Mutant(50, (_, __, facts) => facts.fields.fill(7, 3, 4)));
    expect(mutant.difference?.stage).toMatch(/^facts: /);
  });

  it("goes past a record that was poisoned, live and in the replay", () => {
    const first = startTestRun({ directory });
    first.data("one");
    first.data(`${String.fromCharCode(toyPoisonByte)}bad`);
    const second = startTestRun({ directory });
    second.data("two");
    second.shell.stop();
    const report = replay();
    expect(report.difference).toBeNull();
    expect(report.lastRecord - report.records).toBe(1);
    expect(report.stateHash).toBe(second.recovered.machine.registry.hash());
  });

  it("names fact, record and both values when a recorded fact was changed and its checksum put right", () => {
    recordDay();
    const file = factsFile(dayDirectory());
    editAppend(file, appendsOf(file)[30].offset, (content) => {
      content[content.length - 1] ^= 1;
    });
    const { difference } = replay();
    // Record 1 starts the run, two follow a turn; the fact of the turn's second record was changed.
    expect(difference).toMatchObject({ stage: "facts: alert", record: 61, factNumber: 61 });
    expect(difference?.expected).not.toBe(difference?.got);
    expect(difference?.got).toMatch(/"kind":"alert","number":61/);
    expect(verifyJournal(dayDirectory()).problems).toEqual([]);
  });

  it("names the record when a recorded input was changed and its checksum put right", () => {
    recordDay();
    const { file, offset } = placeOf(80, "input");
    editAppend(file, offset, (content) => {
      content[14] ^= 1;
    });
    expect(replay().difference).toMatchObject({ stage: "facts: alert", record: 80 });
  });

  it("names the record when a recorded hash was changed", () => {
    recordDay();
    const { file, offset } = placeOf(91, "hash");
    editAppend(file, offset, (content) => {
      content[12] ^= 1;
    });
    const { difference } = replay();
    expect(difference).toMatchObject({ stage: "outputs", record: 91 });
    expect(difference?.expected).toMatch(/running hash [0-9a-f]{16}/);
    expect(difference?.got).toMatch(/^[0-9a-f]{16}; facts agree/);
  });

  it("finds a machine that sends other bytes at one record, at that record", () => {
    recordDay();
    const mutant = new Mutant(101, (_input, outbox) => {
      outbox.bytes[outbox.offsetAt(0)] ^= 1;
    });
    const { difference } = replay(() => mutant);
    expect(difference).toMatchObject({ stage: "outputs", record: 101 });
    expect(difference?.got).toMatch(/the record's 1 outputs are: send on channel 48 [0-9a-f]+/);
  });

  it("finds a machine that sends nothing at one record, or decides something else", () => {
    recordDay();
    const silent = new Mutant(103, (_input, outbox) => outbox.clear());
    expect(replay(() => silent).difference).toMatchObject({ stage: "outputs", record: 103 });
    const other = new Mutant(104, (_input, _outbox, facts) => {
      facts.bytes[facts.used - 1] ^= 1;
    });
    expect(replay(() => other).difference).toMatchObject({ stage: "facts: alert", record: 104 });
  });

  it("finds a machine whose state alone is another, at the next state hash, and names the group", () => {
    recordDay();
    const mutant = new Mutant(50, (_input, _outbox, _facts, machine) => machine.disturb());
    const { difference } = replay(() => mutant);
    expect(difference).toMatchObject({ stage: "state: toy", record: 122 });
  });

  it("finds a machine that throws", () => {
    recordDay();
    const mutant = new Mutant(70, () => {
      throw new Error("no such order");
    });
    expect(replay(() => mutant).difference).toMatchObject({
      stage: "step",
      record: 70,
      got: "threw no such order",
    });
  });

  it("says when recorded facts have no inputs", () => {
    recordDay();
    const segments = listSegments(dayDirectory());
    rmSync(segments[segments.length - 1].file);
    expect(replay().difference?.got).toMatch(/facts from all recorded inputs/);
  });

  it("begins at the oldest snapshot when the first segments are gone, and at the newest before a record", () => {
    recordDay();
    const snapshots = listSnapshots(dayDirectory()).map(({ record }) => record);
    expect(snapshots).toEqual([366, 244, 0]);
    expect(replay(undefined, 300)).toMatchObject({ firstRecord: 245, records: 122, difference: null });
    expect(replay(undefined, 100)).toMatchObject({ firstRecord: 1, difference: null });
    for (const { file, firstRecord } of listSegments(dayDirectory())) if (firstRecord < 245) rmSync(file);
    expect(replay()).toMatchObject({ firstRecord: 245, lastRecord: 366, difference: null });
    expect(() => replay(undefined, 100)).toThrow(/no snapshot to begin with before record 100.*366, 244, 0/);
  });

  it("refuses another desk in words", () => {
    recordDay();
    expect(() =>
      replayJournal({
        directory: dayDirectory(),
        createMachine: () => new ToyMachine(),
        deskHash: "another",
        isVerifying: true,
      }),
    ).toThrow(/was recorded with another desk .*--desk/);
  });
});
