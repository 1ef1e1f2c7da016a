import { StateRegistry } from "../server/machine/state-registry";
import { RandomSource } from "../server/simulator/random-source";
import { symbolBytes, writeU16 } from "../server/wire/bytes";
import {
  encodeAddOrder,
  encodeOrderCancel,
  encodeOrderDelete,
  encodeOrderExecuted,
  encodeOrderReplace,
  encodeStockDirectory,
  encodeSystemEvent,
  encodeTradingAction,
} from "../server/wire/itch-encode";

/** Of a hundred messages, so many add, delete, replace, execute and cancel, as on a day of a large exchange. */
export const generatedMix = { add: 45, delete: 44, replace: 7, execute: 3.6, cancel: 1.2 } as const;

const mixTotal =
  generatedMix.add + generatedMix.delete + generatedMix.replace + generatedMix.execute + generatedMix.cancel;
const bytesPerMessageMax = 42;
const sessionBeganNs = 34_200_000_000_000;
const sessionNs = 23_400_000_000_000;
/** Prices of a symbol lie on so many ticks of one cent. */
const tickCount = 2_048;
const tick = 100;
const openingOrdersPerSymbol = 40;
const symbolTable = 1 << 16;
const buy = 0x42;
const sell = 0x53;
const none = -1;

/** What a generated day is made of; the same figures give the same bytes. */
export type GeneratedDay = {
  /** Order messages; directory, trading status and the day's beginning come before them. */
  readonly messages: number;
  /** 1 to 8,000. */
  readonly symbols: number;
  readonly seed: number;
  /** What the symbols are called, as many as there are; AAAA, AAAB, … by default. */
  readonly names?: readonly string[];
};

/**
 * An invented day of ITCH 5.0, length-prefixed as in Nasdaq's files. Every delete, execution, cancel and replace refers
 * to a live order; prices lie near the touch; no book is ever crossed; executions take the oldest order at the best
 * price; references are sequential; times rise; some symbols are busier than others.
 */
export class ItchGenerator {
  private readonly random: RandomSource;
  private readonly symbolNames: Uint8Array;
  /** Symbol by a random 16-bit number: the first are the busiest. */
  private readonly symbolOf: Uint16Array;
  private readonly basePrice: Int32Array;
  /** Live orders by row, rows used again. */
  private readonly rows: OrderRows;
  /** Rows of a symbol's live orders, dense, in about the order of their arrival. */
  private readonly live: number[][];
  /** Best bid and ask tick of each symbol; -1 and `tickCount` for an empty side. */
  private readonly bestBid: Int32Array;
  private readonly bestAsk: Int32Array;
  /** Oldest and newest order of each level: row, -1 for none. Level: (symbol × 2 + side) × ticks + tick. */
  private readonly head: Int32Array;
  private readonly tail: Int32Array;
  private nextReference = 1;
  private nextMatch = 1;
  private timeNs = sessionBeganNs;
  private made = 0;
  private openings: number;
  private readonly stepNs: number;

  constructor(readonly day: GeneratedDay) {
    const { symbols, messages, seed } = day;
    if (symbols < 1 || symbols > 8_000) throw new RangeError(`1 to 8,000 symbols, got ${symbols}`);
    this.random = new RandomSource(new StateRegistry(), "generator", seed);
    this.symbolNames = new Uint8Array(symbols * 8);
    this.symbolOf = busySymbols(symbols);
    this.basePrice = new Int32Array(symbols);
    this.bestBid = new Int32Array(symbols).fill(none);
    this.bestAsk = new Int32Array(symbols).fill(tickCount);
    this.head = new Int32Array(symbols * 2 * tickCount).fill(none);
    this.tail = new Int32Array(symbols * 2 * tickCount).fill(none);
    this.live = Array.from({ length: symbols }, () => []);
    this.rows = new OrderRows(messages);
    this.openings = Math.min(symbols * openingOrdersPerSymbol, Math.floor(messages / 50));
    this.stepNs = Math.max(2, Math.floor((2 * sessionNs) / (messages + 1)));
    for (let symbol = 0; symbol < symbols; symbol++) {
      this.symbolNames.set(symbolBytes(day.names?.[symbol] ?? nameOf(symbol)), symbol * 8);
      this.basePrice[symbol] = (1_000 + this.random.below(40_000)) * tick;
    }
  }

  /** Messages in all: those before the first order, and the orders'. */
  get messageCount(): number {
    return this.day.messages + this.day.symbols * 2 + 1;
  }

  /** Writes what fits of the rest of the day into `bytes`; how many bytes, 0 at the day's end. */
  fill(bytes: Uint8Array): number {
    let at = this.made === 0 ? this.writeOpening(bytes) : 0;
    const end = bytes.length - bytesPerMessageMax;
    while (this.made < this.day.messages && at < end) {
      const length = this.writeMessage(bytes, at + 2);
      writeU16(bytes, at, length);
      at += 2 + length;
      this.made++;
    }
    return at;
  }

  /** The day's first bytes: a buffer must have room for them. */
  get openingLength(): number {
    return 14 + this.day.symbols * (41 + 27) + bytesPerMessageMax;
  }

