import { tradingStatuses } from "../../../domain/health";
import { listingOf } from "../../../domain/ids";
import type { StateRegistry } from "../../machine/state-registry";
import { readSymbol } from "../../wire/bytes";
import { decodeItch, ItchHandlerBase, itchMessageLength, itchVerdict } from "../../wire/itch";
import { AddOffset, ItchOrderType, OrderOffset, ReplaceOffset, TakeOffset } from "../../wire/itch-offsets";
import type { MarketSink } from "./market-sink";

const buy = 0x42;

/** Messages whose orders are fetched together. */
enum Run {
  blocks = 32,
}
const status = tradingStatuses.code;

/**
 * One venue's ITCH 5.0 stream as normalised events. Maps the venue's stock locates to listings (stock directory, or
 * the symbol in the message where a recording has no directory), counts every type, and leaves symbols that the desk
 * does not trade alone. All types are decoded; those that neither book nor tape needs are counted only.
 *
 * The five messages that make up nearly all of a day are read here field by field, in a method each, small enough for
 * the compiler to put sink and books into it; the others take the way through `decodeItch`.
 */
export class ItchNormaliser extends ItchHandlerBase {
  /** Instrument + 1 by locate; 0 not known yet, -1 not ours. */
  private readonly locates: Int32Array;
  /** Messages by type byte. */
  readonly messages: Float64Array;
  private readonly problems: Float64Array;
  /** The bytes of the last message, and a view of them: made anew only when another buffer comes. No state. */
  private bytes: Uint8Array = new Uint8Array(0);
  private view: DataView = new DataView(this.bytes.buffer);
  private readonly lengthOfType = itchMessageLength;
  /** Of the messages of a run: where they begin, and low halves of their references. Scratch. */
  private readonly offsets = new Int32Array(Run.blocks);
  private readonly lows = new Int32Array(Run.blocks);

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

  /**
   * Takes blocks of a length in two bytes and a message, as packets and files hold them, from `offset` on: all that lie
   * whole before `end`. Returns where the last one ends. Never throws on bad bytes.
   *
   * The orders that the messages are about are looked for in memory first, some at a time, and only then the messages
   * applied one after another: memory answers many questions as fast as one.
   */
  blocks(bytes: Uint8Array, offset: number, end: number): number {
    if (bytes !== this.bytes) this.attach(bytes);
    let at = offset;
    for (;;) {
      const next = this.run(at, end);
      if (next === at) return at;
      at = next;
    }
  }

  /** Takes one message. Never throws on bad bytes. */
  message(bytes: Uint8Array, offset: number, length: number): void {
    if (length < 1 || offset < 0 || offset + length > bytes.length) return this.countMalformed();
    if (bytes !== this.bytes) this.attach(bytes);
    const type = bytes[offset];
    if (this.lengthOfType[type] !== length) return this.countMalformed();
    this.messages[type]++;
    this.offsets[0] = offset;
    this.apply(1);
  }

  /** Takes one run of blocks that lie whole before `end`, `offset` when there is none; returns where it ends. */
  private run(offset: number, end: number): number {
    const { bytes, view, offsets, lows, lengthOfType, messages } = this;
    let at = offset;
    let count = 0;
    let orders = 0;
    while (count < Run.blocks && at + 2 <= end) {
      const length = view.getUint16(at);
      const message = at + 2;
      if (message + length > end) break;
      at = message + length;
      const type = length === 0 ? 0 : bytes[message];
      if (length === 0 || lengthOfType[type] !== length) {
        this.countMalformed();
        continue;
      }
      messages[type]++;
      offsets[count++] = message;
      if (length >= OrderOffset.rest) lows[orders++] = view.getInt32(message + OrderOffset.referenceLow);
    }
    this.sink.expectOrders(this.venue, lows, orders);
    this.apply(count);
    return at;
  }

  /** Decodes a run of sound messages, the usual ones here: one switch, and no field passed on that nobody reads. */
  private apply(count: number): void {
    const { bytes, view, offsets, sink, venue } = this;
    for (let i = 0; i < count; i++) {
      const at = offsets[i];
      const type = bytes[at];
      switch (type) {
        case ItchOrderType.add: {
          const listing = this.listing(view.getUint16(at + OrderOffset.locate), bytes, at + AddOffset.symbol);
          if (listing >= 0)
            sink.addOrder(
              venue,
              listing,
              view.getInt32(at + OrderOffset.referenceHigh),
              view.getInt32(at + OrderOffset.referenceLow),
              bytes[at + AddOffset.side] === buy ? 0 : 1,
              view.getUint32(at + AddOffset.shares),
              view.getUint32(at + AddOffset.price),
            );
          break;
        }
        case ItchOrderType.delete:
          if (this.isOurs(view.getUint16(at + OrderOffset.locate)))
            sink.deleteOrder(
              venue,
              view.getInt32(at + OrderOffset.referenceHigh),
              view.getInt32(at + OrderOffset.referenceLow),
            );
          break;
        case ItchOrderType.replace:
          if (this.isOurs(view.getUint16(at + OrderOffset.locate)))
            sink.replaceOrder(
              venue,
              view.getInt32(at + OrderOffset.referenceHigh),
              view.getInt32(at + OrderOffset.referenceLow),
              view.getInt32(at + ReplaceOffset.referenceHigh),
              view.getInt32(at + ReplaceOffset.referenceLow),
              view.getUint32(at + ReplaceOffset.shares),
              view.getUint32(at + ReplaceOffset.price),
            );
          break;
        case ItchOrderType.execute:
          if (this.isOurs(view.getUint16(at + OrderOffset.locate)))
            sink.executeOrder(
              venue,
              view.getInt32(at + OrderOffset.referenceHigh),
              view.getInt32(at + OrderOffset.referenceLow),
              view.getUint32(at + TakeOffset.shares),
              0,
              true,
            );
          break;
        case ItchOrderType.cancel:
          if (this.isOurs(view.getUint16(at + OrderOffset.locate)))
            sink.cancelOrder(
              venue,
              view.getInt32(at + OrderOffset.referenceHigh),
              view.getInt32(at + OrderOffset.referenceLow),
              view.getUint32(at + TakeOffset.shares),
            );
          break;
        default:
          this.onRareMessage(bytes, at, this.lengthOfType[type]);
      }
    }
  }

  private onRareMessage(bytes: Uint8Array, offset: number, length: number): void {
    if (decodeItch(bytes, offset, length, this) === itchVerdict.code.ok) return;
    this.messages[bytes[offset]]--;
    this.countMalformed();
  }

  private attach(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  private countMalformed(): void {
    this.problems[0]++;
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

  override addOrderAttributed(
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
