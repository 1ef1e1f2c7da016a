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
  "checkFailed",
  "modeHalted",
  "modeReducing",
  "repeatedExecutions",
  "notPermitted",
  "restricted",
  "parentQuantity",
  "parentNotional",
  "basketNotional",
  "crossedMarket",
  "deviantMarket",
  "priceBand",
  "shortSaleRestricted",
  "pairGrossExposure",
  "pairNetExposure",
  "strategyGrossExposure",
  "strategyNetExposure",
  "netExposure",
  "strategyCapital",
  "capital",
  "strategyDailyLoss",
  "dailyLoss",
  "selfMatch",
  "duplicateOrder",
  "strategyMessageRate",
  "venueMessageRate",
  "longSaleExceeded",
  "dataRecovering",
  "noPrice",
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
    case "checkFailed":
      return `check ${value} of the gate failed`;
    case "modeHalted":
      return "trading is halted by its mode: cancels only";
    case "modeReducing":
      return "only what lowers exposure may go out";
    case "repeatedExecutions":
      return `${value} executions of the same side in the window, at ${limit} the strategy goes off until a person puts it back`;
    case "notPermitted":
      return "the strategy has no permission for this instrument at this venue";
    case "restricted":
      return "the instrument is on the restricted list";
    case "parentQuantity":
      return `parent quantity limit ${limit}, would be ${value}`;
    case "parentNotional":
      return `parent notional limit ${limit / 10_000}, would be ${value / 10_000}`;
    case "basketNotional":
      return `basket notional limit ${limit / 10_000}, would be ${value / 10_000}`;
    case "crossedMarket":
      return `the market is crossed: bid ${limit / 10_000}, ask ${value / 10_000}`;
    case "deviantMarket":
      return `the middle of the market may be ${limit} bps from the last trade, is ${value}`;
    case "dataRecovering":
      return `${value} of ${limit} updates since its data was stale, crossed or deviant`;
    case "noPrice":
      return value === 0
        ? "no venue shows a price to take"
        : `no venue shows a price within ${limit / 10_000}, the best is ${value / 10_000}`;
    case "priceBand":
      return `limit up/limit down ends at ${limit / 10_000}, price is ${value / 10_000}`;
    case "shortSaleRestricted":
      return `a short sale must be above the best bid ${limit / 10_000}, price is ${value / 10_000}`;
    case "pairGrossExposure":
      return `pair gross exposure limit ${limit / 10_000}, would be ${value / 10_000}`;
    case "pairNetExposure":
      return `pair net exposure limit ${limit / 10_000}, would be ${value / 10_000}`;
    case "strategyGrossExposure":
      return `strategy gross exposure limit ${limit / 10_000}, would be ${value / 10_000}`;
    case "strategyNetExposure":
      return `strategy net exposure limit ${limit / 10_000}, would be ${value / 10_000}`;
    case "netExposure":
      return `net exposure limit ${limit / 10_000}, would be ${value / 10_000}`;
    case "strategyCapital":
      return `strategy capital limit ${limit / 10_000}, exposure and loss would be ${value / 10_000}`;
    case "capital":
      return `capital limit ${limit / 10_000}, exposure and loss would be ${value / 10_000}`;
    case "strategyDailyLoss":
      return `strategy daily loss limit ${limit / 10_000}, is ${value / 10_000}`;
    case "dailyLoss":
      return `daily loss limit ${limit / 10_000}, is ${value / 10_000}`;
    case "selfMatch":
      return `would trade with an order of our own at ${limit / 10_000}, price is ${value / 10_000}`;
    case "duplicateOrder":
      return `the same order went out ${value / 1e6} ms ago, within ${limit / 1e6} ms`;
    case "strategyMessageRate":
      return `strategy message rate limit ${limit} a second, would be ${value}`;
    case "venueMessageRate":
      return `venue message rate limit ${limit} a second, would be ${value}`;
    case "longSaleExceeded":
      return `a sale of what is held may be of ${Math.max(0, limit)}, would be of ${value}: the rest needs an order of its own`;
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
      return "a break between order session and drop copy is open over this instrument, or over all";
    case "notATick":
      return `tick is ${limit}, price is ${value}`;
    case "replayOnly":
      return "a replay sends nothing";
  }
}
