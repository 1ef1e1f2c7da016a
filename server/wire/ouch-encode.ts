import { copySymbol, highHalf, writeU16, writeU32, writeU64 } from "./bytes";
import { ouchInboundType, ouchOutboundType } from "./ouch-codes";
import type { OuchOptions } from "./ouch-options";

/**
 * Nasdaq OUCH 5.0, encoding: one function a message type with the fields in wire order. Symbols (8 bytes) and client
 * order ids (14) are places in other arrays, firms packed 32-bit integers. `options` may be null. Each returns the
 * message's length; nothing is allocated. The caller makes sure of room: `ouchLongestMessage` bytes always suffice.
 */

/** The longest message with every option there is, in bytes. */
export const ouchLongestMessage = 256;

/** Ends a message that always carries an appendage length. */
function withAppendage(bytes: Uint8Array, offset: number, fixedLength: number, options: OuchOptions | null): number {
  const length = options === null ? 0 : options.encode(bytes, offset + fixedLength + 2);
  writeU16(bytes, offset + fixedLength, length);
  return fixedLength + 2 + length;
}

/** Ends a message that leaves the appendage length out when there are no options. */
function withAppendageIfAny(
  bytes: Uint8Array,
  offset: number,
  fixedLength: number,
  options: OuchOptions | null,
): number {
  return options === null || options.isEmpty ? fixedLength : withAppendage(bytes, offset, fixedLength, options);
}

/**
 * 'O', section 2.1: a new order. `userReference` must rise within the account (and its user reference index) all day.
 * `view` is over `bytes`: orders are written by words, which takes a fifth of the instructions.
 */
export function encodeOuchEnterOrder(
  bytes: Uint8Array,
  view: DataView,
  offset: number,
  userReference: number,
  side: number,
  quantity: number,
  symbol: DataView,
  symbolOffset: number,
  price: number,
  timeInForce: number,
  display: number,
  capacity: number,
  sweepEligibility: number,
  crossType: number,
  clientOrderId: DataView,
  clientOrderIdOffset: number,
  options: OuchOptions | null,
): number {
  view.setUint8(offset, ouchInboundType.enterOrder);
  view.setUint32(offset + 1, userReference);
  view.setUint8(offset + 5, side);
  view.setUint32(offset + 6, quantity);
  view.setInt32(offset + 10, symbol.getInt32(symbolOffset));
  view.setInt32(offset + 14, symbol.getInt32(symbolOffset + 4));
  view.setUint32(offset + 18, highHalf(price));
  view.setUint32(offset + 22, price);
  view.setUint8(offset + 26, timeInForce);
  view.setUint8(offset + 27, display);
  view.setUint8(offset + 28, capacity);
  view.setUint8(offset + 29, sweepEligibility);
  view.setUint8(offset + 30, crossType);
  copyClientOrderIdTo(view, offset + 31, clientOrderId, clientOrderIdOffset);
  return withAppendage(bytes, offset, 45, options);
}

/** 'U', section 2.2: cancels an order and enters another in its stead, in one step. `view` is over `bytes`. */
export function encodeOuchReplaceOrder(
  bytes: Uint8Array,
  view: DataView,
  offset: number,
  originalUserReference: number,
  userReference: number,
  quantity: number,
  price: number,
  timeInForce: number,
  display: number,
  sweepEligibility: number,
  clientOrderId: DataView,
  clientOrderIdOffset: number,
  options: OuchOptions | null,
): number {
  view.setUint8(offset, ouchInboundType.replaceOrder);
  view.setUint32(offset + 1, originalUserReference);
  view.setUint32(offset + 5, userReference);
  view.setUint32(offset + 9, quantity);
  view.setUint32(offset + 13, highHalf(price));
  view.setUint32(offset + 17, price);
  view.setUint8(offset + 21, timeInForce);
  view.setUint8(offset + 22, display);
  view.setUint8(offset + 23, sweepEligibility);
  copyClientOrderIdTo(view, offset + 24, clientOrderId, clientOrderIdOffset);
  return withAppendage(bytes, offset, 38, options);
}

