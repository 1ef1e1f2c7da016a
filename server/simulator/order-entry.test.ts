import { beforeEach, describe, expect, test } from "vitest";
import { commandKinds, scopes } from "../../domain/command";
import { dropChannel, orderChannel, venueCountMax } from "../machine/channels";
import { operatorCommands } from "../machine/operator-commands";
import {
  ouchDisplay,
  ouchMarketPrice,
  ouchPostOnly,
  ouchRejectReason,
  ouchSide,
  ouchTimeInForce,
} from "../wire/ouch-codes";
import { OuchOptions, ouchTag } from "../wire/ouch-options";
import { ExchangeDriver } from "./testing/exchange-driver";
import { MemberClient, type Said } from "./testing/member-client";
import { smallDesk } from "./testing/small-desk";

let driver: ExchangeDriver;
let member: MemberClient;
let bid = 0;
let ask = 0;

/** The touch of a name at the first venue; between timers nobody but the member moves it. */
function touch(instrument = 0): { bid: number; ask: number; bidQuantity: number; askQuantity: number } {
  const bids = driver.exchange.bookLevels(0, instrument, 0, 1);
  const asks = driver.exchange.bookLevels(0, instrument, 1, 1);
  return { bid: bids[0].price, ask: asks[0].price, bidQuantity: bids[0].quantity, askQuantity: asks[0].quantity };
}

const nobody = "00000000-0000-4000-8000-000000000000";
const kinds = (said: readonly Said[]): string[] => said.map(({ kind }) => kind);
/** The operator does something about the first name. */
const operateName = (command: number) =>
  driver.command({ command, scope: scopes.code.instrument, target: 0, role: 0, id: nobody, actor: "", reason: "" });
const withOption = (tag: number, value: number): OuchOptions => new OuchOptions().set(tag, value);

beforeEach(() => {
  driver = new ExchangeDriver(smallDesk({ names: 3 }));
  driver.start().run(1_000);
  member = new MemberClient(driver, 1_024, orderChannel);
  driver.onOutput = (output) => member.hear(output);
  member.login();
  ({ bid, ask } = touch());
});

