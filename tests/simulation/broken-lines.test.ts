import { describe, expect, it } from "vitest";
import { commandKinds, scopes } from "../../domain/command";
import { feedStates } from "../../domain/health";
import { dropChannel, orderChannel, snapshotChannel } from "../../server/machine/channels";
import { memberLog } from "../../server/simulator/member-log";
import { demoDesk } from "../support/demo-desk";
import { createRandom } from "../support/random";
import { VirtualDesk } from "../support/virtual-desk";

const startNs = 14 * 3_600_000_000_000;
const desk = demoDesk({ names: 40, pairs: 20 });

function approveAll(world: VirtualDesk): void {
  world.desk.strategies.forEach((_, strategy) => {
    world.command({ command: commandKinds.code.approve, scope: scopes.code.strategy, target: strategy });
  });
}

function expectSameBooks(world: VirtualDesk): void {
  world.desk.venues.forEach((_, venue) => {
    world.desk.instruments.forEach((_, instrument) => {
      for (const side of [0, 1])
        expect(world.engine.books.levels(instrument * world.desk.venues.length + venue, side, 1_000)).toEqual(
          world.exchange
            .bookLevels(venue, instrument, side, 1_000)
            .map(({ price, quantity, orders }) => [price, quantity, orders]),
        );
    });
  });
}

function expectSamePositions(world: VirtualDesk): void {
  const held = new Map<number, number>();
  for (const line of world.exchange.account())
    held.set(line.instrument, (held.get(line.instrument) ?? 0) + line.position);
  world.desk.instruments.forEach((_, instrument) => {
    expect(world.engine.positions.quantityOf(instrument)).toBe(held.get(instrument) ?? 0);
  });
}

describe("the lines between engine and exchange break", () => {
  it.each([1, 2, 3])(
    "seed %i: a feed that loses, doubles and delays packets leaves the books of a lossless one",
    (seed) => {
      const random = createRandom(seed);
      let isBad = true;
      const world = new VirtualDesk(
        desk,
        {
          delayNs: 100_000,
          datagram: () => {
            if (!isBad) return [0];
            const luck = random();
            if (luck < 0.1) return [];
            if (luck < 0.2) return [0, random() * 5_000_000];
            return luck < 0.35 ? [random() * 20_000_000] : [0];
          },
        },
        startNs,
      ).run(20_000);
      isBad = false;
      world
        .runUntil(() => world.engine.feeds.every((feed) => feed.state === feedStates.code.live), 20)
        .run(200)
        .settle();
      expect(world.engine.feeds.some((feed) => feed.gaps > 10)).toBe(true);
      expect(world.engine.feeds.every((feed) => feed.malformed === 0)).toBe(true);
      expectSameBooks(world);
    },
  );

  it("a gap longer than the venue's memory is closed by a snapshot", () => {
    let isCut = false;
    const world = new VirtualDesk(desk, { delayNs: 100_000, datagram: () => (isCut ? [] : [0]) }, startNs).run(2_000);
    isCut = true;
    world.run(120_000);
    expect(world.engine.feeds.every((feed) => feed.state === feedStates.code.stale)).toBe(true);
    isCut = false;
    world
      .runUntil(() => world.engine.feeds.every((feed) => feed.state === feedStates.code.live), 30)
      .run(200)
      .settle();
    expectSameBooks(world);
  });

  it("a venue that is away for a minute fills no log with its absence", () => {
    const world = new VirtualDesk(desk, { delayNs: 100_000 }, startNs).run(2_000);
    world.isExchangeAway = true;
    for (const channel of [orderChannel, orderChannel + 1, dropChannel, dropChannel + 1]) world.cut(channel);
    const told = () => world.facts.filter(({ kind }) => kind === "sessionState" || kind === "alert").length;
    const before = told();
    world.run(60_000);
    expect(told() - before).toBeLessThan(10);
    world.isExchangeAway = false;
    world.runUntil(() => world.engine.orderSessions.every((session) => session.isReady), 20);
  });

  it("orders of an engine that does not come back are cancelled by the venue, and it learns so when it does", () => {
    const world = new VirtualDesk(desk, { delayNs: 100_000 }, startNs).run(2_000);
    approveAll(world);
    const resting = () => world.desk.venues.flatMap((_, venue) => world.exchange.memberOrders(venue)).length;
    world.runUntil(() => resting() >= 4, 240);
    world.isEngineAway = true;
    for (const channel of [orderChannel, orderChannel + 1]) world.cut(channel);
    world.run(9_500);
    const left = resting();
    world.run(2_500);
    expect(resting()).toBe(0);
    const systemCancels = memberLog(world.exchange).filter(({ detail }) => detail.includes("canceled by the system"));
    expect(systemCancels).toHaveLength(left);
    world.isEngineAway = false;
    world.desk.strategies.forEach((_, strategy) => {
      world.command({ command: commandKinds.code.pause, scope: scopes.code.strategy, target: strategy });
    });
    world.restart("engine", "crashed").run(5_000).settle();
    expect(world.engine.orders.openCount).toBe(0);
    expectSamePositions(world);
  });

  it("a silent feed is stale after three seconds, and nothing is sent on it", () => {
    let isCut = false;
    const world = new VirtualDesk(desk, { delayNs: 100_000, datagram: () => (isCut ? [] : [0]) }, startNs).run(2_000);
    approveAll(world);
    world.run(60_000);
    isCut = true;
    world.run(3_500);
    expect(world.engine.feeds.every((feed) => feed.state === feedStates.code.stale)).toBe(true);
    const before = world.factsOf("orderSubmitted").length;
    world.run(20_000);
    expect(world.factsOf("orderSubmitted")).toHaveLength(before);
  });

  it.each([11, 12, 13])("seed %i: sessions cut at random while trading lose no fill and double none", (seed) => {
    const random = createRandom(seed);
    const world = new VirtualDesk(desk, { delayNs: 100_000 }, startNs).run(2_000);
    approveAll(world);
    for (let i = 0; i < 150; i++) {
      world.run(200 + Math.floor(random() * 2_000));
      const venue = random() < 0.5 ? 0 : 1;
      const bases = [orderChannel, orderChannel, dropChannel, snapshotChannel];
      world.cut((bases[Math.floor(random() * bases.length)] ?? orderChannel) + venue);
    }
    world.run(3_000);
    world.command({ command: commandKinds.code.shutdown, scope: scopes.code.all, target: -1, role: 4 });
    world.run(3_000).settle();
    expect(world.factsOf("fill").length).toBeGreaterThan(20);
    expectSamePositions(world);
    expect(world.engine.orders.openCount).toBe(0);
    const keys = world.factsOf("fill").map((fill) => `${fill.venue}/${fill.matchHigh}/${fill.matchLow}/${fill.order}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each([21, 22])("seed %i: either side restarts at random while trading, and the accounts agree", (seed) => {
    const random = createRandom(seed);
    const world = new VirtualDesk(desk, { delayNs: 100_000 }, startNs).run(2_000);
    approveAll(world);
    for (let i = 0; i < 25; i++) {
      world.run(2_000 + Math.floor(random() * 6_000));
      world.restart(random() < 0.5 ? "engine" : "exchange", "crashed");
    }
    world.runUntil(() => world.engine.feeds.every((feed) => feed.state === feedStates.code.live), 30).run(3_000);
    world.command({ command: commandKinds.code.shutdown, scope: scopes.code.all, target: -1, role: 4 });
    world.run(3_000).settle();
    expectSamePositions(world);
    expectSameBooks(world);
    expect(world.engine.orders.openCount).toBe(0);
  });
});