/** 'X', section 2.3: reduces an order to `quantity` shares in all; 0 cancels it. */
export function encodeOuchCancelOrder(
  bytes: Uint8Array,
  offset: number,
  userReference: number,
  quantity: number,
  options: OuchOptions | null,
): number {
  bytes[offset] = ouchInboundType.cancelOrder;
  writeU32(bytes, offset + 1, userReference);
  writeU32(bytes, offset + 5, quantity);
  return withAppendageIfAny(bytes, offset, 9, options);
}

/** 'M', section 2.4: changes the short sale marking or reduces the shares without losing the place. */
export function encodeOuchModifyOrder(
  bytes: Uint8Array,
  offset: number,
  userReference: number,
  side: number,
  quantity: number,
  options: OuchOptions | null,
): number {
  bytes[offset] = ouchInboundType.modifyOrder;
  writeU32(bytes, offset + 1, userReference);
  bytes[offset + 5] = side;
  writeU32(bytes, offset + 6, quantity);
  return withAppendageIfAny(bytes, offset, 10, options);
}

/** 'C', section 2.5: cancels a firm's orders, in one symbol or (spaces) all; options narrow it to a side or group. */
export function encodeOuchMassCancel(
  bytes: Uint8Array,
  offset: number,
  userReference: number,
  firm: number,
  symbol: Uint8Array,
  symbolOffset: number,
  options: OuchOptions | null,
): number {
  bytes[offset] = ouchInboundType.massCancel;
  writeU32(bytes, offset + 1, userReference);
  writeU32(bytes, offset + 5, firm);
  copySymbol(bytes, offset + 9, symbol, symbolOffset);
  return withAppendage(bytes, offset, 17, options);
}

/** 'D', section 2.6: cancels a firm's orders and refuses new ones until enabled again. */
export function encodeOuchDisableOrderEntry(
  bytes: Uint8Array,
  offset: number,
  userReference: number,
  firm: number,
  options: OuchOptions | null,
): number {
  bytes[offset] = ouchInboundType.disableOrderEntry;
  writeU32(bytes, offset + 1, userReference);
  writeU32(bytes, offset + 5, firm);
  return withAppendage(bytes, offset, 9, options);
}

/** 'E', section 2.7: lifts a disable. */
export function encodeOuchEnableOrderEntry(
  bytes: Uint8Array,
  offset: number,
  userReference: number,
  firm: number,
  options: OuchOptions | null,
): number {
  bytes[offset] = ouchInboundType.enableOrderEntry;
  writeU32(bytes, offset + 1, userReference);
  writeU32(bytes, offset + 5, firm);
  return withAppendage(bytes, offset, 9, options);
}

/** 'Q', section 2.8: asks for the next user reference number the exchange will take. */
export function encodeOuchAccountQuery(bytes: Uint8Array, offset: number, options: OuchOptions | null): number {
  bytes[offset] = ouchInboundType.accountQuery;
  return withAppendageIfAny(bytes, offset, 1, options);
}

/** 'S', section 3.1: start or end of day, a code of `ouchEventCode`. */
export function encodeOuchSystemEvent(bytes: Uint8Array, offset: number, timeNs: number, eventCode: number): number {
  bytes[offset] = ouchOutboundType.systemEvent;
  writeU64(bytes, offset + 1, timeNs);
  bytes[offset + 9] = eventCode;
  return 10;
}

/** 'A', section 3.2: the order as accepted, which may differ from the order as entered. */
export function encodeOuchAccepted(
  bytes: Uint8Array,
  offset: number,
  timeNs: number,
  userReference: number,
  side: number,
  quantity: number,
  symbol: Uint8Array,
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
  clientOrderId: Uint8Array,
  clientOrderIdOffset: number,
  options: OuchOptions | null,
): number {
  bytes[offset] = ouchOutboundType.accepted;
  writeU64(bytes, offset + 1, timeNs);
  writeU32(bytes, offset + 9, userReference);
  bytes[offset + 13] = side;
  writeU32(bytes, offset + 14, quantity);
  copySymbol(bytes, offset + 18, symbol, symbolOffset);
  writeU64(bytes, offset + 26, price);
  bytes[offset + 34] = timeInForce;
  bytes[offset + 35] = display;
  writeU32(bytes, offset + 36, orderReferenceHigh);
  writeU32(bytes, offset + 40, orderReferenceLow);
  bytes[offset + 44] = capacity;
  bytes[offset + 45] = sweepEligibility;
  bytes[offset + 46] = crossType;
  bytes[offset + 47] = orderState;
  copyClientOrderId(bytes, offset + 48, clientOrderId, clientOrderIdOffset);
  return withAppendage(bytes, offset, 62, options);
}

