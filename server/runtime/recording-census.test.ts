import { existsSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { recordingPath } from "../wire/testing/recorded-data";
import { dayOfName, readCensus, takeCensus, writeCensus } from "./recording-census";
import { RecordingReader } from "./recording-reader";
import { directoryEntry, orderAdded, orderDeleted, RecordedFiles, systemEvent } from "./testing/recorded-file";

const files = new RecordedFiles();
afterAll(() => files.remove());

const hour = 3_600e9;
const whole = [
  systemEvent(1),
  directoryEntry(2, "AAPL"),
  orderAdded(10 * hour, 1, "B", 100, 1_500_000),
  orderAdded(10 * hour + 1, 2, "S", 300, 1_500_250),
  orderDeleted(11 * hour, 1),
];

/** Times of all messages, read through a buffer of the least size. */
function timesOf(file: string): number[] {
  const reader = new RecordingReader(file, 16);
  const times: number[] = [];
  while (reader.next()) times.push(reader.timeNs);
  reader.close();
  return times;
}

describe("the census of a recording", () => {
  it("finds symbols, price steps, sizes and the span of a whole file", () => {
    const census = takeCensus(files.write("day-20240105.itch", ...whole));
    expect(census).toMatchObject({
      name: "day-20240105.itch",
      tradingDay: "2024-01-05",
      messages: 5,
      malformed: 0,
      truncatedAt: null,
      startNs: 1,
      firstNs: 10 * hour,
      lastNs: 11 * hour,
      symbols: [{ symbol: "AAPL", orders: 2, priceStep: 250, openOrdersMax: 2, middleQuantity: 300 }],
    });
  });

  it("takes an image of the books long before everything else for preparation", () => {
    const image = [orderAdded(0, 1, "B", 1, 100), orderAdded(0, 2, "S", 1, 200), orderAdded(22 * hour, 3, "B", 1, 100)];
    expect(takeCensus(files.write("image.itch", ...image)).firstNs).toBe(22 * hour);
  });

  it("says where a truncated file ends and takes what is whole", () => {
    const bytes = Buffer.concat(whole);
    for (const cut of [1, 2, 10]) {
      const census = takeCensus(files.write("cut.itch", bytes.subarray(0, bytes.length - cut)));
      expect([census.messages, census.truncatedAt]).toEqual([4, bytes.length - 21]);
    }
  });

  it("counts what is no message and goes on behind it", () => {
    const unknown = Uint8Array.from([0, 3, 0x7a, 1, 2]);
    const wrongLength = Uint8Array.from([0, 4, 0x41, 1, 2, 3]);
    const census = takeCensus(
      files.write("dirt.itch", whole[0], new Uint8Array(2), unknown, wrongLength, ...whole.slice(1)),
    );
    expect([census.messages, census.malformed, census.symbols.length]).toEqual([7, 3, 1]);
  });

  it.each<[string, Uint8Array | null, RegExp]>([
    ["a missing file", null, /there is no such file/],
    ["an empty file", new Uint8Array(0), /is empty$/],
    [
      "text",
      Buffer.from("time,price,size\n".repeat(9_000)),
      /no length-prefixed ITCH 5\.0 file, it begins with 74 69 6d/,
    ],
    ["a gzip file", Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.alloc(9_000)]), /gzip: unpack it first/],
    ["zeros", new Uint8Array(64), /it begins with 00 00 00/],
    ["a short text", Buffer.from("# Heliograph"), /it begins with 23 20 48 65/],
    ["a file of system events", systemEvent(1), /no symbol in any of them/],
  ])("refuses %s and says what it found", (what, bytes, words) => {
    const file = bytes === null ? "/nowhere/at-all.itch" : files.write(`${what.replaceAll(" ", "-")}.itch`, bytes);
    expect(() => takeCensus(file)).toThrow(words);
  });

  it("is the same after it went through a file, and a file that is no census is refused", () => {
    const census = takeCensus(files.write("again.itch", ...whole));
    const file = files.write("census.json");
    writeCensus(file, census);
    expect(readCensus(file)).toEqual(census);
    writeCensus(file, { ...census, symbols: [{ ...census.symbols[0], symbol: "<b>" }] });
    expect(() => readCensus(file)).toThrow();
  });

  it("reads a day out of a file's name only where it is one", () => {
    expect(dayOfName("esh4-20231225.itch")).toBe("2023-12-25");
    expect(dayOfName("S2019-12-30.txt")).toBe("2019-12-30");
    expect(dayOfName("12302019.NASDAQ_ITCH50")).toBeNull();
    expect(dayOfName("20231399-120231225.itch")).toBeNull();
  });
});

describe("the times of a recording", () => {
  it("never fall: a step back stands still, midnight adds a day, nonsense counts for nothing", () => {
    const times = [23 * hour, 23 * hour - 5, 1 * hour, 78 * hour, 2 * hour].map((timeNs) => systemEvent(timeNs));
    expect(timesOf(files.write("times.itch", ...times))).toEqual([
      23 * hour,
      23 * hour,
      25 * hour,
      25 * hour,
      26 * hour,
    ]);
  });

  it("leaves out a message that no packet could carry", () => {
    const huge = new Uint8Array(2 + 65_000);
    huge[0] = 65_000 >> 8;
    huge[1] = 65_000 & 0xff;
    expect(timesOf(files.write("huge.itch", whole[0], huge, whole[1]))).toEqual([1, 2]);
  });
});

describe("recordings nobody here made", () => {
  const has = (file: string) => existsSync(recordingPath(file));
  const directory = "itch/nasdaq-20191230-directory.itch";
  const fragments = "itch/nasdaq-20230822-fragments.itch";
  it.skipIf(!has(directory))("a directory alone gives symbols without orders", () => {
    const census = takeCensus(recordingPath(directory));
    expect(census.messages).toBe(1_000);
    expect(census.malformed).toBe(0);
    expect(census.symbols.length).toBeGreaterThan(100);
    expect(census.symbols.every(({ orders }) => orders === 0)).toBe(true);
  });

  it.skipIf(!has(fragments))("fragments are read to their end", () => {
    const census = takeCensus(recordingPath(fragments));
    expect(census.messages).toBe(111);
    expect(census.truncatedAt).toBeNull();
    expect(census.symbols.length).toBeGreaterThan(0);
  });
});
