import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readFacts } from "./facts-file";

/** A fact's kind and fields, by their numbers in the documented layout. */
type Told = readonly [kind: number, ...fields: number[]];

/** A log of one append a fact; fact n has the number n, and the time of n seconds unless `number` says otherwise. */
function log(facts: readonly Told[], number = (index: number) => index + 1): Buffer {
  const header = Buffer.alloc(24);
  header.write("HELIOLOG");
  const appends = facts.map(([kind, ...fields], index) => {
    const content = Buffer.alloc(24 + fields.length * 8);
    content.writeUInt16LE(content.length);
    content[2] = kind | 0x80;
    content[3] = fields.length;
    content.writeDoubleLE(number(index), 8);
    content.writeDoubleLE((index + 1) * 1e9, 16);
    fields.forEach((field, at) => {
      content.writeDoubleLE(field, 24 + at * 8);
    });
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(content.length);
    frame.writeUInt32BE(crc32(content), 4);
    return Buffer.concat([frame, content]);
  });
  return Buffer.concat([header, Buffer.alloc(4), ...appends]);
}

const read = (...facts: readonly Told[]) => readFacts(log(facts), "facts.log");
/** Order 1, of a hundred, at venue 0 under reference 7. */
const submitted: Told = [7, 1, 5, 2, 0, 3, 0, 7, 0, 100];
const acceptedFact: Told = [8, 1];
const rejected: Told = [9, 1];
const lost: Told = [14, 1];
const cancelled = (leaves: number): Told => [13, 1, 40, leaves];
const replaced = (leaves: number): Told => [11, 1, 8, leaves];
const fill = (leaves: number): Told => [15, 1, 1, 5, 2, 0, 3, 0, 0, 40, 1e6, 0, 0, 0, 5, 0, 0, 0, 40, 1e6, leaves];

describe("the facts log as the crash test's checker reads it", () => {
  it.each([
    ["rejected", rejected],
    ["cancelled", cancelled(0)],
    ["filled", fill(0)],
    ["replaced", replaced(0)],
    ["lost", lost],
    ["abandoned", [39, 1]],
  ] as const)("says when and how an order ended: %s", (how, fact) => {
    const { openOrders, ends } = read(submitted, fact);
    expect([...openOrders]).toEqual([]);
    expect([...ends]).toEqual([[1, { how, timeNs: 2e9 }]]);
  });

  it.each([
    ["accepted", acceptedFact],
    ["a part filled", fill(60)],
    ["a part cancelled", cancelled(60)],
    ["replaced", replaced(60)],
    ["a replace sent", [10, 1, 8, 60]],
  ] as const)("leaves an order open of which something is left: %s", (_, fact) => {
    const { openOrders, ends } = read(submitted, fact);
    expect([[...openOrders], [...ends]]).toEqual([[1], []]);
  });

  it("brings an order back to life that was given up, or whose fills were told before a replace to more", () => {
    for (const facts of [
      [lost, acceptedFact],
      [rejected, acceptedFact],
      [fill(0), replaced(20)],
    ]) {
      const { openOrders, ends } = read(submitted, ...facts);
      expect([[...openOrders], [...ends]]).toEqual([[1], []]);
    }
    expect(read(submitted, lost, acceptedFact, cancelled(0)).ends.get(1)).toEqual({ how: "cancelled", timeNs: 4e9 });
  });

  it("brings no order back to life by a late acceptance, and ends none twice", () => {
    expect(read(submitted, fill(0), acceptedFact).ends.get(1)).toEqual({ how: "filled", timeNs: 2e9 });
    expect(read(submitted, cancelled(0), fill(0)).ends.get(1)).toEqual({ how: "cancelled", timeNs: 2e9 });
  });

  it("says when the engine started and when an order session changed, not a drop copy's", () => {
    expect(read([0, 1, 0, 0], [23, 1, 0, 4], [23, 1, 1, 4]).disturbances).toEqual([
      { venue: -1, timeNs: 1e9 },
      { venue: 1, timeNs: 2e9 },
    ]);
  });

  it("does not go on after damage, a hole in the numbers, or a reference of two orders; a torn end is cut", () => {
    const whole = log([submitted, lost]);
    const damaged = Buffer.from(whole);
    damaged[60] ^= 1;
    expect(() => readFacts(damaged, "facts.log")).toThrow("facts.log is damaged at 28");
    const holed = Buffer.concat([whole, Buffer.alloc(16), whole.subarray(28)]);
    expect(() => readFacts(holed, "facts.log")).toThrow(`facts.log has a hole at ${whole.length}`);
    expect(() =>
      readFacts(
        log([submitted, lost], (index) => index * 2 + 1),
        "facts.log",
      ),
    ).toThrow("fact 3 follows 1");
    expect(() => read(submitted, [7, 2, 5, 2, 0, 3, 0, 7, 0, 100])).toThrow("reference 0:7 belongs to orders 1 and 2");
    expect(readFacts(whole.subarray(0, whole.length - 1), "facts.log").count).toBe(1);
  });
});