  private writeOpening(bytes: Uint8Array): number {
    if (bytes.length < this.openingLength) throw new RangeError(`the buffer needs ${this.openingLength} bytes`);
    const beganNs = sessionBeganNs - 1_000_000_000;
    let at = 0;
    const put = (length: number) => {
      writeU16(bytes, at, length);
      at += 2 + length;
    };
    put(encodeSystemEvent(bytes, at + 2, 0, 0, beganNs, 0x51));
    for (let symbol = 0; symbol < this.day.symbols; symbol++) {
      put(
        encodeStockDirectory(
          bytes,
          at + 2,
          symbol + 1,
          0,
          beganNs,
          this.symbolNames,
          symbol * 8,
          0x51,
          0x4e,
          100,
          0x4e,
          0x43,
          0x5a20,
          0x50,
          0x4e,
          0x4e,
          0x31,
          0x4e,
          0,
          0x4e,
        ),
      );
    }
    for (let symbol = 0; symbol < this.day.symbols; symbol++)
      put(encodeTradingAction(bytes, at + 2, symbol + 1, 0, beganNs, this.symbolNames, symbol * 8, 0x54, 0x20202020));
    return at;
  }

  private writeMessage(bytes: Uint8Array, at: number): number {
    this.timeNs += 1 + this.random.below(this.stepNs);
    const symbol = this.symbolOf[this.random.nextWord() >>> 16];
    if (this.openings > 0) {
      this.openings--;
      return this.writeAdd(bytes, at, symbol);
    }
    let draw = this.random.uniform() * mixTotal - generatedMix.add;
    if (draw < 0 || this.live[symbol].length === 0) return this.writeAdd(bytes, at, symbol);
    draw -= generatedMix.delete;
    if (draw < 0) return this.writeDelete(bytes, at, symbol);
    draw -= generatedMix.replace;
    if (draw < 0) return this.writeReplace(bytes, at, symbol);
    draw -= generatedMix.execute;
    if (draw < 0) return this.writeExecution(bytes, at, symbol);
    return this.writeCancel(bytes, at, symbol);
  }

  private writeAdd(bytes: Uint8Array, at: number, symbol: number): number {
    const side = this.random.below(2);
    const place = this.nearTick(symbol, side);
    const quantity = (1 + this.random.below(10)) * 100;
    const reference = this.enter(symbol, side, place, quantity);
    return encodeAddOrder(
      bytes,
      at,
      symbol + 1,
      0,
      this.timeNs,
      0,
      reference,
      side === 0 ? buy : sell,
      quantity,
      this.symbolNames,
      symbol * 8,
      this.priceAt(symbol, place),
    );
  }

  private writeDelete(bytes: Uint8Array, at: number, symbol: number): number {
    const place = this.choose(symbol);
    const reference = this.rows.reference[this.live[symbol][place]];
    this.leave(symbol, place);
    return encodeOrderDelete(bytes, at, symbol + 1, 0, this.timeNs, 0, reference);
  }

  private writeReplace(bytes: Uint8Array, at: number, symbol: number): number {
    const place = this.choose(symbol);
    const row = this.live[symbol][place];
    const side = this.rows.side[row];
    const original = this.rows.reference[row];
    this.leave(symbol, place);
    const to = this.nearTick(symbol, side);
    const quantity = (1 + this.random.below(10)) * 100;
    const reference = this.enter(symbol, side, to, quantity);
    return encodeOrderReplace(
      bytes,
      at,
      symbol + 1,
      0,
      this.timeNs,
      0,
      original,
      0,
      reference,
      quantity,
      this.priceAt(symbol, to),
    );
  }

  private writeExecution(bytes: Uint8Array, at: number, symbol: number): number {
    const side =
      this.bestAsk[symbol] === tickCount || (this.bestBid[symbol] !== none && this.random.below(2) === 0) ? 0 : 1;
    const best = side === 0 ? this.bestBid[symbol] : this.bestAsk[symbol];
    const row = this.head[(symbol * 2 + side) * tickCount + best];
    const open = this.rows.quantity[row];
    const quantity = this.random.below(5) === 0 ? open : this.part(open);
    const reference = this.rows.reference[row];
    this.rows.quantity[row] -= quantity;
    if (quantity === open) this.leave(symbol, this.rows.place[row]);
    return encodeOrderExecuted(bytes, at, symbol + 1, 0, this.timeNs, 0, reference, quantity, 0, this.nextMatch++);
  }

  /** A partial cancel; an order of one share is cancelled whole. */
  private writeCancel(bytes: Uint8Array, at: number, symbol: number): number {
    const place = this.choose(symbol);
    const row = this.live[symbol][place];
    const open = this.rows.quantity[row];
    const quantity = this.part(open);
    const reference = this.rows.reference[row];
    this.rows.quantity[row] -= quantity;
    if (quantity === open) this.leave(symbol, place);
    return encodeOrderCancel(bytes, at, symbol + 1, 0, this.timeNs, 0, reference, quantity);
  }

