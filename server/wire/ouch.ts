import { isSafeU64, readU16, readU32, readU64Unchecked } from "./bytes";
import { ouchInboundType, ouchOutboundType } from "./ouch-codes";
import { isOuchAppendageSound, type OuchVerdict, ouchVerdict } from "./ouch-options";

/**
 * Nasdaq OUCH 5.0, decoding; the codes are in ouch-codes.ts, the optional fields in ouch-options.ts. Section numbers are
 * those of the public specification. Integers are unsigned big-endian, prices integers in 1/10,000 in eight bytes,
 * times nanoseconds since midnight; firms come packed (see `unpackAscii4`), symbols (8) and client order ids (14) as a
 * place in the bytes, 64-bit references as two halves. Bytes are never trusted: a verdict comes back, nothing is
 * thrown, and on any verdict but ok the handler is not called.
 *
 * A message ends with an appendage: its length in two bytes, then the optional fields. Some messages always carry the
 * length; others leave even that out when there are no options, as recorded packets of Cancel Order and Canceled show.
 * Executed should carry it and is read without it too, as older revisions sent it. The handler gets the place of the
 * options (length 0 when there are none), which `OuchOptions.decode` takes apart.
 */

const OK = ouchVerdict.code.ok;
const UNKNOWN_TYPE = ouchVerdict.code.unknownType;
const BAD_LENGTH = ouchVerdict.code.badLength;
const BAD_APPENDAGE = ouchVerdict.code.badAppendage;
const OUT_OF_RANGE = ouchVerdict.code.outOfRange;

const NO_APPENDAGE = 0;
const OPTIONAL = 1;
const REQUIRED = 2;

/** Length of each inbound message before its appendage; 0 for a byte that is no type. */
export const ouchInboundLength: Uint8Array = new Uint8Array(256);
ouchInboundLength[ouchInboundType.enterOrder] = 45;
ouchInboundLength[ouchInboundType.replaceOrder] = 38;
ouchInboundLength[ouchInboundType.cancelOrder] = 9;
ouchInboundLength[ouchInboundType.modifyOrder] = 10;
ouchInboundLength[ouchInboundType.massCancel] = 17;
ouchInboundLength[ouchInboundType.disableOrderEntry] = 9;
ouchInboundLength[ouchInboundType.enableOrderEntry] = 9;
ouchInboundLength[ouchInboundType.accountQuery] = 1;

const ouchInboundLengthRule: Uint8Array = new Uint8Array(256);
ouchInboundLengthRule[ouchInboundType.enterOrder] = REQUIRED;
ouchInboundLengthRule[ouchInboundType.replaceOrder] = REQUIRED;
ouchInboundLengthRule[ouchInboundType.cancelOrder] = OPTIONAL;
ouchInboundLengthRule[ouchInboundType.modifyOrder] = OPTIONAL;
ouchInboundLengthRule[ouchInboundType.massCancel] = REQUIRED;
ouchInboundLengthRule[ouchInboundType.disableOrderEntry] = REQUIRED;
ouchInboundLengthRule[ouchInboundType.enableOrderEntry] = REQUIRED;
ouchInboundLengthRule[ouchInboundType.accountQuery] = OPTIONAL;

