import { closedSet } from "../../domain/closed-set";
import { isSafeU64, readU16, readU32, readU48, readU64Unchecked } from "./bytes";

/**
 * Nasdaq TotalView-ITCH 5.0, decoding. Section numbers are those of the public specification. Integers are unsigned
 * big-endian, text is ASCII padded on the right with spaces, prices are Price(4): integers in 1/10,000, except the
 * Price(8) levels of the market wide circuit breaker. One-character codes are passed as their byte, four-character
 * codes packed in 32 bits (see `unpackAscii4`), symbols as a place in the bytes, 64-bit references as two halves: no
 * call allocates. Bytes are never trusted: a verdict comes back and nothing is thrown.
 */

/** What became of the bytes of one message. */
export const itchVerdict = closedSet("ITCH verdict", "ok", "unknownType", "badLength", "outOfRange");

/** A code of `itchVerdict`. Out of range: a 64-bit quantity beyond 2^53 - 1, which no market has. */
export type ItchVerdict = number;

const OK = itchVerdict.code.ok;
const UNKNOWN_TYPE = itchVerdict.code.unknownType;
const BAD_LENGTH = itchVerdict.code.badLength;
const OUT_OF_RANGE = itchVerdict.code.outOfRange;

/** The type byte of every message, by name. */
export const itchType = {
  systemEvent: 0x53, // S
  stockDirectory: 0x52, // R
  tradingAction: 0x48, // H
  regShoRestriction: 0x59, // Y
  marketParticipantPosition: 0x4c, // L
  circuitBreakerLevels: 0x56, // V
  circuitBreakerStatus: 0x57, // W
  ipoQuotingPeriod: 0x4b, // K
  auctionCollar: 0x4a, // J
  operationalHalt: 0x68, // h
  addOrder: 0x41, // A
  addOrderAttributed: 0x46, // F
  orderExecuted: 0x45, // E
  orderExecutedWithPrice: 0x43, // C
  orderCancel: 0x58, // X
  orderDelete: 0x44, // D
  orderReplace: 0x55, // U
  trade: 0x50, // P
  crossTrade: 0x51, // Q
  brokenTrade: 0x42, // B
  orderImbalance: 0x49, // I
  retailInterest: 0x4e, // N
  directListing: 0x4f, // O
} as const;

/** The exact length of a message by its type byte; 0 for a byte that is no type. */
export const itchMessageLength: Uint8Array = new Uint8Array(256);
itchMessageLength[itchType.systemEvent] = 12;
itchMessageLength[itchType.stockDirectory] = 39;
itchMessageLength[itchType.tradingAction] = 25;
itchMessageLength[itchType.regShoRestriction] = 20;
itchMessageLength[itchType.marketParticipantPosition] = 26;
itchMessageLength[itchType.circuitBreakerLevels] = 35;
itchMessageLength[itchType.circuitBreakerStatus] = 12;
itchMessageLength[itchType.ipoQuotingPeriod] = 28;
itchMessageLength[itchType.auctionCollar] = 35;
itchMessageLength[itchType.operationalHalt] = 21;
itchMessageLength[itchType.addOrder] = 36;
itchMessageLength[itchType.addOrderAttributed] = 40;
itchMessageLength[itchType.orderExecuted] = 31;
itchMessageLength[itchType.orderExecutedWithPrice] = 36;
itchMessageLength[itchType.orderCancel] = 23;
itchMessageLength[itchType.orderDelete] = 19;
itchMessageLength[itchType.orderReplace] = 35;
itchMessageLength[itchType.trade] = 44;
itchMessageLength[itchType.crossTrade] = 40;
itchMessageLength[itchType.brokenTrade] = 19;
itchMessageLength[itchType.orderImbalance] = 50;
itchMessageLength[itchType.retailInterest] = 20;
itchMessageLength[itchType.directListing] = 48;

/** The longest message, in bytes. */
export const itchLongestMessage = 50;

/**
 * Receives decoded messages. `locate` is the stock locate (0 for market wide messages), `tracking` the exchange's own
 * tracking number, `timeNs` nanoseconds since midnight in New York. `bytes` and an offset name a field left in place;
 * they are valid only during the call.
 */
