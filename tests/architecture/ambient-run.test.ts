import path from "node:path";
import { describe, expect, it } from "vitest";
import { commandKinds, roles, scopes } from "../../domain/command";
import { loadDesk } from "../../server/desk/load-desk";
import { VirtualDesk } from "../support/virtual-desk";
import { repository } from "./source-tree";

const { desk } = loadDesk(path.join(repository, "desks", "demo.yaml"), { names: 20, pairs: 8, seed: 1 });

/** Functions that a deterministic machine has no use for, and where they live. */
const ambient: readonly (readonly [owner: object, name: string])[] = [
  [Date, "now"],
  [Date, "parse"],
  [performance, "now"],
  [process, "hrtime"],
  [globalThis, "setTimeout"],
  [globalThis, "setInterval"],
  [globalThis, "setImmediate"],
  [globalThis, "queueMicrotask"],
  [globalThis, "fetch"],
  ...[
    "random",
    "log",
    "log2",
    "log10",
    "log1p",
    "exp",
    "expm1",
    "pow",
    "sin",
    "cos",
    "tan",
    "atan2",
    "cbrt",
    "hypot",
  ].map((name) => [Math, name] as const),
];

/** Runs with every ambient function replaced by one that throws, and puts all of them back. */
function poisoned<Result>(work: () => Result): Result {
  const originals = ambient.map(([owner, name]) => [owner, name, Reflect.get(owner, name)] as const);
  for (const [owner, name] of ambient)
    Reflect.set(owner, name, () => {
      throw new Error(`poison: ${name} was called`);
    });
  try {
    return work();
  } finally {
    for (const [owner, name, original] of originals) Reflect.set(owner, name, original);
  }
}

/** Engine and exchange for some virtual seconds, with every strategy approved and one killed. */
function tradeForSeconds(seconds: number): VirtualDesk {
  const run = new VirtualDesk(desk);
  run.run(2_000);
  const trader = roles.code.trader;
  const scope = scopes.code.strategy;
  desk.strategies.forEach((_, target) => {
    run.command({ command: commandKinds.code.approve, scope, target, role: trader });
  });
  run.run(seconds * 1_000);
  run.command({ command: commandKinds.code.kill, scope, target: 0, role: trader });
  return run.run(1_000);
}

describe("engine and exchange", () => {
  it("trade with every clock, every source of randomness and all inexact Math poisoned", () => {
    const run = poisoned(() => tradeForSeconds(60));
    expect(run.factsOf("fill").length).toBeGreaterThan(0);
  });

  it("reach the same state whether poisoned or not", () => {
    const free = tradeForSeconds(20);
    const caged = poisoned(() => tradeForSeconds(20));
    expect(caged.engine.registry.hash()).toBe(free.engine.registry.hash());
    expect(caged.exchange.registry.hash()).toBe(free.exchange.registry.hash());
    expect(caged.facts).toEqual(free.facts);
  });

  it("would notice the poison", () => {
    expect(() => poisoned(() => Math.random())).toThrow("poison: random was called");
    expect(() => poisoned(() => Date.now())).toThrow("poison: now was called");
    expect(Math.random()).toBeLessThan(1);
  });
});
