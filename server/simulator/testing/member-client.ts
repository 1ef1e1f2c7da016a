import { viewOf } from "../../../domain/view-of";
import { symbolBytes } from "../../wire/bytes";
import { decodeOuchOutbound, OuchOutboundHandlerBase } from "../../wire/ouch";
import {
  ouchCapacity,
  ouchCrossType,
  ouchDisplay,
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
  encodeOuchModifyOrder,
  encodeOuchReplaceOrder,
} from "../../wire/ouch-encode";
import type { OuchOptions } from "../../wire/ouch-options";
import {
  encodeClientHeartbeat,
  encodeLoginRequest,
  encodeLogoutRequest,
  encodeUnsequencedData,
  readLoginAccepted,
  SoupFrameReader,
  soupReaderStateLength,
  soupType,
} from "../../wire/soup-bin-tcp";
import type { ExchangeDriver, Output } from "./exchange-driver";

/** An outbound OUCH message as a test reads it. */
export type Said =
  | { kind: "systemEvent"; code: string }
  | { kind: "accepted"; reference: number; quantity: number; price: number; orderReference: number }
  | {
      kind: "replaced";
      original: number;
      reference: number;
      quantity: number;
      price: number;
      orderReference: number;
    }
  | { kind: "canceled"; reference: number; quantity: number; reason: string }
  | { kind: "selfMatchCanceled"; reference: number; quantity: number }
  | { kind: "executed"; reference: number; quantity: number; price: number; liquidity: string; match: number }
  | { kind: "rejected"; reference: number; reason: number }
  | { kind: "cancelPending"; reference: number }
  | { kind: "cancelRejected"; reference: number }
  | { kind: "priorityUpdated"; reference: number; price: number; orderReference: number }
  | { kind: "modified"; reference: number; quantity: number }
  | { kind: "restated"; reference: number; reason: string }
  | { kind: "massCancelResponse"; reference: number }
  | { kind: "disableResponse"; reference: number }
  | { kind: "enableResponse"; reference: number }
  | { kind: "accountQueryResponse"; next: number };

/** Terms of an order; what is not said is a displayed day order. */
export type Terms = {
  readonly side?: number;
  readonly quantity: number;
  readonly price: number;
  readonly symbol?: string;
  readonly timeInForce?: number;
  readonly display?: number;
  readonly crossType?: number;
  readonly options?: OuchOptions;
};

const clientOrderId = symbolBytes("", 14);

/** A member's end of one SoupBinTCP connection: logs in, sends OUCH, keeps what it hears. */
export class MemberClient extends OuchOutboundHandlerBase {
  readonly said: Said[] = [];
  /** The sequenced packets as they came. */
  readonly payloads: Uint8Array[] = [];
  session = "";
  /** Sequence number of the next message. */
  sequence = 0;
  loginRejection = "";
  closed = false;
  heartbeats = 0;
  ended = false;
  userReference = 0;
  private readonly message = new Uint8Array(512);
  private readonly reader = new SoupFrameReader(new Uint8Array(1 << 16), new Int32Array(soupReaderStateLength));

  constructor(
    private readonly driver: ExchangeDriver,
    readonly channel: number,
    readonly listener: number,
  ) {
    super();
    driver.connect(channel, listener);
  }

  /** Takes an output of the exchange when it is for this connection. */
  hear(output: Output): void {
    if (output.channel !== this.channel) return;
    if (output.kind === "disconnect") {
      this.closed = true;
      return;
    }
    this.reader.push(output.bytes, 0, output.bytes.length, (type, bytes, offset, length) => {
      if (type === soupType.loginAccepted) {
        const accepted = readLoginAccepted(bytes, offset, length);
        this.session = accepted?.session ?? "";
        this.sequence = accepted?.sequence ?? 0;
      } else if (type === soupType.loginRejected) this.loginRejection = String.fromCharCode(bytes[offset]);
      else if (type === soupType.serverHeartbeat) this.heartbeats += 1;
      else if (type === soupType.endOfSession) this.ended = true;
      else if (type === soupType.sequencedData) {
        this.sequence += 1;
        this.payloads.push(bytes.slice(offset, offset + length));
        decodeOuchOutbound(bytes, offset, length, this);
      }
    });
  }

  login(sequence = 1, username = "HELIO1", password = "HELIO", session = ""): this {
    const length = encodeLoginRequest(this.message, 0, username, password, session, sequence);
    this.driver.send(this.channel, this.message.slice(0, length));
    return this;
  }

  heartbeat(): void {
    this.driver.send(this.channel, this.message.slice(0, encodeClientHeartbeat(this.message, 0)));
  }

  logout(): void {
    this.driver.send(this.channel, this.message.slice(0, encodeLogoutRequest(this.message, 0)));
  }

  /** Enters an order and returns its user reference. */
  enter(terms: Terms, userReference = ++this.userReference): number {
    this.userReference = Math.max(this.userReference, userReference);
    this.transmit((bytes) =>
      encodeOuchEnterOrder(
        bytes,
        viewOf(bytes),
        0,
        userReference,
        terms.side ?? ouchSide.buy,
        terms.quantity,
        viewOf(symbolBytes(terms.symbol ?? "N000")),
        0,
        terms.price,
        terms.timeInForce ?? ouchTimeInForce.day,
        terms.display ?? ouchDisplay.visible,
        ouchCapacity.principal,
        ouchSweepEligibility.notEligible,
        terms.crossType ?? ouchCrossType.continuous,
        viewOf(clientOrderId),
        0,
        terms.options ?? null,
      ),
    );
    return userReference;
  }

