import type { MakerParameters } from "../../../../domain/desk";
import { parentReasons } from "../../../../domain/order";
import { spreadBps, toPrice } from "../../../../domain/price";
import { nsPerSecond } from "../../../../domain/time";
import type { StateRegistry } from "../../../machine/state-registry";
import { createWish, type Strategy, type StrategyContext } from "../strategy";

const buySide = 0;
const sellSide = 1;
/** A quote that stands is kept down to this share of the least spread, so that it does not flicker at the edge. */
const keepsQuotingShare = 0.6;

/**
 * Quotes both sides of a few instruments: joins the best price with a post-only order, one tick behind it on the side
 * that would add to an inventory past half of its limit, and not at all past the limit. See README.md.
 */
export class MakerStrategy implements Strategy {
  readonly instruments: readonly number[];
  private readonly wish;
  /** Per instrument and side: the quote's parent, order, and when it was last placed or moved. */
  private readonly parent: Int32Array;
  private readonly order: Int32Array;
  private readonly movedNs: Float64Array;

  constructor(
    registry: StateRegistry,
    private readonly strategy: number,
    private readonly parameters: MakerParameters,
    private readonly context: StrategyContext,
  ) {
    this.wish = createWish(strategy, "quoteSignal");
    this.instruments = parameters.instruments;
    const rows = parameters.instruments.length * 2;
    this.parent = registry.allocate(`strategy.maker${strategy}.parent`, "i32", rows);
    this.order = registry.allocate(`strategy.maker${strategy}.order`, "i32", rows);
    this.movedNs = registry.allocate(`strategy.maker${strategy}.movedNs`, "f64", rows);
  }

  onQuote(instrument: number): void {
    const place = this.instruments.indexOf(instrument);
    if (place < 0 || !this.context.isRunning(this.strategy)) return;
    this.quote(place, instrument, buySide);
    this.quote(place, instrument, sellSide);
  }

  onTimer(): void {
    if (!this.context.isRunning(this.strategy)) return;
    for (const instrument of this.instruments) this.onQuote(instrument);
  }

  onParentDone(parent: number): void {
    for (let row = 0; row < this.parent.length; row++) {
      if (this.parent[row] !== parent) continue;
      this.parent[row] = 0;
      this.order[row] = 0;
    }
  }

  onStateChanged(): void {}

  private quote(place: number, instrument: number, side: number): void {
    const { context, parameters } = this;
    const row = place * 2 + side;
    const target = this.targetPrice(instrument, side, this.parent[row] !== 0);
    if (target === 0) {
      if (this.parent[row] !== 0) context.cancelParent(this.parent[row]);
      return;
    }
    if (context.timeNs - this.movedNs[row] < parameters.requoteSecondsMin * nsPerSecond) return;
    if (this.parent[row] === 0) return this.place(row, instrument, side, target);
    const order = this.order[row];
    const tick = context.ticks[instrument];
    if (Math.abs(context.orderPrice(order) - target) <= parameters.requoteTicks * tick) return;
    if (context.filledOf(this.parent[row]) > 0) return context.cancelParent(this.parent[row]);
    if (!context.isReplaceable(order)) return;
    this.movedNs[row] = context.timeNs;
    if (!context.replace(order, target)) context.cancelParent(this.parent[row]);
  }

  /** Where this side should rest, 0 for nowhere. */
  private targetPrice(instrument: number, side: number, isQuoting: boolean): number {
    const { context, parameters } = this;
    const { quotes } = context;
    if (!quotes.isTwoSided(instrument)) return 0;
    const bid = toPrice(quotes.bidPrice(instrument));
    const ask = toPrice(quotes.askPrice(instrument));
    const spread = spreadBps(bid, ask);
    const spreadMin = isQuoting ? parameters.spreadBpsMin * keepsQuotingShare : parameters.spreadBpsMin;
    if (spread === null || spread < spreadMin) return 0;
    const held = context.positions.strategyQuantityOf(this.strategy, instrument);
    const adding = side === buySide ? held : -held;
    if (adding + parameters.quoteQuantity > parameters.inventoryQuantityMax) return 0;
    const tick = context.ticks[instrument];
    const back = adding > parameters.inventoryQuantityMax / 2 ? tick : 0;
    return side === buySide ? bid - back : ask + back;
  }

  private place(row: number, instrument: number, side: number, price: number): void {
    const { context, wish, parameters } = this;
    this.movedNs[row] = context.timeNs;
    wish.instrument = instrument;
    wish.sell = side === sellSide;
    wish.quantity = parameters.quoteQuantity;
    wish.limitPrice = price;
    wish.style = "post";
    wish.venue = side === buySide ? context.quotes.bidVenue(instrument) : context.quotes.askVenue(instrument);
    wish.reason = parentReasons.code.quote;
    wish.signal = 0;
    this.prepareEvidence(instrument, side, price);
    this.parent[row] = context.submit(wish);
    this.order[row] = this.parent[row] === 0 ? 0 : context.lastOrder;
  }

  /** The fields of the fact `quoteSignal`, in its order. */
  private prepareEvidence(instrument: number, side: number, price: number): void {
    const { context, parameters } = this;
    const { evidence, quotes } = context;
    const bid = quotes.bidPrice(instrument);
    const ask = quotes.askPrice(instrument);
    evidence[1] = bid;
    evidence[2] = quotes.bidQuantity(instrument);
    evidence[3] = ask;
    evidence[4] = quotes.askQuantity(instrument);
    evidence[5] = spreadBps(toPrice(bid), toPrice(ask)) ?? 0;
    evidence[6] = parameters.spreadBpsMin;
    evidence[7] = context.positions.strategyQuantityOf(this.strategy, instrument);
    evidence[8] = parameters.inventoryQuantityMax;
    evidence[9] = side === buySide ? bid - price : price - ask;
  }
}
