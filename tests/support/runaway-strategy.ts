import { parentReasons } from "../../domain/order";
import { createWish, type Strategy, type StrategyContext } from "../../server/engine/strategy/strategy";

/**
 * A strategy out of control: it ignores its fills and keeps buying. At every quote, at every end of an order of its own and
 * ten times a second it takes the same quantity of the same name again, whatever it holds and whatever it was told before.
 */
export class RunawayStrategy implements Strategy {
  readonly instruments: readonly number[];
  /** It does nothing before. */
  isAwake = false;
  /** How often it asked. */
  asked = 0;

  constructor(
    private readonly strategy: number,
    private readonly instrument: number,
    private readonly quantity: number,
    private readonly context: StrategyContext,
  ) {
    this.instruments = [instrument];
  }

  onQuote(): void {
    this.buy();
  }

  onParentDone(): void {
    this.buy();
  }

  onTimer(): void {
    this.buy();
  }

  onStateChanged(): void {
    this.buy();
  }

  private buy(): void {
    if (!this.isAwake) return;
    const limitPrice = this.context.quotes.askPrice(this.instrument);
    this.asked++;
    this.context.submit({
      ...createWish(this.strategy),
      instrument: this.instrument,
      quantity: this.quantity,
      limitPrice,
      style: "take",
      reason: parentReasons.code.quote,
    });
  }
}
