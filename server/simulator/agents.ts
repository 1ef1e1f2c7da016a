import type { Desk } from "../../domain/desk";
import type { StateRegistry } from "../machine/state-registry";
import type { FairPrices } from "./fair-prices";
import type { MarketFeed } from "./market-feed";
import { buySide, none, type OrderBooks, orderOwner, sellSide } from "./order-books";
import type { RandomSource } from "./random-source";

/** Quotes of the market makers a side and listing, each at a price of its own. */
const quoteDepth = 14;
/** Orders of other traders a listing, at most. */
const extraCount = 10;
/** A quote or extra order's place when an order has none. */
const noPlace = -1;

/** The market moves on a grid of this many nanoseconds; every name has its turn once in `turnsPerRound` of them. */
export const marketStepNs = 10_000_000;
const turnsPerRound = 10;
const stepSeconds = marketStepNs / 1e9;
const roundSeconds = stepSeconds * turnsPerRound;

/** Share of the message budget that following the price may take; it sets the distance between quoted levels. */
const followingShare = 0.45;
/** Takers come this often for each other order event. */
const takerShare = 0.15;
/** How often a maker trades with an order that stands in its quote's way. */
const boldness = 0.3;
/** Notional of a quote over all venues, in money: $50,000. */
const quoteNotional = 500_000_000;

const NOISE_SCALE = 0;
const MESSAGES_SEEN = 1;
const RATE = 2;
const TURN = 3;

/**
 * The other people in the market: makers who quote both sides of every listing around the fair price, traders who add,
 * change and withdraw orders near the touch, takers who cross the spread, and an arbitrageur who buys where it is
 * cheap and sells where it is dear. They reach the books only by entering, replacing and cancelling orders, as
 * the member does, and so trade with the member's orders whenever those are in the way.
 *
 * The makers' levels lie on a grid as wide as the price moves in a fraction of a second, but never under a tick, so the
 * messages needed to follow it fit the desk's budget; what is left of the budget goes to the other traders. Names come
 * in the desk's order: the first are the busiest.
 */
export class Agents {
  /** Order slot plus one of each quote, 0 for none: (listing × 2 + side) × depth + grid index modulo depth. */
  private readonly quotes: Int32Array;
  private readonly extras: Int32Array;
  /** Where an agent's order is noted: its index in `quotes`, or that of `extras` above all quotes. */
  private readonly place: Int32Array;
  /** The fair price in ticks that each listing is quoted around. */
  private readonly centre: Float64Array;
  /** Width of the grid in ticks. */
  private readonly gridTicks: Float64Array;
  /** 1 when the name's takers buy now. */
  private readonly takersBuy: Uint8Array;
  private readonly pace: Float64Array;
  private readonly weight: Float64Array;
  private readonly venueCount: number;
  private readonly instrumentCount: number;
  private timeNs = 0;

  constructor(
    registry: StateRegistry,
    private readonly desk: Desk,
    private readonly books: OrderBooks,
    private readonly feed: MarketFeed,
    private readonly fair: FairPrices,
    private readonly random: RandomSource,
    private readonly halted: Uint8Array,
  ) {
    this.venueCount = desk.venues.length;
    this.instrumentCount = desk.instruments.length;
    const listingCount = this.venueCount * this.instrumentCount;
    this.quotes = registry.allocate("agent.quotes", "i32", listingCount * 2 * quoteDepth);
    this.extras = registry.allocate("agent.extras", "i32", listingCount * extraCount);
    this.place = registry.allocate("agent.place", "i32", books.orderCapacity);
    this.centre = registry.allocate("agent.centre", "f64", listingCount);
    this.gridTicks = registry.allocate("agent.gridTicks", "f64", this.instrumentCount);
    this.takersBuy = registry.allocate("agent.takersBuy", "u8", this.instrumentCount);
    this.pace = registry.allocate("agent.pace", "f64", 4, "carried");
    this.pace[NOISE_SCALE] = 0.5;
    this.pace[RATE] = desk.market.messagesPerSecond;
    this.weight = busyness(this.instrumentCount);
  }

  /** Forgets all orders, for a new day. */
  clear(): void {
    this.quotes.fill(0);
    this.extras.fill(0);
    this.centre.fill(0);
    this.pace[MESSAGES_SEEN] = 0;
    this.pace[TURN] = 0;
  }

