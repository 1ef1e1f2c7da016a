import type { InstrumentSpec } from "../../../domain/desk";
import { sides, timesInForce } from "../../../domain/order";
import { viewOf } from "../../../domain/view-of";
import { packAscii4, symbolBytes } from "../../wire/bytes";
import {
  ouchCapacity,
  ouchCrossType,
  ouchDisplay,
  ouchPostOnly,
  ouchSide,
  ouchSweepEligibility,
  ouchTimeInForce,
} from "../../wire/ouch-codes";
import {
  encodeOuchAccountQuery,
  encodeOuchCancelOrder,
  encodeOuchDisableOrderEntry,
  encodeOuchEnableOrderEntry,
  encodeOuchEnterOrder,
  encodeOuchMassCancel,
  encodeOuchReplaceOrder,
} from "../../wire/ouch-encode";
import { OuchOptions, ouchTag } from "../../wire/ouch-options";
import type { ApprovedMessage } from "../risk/approved-message";

/** The firm our orders are entered for. */
export const firm = packAscii4("HELI");
const allSymbols = symbolBytes("");

/**
 * Our orders as OUCH 5.0 messages. New risk is encoded only from an `ApprovedMessage`; what takes risk away needs
 * none. Each method writes the message to `bytes` at `at`, where `ouchLongestMessage` bytes must be free, and returns
 * its length; `view` is over `bytes`.
 */
export class OrderEntryEncoder {
  /** All symbols, eight bytes each. */
  private readonly symbols: Uint8Array;
  private readonly symbolView: DataView;
  private readonly options = new OuchOptions().set(ouchTag.firm, firm);
  private readonly postOnlyOptions = new OuchOptions()
    .set(ouchTag.firm, firm)
    .set(ouchTag.postOnly, ouchPostOnly.postOnly);
  private readonly clientOrderId = new Uint8Array(14).fill(0x20);
  private readonly clientOrderIdView = viewOf(this.clientOrderId);
  /** Whose digits `clientOrderId` holds. */
  private writtenOrder = 0;

  constructor(instruments: readonly InstrumentSpec[]) {
    this.symbols = Uint8Array.from(instruments.flatMap(({ symbol }) => [...symbolBytes(symbol)]));
    this.symbolView = viewOf(this.symbols);
  }

  readonly enter = (
    bytes: Uint8Array,
    view: DataView,
    at: number,
    approved: ApprovedMessage,
    userReference: number,
    order: number,
  ): number => {
    this.writeClientOrderId(order);
    return encodeOuchEnterOrder(
      bytes,
      view,
      at,
      userReference,
      sideByte(approved.side),
      approved.quantity,
      this.symbolView,
      approved.instrument << 3,
      approved.price,
      timeInForceByte(approved.timeInForce),
      ouchDisplay.visible,
      ouchCapacity.principal,
      ouchSweepEligibility.notEligible,
      ouchCrossType.continuous,
      this.clientOrderIdView,
      0,
      this.optionsOf(approved),
    );
  };

  readonly replace = (
    bytes: Uint8Array,
    view: DataView,
    at: number,
    approved: ApprovedMessage,
    originalReference: number,
    userReference: number,
    order: number,
  ): number => {
    this.writeClientOrderId(order);
    return encodeOuchReplaceOrder(
      bytes,
      view,
      at,
      originalReference,
      userReference,
      approved.quantity,
      approved.price,
      timeInForceByte(approved.timeInForce),
      ouchDisplay.visible,
      ouchSweepEligibility.notEligible,
      this.clientOrderIdView,
      0,
      this.optionsOf(approved),
    );
  };

  /** Cancels what is left of an order. */
  readonly cancel = (bytes: Uint8Array, at: number, userReference: number): number => {
    return encodeOuchCancelOrder(bytes, at, userReference, 0, null);
  };

  /** Cancels all orders of the firm, or those in one instrument (-1 for all). */
  readonly massCancel = (bytes: Uint8Array, at: number, userReference: number, instrument: number): number => {
    const symbols = instrument < 0 ? allSymbols : this.symbols;
    return encodeOuchMassCancel(bytes, at, userReference, firm, symbols, Math.max(0, instrument) << 3, null);
  };

  /** The venue cancels everything of ours and refuses new orders until enabled again. */
  readonly disable = (bytes: Uint8Array, at: number, userReference: number): number => {
    return encodeOuchDisableOrderEntry(bytes, at, userReference, firm, null);
  };

  readonly enable = (bytes: Uint8Array, at: number, userReference: number): number => {
    return encodeOuchEnableOrderEntry(bytes, at, userReference, firm, null);
  };

  readonly accountQuery = (bytes: Uint8Array, at: number): number => {
    return encodeOuchAccountQuery(bytes, at, null);
  };

  private readonly optionsOf = (approved: ApprovedMessage): OuchOptions =>
    approved.postOnly === 1 ? this.postOnlyOptions : this.options;

  /** Our order id in decimal, on the right of blanks: what a venue's support desk asks for. */
  private readonly writeClientOrderId = (order: number): void => {
    const id = this.clientOrderId;
    const isNext = order === this.writtenOrder + 1 && id[13] < 0x39;
    this.writtenOrder = order;
    // Most orders are the next one, and nine of ten of those differ in one digit.
    if (isNext && order > 1) {
      id[13]++;
      return;
    }
    let at = id.length - 1;
    for (let rest = order | 0; rest > 0; at--) {
      // Whole numbers all the way: a remainder of doubles is a call into the C library.
      const tenth = (rest / 10) | 0;
      id[at] = 0x30 + rest - tenth * 10;
      rest = tenth;
    }
    for (; at >= 0 && id[at] !== 0x20; at--) id[at] = 0x20;
  };
}

function sideByte(side: number): number {
  if (side === sides.code.buy) return ouchSide.buy;
  return side === sides.code.sell ? ouchSide.sell : ouchSide.sellShort;
}

function timeInForceByte(code: number): number {
  return code === timesInForce.code.day ? ouchTimeInForce.day : ouchTimeInForce.immediateOrCancel;
}