export interface ItchHandler {
  /** 'S', section 1.1: start and end of messages, system hours, market hours. */
  systemEvent(locate: number, tracking: number, timeNs: number, eventCode: number): void;

  /** 'R', section 1.2.1: one listed instrument. `issueSubType` is two packed characters, `ipoFlag` may be a space. */
  stockDirectory(
    locate: number,
    tracking: number,
    timeNs: number,
    bytes: Uint8Array,
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
  ): void;

  /** 'H', section 1.2.2: trading state (H halted, P paused, Q quotation only, T trading) with a packed reason. */
  tradingAction(
    locate: number,
    tracking: number,
    timeNs: number,
    bytes: Uint8Array,
    symbolOffset: number,
    tradingState: number,
    reason: number,
  ): void;

  /** 'Y', section 1.2.3: Regulation SHO short sale price test. */
  regShoRestriction(
    locate: number,
    tracking: number,
    timeNs: number,
    bytes: Uint8Array,
    symbolOffset: number,
    action: number,
  ): void;

  /** 'L', section 1.2.4: a market participant's standing in a symbol; `participant` is four packed characters. */
  marketParticipantPosition(
    locate: number,
    tracking: number,
    timeNs: number,
    participant: number,
    bytes: Uint8Array,
    symbolOffset: number,
    primaryMarketMaker: number,
    marketMakerMode: number,
    participantState: number,
  ): void;

  /** 'V', section 1.2.5.1: the three market wide circuit breaker levels as Price(8), in 1/100,000,000. */
  circuitBreakerLevels(
    locate: number,
    tracking: number,
    timeNs: number,
    level1Price8: number,
    level2Price8: number,
    level3Price8: number,
  ): void;

  /** 'W', section 1.2.5.2: a market wide circuit breaker level was breached. */
  circuitBreakerStatus(locate: number, tracking: number, timeNs: number, breachedLevel: number): void;

  /** 'K', section 1.2.6: when quoting of a new issue begins, in whole seconds since midnight. */
  ipoQuotingPeriod(
    locate: number,
    tracking: number,
    timeNs: number,
    bytes: Uint8Array,
    symbolOffset: number,
    releaseTimeSeconds: number,
    releaseQualifier: number,
    ipoPrice: number,
  ): void;

  /** 'J', section 1.2.7: limit up, limit down auction collar. */
  auctionCollar(
    locate: number,
    tracking: number,
    timeNs: number,
    bytes: Uint8Array,
    symbolOffset: number,
    referencePrice: number,
    upperPrice: number,
    lowerPrice: number,
    extension: number,
  ): void;

  /** 'h', section 1.2.8: operational halt of a symbol on one market center. */
  operationalHalt(
    locate: number,
    tracking: number,
    timeNs: number,
    bytes: Uint8Array,
    symbolOffset: number,
    marketCode: number,
    haltAction: number,
  ): void;

  /** 'A', section 1.3.1: a displayable order joined the book, unattributed. `side` is 'B' or 'S'. */
  addOrder(
    locate: number,
    tracking: number,
    timeNs: number,
    refHigh: number,
    refLow: number,
    side: number,
    shares: number,
    bytes: Uint8Array,
    symbolOffset: number,
    price: number,
  ): void;

  /** 'F', section 1.3.2: as 'A', with the market participant's packed identifier. */
  addOrderAttributed(
    locate: number,
    tracking: number,
    timeNs: number,
    refHigh: number,
    refLow: number,
    side: number,
    shares: number,
    bytes: Uint8Array,
    symbolOffset: number,
    price: number,
    attribution: number,
  ): void;

  /** 'E', section 1.4.1: a resting order traded at its own price. */
  orderExecuted(
    locate: number,
    tracking: number,
    timeNs: number,
    refHigh: number,
    refLow: number,
    shares: number,
    matchHigh: number,
    matchLow: number,
  ): void;

  /** 'C', section 1.4.2: a resting order traded at another price; `printable` 'N' must not be counted in volume. */
  orderExecutedWithPrice(
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
  ): void;

