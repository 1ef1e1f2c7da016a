import { beforeEach, describe, expect, it } from "vitest";
import { HostileWorld } from "../../bench/hostile/hostile-world";
import { parentReasons } from "../../domain/order";
import { refusalCodes } from "../../domain/refusal";
import { riskDesk, withoutQuotes } from "../../server/engine/risk/testing/risk-desk";
import { createWish } from "../../server/engine/strategy/strategy";

const maker = 1;
const price = 200_000;
/** Tier 1 above $3.00: five percent about the mean of the trades. */
const highest = 210_000;
const lowest = 190_000;

describe("price bands, from each venue's own stock directory", () => {
  // A collar wide enough that the band decides.
  const desk = withoutQuotes(riskDesk({ priceCollarBps: 5_000 }));
  const instruments =
    desk.strategies[maker].parameters.kind === "maker" ? desk.strategies[maker].parameters.instruments : [];
  let world: HostileWorld;

  beforeEach(() => {
    world = new HostileWorld(desk);
    desk.venues.forEach((_, venue) => {
      for (const instrument of instruments) {
        world.tradingAction(venue, instrument, "T");
        world.quote(venue, instrument, price - 100, price + 100);
      }
    });
    world.command("approve", "strategy", maker);
  });

  /** Asks for a resting order; what the gate said, "sent" when it left. */
  function ask(venue: number, instrument: number, sell: boolean, limitPrice: number): string {
    world.wire.length = 0;
    const wish = {
      ...createWish(maker),
      instrument,
      sell,
      quantity: 1 + venue,
      limitPrice,
      venue,
      reason: parentReasons.code.quote,
    };
    world.within((engine) => engine.execution.submit({ ...wish, style: "post" }));
    return world.wire.length > 0 ? "sent" : refusalCodes.name(world.engine.gate.code);
  }

  it("hold every name at every venue once it has traded, to the last tick", () => {
    expect(instruments.length).toBeGreaterThan(1);
    for (const instrument of instruments)
      for (const venue of desk.strategies[maker].venues) {
        world.trade(venue, instrument, price);
        const where = `${venue} ${instrument}`;
        expect([where, ask(venue, instrument, false, highest + 100)]).toEqual([where, "priceBand"]);
        expect([where, ask(venue, instrument, true, lowest - 100)]).toEqual([where, "priceBand"]);
        expect([where, ask(venue, instrument, true, highest)]).toEqual([where, "sent"]);
        world.command("cancelAll", "all", -1);
      }
  });

  it("are none before the first trade: the collar holds alone", () => {
    const [instrument = 0] = instruments;
    expect(ask(0, instrument, false, lowest - 200)).toBe("sent");
    expect(ask(0, instrument, false, highest + 100)).toBe("sent");
  });
});
