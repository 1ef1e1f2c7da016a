import { OrderBooks } from "../server/engine/book/order-books";
import { ItchNormaliser } from "../server/engine/market/itch-normaliser";
import type { MarketSink } from "../server/engine/market/market-sink";
import { StateRegistry } from "../server/machine/state-registry";
import { readSymbol } from "../server/wire/bytes";
import { decodeItch, ItchHandlerBase } from "../server/wire/itch";
import { forEachItchMessage } from "../server/wire/itch-file";
import { medianOf } from "./machine-line";

const restingOrdersMax = 1 << 17;

/** Millions of messages a second. */
export type BooksFigures = {
  readonly messages: number;
  readonly rounds: number;
  /** Summing the same bytes, one at a time: what reading them costs at all. */
  readonly baseline: { readonly millionPerSecond: number };
  readonly decode: { readonly millionPerSecond: number };
  readonly books: { readonly millionPerSecond: number };
};

/** Times decoding and book keeping over a length-prefixed ITCH file held in memory. The median of `rounds`, after two to warm up. */
export function benchBooks(file: Uint8Array, rounds: number): BooksFigures {
  const symbols = symbolsOf(file);
  const { messages } = forEachItchMessage(file, () => undefined);
  if (messages === 0) throw new RangeError("the file holds no ITCH message");
  const handler = new ItchHandlerBase();
  const rate = (prepare: () => () => void) => {
    const figures: number[] = [];
    for (let round = -2; round < rounds; round++) {
      const work = prepare();
      const beganNs = process.hrtime.bigint();
      work();
      const tookNs = Number(process.hrtime.bigint() - beganNs);
      if (round >= 0) figures.push((messages * 1_000) / tookNs);
    }
    return { millionPerSecond: Math.round(medianOf(figures) * 100) / 100 };
  };
  let sum = 0;
  return {
    messages,
    rounds,
    baseline: rate(() => () => {
      for (let i = 0; i < file.length; i++) sum = (sum + (file[i] ?? 0)) | 0;
    }),
    decode: rate(() => () => {
      forEachItchMessage(file, (offset, length) => {
        decodeItch(file, offset, length, handler);
      });
    }),
    books: rate(() => {
      const normaliser = emptyBooks(symbols);
      return () => {
        forEachItchMessage(file, (offset, length) => normaliser.message(file, offset, length));
      };
    }),
  };
}

/** Books of a day that has not begun. */
function emptyBooks(symbols: ReadonlyMap<string, number>): ItchNormaliser {
  const registry = new StateRegistry();
  const books = new OrderBooks(registry, {
    listingCount: symbols.size,
    venueCount: 1,
    restingOrdersMax,
    levelsMax: Math.max(65_536, symbols.size * 256),
    orderRows: 1,
  });
  return new ItchNormaliser(registry, "bench", 0, 1, symbols, new BooksOnly(books));
}

function symbolsOf(file: Uint8Array): Map<string, number> {
  const symbols = new Map<string, number>();
  forEachItchMessage(file, (offset) => {
    const type = file[offset];
    const at = type === 0x52 ? offset + 11 : type === 0x41 || type === 0x46 ? offset + 24 : -1;
    if (at < 0) return;
    const symbol = readSymbol(file, at, 8);
    if (!symbols.has(symbol)) symbols.set(symbol, symbols.size);
  });
  return symbols;
}

/** Books and nothing else behind the normaliser. */
class BooksOnly implements MarketSink {
  constructor(private readonly books: OrderBooks) {}

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

  executeOrder(venue: number, high: number, low: number, quantity: number): void {
    this.books.reduce(venue, high, low, quantity);
  }

  cancelOrder(venue: number, high: number, low: number, quantity: number): void {
    this.books.reduce(venue, high, low, quantity);
  }

  deleteOrder(venue: number, high: number, low: number): void {
    this.books.delete(venue, high, low);
  }

  replaceOrder(
    venue: number,
    oldHigh: number,
    oldLow: number,
    newHigh: number,
    newLow: number,
    quantity: number,
    price: number,
  ): void {
    this.books.replace(venue, oldHigh, oldLow, newHigh, newLow, quantity, price);
  }

  trade(): void {}

  statusChanged(): void {}
}
