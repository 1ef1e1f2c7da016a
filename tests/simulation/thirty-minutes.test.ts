import { beforeAll, describe, expect, it } from "vitest";
import { commandKinds, scopes } from "../../domain/command";
import type { FactOf } from "../../domain/facts";
import { roundHalfAway } from "../../domain/money";
import { sides } from "../../domain/order";
import { pairStates } from "../../domain/strategy";
import { demoDesk } from "../support/demo-desk";
import { VirtualDesk } from "../support/virtual-desk";

const startNs = 14 * 3_600_000_000_000;
const minutes = 30;

/** Positions the naive way: signed quantity and cost by key, from fills alone. */
class NaiveBook {
  readonly rows = new Map<string, { quantity: number; cost: number; realised: number; fees: number }>();

  apply(key: string, signedQuantity: number, price: number, fee: number): void {
    const row = this.rows.get(key) ?? { quantity: 0, cost: 0, realised: 0, fees: 0 };
    this.rows.set(key, row);
    row.fees += fee;
    let opening = signedQuantity;
    if (row.quantity * signedQuantity < 0) {
      const closed = Math.min(Math.abs(signedQuantity), Math.abs(row.quantity)) * Math.sign(row.quantity);
      const cost = roundHalfAway((row.cost * closed) / row.quantity);
      row.realised += closed * price - cost;
      row.cost -= cost;
      row.quantity -= closed;
      opening = signedQuantity + closed;
    }
    row.cost += opening * price;
    row.quantity += opening;
  }
}

function signed(fill: FactOf<"fill">): number {
  return fill.side === sides.code.buy ? fill.quantity : -fill.quantity;
}

describe("thirty simulated minutes of the demo desk, seeded, on virtual time", () => {
  const desk = demoDesk();
  let world: VirtualDesk;
  let fills: FactOf<"fill">[];

  beforeAll(() => {
    world = new VirtualDesk(desk, { delayNs: 100_000 }, startNs).run(3_000);
    desk.strategies.forEach((_, strategy) => {
      world.command({ command: commandKinds.code.approve, scope: scopes.code.strategy, target: strategy });
    });
    world.run(minutes * 60_000);
    // An orderly end, so that nothing is on its way when the accounts are compared.
    world.command({ command: commandKinds.code.shutdown, scope: scopes.code.all, target: -1, role: 4 });
    world.run(2_000).settle();
    fills = world.factsOf("fill");
  }, 120_000);

  it("trades both legs of pairs, and pairs go round", () => {
    const bothLegs = desk.pairs.filter((pair, id) => {
      const own = fills.filter((fill) => fill.pair === id);
      return (
        own.some((fill) => fill.instrument === pair.instrumentA) &&
        own.some((fill) => fill.instrument === pair.instrumentB)
      );
    });
    expect(bothLegs.length).toBeGreaterThan(10);
    const roundTrips = world.factsOf("pairState").filter((change) => change.to === pairStates.code.flat);
    expect(roundTrips.length).toBeGreaterThan(10);
    expect(fills.filter((fill) => fill.pair < 0).length).toBeGreaterThan(0);
  });

  it("holds positions, cost, realised P&L and fees equal to a recomputation from the fills, to the last unit", () => {
    const byInstrument = new NaiveBook();
    const byHolder = new NaiveBook();
    for (const fill of fills) {
      byInstrument.apply(`${fill.instrument}`, signed(fill), fill.price, fill.fee);
      byHolder.apply(`${fill.strategy}/${fill.pair}/${fill.instrument}`, signed(fill), fill.price, fill.fee);
    }
    const { instruments, holders } = world.engine.positions;
    desk.instruments.forEach((_, instrument) => {
      const row = byInstrument.rows.get(`${instrument}`) ?? { quantity: 0, cost: 0, realised: 0, fees: 0 };
      expect([
        instruments.quantity[instrument],
        instruments.totalCost[instrument],
        instruments.realised[instrument],
        instruments.fees[instrument],
      ]).toEqual([row.quantity, row.cost, row.realised, row.fees]);
    });
    const { holderInstrument, holderPair, holderStrategy } = world.engine.positions;
    for (let holder = 0; holder < holderStrategy.length; holder++) {
      const key = `${holderStrategy[holder]}/${holderPair[holder]}/${holderInstrument[holder]}`;
      const row = byHolder.rows.get(key) ?? { quantity: 0, cost: 0, realised: 0, fees: 0 };
      expect([
        holders.quantity[holder],
        holders.totalCost[holder],
        holders.realised[holder],
        holders.fees[holder],
      ]).toEqual([row.quantity, row.cost, row.realised, row.fees]);
    }
  });

  it("agrees with the exchange's own account of us, instrument by instrument and venue by venue", () => {
    for (const line of world.exchange.account()) {
      const own = fills.filter((fill) => fill.instrument === line.instrument && fill.venue === line.venue);
      expect(own.reduce((sum, fill) => sum + signed(fill), 0)).toBe(line.position);
      expect(own.reduce((sum, fill) => sum - signed(fill) * fill.price, 0)).toBe(line.cash);
      expect(own.reduce((sum, fill) => sum + fill.fee, 0)).toBe(line.fees);
    }
    const accounted = world.exchange.account().reduce((sum, line) => sum + line.bought + line.sold, 0);
    expect(fills.reduce((sum, fill) => sum + fill.quantity, 0)).toBe(accounted);
  });

  it("gives the same total P&L whether it is counted by instrument or by strategy", () => {
    const totals = { realised: 0, unrealised: 0, fees: 0 };
    world.engine.positions.totalsInto(-1, totals);
    const desktop = totals.realised + totals.unrealised - totals.fees;
    let strategies = 0;
    desk.strategies.forEach((_, strategy) => {
      world.engine.positions.totalsInto(strategy, totals);
      strategies += totals.realised + totals.unrealised - totals.fees;
    });
    // Unrealised is rounded to the unit in each row.
    expect(Math.abs(desktop - strategies)).toBeLessThanOrEqual(world.engine.positions.holderStrategy.length);
  });

  it("leaves no order behind: none here, none at the exchange", () => {
    expect(world.engine.orders.openCount).toBe(0);
    desk.venues.forEach((_, venue) => {
      expect(world.exchange.memberOrders(venue)).toEqual([]);
    });
    expect(world.factsOf("engineStopped")).toHaveLength(1);
  });

  it("holds the books that the exchange holds", () => {
    desk.venues.forEach((_, venue) => {
      desk.instruments.forEach((_, instrument) => {
        for (const side of [0, 1]) {
          const ours = world.engine.books.levels(instrument * desk.venues.length + venue, side, 1_000);
          const theirs = world.exchange
            .bookLevels(venue, instrument, side, 1_000)
            .map((level) => [level.price, level.quantity, level.orders]);
          expect(ours).toEqual(theirs);
        }
      });
    });
  });

  it("numbers its facts without holes", () => {
    world.facts.forEach((fact, index) => {
      expect(fact.number).toBe(index + 1);
    });
  });
});
