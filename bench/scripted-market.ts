import type { Desk } from "../domain/desk";
import { copyBytes, symbolBytes } from "../server/wire/bytes";
import {
  encodeAddOrder,
  encodeOrderDelete,
  encodeOrderExecuted,
  encodeOrderReplace,
  encodeStockDirectory,
  encodeTradingAction,
} from "../server/wire/itch-encode";
import { MoldPacketWriter } from "../server/wire/mold-udp64";
import { priceDeviation } from "./synthetic-desk";

/** The session that all scripted venues are in, ten bytes. */
export const scriptedSession = symbolBytes("BENCH", 10);

const buy = 0x42;
const sell = 0x53;
/** Places for resting orders behind the touch at a venue; half of them are taken. A power of two. */
const deepOrdersMax = 16_384;
const deepLevels = 20;
/** What a price keeps of its distance from the reference at each move. */
const persistence = 0.8;
const shock = priceDeviation * Math.sqrt(1 - persistence * persistence);
/** Four uniforms of 16 bits have this deviation's inverse. */
const uniformScale = 1.7320508 / 0x10000;
/** Prices stay within this share of their reference, and deep orders beyond it. */
const reachMax = 0.0035;

/** Shares of the packets, in 256ths: a price moves at all venues, an order at the touch trades; the rest is depth. */
const moveWeight = 96;
const tradeWeight = 24;

/**
 * A made market, as MoldUDP64 packets of ITCH 5.0: prices that wander around their reference so that pairs cross their
 * bands all the time, trades at the touch, and orders that come and go behind it. A move comes from one venue after
 * the other, as market makers requote everywhere. The same seed gives the same packets. Allocates nothing after the
 * constructor: all that changes is in typed arrays.
 */
export class ScriptedMarket {
  private readonly writers: MoldPacketWriter[];
  private readonly symbols: Uint8Array[];
  private readonly reference: Int32Array;
  private readonly distance: Float64Array;
  private readonly price: Int32Array;
  private readonly bidOrder: Int32Array;
  private readonly askOrder: Int32Array;
  private readonly bidPrice: Int32Array;
  private readonly askPrice: Int32Array;
  /** What stands at each place behind the touch: instrument and reference, 0 for nothing. */
  private readonly deepInstrument: Int32Array;
  private readonly deepOrder: Int32Array;
  /** Per venue. */
  private readonly sequence: Int32Array;
  private readonly nextOrder: Int32Array;
  /** 0: random state; 1: instrument whose move other venues still have to show; 2: venue whose turn it is. */
  private readonly state: Int32Array;
  private readonly tick: number;
  private readonly venueCount: number;
  private readonly instrumentCount: number;
  /** Venue and length of the packet that `next` wrote to the start of `bytes`. */
  venue = 0;
  length = 0;
  /** Messages so far. */
  messages = 0;

  constructor(
    desk: Desk,
    readonly bytes: Uint8Array,
    seed: number,
  ) {
    const instruments = desk.instruments.length;
    const venues = desk.venues.length;
    this.venueCount = venues;
    this.instrumentCount = instruments;
    this.tick = desk.instruments[0].tick;
    this.writers = desk.venues.map(() => new MoldPacketWriter(bytes, scriptedSession));
    this.symbols = desk.instruments.map(({ symbol }) => symbolBytes(symbol));
    this.reference = Int32Array.from(desk.instruments, ({ referencePrice }) => referencePrice);
    this.price = this.reference.slice();
    this.distance = new Float64Array(instruments);
    this.bidOrder = new Int32Array(instruments * venues);
    this.askOrder = new Int32Array(instruments * venues);
    this.bidPrice = new Int32Array(instruments * venues);
    this.askPrice = new Int32Array(instruments * venues);
    this.deepInstrument = new Int32Array(deepOrdersMax * venues);
    this.deepOrder = new Int32Array(deepOrdersMax * venues);
    this.sequence = new Int32Array(venues).fill(1);
    this.nextOrder = new Int32Array(venues).fill(1);
    this.state = Int32Array.of(seed | 0 || 1, -1, 0);
  }

