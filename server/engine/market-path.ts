import { feedStates, tradingStatuses } from "../../domain/health";
import { listingOf } from "../../domain/ids";
import type { StateRegistry } from "../machine/state-registry";
import { bidSide, type OrderBooks } from "./book/order-books";
import type { Quotes } from "./book/quotes";
import type { Dimensions } from "./dimensions";
import type { FeedOwner } from "./market/feed";
import type { MarketSink } from "./market/market-sink";
import { TradingRules } from "./market/trading-rules";
import type { DataSoundness } from "./risk/data-soundness";
import type { Bars } from "./signal/bars";
import type { Turn } from "./turn";

/** How an instrument was touched: at all, and at the best price of a side, so that its quote is to be taken anew. */
enum Touch {
  any = 1,
  best = 3,
}

/** Which rows of the views are due for a copy; 1 means changed. */
export type ChangedRows = {
  readonly instruments: Uint8Array;
  readonly listings: Uint8Array;
  readonly pairs: Uint8Array;
};

/**
 * From normalised market events into books and bars. Instruments whose best prices may have moved are collected, so
 * that signals and strategies run once an input for each, however many messages its packet had.
 */
export class MarketPath implements MarketSink, FeedOwner {
  /** tradingStatuses by listing: halted also while its venue alone has stopped it. */
  readonly listingStatus: Uint8Array;
  /** The status that all venues give a listing, and 1 where its venue has stopped it by itself (ITCH 'h'). */
  private readonly tradingStatus: Uint8Array;
  private readonly isStopped: Uint8Array;
  readonly listingChangedNs: Float64Array;
  /** Phases, price bands and short sale restrictions. */
  readonly rules: TradingRules;
  /** Touched instruments, `touchedCount` of them; scratch, empty between inputs. */
  readonly touched: Int32Array;
  touchedCount = 0;
  /** Bits of `Touch` by instrument, 0 for one that is not collected. */
  private readonly isTouched: Uint8Array;
  private readonly venueCount: number;
  private readonly instrumentCount: number;

  constructor(
    registry: StateRegistry,
    size: Dimensions,
    private readonly turn: Turn,
    private readonly books: OrderBooks,
    private readonly quotes: Quotes,
    private readonly bars: Bars,
    private readonly changed: ChangedRows,
    private readonly soundness: DataSoundness,
  ) {
    this.venueCount = size.venueCount;
    this.instrumentCount = size.instrumentCount;
    this.listingStatus = registry.allocate("market.listingStatus", "u8", size.listingCount);
    this.tradingStatus = registry.allocate("market.tradingStatus", "u8", size.listingCount);
    this.isStopped = registry.allocate("market.isStopped", "u8", size.listingCount);
    this.listingChangedNs = registry.allocate("market.listingChangedNs", "f64", size.listingCount);
    this.rules = new TradingRules(registry, this.listingStatus, size.instrumentCount, size.venueCount);
    this.touched = new Int32Array(size.instrumentCount);
    this.isTouched = new Uint8Array(size.instrumentCount);
  }

  readonly expectOrders = (venue: number, lows: Int32Array, count: number): void => {
    this.books.expect(venue, lows, count);
  };

  readonly addOrder = (
    venue: number,
    listing: number,
    high: number,
    low: number,
    side: number,
    quantity: number,
    price: number,
  ): void => {
    this.books.add(venue, listing, high, low, side, quantity, price);
    this.onBookChanged();
  };

  readonly executeOrder = (
    venue: number,
    listing: number,
    high: number,
    low: number,
    quantity: number,
    price: number,
    printable: boolean,
  ): void => {
    this.books.reduce(venue, listing, high, low, quantity);
    if (this.books.listing < 0) return;
    this.onBookChanged();
    if (!printable) return;
    if (price !== 0) this.trade(listing, this.books.quantity, price);
    else if (this.isAtOrdersPrice(listing)) this.trade(listing, this.books.quantity, this.books.price);
  };

  readonly cancelOrder = (venue: number, listing: number, high: number, low: number, quantity: number): void => {
    this.books.reduce(venue, listing, high, low, quantity);
    this.onBookChanged();
  };

  readonly deleteOrder = (venue: number, listing: number, high: number, low: number): void => {
    this.books.delete(venue, listing, high, low);
    this.onBookChanged();
  };

  readonly replaceOrder = (
    venue: number,
    listing: number,
    oldHigh: number,
    oldLow: number,
    newHigh: number,
    newLow: number,
    quantity: number,
    price: number,
  ): void => {
    this.books.replace(venue, listing, oldHigh, oldLow, newHigh, newLow, quantity, price);
    this.onBookChanged();
  };

