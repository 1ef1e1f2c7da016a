import { describe, expect, it } from "vitest";
import { readVenueLog } from "./drop-copy";

/** A field of a message: its value and its width in bytes. */
type Field = readonly [value: number, width: 1 | 2 | 4 | 8];

/** A packet of SoupBinTCP: its length without the two bytes of the length itself, its type, what it carries. */
function packet(type: string, content: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(content.length + 1);
  return Buffer.concat([length, Buffer.from(type), content]);
}

/** A message of OUCH 5.0: its letter, its time, the rest of its fields. */
function said(letter: string, timeNs: number, ...fields: readonly Field[]): Buffer {
  const parts = ([[timeNs, 8], ...fields] as const).map(([value, width]) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(value));
    return bytes.subarray(8 - width);
  });
  return packet("S", Buffer.concat([Buffer.from(letter), ...parts]));
}

const buy = "B".charCodeAt(0);
const live = "L".charCodeAt(0);
const dead = "D".charCodeAt(0);
const userRequested = "U".charCodeAt(0);
const blank = (bytes: number): Field[] => Array.from({ length: bytes }, () => [0x20, 1]);
const loggedIn = (first: number) => packet("A", Buffer.from(`20261126  ${String(first).padStart(20)}`));
const heartbeat = packet("H", Buffer.alloc(0));

/** Side, quantity, symbol, price, time in force, display, order reference, capacity, sweep, cross, state, client's id. */
const terms = (quantity: number, state: number): Field[] => [
  [buy, 1],
  [quantity, 4],
  ...blank(8),
  [1_000_000, 8],
  ...blank(2),
  [1, 8],
  ...blank(3),
  [state, 1],
  ...blank(14),
  [0, 2],
];
const accepted = (timeNs: number, reference: number, quantity: number, state = live) =>
  said("A", timeNs, [reference, 4], ...terms(quantity, state));
const replaced = (timeNs: number, original: number, reference: number, quantity: number, state = live) =>
  said("U", timeNs, [original, 4], [reference, 4], ...terms(quantity, state));
const executed = (timeNs: number, reference: number, quantity: number, match: number) =>
  said("E", timeNs, [reference, 4], [quantity, 4], [1_000_000, 8], [0x41, 1], [match, 8], [0, 2]);
const canceled = (timeNs: number, reference: number, quantity: number) =>
  said("C", timeNs, [reference, 4], [quantity, 4], [userRequested, 1]);
const selfMatchCanceled = (timeNs: number, reference: number, quantity: number) =>
  said("D", timeNs, [reference, 4], [quantity, 4], [0x51, 1], [quantity, 4], [1_000_000, 8], [0x41, 1], [0x4f, 1]);
const modified = (timeNs: number, reference: number, quantity: number) =>
  said("M", timeNs, [reference, 4], [buy, 1], [quantity, 4]);
const rejected = (timeNs: number, reference: number) => said("J", timeNs, [reference, 4], [7, 2], ...blank(14));
const broken = (timeNs: number, reference: number, match: number) =>
  said("B", timeNs, [reference, 4], [match, 8], [0x45, 1], ...blank(14));

const read = (...packets: readonly Buffer[]) => readVenueLog(Buffer.concat([loggedIn(1), heartbeat, ...packets]));
const ends = (...packets: readonly Buffer[]) => read(...packets).orders.map(({ endedNs }) => endedNs);

describe("the drop copy as the crash test's checker reads it", () => {
  it("says what the venue accepted, replaced, executed, refused and broke", () => {
    const log = read(
      accepted(1, 7, 100),
      replaced(2, 7, 8, 90),
      executed(3, 8, 40, 5),
      rejected(4, 9),
      heartbeat,
      broken(5, 8, 5),
    );
    expect(log).toEqual({
      accepted: [{ userReference: 7, quantity: 100 }],
      replaced: [{ original: 7, userReference: 8 }],
      executed: [{ userReference: 8, quantity: 40, price: 1_000_000, match: "0/5" }],
      rejected: [{ userReference: 9, timeNs: 4 }],
      brokenMatches: new Set(["0/5"]),
      orders: [expect.objectContaining({ references: [7, 8], acceptedNs: 1, endedNs: null })],
    });
    expect(read().orders).toEqual([]);
  });

  it("ends an order when its last share was cancelled, not before", () => {
    expect(ends(accepted(1, 7, 100), canceled(2, 7, 60))).toEqual([null]);
    expect(ends(accepted(1, 7, 100), canceled(2, 7, 60), canceled(3, 7, 40))).toEqual([3]);
  });

  it("keeps an order's end where it is when more is said of it", () => {
    expect(ends(accepted(1, 7, 100), canceled(2, 7, 100), canceled(3, 7, 100))).toEqual([2]);
  });

  it("ends an order that was taken out of a match with ourselves", () => {
    expect(ends(accepted(1, 7, 100), selfMatchCanceled(2, 7, 99))).toEqual([null]);
    expect(ends(accepted(1, 7, 100), selfMatchCanceled(2, 7, 100))).toEqual([2]);
  });

  it("ends an order with its last execution; one told again takes nothing more, and a broken one brings nothing back", () => {
    expect(ends(accepted(1, 7, 100), executed(2, 7, 50, 5), executed(3, 7, 50, 5))).toEqual([null]);
    expect(ends(accepted(1, 7, 100), executed(2, 7, 50, 5), executed(3, 7, 50, 6), broken(4, 7, 6))).toEqual([3]);
  });

  it("follows an order through its replaces, each of which says what is open from then on", () => {
    expect(ends(accepted(1, 7, 100), executed(2, 7, 30, 5), replaced(3, 7, 8, 20), executed(4, 8, 20, 6))).toEqual([4]);
    expect(ends(accepted(1, 7, 100), replaced(2, 7, 8, 200), canceled(3, 8, 100))).toEqual([null]);
    expect(ends(accepted(1, 7, 100), modified(2, 7, 40), canceled(3, 7, 40))).toEqual([3]);
  });

  it("leaves an order as it was when its replace is refused", () => {
    expect(ends(accepted(1, 7, 100), rejected(2, 8))).toEqual([null]);
  });

  it("takes an order for ended that was dead when it was accepted or replaced", () => {
    expect(ends(accepted(1, 7, 100, dead))).toEqual([1]);
    expect(ends(accepted(1, 7, 100), replaced(2, 7, 8, 100, dead))).toEqual([2]);
  });

  it("does not go on without the day's beginning, nor when it is not let in", () => {
    expect(() => readVenueLog(loggedIn(12))).toThrow("does not begin with the day's first message");
    expect(() => readVenueLog(packet("J", Buffer.from("A")))).toThrow("refuses the login");
  });
});