/** 'U', section 3.3: the replacement as accepted; the original order is gone. */
export function encodeOuchReplaced(
  bytes: Uint8Array,
  offset: number,
  timeNs: number,
  originalUserReference: number,
  userReference: number,
  side: number,
  quantity: number,
  symbol: Uint8Array,
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
  clientOrderId: Uint8Array,
  clientOrderIdOffset: number,
  options: OuchOptions | null,
): number {
  bytes[offset] = ouchOutboundType.replaced;
  writeU64(bytes, offset + 1, timeNs);
  writeU32(bytes, offset + 9, originalUserReference);
  writeU32(bytes, offset + 13, userReference);
  bytes[offset + 17] = side;
  writeU32(bytes, offset + 18, quantity);
  copySymbol(bytes, offset + 22, symbol, symbolOffset);
  writeU64(bytes, offset + 30, price);
  bytes[offset + 38] = timeInForce;
  bytes[offset + 39] = display;
  writeU32(bytes, offset + 40, orderReferenceHigh);
  writeU32(bytes, offset + 44, orderReferenceLow);
  bytes[offset + 48] = capacity;
  bytes[offset + 49] = sweepEligibility;
  bytes[offset + 50] = crossType;
  bytes[offset + 51] = orderState;
  copyClientOrderId(bytes, offset + 52, clientOrderId, clientOrderIdOffset);
  return withAppendage(bytes, offset, 66, options);
}

/** 'C', section 3.4: `quantity` shares left the order, for a reason of `ouchCancelReason`. */
export function encodeOuchCanceled(
  bytes: Uint8Array,
  offset: number,
  timeNs: number,
  userReference: number,
  quantity: number,
  reason: number,
  options: OuchOptions | null,
): number {
  bytes[offset] = ouchOutboundType.canceled;
  writeU64(bytes, offset + 1, timeNs);
  writeU32(bytes, offset + 9, userReference);
  writeU32(bytes, offset + 13, quantity);
  bytes[offset + 17] = reason;
  return withAppendageIfAny(bytes, offset, 18, options);
}

/** 'D', section 3.5: AIQ Canceled: shares taken off so that an order does not trade with its own firm. */
export function encodeOuchSelfMatchCanceled(
  bytes: Uint8Array,
  offset: number,
  timeNs: number,
  userReference: number,
  decrementShares: number,
  reason: number,
  preventedQuantity: number,
  executionPrice: number,
  liquidityFlag: number,
  strategy: number,
  options: OuchOptions | null,
): number {
  bytes[offset] = ouchOutboundType.selfMatchCanceled;
  writeU64(bytes, offset + 1, timeNs);
  writeU32(bytes, offset + 9, userReference);
  writeU32(bytes, offset + 13, decrementShares);
  bytes[offset + 17] = reason;
  writeU32(bytes, offset + 18, preventedQuantity);
  writeU64(bytes, offset + 22, executionPrice);
  bytes[offset + 30] = liquidityFlag;
  bytes[offset + 31] = strategy;
  return withAppendageIfAny(bytes, offset, 32, options);
}

