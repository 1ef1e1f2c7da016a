import { commandKinds, roles, scopes } from "../../domain/command";
import type { Desk } from "../../domain/desk";
import { dimensionsOf } from "../../server/engine/dimensions";
import { Engine } from "../../server/engine/engine";
import type { Gate } from "../../server/engine/risk/gate";
import type { GateParts } from "../../server/engine/risk/gate-checks";
import { dropChannel, feedChannel, orderChannel, snapshotChannel, venueCountMax } from "../../server/machine/channels";
import { encodeCommand } from "../../server/machine/command-record";
import { FactsOutbox } from "../../server/machine/facts-outbox";
import { InputRecord, inputKinds } from "../../server/machine/input-record";
import { Outbox, outputKinds } from "../../server/machine/outbox";
import { readSymbol, symbolBytes } from "../../server/wire/bytes";
import { encodeGlimpseSnapshot } from "../../server/wire/glimpse";
import {
  encodeAddOrder,
  encodeAuctionCollar,
  encodeOrderDelete,
  encodeRegShoRestriction,
  encodeStockDirectory,
  encodeSystemEvent,
  encodeTrade,
  encodeTradingAction,
} from "../../server/wire/itch-encode";
import { MoldPacketWriter } from "../../server/wire/mold-udp64";
import { decodeOuchInbound, OuchInboundHandlerBase } from "../../server/wire/ouch";
import { ouchCancelReason, ouchEventCode, ouchLiquidityFlag, ouchSide } from "../../server/wire/ouch-codes";
import {
  encodeOuchAccepted,
  encodeOuchAccountQueryResponse,
  encodeOuchCanceled,
  encodeOuchDisableResponse,
  encodeOuchEnableResponse,
  encodeOuchExecuted,
  encodeOuchRejected,
  encodeOuchReplaced,
  encodeOuchSystemEvent,
} from "../../server/wire/ouch-encode";
import {
  encodeLoginAccepted,
  encodeSequencedData,
  encodeServerHeartbeat,
  SoupFrameReader,
  soupReaderStateLength,
  soupType,
} from "../../server/wire/soup-bin-tcp";

/** What left the engine for a venue, as decoded from its bytes. */
export type WireMessage =
  | {
      readonly kind: "enter";
      readonly venue: number;
      readonly reference: number;
      readonly side: "buy" | "sell" | "sellShort";
      readonly symbol: string;
      readonly quantity: number;
      readonly price: number;
    }
  | {
      readonly kind: "replace";
      readonly venue: number;
      readonly original: number;
      readonly reference: number;
      readonly quantity: number;
      readonly price: number;
    }
  | { readonly kind: "cancel"; readonly venue: number; readonly reference: number }
  /** A question, a mass cancel, whether orders are taken: of no strategy. */
  | { readonly kind: "session"; readonly venue: number };

const session = symbolBytes("TEST", 10);
const blanks = symbolBytes("", 14);
/** Every venue shows as much at its best price, so that ties go to the first. */
const shown = 1_000_000;

/**
 * A whole engine between scripted venues: bytes go in, and every message that leaves for a venue is decoded from the
 * bytes that would have gone over the wire.
 */
export class HostileWorld {
  readonly engine: Engine;
  timeNs = 0;
  /** Messages that left and have not been looked at. */
  readonly wire: WireMessage[] = [];
  private readonly input = new InputRecord();
  private readonly outbox = new Outbox(1 << 16, 1 << 10);
  private readonly facts = new FactsOutbox(1 << 20);
  private readonly readers = new Map<number, SoupFrameReader>();
  private readonly feedSequence: number[];
  private readonly sequences = new Map<number, number>();
  private readonly nextReference: number[];
  private readonly levels = new Map<string, { bid: number; ask: number }>();
  private readonly symbols: Uint8Array[];
  private readonly message = new Uint8Array(300);
  private readonly frame = new Uint8Array(320);
  private readonly packet = new Uint8Array(400);
  private readonly writer = new MoldPacketWriter(this.packet, session);
  private readonly taker: OrderTaker;
  private nextLevel = 1;
  private nextMatch = 1;
  private commandNumber = 0;
  private venue = 0;

