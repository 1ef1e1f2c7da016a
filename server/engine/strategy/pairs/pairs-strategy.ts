import type { Desk, PairsParameters } from "../../../../domain/desk";
import { pairStates } from "../../../../domain/strategy";
import { pairsByInstrument } from "../../signal/pairs-by-instrument";
import type { Strategy } from "../strategy";
import type { PairBook } from "./pair-book";
import type { PairsPolicy } from "./pairs-policy";

const { flat } = pairStates.code;

/** One strategy of pairs: which pairs are its own, and when to look at them. What it then does is `PairsPolicy`. */
export class PairsStrategy implements Strategy {
  readonly instruments: readonly number[];
  /** This strategy's pairs of each instrument: `pairsOf[firstOf[i] .. firstOf[i + 1])`. */
  private readonly firstOf: Int32Array;
  private readonly pairsOf: Int32Array;

  constructor(
    desk: Desk,
    private readonly parameters: PairsParameters,
    private readonly book: PairBook,
    private readonly policy: PairsPolicy,
  ) {
    const { firstOf, pairsOf } = pairsByInstrument(desk, parameters.pairs);
    this.firstOf = firstOf;
    this.pairsOf = pairsOf;
    this.instruments = desk.instruments
      .map((_, instrument) => instrument)
      .filter((instrument) => firstOf[instrument + 1] > firstOf[instrument]);
  }

  onQuote(instrument: number): void {
    const { firstOf, pairsOf } = this;
    for (let i = firstOf[instrument]; i < firstOf[instrument + 1]; i++) this.policy.evaluate(pairsOf[i]);
  }

  onTimer(): void {
    for (const pair of this.parameters.pairs) if (this.book.state[pair] !== flat) this.policy.evaluate(pair);
  }

  onParentDone(parent: number): void {
    this.policy.onParentDone(parent);
  }

  onStateChanged(): void {
    for (const pair of this.parameters.pairs) this.policy.evaluate(pair);
  }
}