/** Length of each outbound message before its appendage; 0 for a byte that is no type. */
export const ouchOutboundLength: Uint8Array = new Uint8Array(256);
ouchOutboundLength[ouchOutboundType.systemEvent] = 10;
ouchOutboundLength[ouchOutboundType.accepted] = 62;
ouchOutboundLength[ouchOutboundType.replaced] = 66;
ouchOutboundLength[ouchOutboundType.canceled] = 18;
ouchOutboundLength[ouchOutboundType.selfMatchCanceled] = 32;
ouchOutboundLength[ouchOutboundType.executed] = 34;
ouchOutboundLength[ouchOutboundType.brokenTrade] = 36;
ouchOutboundLength[ouchOutboundType.rejected] = 29;
ouchOutboundLength[ouchOutboundType.cancelPending] = 13;
ouchOutboundLength[ouchOutboundType.cancelRejected] = 13;
ouchOutboundLength[ouchOutboundType.priorityUpdated] = 30;
ouchOutboundLength[ouchOutboundType.modified] = 18;
ouchOutboundLength[ouchOutboundType.restated] = 14;
ouchOutboundLength[ouchOutboundType.massCancelResponse] = 25;
ouchOutboundLength[ouchOutboundType.disableResponse] = 17;
ouchOutboundLength[ouchOutboundType.enableResponse] = 17;
ouchOutboundLength[ouchOutboundType.accountQueryResponse] = 13;

const ouchOutboundLengthRule: Uint8Array = new Uint8Array(256);
ouchOutboundLengthRule[ouchOutboundType.systemEvent] = NO_APPENDAGE;
ouchOutboundLengthRule[ouchOutboundType.accepted] = REQUIRED;
ouchOutboundLengthRule[ouchOutboundType.replaced] = REQUIRED;
ouchOutboundLengthRule[ouchOutboundType.canceled] = OPTIONAL;
ouchOutboundLengthRule[ouchOutboundType.selfMatchCanceled] = OPTIONAL;
ouchOutboundLengthRule[ouchOutboundType.executed] = OPTIONAL;
ouchOutboundLengthRule[ouchOutboundType.brokenTrade] = OPTIONAL;
ouchOutboundLengthRule[ouchOutboundType.rejected] = OPTIONAL;
ouchOutboundLengthRule[ouchOutboundType.cancelPending] = OPTIONAL;
ouchOutboundLengthRule[ouchOutboundType.cancelRejected] = OPTIONAL;
ouchOutboundLengthRule[ouchOutboundType.priorityUpdated] = OPTIONAL;
ouchOutboundLengthRule[ouchOutboundType.modified] = OPTIONAL;
ouchOutboundLengthRule[ouchOutboundType.restated] = REQUIRED;
ouchOutboundLengthRule[ouchOutboundType.massCancelResponse] = REQUIRED;
ouchOutboundLengthRule[ouchOutboundType.disableResponse] = REQUIRED;
ouchOutboundLengthRule[ouchOutboundType.enableResponse] = REQUIRED;
ouchOutboundLengthRule[ouchOutboundType.accountQueryResponse] = OPTIONAL;

/** Length of the options of a message, or the negative of the verdict that refuses it. */
function appendageLengthOf(
  bytes: Uint8Array,
  offset: number,
  length: number,
  fixedLength: number,
  rule: number,
): number {
  if (length === fixedLength) return rule === REQUIRED ? -BAD_LENGTH : 0;
  if (rule === NO_APPENDAGE || length < fixedLength + 2) return -BAD_LENGTH;
  const appendageLength = readU16(bytes, offset + fixedLength);
  if (length !== fixedLength + 2 + appendageLength) return -BAD_LENGTH;
  if (!isOuchAppendageSound(bytes, offset + fixedLength + 2, appendageLength)) return -BAD_APPENDAGE;
  return appendageLength;
}

