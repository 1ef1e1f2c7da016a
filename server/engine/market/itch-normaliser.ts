import { tradingStatuses } from "../../../domain/health";
import { listingOf } from "../../../domain/ids";
import type { StateRegistry } from "../../machine/state-registry";
import { readSymbol } from "../../wire/bytes";
import { decodeItch, ItchHandlerBase, itchMessageLength, itchVerdict } from "../../wire/itch";
import type { MarketSink } from "./market-sink";

const buy = 0x42;
const status = tradingStatuses.code;

/**
 * One venue's ITCH 5.0 stream as normalised events. Maps the venue's stock locates to listings (stock directory, or
 * the symbol in the message where a recording has no directory), counts every type, and leaves symbols that the desk
 * does not trade alone. All types are decoded; those that neither book nor tape needs are counted only.
 */
export class ItchNormaliser extends ItchHandlerBase {
  /** Instrument + 1 by locate; 0 not known yet, -1 not ours. */
  private readonly locates: Int32Array;
  /** Messages by type byte. */
  readonly messages: Float64Array;
  private readonly problems: Float64Array;

  constructor(
    registry: StateRegistry,
    name: string,
    private readonly venue: number,
    private readonly venueCount: number,
    private readonly instrumentOfSymbol: ReadonlyMap<string, number>,
    private readonly sink: MarketSink,
  ) {
    super();
    this.locates = registry.allocate(`${name}.locates`, "i32", 65_536);
    this.messages = registry.allocate(`${name}.messages`, "f64", 256);
    this.problems = registry.allocate(`${name}.problems`, "f64", 1);
  }

  /** Messages that could not be decoded: unknown type, wrong length, a number out of range. */
  get malformed(): number {
    return this.problems[0];
  }

  /** Takes one message. Never throws on bad bytes. */
  message(bytes: Uint8Array, offset: number, length: number): void {
    if (decodeItch(bytes, offset, length, this) !== itchVerdict.code.ok) {
      this.problems[0]++;
      return;
    }
    this.messages[bytes[offset]]++;
  }

  override stockDirectory(
    locate: number,
    _tracking: number,
    _timeNs: number,
    bytes: Uint8Array,
    symbolOffset: number,
  ): void {
    this.resolve(locate, bytes, symbolOffset);
  }

  override tradingAction(
    locate: number,
    _tracking: number,
    _timeNs: number,
    bytes: Uint8Array,
    symbolOffset: number,
    tradingState: number,
  ): void {
    const listing = this.listing(locate, bytes, symbolOffset);
    if (listing < 0) return;
    switch (tradingState) {
      case 0x54: // T
        return this.sink.statusChanged(listing, status.trading);
      case 0x48: // H
        return this.sink.statusChanged(listing, status.halted);
      case 0x50: // P
        return this.sink.statusChanged(listing, status.paused);
      case 0x51: // Q
        return this.sink.statusChanged(listing, status.quotationOnly);
      default:
        return;
    }
  }

  override addOrder(
    locate: number,
    _tracking: number,
    _timeNs: number,
    refHigh: number,
    refLow: number,
    side: number,
    shares: number,
    bytes: Uint8Array,
    symbolOffset: number,
    price: number,
  ): void {
    const listing = this.listing(locate, bytes, symbolOffset);
    if (listing >= 0) this.sink.addOrder(this.venue, listing, refHigh, refLow, side === buy ? 0 : 1, shares, price);
  }

  override addOrderAttributed(
    locate: number,
    tracking: number,
    timeNs: number,
    refHigh: number,
    refLow: number,
    side: number,
    shares: number,
    bytes: Uint8Array,
    symbolOffset: number,
    price: number,
  ): void {
    this.addOrder(locate, tracking, timeNs, refHigh, refLow, side, shares, bytes, symbolOffset, price);
  }

  override orderExecuted(
    locate: number,
    _tracking: number,
    _timeNs: number,
    refHigh: number,
    refLow: number,
    shares: number,
  ): void {
    if (this.isOurs(locate)) this.sink.executeOrder(this.venue, refHigh, refLow, shares, 0, true);
  }

  override orderExecutedWithPrice(
    locate: number,
    _tracking: number,
    _timeNs: number,
    refHigh: number,
    refLow: number,
    shares: number,
    _matchHigh: number,
    _matchLow: number,
    printable: number,
    price: number,
  ): void {
    if (this.isOurs(locate)) this.sink.executeOrder(this.venue, refHigh, refLow, shares, price, printable === 0x59);
  }

  override orderCancel(
    locate: number,
    _tracking: number,
    _timeNs: number,
    refHigh: number,
    refLow: number,
    shares: number,
  ): void {
    if (this.isOurs(locate)) this.sink.cancelOrder(this.venue, refHigh, refLow, shares);
  }

  override orderDelete(locate: number, _tracking: number, _timeNs: number, refHigh: number, refLow: number): void {
    if (this.isOurs(locate)) this.sink.deleteOrder(this.venue, refHigh, refLow);
  }

  override orderReplace(
    locate: number,
    _tracking: number,
    _timeNs: number,
    originalHigh: number,
    originalLow: number,
    newHigh: number,
    newLow: number,
    shares: number,
    price: number,
  ): void {
    if (this.isOurs(locate))
      this.sink.replaceOrder(this.venue, originalHigh, originalLow, newHigh, newLow, shares, price);
  }

  override trade(
    locate: number,
    _tracking: number,
    _timeNs: number,
    _refHigh: number,
    _refLow: number,
    _side: number,
    shares: number,
    bytes: Uint8Array,
    symbolOffset: number,
    price: number,
  ): void {
    const listing = this.listing(locate, bytes, symbolOffset);
    if (listing >= 0) this.sink.trade(listing, shares, price);
  }

  override crossTrade(
    locate: number,
    _tracking: number,
    _timeNs: number,
    shares: number,
    bytes: Uint8Array,
    symbolOffset: number,
    price: number,
  ): void {
    const listing = this.listing(locate, bytes, symbolOffset);
    if (listing >= 0 && shares > 0) this.sink.trade(listing, shares, price);
  }

  /** Counts of all types seen, by their letter. Allocates; for tools and tests. */
  messagesByType(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (let type = 0; type < 256; type++)
      if (this.messages[type] > 0 && itchMessageLength[type] > 0)
        counts[String.fromCharCode(type)] = this.messages[type];
    return counts;
  }

  /** False only for a locate known to be of a symbol that the desk does not trade. */
  private isOurs(locate: number): boolean {
    return this.locates[locate] >= 0;
  }

  private listing(locate: number, bytes: Uint8Array, symbolOffset: number): number {
    const known = this.locates[locate];
    const instrument = known === 0 ? this.resolve(locate, bytes, symbolOffset) : known;
    return instrument > 0 ? listingOf(instrument - 1, this.venue, this.venueCount) : -1;
  }

  private resolve(locate: number, bytes: Uint8Array, symbolOffset: number): number {
    const instrument = this.instrumentOfSymbol.get(readSymbol(bytes, symbolOffset, 8));
    this.locates[locate] = instrument === undefined ? -1 : instrument + 1;
    return this.locates[locate];
  }
}
