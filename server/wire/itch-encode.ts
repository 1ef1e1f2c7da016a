import { copyBytes, writeU16, writeU32, writeU48, writeU64 } from "./bytes";
import { itchType } from "./itch";

/**
 * Nasdaq TotalView-ITCH 5.0, encoding: one function a message type, in the order of the specification, with the same
 * arguments as the method of `ItchHandler` that decodes it. A symbol is eight bytes at a place in another array (one
 * column of the listings), packed codes are 16- or 32-bit integers. Each returns the message's length; nothing is
 * allocated. The caller makes sure the bytes have room for `itchLongestMessage`.
 */

function writeHeader(
  bytes: Uint8Array,
  offset: number,
  type: number,
  locate: number,
  tracking: number,
  timeNs: number,
): void {
  bytes[offset] = type;
  writeU16(bytes, offset + 1, locate);
  writeU16(bytes, offset + 3, tracking);
  writeU48(bytes, offset + 5, timeNs);
}

/** 'S', section 1.1. */
export function encodeSystemEvent(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  eventCode: number,
): number {
  writeHeader(bytes, offset, itchType.systemEvent, locate, tracking, timeNs);
  bytes[offset + 11] = eventCode;
  return 12;
}

/** 'R', section 1.2.1. */
export function encodeStockDirectory(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  symbol: Uint8Array,
  symbolOffset: number,
  marketCategory: number,
  financialStatus: number,
  roundLotSize: number,
  roundLotsOnly: number,
  issueClassification: number,
  issueSubType: number,
  authenticity: number,
  shortSaleThreshold: number,
  ipoFlag: number,
  luldTier: number,
  etpFlag: number,
  etpLeverageFactor: number,
  inverse: number,
): number {
  writeHeader(bytes, offset, itchType.stockDirectory, locate, tracking, timeNs);
  copyBytes(bytes, offset + 11, symbol, symbolOffset, 8);
  bytes[offset + 19] = marketCategory;
  bytes[offset + 20] = financialStatus;
  writeU32(bytes, offset + 21, roundLotSize);
  bytes[offset + 25] = roundLotsOnly;
  bytes[offset + 26] = issueClassification;
  writeU16(bytes, offset + 27, issueSubType);
  bytes[offset + 29] = authenticity;
  bytes[offset + 30] = shortSaleThreshold;
  bytes[offset + 31] = ipoFlag;
  bytes[offset + 32] = luldTier;
  bytes[offset + 33] = etpFlag;
  writeU32(bytes, offset + 34, etpLeverageFactor);
  bytes[offset + 38] = inverse;
  return 39;
}

/** 'H', section 1.2.2; the reserved byte is a space, as in the recorded feed. */
export function encodeTradingAction(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  symbol: Uint8Array,
  symbolOffset: number,
  tradingState: number,
  reason: number,
): number {
  writeHeader(bytes, offset, itchType.tradingAction, locate, tracking, timeNs);
  copyBytes(bytes, offset + 11, symbol, symbolOffset, 8);
  bytes[offset + 19] = tradingState;
  bytes[offset + 20] = 0x20;
  writeU32(bytes, offset + 21, reason);
  return 25;
}

/** 'Y', section 1.2.3. */
export function encodeRegShoRestriction(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  symbol: Uint8Array,
  symbolOffset: number,
  action: number,
): number {
  writeHeader(bytes, offset, itchType.regShoRestriction, locate, tracking, timeNs);
  copyBytes(bytes, offset + 11, symbol, symbolOffset, 8);
  bytes[offset + 19] = action;
  return 20;
}

/** 'L', section 1.2.4. */
export function encodeMarketParticipantPosition(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  participant: number,
  symbol: Uint8Array,
  symbolOffset: number,
  primaryMarketMaker: number,
  marketMakerMode: number,
  participantState: number,
): number {
  writeHeader(bytes, offset, itchType.marketParticipantPosition, locate, tracking, timeNs);
  writeU32(bytes, offset + 11, participant);
  copyBytes(bytes, offset + 15, symbol, symbolOffset, 8);
  bytes[offset + 23] = primaryMarketMaker;
  bytes[offset + 24] = marketMakerMode;
  bytes[offset + 25] = participantState;
  return 26;
}

/** 'V', section 1.2.5.1; levels in 1/100,000,000. */
export function encodeCircuitBreakerLevels(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  level1Price8: number,
  level2Price8: number,
  level3Price8: number,
): number {
  writeHeader(bytes, offset, itchType.circuitBreakerLevels, locate, tracking, timeNs);
  writeU64(bytes, offset + 11, level1Price8);
  writeU64(bytes, offset + 19, level2Price8);
  writeU64(bytes, offset + 27, level3Price8);
  return 35;
}

/** 'W', section 1.2.5.2. */
export function encodeCircuitBreakerStatus(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  breachedLevel: number,
): number {
  writeHeader(bytes, offset, itchType.circuitBreakerStatus, locate, tracking, timeNs);
  bytes[offset + 11] = breachedLevel;
  return 12;
}