/** 'E', section 3.6: the order traded; see `ouchLiquidityFlag`. */
export function encodeOuchExecuted(
  bytes: Uint8Array,
  offset: number,
  timeNs: number,
  userReference: number,
  quantity: number,
  price: number,
  liquidityFlag: number,
  matchHigh: number,
  matchLow: number,
  options: OuchOptions | null,
): number {
  bytes[offset] = ouchOutboundType.executed;
  writeU64(bytes, offset + 1, timeNs);
  writeU32(bytes, offset + 9, userReference);
  writeU32(bytes, offset + 13, quantity);
  writeU64(bytes, offset + 17, price);
  bytes[offset + 25] = liquidityFlag;
  writeU32(bytes, offset + 26, matchHigh);
  writeU32(bytes, offset + 30, matchLow);
  return withAppendage(bytes, offset, 34, options);
}

/** 'B', section 3.7: an earlier execution will not clear. */
export function encodeOuchBrokenTrade(
  bytes: Uint8Array,
  offset: number,
  timeNs: number,
  userReference: number,
  matchHigh: number,
  matchLow: number,
  reason: number,
  clientOrderId: Uint8Array,
  clientOrderIdOffset: number,
  options: OuchOptions | null,
): number {
  bytes[offset] = ouchOutboundType.brokenTrade;
  writeU64(bytes, offset + 1, timeNs);
  writeU32(bytes, offset + 9, userReference);
  writeU32(bytes, offset + 13, matchHigh);
  writeU32(bytes, offset + 17, matchLow);
  bytes[offset + 21] = reason;
  copyClientOrderId(bytes, offset + 22, clientOrderId, clientOrderIdOffset);
  return withAppendageIfAny(bytes, offset, 36, options);
}

/** 'J', section 3.8: the order never was; a reason of `ouchRejectReason`. */
export function encodeOuchRejected(
  bytes: Uint8Array,
  offset: number,
  timeNs: number,
  userReference: number,
  reason: number,
  clientOrderId: Uint8Array,
  clientOrderIdOffset: number,
  options: OuchOptions | null,
): number {
  bytes[offset] = ouchOutboundType.rejected;
  writeU64(bytes, offset + 1, timeNs);
  writeU32(bytes, offset + 9, userReference);
  writeU16(bytes, offset + 13, reason);
  copyClientOrderId(bytes, offset + 15, clientOrderId, clientOrderIdOffset);
  return withAppendageIfAny(bytes, offset, 29, options);
}

/** 'P', section 3.9: a cancel arrived while a cross ran; it will be tried when the cross is done. */
export function encodeOuchCancelPending(
  bytes: Uint8Array,
  offset: number,
  timeNs: number,
  userReference: number,
  options: OuchOptions | null,
): number {
  bytes[offset] = ouchOutboundType.cancelPending;
  writeU64(bytes, offset + 1, timeNs);
  writeU32(bytes, offset + 9, userReference);
  return withAppendageIfAny(bytes, offset, 13, options);
}

/** 'I', section 3.10: a cancel was refused because of the order's cross. */
export function encodeOuchCancelRejected(
  bytes: Uint8Array,
  offset: number,
  timeNs: number,
  userReference: number,
  options: OuchOptions | null,
): number {
  bytes[offset] = ouchOutboundType.cancelRejected;
  writeU64(bytes, offset + 1, timeNs);
  writeU32(bytes, offset + 9, userReference);
  return withAppendageIfAny(bytes, offset, 13, options);
}

/** 'T', section 3.11: the order has a new place in the queue, under a new reference. */
export function encodeOuchPriorityUpdated(
  bytes: Uint8Array,
  offset: number,
  timeNs: number,
  userReference: number,
  price: number,
  display: number,
  orderReferenceHigh: number,
  orderReferenceLow: number,
  options: OuchOptions | null,
): number {
  bytes[offset] = ouchOutboundType.priorityUpdated;
  writeU64(bytes, offset + 1, timeNs);
  writeU32(bytes, offset + 9, userReference);
  writeU64(bytes, offset + 13, price);
  bytes[offset + 21] = display;
  writeU32(bytes, offset + 22, orderReferenceHigh);
  writeU32(bytes, offset + 26, orderReferenceLow);
  return withAppendageIfAny(bytes, offset, 30, options);
}