  /** 'X', section 1.4.3: a resting order lost `shares`, and keeps its place. */
  orderCancel(locate: number, tracking: number, timeNs: number, refHigh: number, refLow: number, shares: number): void;

  /** 'D', section 1.4.4: a resting order left the book. */
  orderDelete(locate: number, tracking: number, timeNs: number, refHigh: number, refLow: number): void;

  /** 'U', section 1.4.5: a resting order was replaced by a new one, of the same side and symbol, behind the queue. */
  orderReplace(
    locate: number,
    tracking: number,
    timeNs: number,
    originalHigh: number,
    originalLow: number,
    newHigh: number,
    newLow: number,
    shares: number,
    price: number,
  ): void;

  /** 'P', section 1.5.1: a trade against a hidden order; the book does not change. */
  trade(
    locate: number,
    tracking: number,
    timeNs: number,
    refHigh: number,
    refLow: number,
    side: number,
    shares: number,
    bytes: Uint8Array,
    symbolOffset: number,
    price: number,
    matchHigh: number,
    matchLow: number,
  ): void;

  /** 'Q', section 1.5.2: the bulk print of a cross; `shares` is a 64-bit quantity. */
  crossTrade(
    locate: number,
    tracking: number,
    timeNs: number,
    shares: number,
    bytes: Uint8Array,
    symbolOffset: number,
    price: number,
    matchHigh: number,
    matchLow: number,
    crossType: number,
  ): void;

  /** 'B', section 1.5.3: an execution was broken; it stays out of the book. */
  brokenTrade(locate: number, tracking: number, timeNs: number, matchHigh: number, matchLow: number): void;

  /** 'I', section 1.6: net order imbalance indicator ahead of a cross. */
  orderImbalance(
    locate: number,
    tracking: number,
    timeNs: number,
    pairedShares: number,
    imbalanceShares: number,
    direction: number,
    bytes: Uint8Array,
    symbolOffset: number,
    farPrice: number,
    nearPrice: number,
    referencePrice: number,
    crossType: number,
    variation: number,
  ): void;

  /** 'N', section 1.7: retail price improvement interest ('B', 'S', 'A' both, 'N' none). */
  retailInterest(
    locate: number,
    tracking: number,
    timeNs: number,
    bytes: Uint8Array,
    symbolOffset: number,
    interest: number,
  ): void;

  /**
   * 'O', section 1.8: direct listing with capital raise, price discovery. The specification gives the near execution
   * time as an eight-byte integer without a unit; it is taken to be nanoseconds since midnight, as other times are.
   */
  directListing(
    locate: number,
    tracking: number,
    timeNs: number,
    bytes: Uint8Array,
    symbolOffset: number,
    openEligibility: number,
    minimumPrice: number,
    maximumPrice: number,
    nearPrice: number,
    nearTimeNs: number,
    lowerPrice: number,
    upperPrice: number,
  ): void;
}

