import { viewOf } from "../../../domain/view-of";
import type { OuchInboundHandler, OuchOutboundHandler } from "../ouch";
import * as encode from "../ouch-encode";
import { OuchOptions } from "../ouch-options";

/** Encodes every message of a client it is handed, for comparison with the bytes it came from. */
export class OuchInboundEcho implements OuchInboundHandler {
  readonly bytes = new Uint8Array(encode.ouchLongestMessage);
  readonly options = new OuchOptions();
  /** Length of the message encoded last. */
  length = 0;

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
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchEnterOrder(
      this.bytes,
      viewOf(this.bytes),
      0,
      userReference,
      side,
      quantity,
      viewOf(bytes),
      symbolOffset,
      price,
      timeInForce,
      display,
      capacity,
      sweepEligibility,
      crossType,
      viewOf(bytes),
      clientOrderIdOffset,
      this.options,
    );
  }

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
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchReplaceOrder(
      this.bytes,
      viewOf(this.bytes),
      0,
      originalUserReference,
      userReference,
      quantity,
      price,
      timeInForce,
      display,
      sweepEligibility,
      viewOf(bytes),
      clientOrderIdOffset,
      this.options,
    );
  }

  cancelOrder(
    bytes: Uint8Array,
    userReference: number,
    quantity: number,
    appendageOffset: number,
    appendageLength: number,
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchCancelOrder(this.bytes, 0, userReference, quantity, this.options);
  }

  modifyOrder(
    bytes: Uint8Array,
    userReference: number,
    side: number,
    quantity: number,
    appendageOffset: number,
    appendageLength: number,
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchModifyOrder(this.bytes, 0, userReference, side, quantity, this.options);
  }

  massCancel(
    bytes: Uint8Array,
    userReference: number,
    firm: number,
    symbolOffset: number,
    appendageOffset: number,
    appendageLength: number,
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchMassCancel(this.bytes, 0, userReference, firm, bytes, symbolOffset, this.options);
  }

  disableOrderEntry(
    bytes: Uint8Array,
    userReference: number,
    firm: number,
    appendageOffset: number,
    appendageLength: number,
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchDisableOrderEntry(this.bytes, 0, userReference, firm, this.options);
  }

  enableOrderEntry(
    bytes: Uint8Array,
    userReference: number,
    firm: number,
    appendageOffset: number,
    appendageLength: number,
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchEnableOrderEntry(this.bytes, 0, userReference, firm, this.options);
  }

  accountQuery(bytes: Uint8Array, appendageOffset: number, appendageLength: number): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchAccountQuery(this.bytes, 0, this.options);
  }
}

/** Encodes every message of the exchange it is handed, for comparison with the bytes it came from. */
export class OuchOutboundEcho implements OuchOutboundHandler {
  readonly bytes = new Uint8Array(encode.ouchLongestMessage);
  readonly options = new OuchOptions();
  /** Length of the message encoded last. */
  length = 0;

  systemEvent(timeNs: number, eventCode: number): void {
    this.length = encode.encodeOuchSystemEvent(this.bytes, 0, timeNs, eventCode);
  }

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
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchAccepted(
      this.bytes,
      0,
      timeNs,
      userReference,
      side,
      quantity,
      bytes,
      symbolOffset,
      price,
      timeInForce,
      display,
      orderReferenceHigh,
      orderReferenceLow,
      capacity,
      sweepEligibility,
      crossType,
      orderState,
      bytes,
      clientOrderIdOffset,
      this.options,
    );
  }

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
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchReplaced(
      this.bytes,
      0,
      timeNs,
      originalUserReference,
      userReference,
      side,
      quantity,
      bytes,
      symbolOffset,
      price,
      timeInForce,
      display,
      orderReferenceHigh,
      orderReferenceLow,
      capacity,
      sweepEligibility,
      crossType,
      orderState,
      bytes,
      clientOrderIdOffset,
      this.options,
    );
  }

  canceled(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    quantity: number,
    reason: number,
    appendageOffset: number,
    appendageLength: number,
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchCanceled(this.bytes, 0, timeNs, userReference, quantity, reason, this.options);
  }

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
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchSelfMatchCanceled(
      this.bytes,
      0,
      timeNs,
      userReference,
      decrementShares,
      reason,
      preventedQuantity,
      executionPrice,
      liquidityFlag,
      strategy,
      this.options,
    );
  }

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
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchExecuted(
      this.bytes,
      0,
      timeNs,
      userReference,
      quantity,
      price,
      liquidityFlag,
      matchHigh,
      matchLow,
      this.options,
    );
  }

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
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchBrokenTrade(
      this.bytes,
      0,
      timeNs,
      userReference,
      matchHigh,
      matchLow,
      reason,
      bytes,
      clientOrderIdOffset,
      this.options,
    );
  }

  rejected(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    reason: number,
    clientOrderIdOffset: number,
    appendageOffset: number,
    appendageLength: number,
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchRejected(
      this.bytes,
      0,
      timeNs,
      userReference,
      reason,
      bytes,
      clientOrderIdOffset,
      this.options,
    );
  }

  cancelPending(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    appendageOffset: number,
    appendageLength: number,
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchCancelPending(this.bytes, 0, timeNs, userReference, this.options);
  }

  cancelRejected(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    appendageOffset: number,
    appendageLength: number,
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchCancelRejected(this.bytes, 0, timeNs, userReference, this.options);
  }

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
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchPriorityUpdated(
      this.bytes,
      0,
      timeNs,
      userReference,
      price,
      display,
      orderReferenceHigh,
      orderReferenceLow,
      this.options,
    );
  }

  modified(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    side: number,
    quantity: number,
    appendageOffset: number,
    appendageLength: number,
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchModified(this.bytes, 0, timeNs, userReference, side, quantity, this.options);
  }

  restated(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    reason: number,
    appendageOffset: number,
    appendageLength: number,
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchRestated(this.bytes, 0, timeNs, userReference, reason, this.options);
  }

  massCancelResponse(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    firm: number,
    symbolOffset: number,
    appendageOffset: number,
    appendageLength: number,
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchMassCancelResponse(
      this.bytes,
      0,
      timeNs,
      userReference,
      firm,
      bytes,
      symbolOffset,
      this.options,
    );
  }

  disableResponse(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    firm: number,
    appendageOffset: number,
    appendageLength: number,
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchDisableResponse(this.bytes, 0, timeNs, userReference, firm, this.options);
  }

  enableResponse(
    bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    firm: number,
    appendageOffset: number,
    appendageLength: number,
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchEnableResponse(this.bytes, 0, timeNs, userReference, firm, this.options);
  }

  accountQueryResponse(
    bytes: Uint8Array,
    timeNs: number,
    nextUserReference: number,
    appendageOffset: number,
    appendageLength: number,
  ): void {
    this.options.decode(bytes, appendageOffset, appendageLength);
    this.length = encode.encodeOuchAccountQueryResponse(this.bytes, 0, timeNs, nextUserReference, this.options);
  }
}
