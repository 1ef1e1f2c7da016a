import { describe, expect, test } from "vitest";
import { feedChannel, orderChannel } from "../machine/channels";
import { ExchangeDriver } from "./testing/exchange-driver";
import { MemberClient } from "./testing/member-client";
import { smallDesk } from "./testing/small-desk";

const wishes = { names: 6, pairs: 2, breakSecondsMean: 20 };

/** A session with a member that trades: time, orders, cancels. */
function trade(driver: ExchangeDriver, member: MemberClient, rounds: number): void {
  for (let round = 0; round < rounds; round++) {
    const symbol = `N00${round % 6}`;
    const [best] = driver.exchange.bookLevels(0, round % 6, round % 2, 1);
    const reference = member.enter({ quantity: 20 + round, price: best.price, symbol });
    driver.run(130);
    if (round % 3 === 0) member.cancel(reference);
    member.heartbeat();
  }
}

function outputsOf(driver: ExchangeDriver): string[] {
  const outputs: string[] = [];
  driver.onOutput = ({ kind, channel, bytes }) => outputs.push(`${kind} ${channel} ${bytes.join(",")}`);
  return outputs;
}

describe("the exchange is its inputs", () => {
  test("the same seed makes the same market, another seed another one", () => {
    const hashOf = (seed: number): string =>
      new ExchangeDriver(smallDesk({ ...wishes, seed })).start().run(20_000).exchange.registry.hash();
    expect(hashOf(1)).toBe(hashOf(1));
    expect(hashOf(1)).not.toBe(hashOf(2));
  });

  test("fair prices do not depend on what the member does", () => {
    const quiet = new ExchangeDriver(smallDesk(wishes)).start();
    const busy = new ExchangeDriver(smallDesk(wishes)).start();
    quiet.run(130);
    busy.run(130);
    trade(busy, new MemberClient(busy, 1_024, orderChannel).login(), 40);
    quiet.run(130 * 40);
    for (let instrument = 0; instrument < 6; instrument++)
      expect(busy.exchange.fairPrice(instrument)).toBe(quiet.exchange.fairPrice(instrument));
  });

  test("a snapshot and the inputs after it continue to the last byte, out and inside", () => {
    const original = new ExchangeDriver(smallDesk(wishes)).start().run(3_000);
    const member = new MemberClient(original, 1_024, orderChannel).login();
    trade(original, member, 20);
    const snapshot = new Uint8Array(original.exchange.registry.byteLength);
    original.exchange.registry.copyInto(snapshot);
    const before = original.inputs.length;
    const outputs = outputsOf(original);
    trade(original, member, 20);

    const restored = new ExchangeDriver(smallDesk(wishes));
    restored.exchange.registry.restore(snapshot, original.exchange.registry.layout());
    const again = outputsOf(restored);
    for (const input of original.inputs.slice(before)) restored.replay(input);
    expect(again).toEqual(outputs);
    expect(restored.exchange.registry.hash()).toBe(original.exchange.registry.hash());
    expect(restored.exchange.account()).toEqual(original.exchange.account());
  });

  test("a restart keeps books, prices and sequence numbers, and forgets the connections", () => {
    const original = new ExchangeDriver(smallDesk(wishes)).start().run(3_000);
    const member = new MemberClient(original, 1_024, orderChannel).login();
    trade(original, member, 10);
    const orders = original.exchange.memberOrders(0);
    const next = original.exchange.nextFeedSequence(0);
    const fair = original.exchange.fairPrice(3);
    expect(orders.length).toBeGreaterThan(0);
    original.start("crashed");
    expect(original.exchange.memberOrders(0)).toEqual(orders);
    expect(original.exchange.nextFeedSequence(0)).toBe(next);
    expect(original.exchange.fairPrice(3)).toBe(fair);
    expect(original.exchange.sessionsUp(0).orders).toBe(0);
    expect(original.exchange.session).toBe("HELIO00001");
    const back = new MemberClient(original, 1_024, orderChannel);
    original.onOutput = (output) => back.hear(output);
    back.login(1);
    original.run(20);
    expect(back.sequence - 1).toBe(back.payloads.length);
    expect(back.said.length).toBeGreaterThan(10);
  });

  test("a new day keeps prices and account, and starts books, sessions and numbers anew", () => {
    const yesterday = new ExchangeDriver(smallDesk(wishes)).start().run(60_000);
    trade(yesterday, new MemberClient(yesterday, 1_024, orderChannel).login(), 20);
    const account = yesterday.exchange.account();
    const snapshot = new Uint8Array(yesterday.exchange.registry.byteLength);
    yesterday.exchange.registry.copyInto(snapshot);
    const today = new ExchangeDriver(smallDesk(wishes));
    today.exchange.registry.restore(snapshot, yesterday.exchange.registry.layout(), true);
    today.start("fresh");
    expect(today.exchange.session).toBe("HELIO00002");
    expect(today.exchange.account()).toEqual(account);
    expect(today.exchange.memberOrders(0)).toEqual([]);
    expect([...today.exchange.memberMessages(0)].length).toBe(1);
    for (let instrument = 0; instrument < 6; instrument++)
      expect(today.exchange.fairPrice(instrument)).toBe(yesterday.exchange.fairPrice(instrument));
    yesterday.start("fresh");
    expect(yesterday.exchange.session).toBe("HELIO00002");
    expect(yesterday.exchange.nextFeedSequence(0)).toBe(today.exchange.nextFeedSequence(0));
  });

  test("after a long pause the market goes on from now instead of making up for hours", () => {
    const driver = new ExchangeDriver(smallDesk(wishes)).start().run(1_000);
    const before = driver.exchange.nextFeedSequence(0);
    driver.timeNs += 3_600e9;
    let packets = 0;
    driver.onOutput = ({ channel }) => {
      if (channel === feedChannel) packets += 1;
    };
    driver.run(10);
    expect(driver.exchange.nextFeedSequence(0) - before).toBeLessThan(2_000);
    expect(packets).toBeGreaterThan(0);
  });

  test("inputs before the first start are ignored", () => {
    const driver = new ExchangeDriver(smallDesk(wishes));
    driver.run(100);
    driver.connect(1_024, orderChannel);
    expect(driver.exchange.isOpen).toBe(false);
    expect(driver.exchange.openOrders).toBe(0);
  });
});
