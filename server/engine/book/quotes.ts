import { replaceByLogarithm } from "../../../domain/logarithm";
import type { StateRegistry } from "../../machine/state-registry";
import type { OrderBooks } from "./order-books";

/** Columns of an instrument's quote: eight numbers, one line of the cache. */
export enum QuoteColumn {
  bidPrice,
  bidQuantity,
  bidVenue,
  askPrice,
  askQuantity,
  askVenue,
  changedNs,
  logMid,
  /** How many there are. */
  count,
}

const priceUnitsPerCurrency = 10_000;

/**
 * The consolidated best bid and offer of each instrument over the venues whose data is live: best price, the quantity
 * shown at it on the best venue, and that venue. A venue that shows more wins a tie. 0 means no price.
 */
export class Quotes {
  /** 1 for a venue whose data is live. */
  readonly venueLive: Uint8Array;
  /** Per instrument: see `QuoteColumn`. */
  readonly rows: Float64Array;
  private readonly venueCount: number;

  constructor(registry: StateRegistry, instrumentCount: number, venueCount: number) {
    this.venueCount = venueCount;
    this.rows = registry.allocate("quotes.rows", "f64", instrumentCount * QuoteColumn.count);
    this.venueLive = registry.allocate("quotes.venueLive", "u8", venueCount);
    for (let at = 0; at < this.rows.length; at += QuoteColumn.count) {
      this.rows[at + QuoteColumn.bidVenue] = -1;
      this.rows[at + QuoteColumn.askVenue] = -1;
    }
  }

  /** Takes the best of the venues anew; true when price or quantity changed. The caller then calls `setChangedNs`. */
  readonly refresh = (instrument: number, books: OrderBooks): boolean => {
    let bidPrice = 0;
    let bidQuantity = 0;
    let bidVenue = -1;
    let askPrice = 0;
    let askQuantity = 0;
    let askVenue = -1;
    for (let venue = 0; venue < this.venueCount; venue++) {
      if (this.venueLive[venue] === 0) continue;
      const listing = instrument * this.venueCount + venue;
      const bid = books.bestBid(listing);
      if (bid > bidPrice || (bid === bidPrice && bid !== 0 && books.bestBidQuantity(listing) > bidQuantity)) {
        bidPrice = bid;
        bidQuantity = books.bestBidQuantity(listing);
        bidVenue = venue;
      }
      const ask = books.bestAsk(listing);
      if (
        ask !== 0 &&
        (askPrice === 0 || ask < askPrice || (ask === askPrice && books.bestAskQuantity(listing) > askQuantity))
      ) {
        askPrice = ask;
        askQuantity = books.bestAskQuantity(listing);
        askVenue = venue;
      }
    }
    const { rows } = this;
    const at = instrument * QuoteColumn.count;
    if (rows[at + QuoteColumn.bidPrice] !== bidPrice || rows[at + QuoteColumn.askPrice] !== askPrice) {
      rows[at + QuoteColumn.bidPrice] = bidPrice;
      rows[at + QuoteColumn.askPrice] = askPrice;
      rows[at + QuoteColumn.logMid] = 0;
      if (bidPrice > 0 && askPrice > bidPrice) {
        rows[at + QuoteColumn.logMid] = (bidPrice + askPrice) / 2 / priceUnitsPerCurrency;
        replaceByLogarithm(rows, at + QuoteColumn.logMid);
      }
    } else if (
      rows[at + QuoteColumn.bidQuantity] === bidQuantity &&
      rows[at + QuoteColumn.askQuantity] === askQuantity &&
      rows[at + QuoteColumn.bidVenue] === bidVenue &&
      rows[at + QuoteColumn.askVenue] === askVenue
    )
      return false;
    rows[at + QuoteColumn.bidQuantity] = bidQuantity;
    rows[at + QuoteColumn.bidVenue] = bidVenue;
    rows[at + QuoteColumn.askQuantity] = askQuantity;
    rows[at + QuoteColumn.askVenue] = askVenue;
    return true;
  };

  readonly bidPrice = (instrument: number): number => {
    return this.rows[instrument * QuoteColumn.count + QuoteColumn.bidPrice];
  };

  readonly bidQuantity = (instrument: number): number => {
    return this.rows[instrument * QuoteColumn.count + QuoteColumn.bidQuantity];
  };

  /** The venue with the best bid; -1 for none. */
  readonly bidVenue = (instrument: number): number => {
    return this.rows[instrument * QuoteColumn.count + QuoteColumn.bidVenue] | 0;
  };

  readonly askPrice = (instrument: number): number => {
    return this.rows[instrument * QuoteColumn.count + QuoteColumn.askPrice];
  };

  readonly askQuantity = (instrument: number): number => {
    return this.rows[instrument * QuoteColumn.count + QuoteColumn.askQuantity];
  };

  /** The venue with the best offer; -1 for none. */
  readonly askVenue = (instrument: number): number => {
    return this.rows[instrument * QuoteColumn.count + QuoteColumn.askVenue] | 0;
  };

  /** When the quote changed last; 0 for never. */
  readonly changedNs = (instrument: number): number => {
    return this.rows[instrument * QuoteColumn.count + QuoteColumn.changedNs];
  };

  readonly setChangedNs = (instrument: number, timeNs: number): void => {
    this.rows[instrument * QuoteColumn.count + QuoteColumn.changedNs] = timeNs;
  };

  /** Logarithm of the midpoint in the currency, of a two-sided market; one logarithm a change of price, whoever reads it. */
  readonly logMid = (instrument: number): number => {
    return this.rows[instrument * QuoteColumn.count + QuoteColumn.logMid];
  };

  /** True when both sides have a price and they are not crossed. */
  readonly isTwoSided = (instrument: number): boolean => {
    const at = instrument * QuoteColumn.count;
    const bid = this.rows[at + QuoteColumn.bidPrice];
    return bid > 0 && this.rows[at + QuoteColumn.askPrice] > bid;
  };

  /** Midpoint in price units, or 0 when one side is empty. */
  readonly mid = (instrument: number): number => {
    const at = instrument * QuoteColumn.count;
    const bid = this.rows[at + QuoteColumn.bidPrice];
    const ask = this.rows[at + QuoteColumn.askPrice];
    return bid === 0 || ask === 0 ? 0 : (bid + ask) / 2;
  };
}
