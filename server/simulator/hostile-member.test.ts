import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dropChannel, orderChannel, retransmissionChannel, snapshotChannel } from "../machine/channels";
import { ouchDisplay, ouchMarketPrice, ouchPostOnly, ouchSide, ouchTimeInForce } from "../wire/ouch-codes";
import { OuchOptions, ouchTag } from "../wire/ouch-options";
import { ExchangeDriver } from "./testing/exchange-driver";
import { MemberClient } from "./testing/member-client";
import { smallDesk } from "./testing/small-desk";

const bytes = fc.uint8Array({ maxLength: 200 });
const number = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.constantFrom(0, 1, 999_999, 1_000_000, 0x7fff_ffff, 0xffff_ffff),
);
const quantity = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 800 }) }, { weight: 1, arbitrary: number });
const offset = fc.integer({ min: -30, max: 30 });
const oneOf = <Value>(...values: Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);

type Wish =
  | {
      kind: "enter" | "replace";
      target: number;
      side: number;
      quantity: number;
      ticks: number;
      wild: boolean;
      market: boolean;
      timeInForce: number;
      display: number;
      option: number;
      value: number;
    }
  | { kind: "cancel" | "modify"; target: number; quantity: number }
  | { kind: "massCancel" | "disable" | "enable" | "query" | "wait" };

const wish: fc.Arbitrary<Wish> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: oneOf<"enter" | "replace">("enter", "enter", "enter", "replace"),
      target: fc.nat(),
      side: oneOf<number>(ouchSide.buy, ouchSide.buy, ouchSide.sell, ouchSide.sellShort, 0x51),
      quantity,
      ticks: offset,
      wild: fc.integer({ min: 0, max: 15 }).map((value) => value === 0),
      market: fc.integer({ min: 0, max: 15 }).map((value) => value === 0),
      timeInForce: oneOf<number>(ouchTimeInForce.day, ouchTimeInForce.day, ouchTimeInForce.immediateOrCancel, 0x39),
      display: oneOf<number>(ouchDisplay.visible, ouchDisplay.visible, ouchDisplay.hidden),
      option: oneOf(0, 0, 0, ouchTag.postOnly, ouchTag.maxFloor, ouchTag.minimumQuantity),
      value: fc.integer({ min: 1, max: 300 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: oneOf<"cancel" | "modify">("cancel", "modify"), target: fc.nat(), quantity }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: oneOf<"massCancel" | "disable" | "enable" | "query" | "wait">(
        "massCancel",
        "disable",
        "enable",
        "enable",
        "query",
        "wait",
        "wait",
        "wait",
      ),
    }),
  },
);

function grant(driver: ExchangeDriver, member: MemberClient, each: Wish): void {
  const open = driver.exchange.memberOrders(0);
  switch (each.kind) {
    case "enter":
    case "replace": {
      const best = driver.exchange.bookLevels(0, 0, 0, 1)[0]?.price ?? 200_000;
      const price = each.market ? ouchMarketPrice : each.wild ? each.value : best + each.ticks * 100;
      const options = new OuchOptions();
      if (each.option === ouchTag.postOnly) options.set(each.option, ouchPostOnly.postOnly);
      else if (each.option > 0) options.set(each.option, each.value);
      const terms = { ...each, price, options };
      if (each.kind === "enter") member.enter(terms);
      else member.replace(open.length > 0 ? open[each.target % open.length].userReference : 1, terms);
      return;
    }
    case "cancel":
    case "modify": {
      const target = open.length > 0 ? open[each.target % open.length].userReference : 1;
      if (each.kind === "cancel") member.cancel(target, each.target % 3 === 0 ? 0 : each.quantity);
      else member.modify(target, ouchSide.sell, each.quantity);
      return;
    }
    case "massCancel":
      member.massCancel();
      return;
    case "wait":
      driver.run(200);
      return;
    default:
      member[each.kind]();
  }
}

/** What should be open after everything that was said: accepted or replaced, less executed, canceled and modified. */
function openAsSaid(member: MemberClient): Map<number, number> {
  const open = new Map<number, number>();
  const take = (reference: number, taken: number): void => {
    open.set(reference, (open.get(reference) ?? Number.NaN) - taken);
    if (open.get(reference) === 0) open.delete(reference);
  };
  for (const said of member.said)
    switch (said.kind) {
      case "accepted":
        open.set(said.reference, said.quantity);
        break;
      case "replaced":
        open.delete(said.original);
        open.set(said.reference, said.quantity);
        break;
      case "modified":
        open.set(said.reference, said.quantity);
        break;
      case "executed":
      case "canceled":
      case "selfMatchCanceled":
        take(said.reference, said.quantity);
        break;
    }
  return open;
}

describe("a member that does anything at all", () => {
  test("what it was told always adds up to what is open, and books never cross", () => {
    fc.assert(
      fc.property(fc.array(wish, { minLength: 1, maxLength: 60 }), (wishes) => {
        const driver = new ExchangeDriver(smallDesk({ names: 1, messagesPerSecond: 40 })).start().run(50);
        const member = new MemberClient(driver, 1_024, orderChannel);
        driver.onOutput = (output) => member.hear(output);
        member.login();
        let position = 0;
        for (const each of wishes) {
          grant(driver, member, each);
          const orders = driver.exchange.memberOrders(0);
          const said = openAsSaid(member);
          expect(new Map(orders.map((order) => [order.userReference, order.quantity]))).toEqual(said);
          const bid = driver.exchange.bookLevels(0, 0, 0, 1)[0]?.price ?? 0;
          const ask = driver.exchange.bookLevels(0, 0, 1, 1)[0]?.price ?? Number.POSITIVE_INFINITY;
          expect(bid).toBeLessThan(ask);
        }
        for (const said of member.said) if (said.kind === "executed") position += said.quantity;
        const lines = driver.exchange.account();
        expect(lines.reduce((sum, line) => sum + line.bought + line.sold, 0)).toBe(position);
      }),
      { numRuns: 60 },
    );
  });

  test("random bytes on any port are survived", () => {
    const driver = new ExchangeDriver(smallDesk({ names: 2 })).start().run(20);
    const ports = [retransmissionChannel, snapshotChannel, orderChannel, dropChannel, orderChannel + 1];
    let channel = 1_024;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 4 }), fc.boolean(), bytes), { maxLength: 10 }), (chunks) => {
        for (const [port, loggedIn, chunk] of chunks) {
          channel += 1;
          const client = new MemberClient(driver, channel, ports[port]);
          if (loggedIn) client.login();
          driver.send(channel, chunk);
          client.transmit((message) => {
            message.set(chunk);
            return chunk.length;
          });
          driver.disconnect(channel);
        }
        driver.run(10);
      }),
      { numRuns: 200 },
    );
    expect(driver.exchange.isOpen).toBe(true);
  });
});
