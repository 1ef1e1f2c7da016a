import { closedSet, type NameOf } from "../../domain/closed-set";
import type { Exchange } from "../simulator/exchange-machine";
import { decodeOuchOutbound, OuchOutboundHandlerBase } from "../wire/ouch";
import type { LineHistory, Outage } from "./line-history";

/**
 * What a world shows of orders that their venue holds or moves. A held cancel (Cancel Pending) ends with a Canceled or
 * with a whole fill; it, and an order that was moved (Order Priority Update) and is still open, may see the line cut or
 * our side begin anew. `movedUnheard`: told while there was no line, so that only a later login brings it.
 */
export const venueMoves = closedSet(
  "venue move",
  "cancelsHeld",
  "heldThenCancelled",
  "heldThenFilled",
  "heldOverCut",
  "heldOverRestart",
  "ordersMoved",
  "movedOverCut",
  "movedOverRestart",
  "movedUnheard",
);
export type VenueMove = NameOf<typeof venueMoves>;
export type VenueMoveCounts = Record<VenueMove, number>;

export function noVenueMoves(): VenueMoveCounts {
  return Object.fromEntries(venueMoves.names.map((name) => [name, 0])) as VenueMoveCounts;
}

/** Counts over all that the venues of a world have told; nothing when they held and moved nothing. */
export function countVenueMoves(exchange: Exchange, lines: LineHistory): VenueMoveCounts {
  const counts = noVenueMoves();
  exchange.desk.venues.forEach((_, venue) => {
    const reader = new MovesReader();
    for (const { bytes, offset, length } of exchange.memberMessages(venue))
      decodeOuchOutbound(bytes, offset, length, reader);
    for (const order of reader.orders) countOrder(order, lines.outages[venue], counts);
  });
  return counts;
}

type Told = {
  open: number;
  heldNs: number | null;
  readonly movedNs: number[];
  endNs: number;
  end: "cancelled" | "filled" | null;
};

function countOrder({ heldNs, movedNs, end, endNs }: Told, outages: readonly Outage[], counts: VenueMoveCounts): void {
  const isWithout = (by: Outage["by"], fromNs: number): boolean =>
    outages.some((outage) => outage.by === by && outage.fromNs < endNs && outage.toNs > fromNs);
  if (heldNs !== null) {
    counts.cancelsHeld++;
    if (end === "cancelled") counts.heldThenCancelled++;
    if (end === "filled") counts.heldThenFilled++;
    if (isWithout("cut", heldNs)) counts.heldOverCut++;
    if (isWithout("restart", heldNs)) counts.heldOverRestart++;
  }
  for (const atNs of movedNs) {
    counts.ordersMoved++;
    if (isWithout("cut", atNs)) counts.movedOverCut++;
    if (isWithout("restart", atNs)) counts.movedOverRestart++;
    if (outages.some(({ fromNs, toNs }) => fromNs <= atNs && atNs < toNs)) counts.movedUnheard++;
  }
}

/** Follows a venue's orders by what it says; those whose acceptance it withheld are left out. */
class MovesReader extends OuchOutboundHandlerBase {
  readonly orders: Told[] = [];
  private readonly byReference = new Map<number, Told>();
  private readonly matches = new Set<string>();

  override accepted(_bytes: Uint8Array, _timeNs: number, reference: number, _side: number, quantity: number): void {
    const endNs = Number.POSITIVE_INFINITY;
    const order: Told = { open: quantity, heldNs: null, movedNs: [], endNs, end: null };
    this.orders.push(order);
    this.byReference.set(reference, order);
  }

  override replaced(
    _bytes: Uint8Array,
    _timeNs: number,
    original: number,
    reference: number,
    _side: number,
    quantity: number,
  ): void {
    const order = this.byReference.get(original);
    if (order === undefined) return;
    order.open = quantity;
    this.byReference.set(reference, order);
  }

  override canceled(_bytes: Uint8Array, timeNs: number, reference: number, quantity: number): void {
    this.take(reference, quantity, timeNs, "cancelled");
  }

  override selfMatchCanceled(_bytes: Uint8Array, timeNs: number, reference: number, quantity: number): void {
    this.take(reference, quantity, timeNs, "cancelled");
  }

  override executed(
    _bytes: Uint8Array,
    timeNs: number,
    reference: number,
    quantity: number,
    _price: number,
    _flag: number,
    matchHigh: number,
    matchLow: number,
  ): void {
    const match = `${reference}:${matchHigh}:${matchLow}`;
    if (this.matches.has(match)) return;
    this.matches.add(match);
    this.take(reference, quantity, timeNs, "filled");
  }

  override cancelPending(_bytes: Uint8Array, timeNs: number, reference: number): void {
    const order = this.byReference.get(reference);
    if (order !== undefined) order.heldNs ??= timeNs;
  }

  override priorityUpdated(_bytes: Uint8Array, timeNs: number, reference: number): void {
    this.byReference.get(reference)?.movedNs.push(timeNs);
  }

  private take(reference: number, quantity: number, timeNs: number, end: "cancelled" | "filled"): void {
    const order = this.byReference.get(reference);
    if (order === undefined) return;
    order.open -= quantity;
    if (order.open > 0) return;
    order.endNs = timeNs;
    order.end = end;
  }
}
