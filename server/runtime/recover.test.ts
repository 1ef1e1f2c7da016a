import {
  appendFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FactsReader, factsFile } from "../journal/facts-log";
import { listSegments } from "../journal/segments";
import { listSnapshots, readSnapshot } from "../journal/snapshot-file";
import { startTestRun, type TestRun, temporaryDirectory, testChannel } from "./testing/run-fixture";
import { ToyMachine, toyLastWords, toyPoisonByte } from "./testing/toy-machine";

const poison = String.fromCharCode(toyPoisonByte);
let directory: string;
let remove: () => void;
const day = "2026-11-20";

beforeEach(() => {
  ({ path: directory, remove } = temporaryDirectory());
});
afterEach(() => remove());

/** What a killed process leaves: nothing closed, nothing more written. */
function abandon(run: TestRun): string {
  const hash = run.recovered.machine.registry.hash();
  run.recovered.inputs.close();
  run.recovered.facts.close();
  return hash;
}

function flipBit(file: string, offset: number): void {
  const bytes = readFileSync(file);
  bytes[offset] ^= 0x10;
  writeFileSync(file, bytes);
}

describe("recovery", () => {
  it("continues after an orderly stop with the same state and no replay", () => {
    const first = startTestRun({ directory });
    first.data("one", "two");
    first.data("three");
    first.shell.stop();
    const hash = first.recovered.machine.registry.hash();

    const second = startTestRun({ directory });
    expect(second.recovered.cause).toBe("continued");
    expect(second.recovered.epoch).toBe(2);
    expect(second.recovered.replayedRecords).toBe(0);
    expect(second.recovered.journal).toBe(first.recovered.journal);
    second.shell.stop();
    expect(second.recovered.machine.dataCount).toBe(3);
    expect(second.recovered.machine.registry.hash()).not.toBe(hash);
  });

  it("replays a crashed run to the same state and the same facts", () => {
    const first = startTestRun({ directory });
    for (let i = 0; i < 500; i++) first.data(`order ${i}`, `fill ${i}`);
    abandon(first);
    const facts = readFileSync(factsFile(join(directory, day)));

    const second = startTestRun({ directory });
    expect(second.recovered.cause).toBe("crashed");
    expect(second.recovered.replayedRecords).toBe(1_001);
    expect(readFileSync(factsFile(join(directory, day))).subarray(0, facts.length)).toEqual(facts);
    abandon(second);

    const third = startTestRun({ directory });
    expect(third.recovered.replayedRecords).toBe(1);
    expect(third.recovered.factNumber).toBe(1_002);
    abandon(third);
  });

  it("takes a snapshot of exactly the state the crash left", () => {
    const first = startTestRun({ directory });
    first.data("a", "bb", "ccc");
    const hash = abandon(first);
    abandon(startTestRun({ directory }));
    const [newest] = listSnapshots(join(directory, day));
    const { header, state } = readSnapshot(newest.file);
    const machine = new ToyMachine();
    machine.registry.restore(state, header.layout);
    expect(header.record).toBe(4);
    expect(machine.registry.hash()).toBe(hash);
  });

  it("cuts a torn tail, says so, and loses nothing before it", () => {
    const first = startTestRun({ directory });
    first.data("whole");
    abandon(first);
    const [segment] = listSegments(join(directory, day));
    const good = segment.byteLength;
    appendFileSync(segment.file, Buffer.from([0, 0, 0, 40, 1, 2, 3, 4, 3, 0, 0]));

    const second = startTestRun({ directory });
    expect(second.reports.join("\n")).toMatch(/torn append of 11 bytes after record 2 is cut/);
    expect(second.recovered.machine.dataCount).toBe(1);
    expect(statSync(segment.file).size).toBe(good);
    abandon(second);
  });

  it("cuts a torn tail of the facts log and appends what the replay decides", () => {
    const first = startTestRun({ directory });
    first.data("one");
    first.data("two");
    abandon(first);
    const file = factsFile(join(directory, day));
    const whole = readFileSync(file);
    truncateSync(file, whole.length - 7);

    const second = startTestRun({ directory });
    expect(second.reports.join("\n")).toMatch(/torn append/);
    expect(second.reports.join("\n")).toMatch(/decided but not recorded/);
    abandon(second);
    expect(readFileSync(file).subarray(0, whole.length)).toEqual(whole);
  });

  it("finds a flipped bit anywhere in the inputs and names file, offset and record", () => {
    const first = startTestRun({ directory });
    for (let i = 0; i < 20; i++) first.data(`payload ${i}`);
    abandon(first);
    const [segment] = listSegments(join(directory, day));
    const bytes = readFileSync(segment.file);
    const firstAppend = segment.byteLength - 20 * 29 - 10;
    for (let offset = firstAppend + 40; offset < bytes.length; offset += 13) {
      writeFileSync(segment.file, bytes);
      flipBit(segment.file, offset);
      expect(() => startTestRun({ directory }), `offset ${offset}`).toThrow(
        // The last record's length alone cannot be told from a torn tail; there the facts know better.
        /inputs-000000000001\.log: damaged at offset \d+ \(record \d+\)|holds fact 21 .*inputs are lost/,
      );
      expect(statSync(segment.file).size).toBe(bytes.length);
    }
  });

  it("refuses to start when a replay decides otherwise than was recorded", () => {
    const first = startTestRun({ directory });
    first.data("one");
    abandon(first);
    expect(() => startTestRun({ directory, slope: 2 })).toThrow(
      /does not agree at fact 2, record 2: recorded .*322.* replayed .*644/,
    );
  });

  it("refuses a desk whose ids mean something else, and replays only with the same desk file", () => {
    const first = startTestRun({ directory });
    first.data("one");
    abandon(first);
    expect(() => startTestRun({ directory, identity: { deskShape: "other" } })).toThrow(/another desk/);
    expect(() => startTestRun({ directory, identity: { deskHash: "other" } })).toThrow(
      /another version of the desk file/,
    );
    startTestRun({ directory }).shell.stop();
    expect(startTestRun({ directory, identity: { deskHash: "other" } }).recovered.cause).toBe("continued");
  });

  it("uses the older snapshot when the newest is damaged", () => {
    const first = startTestRun({ directory });
    first.data("one");
    first.shell.stop();
    const second = startTestRun({ directory });
    second.data("two");
    second.shell.stop();
    const [newest] = listSnapshots(join(directory, day));
    flipBit(newest.file, 2_000);
    const third = startTestRun({ directory });
    expect(third.reports.join("\n")).toMatch(/snapshot not used: .*checksum/);
    expect(third.recovered.machine.dataCount).toBe(2);
    expect(third.recovered.cause).toBe("continued");
    third.shell.stop();
    // The newest two, and the one the day opened with.
    const kept = listSnapshots(join(directory, day));
    expect(kept).toHaveLength(3);
    expect(kept.at(-1)?.record).toBe(0);
  });

  it("reads on over segments and names a missing one", () => {
    const first = startTestRun({ directory, segmentLength: 2_000 });
    for (let i = 0; i < 200; i++) first.data("a payload of some length");
    abandon(first);
    const segments = listSegments(join(directory, day));
    expect(segments.length).toBeGreaterThan(4);
    const missing = readFileSync(segments[2].file);
    rmSync(segments[2].file);
    expect(() => startTestRun({ directory })).toThrow(/begins with record \d+, expected \d+/);
    writeFileSync(segments[2].file, missing);
    expect(startTestRun({ directory }).recovered.machine.dataCount).toBe(200);
  });
});

