import { describe, expect, it } from "vitest";
import { commandKinds, scopes } from "../../domain/command";
import { createEngine } from "../../server/engine/engine";
import { FactsOutbox } from "../../server/machine/facts-outbox";
import { InputRecord } from "../../server/machine/input-record";
import { Outbox } from "../../server/machine/outbox";
import type { StateRegistry } from "../../server/machine/state-registry";
import { createViewSink } from "../../server/machine/view-sink";
import { demoDesk } from "../support/demo-desk";
import { VirtualDesk } from "../support/virtual-desk";

const desk = demoDesk({ names: 30, pairs: 15 });

function recordDay(seed: number) {
  const world = new VirtualDesk(demoDesk({ names: 30, pairs: 15, seed }), { delayNs: 100_000 }, 0);
  world.recordInputs = true;
  world.restart("engine", "crashed").run(2_000);
  desk.strategies.forEach((_, strategy) => {
    world.command({ command: commandKinds.code.approve, scope: scopes.code.strategy, target: strategy });
  });
  world.run(90_000);
  return world;
}

/** Steps a fresh engine through inputs; returns it with the concatenated outputs and facts. */
function replay(
  world: VirtualDesk,
  from: number,
  to: number,
  start?: { state: Uint8Array; layout: ReturnType<StateRegistry["layout"]> },
) {
  const engine = createEngine(world.desk);
  if (start) engine.registry.restore(start.state, start.layout);
  const outbox = new Outbox();
  const facts = new FactsOutbox();
  const input = new InputRecord();
  let digest = 0;
  const mix = (bytes: Uint8Array, length: number) => {
    for (let i = 0; i < length; i++) digest = Math.imul(digest ^ (bytes[i] ?? 0), 0x01000193) >>> 0;
  };
  for (const { kind, channel, timeNs, bytes } of world.engineInputs.slice(from, to)) {
    input.attach(bytes);
    input.set(kind, channel, timeNs, 0, bytes.length);
    outbox.clear();
    facts.clear();
    engine.step(input, outbox, facts);
    for (let i = 0; i < outbox.count; i++)
      mix(outbox.bytes.subarray(outbox.offsetAt(i), outbox.offsetAt(i) + outbox.lengthAt(i)), outbox.lengthAt(i));
    mix(facts.bytes, facts.used);
  }
  return { engine, digest };
}

describe("same inputs, same outputs", () => {
  it("the same seed gives the same market, the same decisions, the same state", () => {
    const [first, second] = [recordDay(5), recordDay(5)];
    expect(second.engine.registry.hash()).toBe(first.engine.registry.hash());
    expect(second.exchange.registry.hash()).toBe(first.exchange.registry.hash());
    expect(second.facts).toEqual(first.facts);
    expect(recordDay(6).engine.registry.hash()).not.toBe(first.engine.registry.hash());
  });

  it("copying the views, which nobody replays, changes no state", () => {
    const { engine } = recordDay(7);
    const before = engine.registry.hash();
    const sink = createViewSink(engine.viewRowCounts);
    for (let round = 0; round < 5; round++) engine.publishViews(sink, true);
    expect(engine.registry.hash()).toBe(before);
  });

  it("a replay of the inputs gives the same outputs and facts, byte for byte, and a snapshot in the middle changes nothing", () => {
    const world = recordDay(5);
    const count = world.engineInputs.length;
    const middle = Math.floor(count / 2);
    const whole = replay(world, 0, count);
    const again = replay(world, 0, count);
    expect(again.digest).toBe(whole.digest);
    expect(again.engine.registry.hash()).toBe(whole.engine.registry.hash());

    const half = replay(world, 0, middle);
    const state = new Uint8Array(half.engine.registry.byteLength);
    half.engine.registry.copyInto(state);
    const rest = replay(world, middle, count, { state, layout: half.engine.registry.layout() });
    expect(rest.engine.registry.hash()).toBe(whole.engine.registry.hash());
  });
});
