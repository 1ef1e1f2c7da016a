import { OrderBooks } from "../server/engine/book/order-books";
import { powerOfTwoAtLeast } from "../server/engine/dimensions";
import { ItchNormaliser } from "../server/engine/market/itch-normaliser";
import type { MarketSink } from "../server/engine/market/market-sink";
import { StateRegistry } from "../server/machine/state-registry";
import { readSymbol, readU16 } from "../server/wire/bytes";
import { forEachItchMessage } from "../server/wire/itch-file";
import { bookChecksum } from "./book-checksum";

/** What one pass over a file measures: reading its bytes at all, decoding, or decoding and keeping books. */
export const itchPasses = ["baseline", "decode", "books"] as const;
export type ItchPass = (typeof itchPasses)[number];

/** The pass of a name; throws on another. */
export function itchPassOf(name: string | undefined): ItchPass {
  const pass = itchPasses.find((known) => known === name);
  if (pass === undefined) throw new Error(`no pass over an ITCH file is called "${name}"`);
  return pass;
}

export type PassResult = {
  readonly messages: number;
  readonly millionPerSecond: number;
  /** Of what was read, decoded or kept; unsigned 32 bits. The C++ floor must find the same. */
  readonly checksum: number;
  readonly openOrders: number;
};

/**
 * Goes once over a length-prefixed ITCH file in memory to warm up (code compiled, memory touched), and once on the
 * clock. What decodes and keeps books is the engine's own normaliser and books.
 */
export function runItchPass(file: Uint8Array, pass: ItchPass): PassResult {
  switch (pass) {
    case "baseline":
      return baselinePass(file);
    case "decode":
      return decodePass(file);
    case "books":
      return booksPass(file);
  }
}

function baselinePass(file: Uint8Array): PassResult {
  const { messages } = forEachItchMessage(file, () => undefined);
  sumOf(file);
  const beganNs = process.hrtime.bigint();
  const checksum = sumOf(file);
  return { messages, millionPerSecond: rateOf(messages, beganNs), checksum: checksum >>> 0, openOrders: 0 };
}

function decodePass(file: Uint8Array): PassResult {
  const { messages } = forEachItchMessage(file, () => undefined);
  const sum = new FieldSum();
  const normaliser = new ItchNormaliser(new StateRegistry(), "bench", 1, symbolsOf(file), sum);
  normaliser.blocks(0, file, 0, file.length);
  sum.total = 0;
  const beganNs = process.hrtime.bigint();
  normaliser.blocks(0, file, 0, file.length);
  const millionPerSecond = rateOf(messages, beganNs);
  return { messages, millionPerSecond, checksum: sum.total >>> 0, openOrders: 0 };
}

function booksPass(file: Uint8Array): PassResult {
  const { messages } = forEachItchMessage(file, () => undefined);
  const registry = new StateRegistry();
  const symbols = symbolsOf(file);
  const books = new OrderBooks(registry, {
    listingCount: Math.max(1, symbols.size),
    venueCount: 1,
    restingOrdersMax: powerOfTwoAtLeast(Math.max(32_768, symbols.size * 400)),
    levelsMax: Math.max(65_536, symbols.size * 256),
    orderRows: 1,
  });
  const normaliser = new ItchNormaliser(registry, "bench", 1, symbols, new BooksOnly(books));
  normaliser.blocks(0, file, 0, file.length);
  books.clearVenue(0);
  const beganNs = process.hrtime.bigint();
  normaliser.blocks(0, file, 0, file.length);
  const millionPerSecond = rateOf(messages, beganNs);
  return { messages, millionPerSecond, checksum: bookChecksum(books, symbols), openOrders: books.openOrders(0) };
}

function sumOf(file: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < file.length; i++) sum = (sum + file[i]) | 0;
  return sum;
}

function rateOf(messages: number, beganNs: bigint): number {
  return (messages * 1_000) / Number(process.hrtime.bigint() - beganNs);
}

/** Symbols in the order of their first directory entry or order. */
function symbolsOf(file: Uint8Array): Map<string, number> {
  const symbols = new Map<string, number>();
  const seen = new Uint8Array(65_536);
  forEachItchMessage(file, (offset) => {
    const type = file[offset];
    const at = type === 0x52 ? offset + 11 : type === 0x41 || type === 0x46 ? offset + 24 : -1;
    if (at < 0) return;
    const locate = readU16(file, offset + 1);
    if (seen[locate] === 1) return;
    seen[locate] = 1;
    const symbol = readSymbol(file, at, 8);
    if (!symbols.has(symbol)) symbols.set(symbol, symbols.size);
  });
  return symbols;
}

/** Sums every field that books need, so that decoding them cannot be left out. */
class FieldSum implements MarketSink {
  total = 0;

  expectOrders(): void {}

  addOrder(_venue: number, _listing: number, high: number, low: number, side: number, quantity: number, price: number) {
    this.total = (this.total + high + low + side + quantity + price) | 0;
  }

  executeOrder(_venue: number, _listing: number, high: number, low: number, quantity: number): void {
    this.total = (this.total + high + low + quantity) | 0;
  }

  cancelOrder(_venue: number, _listing: number, high: number, low: number, quantity: number): void {
    this.total = (this.total + high + low + quantity) | 0;
  }

  deleteOrder(_venue: number, _listing: number, high: number, low: number): void {
    this.total = (this.total + high + low) | 0;
  }

  replaceOrder(
    _venue: number,
    _listing: number,
    oldHigh: number,
    oldLow: number,
    newHigh: number,
    newLow: number,
    quantity: number,
    price: number,
  ): void {
    this.total = (this.total + oldHigh + oldLow + newHigh + newLow + quantity + price) | 0;
  }

  trade(): void {}

  statusChanged(): void {}

  operationalHaltChanged(): void {}

  sessionChanged(): void {}

  tierChanged(): void {}

  shortSaleChanged(): void {}

  auctionCollarChanged(): void {}
}

/** Books and nothing else behind the normaliser. */
class BooksOnly implements MarketSink {
  constructor(private readonly books: OrderBooks) {}

  expectOrders(venue: number, lows: Int32Array, count: number): void {
    this.books.expect(venue, lows, count);
  }

  addOrder(
    venue: number,
    listing: number,
    high: number,
    low: number,
    side: number,
    quantity: number,
    price: number,
  ): void {
    this.books.add(venue, listing, high, low, side, quantity, price);
  }

  executeOrder(venue: number, listing: number, high: number, low: number, quantity: number): void {
    this.books.reduce(venue, listing, high, low, quantity);
  }

  cancelOrder(venue: number, listing: number, high: number, low: number, quantity: number): void {
    this.books.reduce(venue, listing, high, low, quantity);
  }

  deleteOrder(venue: number, listing: number, high: number, low: number): void {
    this.books.delete(venue, listing, high, low);
  }

  replaceOrder(
    venue: number,
    listing: number,
    oldHigh: number,
    oldLow: number,
    newHigh: number,
    newLow: number,
    quantity: number,
    price: number,
  ): void {
    this.books.replace(venue, listing, oldHigh, oldLow, newHigh, newLow, quantity, price);
  }

  trade(): void {}

  statusChanged(): void {}

  operationalHaltChanged(): void {}

  sessionChanged(): void {}

  tierChanged(): void {}

  shortSaleChanged(): void {}

  auctionCollarChanged(): void {}
}