/** Receives the messages a client sends. */
export interface OuchInboundHandler {
  /** 'O', section 2.1: a new order. `userReference` must rise within the account (and its user reference index) all day. */
  enterOrder(
    bytes: Uint8Array,
    userReference: number,
    side: number,
    quantity: number,
    symbolOffset: number,
    price: number,
    timeInForce: number,
    display: number,
    capacity: number,
    sweepEligibility: number,
    crossType: number,
    clientOrderIdOffset: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'U', section 2.2: cancels an order and enters another in its stead, in one step. */
  replaceOrder(
    bytes: Uint8Array,
    originalUserReference: number,
    userReference: number,
    quantity: number,
    price: number,
    timeInForce: number,
    display: number,
    sweepEligibility: number,
    clientOrderIdOffset: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'X', section 2.3: reduces an order to `quantity` shares in all; 0 cancels it. */
  cancelOrder(
    bytes: Uint8Array,
    userReference: number,
    quantity: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'M', section 2.4: changes the short sale marking or reduces the shares without losing the place. */
  modifyOrder(
    bytes: Uint8Array,
    userReference: number,
    side: number,
    quantity: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'C', section 2.5: cancels a firm's orders, in one symbol or (spaces) all; options narrow it to a side or group. */
  massCancel(
    bytes: Uint8Array,
    userReference: number,
    firm: number,
    symbolOffset: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'D', section 2.6: cancels a firm's orders and refuses new ones until enabled again. */
  disableOrderEntry(
    bytes: Uint8Array,
    userReference: number,
    firm: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'E', section 2.7: lifts a disable. */
  enableOrderEntry(
    bytes: Uint8Array,
    userReference: number,
    firm: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'Q', section 2.8: asks for the next user reference number the exchange will take. */
  accountQuery(bytes: Uint8Array, appendageOffset: number, appendageLength: number): void;
}

/** A handler that ignores every message: extend it and override what matters. */
export class OuchInboundHandlerBase implements OuchInboundHandler {
  enterOrder(
    _bytes: Uint8Array,
    _userReference: number,
    _side: number,
    _quantity: number,
    _symbolOffset: number,
    _price: number,
    _timeInForce: number,
    _display: number,
    _capacity: number,
    _sweepEligibility: number,
    _crossType: number,
    _clientOrderIdOffset: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  replaceOrder(
    _bytes: Uint8Array,
    _originalUserReference: number,
    _userReference: number,
    _quantity: number,
    _price: number,
    _timeInForce: number,
    _display: number,
    _sweepEligibility: number,
    _clientOrderIdOffset: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  cancelOrder(
    _bytes: Uint8Array,
    _userReference: number,
    _quantity: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  modifyOrder(
    _bytes: Uint8Array,
    _userReference: number,
    _side: number,
    _quantity: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  massCancel(
    _bytes: Uint8Array,
    _userReference: number,
    _firm: number,
    _symbolOffset: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  disableOrderEntry(
    _bytes: Uint8Array,
    _userReference: number,
    _firm: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  enableOrderEntry(
    _bytes: Uint8Array,
    _userReference: number,
    _firm: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  accountQuery(_bytes: Uint8Array, _appendageOffset: number, _appendageLength: number): void {}
}

/** Receives the messages the exchange sends. */
export interface OuchOutboundHandler {
  /** 'S', section 3.1: start or end of day, a code of `ouchEventCode`. */
  systemEvent(timeNs: number, eventCode: number): void;

  /** 'A', section 3.2: the order as accepted, which may differ from the order as entered. */
  accepted(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    side: number,
    quantity: number,
    symbolOffset: number,
    price: number,
    timeInForce: number,
    display: number,
    orderReferenceHigh: number,
    orderReferenceLow: number,
    capacity: number,
    sweepEligibility: number,
    crossType: number,
    orderState: number,
    clientOrderIdOffset: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'U', section 3.3: the replacement as accepted; the original order is gone. */
  replaced(
    bytes: Uint8Array,
    timeNs: number,
    originalUserReference: number,
    userReference: number,
    side: number,
    quantity: number,
    symbolOffset: number,
    price: number,
    timeInForce: number,
    display: number,
    orderReferenceHigh: number,
    orderReferenceLow: number,
    capacity: number,
    sweepEligibility: number,
    crossType: number,
    orderState: number,
    clientOrderIdOffset: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'C', section 3.4: `quantity` shares left the order, for a reason of `ouchCancelReason`. */
  canceled(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    quantity: number,
    reason: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'D', section 3.5: AIQ Canceled: shares taken off so that an order does not trade with its own firm. */
  selfMatchCanceled(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    decrementShares: number,
    reason: number,
    preventedQuantity: number,
    executionPrice: number,
    liquidityFlag: number,
    strategy: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'E', section 3.6: the order traded; see `ouchLiquidityFlag`. */
  executed(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    quantity: number,
    price: number,
    liquidityFlag: number,
    matchHigh: number,
    matchLow: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'B', section 3.7: an earlier execution will not clear. */
  brokenTrade(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    matchHigh: number,
    matchLow: number,
    reason: number,
    clientOrderIdOffset: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'J', section 3.8: the order never was; a reason of `ouchRejectReason`. */
  rejected(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    reason: number,
    clientOrderIdOffset: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'P', section 3.9: a cancel arrived while a cross ran; it will be tried when the cross is done. */
  cancelPending(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'I', section 3.10: a cancel was refused because of the order's cross. */
  cancelRejected(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'T', section 3.11: the order has a new place in the queue, under a new reference. */
  priorityUpdated(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    price: number,
    display: number,
    orderReferenceHigh: number,
    orderReferenceLow: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'M', section 3.12: the modify took effect; `quantity` is what is open now. */
  modified(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    side: number,
    quantity: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'R', section 3.13: the exchange changed the order; the options say what. */
  restated(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    reason: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'X', section 3.14: the mass cancel was taken; a Canceled follows for each order. */
  massCancelResponse(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    firm: number,
    symbolOffset: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'G', section 3.15: order entry is disabled for the firm. */
  disableResponse(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    firm: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'K', section 3.16: order entry is enabled for the firm. */
  enableResponse(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    firm: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;

  /** 'Q', section 3.17: the next user reference number the exchange will take. */
  accountQueryResponse(
    bytes: Uint8Array,
    timeNs: number,
    nextUserReference: number,
    appendageOffset: number,
    appendageLength: number,
  ): void;
}

/** A handler that ignores every message: extend it and override what matters. */
export class OuchOutboundHandlerBase implements OuchOutboundHandler {
  systemEvent(_timeNs: number, _eventCode: number): void {}
  accepted(
    _bytes: Uint8Array,
    _timeNs: number,
    _userReference: number,
    _side: number,
    _quantity: number,
    _symbolOffset: number,
    _price: number,
    _timeInForce: number,
    _display: number,
    _orderReferenceHigh: number,
    _orderReferenceLow: number,
    _capacity: number,
    _sweepEligibility: number,
    _crossType: number,
    _orderState: number,
    _clientOrderIdOffset: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  replaced(
    _bytes: Uint8Array,
    _timeNs: number,
    _originalUserReference: number,
    _userReference: number,
    _side: number,
    _quantity: number,
    _symbolOffset: number,
    _price: number,
    _timeInForce: number,
    _display: number,
    _orderReferenceHigh: number,
    _orderReferenceLow: number,
    _capacity: number,
    _sweepEligibility: number,
    _crossType: number,
    _orderState: number,
    _clientOrderIdOffset: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  canceled(
    _bytes: Uint8Array,
    _timeNs: number,
    _userReference: number,
    _quantity: number,
    _reason: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  selfMatchCanceled(
    _bytes: Uint8Array,
    _timeNs: number,
    _userReference: number,
    _decrementShares: number,
    _reason: number,
    _preventedQuantity: number,
    _executionPrice: number,
    _liquidityFlag: number,
    _strategy: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  executed(
    _bytes: Uint8Array,
    _timeNs: number,
    _userReference: number,
    _quantity: number,
    _price: number,
    _liquidityFlag: number,
    _matchHigh: number,
    _matchLow: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  brokenTrade(
    _bytes: Uint8Array,
    _timeNs: number,
    _userReference: number,
    _matchHigh: number,
    _matchLow: number,
    _reason: number,
    _clientOrderIdOffset: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  rejected(
    _bytes: Uint8Array,
    _timeNs: number,
    _userReference: number,
    _reason: number,
    _clientOrderIdOffset: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  cancelPending(
    _bytes: Uint8Array,
    _timeNs: number,
    _userReference: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  cancelRejected(
    _bytes: Uint8Array,
    _timeNs: number,
    _userReference: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  priorityUpdated(
    _bytes: Uint8Array,
    _timeNs: number,
    _userReference: number,
    _price: number,
    _display: number,
    _orderReferenceHigh: number,
    _orderReferenceLow: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  modified(
    _bytes: Uint8Array,
    _timeNs: number,
    _userReference: number,
    _side: number,
    _quantity: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  restated(
    _bytes: Uint8Array,
    _timeNs: number,
    _userReference: number,
    _reason: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  massCancelResponse(
    _bytes: Uint8Array,
    _timeNs: number,
    _userReference: number,
    _firm: number,
    _symbolOffset: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  disableResponse(
    _bytes: Uint8Array,
    _timeNs: number,
    _userReference: number,
    _firm: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  enableResponse(
    _bytes: Uint8Array,
    _timeNs: number,
    _userReference: number,
    _firm: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
  accountQueryResponse(
    _bytes: Uint8Array,
    _timeNs: number,
    _nextUserReference: number,
    _appendageOffset: number,
    _appendageLength: number,
  ): void {}
}

/** Decodes the one message from a client that fills `length` bytes from `offset`. */
export function decodeOuchInbound(
  bytes: Uint8Array,
  offset: number,
  length: number,
  handler: OuchInboundHandler,
): OuchVerdict {
  if (length < 1 || offset < 0 || offset + length > bytes.length) return BAD_LENGTH;
  const type = bytes[offset];
  const fixedLength = ouchInboundLength[type];
  if (fixedLength === 0) return UNKNOWN_TYPE;
  const appendageLength = appendageLengthOf(bytes, offset, length, fixedLength, ouchInboundLengthRule[type]);
  if (appendageLength < 0) return -appendageLength;
  const appendageOffset = offset + fixedLength + 2;
  switch (type) {
    case ouchInboundType.enterOrder:
      if (!isSafeU64(bytes, offset + 18)) return OUT_OF_RANGE;
      handler.enterOrder(
        bytes,
        readU32(bytes, offset + 1),
        bytes[offset + 5],
        readU32(bytes, offset + 6),
        offset + 10,
        readU64Unchecked(bytes, offset + 18),
        bytes[offset + 26],
        bytes[offset + 27],
        bytes[offset + 28],
        bytes[offset + 29],
        bytes[offset + 30],
        offset + 31,
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchInboundType.replaceOrder:
      if (!isSafeU64(bytes, offset + 13)) return OUT_OF_RANGE;
      handler.replaceOrder(
        bytes,
        readU32(bytes, offset + 1),
        readU32(bytes, offset + 5),
        readU32(bytes, offset + 9),
        readU64Unchecked(bytes, offset + 13),
        bytes[offset + 21],
        bytes[offset + 22],
        bytes[offset + 23],
        offset + 24,
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchInboundType.cancelOrder:
      handler.cancelOrder(
        bytes,
        readU32(bytes, offset + 1),
        readU32(bytes, offset + 5),
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchInboundType.modifyOrder:
      handler.modifyOrder(
        bytes,
        readU32(bytes, offset + 1),
        bytes[offset + 5],
        readU32(bytes, offset + 6),
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchInboundType.massCancel:
      handler.massCancel(
        bytes,
        readU32(bytes, offset + 1),
        readU32(bytes, offset + 5),
        offset + 9,
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchInboundType.disableOrderEntry:
      handler.disableOrderEntry(
        bytes,
        readU32(bytes, offset + 1),
        readU32(bytes, offset + 5),
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchInboundType.enableOrderEntry:
      handler.enableOrderEntry(
        bytes,
        readU32(bytes, offset + 1),
        readU32(bytes, offset + 5),
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchInboundType.accountQuery:
      handler.accountQuery(bytes, appendageOffset, appendageLength);
      return OK;
    default:
      return UNKNOWN_TYPE;
  }
}

/** Decodes the one message from the exchange that fills `length` bytes from `offset`. */
export function decodeOuchOutbound(
  bytes: Uint8Array,
  offset: number,
  length: number,
  handler: OuchOutboundHandler,
): OuchVerdict {
  if (length < 1 || offset < 0 || offset + length > bytes.length) return BAD_LENGTH;
  const type = bytes[offset];
  const fixedLength = ouchOutboundLength[type];
  if (fixedLength === 0) return UNKNOWN_TYPE;
  const appendageLength = appendageLengthOf(bytes, offset, length, fixedLength, ouchOutboundLengthRule[type]);
  if (appendageLength < 0) return -appendageLength;
  const appendageOffset = offset + fixedLength + 2;
  switch (type) {
    case ouchOutboundType.systemEvent:
      if (!isSafeU64(bytes, offset + 1)) return OUT_OF_RANGE;
      handler.systemEvent(readU64Unchecked(bytes, offset + 1), bytes[offset + 9]);
      return OK;
    case ouchOutboundType.accepted:
      if (!(isSafeU64(bytes, offset + 1) && isSafeU64(bytes, offset + 26))) return OUT_OF_RANGE;
      handler.accepted(
        bytes,
        readU64Unchecked(bytes, offset + 1),
        readU32(bytes, offset + 9),
        bytes[offset + 13],
        readU32(bytes, offset + 14),
        offset + 18,
        readU64Unchecked(bytes, offset + 26),
        bytes[offset + 34],
        bytes[offset + 35],
        readU32(bytes, offset + 36),
        readU32(bytes, offset + 40),
        bytes[offset + 44],
        bytes[offset + 45],
        bytes[offset + 46],
        bytes[offset + 47],
        offset + 48,
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchOutboundType.replaced:
      if (!(isSafeU64(bytes, offset + 1) && isSafeU64(bytes, offset + 30))) return OUT_OF_RANGE;
      handler.replaced(
        bytes,
        readU64Unchecked(bytes, offset + 1),
        readU32(bytes, offset + 9),
        readU32(bytes, offset + 13),
        bytes[offset + 17],
        readU32(bytes, offset + 18),
        offset + 22,
        readU64Unchecked(bytes, offset + 30),
        bytes[offset + 38],
        bytes[offset + 39],
        readU32(bytes, offset + 40),
        readU32(bytes, offset + 44),
        bytes[offset + 48],
        bytes[offset + 49],
        bytes[offset + 50],
        bytes[offset + 51],
        offset + 52,
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchOutboundType.canceled:
      if (!isSafeU64(bytes, offset + 1)) return OUT_OF_RANGE;
      handler.canceled(
        bytes,
        readU64Unchecked(bytes, offset + 1),
        readU32(bytes, offset + 9),
        readU32(bytes, offset + 13),
        bytes[offset + 17],
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchOutboundType.selfMatchCanceled:
      if (!(isSafeU64(bytes, offset + 1) && isSafeU64(bytes, offset + 22))) return OUT_OF_RANGE;
      handler.selfMatchCanceled(
        bytes,
        readU64Unchecked(bytes, offset + 1),
        readU32(bytes, offset + 9),
        readU32(bytes, offset + 13),
        bytes[offset + 17],
        readU32(bytes, offset + 18),
        readU64Unchecked(bytes, offset + 22),
        bytes[offset + 30],
        bytes[offset + 31],
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchOutboundType.executed:
      if (!(isSafeU64(bytes, offset + 1) && isSafeU64(bytes, offset + 17))) return OUT_OF_RANGE;
      handler.executed(
        bytes,
        readU64Unchecked(bytes, offset + 1),
        readU32(bytes, offset + 9),
        readU32(bytes, offset + 13),
        readU64Unchecked(bytes, offset + 17),
        bytes[offset + 25],
        readU32(bytes, offset + 26),
        readU32(bytes, offset + 30),
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchOutboundType.brokenTrade:
      if (!isSafeU64(bytes, offset + 1)) return OUT_OF_RANGE;
      handler.brokenTrade(
        bytes,
        readU64Unchecked(bytes, offset + 1),
        readU32(bytes, offset + 9),
        readU32(bytes, offset + 13),
        readU32(bytes, offset + 17),
        bytes[offset + 21],
        offset + 22,
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchOutboundType.rejected:
      if (!isSafeU64(bytes, offset + 1)) return OUT_OF_RANGE;
      handler.rejected(
        bytes,
        readU64Unchecked(bytes, offset + 1),
        readU32(bytes, offset + 9),
        readU16(bytes, offset + 13),
        offset + 15,
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchOutboundType.cancelPending:
      if (!isSafeU64(bytes, offset + 1)) return OUT_OF_RANGE;
      handler.cancelPending(
        bytes,
        readU64Unchecked(bytes, offset + 1),
        readU32(bytes, offset + 9),
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchOutboundType.cancelRejected:
      if (!isSafeU64(bytes, offset + 1)) return OUT_OF_RANGE;
      handler.cancelRejected(
        bytes,
        readU64Unchecked(bytes, offset + 1),
        readU32(bytes, offset + 9),
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchOutboundType.priorityUpdated:
      if (!(isSafeU64(bytes, offset + 1) && isSafeU64(bytes, offset + 13))) return OUT_OF_RANGE;
      handler.priorityUpdated(
        bytes,
        readU64Unchecked(bytes, offset + 1),
        readU32(bytes, offset + 9),
        readU64Unchecked(bytes, offset + 13),
        bytes[offset + 21],
        readU32(bytes, offset + 22),
        readU32(bytes, offset + 26),
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchOutboundType.modified:
      if (!isSafeU64(bytes, offset + 1)) return OUT_OF_RANGE;
      handler.modified(
        bytes,
        readU64Unchecked(bytes, offset + 1),
        readU32(bytes, offset + 9),
        bytes[offset + 13],
        readU32(bytes, offset + 14),
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchOutboundType.restated:
      if (!isSafeU64(bytes, offset + 1)) return OUT_OF_RANGE;
      handler.restated(
        bytes,
        readU64Unchecked(bytes, offset + 1),
        readU32(bytes, offset + 9),
        bytes[offset + 13],
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchOutboundType.massCancelResponse:
      if (!isSafeU64(bytes, offset + 1)) return OUT_OF_RANGE;
      handler.massCancelResponse(
        bytes,
        readU64Unchecked(bytes, offset + 1),
        readU32(bytes, offset + 9),
        readU32(bytes, offset + 13),
        offset + 17,
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchOutboundType.disableResponse:
      if (!isSafeU64(bytes, offset + 1)) return OUT_OF_RANGE;
      handler.disableResponse(
        bytes,
        readU64Unchecked(bytes, offset + 1),
        readU32(bytes, offset + 9),
        readU32(bytes, offset + 13),
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchOutboundType.enableResponse:
      if (!isSafeU64(bytes, offset + 1)) return OUT_OF_RANGE;
      handler.enableResponse(
        bytes,
        readU64Unchecked(bytes, offset + 1),
        readU32(bytes, offset + 9),
        readU32(bytes, offset + 13),
        appendageOffset,
        appendageLength,
      );
      return OK;
    case ouchOutboundType.accountQueryResponse:
      if (!isSafeU64(bytes, offset + 1)) return OUT_OF_RANGE;
      handler.accountQueryResponse(
        bytes,
        readU64Unchecked(bytes, offset + 1),
        readU32(bytes, offset + 9),
        appendageOffset,
        appendageLength,
      );
      return OK;
    default:
      return UNKNOWN_TYPE;
  }
}
