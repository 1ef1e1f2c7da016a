import { factCode } from "../../../domain/facts";
import { listingOf } from "../../../domain/ids";
import type { OrderBooks } from "../book/order-books";
import { QuoteColumn, type Quotes } from "../book/quotes";
import type { Turn } from "../turn";

/** Levels a side that are recorded; the fact `orderBook` has a place for as many. */
const recordedLevels = 5;
/** Where the levels begin in the fact, and how many fields each takes. */
const levelsFirst = 8;
const levelWidth = 4;

/** Records the market beside the facts of an order's life. */
export class BookRecord {
  constructor(
    private readonly turn: Turn,
    private readonly books: OrderBooks,
    private readonly quotes: Quotes,
    private readonly venueCount: number,
  ) {}

  /** Emits the fact `orderBook` for the fact numbered `fact` about `order`, which is or was at `venue`. */
  readonly record = (order: number, fact: number, instrument: number, venue: number): void => {
    const { quotes, turn } = this;
    const { ladders } = this.books;
    const { rows } = quotes;
    const first = turn.beginFact();
    const { factFields } = turn;
    const quote = instrument * QuoteColumn.count;
    const bid = rows[quote + QuoteColumn.bidPrice];
    const ask = rows[quote + QuoteColumn.askPrice];
    factFields[first] = order;
    factFields[first + 1] = fact;
    factFields[first + 2] = bid;
    factFields[first + 3] = rows[quote + QuoteColumn.bidQuantity];
    factFields[first + 4] = bid === 0 ? -1 : rows[quote + QuoteColumn.bidVenue];
    factFields[first + 5] = ask;
    factFields[first + 6] = rows[quote + QuoteColumn.askQuantity];
    factFields[first + 7] = ask === 0 ? -1 : rows[quote + QuoteColumn.askVenue];
    let count = levelsFirst;
    if (quotes.venueLive[venue] === 1) {
      const bids = listingOf(instrument, venue, this.venueCount) * 2;
      const levels = Math.min(recordedLevels, Math.max(ladders.countOf(bids), ladders.countOf(bids + 1)));
      ladders.writeLevels(bids, levels, factFields, first + levelsFirst, levelWidth);
      ladders.writeLevels(bids + 1, levels, factFields, first + levelsFirst + 2, levelWidth);
      count += levels * levelWidth;
    }
    turn.endFact(factCode.orderBook, count);
  };
}