  constructor(
    readonly desk: Desk,
    createGate?: (parts: GateParts) => Gate,
  ) {
    this.engine = new Engine(
      desk,
      { ...dimensionsOf(desk), restingOrdersMax: 1 << 10, levelsMax: 1 << 10, orderRows: 1 << 12, fillRows: 1 << 12 },
      createGate,
    );
    this.symbols = desk.instruments.map(({ symbol }) => symbolBytes(symbol));
    this.feedSequence = desk.venues.map(() => 1);
    this.nextReference = desk.venues.map(() => 1);
    this.taker = new OrderTaker(this);
    this.give(inputKinds.code.start, 0, new Uint8Array([0, 0, 0, 1, 0]));
    for (let i = 0; i < 40; i++) this.timer(10_000_000);
  }

  /** Runs what a strategy or tool asks of the engine in a turn of its own, as within a step. */
  within<Answer>(ask: (engine: Engine) => Answer): Answer {
    this.outbox.clear();
    this.facts.clear();
    this.engine.turn.begin(this.timeNs, this.outbox, this.facts);
    const answer = ask(this.engine);
    this.takeOutputs();
    return answer;
  }

  /** Time passes, and the engine's timer fires. */
  timer(durationNs: number): void {
    this.timeNs += durationNs;
    this.give(inputKinds.code.timer, 0, new Uint8Array(0));
  }

  /** One level a side at a venue, 0 for none. */
  quote(venue: number, instrument: number, bid: number, ask: number): void {
    const key = `${venue}:${instrument}`;
    const old = this.levels.get(key) ?? { bid: 0, ask: 0 };
    const now = { bid: bid > 0 ? this.nextLevel++ : 0, ask: ask > 0 ? this.nextLevel++ : 0 };
    this.levels.set(key, now);
    const symbol = this.symbols[instrument];
    this.feed(venue, (add) => {
      for (const reference of [old.bid, old.ask])
        if (reference > 0) add((b, at) => encodeOrderDelete(b, at, instrument + 1, 0, this.timeNs, 0, reference));
      if (bid > 0)
        add((b, at) => encodeAddOrder(b, at, instrument + 1, 0, this.timeNs, 0, now.bid, 0x42, shown, symbol, 0, bid));
      if (ask > 0)
        add((b, at) => encodeAddOrder(b, at, instrument + 1, 0, this.timeNs, 0, now.ask, 0x53, shown, symbol, 0, ask));
    });
  }

  heartbeat(venue: number): void {
    this.feed(venue, () => undefined);
    this.sessionHeartbeat(venue);
  }

  /** All sessions but the feed: the venue is there, its market data is not. */
  sessionHeartbeat(venue: number): void {
    const length = encodeServerHeartbeat(this.frame, 0);
    for (const base of [orderChannel, dropChannel, snapshotChannel])
      this.give(inputKinds.code.data, base + venue, this.frame.subarray(0, length));
  }

  trade(venue: number, instrument: number, price: number): void {
    const symbol = this.symbols[instrument];
    this.feed(venue, (add) =>
      add((b, at) =>
        encodeTrade(b, at, instrument + 1, 0, this.timeNs, 0, 0, 0x42, 10, symbol, 0, price, 0, this.nextMatch++),
      ),
    );
  }

  tradingAction(venue: number, instrument: number, letter: string): void {
    const symbol = this.symbols[instrument];
    this.feed(venue, (add) =>
      add((b, at) =>
        encodeTradingAction(b, at, instrument + 1, 0, this.timeNs, symbol, 0, letter.charCodeAt(0), 0x20202020),
      ),
    );
  }

  shortSale(venue: number, instrument: number, restricted: boolean): void {
    const symbol = this.symbols[instrument];
    const action = restricted ? 0x31 : 0x30;
    this.feed(venue, (add) =>
      add((b, at) => encodeRegShoRestriction(b, at, instrument + 1, 0, this.timeNs, symbol, 0, action)),
    );
  }

  collar(venue: number, instrument: number, low: number, high: number): void {
    const symbol = this.symbols[instrument];
    this.feed(venue, (add) =>
      add((b, at) =>
        encodeAuctionCollar(b, at, instrument + 1, 0, this.timeNs, symbol, 0, (low + high) / 2, high, low, 0),
      ),
    );
  }

  systemEvent(venue: number, letter: string): void {
    this.feed(venue, (add) => add((b, at) => encodeSystemEvent(b, at, 0, 0, this.timeNs, letter.charCodeAt(0))));
  }