describe("a record that cannot be stepped", () => {
  it("halts the run with last words only, and is skipped for good by the next", () => {
    const first = startTestRun({ directory });
    first.data("one");
    first.data("two", `${poison}bad`, "three");
    expect(first.halts).toHaveLength(1);
    expect(first.halts[0]).toMatchObject({ kind: "poisoned", record: 4, exitCode: 3 });
    expect(first.transport.sent).toEqual([
      { channel: testChannel, text: "one" },
      { channel: testChannel, text: toyLastWords },
    ]);

    const second = startTestRun({ directory });
    expect(second.recovered.cause).toBe("poisoned");
    expect(second.recovered.poisonedRecord).toBe(4);
    expect(second.recovered.machine.dataCount).toBe(2);
    expect(second.reports.join("\n")).toMatch(/record 4 could not be stepped and is skipped/);
    second.data("four");
    abandon(second);

    const third = startTestRun({ directory });
    expect(third.recovered.cause).toBe("crashed");
    expect(third.recovered.machine.dataCount).toBe(3);
    abandon(third);
  });

  it("is found by the replay when the process died before it could mark it", () => {
    const first = startTestRun({ directory });
    first.data("one");
    first.data(`${poison}bad`);
    const [segment] = listSegments(join(directory, day));
    truncateSync(segment.file, segment.byteLength - 8 - 9 - "the toy met its poison".length);
    const second = startTestRun({ directory });
    expect(second.recovered.cause).toBe("poisoned");
    expect(second.recovered.poisonedRecord).toBe(3);
    abandon(second);
  });
});

