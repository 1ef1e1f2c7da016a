import { factCode } from "../../../domain/facts";
import { markHorizonsSeconds } from "../../../domain/fill-marks";
import { nsPerSecond } from "../../../domain/time";
import type { StateRegistry } from "../../machine/state-registry";
import type { Quotes } from "../book/quotes";
import type { Turn } from "../turn";

/**
 * The market 1, 10 and 60 seconds after each fill, at the first tick from then on. Fills come in the order of time, so
 * one place a horizon goes through a ring of them. When the ring is full the oldest fill loses the marks it still
 * waits for, which is counted. A fill that its venue takes back keeps its marks; those that are due when the trading
 * day ends are not taken.
 */
export class MarkOuts {
  private readonly fill: Int32Array;
  private readonly order: Int32Array;
  private readonly instrument: Int32Array;
  private readonly timeNs: Float64Array;
  /** Fills ever followed; the ring holds the last `rows` of them. */
  private readonly followed: Float64Array;
  /** Fills that each horizon is done with, of those ever followed. */
  private readonly done: Float64Array;
  private readonly dropped: Float64Array;

  /** Follows `rows` fills at a time. */
  constructor(
    registry: StateRegistry,
    private readonly turn: Turn,
    private readonly quotes: Quotes,
    private readonly rows: number,
  ) {
    this.fill = registry.allocate("markOuts.fill", "i32", rows);
    this.order = registry.allocate("markOuts.order", "i32", rows);
    this.instrument = registry.allocate("markOuts.instrument", "i32", rows);
    this.timeNs = registry.allocate("markOuts.timeNs", "f64", rows);
    this.followed = registry.allocate("markOuts.followed", "f64", 1);
    this.done = registry.allocate("markOuts.done", "f64", markHorizonsSeconds.length);
    this.dropped = registry.allocate("markOuts.dropped", "f64", 1);
  }

  /** Marks that were never taken since the ring was full. */
  get droppedCount(): number {
    return this.dropped[0];
  }

  /** A fill just happened. */
  readonly follow = (fill: number, order: number, instrument: number): void => {
    const oldest = this.followed[0] - this.rows;
    for (let horizon = 0; horizon < markHorizonsSeconds.length; horizon++) {
      if (this.done[horizon] !== oldest) continue;
      this.done[horizon]++;
      this.dropped[0]++;
    }
    const row = this.followed[0] % this.rows;
    this.fill[row] = fill;
    this.order[row] = order;
    this.instrument[row] = instrument;
    this.timeNs[row] = this.turn.timeNs;
    this.followed[0]++;
  };

  /** Records the marks that are due; called at the end of a tick's turn, when the quotes are those of this instant. */
  readonly onTimer = (): void => {
    for (let horizon = 0; horizon < markHorizonsSeconds.length; horizon++) {
      const seconds = markHorizonsSeconds[horizon];
      while (this.done[horizon] < this.followed[0]) {
        const row = this.done[horizon] % this.rows;
        const lateNs = this.turn.timeNs - this.timeNs[row] - seconds * nsPerSecond;
        if (lateNs < 0) break;
        this.done[horizon]++;
        const instrument = this.instrument[row];
        this.turn.emit(
          factCode.fillMark,
          this.fill[row],
          this.order[row],
          seconds,
          this.quotes.bidPrice(instrument),
          this.quotes.askPrice(instrument),
          lateNs,
        );
      }
    }
  };
}