/** 'M', section 3.12: the modify took effect; `quantity` is what is open now. */
export function encodeOuchModified(
  bytes: Uint8Array,
  offset: number,
  timeNs: number,
  userReference: number,
  side: number,
  quantity: number,
  options: OuchOptions | null,
): number {
  bytes[offset] = ouchOutboundType.modified;
  writeU64(bytes, offset + 1, timeNs);
  writeU32(bytes, offset + 9, userReference);
  bytes[offset + 13] = side;
  writeU32(bytes, offset + 14, quantity);
  return withAppendageIfAny(bytes, offset, 18, options);
}

/** 'R', section 3.13: the exchange changed the order; the options say what. */
export function encodeOuchRestated(
  bytes: Uint8Array,
  offset: number,
  timeNs: number,
  userReference: number,
  reason: number,
  options: OuchOptions | null,
): number {
  bytes[offset] = ouchOutboundType.restated;
  writeU64(bytes, offset + 1, timeNs);
  writeU32(bytes, offset + 9, userReference);
  bytes[offset + 13] = reason;
  return withAppendage(bytes, offset, 14, options);
}

/** 'X', section 3.14: the mass cancel was taken; a Canceled follows for each order. */
export function encodeOuchMassCancelResponse(
  bytes: Uint8Array,
  offset: number,
  timeNs: number,
  userReference: number,
  firm: number,
  symbol: Uint8Array,
  symbolOffset: number,
  options: OuchOptions | null,
): number {
  bytes[offset] = ouchOutboundType.massCancelResponse;
  writeU64(bytes, offset + 1, timeNs);
  writeU32(bytes, offset + 9, userReference);
  writeU32(bytes, offset + 13, firm);
  copySymbol(bytes, offset + 17, symbol, symbolOffset);
  return withAppendage(bytes, offset, 25, options);
}

/** 'G', section 3.15: order entry is disabled for the firm. */
export function encodeOuchDisableResponse(
  bytes: Uint8Array,
  offset: number,
  timeNs: number,
  userReference: number,
  firm: number,
  options: OuchOptions | null,
): number {
  bytes[offset] = ouchOutboundType.disableResponse;
  writeU64(bytes, offset + 1, timeNs);
  writeU32(bytes, offset + 9, userReference);
  writeU32(bytes, offset + 13, firm);
  return withAppendage(bytes, offset, 17, options);
}

/** 'K', section 3.16: order entry is enabled for the firm. */
export function encodeOuchEnableResponse(
  bytes: Uint8Array,
  offset: number,
  timeNs: number,
  userReference: number,
  firm: number,
  options: OuchOptions | null,
): number {
  bytes[offset] = ouchOutboundType.enableResponse;
  writeU64(bytes, offset + 1, timeNs);
  writeU32(bytes, offset + 9, userReference);
  writeU32(bytes, offset + 13, firm);
  return withAppendage(bytes, offset, 17, options);
}

/** 'Q', section 3.17: the next user reference number the exchange will take. */
export function encodeOuchAccountQueryResponse(
  bytes: Uint8Array,
  offset: number,
  timeNs: number,
  nextUserReference: number,
  options: OuchOptions | null,
): number {
  bytes[offset] = ouchOutboundType.accountQueryResponse;
  writeU64(bytes, offset + 1, timeNs);
  writeU32(bytes, offset + 9, nextUserReference);
  return withAppendageIfAny(bytes, offset, 13, options);
}

/** Copies the fourteen bytes of a client order id: two symbols that overlap. */
function copyClientOrderId(target: Uint8Array, targetOffset: number, source: Uint8Array, sourceOffset: number): void {
  copySymbol(target, targetOffset, source, sourceOffset);
  copySymbol(target, targetOffset + 6, source, sourceOffset + 6);
}

function copyClientOrderIdTo(target: DataView, targetOffset: number, source: DataView, sourceOffset: number): void {
  target.setInt32(targetOffset, source.getInt32(sourceOffset));
  target.setInt32(targetOffset + 4, source.getInt32(sourceOffset + 4));
  target.setInt32(targetOffset + 8, source.getInt32(sourceOffset + 8));
  target.setInt16(targetOffset + 12, source.getInt16(sourceOffset + 12));
}