/** 'K', section 1.2.6. */
export function encodeIpoQuotingPeriod(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  symbol: Uint8Array,
  symbolOffset: number,
  releaseTimeSeconds: number,
  releaseQualifier: number,
  ipoPrice: number,
): number {
  writeHeader(bytes, offset, itchType.ipoQuotingPeriod, locate, tracking, timeNs);
  copyBytes(bytes, offset + 11, symbol, symbolOffset, 8);
  writeU32(bytes, offset + 19, releaseTimeSeconds);
  bytes[offset + 23] = releaseQualifier;
  writeU32(bytes, offset + 24, ipoPrice);
  return 28;
}

/** 'J', section 1.2.7. */
export function encodeAuctionCollar(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  symbol: Uint8Array,
  symbolOffset: number,
  referencePrice: number,
  upperPrice: number,
  lowerPrice: number,
  extension: number,
): number {
  writeHeader(bytes, offset, itchType.auctionCollar, locate, tracking, timeNs);
  copyBytes(bytes, offset + 11, symbol, symbolOffset, 8);
  writeU32(bytes, offset + 19, referencePrice);
  writeU32(bytes, offset + 23, upperPrice);
  writeU32(bytes, offset + 27, lowerPrice);
  writeU32(bytes, offset + 31, extension);
  return 35;
}

/** 'h', section 1.2.8. */
export function encodeOperationalHalt(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  symbol: Uint8Array,
  symbolOffset: number,
  marketCode: number,
  haltAction: number,
): number {
  writeHeader(bytes, offset, itchType.operationalHalt, locate, tracking, timeNs);
  copyBytes(bytes, offset + 11, symbol, symbolOffset, 8);
  bytes[offset + 19] = marketCode;
  bytes[offset + 20] = haltAction;
  return 21;
}

/** 'A', section 1.3.1. */
export function encodeAddOrder(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  refHigh: number,
  refLow: number,
  side: number,
  shares: number,
  symbol: Uint8Array,
  symbolOffset: number,
  price: number,
): number {
  writeHeader(bytes, offset, itchType.addOrder, locate, tracking, timeNs);
  writeU32(bytes, offset + 11, refHigh);
  writeU32(bytes, offset + 15, refLow);
  bytes[offset + 19] = side;
  writeU32(bytes, offset + 20, shares);
  copyBytes(bytes, offset + 24, symbol, symbolOffset, 8);
  writeU32(bytes, offset + 32, price);
  return 36;
}

/** 'F', section 1.3.2. */
export function encodeAddOrderAttributed(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  refHigh: number,
  refLow: number,
  side: number,
  shares: number,
  symbol: Uint8Array,
  symbolOffset: number,
  price: number,
  attribution: number,
): number {
  writeHeader(bytes, offset, itchType.addOrderAttributed, locate, tracking, timeNs);
  writeU32(bytes, offset + 11, refHigh);
  writeU32(bytes, offset + 15, refLow);
  bytes[offset + 19] = side;
  writeU32(bytes, offset + 20, shares);
  copyBytes(bytes, offset + 24, symbol, symbolOffset, 8);
  writeU32(bytes, offset + 32, price);
  writeU32(bytes, offset + 36, attribution);
  return 40;
}

/** 'E', section 1.4.1. */
export function encodeOrderExecuted(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  refHigh: number,
  refLow: number,
  shares: number,
  matchHigh: number,
  matchLow: number,
): number {
  writeHeader(bytes, offset, itchType.orderExecuted, locate, tracking, timeNs);
  writeU32(bytes, offset + 11, refHigh);
  writeU32(bytes, offset + 15, refLow);
  writeU32(bytes, offset + 19, shares);
  writeU32(bytes, offset + 23, matchHigh);
  writeU32(bytes, offset + 27, matchLow);
  return 31;
}

/** 'C', section 1.4.2. */
export function encodeOrderExecutedWithPrice(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  refHigh: number,
  refLow: number,
  shares: number,
  matchHigh: number,
  matchLow: number,
  printable: number,
  price: number,
): number {
  writeHeader(bytes, offset, itchType.orderExecutedWithPrice, locate, tracking, timeNs);
  writeU32(bytes, offset + 11, refHigh);
  writeU32(bytes, offset + 15, refLow);
  writeU32(bytes, offset + 19, shares);
  writeU32(bytes, offset + 23, matchHigh);
  writeU32(bytes, offset + 27, matchLow);
  bytes[offset + 31] = printable;
  writeU32(bytes, offset + 32, price);
  return 36;
}

/** 'X', section 1.4.3. */
export function encodeOrderCancel(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  refHigh: number,
  refLow: number,
  shares: number,
): number {
  writeHeader(bytes, offset, itchType.orderCancel, locate, tracking, timeNs);
  writeU32(bytes, offset + 11, refHigh);
  writeU32(bytes, offset + 15, refLow);
  writeU32(bytes, offset + 19, shares);
  return 23;
}