/** A handler that ignores every message: extend it and override what matters. */
export class ItchHandlerBase implements ItchHandler {
  systemEvent(_locate: number, _tracking: number, _timeNs: number, _eventCode: number): void {}
  stockDirectory(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    _bytes: Uint8Array,
    _symbolOffset: number,
    _marketCategory: number,
    _financialStatus: number,
    _roundLotSize: number,
    _roundLotsOnly: number,
    _issueClassification: number,
    _issueSubType: number,
    _authenticity: number,
    _shortSaleThreshold: number,
    _ipoFlag: number,
    _luldTier: number,
    _etpFlag: number,
    _etpLeverageFactor: number,
    _inverse: number,
  ): void {}
  tradingAction(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    _bytes: Uint8Array,
    _symbolOffset: number,
    _tradingState: number,
    _reason: number,
  ): void {}
  regShoRestriction(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    _bytes: Uint8Array,
    _symbolOffset: number,
    _action: number,
  ): void {}
  marketParticipantPosition(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    _participant: number,
    _bytes: Uint8Array,
    _symbolOffset: number,
    _primaryMarketMaker: number,
    _marketMakerMode: number,
    _participantState: number,
  ): void {}
  circuitBreakerLevels(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    _level1Price8: number,
    _level2Price8: number,
    _level3Price8: number,
  ): void {}
  circuitBreakerStatus(_locate: number, _tracking: number, _timeNs: number, _breachedLevel: number): void {}
  ipoQuotingPeriod(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    _bytes: Uint8Array,
    _symbolOffset: number,
    _releaseTimeSeconds: number,
    _releaseQualifier: number,
    _ipoPrice: number,
  ): void {}
  auctionCollar(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    _bytes: Uint8Array,
    _symbolOffset: number,
    _referencePrice: number,
    _upperPrice: number,
    _lowerPrice: number,
    _extension: number,
  ): void {}
  operationalHalt(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    _bytes: Uint8Array,
    _symbolOffset: number,
    _marketCode: number,
    _haltAction: number,
  ): void {}
  addOrder(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    _refHigh: number,
    _refLow: number,
    _side: number,
    _shares: number,
    _bytes: Uint8Array,
    _symbolOffset: number,
    _price: number,
  ): void {}
  addOrderAttributed(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    _refHigh: number,
    _refLow: number,
    _side: number,
    _shares: number,
    _bytes: Uint8Array,
    _symbolOffset: number,
    _price: number,
    _attribution: number,
  ): void {}
  orderExecuted(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    _refHigh: number,
    _refLow: number,
    _shares: number,
    _matchHigh: number,
    _matchLow: number,
  ): void {}
  orderExecutedWithPrice(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    _refHigh: number,
    _refLow: number,
    _shares: number,
    _matchHigh: number,
    _matchLow: number,
    _printable: number,
    _price: number,
  ): void {}
  orderCancel(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    _refHigh: number,
    _refLow: number,
    _shares: number,
  ): void {}
  orderDelete(_locate: number, _tracking: number, _timeNs: number, _refHigh: number, _refLow: number): void {}
  orderReplace(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    _originalHigh: number,
    _originalLow: number,
    _newHigh: number,
    _newLow: number,
    _shares: number,
    _price: number,
  ): void {}
  trade(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    _refHigh: number,
    _refLow: number,
    _side: number,
    _shares: number,
    _bytes: Uint8Array,
    _symbolOffset: number,
    _price: number,
    _matchHigh: number,
    _matchLow: number,
  ): void {}
  crossTrade(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    _shares: number,
    _bytes: Uint8Array,
    _symbolOffset: number,
    _price: number,
    _matchHigh: number,
    _matchLow: number,
    _crossType: number,
  ): void {}
  brokenTrade(_locate: number, _tracking: number, _timeNs: number, _matchHigh: number, _matchLow: number): void {}
  orderImbalance(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    _pairedShares: number,
    _imbalanceShares: number,
    _direction: number,
    _bytes: Uint8Array,
    _symbolOffset: number,
    _farPrice: number,
    _nearPrice: number,
    _referencePrice: number,
    _crossType: number,
    _variation: number,
  ): void {}
  retailInterest(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    _bytes: Uint8Array,
    _symbolOffset: number,
    _interest: number,
  ): void {}
  directListing(
    _locate: number,
    _tracking: number,
    _timeNs: number,
    _bytes: Uint8Array,
    _symbolOffset: number,
    _openEligibility: number,
    _minimumPrice: number,
    _maximumPrice: number,
    _nearPrice: number,
    _nearTimeNs: number,
    _lowerPrice: number,
    _upperPrice: number,
  ): void {}
}

/**
 * Decodes the one message that fills `length` bytes from `offset` and calls the handler's method for it. The length
 * must be the type's exactly; on any verdict but ok the handler is not called.
 */
