import { orderChannel, venueCountMax } from "../machine/channels";
import { readU16 } from "../wire/bytes";
import { decodeOuchInbound, OuchInboundHandlerBase } from "../wire/ouch";
import type { Ledger } from "./ledger";

const frameHeaderLength = 3;
const unsequencedData = 0x55;

/**
 * Reads what leaves on the order lines and holds it against the facts on disk at that moment: a message goes out only
 * after the fact that decided it, under a reference never used before and higher than all before it, and none that
 * adds risk while a kill covers it.
 */
export class SentOrders extends OuchInboundHandlerBase {
  private venue = 0;
  private readonly highest: number[] = [];
  /** Order messages that left: enters, replaces, cancels. */
  readonly counts = { enters: 0, replaces: 0, cancels: 0 };

  constructor(
    private readonly ledger: () => Ledger,
    private readonly broken: (invariant: string, text: string) => void,
  ) {
    super();
  }

  /** Bytes leave on a channel; whole frames, as the engine sends them. */
  sends(channel: number, bytes: Uint8Array, offset: number, length: number): void {
    const venue = channel - orderChannel;
    if (venue < 0 || venue >= venueCountMax) return;
    this.venue = venue;
    for (let at = offset; at < offset + length; ) {
      const frame = readU16(bytes, at);
      if (bytes[at + 2] === unsequencedData && decodeOuchInbound(bytes, at + frameHeaderLength, frame - 1, this) !== 0)
        this.broken("only sound messages are sent", `venue ${venue}: ${frame - 1} bytes of type ${bytes[at + 3]}`);
      at += 2 + frame;
    }
  }

  override enterOrder(_bytes: Uint8Array, userReference: number): void {
    this.counts.enters++;
    this.checkRisk("order", userReference, 0);
  }

  override replaceOrder(_bytes: Uint8Array, original: number, userReference: number): void {
    this.counts.replaces++;
    this.checkRisk("replace", userReference, original);
  }

  override cancelOrder(): void {
    this.counts.cancels++;
  }

  private checkRisk(what: string, userReference: number, original: number): void {
    const { venue } = this;
    const ledger = this.ledger();
    const words = `${what} ${userReference} at venue ${venue}`;
    if (userReference <= (this.highest[venue] ?? 0))
      this.broken("user references rise", `${words}, the highest sent was ${this.highest[venue]}`);
    this.highest[venue] = Math.max(this.highest[venue] ?? 0, userReference);
    const id = ledger.references[venue].get(userReference);
    const order = id === undefined ? undefined : ledger.orders.get(id);
    if (order === undefined) return this.broken("nothing leaves before its fact is on disk", words);
    if (original !== 0 && ledger.references[venue].get(original) !== id)
      this.broken("a replace names its own order", `${words} replaces ${original} of another order`);
    if (ledger.isKilled(order.strategy, order.instrument, venue))
      this.broken("nothing is sent after a kill", `${words}: order ${order.id} of strategy ${order.strategy}`);
  }
}
