import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dropChannel, orderChannel } from "../../server/machine/channels";
import { encodeOuchExecuted } from "../../server/wire/ouch-encode";
import { ask, bid, desk, instrument, maker, spec } from "../support/quoting-desk";
import { type ArrivedOrder, ScriptedVenue } from "../support/scripted-venue";

/** One report of a fill: which fill, and whether the order session or the drop copy tells of it. */
type Report = { readonly fill: number; readonly dropCopy: boolean };

/** Up to eight fills of parts of an order, each reported one to five times, all reports shuffled. */
const deliveries = fc
  .record({
    quantities: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }),
    times: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 8, maxLength: 8 }),
    onDropCopy: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
    orderOf: fc.array(fc.integer(), { minLength: 40, maxLength: 40 }),
    onBuy: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
  })
  .map(({ quantities, times, onDropCopy, orderOf, onBuy }) => {
    const reports: Report[] = quantities.flatMap((_, fill) =>
      Array.from({ length: times[fill] ?? 1 }, (_, time) => ({ fill, dropCopy: onDropCopy[fill * 5 + time] ?? false })),
    );
    const shuffled = reports
      .map((report, place) => ({ report, key: orderOf[place] ?? 0 }))
      .sort((a, b) => a.key - b.key)
      .map(({ report }) => report);
    return { quantities, onBuy, reports: shuffled };
  });

describe("each fill told up to five times, in any order, by order session and drop copy", () => {
  it("leaves no error in position, cash or fees", () => {
    fc.assert(
      fc.property(deliveries, ({ quantities, onBuy, reports }) => {
        const venue = new ScriptedVenue(desk);
        venue.quote(0, spec.symbol, bid, 500, ask, 500);
        venue.command("approve", "strategy", maker);
        venue.wait(2_000);
        const quotes = venue.takeArrived().filter((order) => order.symbol === spec.symbol);
        const buy = quotes.find((order) => order.side === "buy")!;
        const sell = quotes.find((order) => order.side !== "buy")!;
        const orderOf = (fill: number): ArrivedOrder => (onBuy[fill] ? buy : sell);
        for (const { fill, dropCopy } of reports) {
          const order = orderOf(fill);
          const quantity = quantities[fill] ?? 0;
          venue.tell(
            order.venue,
            (bytes) =>
              encodeOuchExecuted(
                bytes,
                0,
                venue.timeNs,
                order.reference,
                quantity,
                order.price,
                0x52,
                0,
                fill + 1,
                null,
              ),
            dropCopy ? dropChannel : orderChannel,
          );
        }
        const signed = quantities.reduce((sum, quantity, fill) => sum + (onBuy[fill] ? quantity : -quantity), 0);
        const cash = quantities.reduce(
          (sum, quantity, fill) => sum - (onBuy[fill] ? quantity : -quantity) * orderOf(fill).price,
          0,
        );
        const traded = quantities.reduce((sum, quantity) => sum + quantity, 0);
        const { instruments } = venue.engine.positions;
        expect(instruments.quantity[instrument]).toBe(signed);
        expect((instruments.realised[instrument] ?? 0) - (instruments.totalCost[instrument] ?? 0)).toBe(cash);
        expect(instruments.fees[instrument]).toBe(traded * (desk.venues[buy.venue]?.takerFeePerShare ?? 0));
        expect(venue.factsOf("fill")).toHaveLength(quantities.length);
      }),
      { numRuns: 60, seed: 20260105 },
    );
  });
});
