import type { Desk, StrategySpec } from "../../domain/desk";
import { syntheticDesk } from "../synthetic-desk";

const makers = 8;
/** A third more names than it takes: while some quotes move, others rest. */
const spare = 1.35;

/**
 * A desk of two venues whose makers keep `orders` orders working and move them with the market: a buy and a sale in
 * each name. Limits are real and set so high that nothing is refused.
 */
export function killDesk(orders: number): Desk {
  const count = Math.ceil((orders / 2) * spare);
  const base = syntheticDesk({ instruments: count, pairs: 1, venues: 2, strategies: 1 });
  const { limits } = base.strategies[0];
  const strategies = Array.from({ length: makers }, (_, i): StrategySpec => {
    return {
      name: `maker-${i}`,
      kind: "maker",
      stage: "paper",
      venues: [0, 1],
      limits,
      parameters: {
        kind: "maker",
        instruments: base.instruments
          .map((_, instrument) => instrument)
          .filter((instrument) => instrument % makers === i),
        quoteQuantity: 100,
        inventoryQuantityMax: 1e6,
        spreadBpsMin: 0.01,
        requoteTicks: 2,
        requoteSecondsMin: 0.5,
      },
    };
  });
  return { ...base, strategies };
}
