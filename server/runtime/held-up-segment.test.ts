import { randomUUID } from "node:crypto";
import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commandKinds, roles, scopes } from "../../domain/command";
import { segmentName } from "../journal/inputs-log";
import { encodeCommand } from "../machine/command-record";
import { startTestRun, type TestRun, temporaryDirectory } from "./testing/run-fixture";
import { toyLastWords } from "./testing/toy-machine";

const day = "2026-11-20";
const segmentLength = 2_000;
/** Records in any of which the second segment could begin. */
const records = 400;
/** Ten seconds of the fixture's clock, a millisecond a record. */
const retryRecords = 10_000;

/** `npm test` as root, too: a folder of the segment's name keeps it from being made, as a folder without rights would. */
describe("a log directory in which no new segment can be begun", () => {
  let directory: string;
  let remove: () => void;
  let reports: string[];

  beforeEach(() => {
    ({ path: directory, remove } = temporaryDirectory());
    reports = [];
  });
  afterEach(() => remove());

  /** Also where it is tried again, ten thousand records later. */
  const obstacles = () =>
    [2, retryRecords].flatMap((first) =>
      Array.from({ length: records }, (_, i) => join(directory, day, segmentName(first + i))),
    );

  function start(withReserve: boolean): TestRun {
    const run = startTestRun({
      directory,
      segmentLength,
      shell: withReserve
        ? {
            reserve: {
              room: { release: () => false, renew: () => true },
              haltCommand: (reason) =>
                encodeCommand({
                  command: commandKinds.code.kill,
                  scope: scopes.code.all,
                  role: roles.code.system,
                  target: -1,
                  id: randomUUID(),
                  actor: "engine",
                  reason,
                }),
              isDispensable: () => false,
              report: (text) => reports.push(text),
            },
          }
        : {},
    });
    for (const obstacle of obstacles()) mkdirSync(obstacle);
    return run;
  }

  function fill(run: TestRun): number {
    for (let i = 0; i < records; i++) {
      run.data(`payload ${i}`);
      if (reports.length > 0 || run.halts.length > 0) return i;
    }
    throw new Error("the segment was never full");
  }

  it("halts in the same turn, goes on in the old segment, and in a new one when there can be one", () => {
    const run = start(true);
    const at = fill(run);
    expect(run.halts).toEqual([]);
    expect(reports).toEqual([
      expect.stringMatching(/inputs-\d+\.log: could not be made: .*EISDIR.*: halted; .*old segment/),
    ]);
    // What the turn wanted to send is dropped; what comes later leaves.
    expect(run.transport.sent.map(({ text }) => text)).not.toContain(`payload ${at}`);
    const { factNumber } = run.shell;
    for (let i = 0; i < 300; i++) run.data(`later ${i}`);
    expect(run.transport.sent.at(-1)?.text).toBe("later 299");
    expect(run.shell.factNumber).toBe(factNumber + 300);
    expect(run.recovered.inputs.segmentByteLength).toBeGreaterThan(3 * segmentLength);
    for (let i = 0; i < retryRecords; i++) run.data("x");
    expect([run.shell.isOnReserve, reports.length]).toEqual([true, 1]);
    for (const obstacle of obstacles()) rmdirSync(obstacle);
    for (let i = 0; i < retryRecords; i++) run.data("y");
    expect([run.shell.isOnReserve, reports.length]).toEqual([false, 2]);
    expect(reports[1]).toMatch(/can be written again; the halt stays/);
    expect(run.recovered.inputs.segmentCount).toBeGreaterThan(2);
    expect(run.halts).toEqual([]);
    run.recovered.inputs.close();
    run.recovered.facts.close();
    const next = startTestRun({ directory, segmentLength });
    expect([next.recovered.cause, next.recovered.replayedRecords > 2 * retryRecords]).toEqual(["crashed", true]);
    expect(next.recovered.machine.dataCount).toBe(at + 1 + 300 + 2 * retryRecords);
    next.shell.stop();
  });

  it("ends a machine that has no reserve, with its last words, as any log that cannot be written", () => {
    const run = start(false);
    fill(run);
    expect(run.halts.map(({ kind }) => kind)).toEqual(["journal"]);
    expect(run.transport.sent.at(-1)?.text).toBe(toyLastWords);
  });
});