  command(
    command: keyof typeof commandKinds.code,
    scope: keyof typeof scopes.code,
    target: number,
    detail = 0,
    value = 0,
  ): void {
    const id = `00000000-0000-4000-9000-${(++this.commandNumber).toString(16).padStart(12, "0")}`;
    const record = encodeCommand({
      id,
      command: commandKinds.code[command],
      scope: scopes.code[scope],
      role: roles.code.admin,
      target,
      detail,
      value,
      actor: "test",
      reason: "test",
    });
    this.give(inputKinds.code.command, 0, record);
  }

  accepted(venue: number, reference: number, side: WireSide, symbol: number, quantity: number, price: number): void {
    this.tell(venue, (b) =>
      encodeOuchAccepted(
        b,
        0,
        this.timeNs,
        reference,
        sideByte(side),
        quantity,
        this.symbols[symbol],
        0,
        price,
        0x30,
        0x59,
        0,
        reference,
        0x50,
        0x4e,
        0x4e,
        0x4c,
        blanks,
        0,
        null,
      ),
    );
  }

  rejected(venue: number, reference: number): void {
    this.tell(venue, (b) => encodeOuchRejected(b, 0, this.timeNs, reference, 1, blanks, 0, null));
  }

  /** `open`: what the new order has open. */
  replaced(
    venue: number,
    original: number,
    reference: number,
    side: WireSide,
    symbol: number,
    open: number,
    price: number,
  ): void {
    this.tell(venue, (b) =>
      encodeOuchReplaced(
        b,
        0,
        this.timeNs,
        original,
        reference,
        sideByte(side),
        open,
        this.symbols[symbol],
        0,
        price,
        0x30,
        0x59,
        0,
        reference,
        0x50,
        0x4e,
        0x4e,
        0x4c,
        blanks,
        0,
        null,
      ),
    );
  }

  cancelled(venue: number, reference: number, quantity: number): void {
    this.tell(venue, (b) =>
      encodeOuchCanceled(b, 0, this.timeNs, reference, quantity, ouchCancelReason.userRequested, null),
    );
  }

  /** A fill, told by both tellers, in either order. */
  filled(venue: number, reference: number, quantity: number, price: number, dropFirst: boolean): void {
    const match = this.nextMatch++;
    const bases = dropFirst ? [dropChannel, orderChannel] : [orderChannel, dropChannel];
    for (const base of bases)
      this.tell(
        venue,
        (b) =>
          encodeOuchExecuted(b, 0, this.timeNs, reference, quantity, price, ouchLiquidityFlag.removed, 0, match, null),
        base,
      );
  }

  /** Called for what the engine sends on an order session. */
  took(message: WireMessage): void {
    this.wire.push(message);
    if (message.kind === "enter" || message.kind === "replace")
      this.nextReference[message.venue] = message.reference + 1;
  }

  get takingVenue(): number {
    return this.venue;
  }

  /** Echoes that order entry is open, or closed: only then is a session ready. */
  answerEntry(reference: number, firm: number, isOpen: boolean): void {
    const encode = isOpen ? encodeOuchEnableResponse : encodeOuchDisableResponse;
    this.tell(this.venue, (b) => encode(b, 0, this.timeNs, reference, firm, null));
  }

  answerQuery(): void {
    const { venue } = this;
    this.tell(venue, (b) => encodeOuchAccountQueryResponse(b, 0, this.timeNs, this.nextReference[venue], null));
  }

  private feed(venue: number, fill: (add: (encode: Encode) => void) => void): void {
    this.writer.begin(this.feedSequence[venue]);
    fill((encode) => {
      const at = this.writer.openBlock(60);
      this.writer.closeBlock(encode(this.packet, at));
      this.feedSequence[venue]++;
    });
    const length = this.writer.finish();
    this.give(inputKinds.code.data, feedChannel + venue, this.packet.subarray(0, length));
  }

  private tell(venue: number, encode: (bytes: Uint8Array) => number, base: number = orderChannel): void {
    const length = encodeSequencedData(this.frame, 0, this.message, 0, encode(this.message));
    this.sequences.set(base + venue, (this.sequences.get(base + venue) ?? 1) + 1);
    this.give(inputKinds.code.data, base + venue, this.frame.slice(0, length));
  }

  private give(kind: number, channel: number, bytes: Uint8Array): void {
    this.outbox.clear();
    this.facts.clear();
    this.input.attach(bytes);
    this.input.set(kind, channel, this.timeNs, 0, bytes.length);
    this.engine.step(this.input, this.outbox, this.facts);
    this.takeOutputs();
  }

