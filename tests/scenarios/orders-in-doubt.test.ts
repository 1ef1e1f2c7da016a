import { beforeEach, describe, expect, it } from "vitest";
import { commandAnswers } from "../../domain/command";
import { breakCauses } from "../../domain/health";
import { cancelCauses } from "../../domain/order";
import { dropChannel, orderChannel } from "../../server/machine/channels";
import { symbolBytes } from "../../server/wire/bytes";
import { encodeOuchRejected, encodeOuchReplaced } from "../../server/wire/ouch-encode";
import { desk, instrument, maker, openQuoting, spec } from "../support/quoting-desk";
import { type ArrivedOrder, ScriptedVenue } from "../support/scripted-venue";

const blanks = symbolBytes("", 14);

/** A reference that our logs have lost. */
const lost = 5_000;

describe("an order whose cancel its strategy has asked for", () => {
  it("is cancelled again once it is killed and the venue would not: a kill waits for no strategy", () => {
    const { venue, order } = openQuoting();
    const row = venue.engine.orders.ofReference(0, order.reference);
    venue.cancels.length = 0;
    venue.during((engine) => engine.execution.cancel(row, cancelCauses.code.strategy));
    venue.command("kill", "all", -1);
    venue.cancelRefused(order);
    venue.wait(3_000);
    expect(venue.cancels.filter(({ reference }) => reference === order.reference).length).toBeGreaterThan(1);
    expect(venue.factsOf("kill").at(-1)).toMatchObject({ scope: 0, engaged: 1 });
  });

  it("is cancelled under a kill whatever became of the cancels that were asked before", () => {
    const { venue, order } = openQuoting();
    const row = venue.engine.orders.ofReference(0, order.reference);
    venue.command("kill", "instrument", instrument);
    venue.cancels.length = 0;
    // Forgotten by a mistake of ours.
    venue.engine.orders.cancelCause[row] = 0;
    venue.wait(200);
    expect(venue.cancels).toContainEqual({ venue: 0, reference: order.reference });
  });

  it("is cancelled again where the kill's own was refused before: its strategy, running on elsewhere, does not take it over", () => {
    const { venue, order } = openQuoting();
    const row = venue.engine.orders.ofReference(0, order.reference);
    venue.cancels.length = 0;
    venue.command("kill", "venue", 0);
    venue.cancelRefused(order);
    venue.wait(200);
    venue.during((engine) => engine.execution.cancel(row, cancelCauses.code.strategy));
    venue.cancelRefused(order);
    const before = venue.cancels.filter(({ reference }) => reference === order.reference).length;
    venue.wait(3_000);
    expect(venue.cancels.filter(({ reference }) => reference === order.reference).length).toBeGreaterThan(before);
  });
});

