import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { factCode, factLengthOf, factNumberOf } from "../../domain/facts";
import { viewOf } from "../../domain/view-of";
import { FactsOutbox } from "../machine/facts-outbox";
import { inputKinds } from "../machine/input-record";
import { StateRegistry } from "../machine/state-registry";
import { AppendLog } from "./append-log";
import { AppendReader } from "./append-reader";
import { checksum } from "./checksum";
import { FactsFollower, FactsLog, FactsReader, factsFile } from "./facts-log";
import { InputsLog } from "./inputs-log";
import { decodeLogHeader, encodeLogHeader, type LogHeader, setFirstRecord } from "./log-header";
import { SegmentReader } from "./segment-reader";
import { listSegments, pruneSegments } from "./segments";
import { listSnapshots, readSnapshot, type SnapshotHeader, writeSnapshot } from "./snapshot-file";

const header: LogHeader = {
  machine: "engine",
  kind: "inputs",
  codeVersion: "test",
  nodeVersion: process.version,
  deskHash: "hash",
  deskShape: "shape",
  desk: { file: "desk.yaml", names: null, pairs: null, seed: 5 },
  journal: "journal",
  tradingDay: "2026-11-20",
  epoch: 1,
};
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "heliograph-journal-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function put(log: InputsLog, payload: Uint8Array, timeNs: number): void {
  const at = log.begin(payload.length);
  log.bytes.set(payload, at);
  log.end(inputKinds.code.data, 48, timeNs, at, payload.length);
}

function factsOf(first: number, count: number): FactsOutbox {
  const facts = new FactsOutbox(1 << 21);
  for (let i = 0; i < count; i++)
    facts.append(factCode.alert, first + i, i, new Float64Array([1, 2, 3, 4]), 4, new Uint8Array(0), 0, 0);
  return facts;
}

describe("the checksum", () => {
  it("is zlib's at every length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 900 }), fc.nat(20), (bytes, skip) => {
        const offset = Math.min(skip, bytes.length);
        expect(checksum(viewOf(bytes), offset, bytes.length - offset)).toBe(crc32(bytes.subarray(offset)));
      }),
    );
  });
});

describe("a failed append", () => {
  it("leaves the file as it was before, so that a later append follows whole ones", () => {
    let full = false;
    const log = new AppendLog(1_000, (descriptor, bytes, offset, length) => {
      if (!full) return writeSync(descriptor, bytes, offset, length);
      writeSync(descriptor, bytes, offset, 3);
      throw new Error("ENOSPC: no space left on device, write");
    });
    const file = join(directory, "any.log");
    log.open(file, 0, Buffer.from("header"));
    const append = (text: string) => {
      log.bytes.write(text, log.begin(text.length));
      log.end(text.length);
      log.flush();
    };
    append("first");
    const { length } = readFileSync(file);
    full = true;
    expect(() => append("second")).toThrow(/any\.log: 14 bytes at offset 19 could not be written .*ENOSPC/);
    expect(readFileSync(file).length).toBe(length);
    full = false;
    log.close();
    log.open(file, length, null);
    append("third");
    expect(readFileSync(file).subarray(length).toString("latin1")).toMatch(/third$/);
    log.close();
  });
});

describe("an append that a full disk took only a part of", () => {
  it.each([0, 3, 13])("leaves no hole when it is written again into the same file: %i bytes", (part) => {
    let full = false;
    const file = join(directory, "any.log");
    const log = new AppendLog(1_000, (descriptor, bytes, offset, length) => {
      if (!full) return writeSync(descriptor, bytes, offset, length);
      full = false;
      writeSync(descriptor, bytes, offset, part);
      throw new Error("ENOSPC: no space left on device, write");
    });
    log.open(file, 0, Buffer.from("header"));
    const put = (text: string) => {
      log.bytes.write(text, log.begin(text.length));
      log.end(text.length);
    };
    put("first");
    log.flush();
    put("second");
    full = true;
    expect(() => log.flush()).toThrow(/ENOSPC/);
    log.flush();
    put("third");
    log.flush();
    log.close();
    const reader = new AppendReader(file, "header".length, 100, () => "any");
    const texts: string[] = [];
    while (reader.next()) texts.push(reader.bytes.toString("latin1", reader.offset, reader.offset + reader.length));
    expect([texts, reader.tornBytes]).toEqual([["first", "second", "third"], 0]);
    reader.close();
  });
});