  /** Sequence number of a venue's next message: what a snapshot taken now names. */
  nextSequence(venue: number): number {
    return this.sequence[venue];
  }

  /** The venue's state as messages, before the first packet: directory, trading status, and the touch of each symbol. */
  open(venue: number, send: (encode: (bytes: Uint8Array, offset: number) => number) => void): void {
    for (let i = 0; i < this.instrumentCount; i++) {
      const symbol = this.symbols[i];
      const locate = i + 1;
      send((to, at) =>
        encodeStockDirectory(
          to,
          at,
          locate,
          0,
          0,
          symbol,
          0,
          0x51,
          0x4e,
          100,
          0x4e,
          0x43,
          0x20,
          0x50,
          0x4e,
          0x4e,
          0x31,
          0x4e,
          0,
          0x4e,
        ),
      );
      send((to, at) => encodeTradingAction(to, at, locate, 0, 0, symbol, 0, 0x54, 0));
      const row = i * this.venueCount + venue;
      this.bidPrice[row] = this.price[i] - this.tick;
      this.askPrice[row] = this.price[i] + this.tick;
      this.bidOrder[row] = this.nextOrder[venue]++;
      this.askOrder[row] = this.nextOrder[venue]++;
      send((to, at) =>
        encodeAddOrder(to, at, locate, 0, 0, 0, this.bidOrder[row], buy, 500, symbol, 0, this.bidPrice[row]),
      );
      send((to, at) =>
        encodeAddOrder(to, at, locate, 0, 0, 0, this.askOrder[row], sell, 500, symbol, 0, this.askPrice[row]),
      );
    }
  }

  /** Writes the next packet to the start of `bytes`: `venue` and `length` say where it comes from and how long it is. */
  next(): void {
    const { state } = this;
    if (state[1] >= 0) {
      this.requote(state[1], state[2]);
      state[2]++;
      if (state[2] >= this.venueCount) state[1] = -1;
      return;
    }
    const draw = this.random();
    const instrument = ((draw >>> 8) & 0x7fffff) % this.instrumentCount;
    const weight = draw & 0xff;
    if (weight < moveWeight) {
      this.move(instrument);
      this.requote(instrument, 0);
      state[1] = this.venueCount > 1 ? instrument : -1;
      state[2] = 1;
    } else if (weight < moveWeight + tradeWeight) this.trade(instrument, (this.random() >>> 4) % this.venueCount);
    else this.deepen(instrument, (this.random() >>> 4) % this.venueCount);
  }

  /** Writes the packet that brings a symbol's price at one venue to `share` above its reference. */
  quote(instrument: number, venue: number, share: number): void {
    this.distance[instrument] = share;
    this.price[instrument] = Math.round((this.reference[instrument] * (1 + share)) / this.tick) * this.tick;
    this.requote(instrument, venue);
  }

  /** Writes a venue's heartbeat. */
  heartbeat(venue: number): void {
    this.begin(venue);
    this.finish(venue);
  }

  /** The price takes a step and turns back towards its reference. */
  private move(instrument: number): void {
    const { distance } = this;
    // The sum of four uniforms, scaled to deviation 1, is near enough to a normal; whole numbers, which are never boxed.
    let sum = 0;
    for (let i = 0; i < 4; i++) sum += this.random() & 0xffff;
    const drawn = (sum - 0x20000) * uniformScale;
    let next = persistence * distance[instrument] + shock * drawn;
    if (next > reachMax) next = reachMax;
    else if (next < -reachMax) next = -reachMax;
    distance[instrument] = next;
    const price = this.reference[instrument] * (1 + next);
    this.price[instrument] = Math.round(price / this.tick) * this.tick;
  }

  /** Both sides of the touch at a venue are replaced, in the order that never crosses its own book. */
  private requote(instrument: number, venue: number): void {
    const row = instrument * this.venueCount + venue;
    const bid = this.price[instrument] - this.tick;
    const ask = this.price[instrument] + this.tick;
    const up = bid > this.bidPrice[row];
    this.begin(venue);
    if (up) this.replaceAsk(instrument, row, venue, ask);
    this.replaceBid(instrument, row, venue, bid);
    if (!up) this.replaceAsk(instrument, row, venue, ask);
    this.finish(venue);
  }