  readonly trade = (listing: number, quantity: number, price: number): void => {
    const instrument = this.instrumentOf(listing);
    this.bars.onTrade(instrument, price, quantity);
    this.rules.onTrade(instrument, price, this.turn.timeNs);
    this.changed.instruments[instrument] = 1;
    this.touch(instrument, Touch.any);
  };

  readonly statusChanged = (listing: number, status: number): void => {
    this.tradingStatus[listing] = status;
    if (status === tradingStatuses.code.trading) this.rules.onTrading(listing);
    this.refreshStatus(listing);
  };

  readonly operationalHaltChanged = (listing: number, halted: boolean): void => {
    this.isStopped[listing] = halted ? 1 : 0;
    this.refreshStatus(listing);
  };

  readonly sessionChanged = (venue: number, event: number): void => {
    this.rules.onSystemEvent(venue, event);
  };

  readonly tierChanged = (listing: number, tier: number): void => {
    this.rules.setTier(listing, tier);
  };

  readonly shortSaleChanged = (listing: number, restricted: boolean): void => {
    this.rules.setShortSale(listing, restricted);
  };

  readonly auctionCollarChanged = (listing: number, lowest: number, highest: number): void => {
    this.rules.setCollar(listing, lowest, highest);
  };

  readonly onFeedState = (venue: number, state: number): void => {
    const live = state === feedStates.code.live ? 1 : 0;
    if (live === 0) this.soundness.onNotLive(venue);
    if (this.quotes.venueLive[venue] === live) return;
    this.quotes.venueLive[venue] = live;
    this.touchAll();
  };

  readonly onPacket = (venue: number, silenceNs: number): void => this.soundness.onPacket(venue, silenceNs);

  readonly onBooksCleared = (venue: number): void => {
    this.books.clearVenue(venue);
    for (let instrument = 0; instrument < this.instrumentCount; instrument++) {
      const listing = listingOf(instrument, venue, this.venueCount);
      this.listingChangedNs[listing] = this.turn.timeNs;
      this.changed.listings[listing] = 1;
    }
    this.touchAll();
  };

  /** True when the quote of a collected instrument may have changed: what lies behind the best prices moves none. */
  readonly isQuoteDue = (instrument: number): boolean => {
    return this.isTouched[instrument] === Touch.best;
  };

  /** Forgets the collected instruments; the engine has dealt with them. */
  readonly clearTouched = (): void => {
    for (let i = 0; i < this.touchedCount; i++) this.isTouched[this.touched[i]] = 0;
    this.touchedCount = 0;
  };

  /**
   * Whether an execution that names no price was at its order's price, by what its book is afterwards. Not so when
   * others of its side stand before it: the order was moved into the market and its execution told before its new price;
   * what it met is told as well. Nor in an auction, which all leave at one price: its book was crossed before.
   */
  private readonly isAtOrdersPrice = (listing: number): boolean => {
    const { price, side } = this.books;
    const ask = this.books.bestAsk(listing);
    const hasBetterBid = this.books.bestBid(listing) > price;
    const hasBetterAsk = ask !== 0 && ask < price;
    if (side === bidSide ? hasBetterBid : hasBetterAsk) return false;
    // A taker told before its fills crosses the book too, but in this very input.
    return !(side === bidSide ? hasBetterAsk : hasBetterBid) || !this.wasCrossed(listing);
  };

  /** Whether one book was crossed when the quotes were last taken, which is at the end of each input. */
  private readonly wasCrossed = (listing: number): boolean => {
    const instrument = this.instrumentOf(listing);
    const venue = listing - instrument * this.venueCount;
    const { quotes } = this;
    if (quotes.bidVenue(instrument) !== venue || quotes.askVenue(instrument) !== venue) return false;
    return quotes.bidPrice(instrument) > quotes.askPrice(instrument);
  };

  private readonly onBookChanged = (): void => {
    const listing = this.books.listing;
    if (listing < 0) return;
    this.listingChangedNs[listing] = this.turn.timeNs;
    this.changed.listings[listing] = 1;
    this.touch(this.instrumentOf(listing), this.books.isBestChanged ? Touch.best : Touch.any);
  };

  private readonly refreshStatus = (listing: number): void => {
    this.listingStatus[listing] =
      this.isStopped[listing] === 1 ? tradingStatuses.code.halted : this.tradingStatus[listing];
    this.changed.listings[listing] = 1;
    this.touch(this.instrumentOf(listing), Touch.any);
  };

  private readonly touch = (instrument: number, how: Touch): void => {
    const before = this.isTouched[instrument];
    this.isTouched[instrument] = before | how;
    if (before === 0) this.touched[this.touchedCount++] = instrument;
  };

  private readonly touchAll = (): void => {
    for (let instrument = 0; instrument < this.instrumentCount; instrument++) this.touch(instrument, Touch.best);
  };

  private readonly instrumentOf = (listing: number): number => {
    return (listing / this.venueCount) | 0;
  };
}