export function decodeItch(bytes: Uint8Array, offset: number, length: number, handler: ItchHandler): ItchVerdict {
  if (length < 1 || offset < 0 || offset + length > bytes.length) return BAD_LENGTH;
  const type = bytes[offset];
  const expected = itchMessageLength[type];
  if (expected !== length) return expected === 0 ? UNKNOWN_TYPE : BAD_LENGTH;
  const locate = readU16(bytes, offset + 1);
  const tracking = readU16(bytes, offset + 3);
  const timeNs = readU48(bytes, offset + 5);
  switch (type) {
    case itchType.addOrder:
      handler.addOrder(
        locate,
        tracking,
        timeNs,
        readU32(bytes, offset + 11),
        readU32(bytes, offset + 15),
        bytes[offset + 19],
        readU32(bytes, offset + 20),
        bytes,
        offset + 24,
        readU32(bytes, offset + 32),
      );
      return OK;
    case itchType.orderDelete:
      handler.orderDelete(locate, tracking, timeNs, readU32(bytes, offset + 11), readU32(bytes, offset + 15));
      return OK;
    case itchType.orderReplace:
      handler.orderReplace(
        locate,
        tracking,
        timeNs,
        readU32(bytes, offset + 11),
        readU32(bytes, offset + 15),
        readU32(bytes, offset + 19),
        readU32(bytes, offset + 23),
        readU32(bytes, offset + 27),
        readU32(bytes, offset + 31),
      );
      return OK;
    case itchType.orderExecuted:
      handler.orderExecuted(
        locate,
        tracking,
        timeNs,
        readU32(bytes, offset + 11),
        readU32(bytes, offset + 15),
        readU32(bytes, offset + 19),
        readU32(bytes, offset + 23),
        readU32(bytes, offset + 27),
      );
      return OK;
    case itchType.orderCancel:
      handler.orderCancel(
        locate,
        tracking,
        timeNs,
        readU32(bytes, offset + 11),
        readU32(bytes, offset + 15),
        readU32(bytes, offset + 19),
      );
      return OK;
    case itchType.orderExecutedWithPrice:
      handler.orderExecutedWithPrice(
        locate,
        tracking,
        timeNs,
        readU32(bytes, offset + 11),
        readU32(bytes, offset + 15),
        readU32(bytes, offset + 19),
        readU32(bytes, offset + 23),
        readU32(bytes, offset + 27),
        bytes[offset + 31],
        readU32(bytes, offset + 32),
      );
      return OK;
    case itchType.addOrderAttributed:
      handler.addOrderAttributed(
        locate,
        tracking,
        timeNs,
        readU32(bytes, offset + 11),
        readU32(bytes, offset + 15),
        bytes[offset + 19],
        readU32(bytes, offset + 20),
        bytes,
        offset + 24,
        readU32(bytes, offset + 32),
        readU32(bytes, offset + 36),
      );
      return OK;
    case itchType.trade:
      handler.trade(
        locate,
        tracking,
        timeNs,
        readU32(bytes, offset + 11),
        readU32(bytes, offset + 15),
        bytes[offset + 19],
        readU32(bytes, offset + 20),
        bytes,
        offset + 24,
        readU32(bytes, offset + 32),
        readU32(bytes, offset + 36),
        readU32(bytes, offset + 40),
      );
      return OK;
    default:
      return decodeRareItch(bytes, offset, type, locate, tracking, timeNs, handler);
  }
}

