import { feedChannel } from "../machine/channels";
import type { Outbox } from "../machine/outbox";
import type { StateRegistry } from "../machine/state-registry";
import { copyBytes, highHalf, lowHalf, symbolBytes, writeU16 } from "../wire/bytes";
import {
  encodeAddOrder,
  encodeOrderCancel,
  encodeOrderDelete,
  encodeOrderExecuted,
  encodeOrderReplace,
  encodeStockDirectory,
  encodeSystemEvent,
  encodeTrade,
  encodeTradingAction,
} from "../wire/itch-encode";
import { encodeMoldHeader, moldEndOfSessionCount, moldHeaderLength, moldPayloadLimit } from "../wire/mold-udp64";
import { retentionMessageCount, retransmissionMessageMax } from "./limits";

/** A message's room in the retention ring: its length in one byte, then up to 47 bytes. */
const slotLength = 48;
const heartbeatIntervalNs = 1_000_000_000;

const NEXT = 0;
const FLUSHED = 1;
const SENT_NS = 2;
const MATCH = 3;
const counterCount = 4;

const letterBuy = 0x42;
const letterSell = 0x53;

/** System event codes of ITCH 5.0. */
export const systemEventCode = {
  startOfMessages: 0x4f,
  startOfSystemHours: 0x53,
  startOfMarketHours: 0x51,
  endOfMarketHours: 0x4d,
  endOfSystemHours: 0x45,
  endOfMessages: 0x43,
} as const;

/** Trading states of ITCH 5.0. */
export const tradingStateCode = { trading: 0x54, halted: 0x48 } as const;

/**
 * Each venue's market data: ITCH 5.0 messages are written straight into the venue's retention ring as the book changes;
 * `flush` cuts what is new into MoldUDP64 packets, and requests for older messages are answered from the same ring.
 * The stock locate of an instrument is its place in the desk plus one.
 */
export class MarketFeed {
  private readonly ring: Uint8Array;
  private readonly counters: Float64Array;
  private readonly symbols: Uint8Array;
  /** Ten bytes of session name, set when the day opens. */
  readonly session: Uint8Array;

  constructor(
    registry: StateRegistry,
    private readonly venueCount: number,
    symbols: readonly string[],
  ) {
    this.ring = registry.allocate("feed.ring", "u8", venueCount * retentionMessageCount * slotLength);
    this.counters = registry.allocate("feed.counters", "f64", venueCount * counterCount);
    this.session = registry.allocate("feed.session", "u8", 10);
    this.symbols = new Uint8Array(symbols.length * 8);
    symbols.forEach((symbol, index) => {
      this.symbols.set(symbolBytes(symbol), index * 8);
    });
    this.clear();
  }

  /** Starts a day: sequence numbers and match numbers from 1. */
  clear(): void {
    for (let venue = 0; venue < this.venueCount; venue++) {
      this.counters.fill(0, venue * counterCount, (venue + 1) * counterCount);
      this.counters[venue * counterCount + NEXT] = 1;
      this.counters[venue * counterCount + FLUSHED] = 1;
    }
  }

  /** Sequence number of the venue's next message. */
  nextSequence(venue: number): number {
    return this.counters[venue * counterCount + NEXT];
  }

  /** Takes the venue's next match number. */
  takeMatchNumber(venue: number): number {
    this.counters[venue * counterCount + MATCH] += 1;
    return this.counters[venue * counterCount + MATCH];
  }

  systemEvent(venue: number, timeNs: number, code: number): void {
    this.close(venue, encodeSystemEvent(this.ring, this.open(venue), 0, 0, timeNs, code));
  }

  stockDirectory(venue: number, timeNs: number, instrument: number): void {
    this.close(venue, this.encodeDirectory(this.ring, this.open(venue), timeNs, instrument));
  }

  tradingAction(venue: number, timeNs: number, instrument: number, state: number): void {
    this.close(venue, this.encodeAction(this.ring, this.open(venue), timeNs, instrument, state));
  }

  addOrder(
    venue: number,
    timeNs: number,
    instrument: number,
    reference: number,
    side: number,
    shares: number,
    price: number,
  ): void {
    this.close(venue, this.encodeAdd(this.ring, this.open(venue), timeNs, instrument, reference, side, shares, price));
  }

  orderExecuted(
    venue: number,
    timeNs: number,
    instrument: number,
    reference: number,
    shares: number,
    match: number,
  ): void {
    const at = this.open(venue);
    const high = highHalf(reference);
    const low = lowHalf(reference);
    this.close(
      venue,
      encodeOrderExecuted(this.ring, at, instrument + 1, 0, timeNs, high, low, shares, highHalf(match), lowHalf(match)),
    );
  }

  /** A trade against an order that was not displayed; it carries no order reference. */
  trade(
    venue: number,
    timeNs: number,
    instrument: number,
    side: number,
    shares: number,
    price: number,
    match: number,
  ): void {
    const at = this.open(venue);
    const letter = side === 0 ? letterBuy : letterSell;
    const high = highHalf(match);
    const low = lowHalf(match);
    this.close(
      venue,
      encodeTrade(
        this.ring,
        at,
        instrument + 1,
        0,
        timeNs,
        0,
        0,
        letter,
        shares,
        this.symbols,
        instrument * 8,
        price,
        high,
        low,
      ),
    );
  }

  orderReduced(venue: number, timeNs: number, instrument: number, reference: number, shares: number): void {
    const at = this.open(venue);
    const high = highHalf(reference);
    this.close(venue, encodeOrderCancel(this.ring, at, instrument + 1, 0, timeNs, high, lowHalf(reference), shares));
  }