/** 'D', section 1.4.4. */
export function encodeOrderDelete(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  refHigh: number,
  refLow: number,
): number {
  writeHeader(bytes, offset, itchType.orderDelete, locate, tracking, timeNs);
  writeU32(bytes, offset + 11, refHigh);
  writeU32(bytes, offset + 15, refLow);
  return 19;
}

/** 'U', section 1.4.5. */
export function encodeOrderReplace(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  originalHigh: number,
  originalLow: number,
  newHigh: number,
  newLow: number,
  shares: number,
  price: number,
): number {
  writeHeader(bytes, offset, itchType.orderReplace, locate, tracking, timeNs);
  writeU32(bytes, offset + 11, originalHigh);
  writeU32(bytes, offset + 15, originalLow);
  writeU32(bytes, offset + 19, newHigh);
  writeU32(bytes, offset + 23, newLow);
  writeU32(bytes, offset + 27, shares);
  writeU32(bytes, offset + 31, price);
  return 35;
}

/** 'P', section 1.5.1. */
export function encodeTrade(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  refHigh: number,
  refLow: number,
  side: number,
  shares: number,
  symbol: Uint8Array,
  symbolOffset: number,
  price: number,
  matchHigh: number,
  matchLow: number,
): number {
  writeHeader(bytes, offset, itchType.trade, locate, tracking, timeNs);
  writeU32(bytes, offset + 11, refHigh);
  writeU32(bytes, offset + 15, refLow);
  bytes[offset + 19] = side;
  writeU32(bytes, offset + 20, shares);
  copyBytes(bytes, offset + 24, symbol, symbolOffset, 8);
  writeU32(bytes, offset + 32, price);
  writeU32(bytes, offset + 36, matchHigh);
  writeU32(bytes, offset + 40, matchLow);
  return 44;
}

/** 'Q', section 1.5.2. */
export function encodeCrossTrade(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  shares: number,
  symbol: Uint8Array,
  symbolOffset: number,
  price: number,
  matchHigh: number,
  matchLow: number,
  crossType: number,
): number {
  writeHeader(bytes, offset, itchType.crossTrade, locate, tracking, timeNs);
  writeU64(bytes, offset + 11, shares);
  copyBytes(bytes, offset + 19, symbol, symbolOffset, 8);
  writeU32(bytes, offset + 27, price);
  writeU32(bytes, offset + 31, matchHigh);
  writeU32(bytes, offset + 35, matchLow);
  bytes[offset + 39] = crossType;
  return 40;
}

/** 'B', section 1.5.3. */
export function encodeBrokenTrade(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  matchHigh: number,
  matchLow: number,
): number {
  writeHeader(bytes, offset, itchType.brokenTrade, locate, tracking, timeNs);
  writeU32(bytes, offset + 11, matchHigh);
  writeU32(bytes, offset + 15, matchLow);
  return 19;
}

/** 'I', section 1.6. */
export function encodeOrderImbalance(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  pairedShares: number,
  imbalanceShares: number,
  direction: number,
  symbol: Uint8Array,
  symbolOffset: number,
  farPrice: number,
  nearPrice: number,
  referencePrice: number,
  crossType: number,
  variation: number,
): number {
  writeHeader(bytes, offset, itchType.orderImbalance, locate, tracking, timeNs);
  writeU64(bytes, offset + 11, pairedShares);
  writeU64(bytes, offset + 19, imbalanceShares);
  bytes[offset + 27] = direction;
  copyBytes(bytes, offset + 28, symbol, symbolOffset, 8);
  writeU32(bytes, offset + 36, farPrice);
  writeU32(bytes, offset + 40, nearPrice);
  writeU32(bytes, offset + 44, referencePrice);
  bytes[offset + 48] = crossType;
  bytes[offset + 49] = variation;
  return 50;
}

/** 'N', section 1.7. */
export function encodeRetailInterest(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  symbol: Uint8Array,
  symbolOffset: number,
  interest: number,
): number {
  writeHeader(bytes, offset, itchType.retailInterest, locate, tracking, timeNs);
  copyBytes(bytes, offset + 11, symbol, symbolOffset, 8);
  bytes[offset + 19] = interest;
  return 20;
}

/** 'O', section 1.8. */
export function encodeDirectListing(
  bytes: Uint8Array,
  offset: number,
  locate: number,
  tracking: number,
  timeNs: number,
  symbol: Uint8Array,
  symbolOffset: number,
  openEligibility: number,
  minimumPrice: number,
  maximumPrice: number,
  nearPrice: number,
  nearTimeNs: number,
  lowerPrice: number,
  upperPrice: number,
): number {
  writeHeader(bytes, offset, itchType.directListing, locate, tracking, timeNs);
  copyBytes(bytes, offset + 11, symbol, symbolOffset, 8);
  bytes[offset + 19] = openEligibility;
  writeU32(bytes, offset + 20, minimumPrice);
  writeU32(bytes, offset + 24, maximumPrice);
  writeU32(bytes, offset + 28, nearPrice);
  writeU64(bytes, offset + 32, nearTimeNs);
  writeU32(bytes, offset + 40, lowerPrice);
  writeU32(bytes, offset + 44, upperPrice);
  return 48;
}
