import type { Desk } from "../../../domain/desk";
import { alertCodes } from "../../../domain/health";
import { nsPerMillisecond } from "../../../domain/time";
import type { StateRegistry } from "../../machine/state-registry";
import type { Quotes } from "../book/quotes";
import type { Bars } from "../signal/bars";
import type { Turn } from "../turn";
import type { Limits } from "./limits";

/** Ten-thousandths of a whole. */
const bpsPerOne = 10_000;

/**
 * For how many updates market data has been sound. A venue's is not while its feed is not live, or was silent for longer
 * than data may be old; a name's while its market is crossed or far from its last trade. Orders rely on it again after
 * `recoveryUpdates` sound ones in a row (FIA 2015, section 1.3: market data reasonability): one alone may be the last word
 * of what was wrong. Updates of a venue are packets in sequence, of a name whatever touched its market.
 */
export class DataSoundness {
  /** Packets in sequence of each venue since its data was unsound. */
  private readonly venueUpdates: Float64Array;
  /** Updates of each name since its market was unsound; infinity when it never was. */
  private readonly updates: Float64Array;
  /** 1 when people have been told that a name is unsound, until it is sound again. */
  private readonly isTold: Uint8Array;
  private readonly dataAgeRow: number;
  private readonly tradeAgeRow: number;
  private readonly deviationRow: number;

  constructor(
    registry: StateRegistry,
    desk: Desk,
    private readonly turn: Turn,
    private readonly quotes: Quotes,
    private readonly bars: Bars,
    private readonly limits: Limits,
  ) {
    this.venueUpdates = registry.allocate("risk.venueUpdates", "f64", desk.venues.length);
    this.updates = registry
      .allocate("risk.soundUpdates", "f64", desk.instruments.length)
      .fill(Number.POSITIVE_INFINITY);
    this.isTold = registry.allocate("risk.unsoundTold", "u8", desk.instruments.length);
    this.dataAgeRow = limits.baseOf("dataAgeMilliseconds", "all");
    this.tradeAgeRow = limits.baseOf("tradeAgeMilliseconds", "all");
    this.deviationRow = limits.baseOf("deviationBps", "all");
  }

  /** A packet of a venue's live feed in sequence; the one before it came `silenceNs` earlier. */
  readonly onPacket = (venue: number, silenceNs: number): void => {
    if (!(silenceNs <= this.limits.value[this.dataAgeRow] * nsPerMillisecond)) this.venueUpdates[venue] = 0;
    this.venueUpdates[venue]++;
  };

  /** A venue's feed is not live any more. */
  readonly onNotLive = (venue: number): void => {
    this.venueUpdates[venue] = 0;
  };

  /** A name's market was touched, by a quote, a trade or its status; its quote is up to date. */
  readonly onTouched = (instrument: number): void => {
    if (this.isCrossed(instrument) || this.isDeviant(instrument)) {
      this.updates[instrument] = 0;
      return;
    }
    this.updates[instrument]++;
    this.isTold[instrument] = 0;
  };

  /** An order was refused since its name's market is unsound: people are told once, until it is sound again. */
  readonly onRefused = (instrument: number, value: number, limit: number): void => {
    if (this.isTold[instrument] === 1) return;
    this.isTold[instrument] = 1;
    this.turn.alert(alertCodes.code.marketUnsound, instrument, value, limit);
  };

  readonly venueUpdatesOf = (venue: number): number => this.venueUpdates[venue];

  readonly updatesOf = (instrument: number): number => this.updates[instrument];

  /** The consolidated bid is above the offer. One side missing, or both at one price, is not crossed. */
  readonly isCrossed = (instrument: number): boolean => {
    const ask = this.quotes.askPrice(instrument);
    return ask !== 0 && this.quotes.bidPrice(instrument) > ask;
  };

  /**
   * The middle is further from the day's last trade than it may be, where both are there. However old the trade: were only a
   * fresh one looked at, a tighter limit of its age would let out what this one refuses.
   */
  readonly isDeviant = (instrument: number): boolean => {
    const bid = this.quotes.bidPrice(instrument);
    const ask = this.quotes.askPrice(instrument);
    const twiceLast = 2 * this.bars.lastPrice[instrument];
    if (bid === 0 || ask === 0 || !(twiceLast > 0)) return false;
    return !(Math.abs(bid + ask - twiceLast) * bpsPerOne <= twiceLast * this.limits.value[this.deviationRow]);
  };

  /** How far the middle is from the last trade, in basis points; only where both are there. */
  readonly deviationBps = (instrument: number): number => {
    const twiceLast = 2 * this.bars.lastPrice[instrument];
    const twice = this.quotes.bidPrice(instrument) + this.quotes.askPrice(instrument);
    return (Math.abs(twice - twiceLast) * bpsPerOne) / twiceLast;
  };

  /** The last trade is young enough to serve as a reference; where there was none its price is 0, which is no reference. */
  readonly isTradeFresh = (instrument: number): boolean => {
    const age = this.turn.timeNs - this.bars.lastTimeNs[instrument];
    return age <= this.limits.value[this.tradeAgeRow] * nsPerMillisecond;
  };
}
