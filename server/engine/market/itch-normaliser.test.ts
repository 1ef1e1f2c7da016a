import { describe, expect, it } from "vitest";
import { StateRegistry } from "../../machine/state-registry";
import { symbolBytes } from "../../wire/bytes";
import { encodeAddOrder, encodeStockDirectory } from "../../wire/itch-encode";
import { ItchNormaliser } from "./itch-normaliser";
import type { MarketSink } from "./market-sink";

const symbols = new Map([
  ["AAPL", 0],
  ["MSFT", 1],
]);

/** Two venues' streams into one normaliser, and the listings that orders were added to. */
class Streams {
  readonly added: number[] = [];
  private readonly bytes = new Uint8Array(64);
  private readonly normaliser: ItchNormaliser;

  constructor() {
    const nothing = () => undefined;
    const sink: MarketSink = {
      expectOrders: nothing,
      addOrder: (_venue, listing) => this.added.push(listing),
      executeOrder: nothing,
      cancelOrder: nothing,
      deleteOrder: nothing,
      replaceOrder: nothing,
      trade: nothing,
      statusChanged: nothing,
      operationalHaltChanged: nothing,
      sessionChanged: nothing,
      tierChanged: nothing,
      shortSaleChanged: nothing,
      auctionCollarChanged: nothing,
    };
    this.normaliser = new ItchNormaliser(new StateRegistry(), "test", 2, symbols, sink);
  }

  directory(venue: number, locate: number, symbol: string): void {
    const name = symbolBytes(symbol);
    const rest = [0x51, 0x4e, 100, 0x4e, 0x43, 0x5a20, 0x50, 0x4e, 0x4e, 0x31, 0x4e, 0, 0x4e] as const;
    const length = encodeStockDirectory(this.bytes, 0, locate, 0, 0, name, 0, ...rest);
    this.normaliser.message(venue, this.bytes, 0, length);
  }

  order(venue: number, locate: number, symbol: string): void {
    const length = encodeAddOrder(this.bytes, 0, locate, 0, 0, 0, 1, 0x42, 100, symbolBytes(symbol), 0, 10_000);
    this.normaliser.message(venue, this.bytes, 0, length);
  }

  newSession(venue: number): void {
    this.normaliser.onNewSession(venue);
  }
}

describe("a stock locate", () => {
  it("keeps its symbol for the session, whatever a later directory entry or order says", () => {
    const streams = new Streams();
    streams.directory(0, 7, "MSFT");
    streams.directory(0, 7, "AAPL");
    streams.directory(0, 7, "OTHER");
    streams.order(0, 7, "AAPL");
    expect(streams.added).toEqual([2]);
  });

  it("is each venue's own, and may stand for another symbol in the venue's next session", () => {
    const streams = new Streams();
    streams.directory(0, 7, "MSFT");
    streams.directory(1, 7, "AAPL");
    streams.order(0, 7, "MSFT");
    streams.order(1, 7, "AAPL");
    streams.newSession(0);
    streams.directory(0, 7, "AAPL");
    streams.order(0, 7, "AAPL");
    streams.order(1, 7, "AAPL");
    expect(streams.added).toEqual([2, 1, 0, 1]);
  });
});