describe("the member's order entry", () => {
  test("the day opens with a system event", () => {
    expect(member.said).toEqual([{ kind: "systemEvent", code: "S" }]);
  });

  test("a passive order rests in the book and is cancelled on request", () => {
    const reference = member.enter({ quantity: 100, price: bid - 1_000 });
    expect(kinds(member.about(reference))).toEqual(["accepted"]);
    expect(driver.exchange.memberOrders(0)).toMatchObject([{ userReference: reference, quantity: 100, shown: 100 }]);
    member.cancel(reference);
    expect(member.about(reference)[1]).toEqual({ kind: "canceled", reference, quantity: 100, reason: "U" });
    expect(driver.exchange.memberOrders(0)).toEqual([]);
  });

  test("an order through the ask trades at the ask's price and pays the taker's fee", () => {
    const reference = member.enter({ quantity: 10, price: ask + 500, timeInForce: ouchTimeInForce.immediateOrCancel });
    expect(member.about(reference)).toMatchObject([
      { kind: "accepted" },
      { kind: "executed", quantity: 10, price: ask, liquidity: "R" },
    ]);
    expect(driver.exchange.account()).toEqual([
      { venue: 0, instrument: 0, position: 10, bought: 10, sold: 0, fills: 1, cash: -10 * ask, fees: 300 },
    ]);
  });

  test("what an immediate order cannot fill is cancelled", () => {
    const { askQuantity } = touch();
    const reference = member.enter({
      quantity: askQuantity + 1_000,
      price: ask,
      timeInForce: ouchTimeInForce.immediateOrCancel,
    });
    const said = member.about(reference);
    const filled = said.reduce((sum, each) => sum + (each.kind === "executed" ? each.quantity : 0), 0);
    expect(filled).toBeGreaterThanOrEqual(askQuantity);
    const rest = askQuantity + 1_000 - filled;
    if (rest > 0) expect(said[said.length - 1]).toEqual({ kind: "canceled", reference, quantity: rest, reason: "I" });
    expect(driver.exchange.memberOrders(0)).toEqual([]);
  });

  test("a day order that trades in part rests with what is left", () => {
    const { askQuantity } = touch();
    member.enter({ quantity: askQuantity + 5_000, price: ask });
    const [order] = driver.exchange.memberOrders(0);
    expect(order.quantity + order.executed).toBe(askQuantity + 5_000);
    expect(driver.exchange.bookLevels(0, 0, 0, 1)[0]).toMatchObject({ price: ask, quantity: order.quantity });
  });

  test("a market order trades and never rests", () => {
    const reference = member.enter({ side: ouchSide.sell, quantity: 5, price: ouchMarketPrice });
    expect(member.about(reference)).toMatchObject([{ kind: "accepted" }, { kind: "executed", price: bid }]);
    const large = member.enter({ side: ouchSide.sell, quantity: 900_000, price: ouchMarketPrice });
    expect(kinds(member.about(large)).pop()).toBe("canceled");
    expect(driver.exchange.memberOrders(0)).toEqual([]);
  });

  test("a post-only order that would take liquidity is cancelled, one that would not rests", () => {
    const crossing = member.enter({
      quantity: 10,
      price: ask,
      options: withOption(ouchTag.postOnly, ouchPostOnly.postOnly),
    });
    expect(member.about(crossing)[1]).toMatchObject({ kind: "canceled", quantity: 10, reason: "G" });
    const passive = member.enter({
      quantity: 10,
      price: bid,
      options: withOption(ouchTag.postOnly, ouchPostOnly.postOnly),
    });
    expect(kinds(member.about(passive))).toEqual(["accepted"]);
    member.replace(passive, { quantity: 10, price: ask, options: withOption(ouchTag.postOnly, ouchPostOnly.postOnly) });
    expect(member.said.slice(-2)).toMatchObject([{ kind: "replaced" }, { kind: "canceled", reason: "G" }]);
    expect(driver.exchange.memberOrders(0)).toEqual([]);
  });

  test("a minimum quantity fills at least that much or nothing", () => {
    const { askQuantity } = touch();
    const options = withOption(ouchTag.minimumQuantity, askQuantity + 900_000 - 100_000);
    const quantity = 900_000;
    const tooMuch = member.enter({ quantity, price: ask, timeInForce: ouchTimeInForce.immediateOrCancel, options });
    expect(member.about(tooMuch)).toMatchObject([{ kind: "accepted" }, { kind: "canceled", quantity, reason: "I" }]);
    const enough = member.enter({
      quantity: askQuantity,
      price: ask,
      timeInForce: ouchTimeInForce.immediateOrCancel,
      options: withOption(ouchTag.minimumQuantity, askQuantity),
    });
    expect(kinds(member.about(enough))).toContain("executed");
    const day = member.enter({ quantity: 10, price: bid, options: withOption(ouchTag.minimumQuantity, 5) });
    expect(member.about(day)).toMatchObject([{ kind: "rejected", reason: ouchRejectReason.invalidMinimumQuantity }]);
  });

  test("a hidden order trades but is on no feed, and waits behind displayed ones", () => {
    const before = driver.exchange.bookLevels(0, 0, 0);
    const next = driver.exchange.nextFeedSequence(0);
    const hidden = member.enter({ quantity: 300, price: bid, display: ouchDisplay.hidden });
    expect(driver.exchange.memberOrders(0)).toMatchObject([{ quantity: 300, shown: 0 }]);
    expect(driver.exchange.bookLevels(0, 0, 0)).toEqual(before);
    expect(driver.exchange.nextFeedSequence(0)).toBe(next);
    for (let round = 0; round < 120 && member.about(hidden).length === 1; round++) {
      driver.run(1_000);
      member.heartbeat();
    }
    expect(member.about(hidden)[1]).toMatchObject({ kind: "executed", price: bid, liquidity: "J" });
  });

  test("a replace counts what has traded: the quantity is the intended size", () => {
    const { askQuantity } = touch();
    const first = member.enter({ quantity: askQuantity + 500, price: ask });
    const [{ executed }] = driver.exchange.memberOrders(0);
    const second = member.replace(first, { quantity: askQuantity + 500, price: bid });
    expect(driver.exchange.memberOrders(0)).toMatchObject([{ quantity: askQuantity + 500 - executed, price: bid }]);
    expect(member.said[member.said.length - 1]).toMatchObject({ quantity: askQuantity + 500 - executed });
    member.replace(second, { quantity: executed, price: bid });
    expect(member.said[member.said.length - 1]).toMatchObject({ kind: "canceled", reference: second });
    expect(driver.exchange.memberOrders(0)).toEqual([]);
  });

  test("an order with reserves shows a part at a time", () => {
    const reference = member.enter({
      quantity: 400,
      price: Math.max(ask - 100, bid),
      options: withOption(ouchTag.maxFloor, 100),
    });
    expect(driver.exchange.memberOrders(0)[0]).toMatchObject({ quantity: 400, shown: 100 });
    driver.run(120_000);
    const said = member.about(reference);
    expect(kinds(said)).toContain("restated");
    expect(said.find(({ kind }) => kind === "executed")).toMatchObject({ liquidity: "u" });
  });

  test("a cancel names the intended size, with what has traded", () => {
    const { askQuantity } = touch();
    const reference = member.enter({ quantity: askQuantity + 500, price: ask });
    const [{ executed, quantity }] = driver.exchange.memberOrders(0);
    member.cancel(reference, executed + 100);
    expect(driver.exchange.memberOrders(0)[0].quantity).toBe(100);
    expect(member.said[member.said.length - 1]).toMatchObject({ kind: "canceled", quantity: quantity - 100 });
    member.cancel(reference, executed);
    expect(driver.exchange.memberOrders(0)).toEqual([]);
  });

  test("a modify reduces and keeps the place; a cancel of an unknown order says nothing", () => {
    const reference = member.enter({ quantity: 100, price: bid - 1_000 });
    const before = driver.exchange.memberOrders(0)[0].reference;
    member.modify(reference, ouchSide.buy, 40);
    expect(member.about(reference)[1]).toEqual({ kind: "modified", reference, quantity: 40 });
    expect(driver.exchange.memberOrders(0)[0]).toMatchObject({ quantity: 40, reference: before });
    const count = member.said.length;
    member.cancel(999);
    expect(member.said.length).toBe(count);
  });

  test("a replace keeps its place only at the same price and no more quantity", () => {
    const first = member.enter({ quantity: 100, price: bid });
    const reference = driver.exchange.memberOrders(0)[0].reference;
    const smaller = member.replace(first, { quantity: 60, price: bid });
    expect(driver.exchange.memberOrders(0)).toMatchObject([{ userReference: smaller, quantity: 60, reference }]);
    const larger = member.replace(smaller, { quantity: 90, price: bid });
    const anew = driver.exchange.memberOrders(0)[0];
    expect(anew.userReference).toBe(larger);
    expect(anew.reference).toBeGreaterThan(reference);
    expect(member.said[member.said.length - 1]).toMatchObject({ kind: "replaced", orderReference: anew.reference });
    const crossing = member.replace(larger, { quantity: 20, price: ask });
    expect(kinds(member.about(crossing))).toEqual(["replaced", "executed"]);
    const gone = member.replace(larger, { quantity: 20, price: bid });
    expect(member.about(gone)).toMatchObject([{ kind: "rejected", reason: ouchRejectReason.replaceNotAllowed }]);
  });

  test("a refused replace leaves the original working", () => {
    const reference = member.enter({ quantity: 100, price: bid });
    const refused = member.replace(reference, { quantity: 0, price: bid });
    expect(member.about(refused)).toMatchObject([{ kind: "rejected", reason: ouchRejectReason.invalidQuantity }]);
    expect(driver.exchange.memberOrders(0)).toMatchObject([{ userReference: reference, quantity: 100 }]);
  });

  test("user reference numbers must rise; a repeated message is ignored", () => {
    member.enter({ quantity: 10, price: bid }, 7);
    const count = member.said.length;
    member.enter({ quantity: 10, price: bid }, 7);
    member.enter({ quantity: 10, price: bid }, 3);
    expect(member.said.length).toBe(count);
    expect(driver.exchange.ignoredMessages(0).ignored).toBe(2);
    member.query();
    expect(member.said[count]).toEqual({ kind: "accountQueryResponse", next: 8 });
  });

  test("a mass cancel takes out one name, one side, or everything", () => {
    member.enter({ quantity: 10, price: bid });
    member.enter({ quantity: 10, price: ask, side: ouchSide.sell });
    const other = touch(1);
    member.enter({ quantity: 10, price: other.bid, symbol: "N001" });
    member.enter({ quantity: 10, price: other.ask, side: ouchSide.sell, symbol: "N001" });
    member.massCancel("N001", withOption(ouchTag.side, ouchSide.buy));
    expect(driver.exchange.memberOrders(0).length).toBe(3);
    member.massCancel("N000");
    expect(driver.exchange.memberOrders(0)).toMatchObject([{ instrument: 1 }]);
    const reference = member.massCancel();
    expect(kinds(member.said.slice(-2))).toEqual(["massCancelResponse", "canceled"]);
    expect(member.about(reference).length).toBe(1);
    expect(driver.exchange.memberOrders(0)).toEqual([]);
  });

  test("disabling order entry cancels everything and refuses new orders until enabled", () => {
    member.enter({ quantity: 10, price: bid });
    member.disable();
    expect(kinds(member.said.slice(-2))).toEqual(["disableResponse", "canceled"]);
    const refused = member.enter({ quantity: 10, price: bid });
    expect(member.about(refused)).toMatchObject([{ kind: "rejected", reason: ouchRejectReason.firmNotAuthorized }]);
    member.enable();
    const taken = member.enter({ quantity: 10, price: bid });
    expect(kinds(member.about(taken))).toEqual(["accepted"]);
  });

  test("in a cross nothing is cancelled: each cancel is refused, a mass cancel passes the name by", () => {
    const crossing = member.enter({ quantity: 10, price: bid });
    const other = member.enter({ quantity: 10, price: touch(1).bid, symbol: "N001" });
    operateName(operatorCommands.beginCross);
    member.cancel(crossing);
    expect(kinds(member.about(crossing))).toEqual(["accepted", "cancelRejected"]);
    member.massCancel();
    member.disable();
    expect(driver.exchange.memberOrders(0)).toMatchObject([{ userReference: crossing }]);
    expect(kinds(member.about(other))).toEqual(["accepted", "canceled"]);
    operateName(operatorCommands.endCross);
    member.cancel(crossing);
    expect(driver.exchange.memberOrders(0)).toEqual([]);
  });

  test("a cancel in a cross that holds it is pending, and done when the cross is over", () => {
    const [whole, part, other] = [1, 2, 3].map(() => member.enter({ quantity: 10, price: bid }));
    operateName(operatorCommands.beginHoldingCross);
    member.cancel(whole);
    member.cancel(part, 4);
    expect(kinds(member.about(part))).toEqual(["accepted", "cancelRejected"]);
    // Asked again, a venue answers again; and nobody changes an order that is as good as gone.
    member.cancel(whole);
    const refused = member.replace(whole, { quantity: 20, price: bid });
    expect(member.about(refused)).toEqual([
      { kind: "rejected", reference: refused, reason: ouchRejectReason.cancelPending },
    ]);
    member.modify(whole, ouchSide.buy, 5);
    expect(kinds(member.about(whole))).toEqual(["accepted", "cancelPending", "cancelPending"]);
    expect(driver.exchange.memberOrders(0)).toHaveLength(3);
    operateName(operatorCommands.endCross);
    expect(member.about(whole).at(-1)).toEqual({ kind: "canceled", reference: whole, quantity: 10, reason: "U" });
    expect(driver.exchange.memberOrders(0).map(({ userReference }) => userReference)).toEqual([part, other]);
    member.cancel(part);
    expect(kinds(member.about(part)).at(-1)).toBe("canceled");
  });

  test("an order whose cancel is pending may trade before the cross is over; the rest of it is cancelled then", () => {
    const first = member.enter({ quantity: 10, price: ask - 100 });
    const second = member.enter({ quantity: 10, price: ask - 100 });
    operateName(operatorCommands.beginHoldingCross);
    member.massCancel();
    expect(kinds(member.about(first))).toEqual(["accepted", "cancelPending"]);
    expect(kinds(member.about(second))).toEqual(["accepted", "cancelPending"]);
    // They stand alone before the touch, where every taker finds them.
    driver.run(5_000);
    operateName(operatorCommands.endCross);
    for (const reference of [first, second]) {
      const said = member.about(reference).slice(2);
      const traded = said.reduce((sum, each) => sum + (each.kind === "executed" ? each.quantity : 0), 0);
      const cancelled = said.reduce((sum, each) => sum + (each.kind === "canceled" ? each.quantity : 0), 0);
      expect(traded + cancelled).toBe(10);
    }
    expect(kinds(member.about(first))).toContain("executed");
    expect(driver.exchange.memberOrders(0)).toEqual([]);
  });

  test("a member that has gone away for good is cancelled, cross or not", () => {
    const reference = member.enter({ quantity: 10, price: bid });
    operateName(operatorCommands.beginHoldingCross);
    member.cancel(reference);
    driver.disconnect(member.channel);
    driver.run(11_000);
    expect(driver.exchange.memberOrders(0)).toEqual([]);
  });

  test("what rests when a cross or a halt is over is queued anew, behind what stands there, and told so", () => {
    const [first, second] = [1, 2].map(() => member.enter({ quantity: 10, price: bid }));
    const elsewhere = member.enter({ quantity: 10, price: touch(1).bid, symbol: "N001" });
    const placesOf = () => driver.exchange.memberOrders(0).map(({ reference }) => reference);
    const pauses = [
      [operatorCommands.beginCross, operatorCommands.endCross],
      [commandKinds.code.kill, commandKinds.code.release],
    ] as const;
    for (const [start, end] of pauses) {
      const before = placesOf();
      const behind = touch().bidQuantity;
      operateName(start);
      operateName(end);
      // One that is over already ends nothing.
      operateName(end);
      const after = placesOf();
      expect(Math.min(...after.slice(0, 2))).toBeGreaterThan(Math.max(...before));
      expect(after[2]).toBe(before[2]);
      const ours = driver.exchange.memberOrders(0);
      expect(ours.slice(0, 2).map(({ quantityAhead }) => quantityAhead)).toEqual([behind - 20, behind - 10]);
      [first, second].forEach((reference, place) => {
        const said = { kind: "priorityUpdated", reference, price: bid, orderReference: after[place] };
        expect(member.about(reference).at(-1)).toEqual(said);
      });
    }
    expect(kinds(member.about(first))).toEqual(["accepted", "priorityUpdated", "priorityUpdated"]);
    expect(kinds(member.about(elsewhere))).toEqual(["accepted"]);
  });

  test("answers that an operator withholds are never given; what happens to the order is told all the same", () => {
    const operate = (command: number, target: number) =>
      driver.command({ command, scope: scopes.code.venue, target, role: 0, id: nobody, actor: "", reason: "" });
    operate(operatorCommands.withholdAcceptance, venueCountMax);
    const silent = member.enter({ quantity: 10, price: bid });
    const heard = member.enter({ quantity: 10, price: bid });
    member.cancel(silent);
    expect(kinds(member.about(silent))).toEqual(["canceled"]);
    expect(kinds(member.about(heard))).toEqual(["accepted"]);
    operate(operatorCommands.withholdAccount, 4 * venueCountMax);
    member.query();
    member.enable();
    expect(kinds(member.said.slice(-1))).toEqual(["canceled"]);
    const unconfirmed = member.massCancel();
    expect(member.about(unconfirmed)).toEqual([]);
    expect(kinds(member.about(heard))).toEqual(["accepted", "canceled"]);
    operate(operatorCommands.withholdAccount, 0);
    member.query();
    expect(kinds(member.said.slice(-1))).toEqual(["accountQueryResponse"]);
  });

  test("the member never trades with itself: its resting order is taken out", () => {
    const resting = member.enter({ quantity: 50, price: bid, side: ouchSide.buy });
    // Everything ahead of it at the price trades first.
    member.enter({ quantity: 5_000, price: bid, side: ouchSide.sell, timeInForce: ouchTimeInForce.immediateOrCancel });
    expect(kinds(member.about(resting))).toEqual(["accepted", "selfMatchCanceled"]);
    expect(driver.exchange.account()[0].bought).toBe(0);
  });

  test("wrong orders are rejected with the venue's codes", () => {
    const reasonOf = (reference: number): number => {
      const [said] = member.about(reference);
      return said.kind === "rejected" ? said.reason : 0;
    };
    const good = { quantity: 10, price: bid };
    expect(reasonOf(member.enter({ ...good, symbol: "NOPE" }))).toBe(ouchRejectReason.invalidSymbol);
    expect(reasonOf(member.enter({ ...good, symbol: "n000" }))).toBe(ouchRejectReason.invalidSymbol);
    expect(reasonOf(member.enter({ ...good, quantity: 0 }))).toBe(ouchRejectReason.invalidQuantity);
    expect(reasonOf(member.enter({ ...good, quantity: 1_000_000 }))).toBe(ouchRejectReason.invalidQuantity);
    expect(reasonOf(member.enter({ ...good, price: bid + 1 }))).toBe(ouchRejectReason.invalidPrice);
    expect(reasonOf(member.enter({ ...good, price: 0 }))).toBe(ouchRejectReason.invalidPrice);
    expect(reasonOf(member.enter({ ...good, price: bid * 2 }))).toBe(ouchRejectReason.fatFinger);
    expect(reasonOf(member.enter({ ...good, side: 0x58 }))).toBe(ouchRejectReason.invalidSide);
    expect(reasonOf(member.enter({ ...good, display: 0x51 }))).toBe(ouchRejectReason.invalidDisplay);
    expect(reasonOf(member.enter({ ...good, timeInForce: ouchTimeInForce.goodTillTime }))).toBe(ouchRejectReason.other);
    expect(reasonOf(member.enter({ ...good, crossType: 0x4f }))).toBe(ouchRejectReason.invalidCrossOrder);
    const peg = withOption(ouchTag.priceType, 0x4d);
    expect(reasonOf(member.enter({ ...good, options: peg }))).toBe(ouchRejectReason.peggingNotAllowed);
    const routed = withOption(ouchTag.route, 0x20202020);
    expect(reasonOf(member.enter({ ...good, options: routed }))).toBe(ouchRejectReason.routingNotAllowed);
    const floor = withOption(ouchTag.maxFloor, 5);
    expect(reasonOf(member.enter({ ...good, display: ouchDisplay.hidden, options: floor }))).toBe(
      ouchRejectReason.invalidMaxFloor,
    );
    expect(driver.exchange.memberOrders(0)).toEqual([]);
  });

  test("a halted name takes no orders and does not trade until it is released", () => {
    const command = {
      scope: 2,
      role: 4,
      target: 0,
      id: "00000000-0000-4000-8000-000000000001",
      actor: "operator",
      reason: "news",
    };
    driver.command({ ...command, command: 3 });
    const refused = member.enter({ quantity: 10, price: bid });
    expect(member.about(refused)).toMatchObject([{ kind: "rejected", reason: ouchRejectReason.halted }]);
    const before = driver.exchange.bookLevels(0, 0, 0);
    driver.run(5_000);
    expect(driver.exchange.bookLevels(0, 0, 0)).toEqual(before);
    driver.command({ ...command, command: 4 });
    driver.run(5_000);
    expect(driver.exchange.bookLevels(0, 0, 0)).not.toEqual(before);
    const taken = member.enter({ quantity: 10, price: touch().bid });
    expect(kinds(member.about(taken))).toEqual(["accepted"]);
  });

  test("malformed messages are counted and ignored", () => {
    member.transmit((bytes) => {
      bytes[0] = 0x4f;
      return 12;
    });
    expect(driver.exchange.ignoredMessages(0).malformed).toBe(1);
    expect(member.closed).toBe(false);
  });

  test("the drop copy hears what the order session hears", () => {
    const copy = new MemberClient(driver, 1_025, dropChannel);
    driver.onOutput = (output) => {
      member.hear(output);
      copy.hear(output);
    };
    copy.login();
    member.enter({ quantity: 10, price: ask });
    member.enter({ quantity: 10, price: bid + 1 });
    expect(copy.payloads).toEqual(member.payloads);
  });

  test("the account equals the fills that were reported", () => {
    for (let round = 0; round < 200; round++) {
      const { bid: best, ask: offered } = touch(round % 3);
      const symbol = `N00${round % 3}`;
      if (round % 4 === 0) member.enter({ quantity: 30, price: offered, symbol });
      else if (round % 4 === 1) member.enter({ side: ouchSide.sell, quantity: 20, price: best, symbol });
      else if (round % 4 === 2) member.enter({ quantity: 40, price: best, symbol });
      else member.enter({ side: ouchSide.sellShort, quantity: 40, price: offered, symbol });
      driver.run(300);
      member.heartbeat();
    }
    let cash = 0;
    let fees = 0;
    const sideOf = new Map<number, number>();
    for (let reference = 1; reference <= 200; reference++) sideOf.set(reference, (reference - 1) % 2 === 0 ? 1 : -1);
    for (const said of member.said)
      if (said.kind === "executed") {
        cash -= (sideOf.get(said.reference) ?? 0) * said.quantity * said.price;
        fees += said.quantity * (said.liquidity === "R" ? 30 : -20);
      }
    const lines = driver.exchange.account();
    expect(lines.reduce((sum, line) => sum + line.cash, 0)).toBe(cash);
    expect(lines.reduce((sum, line) => sum + line.fees, 0)).toBe(fees);
    expect(lines.some(({ fills }) => fills > 10)).toBe(true);
  });
});
