import { sessionPhases, tradingStatuses } from "../../../domain/health";
import { nsPerSecond } from "../../../domain/time";
import type { StateRegistry } from "../../machine/state-registry";

const phases = sessionPhases.code;
const statuses = tradingStatuses.code;

/** Where a venue's own day is. `none`: it never said, and the listing's status alone counts. */
const VenueDay = { none: 0, before: 1, open: 2, after: 3 } as const;

/** Trades of the last five minutes, in ten parts: what the limit up/limit down plan takes its reference price from. */
const partCount = 10;
const partNs = 30 * nsPerSecond;

/**
 * What venues say about how a listing may trade: phase of the day, price bands, short sale restriction.
 *
 * ITCH carries no limit up/limit down bands (the SIP does), so they are computed here as the plan says: around the mean
 * price of the trades of the last five minutes, taken anew each half minute when it has moved by 1 % or more; 5 % for
 * tier 1, 10 % for tier 2 above $3.00, 20 % from $0.75, below that the lesser of 75 % and $0.15. The plan doubles them
 * in the last 25 minutes; this does not, which is stricter. While a listing is paused the collar of its reopening
 * auction (ITCH 'J') stands in their place. Before the first trade there is no band.
 */
export class TradingRules {
  private readonly status: Uint8Array;
  private readonly venueDay: Uint8Array;
  private readonly tier: Uint8Array;
  private readonly shortSaleRestricted: Uint8Array;
  private readonly collarLowest: Float64Array;
  private readonly collarHighest: Float64Array;
  private readonly partSum: Float64Array;
  private readonly partTrades: Float64Array;
  private readonly part: Float64Array;
  /** Price units, a float. */
  private readonly reference: Float64Array;
  private readonly venueCount: number;

  constructor(registry: StateRegistry, status: Uint8Array, instrumentCount: number, venueCount: number) {
    const listings = instrumentCount * venueCount;
    this.status = status;
    this.venueCount = venueCount;
    this.venueDay = registry.allocate("market.venueDay", "u8", venueCount);
    this.tier = registry.allocate("market.tier", "u8", listings);
    this.shortSaleRestricted = registry.allocate("market.shortSaleRestricted", "u8", listings);
    this.collarLowest = registry.allocate("market.collarLowest", "f64", listings);
    this.collarHighest = registry.allocate("market.collarHighest", "f64", listings);
    this.partSum = registry.allocate("market.bandPartSum", "f64", instrumentCount * partCount);
    this.partTrades = registry.allocate("market.bandPartTrades", "f64", instrumentCount * partCount);
    this.part = registry.allocate("market.bandPart", "f64", instrumentCount);
    this.reference = registry.allocate("market.bandReference", "f64", instrumentCount);
  }

  /** A code of `sessionPhases`. */
  readonly phaseOf = (listing: number): number => {
    const day = this.venueDay[listing % this.venueCount];
    if (day === VenueDay.after) return phases.closed;
    switch (this.status[listing]) {
      case statuses.halted:
        return phases.halted;
      case statuses.paused:
        return phases.paused;
      case statuses.quotationOnly:
        return phases.quotationOnly;
      case statuses.trading:
        return day === VenueDay.before ? phases.preOpen : phases.trading;
      default:
        return phases.unknown;
    }
  };

  /** True while a short sale at or below the best bid is refused: when any venue says so. */
  readonly isShortSaleRestricted = (instrument: number): boolean => {
    const first = instrument * this.venueCount;
    for (let venue = 0; venue < this.venueCount; venue++)
      if (this.shortSaleRestricted[first + venue] === 1) return true;
    return false;
  };

  /** Price units, a float: a buy above it is refused; 0 when there is no band. */
  readonly highestPrice = (listing: number): number => {
    if (this.collarHighest[listing] > 0) return this.collarHighest[listing];
    const reference = this.bandReference(listing);
    return reference === 0 ? 0 : reference + this.bandWidth(listing, reference);
  };

  /** Price units, a float: a sale below it is refused; 0 when there is no band. */
  readonly lowestPrice = (listing: number): number => {
    if (this.collarHighest[listing] > 0) return this.collarLowest[listing];
    const reference = this.bandReference(listing);
    return reference === 0 ? 0 : reference - this.bandWidth(listing, reference);
  };

  /** A system event of a venue, by its letter. */
  readonly onSystemEvent = (venue: number, event: number): void => {
    switch (event) {
      case 0x4f: // O
      case 0x53: // S
        this.venueDay[venue] = VenueDay.before;
        break;
      case 0x51: // Q
        this.venueDay[venue] = VenueDay.open;
        break;
      case 0x4d: // M
      case 0x45: // E
      case 0x43: // C
        this.venueDay[venue] = VenueDay.after;
        break;
    }
  };

  /** A listing trades again: its auction is over. */
  readonly onTrading = (listing: number): void => {
    this.collarLowest[listing] = 0;
    this.collarHighest[listing] = 0;
  };

  readonly setTier = (listing: number, tier: number): void => {
    this.tier[listing] = tier;
  };

  readonly setShortSale = (listing: number, restricted: boolean): void => {
    this.shortSaleRestricted[listing] = restricted ? 1 : 0;
  };

  readonly setCollar = (listing: number, lowest: number, highest: number): void => {
    this.collarLowest[listing] = lowest;
    this.collarHighest[listing] = highest;
  };

  /** A trade at `price`, on any venue. */
  readonly onTrade = (instrument: number, price: number, timeNs: number): void => {
    const part = Math.floor(timeNs / partNs);
    if (part !== this.part[instrument]) this.roll(instrument, part);
    if (this.reference[instrument] === 0) this.reference[instrument] = price;
    const at = instrument * partCount + (part % partCount);
    this.partSum[at] += price;
    this.partTrades[at]++;
  };

  /** A new half minute: the mean of the last ten becomes the reference when it is 1 % or more away. */
  private readonly roll = (instrument: number, part: number): void => {
    const first = instrument * partCount;
    const last = this.part[instrument];
    // Half minutes since the last trade had none.
    for (let gone = Math.max(last + 1, part - partCount); gone < part; gone++) this.empty(first + (gone % partCount));
    let sum = 0;
    let trades = 0;
    for (let i = 0; i < partCount; i++) {
      sum += this.partSum[first + i];
      trades += this.partTrades[first + i];
    }
    const reference = this.reference[instrument];
    if (trades > 0 && reference > 0) {
      const mean = sum / trades;
      if (Math.abs(mean - reference) * 100 >= reference) this.reference[instrument] = mean;
    }
    this.empty(first + (part % partCount));
    this.part[instrument] = part;
  };

  private readonly empty = (at: number): void => {
    this.partSum[at] = 0;
    this.partTrades[at] = 0;
  };

  private readonly bandReference = (listing: number): number => {
    return this.tier[listing] === 0 ? 0 : this.reference[(listing / this.venueCount) | 0];
  };

  private readonly bandWidth = (listing: number, reference: number): number => {
    if (reference > 30_000) return (reference * (this.tier[listing] === 1 ? 5 : 10)) / 100;
    if (reference >= 7_500) return (reference * 20) / 100;
    return Math.min((reference * 75) / 100, 1_500);
  };
}
