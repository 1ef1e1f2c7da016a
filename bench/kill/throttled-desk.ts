import type { Desk } from "../../domain/desk";
import { killDesk } from "./kill-desk";

/** How often a maker asks again for a quote that it has not. */
const askedAgainSeconds = 0.25;
/** Of a maker's quotes, so many a second it may send. */
const sentShare = 0.3;
/** What the desk may send, of what all makers may: so that its limit refuses too. */
const deskShare = 0.8;

/** As the desk of `bench kill`, but its makers ask all the time for some ten times the messages that they may send. */
export function throttledDesk(orders: number): Desk {
  const base = killDesk(orders);
  const quotes = (2 * base.instruments.length) / base.strategies.length;
  const messagesPerSecondMax = Math.max(2, Math.round(quotes * sentShare));
  return {
    ...base,
    limits: {
      ...base.limits,
      messagesPerSecondMax: Math.round(messagesPerSecondMax * base.strategies.length * deskShare),
    },
    strategies: base.strategies.map((strategy) => ({
      ...strategy,
      limits: { ...strategy.limits, messagesPerSecondMax },
      parameters:
        strategy.parameters.kind === "maker"
          ? { ...strategy.parameters, requoteTicks: 1, requoteSecondsMin: askedAgainSeconds }
          : strategy.parameters,
    })),
  };
}
