import type { orderLife } from "../../db/queries/order-life";
import { markHorizonsSeconds } from "../../domain/fill-marks";
import type {
  LifeApproval,
  LifeBook,
  LifeFill,
  LifeMarkOut,
  LifeSignal,
  OrderEventKind,
  OrderLife,
} from "../gateway/history";
import {
  describeOuchCancelReason,
  describeOuchRejectReason,
  describeOuchRestateReason,
  ouchOutboundType,
} from "../wire/ouch-codes";
import { hasMid, slippageOf } from "./slippage";
import { codeOf, reasonOf, sideOf } from "./stored-names";

type StoredLife = NonNullable<Awaited<ReturnType<typeof orderLife>>>;

/** The life of an order as the screen is told it: every number that it shows, computed here. */
export function lifeOf(stored: StoredLife): OrderLife {
  const { parent, events, refusals } = stored;
  const { userReference, parent: parentId, leavesQuantity, timeInForce, side, ...rest } = stored.order;
  const books = new Map(stored.books.map((book) => [book.factNumber, bookOf(book)]));
  const arrival = { bid: parent?.arrivalBid ?? 0, ask: parent?.arrivalAsk ?? 0 };
  return {
    ...rest,
    side: sideOf(side),
    timeInForce: timeInForce === "immediateOrCancel" ? "immediateOrCancel" : "day",
    parent:
      parent === null
        ? null
        : {
            id: parentId,
            reason: reasonOf(parent.reason) ?? "entry",
            quantity: parent.quantity,
            limitPrice: parent.limitPrice,
            arrivalBid: parent.arrivalBid,
            arrivalAsk: parent.arrivalAsk,
            signal: parent.signal,
            createdNs: parent.createdNs,
            seen: seenOf(stored),
          },
    events: events.map(({ journal, order, kind, ...event }) => ({
      ...event,
      kind: kind as OrderEventKind,
      detail: detailInWords(kind, event.detail),
      book: books.get(event.factNumber) ?? null,
    })),
    approvals: stored.approvals.map(approvalOf),
    refusals: refusals.map(({ factNumber, code, limit, value, quantity, price, timeNs }) => ({
      factNumber,
      code: codeOf(code),
      limit,
      value,
      quantity,
      price,
      timeNs,
    })),
    fills: stored.fills.map((fill) => fillOf(fill, stored, arrival)),
    slippage: slippageOf(
      side,
      stored.fills.map((fill) => ({ ...fill, ...arrival })),
    ),
    markOuts: markHorizonsSeconds.map((seconds) => markOutOf(seconds, stored)),
  };
}

/** A venue's code with what its manual says it means: "U: requested by the user". Other details stay as they are. */
export function detailInWords(kind: string, detail: string | null): string | null {
  if (detail === null) return null;
  if (kind === "cancelled") return `${detail}: ${describeOuchCancelReason(detail.charCodeAt(0))}`;
  // An Order Priority Update has no reason of its own: its message type stands for it.
  if (kind === "restated" && detail.charCodeAt(0) === ouchOutboundType.priorityUpdated)
    return `${detail}: queued anew, under another reference`;
  if (kind === "restated") return `${detail}: ${describeOuchRestateReason(detail.charCodeAt(0))}`;
  const code = /^code (\d+)$/.exec(detail)?.[1];
  return code === undefined ? detail : `${detail}: ${describeOuchRejectReason(Number(code))}`;
}

function bookOf(row: StoredLife["books"][number]): LifeBook {
  const { bid, bidQuantity, bidVenue, ask, askQuantity, askVenue, bids, asks } = row;
  return {
    bid: bid === null ? null : { price: bid, quantity: bidQuantity ?? 0, venue: bidVenue ?? -1 },
    ask: ask === null ? null : { price: ask, quantity: askQuantity ?? 0, venue: askVenue ?? -1 },
    bids,
    asks,
  };
}

function approvalOf(row: StoredLife["approvals"][number]): LifeApproval {
  const judged = (value: number, limit: number) => (limit === 0 ? null : { value, limit });
  return {
    factNumber: row.factNumber,
    timeNs: row.timeNs,
    quantity: judged(row.quantity, row.quantityMax),
    notional: { value: row.notional, limit: row.notionalMax },
    price: { value: row.price, low: row.priceLow, high: row.priceHigh },
    position: judged(row.position, row.positionMax),
    strategyPosition: judged(row.strategyPosition, row.strategyPositionMax),
    grossExposure: judged(row.grossExposure, row.grossExposureMax),
    strategyGrossExposure: judged(row.strategyGrossExposure, row.strategyGrossExposureMax),
    dataAgeNs: { value: row.dataAgeNs, limit: row.dataAgeNsMax },
  };
}

function seenOf({ pairSignal, quoteSignal }: StoredLife): LifeSignal | null {
  if (pairSignal !== null) {
    const { journal, parent, pair, ...seen } = pairSignal;
    return { kind: "pair", ...seen };
  }
  if (quoteSignal === null) return null;
  const { journal, parent, ...seen } = quoteSignal;
  return { kind: "quote", ...seen };
}

function fillOf(
  fill: StoredLife["fills"][number],
  { order, marks }: StoredLife,
  arrival: { readonly bid: number; readonly ask: number },
): LifeFill {
  const { id, factNumber, quantity, price, fee, broken, timeNs } = fill;
  return {
    id,
    factNumber,
    quantity,
    price,
    fee,
    broken,
    timeNs,
    arrival: slippageOf(order.side, [{ ...fill, ...arrival }]),
    marks: marks
      .filter((mark) => mark.fill === id)
      .map(({ horizonSeconds, bid, ask, lateNs }) => ({
        horizonSeconds,
        bid,
        ask,
        lateNs,
        slippage: slippageOf(order.side, [{ ...fill, bid, ask }]),
      })),
  };
}

function markOutOf(horizonSeconds: number, { order, fills, marks }: StoredLife): LifeMarkOut {
  const standing = fills.filter(({ broken }) => !broken);
  const against = standing.map((fill) => {
    const mark = marks.find((each) => each.fill === fill.id && each.horizonSeconds === horizonSeconds);
    return { ...fill, bid: mark?.bid ?? 0, ask: mark?.ask ?? 0 };
  });
  return {
    horizonSeconds,
    slippage: slippageOf(order.side, against),
    missing: against.filter((fill) => !hasMid(fill)).length,
  };
}