  /** Fills the empty books of a new day. */
  open(timeNs: number): void {
    this.timeNs = timeNs;
    for (let instrument = 0; instrument < this.instrumentCount; instrument++) {
      const price = this.fair.price(instrument);
      const { tick } = this.desk.instruments[instrument];
      const budget = (this.desk.market.messagesPerSecond / this.instrumentCount) * this.weight[instrument];
      const movesPerSecond = Math.max(0.01, (budget * followingShare) / (2 * this.venueCount));
      const width = (this.fair.deviationPerSecond[instrument] * price) / Math.sqrt(movesPerSecond) / tick;
      this.gridTicks[instrument] = Math.max(1, Math.floor(width + 0.5));
      this.takersBuy[instrument] = this.random.below(2);
      for (let venue = 0; venue < this.venueCount; venue++) {
        this.follow(venue, instrument, price / tick, 1);
        for (let extra = 0; extra < extraCount / 2; extra++) this.changeExtra(venue, instrument);
      }
    }
    this.pace[MESSAGES_SEEN] = this.messagesSent();
  }

  /** One step of the market's grid: the market factor, and the turn of every tenth name. */
  step(timeNs: number): void {
    this.timeNs = timeNs;
    const turn = this.pace[TURN];
    this.fair.advanceMarket(stepSeconds);
    for (let instrument = turn % turnsPerRound; instrument < this.instrumentCount; instrument += turnsPerRound)
      this.turnOf(instrument);
    this.pace[TURN] = turn + 1;
    if ((turn + 1) % 100 === 0) this.adjustPace();
  }

  /** An agent's order has left the books. */
  gone(order: number): void {
    const place = this.place[order];
    if (place === noPlace) return;
    if (place < this.quotes.length) this.quotes[place] = 0;
    else this.extras[place - this.quotes.length] = 0;
  }

  private turnOf(instrument: number): void {
    const { tick } = this.desk.instruments[instrument];
    const ticks = this.fair.advanceName(instrument, roundSeconds) / tick;
    const budget = (this.desk.market.messagesPerSecond / this.instrumentCount) * this.weight[instrument];
    const events = budget * this.fair.activity(instrument) * this.pace[NOISE_SCALE] * roundSeconds;
    for (let venue = 0; venue < this.venueCount; venue++) {
      if (this.halted[instrument * this.venueCount + venue] === 1) continue;
      this.follow(venue, instrument, ticks, 0.35);
      const share = this.desk.venues[venue].liquidityShare;
      for (let left = this.random.poisson(events * share * (1 - takerShare)); left > 0; left--)
        if (this.random.uniform() < 0.65) this.changeExtra(venue, instrument);
        else this.resizeQuote(venue, instrument);
    }
    for (let left = this.random.poisson(events * takerShare); left > 0; left--) this.take(instrument, ticks);
    this.arbitrage(instrument);
  }

  /** Brings the makers' quotes of a listing to where they should be; missing ones return with `refill` probability. */
  private follow(venue: number, instrument: number, ticks: number, refill: number): void {
    const listing = instrument * this.venueCount + venue;
    const grid = this.gridTicks[instrument];
    const before = this.centre[listing];
    const moved = before === 0 || Math.abs(ticks - before) > 0.25 * grid;
    if (moved) this.centre[listing] = ticks;
    // Each venue leans a little, so that the two do not show the same picture.
    const lean = (((listing * 7) % 5) - 2) * 0.02 * grid;
    const centre = this.centre[listing] + lean;
    const bidIndex = Math.floor((centre - 0.2 * grid) / grid);
    const askIndex = Math.floor((centre + 0.2 * grid) / grid) + 1;
    // The side that retreats goes first, so that makers do not run into their own quotes.
    const first = ticks >= before ? sellSide : buySide;
    for (let pass = 0; pass < 2; pass++) {
      const side = pass === 0 ? first : 1 - first;
      const best = side === buySide ? bidIndex : askIndex;
      const away = side === buySide ? -1 : 1;
      for (let depth = quoteDepth - 1; depth >= 0; depth--) {
        const index = best + away * depth;
        const slot = index - Math.floor(index / quoteDepth) * quoteDepth;
        const place = (listing * 2 + side) * quoteDepth + slot;
        const order = this.quotes[place] - 1;
        if (order === none ? this.random.uniform() >= refill : !moved) continue;
        const price = this.passivePrice(instrument, side, this.quotePrice(instrument, listing, side, index, grid));
        if (price <= 0) continue;
        if (order === none) {
          const quantity = this.quoteQuantity(venue, price, depth);
          this.enter(venue, instrument, side, quantity, price, false, 0, place);
        } else if (this.books.price[order] !== price) {
          const quantity = this.quoteQuantity(venue, price, depth);
          this.books.replace(order, quantity, price, false, 0, false, this.timeNs);
        }
      }
    }
  }

  /** The price of a level: its place on the grid, moved away from the touch by a fixed irregularity of its own. */
  private quotePrice(instrument: number, listing: number, side: number, index: number, grid: number): number {
    const irregularity = Math.imul(index * 2 + side + listing * 8_191, 0x9e37_79b1) >>> 16;
    const offset = irregularity % Math.max(1, Math.floor(grid / 2));
    const ticks = index * grid + (side === buySide ? -offset : offset);
    return ticks * this.desk.instruments[instrument].tick;
  }

