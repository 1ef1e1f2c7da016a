import { readU32 } from "../../wire/bytes";
import { decodeItch, ItchHandlerBase } from "../../wire/itch";
import { forEachMoldBlock, MoldHeader, readMoldHeader } from "../../wire/mold-udp64";

type BookOrder = { locate: number; side: number; price: number; shares: number };
export type NaiveLevel = { price: number; quantity: number; orders: number };

/** The plainest book an outsider can keep from the feed: a map of orders, levels summed when asked for. */
export class NaiveBook extends ItchHandlerBase {
  readonly orders = new Map<string, BookOrder>();
  readonly countByType: Record<string, number> = {};
  readonly trades: { locate: number; price: number; shares: number }[] = [];
  readonly problems: string[] = [];
  readonly haltedLocates = new Set<number>();
  nextSequence = 1;
  private readonly header = new MoldHeader();

  /** Takes a feed packet; messages already seen are skipped, a gap is noted as a problem. */
  packet(bytes: Uint8Array): void {
    readMoldHeader(bytes, 0, bytes.length, this.header);
    forEachMoldBlock(bytes, 0, bytes.length, this.header, (sequence, offset, length) => {
      if (sequence < this.nextSequence) return;
      if (sequence > this.nextSequence) this.problems.push(`gap at ${this.nextSequence}, got ${sequence}`);
      this.nextSequence = sequence + 1;
      this.message(bytes, offset, length);
    });
  }

  message(bytes: Uint8Array, offset: number, length: number): void {
    const type = String.fromCharCode(bytes[offset]);
    this.countByType[type] = (this.countByType[type] ?? 0) + 1;
    const verdict = decodeItch(bytes, offset, length, this);
    if (verdict !== 0) this.problems.push(`verdict ${verdict} of ${type}`);
  }

  levels(locate: number, side: "B" | "S"): NaiveLevel[] {
    const byPrice = new Map<number, NaiveLevel>();
    for (const order of this.orders.values()) {
      if (order.locate !== locate || order.side !== side.charCodeAt(0)) continue;
      const level = byPrice.get(order.price) ?? { price: order.price, quantity: 0, orders: 0 };
      level.quantity += order.shares;
      level.orders += 1;
      byPrice.set(order.price, level);
    }
    return [...byPrice.values()].sort((a, b) => (side === "B" ? b.price - a.price : a.price - b.price));
  }

  override tradingAction(
    locate: number,
    _tracking: number,
    _timeNs: number,
    _bytes: Uint8Array,
    _symbolOffset: number,
    tradingState: number,
  ): void {
    if (tradingState === 0x54) this.haltedLocates.delete(locate);
    else this.haltedLocates.add(locate);
  }

  override addOrder(
    locate: number,
    _tracking: number,
    _timeNs: number,
    refHigh: number,
    refLow: number,
    side: number,
    shares: number,
    _bytes: Uint8Array,
    _symbolOffset: number,
    price: number,
  ): void {
    this.orders.set(`${refHigh}.${refLow}`, { locate, side, price, shares });
  }

  override orderExecuted(
    locate: number,
    _tracking: number,
    _timeNs: number,
    refHigh: number,
    refLow: number,
    shares: number,
  ): void {
    const order = this.orders.get(`${refHigh}.${refLow}`);
    if (order) this.trades.push({ locate, price: order.price, shares });
    this.takeOff(`${refHigh}.${refLow}`, shares);
  }

  override orderCancel(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    refHigh: number,
    refLow: number,
    shares: number,
  ): void {
    this.takeOff(`${refHigh}.${refLow}`, shares);
  }

  override orderDelete(_locate: number, _tracking: number, _timeNs: number, refHigh: number, refLow: number): void {
    if (!this.orders.delete(`${refHigh}.${refLow}`)) this.problems.push(`delete of unknown ${refLow}`);
  }

  override orderReplace(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    originalHigh: number,
    originalLow: number,
    newHigh: number,
    newLow: number,
    shares: number,
    price: number,
  ): void {
    const original = this.orders.get(`${originalHigh}.${originalLow}`);
    if (!original) {
      this.problems.push(`replace of unknown ${originalLow}`);
      return;
    }
    this.orders.delete(`${originalHigh}.${originalLow}`);
    this.orders.set(`${newHigh}.${newLow}`, { locate: original.locate, side: original.side, price, shares });
  }

  override trade(
    locate: number,
    _tracking: number,
    _timeNs: number,
    _refHigh: number,
    _refLow: number,
    _side: number,
    shares: number,
    _bytes: Uint8Array,
    _symbolOffset: number,
    price: number,
  ): void {
    this.trades.push({ locate, price, shares });
  }

  private takeOff(key: string, shares: number): void {
    const order = this.orders.get(key);
    if (!order || order.shares < shares) {
      this.problems.push(`${shares} shares off ${key}, which has ${order?.shares ?? "no order"}`);
      return;
    }
    order.shares -= shares;
    if (order.shares === 0) this.orders.delete(key);
  }
}

/** Sequence number of a request or packet header, for tests that cut packets. */
export function moldSequenceOf(bytes: Uint8Array): number {
  return readU32(bytes, 10) * 0x1_0000_0000 + readU32(bytes, 14);
}
