import type { Outbox } from "../machine/outbox";
import { encodeGlimpseSnapshot } from "../wire/glimpse";
import { encodeSystemEvent } from "../wire/itch-encode";
import { encodeSoupHeader, soupHeaderLength, soupType } from "../wire/soup-bin-tcp";
import { snapshotOrderMax } from "./limits";
import { type MarketFeed, systemEventCode, tradingStateCode } from "./market-feed";
import { none, type OrderBooks } from "./order-books";

const pieceLength = 16_384;
const longestPacket = 64;

/**
 * GLIMPSE 5.0: a venue's state as sequenced packets on one connection: market hours, each name's directory entry and
 * trading state, every displayed order in the order of its priority (bids, then asks, best price first), and the
 * sequence number at which the feed goes on. Returns false, having sent nothing, when the books hold more displayed
 * orders than `snapshotOrderMax`.
 */
export function sendSnapshot(
  books: OrderBooks,
  feed: MarketFeed,
  halted: Uint8Array,
  venue: number,
  channel: number,
  outbox: Outbox,
  timeNs: number,
): boolean {
  if (displayedOrders(books, venue) > snapshotOrderMax) return false;
  let start = outbox.begin(pieceLength);
  let position = start;
  /** Where the next message goes; a full piece is sent first. */
  const payload = (): number => {
    if (position + longestPacket > start + pieceLength) {
      outbox.end(channel, position - start);
      start = outbox.begin(pieceLength);
      position = start;
    }
    return position + soupHeaderLength;
  };
  const close = (length: number): void => {
    encodeSoupHeader(outbox.bytes, position, soupType.sequencedData, length);
    position += soupHeaderLength + length;
  };
  const { bytes } = outbox;
  for (const code of [
    systemEventCode.startOfMessages,
    systemEventCode.startOfSystemHours,
    systemEventCode.startOfMarketHours,
  ])
    close(encodeSystemEvent(bytes, payload(), 0, 0, timeNs, code));
  for (let instrument = 0; instrument < books.instrumentCount; instrument++) {
    close(feed.encodeDirectory(bytes, payload(), timeNs, instrument));
    const isHalted = halted[instrument * books.venueCount + venue] === 1;
    const state = isHalted ? tradingStateCode.halted : tradingStateCode.trading;
    close(feed.encodeAction(bytes, payload(), timeNs, instrument, state));
  }
  forEachDisplayed(books, venue, (order) => {
    const { instrument, reference, side, shown, price } = books;
    const at = payload();
    close(
      feed.encodeAdd(bytes, at, timeNs, instrument[order], reference[order], side[order], shown[order], price[order]),
    );
  });
  close(encodeGlimpseSnapshot(bytes, payload(), feed.nextSequence(venue)));
  outbox.end(channel, position - start);
  return true;
}

function displayedOrders(books: OrderBooks, venue: number): number {
  let count = 0;
  for (let instrument = 0; instrument < books.instrumentCount; instrument++)
    for (let side = 0; side < 2; side++)
      for (
        let level = books.best[books.ladder(venue, instrument, side)];
        level !== none;
        level = books.levelWorse[level]
      )
        count += books.levelOrders[level];
  return count;
}

/** Calls back for every displayed order of a venue in the order of its priority. */
export function forEachDisplayed(books: OrderBooks, venue: number, onOrder: (order: number) => void): void {
  for (let instrument = 0; instrument < books.instrumentCount; instrument++)
    for (let side = 0; side < 2; side++)
      for (
        let level = books.best[books.ladder(venue, instrument, side)];
        level !== none;
        level = books.levelWorse[level]
      )
        for (let order = books.levelFirst[level]; order !== none; order = books.next[order]) onOrder(order);
}
