import type { StateRegistry } from "../../machine/state-registry";
import type { OrderBooks } from "./order-books";

/**
 * The consolidated best bid and offer of each instrument over the venues whose data is live: best price, the quantity
 * shown at it on the best venue, and that venue. A venue that shows more wins a tie. 0 means no price.
 */
export class Quotes {
  readonly bidPrice: Float64Array;
  readonly bidQuantity: Float64Array;
  readonly bidVenue: Int32Array;
  readonly askPrice: Float64Array;
  readonly askQuantity: Float64Array;
  readonly askVenue: Int32Array;
  readonly changedNs: Float64Array;
  /** 1 for a venue whose data is live. */
  readonly venueLive: Uint8Array;
  private readonly venueCount: number;

  constructor(registry: StateRegistry, instrumentCount: number, venueCount: number) {
    this.venueCount = venueCount;
    this.bidPrice = registry.allocate("quotes.bidPrice", "f64", instrumentCount);
    this.bidQuantity = registry.allocate("quotes.bidQuantity", "f64", instrumentCount);
    this.bidVenue = registry.allocate("quotes.bidVenue", "i32", instrumentCount);
    this.askPrice = registry.allocate("quotes.askPrice", "f64", instrumentCount);
    this.askQuantity = registry.allocate("quotes.askQuantity", "f64", instrumentCount);
    this.askVenue = registry.allocate("quotes.askVenue", "i32", instrumentCount);
    this.changedNs = registry.allocate("quotes.changedNs", "f64", instrumentCount);
    this.venueLive = registry.allocate("quotes.venueLive", "u8", venueCount);
  }

  /** Takes the best of the venues anew; true when price or quantity changed. The caller then sets `changedNs`. */
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
    if (
      this.bidPrice[instrument] === bidPrice &&
      this.askPrice[instrument] === askPrice &&
      this.bidQuantity[instrument] === bidQuantity &&
      this.askQuantity[instrument] === askQuantity &&
      this.bidVenue[instrument] === bidVenue &&
      this.askVenue[instrument] === askVenue
    )
      return false;
    this.bidPrice[instrument] = bidPrice;
    this.bidQuantity[instrument] = bidQuantity;
    this.bidVenue[instrument] = bidVenue;
    this.askPrice[instrument] = askPrice;
    this.askQuantity[instrument] = askQuantity;
    this.askVenue[instrument] = askVenue;
    return true;
  };

  /** True when both sides have a price and they are not crossed. */
  readonly isTwoSided = (instrument: number): boolean => {
    return this.bidPrice[instrument] > 0 && this.askPrice[instrument] > this.bidPrice[instrument];
  };

  /** Midpoint in price units, or 0 when one side is empty. */
  readonly mid = (instrument: number): number => {
    const bid = this.bidPrice[instrument];
    const ask = this.askPrice[instrument];
    return bid === 0 || ask === 0 ? 0 : (bid + ask) / 2;
  };
}
