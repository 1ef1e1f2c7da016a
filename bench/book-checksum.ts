import type { OrderBooks } from "../server/engine/book/order-books";
import { symbolBytes } from "../server/wire/bytes";

const prime = 0x01000193;

/**
 * One unsigned 32-bit number over all levels of all books at one venue, the same whatever the order of symbols: per
 * book side FNV-1a over the symbol's eight bytes, then price, quantity and order count of each level from the best on;
 * the sides' hashes summed. `floor/books-floor.cpp` computes the same.
 */
export function bookChecksum(books: OrderBooks, symbols: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const [symbol, listing] of symbols) {
    let seed = 0x811c9dc5;
    for (const byte of symbolBytes(symbol)) seed = Math.imul(seed ^ byte, prime);
    for (const side of [0, 1]) {
      let hash = seed + side;
      for (const [price, quantity, orders] of books.levels(listing, side, Number.POSITIVE_INFINITY)) {
        hash = Math.imul(hash ^ price, prime);
        hash = Math.imul(hash ^ quantity, prime);
        hash = Math.imul(hash ^ orders, prime);
      }
      total = (total + hash) | 0;
    }
  }
  return total >>> 0;
}
