import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inputKinds } from "../machine/input-record";
import { InputsLog } from "./inputs-log";
import { JournalError } from "./journal-error";
import { SegmentReader } from "./segment-reader";
import { listSegments } from "./segments";
import { SoundAhead } from "./sound-ahead";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "heliograph-sound-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A segment of `count` inputs of different lengths; its file. */
function record(count: number): string {
  const log = new InputsLog(
    directory,
    {
      ...{
        machine: "engine",
        kind: "inputs",
        journal: "b1c4b7f2-6b39-4a53-9a75-cb0f6a1e1d11",
        tradingDay: "2026-11-26",
      },
      ...{ epoch: 1, codeVersion: "0", nodeVersion: process.version, deskHash: "0".repeat(64), deskShape: "0" },
      desk: { file: "", names: null, pairs: null, seed: null },
    },
    1,
  );
  for (let i = 0; i < count; i++) {
    const length = 40 + (i % 90);
    const at = log.begin(length);
    log.bytes.fill(i & 0xff, at, at + length);
    log.end(inputKinds.code.data, 3, i, at, length);
  }
  log.flush();
  log.close();
  return listSegments(directory)[0].file;
}

/** What a reader finds: how many records, and how it ends. */
function read(file: string, ahead: SoundAhead | null): string {
  let reader: SegmentReader | null = null;
  try {
    reader = new SegmentReader(file, ahead === null ? {} : { sound: { ahead, file: 0 } });
    while (reader.next());
    return `${reader.record} records, ${reader.tornBytes} bytes torn`;
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    return `${reader?.record ?? 0} records, ${error.message}`;
  } finally {
    reader?.close();
  }
}

describe("a log that another thread sums up ahead of its reader", () => {
  it("is sound to its end, so that the reader sums up nothing", () => {
    const file = record(2_000);
    const ahead = SoundAhead.of(1);
    ahead.look([file]);
    expect(ahead.offsetOf(0)).toBe(readFileSync(file).length);
    // Damaged since: only who sums it up again would find it.
    const bytes = readFileSync(file);
    bytes[bytes.length - 3] ^= 1;
    writeFileSync(file, bytes);
    expect(read(file, ahead)).toBe("2000 records, 0 bytes torn");
    expect(read(file, null)).toMatch(/^19\d\d records, .*damaged at offset/);
  });

  it("is found damaged or torn by its reader as if there were no such thread, wherever that is", () => {
    const file = record(1_200);
    const whole = readFileSync(file);
    fc.assert(
      fc.property(
        fc.integer({ min: 400, max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        fc.boolean(),
        (at, flip, isCut, isAhead) => {
          const bytes = Buffer.from(isCut ? whole.subarray(0, at) : whole);
          if (!isCut) bytes[at] ^= flip;
          writeFileSync(file, bytes);
          const ahead = SoundAhead.of(1);
          if (isAhead) ahead.look([file]);
          expect(read(file, ahead)).toBe(read(file, null));
        },
      ),
      { numRuns: 60 },
    );
  });
});