  private replaceBid(instrument: number, row: number, venue: number, price: number): void {
    const order = this.nextOrder[venue]++;
    const writer = this.writers[venue];
    const at = writer.openBlock(60);
    const old = this.bidOrder[row];
    writer.closeBlock(encodeOrderReplace(this.bytes, at, instrument + 1, 0, 0, 0, old, 0, order, this.shown(), price));
    this.bidOrder[row] = order;
    this.bidPrice[row] = price;
    this.sequence[venue]++;
  }

  private replaceAsk(instrument: number, row: number, venue: number, price: number): void {
    const order = this.nextOrder[venue]++;
    const writer = this.writers[venue];
    const at = writer.openBlock(60);
    const old = this.askOrder[row];
    writer.closeBlock(encodeOrderReplace(this.bytes, at, instrument + 1, 0, 0, 0, old, 0, order, this.shown(), price));
    this.askOrder[row] = order;
    this.askPrice[row] = price;
    this.sequence[venue]++;
  }

  /** Shares shown at a new touch: sometimes fewer than an order wants, so that it goes to two venues. */
  private shown(): number {
    return 60 + (this.random() & 0xff);
  }

  /** One share of the touch trades, so that the order never runs out before the next move. */
  private trade(instrument: number, venue: number): void {
    const row = instrument * this.venueCount + venue;
    const order = (this.random() & 1) === 0 ? this.bidOrder[row] : this.askOrder[row];
    this.begin(venue);
    const at = this.writers[venue].openBlock(60);
    this.writers[venue].closeBlock(
      encodeOrderExecuted(this.bytes, at, instrument + 1, 0, 0, 0, order, 1, 0, this.sequence[venue]),
    );
    this.sequence[venue]++;
    this.finish(venue);
  }

  /** At a place drawn by lot an order behind the touch appears, or the one that stands there leaves. */
  private deepen(instrument: number, venue: number): void {
    const slot = venue * deepOrdersMax + (this.random() & (deepOrdersMax - 1));
    this.begin(venue);
    const writer = this.writers[venue];
    const at = writer.openBlock(60);
    const standing = this.deepOrder[slot];
    if (standing !== 0) {
      writer.closeBlock(encodeOrderDelete(this.bytes, at, this.deepInstrument[slot] + 1, 0, 0, 0, standing));
      this.deepOrder[slot] = 0;
    } else {
      const draw = this.random();
      const level = (draw & 0xffff) % deepLevels;
      const isBid = (draw & 0x10000) === 0;
      const away = this.reference[instrument] * (reachMax + 0.001);
      const edge = this.reference[instrument] + (isBid ? -away : away);
      const price = Math.round(edge / this.tick) * this.tick + (isBid ? -level : level) * this.tick;
      const order = this.nextOrder[venue]++;
      this.deepOrder[slot] = order;
      this.deepInstrument[slot] = instrument;
      const side = isBid ? buy : sell;
      const symbol = this.symbols[instrument];
      writer.closeBlock(encodeAddOrder(this.bytes, at, instrument + 1, 0, 0, 0, order, side, 100, symbol, 0, price));
    }
    this.sequence[venue]++;
    this.finish(venue);
  }

  /** The buffer's start is the venue's answers' too: each packet names its session anew. */
  private begin(venue: number): void {
    copyBytes(this.bytes, 0, scriptedSession, 0, scriptedSession.length);
    this.writers[venue].begin(this.sequence[venue]);
  }

  private finish(venue: number): void {
    this.messages += this.writers[venue].count;
    this.venue = venue;
    this.length = this.writers[venue].finish();
  }

  /** xorshift32: whole numbers below 2^32, here as signed. */
  private random(): number {
    let x = this.state[0];
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state[0] = x;
    return x;
  }
}
