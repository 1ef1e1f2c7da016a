import type { LimitCode } from "../../../domain/limit";
import type { RefusalCode } from "../../../domain/refusal";

/** One line of the table: what a check refuses for, which messages it looks at, over what, and when it can't tell. */
export type GateCheck = {
  /** Its method in `gate-checks.ts`. */
  readonly method: GateCheckMethod;
  readonly refuses: readonly RefusalCode[];
  /** p: parents, c: children and chases, r: replaces. */
  readonly asks: "p" | "c" | "pc" | "cr" | "pcr";
  readonly scope: string;
  readonly limits: readonly LimitCode[];
  /** What it does without a limit, a price, a session, an answer. */
  readonly unsure: string;
};

/** The checks as `GateChecks` implements them. */
export type GateCheckMethod =
  | "isNoReplay"
  | "isEngineOpen"
  | "isNotKilled"
  | "isReconciled"
  | "isStrategyRunning"
  | "isNotRepeating"
  | "isWithinMode"
  | "isPermitted"
  | "isNotRestricted"
  | "isOnTick"
  | "isQuantitySound"
  | "isNotionalSound"
  | "isParentSound"
  | "isBasketSound"
  | "isWithinParent"
  | "isWithinOrdersOfTheDay"
  | "isVenueReady"
  | "isPhaseOpen"
  | "isDataFresh"
  | "isNotCrossed"
  | "isNotDeviant"
  | "isDataRecovered"
  | "isWithinCollar"
  | "isWithinBand"
  | "isShortSaleAllowed"
  | "isPositionWithin"
  | "isStrategyPositionWithin"
  | "isPairExposureWithin"
  | "isStrategyExposureWithin"
  | "isDeskExposureWithin"
  | "isCapitalWithin"
  | "isLossWithin"
  | "isNoSelfMatch"
  | "isNoDuplicate"
  | "isWithinRates";

function check(
  method: GateCheckMethod,
  asks: GateCheck["asks"],
  scope: string,
  refuses: readonly RefusalCode[],
  limits: readonly LimitCode[],
  unsure: string,
): GateCheck {
  return { method, refuses, asks, scope, limits, unsure };
}

/** All checks in the order in which the gate asks them; the first no stands. A check that throws is a no (`checkFailed`). */
export const checkTable: readonly GateCheck[] = [
  check("isNoReplay", "pcr", "desk", ["replayOnly"], [], "a recorded day sends nothing"),
  check("isEngineOpen", "pcr", "desk", ["venueNotReady"], [], "refuses while recovering or shutting down"),
  check("isNotKilled", "pcr", "all scopes", ["killed"], [], "an unknown target counts as killed"),
  check("isReconciled", "pcr", "instrument", ["reconciliationBreak"], [], "what closes a position may pass"),
  check("isStrategyRunning", "pcr", "strategy", ["strategyNotRunning"], [], "any state but running; paused may reduce"),
  check(
    "isNotRepeating",
    "pcr",
    "strategy",
    ["repeatedExecutions"],
    ["repeatedExecutions", "repeatedSeconds"],
    "off; no limit refuses",
  ),
  check(
    "isWithinMode",
    "pcr",
    "all scopes",
    ["modeHalted", "modeReducing"],
    [],
    "the strictest scope holds, each for its own position",
  ),
  check("isPermitted", "pcr", "strategy, pair, instrument, venue", ["notPermitted"], [], "no entry refuses"),
  check("isNotRestricted", "pcr", "instrument", ["restricted"], ["restricted"], "not 0 refuses"),
  check("isOnTick", "pcr", "order", ["notATick"], [], "no price refuses"),
  check("isQuantitySound", "pcr", "order", ["orderQuantity"], ["orderQuantity"], "no limit refuses"),
  check("isNotionalSound", "cr", "order", ["orderNotional"], ["orderNotional"], "no limit refuses"),
  check(
    "isParentSound",
    "p",
    "parent",
    ["parentQuantity", "parentNotional"],
    ["parentQuantity", "parentNotional"],
    "no limit refuses",
  ),
  check("isBasketSound", "p", "basket", ["basketNotional"], ["basketNotional"], "no limit refuses"),
  check("isWithinParent", "cr", "parent", ["parentExceeded"], [], "a replace on its way counts at its larger size"),
  check("isWithinOrdersOfTheDay", "pcr", "desk", ["ordersOfTheDay"], ["ordersPerDay"], "no limit or no row refuses"),
  check("isVenueReady", "cr", "venue", ["venueNotReady"], [], "any session state but ready refuses"),
  check("isPhaseOpen", "cr", "listing", ["notTrading"], [], "a phase that the desk does not name, or unknown, refuses"),
  check("isDataFresh", "cr", "venue", ["staleData"], ["dataAgeMilliseconds"], "a feed that is not live refuses"),
  check("isNotCrossed", "pcr", "instrument", ["crossedMarket"], [], "one side missing: the reference decides"),
  check(
    "isNotDeviant",
    "pcr",
    "instrument",
    ["deviantMarket"],
    ["deviationBps"],
    "no limit refuses; before the first trade it passes",
  ),
  check("isDataRecovered", "pcr", "instrument, venue", ["dataRecovering"], ["recoveryUpdates"], "no limit refuses"),
  check(
    "isWithinCollar",
    "pcr",
    "order",
    ["priceCollar", "noReferencePrice"],
    ["priceCollarBps", "dataAgeMilliseconds", "tradeAgeMilliseconds"],
    "no fresh reference refuses",
  ),
  check("isWithinBand", "cr", "listing", ["priceBand"], [], "no band before the first trade: the collar holds"),
  check(
    "isShortSaleAllowed",
    "cr",
    "instrument",
    ["shortSaleRestricted", "longSaleExceeded"],
    [],
    "no best bid refuses",
  ),
  check("isPositionWithin", "pcr", "instrument", ["positionLimit"], ["positionQuantity"], "no limit refuses"),
  check(
    "isStrategyPositionWithin",
    "pcr",
    "strategy and instrument",
    ["strategyPositionLimit"],
    ["positionQuantity"],
    "no limit refuses",
  ),
  check(
    "isPairExposureWithin",
    "pcr",
    "pair",
    ["pairGrossExposure", "pairNetExposure"],
    ["grossExposure", "netExposure"],
    "no limit refuses",
  ),
  check(
    "isStrategyExposureWithin",
    "pcr",
    "strategy",
    ["strategyGrossExposure", "strategyNetExposure"],
    ["grossExposure", "netExposure"],
    "no limit refuses",
  ),
  check(
    "isDeskExposureWithin",
    "pcr",
    "desk",
    ["grossExposure", "netExposure"],
    ["grossExposure", "netExposure"],
    "no limit refuses",
  ),
  check("isCapitalWithin", "pcr", "strategy, desk", ["strategyCapital", "capital"], ["capital"], "no limit refuses"),
  check(
    "isLossWithin",
    "pcr",
    "strategy, desk",
    ["strategyDailyLoss", "dailyLoss"],
    ["dailyLossHard"],
    "no limit refuses",
  ),
  check("isNoSelfMatch", "cr", "listing", ["selfMatch"], [], "an order of unknown fate counts as working"),
  check("isNoDuplicate", "c", "strategy", ["duplicateOrder"], ["duplicateMilliseconds"], "a full memory refuses"),
  check(
    "isWithinRates",
    "cr",
    "strategy, venue, desk",
    ["strategyMessageRate", "venueMessageRate", "messageRate"],
    ["messagesPerSecond"],
    "no limit refuses",
  ),
];