describe("a full disk", () => {
  for (const [what, isTarget] of [
    ["inputs", (count: number) => count === 6],
    ["facts", (count: number) => count === 7],
  ] as const)
    it(`on the ${what} log sends nothing that was not journaled, says last words and names the file`, () => {
      let count = 0;
      const first = startTestRun({
        directory,
        write: (descriptor, bytes, offset, length) => {
          count++;
          if (isTarget(count)) {
            writeSync(descriptor, bytes, offset, Math.min(5, length));
            throw new Error("ENOSPC: no space left on device, write");
          }
          return writeSync(descriptor, bytes, offset, length);
        },
      });
      first.data("one");
      first.data("two");
      first.data("three");
      expect(first.halts).toHaveLength(1);
      expect(first.halts[0].kind).toBe("journal");
      expect(first.halts[0].text).toMatch(
        new RegExp(`${what}.*log: \\d+ bytes at offset \\d+ could not be written.*ENOSPC`),
      );
      expect(first.transport.sent.map(({ text }) => text)).toEqual(["one", toyLastWords]);
      const second = startTestRun({ directory });
      expect(second.recovered.cause).toBe("crashed");
      expect(second.recovered.machine.dataCount).toBe(what === "inputs" ? 1 : 2);
      abandon(second);
    });
});

describe("a later date", () => {
  it("opens a new day with what is carried, and keeps the old day as it was", () => {
    const first = startTestRun({ directory });
    first.data("\u0001\u0002");
    abandon(first);
    const second = startTestRun({ directory, today: "2026-11-21" });
    expect(second.recovered.cause).toBe("fresh");
    expect(second.recovered.tradingDay).toBe("2026-11-21");
    expect(second.recovered.epoch).toBe(1);
    expect(second.recovered.journal).not.toBe(first.recovered.journal);
    expect(second.recovered.machine.dataCount).toBe(0);
    expect(second.recovered.machine.carriedSum).toBe(3);
    second.data("\u0004");
    abandon(second);
    const third = startTestRun({ directory, today: "2026-11-21" });
    expect(third.recovered.machine.carriedSum).toBe(7);
    expect(third.recovered.cause).toBe("crashed");
    abandon(third);
    expect(readdirSync(directory).sort()).toEqual(["2026-11-20", "2026-11-21"]);
    const facts = new FactsReader(join(directory, day), 0, 0);
    while (facts.next());
    facts.close();
    expect(facts.number).toBe(2);
  });

  it("keeps the snapshots of the last closed day only, and every log", () => {
    for (const today of ["2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21"]) {
      const run = startTestRun({ directory, today });
      run.data("x");
      run.shell.stop();
    }
    const counts = readdirSync(directory)
      .sort()
      .map((name) => listSnapshots(join(directory, name)).length);
    expect(counts).toEqual([1, 1, 2, 2]);
    expect(readdirSync(join(directory, "2026-11-18"))).toEqual([
      "facts.log",
      "inputs-000000000001.log",
      "snapshot-000000000000.bin",
    ]);
  });

  it("goes on with the day while it runs, and when the clock was set back", () => {
    const first = startTestRun({ directory, today: "2026-11-21" });
    first.shell.stop();
    expect(startTestRun({ directory, today: "2026-11-20" }).recovered.tradingDay).toBe("2026-11-21");
  });
});
