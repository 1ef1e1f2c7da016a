import { closedSet, type NameOf } from "./closed-set";

/** Why the risk gate refuses a message. A refusal carries the limit and the value that would have been. */
export const refusalCodes = closedSet(
  "refusal",
  "killed",
  "strategyNotRunning",
  "venueNotReady",
  "noLimit",
  "orderQuantity",
  "orderNotional",
  "positionLimit",
  "grossExposure",
  "priceCollar",
  "noReferencePrice",
  "staleData",
  "notTrading",
  "messageRate",
  "parentExceeded",
  "ordersOfTheDay",
  "notATick",
  "strategyPositionLimit",
  "reconciliationBreak",
  "replayOnly",
);
export type RefusalCode = NameOf<typeof refusalCodes>;

/** One line for people: what was refused, the limit and the value, in the listing's units. */
export function refusalText(code: RefusalCode, limit: number, value: number): string {
  switch (code) {
    case "killed":
      return "a kill is in force";
    case "strategyNotRunning":
      return "the strategy is not running";
    case "venueNotReady":
      return "the venue's order session is not ready";
    case "noLimit":
      return "no limit is configured";
    case "orderQuantity":
      return `order quantity limit ${limit}, would be ${value}`;
    case "orderNotional":
      return `order notional limit ${limit / 10_000}, would be ${value / 10_000}`;
    case "positionLimit":
      return `position limit ${limit}, would be ${value} with working orders`;
    case "strategyPositionLimit":
      return `strategy position limit ${limit}, would be ${value} with working orders`;
    case "grossExposure":
      return `gross exposure limit ${limit / 10_000}, would be ${value / 10_000}`;
    case "priceCollar":
      return `price collar ends at ${limit / 10_000}, price is ${value / 10_000}`;
    case "noReferencePrice":
      return "no reference price";
    case "staleData":
      return `market data may be ${limit / 1e9} s old, is ${(value / 1e9).toFixed(1)} s`;
    case "notTrading":
      return "the instrument is not trading";
    case "messageRate":
      return `message rate limit ${limit} a second, would be ${value}`;
    case "parentExceeded":
      return `parent has ${limit} left, child wants ${value}`;
    case "ordersOfTheDay":
      return `orders of the day limit ${limit}, would be ${value}`;
    case "reconciliationBreak":
      return "order session and drop copy differ over this instrument";
    case "notATick":
      return `tick is ${limit}, price is ${value}`;
    case "replayOnly":
      return "a replay sends nothing";
  }
}