  private takeOutputs(): void {
    const { outbox } = this;
    if (outbox.count === 0) return;
    const outputs = Array.from({ length: outbox.count }, (_, i) => ({
      kind: outbox.kindAt(i),
      channel: outbox.channelAt(i),
      bytes: outbox.bytes.slice(outbox.offsetAt(i), outbox.offsetAt(i) + outbox.lengthAt(i)),
    }));
    for (const { kind, channel, bytes } of outputs) {
      if (kind === outputKinds.code.connect) {
        this.readers.set(channel, new SoupFrameReader(new Uint8Array(4_096), new Int32Array(soupReaderStateLength)));
        this.give(inputKinds.code.connected, channel, new Uint8Array(0));
      } else if (kind === outputKinds.code.send)
        this.readers.get(channel)?.push(bytes, 0, bytes.length, (type, frame, offset, length) => {
          if (type === soupType.loginRequest) this.logIn(channel);
          else if (type === soupType.unsequencedData) {
            this.venue = channel & (venueCountMax - 1);
            decodeOuchInbound(frame, offset, length, this.taker);
          }
        });
    }
  }

  private logIn(channel: number): void {
    const bytes = new Uint8Array(64);
    const length = encodeLoginAccepted(bytes, 0, "TEST", this.sequences.get(channel) ?? 1);
    this.give(inputKinds.code.data, channel, bytes.slice(0, length));
    const venue = channel & (venueCountMax - 1);
    // The drop copy has come as far as the order session, which logs in before it.
    if (channel === dropChannel + venue)
      this.tell(venue, (b) => encodeOuchSystemEvent(b, 0, this.timeNs, ouchEventCode.startOfDay), dropChannel);
    if ((channel & ~(venueCountMax - 1)) !== snapshotChannel) return;
    this.symbols.forEach((symbol, instrument) => {
      this.tell(
        venue,
        (b) =>
          encodeStockDirectory(
            b,
            0,
            instrument + 1,
            0,
            this.timeNs,
            symbol,
            0,
            0x51,
            0x4e,
            100,
            0x4e,
            0x43,
            0x20,
            0x50,
            0x4e,
            0x4e,
            0x31,
            0x4e,
            0,
            0x4e,
          ),
        snapshotChannel,
      );
    });
    this.tell(venue, (b) => encodeGlimpseSnapshot(b, 0, this.feedSequence[venue]), snapshotChannel);
  }
}

type Encode = (bytes: Uint8Array, offset: number) => number;
type WireSide = "buy" | "sell" | "sellShort";

function sideByte(side: WireSide): number {
  return ouchSide[side];
}

/** Decodes what the engine sends. */
class OrderTaker extends OuchInboundHandlerBase {
  constructor(private readonly world: HostileWorld) {
    super();
  }

  override enterOrder(
    bytes: Uint8Array,
    reference: number,
    side: number,
    quantity: number,
    symbolOffset: number,
    price: number,
  ): void {
    const name = side === ouchSide.buy ? "buy" : side === ouchSide.sell ? "sell" : "sellShort";
    const venue = this.world.takingVenue;
    this.world.took({
      kind: "enter",
      venue,
      reference,
      side: name,
      symbol: readSymbol(bytes, symbolOffset, 8),
      quantity,
      price,
    });
  }

  override replaceOrder(
    _bytes: Uint8Array,
    original: number,
    reference: number,
    quantity: number,
    price: number,
  ): void {
    this.world.took({ kind: "replace", venue: this.world.takingVenue, original, reference, quantity, price });
  }

  override cancelOrder(_bytes: Uint8Array, reference: number): void {
    this.world.took({ kind: "cancel", venue: this.world.takingVenue, reference });
  }

  override massCancel(): void {
    this.tookSessionMessage();
  }

  override accountQuery(): void {
    this.tookSessionMessage();
    this.world.answerQuery();
  }

  override enableOrderEntry(_bytes: Uint8Array, reference: number, firm: number): void {
    this.tookSessionMessage();
    this.world.answerEntry(reference, firm, true);
  }

  override disableOrderEntry(_bytes: Uint8Array, reference: number, firm: number): void {
    this.tookSessionMessage();
    this.world.answerEntry(reference, firm, false);
  }

  private tookSessionMessage(): void {
    this.world.took({ kind: "session", venue: this.world.takingVenue });
  }
}
