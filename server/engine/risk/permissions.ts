import type { Desk } from "../../../domain/desk";
import { pairStrategies } from "../../../domain/pair-strategies";

/**
 * Which strategy may trade which instrument at which venue: those its parameters name, at the venues its desk file
 * entry names. What does not stand here is refused. Config, not state: it changes with the desk file only.
 */
export class Permissions {
  /** Bits of venues by strategy and instrument. */
  private readonly venues: Uint32Array;
  private readonly instrumentCount: number;
  /** Per pair: its strategy (-1 none) and legs. Per strategy: 1 when it trades pairs. */
  private readonly pairStrategy: Int32Array;
  private readonly pairLegs: Int32Array;
  private readonly tradesPairs: Uint8Array;

  constructor(desk: Desk) {
    this.instrumentCount = desk.instruments.length;
    this.venues = new Uint32Array(desk.strategies.length * desk.instruments.length);
    this.pairStrategy = pairStrategies(desk);
    this.pairLegs = Int32Array.from(desk.pairs.flatMap((pair) => [pair.instrumentA, pair.instrumentB]));
    this.tradesPairs = new Uint8Array(desk.strategies.length);
    desk.strategies.forEach(({ parameters, venues }, strategy) => {
      const bits = venues.reduce((all, venue) => all | (1 << venue), 0);
      const instruments =
        parameters.kind === "pairs"
          ? parameters.pairs.flatMap((pair) => [desk.pairs[pair].instrumentA, desk.pairs[pair].instrumentB])
          : parameters.instruments;
      this.tradesPairs[strategy] = parameters.kind === "pairs" ? 1 : 0;
      for (const instrument of instruments) this.venues[strategy * this.instrumentCount + instrument] = bits;
    });
  }

  /** Venue -1 asks whether there is any; pair -1 is of strategies that trade none. */
  readonly allows = (strategy: number, pair: number, instrument: number, venue: number): boolean => {
    if (pair < 0 ? this.tradesPairs[strategy] !== 0 : !this.isLegOf(strategy, pair, instrument)) return false;
    const bits = this.venues[strategy * this.instrumentCount + instrument];
    return venue < 0 ? bits > 0 : ((bits >>> venue) & 1) === 1;
  };

  private readonly isLegOf = (strategy: number, pair: number, instrument: number): boolean => {
    if (this.pairStrategy[pair] !== strategy) return false;
    return this.pairLegs[pair * 2] === instrument || this.pairLegs[pair * 2 + 1] === instrument;
  };
}
