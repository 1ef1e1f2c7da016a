import { describe, expect, it } from "vitest";
import { OrderBooks } from "../server/engine/book/order-books";
import { ItchNormaliser } from "../server/engine/market/itch-normaliser";
import type { MarketSink } from "../server/engine/market/market-sink";
import { StateRegistry } from "../server/machine/state-registry";
import { readU48 } from "../server/wire/bytes";
import { forEachItchMessage } from "../server/wire/itch-file";
import { type GeneratedDay, generatedMix, ItchGenerator } from "./itch-generator";

const day = { messages: 60_000, symbols: 30, seed: 5 };

function bytesOf(generated: GeneratedDay, chunkLength = 1 << 16): Uint8Array {
  const generator = new ItchGenerator(generated);
  const chunk = new Uint8Array(Math.max(chunkLength, generator.openingLength));
  const parts: Uint8Array[] = [];
  for (let length = generator.fill(chunk); length > 0; length = generator.fill(chunk))
    parts.push(chunk.slice(0, length));
  return new Uint8Array(Buffer.concat(parts));
}

describe("a generated day", () => {
  const file = bytesOf(day);

  it("decodes whole, refers to live orders only, and never crosses a book", () => {
    const registry = new StateRegistry();
    const size = { listingCount: 30, venueCount: 1, restingOrdersMax: 65_536, levelsMax: 65_536, orderRows: 1 };
    const books = new OrderBooks(registry, size);
    const symbols = new Map(Array.from({ length: 30 }, (_, i) => [`AA${i < 26 ? "A" : "B"}${letter(i % 26)}`, i]));
    let crossed = 0;
    const check = () => {
      const { listing } = books;
      if (listing >= 0 && books.bestAsk(listing) > 0 && books.bestBid(listing) >= books.bestAsk(listing)) crossed++;
    };
    const sink: MarketSink = {
      expectOrders: () => undefined,
      addOrder: (...order) => books.add(...order),
      executeOrder: (venue, listing, high, low, quantity) => books.reduce(venue, listing, high, low, quantity),
      cancelOrder: (...order) => books.reduce(...order),
      deleteOrder: (...order) => books.delete(...order),
      replaceOrder: (...order) => books.replace(...order),
      trade: () => undefined,
      statusChanged: () => undefined,
      operationalHaltChanged: () => undefined,
      sessionChanged: () => undefined,
      tierChanged: () => undefined,
      shortSaleChanged: () => undefined,
      auctionCollarChanged: () => undefined,
    };
    const normaliser = new ItchNormaliser(registry, "test", 1, symbols, sink);
    let last = 0;
    forEachItchMessage(file, (offset, length) => {
      normaliser.message(0, file, offset, length);
      check();
      const timeNs = readU48(file, offset + 5);
      if (timeNs < last) throw new Error(`time falls from ${last} to ${timeNs}`);
      last = timeNs;
    });
    expect(normaliser.malformed(0)).toBe(0);
    expect(crossed).toBe(0);
    expect([books.unknownReferences(0), books.repeatedReferences(0), books.overdrawn(0)]).toEqual([0, 0, 0]);
    expect([books.foreignReferences(0), books.outOfCapacity(0)]).toEqual([0, 0]);
    const { A = 0, D = 0, U = 0, E = 0, X = 0, R, H } = normaliser.messagesByType(0);
    expect([R, H]).toEqual([30, 30]);
    expect(A + D + U + E + X).toBe(day.messages);
    const share = (count: number) => (100 * count) / day.messages;
    const wanted: [number, number][] = [
      [A, generatedMix.add],
      [D, generatedMix.delete],
      [U, generatedMix.replace],
      [E, generatedMix.execute],
      [X, generatedMix.cancel],
    ];
    for (const [count, percent] of wanted) expect(Math.abs(share(count) - percent)).toBeLessThan(1.5);
  });

  it("is the same for the same seed, whatever the chunks, and another for another", () => {
    expect(Buffer.compare(file, bytesOf(day, 5_000))).toBe(0);
    expect(Buffer.compare(file, bytesOf({ ...day, seed: 6 }))).not.toBe(0);
  });
});

function letter(place: number): string {
  return String.fromCharCode(0x41 + place);
}
