import { describe, expect, it } from "vitest";
import { commandKinds, scopes } from "../../domain/command";
import { createEngine } from "../../server/engine/engine";
import { dropChannel, feedChannel, orderChannel, snapshotChannel } from "../../server/machine/channels";
import { FactsOutbox } from "../../server/machine/facts-outbox";
import { InputRecord, inputKinds } from "../../server/machine/input-record";
import { Outbox } from "../../server/machine/outbox";
import { demoDesk } from "../support/demo-desk";
import { createRandom } from "../support/random";
import { VirtualDesk } from "../support/virtual-desk";

const desk = demoDesk({ names: 20, pairs: 8 });
const channels = [feedChannel, feedChannel + 1, snapshotChannel, orderChannel, orderChannel + 1, dropChannel, 7, 999];

describe("hostile bytes", () => {
  it.each([1, 2, 3, 4])("seed %i: random and mutated packets on every channel never throw out of step", (seed) => {
    const random = createRandom(seed);
    const world = new VirtualDesk(desk, { delayNs: 100_000 });
    world.recordInputs = true;
    world.run(2_000);
    desk.strategies.forEach((_, strategy) => {
      world.command({ command: commandKinds.code.approve, scope: scopes.code.strategy, target: strategy });
    });
    world.run(60_000);
    const recorded = world.engineInputs.filter(({ kind }) => kind === inputKinds.code.data);
    const engine = createEngine(desk);
    const outbox = new Outbox();
    const facts = new FactsOutbox();
    const input = new InputRecord();
    const step = (kind: number, channel: number, timeNs: number, bytes: Uint8Array) => {
      input.attach(bytes);
      input.set(kind, channel, timeNs, 0, bytes.length);
      outbox.clear();
      facts.clear();
      engine.step(input, outbox, facts);
    };
    let timeNs = 0;
    step(inputKinds.code.start, 0, timeNs, new Uint8Array([0, 0, 0, 1, 0]));
    // Order channels are hit with what once was sound for them, so that damage reaches live orders.
    const recordedOn = new Map(channels.map((channel) => [channel, recorded.filter((one) => one.channel === channel)]));
    for (const { kind, channel, timeNs: at, bytes } of world.engineInputs) {
      timeNs = at;
      step(kind, channel, at, bytes);
    }
    for (let i = 0; i < 25_000; i++) {
      timeNs += 20_000;
      const channel = channels[Math.floor(random() * channels.length)] ?? 0;
      const kind = random() < 0.02 ? Math.floor(random() * 8) : inputKinds.code.data;
      const own = recordedOn.get(channel) ?? [];
      const source = own.length > 0 && random() < 0.7 ? own : recorded;
      step(kind === inputKinds.code.start ? 1 : kind, channel, timeNs, mutate(source, random));
    }
    expect(engine.feeds.some((feed) => feed.malformed > 0)).toBe(true);
  });

  it("a damaged packet is taken whole or not at all, and touches no other symbol's book", () => {
    const world = new VirtualDesk(desk, { delayNs: 100_000 });
    world.run(2_000).settle();
    const before = desk.instruments.map((_, instrument) => world.engine.books.levels(instrument * 2, 0, 50));
    const feed = world.engine.feeds[0];
    const malformed = feed?.malformed ?? 0;
    const input = new InputRecord();
    for (let length = 0; length < 20; length++) {
      const bytes = new Uint8Array(length).fill(0xff);
      input.attach(bytes);
      input.set(inputKinds.code.data, feedChannel, world.timeNs, 0, length);
      world.engine.step(input, new Outbox(), new FactsOutbox());
    }
    expect(feed?.malformed).toBe(malformed + 20);
    expect(desk.instruments.map((_, instrument) => world.engine.books.levels(instrument * 2, 0, 50))).toEqual(before);
  });
});

function mutate(recorded: readonly { bytes: Uint8Array }[], random: () => number): Uint8Array {
  const luck = random();
  if (luck < 0.2) return Uint8Array.from({ length: Math.floor(random() * 200) }, () => Math.floor(random() * 256));
  const source = recorded[Math.floor(random() * recorded.length)]?.bytes ?? new Uint8Array(1);
  const copy = luck < 0.4 ? source.slice(0, Math.floor(random() * source.length)) : source.slice();
  const flips = 1 + Math.floor(random() * 4);
  for (let i = 0; i < flips && copy.length > 0; i++) {
    const at = Math.floor(random() * copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  }
  return copy;
}
