import { tradingStatuses } from "../../../domain/health";
import { listingOf } from "../../../domain/ids";
import { viewOf } from "../../../domain/view-of";
import type { StateRegistry } from "../../machine/state-registry";
import { readSymbol } from "../../wire/bytes";
import {
  decodeItch,
  ItchHandlerBase,
  type ItchVerdict,
  itchMessageLength,
  itchType,
  itchVerdict,
} from "../../wire/itch";
import { AddOffset, ItchOrderType, OrderOffset, ReplaceOffset, TakeOffset } from "../../wire/itch-offsets";
import type { MarketSink } from "./market-sink";

const buy = 0x42;
const status = tradingStatuses.code;
const badLength = itchVerdict.code.badLength;
/** A locate of a symbol that the desk does not trade. */
const notOurs = -1;

const verdictCount = itchVerdict.names.length;

/** Messages whose orders are fetched together; sizes of a venue's part of an array. */
enum Run {
  blocks = 32,
}
const locateCount = 65_536;
const typeCount = 256;

/**
 * The venues' ITCH 5.0 streams as normalised events. Maps a venue's stock locates to listings (stock directory, or the
 * symbol in the message where a recording has no directory), counts every type, and leaves symbols that the desk does
 * not trade alone. All types are decoded; those that neither book nor tape needs are counted only. One object for all
 * venues: each call names its venue, and the code is compiled once, for these arrays.
 *
 * The five messages that make up nearly all of a day are read here, only the fields that are needed, from a view: one
 * load instead of four bytes put together. The others take the way through `decodeItch`.
 */
