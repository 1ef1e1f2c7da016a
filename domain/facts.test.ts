import { describe, expect, it } from "vitest";
import { FactsOutbox } from "../server/machine/facts-outbox";
import { decodeFact, factCode, factKindOf, factLengthOf, factNumberOf } from "./facts";
import { olderFact } from "./testing/older-fact";
import { viewOf } from "./view-of";

const text = new TextEncoder().encode("why, in 7");

describe("a fact", () => {
  it("reads the same as the engine writes it and as journals up to format 3 hold it", () => {
    const outbox = new FactsOutbox(1 << 12);
    const fields = Float64Array.of(2, -1, 1.5, 1e15);
    outbox.append(factCode.alert, 9, 34_200e9, fields, 4, text);
    outbox.append(factCode.orderLost, 10, 34_201e9, Float64Array.of(77), 1);
    const older = Buffer.concat([
      olderFact("alert", 9, 34_200e9, [...fields], "why, in 7"),
      olderFact("orderLost", 10, 34_201e9, [77], ""),
    ]);
    for (const bytes of [outbox.bytes.subarray(0, outbox.used), older]) {
      const first = decodeFact(bytes, 0);
      const second = decodeFact(bytes, first.length);
      expect(first.fact).toEqual({
        ...{ kind: "alert", number: 9, timeNs: 34_200e9, text: "why, in 7" },
        ...{ code: 2, target: -1, value: 1.5, limit: 1e15 },
      });
      expect(second.fact).toMatchObject({ kind: "orderLost", number: 10, order: 77, text: "" });
      expect(first.length + second.length).toBe(bytes.length);
      const view = viewOf(bytes);
      expect([factKindOf(view, 0), factNumberOf(view, 0), factLengthOf(view, 0)]).toEqual([
        factCode.alert,
        9,
        first.length,
      ]);
    }
  });

  it("lies on eight bytes, so that its numbers are written in one go", () => {
    const outbox = new FactsOutbox(1 << 12);
    for (let length = 0; length <= text.length; length++) {
      outbox.append(factCode.orderLost, length + 1, 0, Float64Array.of(1), 1, text, 0, length);
      expect(outbox.used % 8).toBe(0);
    }
    let at = 0;
    for (let length = 0; length <= text.length; length++) {
      const { fact, length: used } = decodeFact(outbox.bytes, at);
      expect(fact.text).toBe("why, in 7".slice(0, length));
      at += used;
    }
    expect(at).toBe(outbox.used);
  });

  it("that is cut, of no known kind, or longer than it says is refused with the place and the numbers", () => {
    const outbox = new FactsOutbox(1 << 12);
    outbox.append(factCode.alert, 9, 1, Float64Array.of(1, 2, 3, 4), 4, text);
    const whole = outbox.bytes.slice(0, outbox.used);
    expect(() => decodeFact(whole.subarray(0, 12), 0)).toThrow("fact at 0: header needs 20 bytes, 12 are left");
    expect(() => decodeFact(whole.subarray(0, 40), 0)).toThrow(/fact at 0: length 72, 4 fields, text of 9, 40 bytes/);
    const unknown = whole.slice();
    unknown[2] = 0xff;
    expect(() => decodeFact(unknown, 0)).toThrow("fact at 0: unknown kind 127");
    const wordy = whole.slice();
    wordy[4] = 200;
    expect(() => decodeFact(wordy, 0)).toThrow(/text of 200/);
  });
});

describe("the facts of a turn", () => {
  it("are asked whether one of a kind is among them, whatever stands before it", () => {
    const outbox = new FactsOutbox(1 << 14);
    // Forty cancels before it, as of a stop under load: lengths and numbers that another byte order would read as others.
    for (let i = 1; i <= 40; i++) outbox.append(factCode.orderCancelSent, i, 0, Float64Array.of(i, 1), 2);
    expect(outbox.holds(factCode.engineStopped)).toBe(false);
    outbox.append(factCode.engineStopped, 41, 0, Float64Array.of(1, 0), 2);
    expect(outbox.holds(factCode.engineStopped)).toBe(true);
    expect(outbox.holds(factCode.orderLost)).toBe(false);
  });

  it("are refused when there is no room, and none of them is written by half", () => {
    const outbox = new FactsOutbox(64);
    outbox.append(factCode.orderLost, 1, 0, Float64Array.of(5), 1);
    expect(() => outbox.append(factCode.alert, 2, 0, new Float64Array(4), 4)).toThrow(
      "facts outbox is full: 32 of 64 bytes used, 56 more are needed",
    );
    expect([outbox.used, outbox.count]).toEqual([32, 1]);
    outbox.append(factCode.orderLost, 2, 0, Float64Array.of(6), 1);
    expect(() => outbox.begin()).toThrow("facts outbox is full: 64 of 64 bytes used");
    expect(decodeFact(outbox.bytes, 32).fact).toMatchObject({ number: 2, order: 6 });
    const roomy = new FactsOutbox(1 << 18);
    expect(() => roomy.append(factCode.alert, 1, 0, new Float64Array(4), 4, new Uint8Array(66_000))).toThrow(
      "a fact of 66056 bytes, at most 65535 fit",
    );
    expect(roomy.used).toBe(0);
  });
});
