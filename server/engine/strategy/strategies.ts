import type { Desk } from "../../../domain/desk";
import type { StateRegistry } from "../../machine/state-registry";
import { MakerStrategy } from "./maker/maker-strategy";
import { type PairBook, PairsStrategy } from "./pairs/pairs-strategy";
import type { Strategy, StrategyContext } from "./strategy";

/** Makes the desk's strategies, in the order of their ids. */
export function createStrategies(
  registry: StateRegistry,
  desk: Desk,
  pairBook: PairBook,
  context: StrategyContext,
): Strategy[] {
  return desk.strategies.map(({ parameters }, strategy) =>
    parameters.kind === "pairs"
      ? new PairsStrategy(strategy, parameters, pairBook, context)
      : new MakerStrategy(registry, strategy, parameters, context),
  );
}
