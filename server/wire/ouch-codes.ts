/**
 * The code sets of OUCH 5.0: message types, one-character fields, reasons. The tables follow the public specification;
 * they were compared with independent public implementations and with recorded packets. Where
 * those disagree or are silent, the comment at the set says so.
 */

/** Type bytes of the messages a client sends (section 2). */
export const ouchInboundType = {
  enterOrder: 0x4f, // O
  replaceOrder: 0x55, // U
  cancelOrder: 0x58, // X
  modifyOrder: 0x4d, // M
  massCancel: 0x43, // C
  disableOrderEntry: 0x44, // D
  enableOrderEntry: 0x45, // E
  accountQuery: 0x51, // Q
} as const;

/** Type bytes of the messages the exchange sends (section 3). The same letters mean other things inbound. */
export const ouchOutboundType = {
  systemEvent: 0x53, // S
  accepted: 0x41, // A
  replaced: 0x55, // U
  canceled: 0x43, // C
  selfMatchCanceled: 0x44, // D
  executed: 0x45, // E
  brokenTrade: 0x42, // B
  rejected: 0x4a, // J
  cancelPending: 0x50, // P
  cancelRejected: 0x49, // I
  priorityUpdated: 0x54, // T
  modified: 0x4d, // M
  restated: 0x52, // R
  massCancelResponse: 0x58, // X
  disableResponse: 0x47, // G
  enableResponse: 0x4b, // K
  accountQueryResponse: 0x51, // Q
} as const;

/** The price that stands for a market order, $214,748.3647. */
export const ouchMarketPrice = 0x7fff_ffff;

/** The highest limit price of an order, $199,999.99. */
export const ouchPriceLimit = 1_999_999_900;

/** Most shares one order may have (section 2.1): fewer than a million. */
export const ouchQuantityLimit = 999_999;

/** Side and, for sells, the short sale marking. */
export const ouchSide = { buy: 0x42, sell: 0x53, sellShort: 0x54, sellShortExempt: 0x45 } as const;

/** Time in force; good till time needs the expire time option. */
export const ouchTimeInForce = {
  day: 0x30,
  immediateOrCancel: 0x33,
  extendedHours: 0x35,
  goodTillTime: 0x36,
  afterHours: 0x45,
} as const;

/** Display; conformant comes only from the exchange. */
export const ouchDisplay = { visible: 0x59, hidden: 0x4e, attributable: 0x41, conformant: 0x5a } as const;

/** Capacity in which the firm acts. */
export const ouchCapacity = { agency: 0x41, principal: 0x50, riskless: 0x52, other: 0x4f } as const;

/** Intermarket sweep order or not. */
export const ouchSweepEligibility = { eligible: 0x59, notEligible: 0x4e } as const;

/**
 * Cross the order is for. The four listed are certain; the specification has more (supplemental, retail, extended
 * life, after hours close), whose letters the public sources do not agree on.
 */
export const ouchCrossType = { continuous: 0x4e, opening: 0x4f, closing: 0x43, haltOrIpo: 0x48 } as const;

/** Whether an accepted order is on the book or already gone. */
export const ouchOrderState = { live: 0x4c, dead: 0x44 } as const;

/** System events (section 3.1). */
export const ouchEventCode = { startOfDay: 0x53, endOfDay: 0x45 } as const;

/** Why an order was restated (section 3.13). */
export const ouchRestateReason = { displayRefreshed: 0x52, displayPriceUpdated: 0x50 } as const;

/** What a restate reason means; unknown codes are named by their number. */
export function describeOuchRestateReason(reason: number): string {
  if (reason === ouchRestateReason.displayRefreshed) return "displayed quantity was refreshed";
  if (reason === ouchRestateReason.displayPriceUpdated) return "displayed price was updated";
  return `unknown restate reason ${reason}`;
}

/** Values of the post only option. */
export const ouchPostOnly = { postOnly: 0x50, no: 0x4e } as const;

/** Values of the customer type option; a space means the port's default. */
export const ouchCustomerType = { retailDesignated: 0x52, notRetail: 0x4e } as const;