export class ItchNormaliser extends ItchHandlerBase {
  /** Listing + 1 by venue and locate; 0 not known yet, `notOurs`. A venue gives a locate once a day: the first word counts. */
  private readonly locates: Int32Array;
  /** Messages by venue and type byte, and by venue and verdict. */
  private readonly messages: Uint32Array;
  private readonly problems: Float64Array;
  /** Whose bytes are being taken. Scratch. */
  private venue = 0;
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
    private readonly venueCount: number,
    private readonly instrumentOfSymbol: ReadonlyMap<string, number>,
    private readonly sink: MarketSink,
  ) {
    super();
    this.locates = registry.allocate(`${name}.locates`, "i32", venueCount * locateCount);
    this.messages = registry.allocate(`${name}.messages`, "u32", venueCount * typeCount);
    this.problems = registry.allocate(`${name}.problems`, "f64", venueCount * verdictCount);
  }

  /** Messages of a venue that could not be decoded: unknown type, wrong length, a number out of range. */
  malformed(venue: number): number {
    let sum = 0;
    for (let verdict = 0; verdict < verdictCount; verdict++) sum += this.problems[venue * verdictCount + verdict];
    return sum;
  }

  /** A venue's messages with one verdict of `itchVerdict`. */
  malformedAs(venue: number, verdict: ItchVerdict): number {
    return this.problems[venue * verdictCount + verdict];
  }

  /** A venue's messages of a type byte. */
  messagesOf(venue: number, type: number): number {
    return this.messages[venue * typeCount + type];
  }

  /** The venue begins a new session: its locates may stand for other symbols. */
  onNewSession(venue: number): void {
    this.locates.fill(0, venue * locateCount, (venue + 1) * locateCount);
  }

  /**
   * Takes blocks of a length in two bytes and a message, as packets and files hold them, from `offset` on: all that lie
   * whole before `end`. Returns where the last one ends. Never throws on bad bytes.
   *
   * The orders that the messages are about are looked for in memory first, some at a time, and only then the messages
   * applied one after another: memory answers many questions as fast as one.
   */
  readonly blocks = (venue: number, bytes: Uint8Array, offset: number, end: number): number => {
    if (bytes !== this.bytes) this.attach(bytes);
    this.venue = venue;
    let at = offset;
    for (;;) {
      const next = this.run(at, end);
      if (next === at) return at;
      at = next;
    }
  };

  /** Takes one message. Never throws on bad bytes. */
  message(venue: number, bytes: Uint8Array, offset: number, length: number): void {
    this.venue = venue;
    if (length < 1 || offset < 0 || offset + length > bytes.length) return this.countMalformed(badLength);
    if (bytes !== this.bytes) this.attach(bytes);
    const type = bytes[offset];
    if (this.lengthOfType[type] !== length) return this.countMisshapen(type);
    this.messages[venue * typeCount + type]++;
    this.offsets[0] = offset;
    this.apply(1);
  }

  /** Takes one run of blocks that lie whole before `end`, `offset` when there is none; returns where it ends. */
  private readonly run = (offset: number, end: number): number => {
    const { bytes, view, offsets, lows, lengthOfType, messages, venue } = this;
    const firstType = venue * typeCount;
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
        this.countMisshapen(length === 0 ? itchType.addOrder : type);
        continue;
      }
      messages[firstType + type]++;
      offsets[count++] = message;
      if (length >= OrderOffset.rest) lows[orders++] = view.getInt32(message + OrderOffset.referenceLow);
    }
    // Of a single one nothing else is done meanwhile.
    if (orders > 1) this.sink.expectOrders(venue, lows, orders);
    this.apply(count);
    return at;
  };

  /** Decodes a run of sound messages, the usual ones here: one switch, and no field passed on that nobody reads. */
  private readonly apply = (count: number): void => {
    const { bytes, view, offsets, locates, sink, venue } = this;
    const firstLocate = venue * locateCount;
    for (let i = 0; i < count; i++) {
      const at = offsets[i];
      const type = bytes[at];
      const known = locates[firstLocate + view.getUint16(at + OrderOffset.locate)];
      switch (type) {
        case ItchOrderType.add: {
          const listing =
            known !== 0 ? known : this.resolve(view.getUint16(at + OrderOffset.locate), at + AddOffset.symbol);
          if (listing > 0)
            sink.addOrder(
              venue,
              listing - 1,
              view.getInt32(at + OrderOffset.referenceHigh),
              view.getInt32(at + OrderOffset.referenceLow),
              bytes[at + AddOffset.side] === buy ? 0 : 1,
              view.getUint32(at + AddOffset.shares),
              view.getUint32(at + AddOffset.price),
            );
          break;
        }
        case ItchOrderType.delete:
          if (known !== notOurs)
            sink.deleteOrder(
              venue,
              known - 1,
              view.getInt32(at + OrderOffset.referenceHigh),
              view.getInt32(at + OrderOffset.referenceLow),
            );
          break;
        case ItchOrderType.replace:
          if (known !== notOurs)
            sink.replaceOrder(
              venue,
              known - 1,
              view.getInt32(at + OrderOffset.referenceHigh),
              view.getInt32(at + OrderOffset.referenceLow),
              view.getInt32(at + ReplaceOffset.referenceHigh),
              view.getInt32(at + ReplaceOffset.referenceLow),
              view.getUint32(at + ReplaceOffset.shares),
              view.getUint32(at + ReplaceOffset.price),
            );
          break;
        case ItchOrderType.execute:
          if (known !== notOurs)
            sink.executeOrder(
              venue,
              known - 1,
              view.getInt32(at + OrderOffset.referenceHigh),
              view.getInt32(at + OrderOffset.referenceLow),
              view.getUint32(at + TakeOffset.shares),
              0,
              true,
            );
          break;
        case ItchOrderType.cancel:
          if (known !== notOurs)
            sink.cancelOrder(
              venue,
              known - 1,
              view.getInt32(at + OrderOffset.referenceHigh),
              view.getInt32(at + OrderOffset.referenceLow),
              view.getUint32(at + TakeOffset.shares),
            );
          break;
        default:
          this.onRareMessage(bytes, at, this.lengthOfType[type]);
      }
    }
  };

  private onRareMessage(bytes: Uint8Array, offset: number, length: number): void {
    const verdict = decodeItch(bytes, offset, length, this);
    if (verdict === itchVerdict.code.ok) return;
    this.messages[this.venue * typeCount + bytes[offset]]--;
    this.countMalformed(verdict);
  }

  private attach(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.view = viewOf(bytes);
  }

  /** A message whose length is not its type's, or whose type is none. */
  private countMisshapen(type: number): void {
    this.countMalformed(this.lengthOfType[type] === 0 ? itchVerdict.code.unknownType : badLength);
  }

  private countMalformed(verdict: ItchVerdict): void {
    this.problems[this.venue * verdictCount + verdict]++;
  }

  override systemEvent(_locate: number, _tracking: number, _timeNs: number, eventCode: number): void {
    this.sink.sessionChanged(this.venue, eventCode);
  }

  override stockDirectory(
    locate: number,
    _tracking: number,
    _timeNs: number,
    _bytes: Uint8Array,
    symbolOffset: number,
    _marketCategory: number,
    _financialStatus: number,
    _roundLotSize: number,
    _roundLotsOnly: number,
    _issueClassification: number,
    _issueSubType: number,
    _authenticity: number,
    _shortSaleThreshold: number,
    _ipoFlag: number,
    luldTier: number,
  ): void {
    const listing = this.listing(locate, symbolOffset);
    if (listing < 0) return;
    const tier = luldTier === 0x31 ? 1 : luldTier === 0x32 ? 2 : 0;
    this.sink.tierChanged(listing, tier);
  }

  override regShoRestriction(
    locate: number,
    _tracking: number,
    _timeNs: number,
    _bytes: Uint8Array,
    symbolOffset: number,
    action: number,
  ): void {
    const listing = this.listing(locate, symbolOffset);
    // '0' none; '1' in effect since a fall of the day; '2' remains in effect.
    if (listing >= 0) this.sink.shortSaleChanged(listing, action !== 0x30);
  }

  override auctionCollar(
    locate: number,
    _tracking: number,
    _timeNs: number,
    _bytes: Uint8Array,
    symbolOffset: number,
    _referencePrice: number,
    upperPrice: number,
    lowerPrice: number,
  ): void {
    const listing = this.listing(locate, symbolOffset);
    if (listing >= 0) this.sink.auctionCollarChanged(listing, lowerPrice, upperPrice);
  }

  override tradingAction(
    locate: number,
    _tracking: number,
    _timeNs: number,
    _bytes: Uint8Array,
    symbolOffset: number,
    tradingState: number,
  ): void {
    const listing = this.listing(locate, symbolOffset);
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

  override operationalHalt(
    locate: number,
    _tracking: number,
    _timeNs: number,
    _bytes: Uint8Array,
    symbolOffset: number,
    _marketCode: number,
    haltAction: number,
  ): void {
    const listing = this.listing(locate, symbolOffset);
    if (listing < 0) return;
    if (haltAction === 0x48) this.sink.operationalHaltChanged(listing, true);
    else if (haltAction === 0x54) this.sink.operationalHaltChanged(listing, false);
  }

  override addOrderAttributed(
    locate: number,
    _tracking: number,
    _timeNs: number,
    refHigh: number,
    refLow: number,
    side: number,
    shares: number,
    _bytes: Uint8Array,
    symbolOffset: number,
    price: number,
  ): void {
    const listing = this.listing(locate, symbolOffset);
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
    const known = this.locates[this.venue * locateCount + locate];
    if (known !== notOurs)
      this.sink.executeOrder(this.venue, known - 1, refHigh, refLow, shares, price, printable === 0x59);
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
    symbolOffset: number,
    price: number,
  ): void {
    const listing = this.listing(locate, symbolOffset);
    if (listing >= 0) this.sink.trade(listing, shares, price);
  }

  override crossTrade(
    locate: number,
    _tracking: number,
    _timeNs: number,
    shares: number,
    _bytes: Uint8Array,
    symbolOffset: number,
    price: number,
  ): void {
    const listing = this.listing(locate, symbolOffset);
    if (listing >= 0 && shares > 0) this.sink.trade(listing, shares, price);
  }

  /** Counts of all types a venue sent, by their letter. Allocates; for tools and tests. */
  messagesByType(venue: number): Record<string, number> {
    const counts: Record<string, number> = {};
    for (let type = 0; type < 256; type++)
      if (this.messagesOf(venue, type) > 0 && itchMessageLength[type] > 0)
        counts[String.fromCharCode(type)] = this.messagesOf(venue, type);
    return counts;
  }

  private listing(locate: number, symbolOffset: number): number {
    const known = this.locates[this.venue * locateCount + locate];
    const listing = known === 0 ? this.resolve(locate, symbolOffset) : known;
    return listing > 0 ? listing - 1 : -1;
  }

  /** What a locate not seen before stands for, by the symbol beside it; see `locates`. */
  private resolve(locate: number, symbolOffset: number): number {
    const instrument = this.instrumentOfSymbol.get(readSymbol(this.bytes, symbolOffset, 8));
    const listing = instrument === undefined ? notOurs : listingOf(instrument, this.venue, this.venueCount) + 1;
    this.locates[this.venue * locateCount + locate] = listing;
    return listing;
  }
}
