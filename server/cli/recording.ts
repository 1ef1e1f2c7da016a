import { OrderBooks } from "../engine/book/order-books";
import { ItchNormaliser } from "../engine/market/itch-normaliser";
import type { MarketSink } from "../engine/market/market-sink";
import { StateRegistry } from "../machine/state-registry";
import { readSymbol } from "../wire/bytes";
import { decodeItch, ItchHandlerBase } from "../wire/itch";
import { forEachItchMessage } from "../wire/itch-file";
import { checkMoldBlocks, forEachMoldBlock, MoldHeader, moldVerdict, readMoldHeader } from "../wire/mold-udp64";
import { forEachPcapPayload } from "../wire/pcap";

/** The books at the end of a recording. */
export type RecordedBook = {
  /** Messages by type letter, in the alphabet's order. */
  readonly messages: Readonly<Record<string, number>>;
  readonly openOrders: number;
  readonly unknownReferences: number;
  readonly symbols: readonly string[];
  /** The symbol with the most orders added; null when no order was. */
  readonly busiestSymbol: string | null;
  /** What could not be read, in words; empty for a clean recording. */
  readonly problems: readonly string[];
  /** Levels of one side, best first: price, quantity, orders. */
  levels(
    symbol: string | null,
    side: "bid" | "ask",
    depth: number,
  ): [price: number, quantity: number, orders: number][];
};

type MessageVisitor = (offset: number, length: number) => void;

/**
 * Puts a recording (a length-prefixed ITCH file, or a capture of MoldUDP64 packets) through the engine's own market
 * and book stages. Bad bytes are counted in `problems`, never thrown.
 */
export function readRecording(file: Uint8Array): RecordedBook {
  const problems: string[] = [];
  const census = new SymbolCensus();
  const walk = isCapture(file) ? walkCapture : walkItchFile;
  walk(file, (offset, length) => decodeItch(file, offset, length, census), problems);

  const registry = new StateRegistry();
  const symbols = [...census.ordersBySymbol.keys()];
  const instruments = new Map(symbols.map((symbol, index) => [symbol, index]));
  const ordersMax = powerOfTwoAbove(census.orders);
  const levelsMax = 4 * census.orders + 32 * symbols.length + 1_024;
  const books = new OrderBooks(registry, {
    listingCount: Math.max(1, symbols.length),
    venueCount: 1,
    restingOrdersMax: ordersMax,
    levelsMax,
    orderRows: 1,
  });
  const normaliser = new ItchNormaliser(registry, "recording", 1, instruments, bookSink(books));
  walk(file, (offset, length) => normaliser.message(0, file, offset, length), []);

  if (normaliser.malformed(0) > 0) problems.push(`${normaliser.malformed(0)} messages could not be decoded`);
  if (books.outOfCapacity(0) > 0) problems.push(`${books.outOfCapacity(0)} orders left out: the books are full`);
  return {
    messages: normaliser.messagesByType(0),
    openOrders: books.openOrders(0),
    unknownReferences: books.unknownReferences(0),
    symbols,
    busiestSymbol: census.busiest(),
    problems,
    levels: (symbol, side, depth) => {
      const instrument = symbol === null ? undefined : instruments.get(symbol);
      return instrument === undefined ? [] : books.levels(instrument, side === "bid" ? 0 : 1, depth);
    },
  };
}

/** Which symbols a recording has, and how many orders were added to each. */
class SymbolCensus extends ItchHandlerBase {
  readonly ordersBySymbol = new Map<string, number>();
  orders = 0;

  busiest(): string | null {
    let busiest: string | null = null;
    let most = 0;
    for (const [symbol, orders] of this.ordersBySymbol) {
      if (orders > most) {
        busiest = symbol;
        most = orders;
      }
    }
    return busiest;
  }

  override stockDirectory(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    bytes: Uint8Array,
    symbolOffset: number,
  ): void {
    this.count(bytes, symbolOffset, 0);
  }

  override addOrder(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    _refHigh: number,
    _refLow: number,
    _side: number,
    _shares: number,
    bytes: Uint8Array,
    symbolOffset: number,
  ): void {
    this.count(bytes, symbolOffset, 1);
  }

  override addOrderAttributed(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    _refHigh: number,
    _refLow: number,
    _side: number,
    _shares: number,
    bytes: Uint8Array,
    symbolOffset: number,
  ): void {
    this.count(bytes, symbolOffset, 1);
  }

  override orderReplace(): void {
    this.orders += 1;
  }

  private count(bytes: Uint8Array, symbolOffset: number, orders: number): void {
    const symbol = readSymbol(bytes, symbolOffset, 8);
    this.ordersBySymbol.set(symbol, (this.ordersBySymbol.get(symbol) ?? 0) + orders);
    this.orders += orders;
  }
}

function bookSink(books: OrderBooks): MarketSink {
  return {
    expectOrders: () => undefined,
    addOrder: (venue, listing, high, low, side, quantity, price) =>
      books.add(venue, listing, high, low, side, quantity, price),
    executeOrder: (venue, listing, high, low, quantity) => books.reduce(venue, listing, high, low, quantity),
    cancelOrder: (venue, listing, high, low, quantity) => books.reduce(venue, listing, high, low, quantity),
    deleteOrder: (venue, listing, high, low) => books.delete(venue, listing, high, low),
    replaceOrder: (venue, listing, oldHigh, oldLow, newHigh, newLow, quantity, price) =>
      books.replace(venue, listing, oldHigh, oldLow, newHigh, newLow, quantity, price),
    trade: () => undefined,
    statusChanged: () => undefined,
    operationalHaltChanged: () => undefined,
    sessionChanged: () => undefined,
    tierChanged: () => undefined,
    shortSaleChanged: () => undefined,
    auctionCollarChanged: () => undefined,
  };
}

function walkItchFile(file: Uint8Array, visit: MessageVisitor, problems: string[]): void {
  const { truncatedAt } = forEachItchMessage(file, visit);
  if (truncatedAt !== null) problems.push(`the file ends inside the message at byte ${truncatedAt}`);
}

function walkCapture(file: Uint8Array, visit: MessageVisitor, problems: string[]): void {
  const header = new MoldHeader();
  let otherPackets = 0;
  const summary = forEachPcapPayload(file, ({ protocol, offset, length }) => {
    const isMold =
      protocol === "udp" &&
      readMoldHeader(file, offset, length, header) === moldVerdict.code.ok &&
      checkMoldBlocks(file, offset, length, header) === moldVerdict.code.ok;
    if (!isMold) otherPackets += 1;
    else forEachMoldBlock(file, offset, length, header, (_sequence, at, size) => visit(at, size));
  });
  if (summary.problem !== null) problems.push(`not a capture that can be read (${summary.problem})`);
  if (summary.truncatedAt !== null) problems.push(`the capture ends inside the packet at byte ${summary.truncatedAt}`);
  if (otherPackets > 0) problems.push(`${otherPackets} packets were not MoldUDP64`);
}

/** Whether a file begins with the mark of a capture, in either byte order, with micro- or nanosecond stamps. */
function isCapture(file: Uint8Array): boolean {
  const mark = [...file.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return ["a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1"].includes(mark);
}

function powerOfTwoAbove(value: number): number {
  let power = 1_024;
  while (power <= value * 2) power *= 2;
  return power;
}
