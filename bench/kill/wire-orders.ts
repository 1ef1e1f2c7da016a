import {
  decodeOuchInbound,
  decodeOuchOutbound,
  OuchInboundHandlerBase,
  OuchOutboundHandlerBase,
} from "../../server/wire/ouch";
import { SoupFrameReader, soupReaderStateLength, soupType } from "../../server/wire/soup-bin-tcp";

const frameLengthMax = 4_096;

/** What the engine may send about an order. */
export type SentKind = "order" | "replace" | "cancel";

/**
 * What a venue has open of ours, from nothing but the bytes that pass on its order line, and when what took risk away
 * was on the wire. Times are readings of `performance.now`.
 */
export class WireOrders {
  /** Shares the venue has open, by user reference. */
  readonly open = new Map<number, number>();
  /** When a cancel of each order was on the wire, behind the venue's own word since `watch`. */
  readonly cancelMs = new Map<number, number>();
  /** When the venue's own word, disable or mass cancel, was on the wire, since `watch`; 0 for not yet. */
  massCancelMs = 0;
  /** Orders and replaces that came behind it. */
  ordersAfter = 0;
  /** Orders and replaces in all. */
  orders = 0;
  /**
   * Told of each message about an order as it passes: the user reference that it makes, or that it is to cancel, and a
   * reading of `performance.now`.
   */
  onSent: ((kind: SentKind, reference: number, ms: number) => void) | null = null;
  private isWatching = false;
  private nowMs = 0;
  private readonly out = new Reader((bytes, at, length) => decodeOuchInbound(bytes, at, length, this.inbound));
  private readonly back = new Reader((bytes, at, length) => decodeOuchOutbound(bytes, at, length, this.outbound));
  private readonly inbound = new FromEngine(this);
  private readonly outbound = new FromVenue(this);

  /** From now on it is noted what takes risk away, until the next `watch(false)`. */
  watch(isOn: boolean): void {
    this.isWatching = isOn;
    this.cancelMs.clear();
    this.massCancelMs = 0;
    this.ordersAfter = 0;
  }

  /** A new connection: what was half a frame is lost. */
  connected(): void {
    this.out.reset();
    this.back.reset();
  }

  fromEngine(bytes: Uint8Array): void {
    this.nowMs = performance.now();
    this.out.push(bytes, soupType.unsequencedData);
  }

  fromVenue(bytes: Uint8Array): void {
    this.back.push(bytes, soupType.sequencedData);
  }

  /** The engine sent an order or a replace. */
  asked(kind: "order" | "replace", reference: number): void {
    this.onSent?.(kind, reference, this.nowMs);
    this.orders++;
    if (this.massCancelMs > 0) this.ordersAfter++;
  }

  cancelAsked(reference: number): void {
    this.onSent?.("cancel", reference, this.nowMs);
    if (this.massCancelMs > 0 && !this.cancelMs.has(reference)) this.cancelMs.set(reference, this.nowMs);
  }

  massCancelAsked(): void {
    if (this.isWatching && this.massCancelMs === 0) this.massCancelMs = this.nowMs;
  }

  /** Some shares of an order are gone at the venue. */
  reduced(reference: number, quantity: number): void {
    const left = (this.open.get(reference) ?? 0) - quantity;
    if (left > 0) this.open.set(reference, left);
    else this.open.delete(reference);
  }
}

/** Frames of one way of the line, and the message in those of one type. */
class Reader {
  private readonly frames = new SoupFrameReader(new Uint8Array(frameLengthMax), new Int32Array(soupReaderStateLength));

  constructor(private readonly onMessage: (bytes: Uint8Array, at: number, length: number) => void) {}

  reset(): void {
    this.frames.reset();
  }

  push(bytes: Uint8Array, wanted: number): void {
    this.frames.push(bytes, 0, bytes.length, (type, frame, at, length) => {
      if (type === wanted) this.onMessage(frame, at, length);
    });
  }
}

class FromEngine extends OuchInboundHandlerBase {
  constructor(private readonly wire: WireOrders) {
    super();
  }
  override enterOrder(_bytes: Uint8Array, reference: number): void {
    this.wire.asked("order", reference);
  }
  override replaceOrder(_bytes: Uint8Array, _original: number, reference: number): void {
    this.wire.asked("replace", reference);
  }
  override cancelOrder(_bytes: Uint8Array, reference: number): void {
    this.wire.cancelAsked(reference);
  }
  override massCancel(): void {
    this.wire.massCancelAsked();
  }
  override disableOrderEntry(): void {
    this.wire.massCancelAsked();
  }
}

class FromVenue extends OuchOutboundHandlerBase {
  constructor(private readonly wire: WireOrders) {
    super();
  }
  override accepted(_bytes: Uint8Array, _timeNs: number, reference: number, _side: number, quantity: number): void {
    this.wire.open.set(reference, quantity);
  }
  override replaced(
    _bytes: Uint8Array,
    _timeNs: number,
    original: number,
    reference: number,
    _side: number,
    quantity: number,
  ): void {
    this.wire.open.delete(original);
    this.wire.open.set(reference, quantity);
  }
  override canceled(_bytes: Uint8Array, _timeNs: number, reference: number, quantity: number): void {
    this.wire.reduced(reference, quantity);
  }
  override selfMatchCanceled(_bytes: Uint8Array, _timeNs: number, reference: number, quantity: number): void {
    this.wire.reduced(reference, quantity);
  }
  override executed(_bytes: Uint8Array, _timeNs: number, reference: number, quantity: number): void {
    this.wire.reduced(reference, quantity);
  }
}
