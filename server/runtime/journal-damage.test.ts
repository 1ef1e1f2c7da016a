import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { factsFile } from "../journal/facts-log";
import { SegmentIndexBuilder, writeIndex } from "../journal/segment-index";
import { SegmentReader } from "../journal/segment-reader";
import { listSegments } from "../journal/segments";
import { appendsOf } from "../journal/testing/edit-append";
import { verifyJournal } from "../journal/verify-journal";
import { startTestRun, temporaryDirectory } from "./testing/run-fixture";

const day = "2026-11-20";
let base: ReturnType<typeof temporaryDirectory>;
let whole: string;

/** A day of two segments: a run that ended in order, with an index, and one that was killed. */
beforeAll(() => {
  base = temporaryDirectory();
  whole = join(base.path, "whole");
  const first = startTestRun({ directory: whole });
  for (const text of ["buy", "sell", "cancel"]) first.data(text);
  first.shell.stop();
  const [segment] = listSegments(join(whole, day));
  const reader = new SegmentReader(segment.file);
  const builder = new SegmentIndexBuilder(segment.firstRecord);
  while (reader.next()) builder.take(reader);
  reader.close();
  writeIndex(segment.file, builder.build(segment.byteLength, null));
  const second = startTestRun({ directory: whole });
  for (const text of ["buy again", "sell again"]) second.data(text);
  second.recovered.inputs.close();
  second.recovered.facts.close();
});
afterAll(() => base.remove());

function copyOfDay(name: string): string {
  const copy = join(base.path, name);
  cpSync(whole, copy, { recursive: true });
  return copy;
}

/** Starts on a copy and says how many data inputs the machine then has seen; null when it refuses, in words. */
function start(directory: string): { count: number | null; words: string } {
  try {
    const run = startTestRun({ directory });
    const count = run.recovered.machine.dataCount;
    run.recovered.inputs.close();
    run.recovered.facts.close();
    return { count, words: run.reports.join("\n") };
  } catch (error) {
    return { count: null, words: error instanceof Error ? error.message : String(error) };
  }
}

describe("a damaged journal", () => {
  it("is whole before it is damaged", () => {
    expect(verifyJournal(join(whole, day))).toMatchObject({
      segments: 2,
      indexes: 1,
      records: 7,
      facts: 7,
      problems: [],
    });
  });

  it("every flipped byte is named with its file, or is the length of the last, unfinished append", () => {
    const directory = join(copyOfDay("flips"), day);
    const last = listSegments(directory)[1].file;
    const unfinished = [last, factsFile(directory)].map((file) => ({
      file,
      from: appendsOf(file).at(-1)?.offset ?? 0,
    }));
    let torn = 0;
    for (const name of readdirSync(directory)) {
      const file = join(directory, name);
      const bytes = readFileSync(file);
      const step = name.startsWith("snapshot") ? 97 : 1;
      const firstAppend = name.endsWith(".log") ? appendsOf(file)[0].offset : Number.POSITIVE_INFINITY;
      for (let offset = 0; offset < bytes.length; offset += step) {
        const mask = [0x01, 0x80, 0xff][offset % 3];
        const damaged = Buffer.from(bytes);
        damaged[offset] ^= mask;
        writeFileSync(file, damaged);
        const { problems, notes } = verifyJournal(directory);
        const place = `${name}, offset ${offset}, mask ${mask}`;
        const end = unfinished.find((one) => one.file === file);
        if (problems.length === 0) {
          expect(end && offset >= end.from && offset < end.from + 4, place).toBe(true);
          expect(notes.join("\n"), place).toMatch(/torn append of \d+ bytes at offset \d+/);
          torn++;
        } else {
          expect(problems.join("\n"), place).toContain(name);
          if (offset >= firstAppend) expect(problems.join("\n"), place).toMatch(/offset \d+/);
        }
      }
      writeFileSync(file, bytes);
    }
    expect(torn).toBeGreaterThan(0);
    expect(verifyJournal(directory).problems).toEqual([]);
  });

  it("a flip within an append is named with offset and record", () => {
    const directory = join(copyOfDay("places"), day);
    const [{ file }] = listSegments(directory);
    const bytes = readFileSync(file);
    for (const [i, { offset, content }] of appendsOf(file).entries()) {
      const damaged = Buffer.from(bytes);
      damaged[offset + 8 + (content.length >> 1)] ^= 4;
      writeFileSync(file, damaged);
      expect(verifyJournal(directory).problems[0], `append ${i}`).toMatch(
        new RegExp(`inputs-000000000001\\.log: damaged at offset ${offset} \\(record \\d+\\): checksum`),
      );
    }
  });

  it("a facts log cut at any length comes back whole, byte for byte", () => {
    const bytes = readFileSync(factsFile(join(whole, day)));
    const first = appendsOf(factsFile(join(whole, day)))[4].offset;
    for (let length = first; length < bytes.length; length += 17) {
      const copy = copyOfDay(`facts-${length}`);
      const file = factsFile(join(copy, day));
      writeFileSync(file, bytes.subarray(0, length));
      expect(start(copy).count, `cut at ${length}`).toBe(5);
      expect(readFileSync(file).subarray(0, bytes.length).equals(bytes), `cut at ${length}`).toBe(true);
    }
  });

  it("an inputs log cut at any length is refused while the facts know better, and cut where they do not", () => {
    const [, { file }] = listSegments(join(whole, day));
    const name = file.slice(-23);
    const bytes = readFileSync(file);
    const appends = appendsOf(file);
    const facts = readFileSync(factsFile(join(whole, day)));
    const factsAppends = appendsOf(factsFile(join(whole, day)));
    for (let length = appends[0].offset; length < bytes.length; length++) {
      const cut = join(base.path, name);
      writeFileSync(cut, bytes.subarray(0, length));
      const reader = new SegmentReader(cut);
      while (reader.next());
      const good = appends.findLast(({ offset, content }) => offset + 8 + content.length <= length);
      const goodLength = good ? good.offset + 8 + good.content.length : appends[0].offset;
      expect([reader.goodLength, reader.tornBytes], `cut at ${length}`).toEqual([goodLength, length - goodLength]);
      reader.close();
    }
    for (let length = 1; length < bytes.length; length += 19) {
      const copy = copyOfDay(`inputs-${length}`);
      writeFileSync(join(copy, day, name), bytes.subarray(0, length));
      const { count, words } = start(copy);
      // The run's last record and its fact are cut away, or the last record's mark only.
      const isLastRecordWhole = length >= appends[appends.length - 1].offset;
      if (isLastRecordWhole) expect(count, `cut at ${length}`).toBe(5);
      else expect(words, `cut at ${length}`).toMatch(/inputs are lost|facts are lost/);
      expect(readdirSync(join(copy, day)), "nothing was removed").toContain(name);
      // As a process leaves it that died within the last turn's write: no facts of that turn.
      if (length <= appends[appends.length - 3].offset) continue;
      const torn = copyOfDay(`torn-${length}`);
      writeFileSync(join(torn, day, name), bytes.subarray(0, length));
      writeFileSync(factsFile(join(torn, day)), facts.subarray(0, factsAppends[factsAppends.length - 1].offset));
      expect(start(torn).count, `torn at ${length}`).toBe(isLastRecordWhole ? 5 : 4);
    }
  });
});
