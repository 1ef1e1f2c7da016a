import { factCode, factFields } from "../../../domain/facts";
import { listingOf } from "../../../domain/ids";
import type { OrderBooks } from "../book/order-books";
import type { Quotes } from "../book/quotes";
import type { Turn } from "../turn";

/** Levels a side that are recorded; the fact `orderBook` has a place for as many. */
const recordedLevels = 5;
/** Where the levels begin in the fact, and how many fields each takes. */
const levelsFirst = 8;
const levelWidth = 4;

/** Records the market beside the facts of an order's life, from arrays that are allocated once. */
export class BookRecord {
  private readonly fields = new Float64Array(factFields.orderBook.length);

  constructor(
    private readonly turn: Turn,
    private readonly books: OrderBooks,
    private readonly quotes: Quotes,
    private readonly venueCount: number,
  ) {}

  /** Emits the fact `orderBook` for the fact numbered `fact` about `order`, which is or was at `venue`. */
  readonly record = (order: number, fact: number, instrument: number, venue: number): void => {
    const { fields, quotes } = this;
    const { ladders } = this.books;
    fields[0] = order;
    fields[1] = fact;
    fields[2] = quotes.bidPrice(instrument);
    fields[3] = quotes.bidQuantity(instrument);
    fields[4] = quotes.bidPrice(instrument) === 0 ? -1 : quotes.bidVenue(instrument);
    fields[5] = quotes.askPrice(instrument);
    fields[6] = quotes.askQuantity(instrument);
    fields[7] = quotes.askPrice(instrument) === 0 ? -1 : quotes.askVenue(instrument);
    let at = levelsFirst;
    if (quotes.venueLive[venue] === 1) {
      const bids = listingOf(instrument, venue, this.venueCount) * 2;
      const asks = bids + 1;
      const bidCount = Math.min(recordedLevels, ladders.countOf(bids));
      const askCount = Math.min(recordedLevels, ladders.countOf(asks));
      const levels = Math.max(bidCount, askCount);
      for (let depth = 0; depth < levels; depth++, at += levelWidth) {
        const bid = depth < bidCount ? ladders.levelAt(bids, depth) : -1;
        const ask = depth < askCount ? ladders.levelAt(asks, depth) : -1;
        fields[at] = bid < 0 ? 0 : ladders.priceOf(bid);
        fields[at + 1] = bid < 0 ? 0 : ladders.quantityOf(bid);
        fields[at + 2] = ask < 0 ? 0 : ladders.priceOf(ask);
        fields[at + 3] = ask < 0 ? 0 : ladders.quantityOf(ask);
      }
    }
    this.turn.emitFrom(factCode.orderBook, fields, at);
  };
}
