import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FactsOutbox } from "./facts-outbox";
import { Outbox } from "./outbox";
import { RunningHash } from "./running-hash";
import { StateRegistry } from "./state-registry";

/** What one record made. */
type Made = {
  readonly record: number;
  readonly outputs: readonly (readonly [number, Uint8Array])[];
  readonly facts: readonly number[];
};

function mix(
  hash: RunningHash,
  { record, outputs, facts }: Made,
  outbox = new Outbox(1 << 16, 64),
  factsOutbox = new FactsOutbox(1 << 16),
): void {
  const firstOutput = outbox.count;
  const factsFrom = factsOutbox.used;
  for (const [channel, bytes] of outputs) {
    outbox.bytes.set(bytes, outbox.begin(bytes.length));
    outbox.end(channel, bytes.length);
  }
  for (const value of facts)
    factsOutbox.append(5, value, value, new Float64Array([value]), 1, new Uint8Array([1, 2, 3]), 0, value % 4);
  hash.mixRecord(record, outbox, firstOutput, factsOutbox, factsFrom);
}

/** The running hash as `docs/journal-format.md` states it, word by word. */
function statedHash(days: readonly Made[]): string {
  let low = 0x811c9dc5;
  let high = 0xcbf29ce4;
  const mixLow = (word: number) => {
    low = Math.imul(low ^ word, 0x9e3779b1) >>> 0;
    low = (low ^ (low >>> 15)) >>> 0;
  };
  const mixHigh = (word: number) => {
    high = Math.imul(high ^ word, 0x85ebca77) >>> 0;
    high = (high ^ (high >>> 13)) >>> 0;
  };
  const mixBytes = (bytes: Buffer) => {
    let at = 0;
    for (; bytes.length - at >= 8; at += 8) {
      mixLow(bytes.readUInt32BE(at));
      mixHigh(bytes.readUInt32BE(at + 4));
    }
    if (bytes.length - at >= 4) {
      mixLow(bytes.readUInt32BE(at));
      at += 4;
    }
    for (; at < bytes.length; at++) mixHigh(bytes.readUInt8(at));
  };
  for (const { record, outputs, facts } of days) {
    const encoded = new FactsOutbox(1 << 16);
    for (const value of facts)
      encoded.append(5, value, value, new Float64Array([value]), 1, new Uint8Array([1, 2, 3]), 0, value % 4);
    if (outputs.length === 0 && encoded.used === 0) continue;
    mixLow(record);
    mixHigh((outputs.length << 16) ^ encoded.used);
    for (const [channel, bytes] of outputs) {
      mixLow(channel);
      mixHigh(bytes.length);
      mixBytes(Buffer.from(bytes));
    }
    mixBytes(Buffer.from(encoded.bytes.subarray(0, encoded.used)));
    mixHigh(low);
    mixLow(high);
  }
  return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
}

const made = fc.record({
  record: fc.integer({ min: 1, max: 2 ** 31 }),
  outputs: fc.array(fc.tuple(fc.integer({ min: 0, max: 65_535 }), fc.uint8Array({ maxLength: 40 })), { maxLength: 3 }),
  facts: fc.array(fc.nat(1_000), { maxLength: 3 }),
});

describe("the running hash", () => {
  it("is what the format's page says", () => {
    fc.assert(
      fc.property(fc.array(made, { maxLength: 6 }), (records) => {
        const hash = new RunningHash();
        for (const one of records) mix(hash, one);
        expect(hash.toString()).toBe(statedHash(records));
      }),
    );
  });

  it("does not depend on which records shared a turn, and goes on from its text", () => {
    fc.assert(
      fc.property(fc.array(made, { maxLength: 6 }), (records) => {
        const apart = new RunningHash();
        const together = new RunningHash();
        const outbox = new Outbox(1 << 16, 64);
        const facts = new FactsOutbox(1 << 16);
        for (const one of records) {
          const next = new RunningHash();
          next.restore(apart.toString());
          mix(next, one);
          apart.restore(next.toString());
          mix(together, one, outbox, facts);
        }
        expect(together.toString()).toBe(apart.toString());
      }),
    );
  });

  it("changes with every byte, channel, length, record and order", () => {
    const base: Made = {
      record: 7,
      outputs: [
        [48, new Uint8Array(29).fill(3)],
        [49, new Uint8Array(5)],
      ],
      facts: [1, 2],
    };
    const seen = new Set([statedHash([base])]);
    let count = 1;
    for (let at = 0; at < 29; at++)
      for (let bit = 0; bit < 8; bit++, count++) {
        const bytes = new Uint8Array(29).fill(3);
        bytes[at] = 3 ^ (1 << bit);
        seen.add(
          statedHash([
            {
              ...base,
              outputs: [
                [48, bytes],
                [49, new Uint8Array(5)],
              ],
            },
          ]),
        );
      }
    const others: readonly Made[] = [
      { ...base, record: 8 },
      {
        ...base,
        outputs: [
          [49, new Uint8Array(29).fill(3)],
          [48, new Uint8Array(5)],
        ],
      },
      {
        ...base,
        outputs: [
          [48, new Uint8Array(30).fill(3)],
          [49, new Uint8Array(4)],
        ],
      },
      { ...base, facts: [2, 1] },
      { ...base, facts: [1] },
    ];
    for (const other of others) seen.add(statedHash([other]));
    expect(seen.size).toBe(count + others.length);
  });

  it("refuses a text that is no hash", () => {
    expect(() => new RunningHash().restore("0123")).toThrow(/16 hex digits/);
  });
});

describe("the state hash", () => {
  it("changes with every byte of every array, in its own group only", () => {
    const registry = new StateRegistry();
    const arrays = [
      registry.allocate("book.price", "f64", 3),
      registry.allocate("orders.side", "u8", 7),
      registry.allocate("book.count", "u16", 3),
    ];
    expect(registry.groups).toEqual(["book", "orders"]);
    const clean = registry.groupHashes();
    const seen = new Set([registry.hash()]);
    let count = 1;
    for (const array of arrays) {
      const bytes = new Uint8Array(array.buffer);
      const group = array === arrays[1] ? 1 : 0;
      for (let at = 0; at < bytes.length; at++, count++) {
        bytes[at] = 1;
        seen.add(registry.hash());
        const now = registry.groupHashes();
        expect(now[group * 2 + 1]).not.toBe(clean[group * 2 + 1]);
        expect(now[(1 - group) * 2]).toBe(clean[(1 - group) * 2]);
        bytes[at] = 0;
      }
    }
    expect(seen.size).toBe(count);
    expect(registry.groupHashes()).toEqual(clean);
  });
});
