import { beforeEach, describe, expect, it } from "vitest";
import { alertCodes } from "../../domain/health";
import { orderStates, parentReasons } from "../../domain/order";
import { createWish } from "../../server/engine/strategy/strategy";
import { orderEffect } from "../../server/store/order-effects";
import { orderEventRow } from "../../server/store/order-event-row";
import { detailInWords } from "../../server/store/order-life";
import { ouchRestateReason } from "../../server/wire/ouch-codes";
import { encodeOuchPriorityUpdated, encodeOuchRestated } from "../../server/wire/ouch-encode";
import { OuchOptions, ouchTag } from "../../server/wire/ouch-options";
import { demoDesk } from "../support/demo-desk";
import { type ArrivedOrder, ScriptedVenue } from "../support/scripted-venue";

const desk = demoDesk({ names: 12, pairs: 4 });
const [strategy, pair] = [0, 0];
const instrument = desk.pairs[pair]!.instrumentA;
const { symbol, referencePrice } = desk.instruments[instrument]!;
const bid = Math.round(referencePrice / 100) * 100;
const quantity = 50;

describe("an order that its venue moves by itself", () => {
  let venue: ScriptedVenue;
  let order: ArrivedOrder;
  let row: number;
  const orders = () => venue.engine.orders;
  const ahead = () => venue.engine.execution.quantityAheadOf(row);
  const contradictions = () =>
    venue.factsOf("alert").filter(({ code }) => code === alertCodes.code.orderContradiction).length;

  /** The venue's book shows the order under this reference. */
  function showOrder(price: number): number {
    return venue.rest(0, symbol, "buy", quantity, price);
  }

  function moves(price: number, reference: number): void {
    venue.tell(0, (bytes) =>
      encodeOuchPriorityUpdated(bytes, 0, venue.timeNs, order.reference, price, 0x59, 0, reference, null),
    );
  }

  function restates(reason: number, options: OuchOptions): void {
    venue.tell(0, (bytes) => encodeOuchRestated(bytes, 0, venue.timeNs, order.reference, reason, options));
  }

  beforeEach(() => {
    venue = new ScriptedVenue(desk);
    venue.quote(0, symbol, bid, 500, bid + 100, 500);
    venue.command("approve", "strategy", strategy);
    venue.wait(2_500);
    venue.quote(0, symbol, bid, 500, bid + 100, 500);
    const wish = createWish(strategy);
    Object.assign(wish, { pair, instrument, quantity, limitPrice: bid, style: "post" });
    wish.reason = parentReasons.code.quote;
    venue.during((engine) => expect(engine.execution.submit(wish)).toBeGreaterThan(0));
    row = venue.engine.execution.lastOrder;
    order = venue.takeArrived().at(-1)!;
    expect(orderStates.name(orders().state[row]!)).toBe("working");
    // The feed has not shown it yet.
    expect(ahead()).toBe(-1);
  });

  it("stands in the queue where its new reference does, behind what was there", () => {
    const reference = showOrder(bid);
    moves(bid, reference);
    expect(ahead()).toBe(500);
    const other = venue.rest(0, symbol, "buy", 300, bid);
    const behind = showOrder(bid);
    moves(bid, behind);
    expect(ahead()).toBe(500 + quantity + 300);
    venue.remove(0, symbol, other);
    expect(ahead()).toBe(500 + quantity);
    expect(contradictions()).toBe(0);
  });

  it("counts at the price that the venue moved it to, in the engine as in blotter and history", () => {
    const before = orders().workingNotional[0]!;
    const reference = showOrder(bid - 200);
    moves(bid - 200, reference);
    expect(orders().price[row]).toBe(bid - 200);
    expect(orders().workingNotional[0]).toBe(before - 200 * quantity);
    expect(orders().leavesQuantity[row]).toBe(quantity);
    expect(ahead()).toBe(0);
    const [fact] = venue.factsOf("orderRestated");
    expect(fact).toMatchObject({ order: orders().idOf[row], price: bid - 200, venueReferenceLow: reference });
    expect(orderEffect(fact!)).toEqual({ order: fact!.order, message: "restated", price: bid - 200 });
    expect(orderEventRow("day", fact!)).toMatchObject({ kind: "restated", price: bid - 200, detail: "T" });
    expect(detailInWords("restated", "T")).toBe("T: queued anew, under another reference");
    venue.fill(order, quantity, bid - 200);
    expect(orders().workingNotional[0]).toBe(before - bid * quantity);
    expect(venue.engine.positions.quantityOf(instrument)).toBe(quantity);
  });

  it("is reported when it stands at a worse price than we gave, and counts at that price", () => {
    const before = orders().workingNotional[0]!;
    moves(bid + 100, 9_000);
    expect(contradictions()).toBe(1);
    expect(orders().workingNotional[0]).toBe(before + 100 * quantity);
  });

  it("is not moved by an impossible price, nor is an order that is not ours", () => {
    const told = venue.factsOf("alert").length;
    moves(9_000_000_000_000_000, 1);
    order = { ...order, reference: 4_000 };
    moves(bid - 100, 1);
    restates(ouchRestateReason.displayRefreshed, new OuchOptions().set(ouchTag.displayQuantity, 10));
    expect(venue.factsOf("orderRestated")).toEqual([]);
    const alerts = venue.factsOf("alert").slice(told);
    expect(alerts.map(({ code }) => alertCodes.name(code))).toEqual([
      "messageUnreadable",
      "orderUnknown",
      "orderUnknown",
      "orderUnknown",
    ]);
    expect(orders().price[row]).toBe(bid);
  });

  it("whose displayed part is refreshed stands where that part does, and has as much open as before", () => {
    showOrder(bid);
    const part = venue.rest(0, symbol, "buy", 40, bid);
    restates(
      ouchRestateReason.displayRefreshed,
      new OuchOptions().setSecondaryOrderReference(0, part).set(ouchTag.displayQuantity, 40),
    );
    expect(ahead()).toBe(500 + quantity);
    expect(orders().leavesQuantity[row]).toBe(quantity);
    expect(venue.factsOf("orderRestated").at(-1)).toMatchObject({
      displayQuantity: 40,
      price: bid,
      leavesQuantity: quantity,
    });
    expect(contradictions()).toBe(0);
  });

  it("that is shown at another price goes on counting at its own, which it may still trade at", () => {
    const before = orders().workingNotional[0]!;
    restates(ouchRestateReason.displayPriceUpdated, new OuchOptions().set(ouchTag.displayPrice, bid - 100));
    const fact = venue.factsOf("orderRestated").at(-1)!;
    expect(fact).toMatchObject({ displayPrice: bid - 100, price: bid });
    expect(orderEventRow("day", fact)).toMatchObject({ kind: "restated", price: bid - 100, detail: "P" });
    expect(orders().price[row]).toBe(bid);
    expect(orders().workingNotional[0]).toBe(before);
  });

  it("and shows more of than is open is reported", () => {
    restates(ouchRestateReason.displayRefreshed, new OuchOptions().set(ouchTag.displayQuantity, quantity + 1));
    expect(contradictions()).toBe(1);
  });

  it("has ended when it is told of late: nothing changes", () => {
    venue.fill(order, quantity);
    moves(bid - 100, 5);
    expect(orderStates.name(orders().state[row]!)).toBe("filled");
    expect(venue.factsOf("orderRestated")).toEqual([]);
    expect(contradictions()).toBe(0);
  });
});