  /**
   * A maker mostly stays a tick away from an order that stands in its way, at this venue or another, rather than trade
   * with it or lock the market: a stale order lives until a taker or a bolder maker finds it.
   */
  private passivePrice(instrument: number, side: number, price: number): number {
    const opposite = this.bestAnywhere(instrument, 1 - side);
    if (opposite === 0 || (side === buySide ? price < opposite : price > opposite)) return price;
    if (this.random.uniform() < boldness) return price;
    const { tick } = this.desk.instruments[instrument];
    return side === buySide ? opposite - tick : opposite + tick;
  }

  /** The best displayed price of a side over all venues, 0 when there is none. */
  private bestAnywhere(instrument: number, side: number): number {
    let best = 0;
    for (let venue = 0; venue < this.venueCount; venue++) {
      const there = this.books.bestPrice(venue, instrument, side);
      if (there > 0 && (best === 0 || (side === buySide ? there > best : there < best))) best = there;
    }
    return best;
  }

  private quoteQuantity(venue: number, price: number, depth: number): number {
    const share = this.desk.venues[venue].liquidityShare;
    const size = (quoteNotional * share * (0.6 + 0.8 * this.random.uniform()) * (1 + 0.12 * depth)) / price;
    return roundedSize(size);
  }

  private resizeQuote(venue: number, instrument: number): void {
    const listing = instrument * this.venueCount + venue;
    const place = listing * 2 * quoteDepth + this.random.below(2 * quoteDepth);
    const order = this.quotes[place] - 1;
    if (order === none) return;
    const quantity = roundedSize(this.books.quantity[order] * (0.6 + 0.4 * this.random.uniform()));
    const grown = this.quoteQuantity(venue, this.books.price[order], 2);
    const wanted = this.books.quantity[order] * 2 < grown || this.random.uniform() < 0.4 ? grown : quantity;
    this.books.replace(order, wanted, this.books.price[order], false, 0, false, this.timeNs);
  }

  /** Another trader enters, reduces, replaces or withdraws an order near the touch. */
  private changeExtra(venue: number, instrument: number): void {
    const { books, random } = this;
    const listing = instrument * this.venueCount + venue;
    const index = listing * extraCount + random.below(extraCount);
    const order = this.extras[index] - 1;
    if (order === none) {
      const side = random.below(2);
      const price = this.extraPrice(venue, instrument, side);
      if (price <= 0) return;
      const quantity = roundedSize((quoteNotional * 0.4 * random.exponential()) / price);
      const kind = random.uniform();
      const showMost = kind > 0.95 && quantity >= 4 ? Math.floor(quantity / 4) : 0;
      this.enter(venue, instrument, side, quantity, price, kind < 0.04, showMost, this.quotes.length + index);
      return;
    }
    const choice = random.uniform();
    const open = books.quantity[order];
    if (choice < 0.3 && open >= 4) books.reduce(order, Math.floor(open / 2), this.timeNs);
    else if (choice < 0.5 && books.showMost[order] === 0 && books.hidden[order] === 0) {
      const price = this.extraPrice(venue, instrument, books.side[order]);
      if (price > 0) books.replace(order, open, price, false, 0, false, this.timeNs);
    } else books.cancel(order, this.timeNs);
  }

  /** A price some steps behind the touch, now and then a tick inside a wide spread; 0 without a market. */
  private extraPrice(venue: number, instrument: number, side: number): number {
    const { tick } = this.desk.instruments[instrument];
    const bid = this.books.bestPrice(venue, instrument, buySide);
    const ask = this.books.bestPrice(venue, instrument, sellSide);
    if (bid === 0 || ask === 0) return 0;
    const away = side === buySide ? -tick : tick;
    const touch = side === buySide ? bid : ask;
    const inside = touch - away;
    if (ask - bid > 2 * tick && this.random.uniform() < 0.12) return this.passivePrice(instrument, side, inside);
    return touch + away * Math.floor(this.random.exponential() * 2 * this.gridTicks[instrument]);
  }

  /** Somebody crosses the spread. Buyers and sellers come in runs. */
  private take(instrument: number, ticks: number): void {
    const { books, random } = this;
    if (random.uniform() < 0.25) this.takersBuy[instrument] = 1 - this.takersBuy[instrument];
    const side = this.takersBuy[instrument] === 1 ? buySide : sellSide;
    const venue = this.takerVenue(instrument, side);
    if (this.halted[instrument * this.venueCount + venue] === 1) return;
    const { tick } = this.desk.instruments[instrument];
    const far = 3 * this.gridTicks[instrument];
    const limit = Math.floor(side === buySide ? ticks + far : ticks - far) * tick;
    const touch = books.bestQuantity(venue, instrument, 1 - side);
    if (limit <= 0 || touch === 0) return;
    const quantity = Math.max(1, Math.floor(touch * 0.9 * random.exponential()));
    this.enterImmediate(venue, instrument, side, quantity, limit);
  }

