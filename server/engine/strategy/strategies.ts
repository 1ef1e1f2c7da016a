import type { Desk } from "../../../domain/desk";
import type { StateRegistry } from "../../machine/state-registry";
import { MakerStrategy } from "./maker/maker-strategy";
import type { PairBook } from "./pairs/pair-book";
import { PairsPolicy } from "./pairs/pairs-policy";
import { PairsStrategy } from "./pairs/pairs-strategy";
import type { Strategy, StrategyContext } from "./strategy";

/** Makes the desk's strategies, in the order of their ids. */
export function createStrategies(
  registry: StateRegistry,
  desk: Desk,
  pairBook: PairBook,
  context: StrategyContext,
): Strategy[] {
  const policy = new PairsPolicy(desk, pairBook, context);
  return desk.strategies.map(({ parameters }, strategy) =>
    parameters.kind === "pairs"
      ? new PairsStrategy(desk, parameters, pairBook, policy)
      : new MakerStrategy(registry, strategy, parameters, context),
  );
}
