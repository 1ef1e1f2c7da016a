import type { InferInsertModel } from "drizzle-orm";
import type { approvals, fillMarks, orderBooks, pairSignals, quoteSignals } from "../../db/schema";
import type { FactOf } from "../../domain/facts";

/** The market beside a message; sides without a price are null, empty levels are left out. */
export function orderBookRow(journal: string, fact: FactOf<"orderBook">): InferInsertModel<typeof orderBooks> {
  const hasBid = fact.bid > 0;
  const hasAsk = fact.ask > 0;
  return {
    journal,
    factNumber: fact.fact,
    order: fact.order,
    bid: hasBid ? fact.bid : null,
    bidQuantity: hasBid ? fact.bidQuantity : null,
    bidVenue: hasBid ? fact.bidVenue : null,
    ask: hasAsk ? fact.ask : null,
    askQuantity: hasAsk ? fact.askQuantity : null,
    askVenue: hasAsk ? fact.askVenue : null,
    bids: levelsOf([
      [fact.bidPrice1, fact.bidQuantity1],
      [fact.bidPrice2, fact.bidQuantity2],
      [fact.bidPrice3, fact.bidQuantity3],
      [fact.bidPrice4, fact.bidQuantity4],
      [fact.bidPrice5, fact.bidQuantity5],
    ]),
    asks: levelsOf([
      [fact.askPrice1, fact.askQuantity1],
      [fact.askPrice2, fact.askQuantity2],
      [fact.askPrice3, fact.askQuantity3],
      [fact.askPrice4, fact.askQuantity4],
      [fact.askPrice5, fact.askQuantity5],
    ]),
  };
}

function levelsOf(levels: readonly (readonly [price: number, quantity: number])[]) {
  return levels.filter(([price]) => price > 0);
}

/** What the gate saw when it let a message pass. */
export function approvalRow(journal: string, fact: FactOf<"approval">): InferInsertModel<typeof approvals> {
  const { kind, number, text, fact: factNumber, ...judged } = fact;
  return { journal, factNumber, ...judged };
}

/** What a pairs strategy saw when it wished a parent. */
export function pairSignalRow(journal: string, fact: FactOf<"pairSignal">): InferInsertModel<typeof pairSignals> {
  const { kind, number, text, timeNs, ...seen } = fact;
  return { journal, ...seen };
}

/** What a maker saw when it wished a quote. */
export function quoteSignalRow(journal: string, fact: FactOf<"quoteSignal">): InferInsertModel<typeof quoteSignals> {
  const { kind, number, text, timeNs, ...seen } = fact;
  return { journal, ...seen };
}

/** The market a horizon after a fill. */
export function fillMarkRow(journal: string, fact: FactOf<"fillMark">): InferInsertModel<typeof fillMarks> {
  const { kind, number, text, ...mark } = fact;
  return { journal, ...mark };
}
