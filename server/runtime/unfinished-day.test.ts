import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { demoDesk } from "../../tests/support/demo-desk";
import { ScriptedVenue } from "../../tests/support/scripted-venue";
import { dropChannel } from "../machine/channels";
import { startTestRun, temporaryDirectory } from "./testing/run-fixture";
import { isEngineAtRest, unfinishedDay } from "./unfinished-day";

const [day, next] = ["2026-11-20", "2026-11-21"];
let data: ReturnType<typeof temporaryDirectory>;

beforeEach(() => {
  data = temporaryDirectory();
});
afterEach(() => data.remove());

describe("a day before", () => {
  it("there is none in a new directory, and none before the day that goes on", () => {
    expect(unfinishedDay(`${data.path}/none`, next)).toBeNull();
    expect(unfinishedDay(data.path, next)).toBeNull();
    const run = startTestRun({ directory: data.path, today: day });
    run.data("x");
    expect(unfinishedDay(data.path, day)).toBeNull();
    run.shell.halt(new Error("dead"));
  });

  it("is unfinished when its last run died, and when what it ended with does not say that it is at rest", () => {
    const first = startTestRun({ directory: data.path, today: day });
    first.data("x");
    first.shell.halt(new Error("dead"));
    expect(unfinishedDay(data.path, next)).toBe(day);
    // An orderly stop; the machine of this test has no orders to speak of.
    startTestRun({ directory: data.path, today: day }).shell.stop();
    expect(unfinishedDay(data.path, next)).toBe(day);
  });
});

describe("an engine's state", () => {
  const desk = demoDesk({ names: 30, pairs: 15 });
  const maker = desk.strategies.findIndex(({ kind }) => kind === "maker");
  const parameters = desk.strategies[maker]?.parameters;
  if (parameters?.kind !== "maker") throw new Error("the demo desk has a maker");
  const spec = desk.instruments[parameters.instruments[0] ?? 0]!;
  const bid = Math.round(spec.referencePrice / 100) * 100;
  const ask = bid + Math.max(400, Math.ceil((bid * parameters.spreadBpsMin * 2) / 10_000 / 100) * 100);

  function isAtRest({ engine: { registry } }: ScriptedVenue): boolean {
    const state = new Uint8Array(registry.byteLength);
    registry.copyInto(state);
    return isEngineAtRest(registry.layout(), state);
  }

  it("is at rest with no order open and every difference known as a break", () => {
    const venue = new ScriptedVenue(desk);
    expect(isAtRest(venue)).toBe(true);
    venue.quote(0, spec.symbol, bid, 500, ask, 500);
    venue.command("approve", "strategy", maker);
    venue.wait(2_000);
    const order = venue.takeArrived().find(({ symbol }) => symbol === spec.symbol)!;
    expect(isAtRest(venue)).toBe(false);
    venue.command("pause", "strategy", maker);
    const { orders, execution } = venue.engine;
    const row = orders.ofReference(0, order.reference);
    venue.during(() => {
      for (const open of Array.from(orders.open.slice(0, orders.openCount)))
        if (open !== row) execution.onCancelled(open, 1_000_000, 0x55, venue.timeNs);
    });
    const match = venue.fill(order, order.quantity);
    expect(orders.openCount).toBe(0);
    expect(isAtRest(venue)).toBe(false);
    venue.fillAgain(order, match, order.quantity, dropChannel);
    expect(isAtRest(venue)).toBe(true);
    venue.broken(order, 4_242);
    expect(isAtRest(venue)).toBe(false);
    venue.wait(5_000);
    expect(isAtRest(venue)).toBe(true);
  });
});
