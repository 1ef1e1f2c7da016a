import { describe, expect, test } from "vitest";
import { StateRegistry } from "../machine/state-registry";
import { memberStreamByteLength, memberStreamMessageCount } from "./limits";
import { MemberStream } from "./member-stream";

/** Appends messages that carry their own number, of varying length. */
function fill(stream: MemberStream, count: number, lengthOf: (number: number) => number): void {
  const message = new Uint8Array(256);
  const view = new DataView(message.buffer);
  for (let number = 1; number <= count; number++) {
    view.setUint32(0, number);
    stream.append(message, 0, lengthOf(number));
  }
}

function expectReadable(stream: MemberStream, lengthOf: (number: number) => number): void {
  const view = new DataView(stream.buffer.buffer, stream.buffer.byteOffset);
  for (let sequence = stream.oldestSequence; sequence < stream.nextSequence; sequence++) {
    if (stream.lengthOf(sequence) !== lengthOf(sequence) || view.getUint32(stream.offsetOf(sequence)) !== sequence)
      throw new Error(`message ${sequence} is damaged`);
  }
}

describe("what a venue has said to the member", () => {
  test("is kept from the first message of the day while it fits", () => {
    const stream = new MemberStream(new StateRegistry(), 0);
    fill(stream, 1_000, () => 40);
    expect([stream.oldestSequence, stream.nextSequence]).toEqual([1, 1_001]);
    expectReadable(stream, () => 40);
  });

  test("loses its oldest messages, and only those, when the bytes run out", () => {
    const lengthOf = (number: number): number => 30 + (number % 90);
    const stream = new MemberStream(new StateRegistry(), 0);
    fill(stream, 250_000, lengthOf);
    expect(stream.nextSequence).toBe(250_001);
    const kept = stream.nextSequence - stream.oldestSequence;
    expect(kept * 77).toBeGreaterThan(memberStreamByteLength * 0.98);
    expectReadable(stream, lengthOf);
  });

  test("loses its oldest messages when there are too many of them", () => {
    const stream = new MemberStream(new StateRegistry(), 0);
    fill(stream, memberStreamMessageCount + 500, () => 8);
    expect(stream.oldestSequence).toBe(501);
    expectReadable(stream, () => 8);
  });

  test("begins again at one on a new day", () => {
    const stream = new MemberStream(new StateRegistry(), 0);
    fill(stream, 10, () => 40);
    stream.clear();
    expect([stream.oldestSequence, stream.nextSequence]).toEqual([1, 1]);
  });
});