  orderDeleted(venue: number, timeNs: number, instrument: number, reference: number): void {
    const at = this.open(venue);
    const high = highHalf(reference);
    this.close(venue, encodeOrderDelete(this.ring, at, instrument + 1, 0, timeNs, high, lowHalf(reference)));
  }

  orderReplaced(
    venue: number,
    timeNs: number,
    instrument: number,
    original: number,
    replacement: number,
    shares: number,
    price: number,
  ): void {
    const at = this.open(venue);
    this.close(
      venue,
      encodeOrderReplace(
        this.ring,
        at,
        instrument + 1,
        0,
        timeNs,
        highHalf(original),
        lowHalf(original),
        highHalf(replacement),
        lowHalf(replacement),
        shares,
        price,
      ),
    );
  }

  /** Writes a directory message anywhere, for snapshots; returns its length. */
  encodeDirectory(bytes: Uint8Array, at: number, timeNs: number, instrument: number): number {
    return encodeStockDirectory(
      bytes,
      at,
      instrument + 1,
      0,
      timeNs,
      this.symbols,
      instrument * 8,
      0x51, // Q: Nasdaq Global Select
      0x4e, // N: normal
      100,
      0x4e, // N
      0x43, // C: common stock
      0x5a20, // Z: not applicable
      0x50, // P: production
      0x4e,
      0x4e,
      0x31, // tier 1
      0x4e,
      0,
      0x4e,
    );
  }

  /** Writes a trading action anywhere; returns its length. */
  encodeAction(bytes: Uint8Array, at: number, timeNs: number, instrument: number, state: number): number {
    const spaces = 0x2020_2020;
    return encodeTradingAction(bytes, at, instrument + 1, 0, timeNs, this.symbols, instrument * 8, state, spaces);
  }

  /** Writes an add order message anywhere; returns its length. */
  encodeAdd(
    bytes: Uint8Array,
    at: number,
    timeNs: number,
    instrument: number,
    reference: number,
    side: number,
    shares: number,
    price: number,
  ): number {
    return encodeAddOrder(
      bytes,
      at,
      instrument + 1,
      0,
      timeNs,
      highHalf(reference),
      lowHalf(reference),
      side === 0 ? letterBuy : letterSell,
      shares,
      this.symbols,
      instrument * 8,
      price,
    );
  }

  /** Sends what is new at every venue, and a heartbeat after a second of silence. */
  flush(outbox: Outbox, timeNs: number): void {
    for (let venue = 0; venue < this.venueCount; venue++) {
      const base = venue * counterCount;
      const counters = this.counters;
      const next = counters[base + NEXT];
      if (counters[base + FLUSHED] < next) {
        this.sendRange(outbox, feedChannel + venue, venue, counters[base + FLUSHED], next);
        counters[base + FLUSHED] = next;
        counters[base + SENT_NS] = timeNs;
      } else if (timeNs - counters[base + SENT_NS] >= heartbeatIntervalNs) {
        const at = outbox.begin(moldHeaderLength);
        outbox.end(feedChannel + venue, encodeMoldHeader(outbox.bytes, at, this.session, 0, next, 0));
        counters[base + SENT_NS] = timeNs;
      }
    }
  }

  /** The exchange stops in order: every venue's feed says that nothing follows. What is new must have been flushed. */
  endSessions(outbox: Outbox): void {
    for (let venue = 0; venue < this.venueCount; venue++) {
      const next = this.counters[venue * counterCount + NEXT];
      const at = outbox.begin(moldHeaderLength);
      outbox.end(feedChannel + venue, encodeMoldHeader(outbox.bytes, at, this.session, 0, next, moldEndOfSessionCount));
    }
  }

  /**
   * Answers a retransmission request on the peer's channel: what of it is still retained and already sent, at most
   * `retransmissionMessageMax` messages. A request that starts below the ring gets nothing.
   */
  retransmit(outbox: Outbox, channel: number, venue: number, from: number, count: number): void {
    const flushed = this.counters[venue * counterCount + FLUSHED];
    if (from < 1 || from >= flushed || from < this.nextSequence(venue) - retentionMessageCount) return;
    const wanted = Math.min(count, retransmissionMessageMax);
    this.sendRange(outbox, channel, venue, from, Math.min(flushed, from + wanted));
  }

  private sendRange(outbox: Outbox, channel: number, venue: number, from: number, to: number): void {
    const ring = this.ring;
    let sequence = from;
    while (sequence < to) {
      const at = outbox.begin(moldPayloadLimit);
      const bytes = outbox.bytes;
      let position = at + moldHeaderLength;
      const first = sequence;
      while (sequence < to) {
        const slot = this.slotOf(venue, sequence);
        const length = ring[slot];
        if (position + 2 + length > at + moldPayloadLimit) break;
        writeU16(bytes, position, length);
        copyBytes(bytes, position + 2, ring, slot + 1, length);
        position += 2 + length;
        sequence += 1;
      }
      encodeMoldHeader(bytes, at, this.session, 0, first, sequence - first);
      outbox.end(channel, position - at);
    }
  }

  private slotOf(venue: number, sequence: number): number {
    return (venue * retentionMessageCount + (sequence % retentionMessageCount)) * slotLength;
  }

  private open(venue: number): number {
    return this.slotOf(venue, this.counters[venue * counterCount + NEXT]) + 1;
  }

  private close(venue: number, length: number): void {
    const index = venue * counterCount + NEXT;
    this.ring[this.slotOf(venue, this.counters[index])] = length;
    this.counters[index] += 1;
  }
}
