import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sessionStates } from "../../domain/health";
import { demoDesk } from "../support/demo-desk";
import { type DeskUnderTest, eventually, startDesk } from "../support/desk-under-test";

/**
 * What the README promises is seven seconds: five of silence, a look, and the withdrawal. A machine that also runs other
 * tests has twice that.
 */
const statedMsMax = 2 * 7_000;

const spec = demoDesk();
const maker = spec.strategies.findIndex(({ parameters }) => parameters.kind === "maker");

/** Orders of ours that the exchange holds, over all venues. */
function ordersAtExchange(desk: DeskUnderTest): number {
  const exchange = desk.exchange();
  return spec.venues.reduce((sum, _, venue) => sum + exchange.memberOrders(venue).length, 0);
}

function isWithdrawnAt(desk: DeskUnderTest): boolean {
  const exchange = desk.exchange();
  return spec.venues.every((_, venue) => exchange.memberOrders(venue).length === 0 && exchange.isEntryDisabled(venue));
}

describe("an engine that hangs with orders working", { timeout: 120_000 }, () => {
  let desk: DeskUnderTest;

  beforeAll(async () => {
    desk = await startDesk();
    expect(await desk.command("approve", "strategy", maker)).toBe("done");
    await eventually("orders rest at the exchange", () => ordersAtExchange(desk) > 0, 60_000);
  }, 240_000);

  afterAll(async () => {
    await desk?.stop().catch(() => undefined);
    desk?.remove();
  }, 60_000);

  it("loses them at every venue by the watchdog's own hand, while its sessions still look alive", async () => {
    desk.freeze("engine");
    try {
      await eventually("the exchange holds no order of ours and takes none", () => isWithdrawnAt(desk), statedMsMax);
    } finally {
      desk.wake("engine");
    }
  });

  it("finds itself halted when it wakes up, and sends no order", async () => {
    await eventually("the halt is in force", async () => (await desk.engine()).row("desk", 0).halted === 1);
    const kill = (await desk.engine()).factsOf("command").at(-1);
    expect(kill?.text).toContain("watchdog");
    await eventually("the engine is back at its venues", async () => {
      const truth = await desk.engine();
      return spec.venues.every((_, venue) => truth.row("venue", venue).orderSession === sessionStates.code.ready);
    });
    expect(ordersAtExchange(desk)).toBe(0);
  });
  it("loses them also when the watchdog was started after it had stopped, and never heard it", async () => {
    expect(await desk.command("release", "all", -1)).toBe("done");
    for (const command of ["resume", "approve"]) if ((await desk.command(command, "strategy", maker)) === "done") break;
    await eventually("orders rest at the exchange again", () => ordersAtExchange(desk) > 0, 60_000);
    desk.freeze("engine");
    try {
      desk.kill9("watchdog");
      await eventually("it is back", () => desk.output().split("watching the engine").length > 2);
      await eventually("the exchange holds no order of ours and takes none", () => isWithdrawnAt(desk), statedMsMax);
    } finally {
      desk.wake("engine");
    }
    await eventually("the halt is in force", async () => (await desk.engineViews()).row("desk", 0).halted === 1);
  });
});