/** Why an order was canceled or reduced (section 3.4). */
export const ouchCancelReason = {
  regulatoryRestriction: 0x44, // D
  closed: 0x45, // E
  postOnlyAgainstNationalQuote: 0x46, // F
  postOnlyAgainstBook: 0x47, // G
  halted: 0x48, // H
  immediateOrCancel: 0x49, // I
  marketCollars: 0x4b, // K
  selfMatchPrevention: 0x51, // Q
  supervisory: 0x53, // S
  timeout: 0x54, // T
  userRequested: 0x55, // U
  openProtection: 0x58, // X
  systemCancel: 0x5a, // Z
  exceedsAllowableShares: 0x65, // e
} as const;

const cancelReasonTexts: Readonly<Record<number, string>> = {
  [ouchCancelReason.regulatoryRestriction]: "cannot be executed because of a regulatory restriction",
  [ouchCancelReason.closed]: "closed: day order received after the closing cross",
  [ouchCancelReason.postOnlyAgainstNationalQuote]: "post only: would have been price slid for the national quote",
  [ouchCancelReason.postOnlyAgainstBook]: "post only: would have been price slid because of a displayed order",
  [ouchCancelReason.halted]: "on-open order of a symbol still halted after the opening cross",
  [ouchCancelReason.immediateOrCancel]: "immediate or cancel",
  [ouchCancelReason.marketCollars]: "cannot be executed because of market collars",
  [ouchCancelReason.selfMatchPrevention]: "self match prevention",
  [ouchCancelReason.supervisory]: "canceled or reduced by an exchange supervisor",
  [ouchCancelReason.timeout]: "time in force has expired",
  [ouchCancelReason.userRequested]: "requested by the user",
  [ouchCancelReason.openProtection]: "opening price protection threshold",
  [ouchCancelReason.systemCancel]: "canceled by the system",
  [ouchCancelReason.exceedsAllowableShares]: "exceeds the shares offered in a direct listing with capital raise",
};

/** What a cancel reason means; unknown codes are named by their number. */
export function describeOuchCancelReason(reason: number): string {
  return cancelReasonTexts[reason] ?? `unknown cancel reason ${reason}`;
}

/**
 * How an execution met the book (section 3.6). One public list gives '7' twice; '8' for the second follows
 * the older versions of the protocol.
 */
export const ouchLiquidityFlag = {
  added: 0x41, // A
  closingCross: 0x43, // C
  retailDesignatedAdded: 0x65, // e
  haltOrIpoCross: 0x48, // H
  afterHoursClosingCross: 0x69, // i
  nonDisplayedAdded: 0x4a, // J
  retailPriceImprovingAdded: 0x6a, // j
  haltCross: 0x4b, // K
  closingCrossImbalanceOnly: 0x4c, // L
  openingCrossImbalanceOnly: 0x4d, // M
  removedAtMidpoint: 0x6d, // m
  passiveMidpoint: 0x4e, // N
  midpointExtendedLife: 0x6e, // n
  openingCross: 0x4f, // O
  removedPriceImproving: 0x70, // p
  retailRemovedMidpoint: 0x71, // q
  removed: 0x52, // R
  retailRemovedPriceImproving: 0x72, // r
  retailRemovedNonDisplayed: 0x74, // t
  reserveAdded: 0x75, // u
  supplemental: 0x30, // 0
  retailPriceImprovingUnmarked: 0x31, // 1
  addedImprovingNationalQuote: 0x37, // 7
  addedSettingExchangeQuote: 0x38, // 8
} as const;

/** True when the execution took liquidity from the book, which usually decides the fee. */
export function removesLiquidity(liquidityFlag: number): boolean {
  switch (liquidityFlag) {
    case ouchLiquidityFlag.removed:
    case ouchLiquidityFlag.removedAtMidpoint:
    case ouchLiquidityFlag.removedPriceImproving:
    case ouchLiquidityFlag.retailRemovedMidpoint:
    case ouchLiquidityFlag.retailRemovedPriceImproving:
    case ouchLiquidityFlag.retailRemovedNonDisplayed:
      return true;
    default:
      return false;
  }
}

/** Why a trade was broken (section 3.7). */
export const ouchBrokenTradeReason = { erroneous: 0x45, consent: 0x43, supervisory: 0x53, external: 0x58 } as const;

