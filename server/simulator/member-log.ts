import type { Desk } from "../../domain/desk";
import { dayTimeText } from "../../domain/time";
import { readSymbol } from "../wire/bytes";
import { decodeOuchOutbound, OuchOutboundHandlerBase } from "../wire/ouch";
import { describeOuchCancelReason, describeOuchRejectReason, ouchSide } from "../wire/ouch-codes";
import type { Exchange } from "./exchange-machine";

/** One message of a venue to the member. Quantity and price are 0 where the message has none. */
export type MemberLogLine = {
  readonly timeNs: number;
  readonly venue: number;
  readonly sequence: number;
  readonly message: string;
  readonly userReference: number;
  readonly symbol: string;
  readonly side: string;
  readonly quantity: number;
  /** Price units. */
  readonly price: number;
  /** Why, or how, in words; may be empty. */
  readonly detail: string;
  /** False for one that an operator had the drop copy leave out. */
  readonly isInDropCopy: boolean;
};

type Order = { readonly symbol: string; readonly side: string; readonly price: number };

const unknownOrder: Order = { symbol: "", side: "", price: 0 };

/** Reads a venue's messages in sequence; symbol and side of later messages are those of the order accepted before. */
class LogReader extends OuchOutboundHandlerBase {
  readonly lines: MemberLogLine[] = [];
  sequence = 0;
  isInDropCopy = true;
  private readonly orders = new Map<number, Order>();

  constructor(private readonly venue: number) {
    super();
  }

  override systemEvent(timeNs: number, code: number): void {
    this.add(timeNs, "system event", 0, unknownOrder, 0, 0, String.fromCharCode(code));
  }
  override accepted(
    bytes: Uint8Array,
    timeNs: number,
    reference: number,
    side: number,
    quantity: number,
    symbolOffset: number,
    price: number,
  ): void {
    this.orders.set(reference, { symbol: readSymbol(bytes, symbolOffset, 8), side: sideText(side), price });
    this.tell(timeNs, "accepted", reference, quantity, price, "");
  }
  override replaced(
    bytes: Uint8Array,
    timeNs: number,
    original: number,
    reference: number,
    side: number,
    quantity: number,
    symbolOffset: number,
    price: number,
  ): void {
    this.orders.set(reference, { symbol: readSymbol(bytes, symbolOffset, 8), side: sideText(side), price });
    this.tell(timeNs, "replaced", reference, quantity, price, `in place of ${original}`);
  }
  override canceled(_bytes: Uint8Array, timeNs: number, reference: number, quantity: number, reason: number): void {
    this.tell(timeNs, "canceled", reference, quantity, 0, describeOuchCancelReason(reason));
  }
  override selfMatchCanceled(_bytes: Uint8Array, timeNs: number, reference: number, quantity: number): void {
    this.tell(timeNs, "canceled", reference, quantity, 0, "would have traded with the member itself");
  }
  override executed(
    _bytes: Uint8Array,
    timeNs: number,
    reference: number,
    quantity: number,
    price: number,
    flag: number,
  ): void {
    this.tell(timeNs, "executed", reference, quantity, price, `liquidity ${String.fromCharCode(flag)}`);
  }
  override brokenTrade(_bytes: Uint8Array, timeNs: number, reference: number): void {
    this.tell(timeNs, "trade broken", reference, 0, 0, "");
  }
  override rejected(_bytes: Uint8Array, timeNs: number, reference: number, reason: number): void {
    this.tell(timeNs, "rejected", reference, 0, 0, describeOuchRejectReason(reason));
  }
  override cancelPending(_bytes: Uint8Array, timeNs: number, reference: number): void {
    this.tell(timeNs, "cancel pending", reference, 0, 0, "when the cross is over");
  }
  override cancelRejected(_bytes: Uint8Array, timeNs: number, reference: number): void {
    this.tell(timeNs, "cancel rejected", reference, 0, 0, "the order is in a cross");
  }
  override priorityUpdated(_bytes: Uint8Array, timeNs: number, reference: number, price: number): void {
    this.tell(timeNs, "priority updated", reference, 0, price, "");
  }
  override modified(_bytes: Uint8Array, timeNs: number, reference: number, _side: number, quantity: number): void {
    this.tell(timeNs, "modified", reference, quantity, 0, "");
  }
  override restated(_bytes: Uint8Array, timeNs: number, reference: number): void {
    this.tell(timeNs, "restated", reference, 0, 0, "the next part is displayed");
  }
  override massCancelResponse(
    bytes: Uint8Array,
    timeNs: number,
    reference: number,
    _firm: number,
    symbolOffset: number,
  ): void {
    const symbol = readSymbol(bytes, symbolOffset, 8);
    this.add(timeNs, "mass cancel", reference, { symbol, side: "", price: 0 }, 0, 0, symbol === "" ? "all names" : "");
  }
  override disableResponse(_bytes: Uint8Array, timeNs: number, reference: number): void {
    this.add(timeNs, "order entry disabled", reference, unknownOrder, 0, 0, "");
  }
  override enableResponse(_bytes: Uint8Array, timeNs: number, reference: number): void {
    this.add(timeNs, "order entry enabled", reference, unknownOrder, 0, 0, "");
  }
  override accountQueryResponse(_bytes: Uint8Array, timeNs: number, next: number): void {
    this.add(timeNs, "account query", next, unknownOrder, 0, 0, "next user reference");
  }

