import type { Desk } from "../../../domain/desk";

/** Pairs listed by the instruments they hold: those of instrument `i` are `pairsOf[firstOf[i] .. firstOf[i + 1])`. */
export type PairsByInstrument = { readonly firstOf: Int32Array; readonly pairsOf: Int32Array };

/** Lists some of a desk's pairs, each under both of its legs; the order of `pairs` is kept within an instrument. */
export function pairsByInstrument(desk: Desk, pairs: readonly number[]): PairsByInstrument {
  const firstOf = new Int32Array(desk.instruments.length + 1);
  const pairsOf = new Int32Array(pairs.length * 2);
  const legs = (pair: number) => [desk.pairs[pair].instrumentA, desk.pairs[pair].instrumentB];
  for (const pair of pairs) for (const instrument of legs(pair)) firstOf[instrument + 1]++;
  for (let i = 0; i < desk.instruments.length; i++) firstOf[i + 1] += firstOf[i];
  const next = firstOf.slice();
  for (const pair of pairs) for (const instrument of legs(pair)) pairsOf[next[instrument]++] = pair;
  return { firstOf, pairsOf };
}