describe("a log's header", () => {
  it("is read where this version or one of the two before wrote it, and named where another did", () => {
    const read = (version: number) => {
      const bytes = encodeLogHeader(header, 1);
      bytes.writeUInt32BE(version, 8);
      setFirstRecord(bytes, 7);
      return decodeLogHeader(bytes, "a.log");
    };
    expect([read(2)?.firstRecord, read(3)?.firstRecord, read(4)?.header]).toEqual([7, 7, header]);
    for (const version of [1, 5])
      expect(() => read(version)).toThrow(`a.log: journal format ${version}, this code reads 2 to 4`);
  });
});

describe("the inputs log", () => {
  it("gives back every input, over segments and buffer fills, in order and with its number", () => {
    const log = new InputsLog(directory, header, 1, undefined, 300_000);
    const lengths = Array.from({ length: 400 }, (_, i) => (i * 7_919) % 9_000);
    lengths.forEach((length, i) => {
      put(log, new Uint8Array(length).fill(i), i);
      if (i % 3 === 0) log.flush();
    });
    log.flush();
    log.close();
    let record = 0;
    const segments = listSegments(directory);
    for (const { file } of segments) {
      const reader = new SegmentReader(file);
      expect(reader.header?.firstRecord).toBe(record + 1);
      expect(reader.header?.header).toEqual(header);
      while (reader.next()) {
        expect(reader.record).toBe(++record);
        expect(reader.length - 12).toBe(lengths[record - 1]);
        if (reader.length > 12) expect(reader.bytes[reader.offset + 12]).toBe((record - 1) & 255);
      }
    }
    expect(record).toBe(400);
    expect(segments.length).toBeGreaterThan(3);
  });

  it("tells a torn tail at every length from damage", () => {
    const log = new InputsLog(directory, header, 1);
    for (let i = 0; i < 5; i++) put(log, new Uint8Array(20).fill(i), i);
    log.flush();
    log.close();
    const [{ file }] = listSegments(directory);
    const whole = readFileSync(file);
    for (let cut = 1; cut < 40; cut++) {
      writeFileSync(file, whole.subarray(0, whole.length - cut));
      const reader = new SegmentReader(file);
      let count = 0;
      while (reader.next()) count++;
      expect(count).toBe(4);
      expect(reader.tornBytes).toBe(40 - cut);
    }
    writeFileSync(file, whole);
    appendFileSync(file, Buffer.alloc(500));
    const zeros = new SegmentReader(file);
    while (zeros.next());
    expect(zeros.record).toBe(5);
    expect(zeros.tornBytes).toBe(500);
  });

  it("has ended once it has: what a recovery appends in place of a torn tail is no whole append that follows damage", () => {
    const file = join(directory, "appends.log");
    const append = (content: Uint8Array) => {
      const framed = Buffer.alloc(8 + content.length);
      framed.writeUInt32BE(content.length, 0);
      framed.writeUInt32BE(crc32(content), 4);
      framed.set(content, 8);
      return framed;
    };
    const kept = append(new Uint8Array(20).fill(1));
    const long = append(new Uint8Array(2_000).fill(2));
    writeFileSync(file, Buffer.concat([kept, long.subarray(0, 900)]));
    const reader = new AppendReader(file, 0, 1 << 20, () => "here");
    expect([reader.next(), reader.next(), reader.tornBytes]).toEqual([true, false, 900]);
    const anew = Array.from({ length: 40 }, () => append(new Uint8Array(44).fill(3)));
    writeFileSync(file, Buffer.concat([kept, ...anew]));
    expect([reader.next(), reader.tornBytes, reader.at]).toEqual([false, 900, kept.length]);
    reader.close();
  });

  it("deletes only segments that no kept snapshot needs, oldest day first", () => {
    const yesterday = join(directory, "2026-11-19");
    const today = join(directory, "2026-11-20");
    for (const day of [yesterday, today]) {
      mkdirSync(day);
      writeFileSync(join(day, "snapshot-000000000000.bin"), "what the day opened with");
      const log = new InputsLog(day, header, 1, undefined, 10_000);
      for (let i = 0; i < 40; i++) {
        put(log, new Uint8Array(1_000), i);
        log.flush();
      }
      log.close();
    }
    for (const { file } of [...listSegments(yesterday), ...listSegments(today)])
      writeFileSync(file.replace(".log", ".idx"), "an index");
    expect(pruneSegments(directory, "2026-11-20", 21).deleted).toBe(0);
    const { deleted } = pruneSegments(directory, "2026-11-20", 21, 1);
    expect(listSegments(yesterday)).toHaveLength(0);
    const left = listSegments(today);
    expect(left[0].firstRecord).toBeLessThanOrEqual(21);
    expect(left[1].firstRecord).toBeGreaterThan(21);
    expect(deleted).toBeGreaterThan(4);
    // Neither an index nor what a day opened with stays without its segments.
    expect(readdirSync(yesterday)).toEqual([]);
    expect(readdirSync(today).filter((name) => name.endsWith(".idx"))).toHaveLength(left.length);
    expect(listSnapshots(today)).toEqual([]);
  });
});