  private tell(timeNs: number, message: string, reference: number, quantity: number, price: number, detail: string) {
    const order = this.orders.get(reference) ?? unknownOrder;
    this.add(timeNs, message, reference, order, quantity, price === 0 ? order.price : price, detail);
  }

  private add(
    timeNs: number,
    message: string,
    userReference: number,
    { symbol, side }: Order,
    quantity: number,
    price: number,
    detail: string,
  ): void {
    const { venue, sequence, isInDropCopy } = this;
    const about = { userReference, symbol, side, quantity, price };
    this.lines.push({ timeNs, venue, sequence, message, ...about, detail, isInDropCopy });
  }
}

/** What the exchange has told the member today, over all venues, in the order of time: the exchange's own log. */
export function memberLog(exchange: Exchange): MemberLogLine[] {
  const lines = exchange.desk.venues.flatMap((_, venue) => {
    const reader = new LogReader(venue);
    for (const { sequence, bytes, offset, length, isInDropCopy } of exchange.memberMessages(venue)) {
      reader.sequence = sequence;
      reader.isInDropCopy = isInDropCopy;
      decodeOuchOutbound(bytes, offset, length, reader);
    }
    return reader.lines;
  });
  return lines.sort((a, b) => a.timeNs - b.timeNs || a.venue - b.venue || a.sequence - b.sequence);
}

/** The member log as lines for people, times as hh:mm:ss.milliseconds of the trading day, prices in the currency. */
export function describeMemberLog(exchange: Exchange): string[] {
  return memberLog(exchange).map((line) => describeLine(exchange.desk, line));
}

function describeLine(desk: Desk, line: MemberLogLine): string {
  const reference = line.userReference === 0 ? "" : `#${line.userReference}`;
  const amount = line.quantity === 0 ? "" : String(line.quantity);
  const price = line.price === 0 ? "" : `@ ${(line.price / 10_000).toFixed(4)}`;
  const words = [line.message, reference, line.side, amount, line.symbol, price, line.detail && `(${line.detail})`];
  return [dayTimeText(line.timeNs, true), desk.venues[line.venue].name, ...words]
    .filter((word) => word !== "")
    .join(" ");
}

function sideText(side: number): string {
  switch (side) {
    case ouchSide.buy:
      return "buy";
    case ouchSide.sell:
      return "sell";
    case ouchSide.sellShort:
      return "sell short";
    default:
      return "sell short exempt";
  }
}