  /** The better-priced venue three times out of four, else by its share of the liquidity. */
  private takerVenue(instrument: number, side: number): number {
    const { books, random } = this;
    if (random.uniform() < 0.75) {
      let best = 0;
      for (let venue = 1; venue < this.venueCount; venue++) {
        const there = books.bestPrice(venue, instrument, 1 - side);
        const sofar = books.bestPrice(best, instrument, 1 - side);
        const better = side === buySide ? there < sofar : there > sofar;
        if (there > 0 && (sofar === 0 || better || (there === sofar && random.uniform() < 0.5))) best = venue;
      }
      return best;
    }
    let left = random.uniform();
    for (let venue = 0; venue < this.venueCount - 1; venue++) {
      left -= this.desk.venues[venue].liquidityShare;
      if (left < 0) return venue;
    }
    return this.venueCount - 1;
  }

  /** Closes what the venues leave crossed against each other. */
  private arbitrage(instrument: number): void {
    const { books } = this;
    for (let round = 0; round < 8; round++) {
      let bidVenue = none;
      let askVenue = none;
      let bid = 0;
      let ask = 0;
      for (let venue = 0; venue < this.venueCount; venue++) {
        if (this.halted[instrument * this.venueCount + venue] === 1) continue;
        const venueBid = books.bestPrice(venue, instrument, buySide);
        const venueAsk = books.bestPrice(venue, instrument, sellSide);
        if (venueBid > bid) {
          bid = venueBid;
          bidVenue = venue;
        }
        if (venueAsk > 0 && (ask === 0 || venueAsk < ask)) {
          ask = venueAsk;
          askVenue = venue;
        }
      }
      if (bidVenue === none || askVenue === none || bidVenue === askVenue || bid <= ask) return;
      const quantity = Math.min(
        books.bestQuantity(bidVenue, instrument, buySide),
        books.bestQuantity(askVenue, instrument, sellSide),
      );
      this.enterImmediate(askVenue, instrument, buySide, quantity, ask);
      this.enterImmediate(bidVenue, instrument, sellSide, quantity, bid);
    }
  }

  private enterImmediate(venue: number, instrument: number, side: number, quantity: number, price: number): void {
    const { books } = this;
    if (!books.hasRoom) return;
    const order = books.prepare(orderOwner.agent, venue, instrument, side, quantity, price, false, 0);
    this.place[order] = noPlace;
    if (books.submit(order, true, this.timeNs) > 0) books.discard(order);
  }

  private enter(
    venue: number,
    instrument: number,
    side: number,
    quantity: number,
    price: number,
    hidden: boolean,
    showMost: number,
    place: number,
  ): void {
    const { books } = this;
    if (!books.hasRoom) return;
    const order = books.prepare(orderOwner.agent, venue, instrument, side, quantity, price, hidden, showMost);
    this.place[order] = place;
    if (place < this.quotes.length) this.quotes[place] = order + 1;
    else this.extras[place - this.quotes.length] = order + 1;
    books.submit(order, false, this.timeNs);
  }

  private messagesSent(): number {
    let total = 0;
    for (let venue = 0; venue < this.venueCount; venue++) total += this.feed.nextSequence(venue) - 1;
    return total;
  }

  /** Once a simulated second: leads the average rate of messages towards the desk's target, slowly. */
  private adjustPace(): void {
    const { pace } = this;
    const target = this.desk.market.messagesPerSecond;
    const sent = this.messagesSent();
    const rate = sent - pace[MESSAGES_SEEN];
    pace[MESSAGES_SEEN] = sent;
    pace[RATE] += (rate - pace[RATE]) / 60;
    const scale = pace[NOISE_SCALE] * (1 + (0.03 * (target - pace[RATE])) / target);
    pace[NOISE_SCALE] = Math.min(3, Math.max(0.05, scale));
  }
}

/** How busy each name is relative to the average of 1: it falls with its place in the desk. */
function busyness(count: number): Float64Array {
  const weight = new Float64Array(count);
  let total = 0;
  for (let index = 0; index < count; index++) {
    weight[index] = 1 / Math.sqrt(1 + (index * 12) / count);
    total += weight[index];
  }
  return weight.map((value) => (value * count) / total);
}

/** Whole lots, in tens and hundreds when there are enough of them, at least one. */
function roundedSize(size: number): number {
  if (size >= 1_000) return Math.min(900_000, Math.floor(size / 100) * 100);
  if (size >= 100) return Math.floor(size / 10) * 10;
  return Math.max(1, Math.floor(size));
}
