/**
 * What strategies and the risk gate may know of positions: read-only, so that the later stage that owns them is the
 * only one to change them. Quantities are signed lots, money signed 1/10,000.
 */
export interface PositionView {
  /** The desk's net position in an instrument, over all strategies. */
  quantityOf(instrument: number): number;
  /** A strategy's position in an instrument, over all its pairs. */
  strategyQuantityOf(strategy: number, instrument: number): number;
  /** The position of one leg of a pair: leg 0 is instrument A, leg 1 instrument B. */
  pairQuantityOf(pair: number, leg: number): number;
  /** Money: sum of |position| × mark over all instruments, as of the last marking. */
  readonly grossExposure: number;
  /** The same for one strategy. */
  strategyGrossExposureOf(strategy: number): number;
  /** Money: sum of position × mark, signed. */
  readonly netExposure: number;
  strategyNetExposureOf(strategy: number): number;
  /** Both legs of a pair at their marks. */
  pairGrossExposureOf(pair: number): number;
  pairNetExposureOf(pair: number): number;
  /** Money: realised and unrealised less fees since positions are kept, of a strategy; -1 for the desk. */
  resultOf(strategy: number): number;
}