/** Why an order was rejected (section 3.8, appendix C); two bytes on the wire. */
export const ouchRejectReason = {
  quoteUnavailable: 0x0001,
  destinationClosed: 0x0002,
  invalidDisplay: 0x0003,
  invalidMaxFloor: 0x0004,
  invalidPegType: 0x0005,
  fatFinger: 0x0006,
  halted: 0x0007,
  sweepNotAllowed: 0x0008,
  invalidSide: 0x0009,
  processingError: 0x000a,
  cancelPending: 0x000b,
  firmNotAuthorized: 0x000c,
  invalidMinimumQuantity: 0x000d,
  noClosingReferencePrice: 0x000e,
  other: 0x000f,
  cancelNotAllowed: 0x0010,
  peggingNotAllowed: 0x0011,
  crossedMarket: 0x0012,
  invalidQuantity: 0x0013,
  invalidCrossOrder: 0x0014,
  replaceNotAllowed: 0x0015,
  routingNotAllowed: 0x0016,
  invalidSymbol: 0x0017,
  testMode: 0x0018,
  lateLimitOnCloseTooAggressive: 0x0019,
  retailNotAllowed: 0x001a,
  invalidMidpointPostOnlyPrice: 0x001b,
  invalidDestination: 0x001c,
  invalidPrice: 0x001d,
  sharesExceedThreshold: 0x001e,
  exceedsMaximumNotional: 0x001f,
  riskAggregateExposureExceeded: 0x0020,
  riskMarketImpact: 0x0021,
  riskRestrictedStock: 0x0022,
  riskShortSellRestricted: 0x0023,
  riskSweepNotAllowed: 0x0024,
  riskExceedsAverageVolumeLimit: 0x0025,
  riskFatFinger: 0x0026,
  riskLocateRequired: 0x0027,
  riskSymbolMessageRate: 0x0028,
  riskPortMessageRate: 0x0029,
  riskDuplicateMessageRate: 0x002a,
  riskShortSellNotAllowed: 0x002b,
  riskMarketOrderNotAllowed: 0x002c,
  riskPreMarketNotAllowed: 0x002d,
  riskPostMarketNotAllowed: 0x002e,
  riskShortSellExemptNotAllowed: 0x002f,
  riskSingleOrderNotionalExceeded: 0x0030,
  riskMaximumQuantityExceeded: 0x0031,
  regShoStateNotAvailable: 0x0032,
  riskIpoMarketBuyNotAllowed: 0x0033,
} as const;

/** Text of each reject reason, by code; index 0 is no reason. */
export const ouchRejectTexts: readonly string[] = [
  "",
  "quote unavailable",
  "destination closed",
  "invalid display",
  "invalid max floor",
  "invalid peg type",
  "fat finger",
  "halted",
  "intermarket sweep not allowed",
  "invalid side",
  "processing error",
  "cancel pending",
  "firm not authorized",
  "invalid minimum quantity",
  "no closing reference price",
  "other",
  "cancel not allowed",
  "pegging not allowed",
  "crossed market",
  "invalid quantity",
  "invalid cross order",
  "replace not allowed",
  "routing not allowed",
  "invalid symbol",
  "test mode",
  "late limit-on-close order too aggressive",
  "retail not allowed",
  "invalid midpoint post only price",
  "invalid destination",
  "invalid price",
  "shares exceed threshold",
  "exceeds maximum allowed notional value",
  "risk: aggregate exposure exceeded",
  "risk: market impact",
  "risk: restricted stock",
  "risk: short sell restricted",
  "risk: intermarket sweep not allowed",
  "risk: exceeds average daily volume limit",
  "risk: fat finger",
  "risk: locate required",
  "risk: symbol message rate restriction",
  "risk: port message rate restriction",
  "risk: duplicate message rate restriction",
  "risk: short sell not allowed",
  "risk: market order not allowed",
  "risk: pre-market not allowed",
  "risk: post-market not allowed",
  "risk: short sell exempt not allowed",
  "risk: single order notional exceeded",
  "risk: maximum quantity exceeded",
  "Regulation SHO state not available",
  "risk: market buy not allowed in an IPO",
];

/** What a reject reason means; unknown codes are named by their number. */
export function describeOuchRejectReason(reason: number): string {
  return (reason > 0 ? ouchRejectTexts[reason] : undefined) ?? `unknown reject reason ${reason}`;
}