/** The messages that arrive a few times a day or a second, apart so that the hot switch stays small. */
function decodeRareItch(
  bytes: Uint8Array,
  offset: number,
  type: number,
  locate: number,
  tracking: number,
  timeNs: number,
  handler: ItchHandler,
): ItchVerdict {
  switch (type) {
    case itchType.systemEvent:
      handler.systemEvent(locate, tracking, timeNs, bytes[offset + 11]);
      return OK;
    case itchType.stockDirectory:
      handler.stockDirectory(
        locate,
        tracking,
        timeNs,
        bytes,
        offset + 11,
        bytes[offset + 19],
        bytes[offset + 20],
        readU32(bytes, offset + 21),
        bytes[offset + 25],
        bytes[offset + 26],
        readU16(bytes, offset + 27),
        bytes[offset + 29],
        bytes[offset + 30],
        bytes[offset + 31],
        bytes[offset + 32],
        bytes[offset + 33],
        readU32(bytes, offset + 34),
        bytes[offset + 38],
      );
      return OK;
    case itchType.tradingAction:
      handler.tradingAction(
        locate,
        tracking,
        timeNs,
        bytes,
        offset + 11,
        bytes[offset + 19],
        readU32(bytes, offset + 21),
      );
      return OK;
    case itchType.regShoRestriction:
      handler.regShoRestriction(locate, tracking, timeNs, bytes, offset + 11, bytes[offset + 19]);
      return OK;
    case itchType.marketParticipantPosition:
      handler.marketParticipantPosition(
        locate,
        tracking,
        timeNs,
        readU32(bytes, offset + 11),
        bytes,
        offset + 15,
        bytes[offset + 23],
        bytes[offset + 24],
        bytes[offset + 25],
      );
      return OK;
    case itchType.circuitBreakerLevels:
      if (!(isSafeU64(bytes, offset + 11) && isSafeU64(bytes, offset + 19) && isSafeU64(bytes, offset + 27))) {
        return OUT_OF_RANGE;
      }
      handler.circuitBreakerLevels(
        locate,
        tracking,
        timeNs,
        readU64Unchecked(bytes, offset + 11),
        readU64Unchecked(bytes, offset + 19),
        readU64Unchecked(bytes, offset + 27),
      );
      return OK;
    case itchType.circuitBreakerStatus:
      handler.circuitBreakerStatus(locate, tracking, timeNs, bytes[offset + 11]);
      return OK;
    case itchType.ipoQuotingPeriod:
      handler.ipoQuotingPeriod(
        locate,
        tracking,
        timeNs,
        bytes,
        offset + 11,
        readU32(bytes, offset + 19),
        bytes[offset + 23],
        readU32(bytes, offset + 24),
      );
      return OK;
    case itchType.auctionCollar:
      handler.auctionCollar(
        locate,
        tracking,
        timeNs,
        bytes,
        offset + 11,
        readU32(bytes, offset + 19),
        readU32(bytes, offset + 23),
        readU32(bytes, offset + 27),
        readU32(bytes, offset + 31),
      );
      return OK;
    case itchType.operationalHalt:
      handler.operationalHalt(locate, tracking, timeNs, bytes, offset + 11, bytes[offset + 19], bytes[offset + 20]);
      return OK;
    case itchType.crossTrade:
      if (!isSafeU64(bytes, offset + 11)) return OUT_OF_RANGE;
      handler.crossTrade(
        locate,
        tracking,
        timeNs,
        readU64Unchecked(bytes, offset + 11),
        bytes,
        offset + 19,
        readU32(bytes, offset + 27),
        readU32(bytes, offset + 31),
        readU32(bytes, offset + 35),
        bytes[offset + 39],
      );
      return OK;
    case itchType.brokenTrade:
      handler.brokenTrade(locate, tracking, timeNs, readU32(bytes, offset + 11), readU32(bytes, offset + 15));
      return OK;
    case itchType.orderImbalance:
      if (!(isSafeU64(bytes, offset + 11) && isSafeU64(bytes, offset + 19))) return OUT_OF_RANGE;
      handler.orderImbalance(
        locate,
        tracking,
        timeNs,
        readU64Unchecked(bytes, offset + 11),
        readU64Unchecked(bytes, offset + 19),
        bytes[offset + 27],
        bytes,
        offset + 28,
        readU32(bytes, offset + 36),
        readU32(bytes, offset + 40),
        readU32(bytes, offset + 44),
        bytes[offset + 48],
        bytes[offset + 49],
      );
      return OK;
    case itchType.retailInterest:
      handler.retailInterest(locate, tracking, timeNs, bytes, offset + 11, bytes[offset + 19]);
      return OK;
    case itchType.directListing:
      if (!isSafeU64(bytes, offset + 32)) return OUT_OF_RANGE;
      handler.directListing(
        locate,
        tracking,
        timeNs,
        bytes,
        offset + 11,
        bytes[offset + 19],
        readU32(bytes, offset + 20),
        readU32(bytes, offset + 24),
        readU32(bytes, offset + 28),
        readU64Unchecked(bytes, offset + 32),
        readU32(bytes, offset + 40),
        readU32(bytes, offset + 44),
      );
      return OK;
    default:
      return UNKNOWN_TYPE;
  }
}
