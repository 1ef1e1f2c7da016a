import { describe, expect, it } from "vitest";
import { nsPerSecond } from "../../domain/time";
import { orderChannel } from "../../server/machine/channels";
import { cancelPendingLength, type Fault, priorityUpdatedLength, type Way } from "../../server/simulation/fault-plan";
import type { AimedAt } from "../../server/simulation/frames";
import { runWorld } from "../../server/simulation/world";

/** SoupBinTCP 3.00 and OUCH 5.0 lengths: frame header and message, with the appendages that the engine sends. */
const lengths: readonly (readonly [AimedAt, Way, number])[] = [
  ["login", "out", 49],
  ["login", "in", 33],
  ["order", "out", 59],
  ["order", "in", 76],
  ["cancel", "out", 12],
  ["cancel", "in", 21],
  ["replace", "out", 52],
  ["replace", "in", 80],
  ["cancelPending", "in", cancelPendingLength],
  ["priorityUpdated", "in", priorityUpdatedLength],
];

/** The names that are quoted are in crosses all the time, which hold cancels for three seconds and then move what is left. */
const crosses = Array.from({ length: 9 }, (_, round) =>
  [1, 4, 6, 9].map(
    (instrument): Fault => ({
      kind: "heldCancels",
      atNs: (round * 3 + instrument / 10) * nsPerSecond,
      untilNs: (round * 3 + instrument / 10 + 2.8) * nsPerSecond,
      instrument,
      aimed: null,
    }),
  ),
).flat();

/** Worlds that it may take until every cut of a kind has struck. */
const worldsMax = 12;

describe("a connection cut at any byte of a message loses and doubles nothing", () => {
  it.each(lengths)("%s, %s: every offset from 0 to its %i bytes", (within, way, length) => {
    const offsets = Array.from({ length: length + 1 }, (_, bytes) => bytes);
    for (let world = 0; offsets.length > 0; world++) {
      expect(world, `${offsets.length} offsets have not struck`).toBeLessThan(worldsMax);
      const plan = offsets.map(
        (bytes): Fault => ({ kind: "cut", atNs: 0, channel: orderChannel + (world % 2), way, bytes, within }),
      );
      // A login is never tried by itself while the line holds: a first cut after any message brings it about.
      if (within === "login")
        plan.unshift({ kind: "cut", atNs: 1e9, channel: orderChannel + (world % 2), way: "out", bytes: 1 });
      if (within === "cancelPending" || within === "priorityUpdated") plan.push(...crosses);
      const { breaks, struck } = runWorld({ seed: 500 + world, plan });
      expect(breaks).toEqual([]);
      offsets.splice(0, Math.max(0, struck.cut - (within === "login" ? 1 : 0)));
    }
  });
});