  replace(original: number, terms: Terms, userReference = ++this.userReference): number {
    this.userReference = Math.max(this.userReference, userReference);
    this.transmit((bytes) =>
      encodeOuchReplaceOrder(
        bytes,
        viewOf(bytes),
        0,
        original,
        userReference,
        terms.quantity,
        terms.price,
        terms.timeInForce ?? ouchTimeInForce.day,
        terms.display ?? ouchDisplay.visible,
        ouchSweepEligibility.notEligible,
        viewOf(clientOrderId),
        0,
        terms.options ?? null,
      ),
    );
    return userReference;
  }

  cancel(reference: number, quantity = 0): void {
    this.transmit((bytes) => encodeOuchCancelOrder(bytes, 0, reference, quantity, null));
  }

  modify(reference: number, side: number, quantity: number): void {
    this.transmit((bytes) => encodeOuchModifyOrder(bytes, 0, reference, side, quantity, null));
  }

  massCancel(symbol = "", options: OuchOptions | null = null): number {
    const reference = ++this.userReference;
    this.transmit((bytes) => encodeOuchMassCancel(bytes, 0, reference, 0x48454c49, symbolBytes(symbol), 0, options));
    return reference;
  }

  disable(): void {
    const reference = ++this.userReference;
    this.transmit((bytes) => encodeOuchDisableOrderEntry(bytes, 0, reference, 0x48454c49, null));
  }

  enable(): void {
    const reference = ++this.userReference;
    this.transmit((bytes) => encodeOuchEnableOrderEntry(bytes, 0, reference, 0x48454c49, null));
  }

  query(): void {
    this.transmit((bytes) => encodeOuchAccountQuery(bytes, 0, null));
  }

  /** Sends raw OUCH bytes. */
  transmit(encode: (bytes: Uint8Array) => number): void {
    const ouch = new Uint8Array(256);
    const length = encode(ouch);
    const total = encodeUnsequencedData(this.message, 0, ouch, 0, length);
    this.driver.send(this.channel, this.message.slice(0, total));
  }

  /** What was said of one order, in order. */
  about(reference: number): Said[] {
    return this.said.filter((said) => "reference" in said && said.reference === reference);
  }

  override systemEvent(_timeNs: number, code: number): void {
    this.said.push({ kind: "systemEvent", code: String.fromCharCode(code) });
  }
  override accepted(
    _bytes: Uint8Array,
    _timeNs: number,
    reference: number,
    _side: number,
    quantity: number,
    _symbolOffset: number,
    price: number,
    _timeInForce: number,
    _display: number,
    high: number,
    low: number,
  ): void {
    this.said.push({ kind: "accepted", reference, quantity, price, orderReference: high * 2 ** 32 + low });
  }
  override replaced(
    _bytes: Uint8Array,
    _timeNs: number,
    original: number,
    reference: number,
    _side: number,
    quantity: number,
    _symbolOffset: number,
    price: number,
    _timeInForce: number,
    _display: number,
    high: number,
    low: number,
  ): void {
    this.said.push({ kind: "replaced", original, reference, quantity, price, orderReference: high * 2 ** 32 + low });
  }
  override canceled(_bytes: Uint8Array, _timeNs: number, reference: number, quantity: number, reason: number): void {
    this.said.push({ kind: "canceled", reference, quantity, reason: String.fromCharCode(reason) });
  }
  override selfMatchCanceled(_bytes: Uint8Array, _timeNs: number, reference: number, quantity: number): void {
    this.said.push({ kind: "selfMatchCanceled", reference, quantity });
  }
  override executed(
    _bytes: Uint8Array,
    _timeNs: number,
    reference: number,
    quantity: number,
    price: number,
    flag: number,
    _matchHigh: number,
    match: number,
  ): void {
    this.said.push({ kind: "executed", reference, quantity, price, liquidity: String.fromCharCode(flag), match });
  }
  override rejected(_bytes: Uint8Array, _timeNs: number, reference: number, reason: number): void {
    this.said.push({ kind: "rejected", reference, reason });
  }
  override cancelPending(_bytes: Uint8Array, _timeNs: number, reference: number): void {
    this.said.push({ kind: "cancelPending", reference });
  }
  override cancelRejected(_bytes: Uint8Array, _timeNs: number, reference: number): void {
    this.said.push({ kind: "cancelRejected", reference });
  }
  override priorityUpdated(
    _bytes: Uint8Array,
    _timeNs: number,
    reference: number,
    price: number,
    _display: number,
    high: number,
    low: number,
  ): void {
    this.said.push({ kind: "priorityUpdated", reference, price, orderReference: high * 2 ** 32 + low });
  }
  override modified(_bytes: Uint8Array, _timeNs: number, reference: number, _side: number, quantity: number): void {
    this.said.push({ kind: "modified", reference, quantity });
  }
  override restated(_bytes: Uint8Array, _timeNs: number, reference: number, reason: number): void {
    this.said.push({ kind: "restated", reference, reason: String.fromCharCode(reason) });
  }
  override massCancelResponse(_bytes: Uint8Array, _timeNs: number, reference: number): void {
    this.said.push({ kind: "massCancelResponse", reference });
  }
  override disableResponse(_bytes: Uint8Array, _timeNs: number, reference: number): void {
    this.said.push({ kind: "disableResponse", reference });
  }
  override enableResponse(_bytes: Uint8Array, _timeNs: number, reference: number): void {
    this.said.push({ kind: "enableResponse", reference });
  }
  override accountQueryResponse(_bytes: Uint8Array, _timeNs: number, next: number): void {
    this.said.push({ kind: "accountQueryResponse", next });
  }
}
