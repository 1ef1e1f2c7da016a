import { tradingStatuses } from "../../../domain/health";
import { listingOf } from "../../../domain/ids";
import type { StateRegistry } from "../../machine/state-registry";
import { readSymbol } from "../../wire/bytes";
import { decodeItch, ItchHandlerBase, itchMessageLength, itchVerdict } from "../../wire/itch";
import { ItchOffset, ItchOrderType } from "../../wire/itch-offsets";
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
  /** Of the messages of a run: where they begin, and low halves of their references. Scratch. */
  private readonly offsets = new Int32Array(Run.blocks + 1);
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
   * Takes `count` blocks of a length in two bytes and a message, as packets and files hold them, known to lie within
   * the bytes; returns where they end. The orders that they are about are looked for in memory first, some at a time,
   * and only then one after another applied: memory answers many questions as fast as one.
   */
  blocks(bytes: Uint8Array, offset: number, count: number): number {
    if (bytes !== this.bytes) this.attach(bytes);
    let at = offset;
    for (let left = count; left > 0; left -= Run.blocks)
      at = this.run(bytes, at, left < Run.blocks ? left : Run.blocks);
    return at;
  }

  private run(bytes: Uint8Array, offset: number, count: number): number {
    const { view, offsets, lows } = this;
    let at = offset;
    let orders = 0;
    for (let i = 0; i < count; i++) {
      const length = view.getUint16(at);
      offsets[i] = at + 2;
      if (length > ItchOffset.referenceLow + 3) lows[orders++] = view.getInt32(at + 2 + ItchOffset.referenceLow);
      at += 2 + length;
    }
    offsets[count] = at + 2;
    this.sink.expectOrders(this.venue, lows, orders);
    for (let i = 0; i < count; i++) this.message(bytes, offsets[i], offsets[i + 1] - 2 - offsets[i]);
    return at;
  }

  /** Takes one message. Never throws on bad bytes. */
  message(bytes: Uint8Array, offset: number, length: number): void {
    if (length < 1 || offset < 0 || offset + length > bytes.length) return this.countMalformed();
    if (bytes !== this.bytes) this.attach(bytes);
    const type = bytes[offset];
    if (itchMessageLength[type] !== length) return this.countMalformed();
    this.messages[type]++;
    switch (type) {
      case ItchOrderType.add:
        return this.onAdd(bytes, offset);
      case ItchOrderType.delete:
        return this.onDelete(offset);
      case ItchOrderType.replace:
        return this.onReplace(offset);
      case ItchOrderType.execute:
        return this.onExecute(offset);
      case ItchOrderType.cancel:
        return this.onCancel(offset);
      default:
        return this.onRareMessage(bytes, offset, length);
    }
  }

  private onAdd(bytes: Uint8Array, offset: number): void {
    const { view } = this;
    const listing = this.listing(view.getUint16(offset + ItchOffset.locate), bytes, offset + ItchOffset.addedSymbol);
    if (listing < 0) return;
    this.sink.addOrder(
      this.venue,
      listing,
      view.getInt32(offset + ItchOffset.referenceHigh),
      view.getInt32(offset + ItchOffset.referenceLow),
      bytes[offset + ItchOffset.addedSide] === buy ? 0 : 1,
      view.getUint32(offset + ItchOffset.addedShares),
      view.getUint32(offset + ItchOffset.addedPrice),
    );
  }

  private onDelete(offset: number): void {
    const { view } = this;
    if (this.isOurs(view.getUint16(offset + ItchOffset.locate)))
      this.sink.deleteOrder(
        this.venue,
        view.getInt32(offset + ItchOffset.referenceHigh),
        view.getInt32(offset + ItchOffset.referenceLow),
      );
  }

  private onReplace(offset: number): void {
    const { view } = this;
    if (!this.isOurs(view.getUint16(offset + ItchOffset.locate))) return;
    this.sink.replaceOrder(
      this.venue,
      view.getInt32(offset + ItchOffset.referenceHigh),
      view.getInt32(offset + ItchOffset.referenceLow),
      view.getInt32(offset + ItchOffset.newReferenceHigh),
      view.getInt32(offset + ItchOffset.newReferenceLow),
      view.getUint32(offset + ItchOffset.newShares),
      view.getUint32(offset + ItchOffset.newPrice),
    );
  }

  private onExecute(offset: number): void {
    const { view } = this;
    if (!this.isOurs(view.getUint16(offset + ItchOffset.locate))) return;
    this.sink.executeOrder(
      this.venue,
      view.getInt32(offset + ItchOffset.referenceHigh),
      view.getInt32(offset + ItchOffset.referenceLow),
      view.getUint32(offset + ItchOffset.takenShares),
      0,
      true,
    );
  }

  private onCancel(offset: number): void {
    const { view } = this;
    if (!this.isOurs(view.getUint16(offset + ItchOffset.locate))) return;
    this.sink.cancelOrder(
      this.venue,
      view.getInt32(offset + ItchOffset.referenceHigh),
      view.getInt32(offset + ItchOffset.referenceLow),
      view.getUint32(offset + ItchOffset.takenShares),
    );
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