describe("an order of which order session and drop copy say different things", () => {
  let venue: ScriptedVenue;
  let order: ArrivedOrder;
  let quotes: ArrivedOrder[];
  const breaks = () => venue.factsOf("reconciliationBreak");
  const causes = () => breaks().map(({ cause }) => breakCauses.name(cause));
  const adopt = () => commandAnswers.name(venue.command("adopt", "instrument", instrument).answer);
  const cancelsOf = (reference: number) => venue.cancels.filter((cancel) => cancel.reference === reference).length;
  /** The drop copy tells of orders from now on. */
  const tellOrders = () => {
    venue.dropCopyTellsOrders = true;
    for (const quote of quotes) venue.accept(quote, dropChannel);
  };
  const replaced = (from: number, to: number, base: number) =>
    venue.tell(
      0,
      (bytes) =>
        encodeOuchReplaced(
          bytes,
          0,
          venue.timeNs,
          from,
          to,
          0x42,
          order.quantity,
          symbolBytes(spec.symbol),
          0,
          order.price,
          0x30,
          0x59,
          0,
          to,
          0x50,
          0x4e,
          0x4e,
          0x4c,
          blanks,
          0,
          null,
        ),
      base,
    );

  beforeEach(() => {
    ({ venue, order, quotes } = openQuoting());
  });

  /** Only the order session says that the order is cancelled, until its name is broken. */
  const breakByCancel = () => {
    tellOrders();
    venue.wait(1_000);
    venue.cancelled(order, order.quantity);
    venue.wait(5_000);
    expect(causes()).toEqual(["orders"]);
    venue.cancels.length = 0;
  };

  it("is cancelled once a person has decided, over the line after the one that was down", () => {
    breakByCancel();
    venue.isDown.add(orderChannel);
    venue.cut(0);
    venue.wait(500);
    expect(adopt()).toBe("done");
    venue.wait(5_000);
    expect(cancelsOf(order.reference)).toBe(0);
    venue.isDown.clear();
    venue.wait(10_000);
    expect(cancelsOf(order.reference)).toBeGreaterThan(0);
  });

  it("is cancelled again where the venue would not, and where the line was lost with the cancel", () => {
    breakByCancel();
    expect(adopt()).toBe("done");
    venue.wait(1_100);
    expect(cancelsOf(order.reference)).toBe(1);
    venue.cancelRefused(order);
    venue.wait(1_100);
    expect(cancelsOf(order.reference)).toBe(2);
    venue.cut(0);
    venue.wait(10_000);
    expect(cancelsOf(order.reference)).toBe(3);
    venue.wait(10_000);
    expect(cancelsOf(order.reference)).toBe(3);
  });

  it("is cancelled under the reference that the drop copy gave it too", () => {
    tellOrders();
    venue.wait(3_000);
    const row = venue.engine.orders.ofReference(0, order.reference);
    expect(venue.during((engine) => engine.execution.replace(row, order.price - 100))).toBe(true);
    const reference = venue.engine.orders.replaceReference[row]!;
    venue.tell(0, (bytes) => encodeOuchRejected(bytes, 0, venue.timeNs, reference, 1, blanks, 0, null));
    replaced(order.reference, reference, dropChannel);
    venue.wait(5_000);
    expect(causes()).toEqual(["orders"]);
    venue.cancels.length = 0;
    expect(adopt()).toBe("done");
    venue.wait(2_000);
    expect(cancelsOf(order.reference)).toBeGreaterThan(0);
    expect(cancelsOf(reference)).toBeGreaterThan(0);
  });

  it("is a break also while it is replaced every two seconds", () => {
    venue.dropCopyTellsOrders = true;
    // Its acceptance is what the drop copy has left out.
    for (const quote of quotes) if (quote !== order) venue.accept(quote, dropChannel);
    let reference = order.reference;
    for (let next = lost; next < lost + 5; next++) {
      for (const base of [orderChannel, dropChannel]) replaced(reference, next, base);
      reference = next;
      venue.wait(2_000);
    }
    expect(causes()).toContain("orders");
  });

  it("is none where both say the same of a replace that our logs have lost, the drop copy first", () => {
    tellOrders();
    venue.wait(5_000);
    for (const base of [dropChannel, orderChannel]) {
      replaced(order.reference, lost, base);
      venue.cancelled({ ...order, reference: lost }, order.quantity, base);
    }
    venue.wait(10_000);
    expect(breaks()).toEqual([]);
  });

  it("is a break of the next day where the day ends before the drop copy is back", () => {
    tellOrders();
    venue.wait(5_000);
    venue.isDown.add(dropChannel);
    venue.cut(0, dropChannel);
    venue.cancelled(order, order.quantity);
    venue.command("pause", "strategy", maker);
    for (const quote of [...quotes, ...venue.takeArrived()])
      if (quote !== order) venue.cancelled(quote, quote.quantity);
    venue.wait(60_000);
    expect(venue.engine.orders.openCount).toBe(0);
    venue.command("shutdown", "all", -1, { role: "system", detail: 1 });
    venue.wait(15_000);
    const { registry } = venue.engine;
    const bytes = new Uint8Array(registry.byteLength);
    registry.copyInto(bytes);
    const next = new ScriptedVenue(desk, undefined, { bytes, layout: registry.layout() });
    const [first] = next.factsOf("reconciliationBreak").filter((fact) => fact.instrument === instrument);
    expect(first).toMatchObject({ venue: 0, open: 1 });
    expect(breakCauses.name(first?.cause ?? 0)).toBe("dayEnded");
  });

  it("a fill of nobody's order after one that the venue took back is told again", () => {
    const unknown = { ...order, reference: 900_001 };
    venue.broken(unknown, venue.fill(unknown, 30));
    expect(causes()).toEqual(["unplaced", "agreed"]);
    venue.fill({ ...order, reference: 900_002 }, 70);
    expect(causes()).toEqual(["unplaced", "agreed", "unplaced"]);
    expect(breaks().at(-1)).toMatchObject({ instrument: -1, open: 1, orderNet: 100, orderFills: 2 });
  });
});