  /** Less than what is open, when that is more than one. */
  private part(open: number): number {
    return open === 1 ? 1 : 1 + this.random.below(open - 1);
  }

  /** One of a symbol's live orders: half of the time one of the newest. */
  private choose(symbol: number): number {
    const count = this.live[symbol].length;
    const newest = Math.min(count, 16);
    return this.random.below(2) === 0 ? count - 1 - this.random.below(newest) : this.random.below(count);
  }

  /** A tick for a new order: not through the other side, most likely close to it. Both sides always have a tick left. */
  private nearTick(symbol: number, side: number): number {
    let away = 1;
    while (away < 64 && this.random.below(6) !== 0) away++;
    if (side === 0) {
      const ask = this.bestAsk[symbol];
      const from = ask === tickCount ? (this.bestBid[symbol] === none ? tickCount / 2 : this.bestBid[symbol] + 2) : ask;
      return Math.max(0, Math.min(from - away, ask - 1, tickCount - 2));
    }
    const bid = this.bestBid[symbol];
    const from = bid === none ? (this.bestAsk[symbol] === tickCount ? tickCount / 2 : this.bestAsk[symbol] - 2) : bid;
    return Math.min(tickCount - 1, Math.max(from + away, bid + 1, 1));
  }

  private priceAt(symbol: number, place: number): number {
    return this.basePrice[symbol] + place * tick;
  }

  /** A new order joins its level as the newest; its reference. */
  private enter(symbol: number, side: number, place: number, quantity: number): number {
    const { rows } = this;
    const row = rows.take();
    const reference = this.nextReference++;
    const level = (symbol * 2 + side) * tickCount + place;
    rows.reference[row] = reference;
    rows.quantity[row] = quantity;
    rows.side[row] = side;
    rows.level[row] = level;
    rows.place[row] = this.live[symbol].length;
    this.live[symbol].push(row);
    const last = this.tail[level];
    rows.before[row] = last;
    rows.after[row] = none;
    this.tail[level] = row;
    if (last === none) this.head[level] = row;
    else rows.after[last] = row;
    if (side === 0 && place > this.bestBid[symbol]) this.bestBid[symbol] = place;
    if (side === 1 && place < this.bestAsk[symbol]) this.bestAsk[symbol] = place;
    return reference;
  }

  /** The order at `place` of a symbol's live orders leaves its level. */
  private leave(symbol: number, place: number): void {
    const { rows } = this;
    const live = this.live[symbol];
    const row = live[place];
    const last = live[live.length - 1];
    live[place] = last;
    rows.place[last] = place;
    live.pop();
    const level = rows.level[row];
    const before = rows.before[row];
    const after = rows.after[row];
    if (before === none) this.head[level] = after;
    else rows.after[before] = after;
    if (after === none) this.tail[level] = before;
    else rows.before[after] = before;
    rows.give(row);
    if (this.head[level] !== none) return;
    const first = (symbol * 2 + rows.side[row]) * tickCount;
    if (rows.side[row] === 0) {
      while (this.bestBid[symbol] >= 0 && this.head[first + this.bestBid[symbol]] === none) this.bestBid[symbol]--;
    } else {
      while (this.bestAsk[symbol] < tickCount && this.head[first + this.bestAsk[symbol]] === none)
        this.bestAsk[symbol]++;
    }
  }
}

/** Rows of live orders; a freed row is the next one taken. */
class OrderRows {
  readonly reference: Float64Array;
  readonly quantity: Int32Array;
  readonly side: Uint8Array;
  readonly level: Int32Array;
  /** Place in the symbol's list of live orders. */
  readonly place: Int32Array;
  readonly before: Int32Array;
  readonly after: Int32Array;
  private readonly free: number[] = [];
  private used = 0;

  /** A day of so many messages has at most so many orders at a time. */
  constructor(count: number) {
    this.reference = new Float64Array(count);
    this.quantity = new Int32Array(count);
    this.side = new Uint8Array(count);
    this.level = new Int32Array(count);
    this.place = new Int32Array(count);
    this.before = new Int32Array(count);
    this.after = new Int32Array(count);
  }

  take(): number {
    return this.free.pop() ?? this.used++;
  }

  give(row: number): void {
    this.free.push(row);
  }
}

/** Which symbol a random 16-bit number stands for: every symbol has some, the first up to ten times as many. */
function busySymbols(symbols: number): Uint16Array {
  const weights = Array.from({ length: symbols }, (_, symbol) => 1 / (1 + (9 * symbol) / symbols));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const table = new Uint16Array(symbolTable);
  let sum = 0;
  let from = 0;
  weights.forEach((weight, symbol) => {
    sum += weight;
    const to = symbol === symbols - 1 ? symbolTable : Math.round((sum / total) * symbolTable);
    table.fill(symbol, from, to);
    from = to;
  });
  return table;
}

/** AAAA, AAAB, … */
function nameOf(symbol: number): string {
  let rest = symbol;
  let name = "";
  for (let i = 0; i < 4; i++) {
    name = String.fromCharCode(0x41 + (rest % 26)) + name;
    rest = Math.floor(rest / 26);
  }
  return name;
}
