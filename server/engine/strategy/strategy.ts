import type { Desk } from "../../../domain/desk";
import { factCode } from "../../../domain/facts";
import type { PositionView } from "../../../domain/position-view";
import type { Quotes } from "../book/quotes";
import type { PairSignals } from "../signal/pair-signals";

/**
 * A strategy: hears of the market and of its own orders, and states wishes through its context. It is called only
 * with its own events, reads no clock, and keeps all state in the registry. Every wish goes through the risk gate.
 *
 * To write one: implement this interface in a folder of its own, give its kind a name in `domain/strategy.ts`, its
 * parameters a type in `domain/desk.ts`, and add it to `strategies.ts`.
 */
export interface Strategy {
  /** Instruments whose quotes it wants to hear of. */
  readonly instruments: readonly number[];
  /** A quote of one of its instruments changed; called once a packet at most. */
  onQuote(instrument: number): void;
  /** A parent of its own ended; how much it got is final. */
  onParentDone(parent: number): void;
  /** Ten times a second. */
  onTimer(): void;
  /** It was approved, paused, resumed or killed; its orders are cancelled by then where that is meant. */
  onStateChanged(): void;
}

/** What a strategy may read and do. Views are read-only by agreement and by the architecture test on imports. */
export interface StrategyContext {
  readonly desk: Desk;
  readonly quotes: Quotes;
  readonly pairSignals: PairSignals;
  readonly positions: PositionView;
  /** Price units between two prices, by instrument. */
  readonly ticks: Float64Array;
  /** Time of this step, ns since the trading day's start. */
  readonly timeNs: number;
  /** True while this strategy is running and nothing is killed or closed over it. */
  isRunning(strategy: number): boolean;
  /** True while this strategy is paused and nothing is killed or closed over it: it may bring positions back. */
  isPaused(strategy: number): boolean;
  /** What led to the wishes that are stated next, as fields of the fact that they name; the first one is left for the parent. */
  readonly evidence: Float64Array;
  /** States a wish: the parent's row, or 0 when nothing of it could be placed. See `order/execution.ts`. */
  submit(wish: Wish): number;
  /** States wishes that belong together, all or none: how many were placed, their parents in `parents`. See there too. */
  submitBasket(wishes: readonly Wish[], parents: Int32Array): number;
  /** The order a `post` wish just placed. */
  readonly lastOrder: number;
  /** Cancels what a parent has open. */
  cancelParent(parent: number): void;
  /** Moves a resting order to another price; false when it can't be now. */
  replace(order: number, price: number): boolean;
  orderPrice(order: number): number;
  /** Quantity ahead of a resting order at its price, 0 when it is first; -1 while its place is not known. */
  quantityAheadOf(order: number): number;
  /** True while a resting order may be replaced. */
  isReplaceable(order: number): boolean;
  filledOf(parent: number): number;
  /** The pair a parent belongs to, -1 for none. */
  pairOf(parent: number): number;
  /** Records a change of a pair's state for people and history. */
  recordPairState(pair: number, from: number, to: number, reason: number): void;
  alertUnwound(pair: number): void;
}

/** A strategy's wish; one object reused by each strategy, valid during `submit` (`order/execution.ts`). */
export type Wish = {
  strategy: number;
  /** -1 for none. */
  pair: number;
  instrument: number;
  sell: boolean;
  quantity: number;
  /** Worst acceptable price, on a tick. */
  limitPrice: number;
  /** `take`: immediately, at the best venues up to the limit. `post`: rest post-only at the limit at `venue`. */
  style: "take" | "post";
  venue: number;
  /** A code of `parentReasons`. */
  reason: number;
  /** What led to it, for the record. */
  signal: number;
  /** The same in full, from the context's `evidence`: the code of the fact it goes into, -1 for none. */
  evidenceKind: number;
};

/** An empty wish to reuse, with the kind of fact its evidence goes into. */
export function createWish(strategy: number, evidence: "pairSignal" | "quoteSignal" | null = null): Wish {
  return {
    strategy,
    pair: -1,
    instrument: 0,
    sell: false,
    quantity: 0,
    limitPrice: 0,
    style: "take",
    venue: 0,
    reason: 0,
    signal: 0,
    evidenceKind: evidence === null ? -1 : factCode[evidence],
  };
}