describe("the facts log", () => {
  it("can be followed while it is written, up to what is committed", () => {
    FactsLog.create(directory, { ...header, kind: "facts" });
    const log = FactsLog.open(directory, statSync(factsFile(directory)).size);
    const follower = new FactsFollower(factsFile(directory));
    const numbers: number[] = [];
    const take = (committed: number) => {
      while (
        follower.read(committed, (bytes, offset, length) => {
          const view = viewOf(bytes);
          for (let at = offset; at < offset + length; at += factLengthOf(view, at))
            numbers.push(factNumberOf(view, at));
        })
      );
    };
    let first = 1;
    for (const count of [1, 3, 20_000, 2]) {
      const before = log.fileLength;
      const facts = factsOf(first, count);
      log.append(facts.bytes, facts.used);
      first += count;
      take(before);
      expect(numbers.length).toBe(first - 1 - count);
      take(log.fileLength);
      expect(numbers.length).toBe(first - 1);
    }
    expect(numbers).toEqual(Array.from({ length: first - 1 }, (_, i) => i + 1));
    follower.close();
    log.close();
  });

  it("names a hole in the numbers", () => {
    FactsLog.create(directory, { ...header, kind: "facts" });
    const log = FactsLog.open(directory, statSync(factsFile(directory)).size);
    for (const first of [1, 3]) {
      const facts = factsOf(first, 1);
      log.append(facts.bytes, facts.used);
    }
    log.close();
    const reader = new FactsReader(directory, 0, 0);
    expect(reader.next()).toBe(true);
    expect(() => reader.next()).toThrow(/fact 3 at offset \d+, expected 2/);
    reader.close();
  });
});

describe("snapshots", () => {
  it("come back as they were written, and damage is found", () => {
    const registry = new StateRegistry();
    registry.allocate("test.numbers", "f64", 700_000).fill(1.5);
    const { kind: _, ...identity } = header;
    const snapshot: SnapshotHeader = {
      ...identity,
      record: 9,
      factsOffset: 1,
      factNumber: 2,
      timeNs: 3,
      runningHash: "0123456789abcdef",
      layout: registry.layout(),
    };
    writeSnapshot(directory, snapshot, registry);
    const file = join(directory, "snapshot-000000000009.bin");
    const first = readFileSync(file);
    const again = readSnapshot(file);
    expect(again.header).toEqual(snapshot);
    const other = new StateRegistry();
    const numbers = other.allocate("test.numbers", "f64", 700_000);
    other.restore(again.state, again.header.layout);
    expect(numbers.at(-1)).toBe(1.5);
    expect(other.hash()).toBe(registry.hash());
    expect(readdirSync(directory)).toEqual(["snapshot-000000000009.bin"]);
    expect(listSnapshots(directory)).toEqual([{ file, record: 9 }]);
    first[first.length - 100] ^= 1;
    writeFileSync(file, first);
    expect(() => readSnapshot(file)).toThrow(/checksum is \d+, the file says \d+/);
  });
});
