import { type CommandKind, commandKinds, type Role, roles, type Scope, scopes } from "../../domain/command";
import type { Desk } from "../../domain/desk";
import { decodeFact, type Fact, type FactKind, type FactOf } from "../../domain/facts";
import { nsPerMillisecond } from "../../domain/time";
import { type ViewRow, type ViewTable, viewColumns, viewTables } from "../../domain/views";
import type { Dimensions } from "../../server/engine/dimensions";
import { createEngine, type Engine } from "../../server/engine/engine";
import type { Wish } from "../../server/engine/strategy/strategy";
import { firm } from "../../server/engine/venue/order-entry";
import { dropChannel, feedChannel, orderChannel, snapshotChannel, venueCountMax } from "../../server/machine/channels";
import { encodeCommand } from "../../server/machine/command-record";
import { FactsOutbox } from "../../server/machine/facts-outbox";
import { InputRecord, inputKinds, outputsSentLength, startCauses } from "../../server/machine/input-record";
import { Outbox, outputKinds } from "../../server/machine/outbox";
import type { StateRegistry } from "../../server/machine/state-registry";
import { readSymbol, symbolBytes } from "../../server/wire/bytes";
import { encodeGlimpseSnapshot } from "../../server/wire/glimpse";
import {
  encodeAddOrder,
  encodeOrderDelete,
  encodeStockDirectory,
  encodeTradingAction,
} from "../../server/wire/itch-encode";
import { MoldPacketWriter } from "../../server/wire/mold-udp64";
import { decodeOuchInbound, OuchInboundHandlerBase } from "../../server/wire/ouch";
import {
  ouchCancelReason,
  ouchEventCode,
  ouchLiquidityFlag,
  ouchSide,
  ouchTimeInForce,
} from "../../server/wire/ouch-codes";
import {
  encodeOuchAccepted,
  encodeOuchAccountQueryResponse,
  encodeOuchBrokenTrade,
  encodeOuchCanceled,
  encodeOuchCancelRejected,
  encodeOuchDisableResponse,
  encodeOuchEnableResponse,
  encodeOuchExecuted,
  encodeOuchMassCancelResponse,
  encodeOuchRejected,
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

/** An order as it arrived at the scripted venue. */
export type ArrivedOrder = {
  readonly venue: number;
  readonly reference: number;
  readonly symbol: string;
  readonly side: "buy" | "sell" | "sellShort";
  readonly quantity: number;
  readonly price: number;
  readonly immediate: boolean;
};

const session = symbolBytes("TEST", 10);
const blanks = symbolBytes("", 14);

/** A packet of a feed that did not arrive. */
export type LostPacket = { readonly venue: number; readonly bytes: Uint8Array };

/**
 * An engine against venues that do only what the test says: quotes appear when told, orders are answered when told.
 * For scenarios that a market would show only by luck. Orders that arrived stand in `arrived`, cancels in `cancels`.
 */
export class ScriptedVenue {
  /** The engine of the present run. */
  engine: Engine;
  readonly facts: Fact[] = [];
  readonly arrived: ArrivedOrder[] = [];
  readonly cancels: { venue: number; reference: number }[] = [];
  /** What took risk away, in the order in which it left: "0 cancel 7", "1 massCancel AAPL", "0 disable". */
  readonly sent: string[] = [];
  /** Orders are accepted by themselves while true. */
  acceptsByItself = true;
  /** Channels whose connections are refused. */
  readonly isDown = new Set<number>();
  /** What enables or disables order entry is answered by itself while true. */
  answersStanding = true;
  /** Mass cancels are acknowledged by themselves while true; what they cancel the test says. */
  answersMassCancels = true;
  /** References of what enabled or disabled order entry, as it arrived. */
  readonly standings: { venue: number; reference: number }[] = [];
  /** Mass cancels as they arrived; an empty symbol is all names. */
  readonly massCancels: { venue: number; reference: number; symbol: string }[] = [];
  /** Account queries that arrived: the venue, and when. */
  readonly queries: { venue: number; timeNs: number }[] = [];
  /** Account queries are answered by themselves while true. */
  answersQueries = true;
  /** The drop copy has told as much as the order session at each login while true; else it has only heartbeats. */
  dropCopyKeepsUp = true;
  /** The drop copy tells too of orders that are accepted by themselves, while true; else of executions only. */
  dropCopyTellsOrders = false;
  /** What a venue's stream has to say at the next login, before anything else. */
  atLogin: (() => void) | null = null;
  /** Tokens of the marks that stood in the outbox. */
  readonly marks: number[] = [];
  /** All before a mark is handed over at once, and the engine told so, while true. */
  passesMarks = true;
  timeNs = 0;
  private readonly input = new InputRecord();
  private readonly outbox = new Outbox();
  private readonly factsOutbox = new FactsOutbox();
  private readonly readers = new Map<number, SoupFrameReader>();
  private readonly feedSequence: number[];
  private readonly sequences = new Map<number, number>();
  private readonly loggedIn = new Set<number>();
  private readonly nextReference: number[];
  private readonly quotes = new Map<string, { bid: number; ask: number }>();
  private dropsOutputs = false;
  private lostPackets: LostPacket[] | null = null;
  private nextOrderReference = 1;
  private nextMatch = 1;
  private static venues = 0;
  /** Ids of commands go on from one script to the next, since an engine remembers those of its past. */
  private commandNumber = ScriptedVenue.venues++ * 100_000;

  /**
   * `onInput` sees every input of the engine, in order, before it is stepped. `carried`: state of an engine that ran
   * before, of which what is carried over to a new trading day is taken.
   */
  constructor(
    readonly desk: Desk,
    private readonly onInput: (kind: number, channel: number, timeNs: number, bytes: Uint8Array) => void = () =>
      undefined,
    carried: { bytes: Uint8Array; layout: ReturnType<StateRegistry["layout"]> } | null = null,
    /** Other sizes of the engine's arrays than the desk's, to meet their limits sooner. */
    sizes: Partial<Dimensions> = {},
    /** Makes the engine; another one has strategies of the test's own. */
    private readonly makeEngine: typeof createEngine = createEngine,
  ) {
    this.engine = makeEngine(desk, sizes);
    if (carried !== null) this.engine.registry.restore(carried.bytes, carried.layout, true);
    this.feedSequence = desk.venues.map(() => 1);
    this.nextReference = desk.venues.map(() => 1);
    this.give(inputKinds.code.start, 0, new Uint8Array([0, 0, 0, 1, 0]));
    this.wait(50);
    desk.venues.forEach((_, venue) => {
      desk.instruments.forEach((spec, instrument) => {
        this.feed(venue, (bytes, at) =>
          encodeTradingAction(bytes, at, instrument + 1, 0, this.timeNs, symbolBytes(spec.symbol), 0, 0x54, 0),
        );
      });
    });
  }

  /** Our side dies and starts again on the same day with all it knew, perhaps under another desk file. */
  restart(desk: Desk = this.desk): this {
    const { registry } = this.engine;
    const state = new Uint8Array(registry.byteLength);
    registry.copyInto(state);
    this.engine = this.makeEngine(desk);
    this.engine.registry.restore(state, registry.layout());
    this.loggedIn.clear();
    this.give(inputKinds.code.start, 0, new Uint8Array([0, 0, 0, 2, startCauses.code.crashed]));
    return this.wait(1_000);
  }

  /**
   * What the engine sends meanwhile never leaves, since the turn cannot be written: the shell halts in the same turn, and
   * says so.
   */
  losingOutputs(act: () => void): this {
    const since = new Uint8Array(8);
    new DataView(since.buffer).setFloat64(0, this.timeNs);
    this.dropsOutputs = true;
    act();
    this.dropsOutputs = false;
    this.command("kill", "all", -1, { role: "system" });
    this.give(inputKinds.code.outputsLost, 0, since);
    return this;
  }

  /** The shell says that all before a mark has been handed over, at this time. */
  pass(mark: number, sentNs: number): this {
    const payload = new DataView(new ArrayBuffer(outputsSentLength));
    payload.setUint32(0, mark);
    payload.setFloat64(4, sentNs);
    this.give(inputKinds.code.outputsSent, 0, new Uint8Array(payload.buffer));
    return this;
  }

  /** Asks something of the engine as within a step of its own: its facts are kept, its messages arrive. */
  during<Answer>(ask: (engine: Engine) => Answer): Answer {
    this.outbox.clear();
    this.factsOutbox.clear();
    this.engine.turn.begin(this.timeNs, this.outbox, this.factsOutbox);
    const answer = ask(this.engine);
    this.takeResults();
    return answer;
  }

  /** All rows of a view as the engine would publish them now, by column name. */
  viewRows<Table extends ViewTable>(table: Table): ViewRow<Table>[] {
    const counts = this.engine.viewRowCounts;
    const rows = Object.fromEntries(
      viewTables.map((name) => [name, new Float64Array(counts[name] * viewColumns[name].length)]),
    ) as Record<ViewTable, Float64Array>;
    this.engine.publishViews({ rows, begin: () => undefined, end: () => undefined }, true);
    const names: readonly string[] = viewColumns[table];
    return Array.from(
      { length: counts[table] },
      (_, row) =>
        Object.fromEntries(names.map((name, at) => [name, rows[table][row * names.length + at]])) as ViewRow<Table>,
    );
  }

  /** Sets the market of a symbol at a venue: one level a side. */
  quote(venue: number, symbol: string, bid: number, bidQuantity: number, ask: number, askQuantity: number): this {
    const instrument = this.desk.instruments.findIndex((spec) => spec.symbol === symbol);
    const key = `${venue}:${symbol}`;
    const old = this.quotes.get(key);
    const [bidReference, askReference] = [this.nextOrderReference++, this.nextOrderReference++];
    if (old)
      for (const reference of [old.bid, old.ask])
        this.feed(venue, (bytes, at) => encodeOrderDelete(bytes, at, instrument + 1, 0, this.timeNs, 0, reference));
    const name = symbolBytes(symbol);
    this.feed(venue, (bytes, at) =>
      encodeAddOrder(bytes, at, instrument + 1, 0, this.timeNs, 0, bidReference, 0x42, bidQuantity, name, 0, bid),
    );
    this.feed(venue, (bytes, at) =>
      encodeAddOrder(bytes, at, instrument + 1, 0, this.timeNs, 0, askReference, 0x53, askQuantity, name, 0, ask),
    );
    this.quotes.set(key, { bid: bidReference, ask: askReference });
    return this;
  }

  /** An order comes to rest in a venue's book; returns its reference, for `remove`. */
  rest(venue: number, symbol: string, side: "buy" | "sell", quantity: number, price: number): number {
    const instrument = this.desk.instruments.findIndex((spec) => spec.symbol === symbol);
    const reference = this.nextOrderReference++;
    const sideByteOf = side === "buy" ? 0x42 : 0x53;
    const name = symbolBytes(symbol);
    this.feed(venue, (bytes, at) =>
      encodeAddOrder(bytes, at, instrument + 1, 0, this.timeNs, 0, reference, sideByteOf, quantity, name, 0, price),
    );
    return reference;
  }

  /** An order leaves a venue's book whole. */
  remove(venue: number, symbol: string, reference: number): this {
    const instrument = this.desk.instruments.findIndex((spec) => spec.symbol === symbol);
    this.feed(venue, (bytes, at) => encodeOrderDelete(bytes, at, instrument + 1, 0, this.timeNs, 0, reference));
    return this;
  }

  /** Packets of feeds that `act` makes do not arrive. */
  losingPackets(act: () => void): readonly LostPacket[] {
    const lost: LostPacket[] = [];
    this.lostPackets = lost;
    act();
    this.lostPackets = null;
    return lost;
  }

  /** Packets arrive late after all. */
  bring(packets: readonly LostPacket[]): this {
    for (const { venue, bytes } of packets) this.give(inputKinds.code.data, feedChannel + venue, bytes);
    return this;
  }

  /** Lets time pass; feeds send heartbeats by their next message, so long waits want a quote now and then. */
  wait(milliseconds: number): this {
    for (let passed = 0; passed < milliseconds; passed += 10) {
      this.timeNs += 10 * nsPerMillisecond;
      if (passed % 1_000 === 0) this.heartbeats();
      this.give(inputKinds.code.timer, 0, new Uint8Array(0));
    }
    return this;
  }

  /** Gives a command, as a trader with a reason unless said otherwise. */
  command(
    kind: CommandKind,
    scope: Scope,
    target: number,
    options: { role?: Role; reason?: string; detail?: number; value?: number } = {},
  ): FactOf<"command"> {
    const { role = "trader", reason = "test", detail, value } = options;
    const id = `00000000-0000-4000-9000-${(++this.commandNumber).toString(16).padStart(12, "0")}`;
    const record = {
      command: commandKinds.code[kind],
      scope: scopes.code[scope],
      target,
      role: roles.code[role],
      detail,
      value,
      actor: "test",
      reason,
    };
    this.give(inputKinds.code.command, 0, encodeCommand({ ...record, id }));
    const answer = this.factsOf("command").at(-1);
    if (answer === undefined) throw new Error("the command was not answered");
    return answer;
  }

  /** Accepts an order, on the order session or the drop copy (`base`). */
  accept(order: ArrivedOrder, base = orderChannel): this {
    const encode = (bytes: Uint8Array) =>
      encodeOuchAccepted(
        bytes,
        0,
        this.timeNs,
        order.reference,
        sideByte(order),
        order.quantity,
        symbolBytes(order.symbol),
        0,
        order.price,
        order.immediate ? ouchTimeInForce.immediateOrCancel : ouchTimeInForce.day,
        0x59,
        0,
        order.reference,
        0x50,
        0x4e,
        0x4e,
        0x4c,
        blanks,
        0,
        null,
      );
    return this.tell(order.venue, encode, base);
  }

  /** Fills an order; returns the match number. The drop copy tells it too where `dropCopy` says so. */
  fill(
    order: ArrivedOrder,
    quantity: number,
    price = order.price,
    options: { dropCopy?: boolean; orders?: boolean } = {},
  ): number {
    const match = this.nextMatch++;
    if (options.dropCopy) this.fillAgain(order, match, quantity, dropChannel, price);
    if (options.orders !== false) this.fillAgain(order, match, quantity, orderChannel, price);
    return match;
  }

  /** Tells of a match, on the order session or the drop copy (`base`). */
  fillAgain(order: ArrivedOrder, match: number, quantity: number, base: number, price = order.price): void {
    this.tell(
      order.venue,
      (bytes) =>
        encodeOuchExecuted(
          bytes,
          0,
          this.timeNs,
          order.reference,
          quantity,
          price,
          ouchLiquidityFlag.removed,
          0,
          match,
          null,
        ),
      base,
    );
  }

  /** Cancels some of an order, on the order session or the drop copy (`base`). */
  cancelled(order: ArrivedOrder, quantity: number, base = orderChannel): this {
    const encode = (bytes: Uint8Array) =>
      encodeOuchCanceled(bytes, 0, this.timeNs, order.reference, quantity, ouchCancelReason.immediateOrCancel, null);
    return this.tell(order.venue, encode, base);
  }

  rejected(order: ArrivedOrder, code = 1): this {
    return this.tell(order.venue, (bytes) =>
      encodeOuchRejected(bytes, 0, this.timeNs, order.reference, code, blanks, 0, null),
    );
  }

  /** The venue refuses to cancel an order now, which is in a cross. */
  cancelRefused(order: ArrivedOrder): this {
    return this.tell(order.venue, (bytes) => encodeOuchCancelRejected(bytes, 0, this.timeNs, order.reference, null));
  }

  /** The venue takes orders of ours from now on, as the message of that reference asked. */
  enabled(venue: number, reference: number): this {
    return this.tell(venue, (bytes) => encodeOuchEnableResponse(bytes, 0, this.timeNs, reference, firm, null));
  }

  /** The venue took the mass cancel of that reference. */
  massCancelTaken(venue: number, reference: number, symbol: string): this {
    const name = symbolBytes(symbol);
    return this.tell(venue, (bytes) =>
      encodeOuchMassCancelResponse(bytes, 0, this.timeNs, reference, firm, name, 0, null),
    );
  }

  /** Takes a fill back, on the order session or the drop copy (`base`). */
  broken(order: ArrivedOrder, match: number, base = orderChannel): this {
    return this.tell(
      order.venue,
      (bytes) => encodeOuchBrokenTrade(bytes, 0, this.timeNs, order.reference, 0, match, 0x45, blanks, 0, null),
      base,
    );
  }

  /** States a wish, as a strategy would; the parent's row, 0 when it was refused. */
  submit(wish: Wish): number {
    this.factsOutbox.clear();
    this.outbox.clear();
    const parent = this.engine.execution.submit(wish);
    this.takeFacts();
    return parent;
  }

  factsOf<Kind extends FactKind>(kind: Kind): FactOf<Kind>[] {
    return this.facts.filter((fact): fact is Fact & FactOf<Kind> => fact.kind === kind);
  }

  /** Orders that arrived since the last call. */
  takeArrived(): ArrivedOrder[] {
    return this.arrived.splice(0);
  }

  /** A session of a venue breaks, the order session unless said otherwise. */
  cut(venue: number, base = orderChannel): this {
    this.loggedIn.delete(base + venue);
    this.give(inputKinds.code.disconnected, base + venue, new Uint8Array(0));
    return this;
  }

  /** The venue has seen user references below this one only; told at the next login. */
  hasSeenOnlyBelow(venue: number, reference: number): void {
    this.nextReference[venue] = reference;
  }

  /** A session of a venue goes on so many messages later than it stopped: the venue has lost them. */
  loses(venue: number, messages: number, base = orderChannel): this {
    this.sequences.set(base + venue, (this.sequences.get(base + venue) ?? 1) + messages);
    return this;
  }

  private heartbeats(): void {
    this.desk.venues.forEach((_, venue) => {
      const bytes = new Uint8Array(64);
      const writer = new MoldPacketWriter(bytes, session);
      writer.begin(this.feedSequence[venue] ?? 1);
      this.give(inputKinds.code.data, feedChannel + venue, bytes.slice(0, writer.finish()));
      for (const channel of [orderChannel + venue, dropChannel + venue])
        if (this.loggedIn.has(channel))
          this.give(inputKinds.code.data, channel, bytes.slice(0, encodeServerHeartbeat(bytes, 0)));
    });
  }

  /** One ITCH message of a venue, in a packet of its own. */
  feed(venue: number, encode: (bytes: Uint8Array, offset: number) => number): void {
    const packet = new Uint8Array(200);
    const writer = new MoldPacketWriter(packet, session);
    const sequence = this.feedSequence[venue] ?? 1;
    writer.begin(sequence);
    const at = writer.openBlock(60);
    writer.closeBlock(encode(packet, at));
    this.feedSequence[venue] = sequence + 1;
    this.timeNs += 1_000;
    const sent = { venue, bytes: packet.slice(0, writer.finish()) };
    if (this.lostPackets === null) this.bring([sent]);
    else this.lostPackets.push(sent);
  }

  /** One sequenced message of a venue, on its order session unless said otherwise. */
  tell(venue: number, encode: (bytes: Uint8Array) => number, base = orderChannel): this {
    const message = new Uint8Array(300);
    const frame = new Uint8Array(310);
    const length = encodeSequencedData(frame, 0, message, 0, encode(message));
    this.sequences.set(base + venue, (this.sequences.get(base + venue) ?? 1) + 1);
    this.timeNs += 1_000;
    this.give(inputKinds.code.data, base + venue, frame.slice(0, length));
    return this;
  }

  private give(kind: number, channel: number, bytes: Uint8Array): void {
    this.outbox.clear();
    this.factsOutbox.clear();
    this.onInput(kind, channel, this.timeNs, bytes);
    this.input.attach(bytes);
    this.input.set(kind, channel, this.timeNs, 0, bytes.length);
    this.engine.step(this.input, this.outbox, this.factsOutbox);
    this.takeResults();
  }

  private takeResults(): void {
    this.takeFacts();
    if (this.dropsOutputs) return;
    const outputs = Array.from({ length: this.outbox.count }, (_, i) => ({
      kind: this.outbox.kindAt(i),
      channel: this.outbox.channelAt(i),
      bytes: this.outbox.bytes.slice(this.outbox.offsetAt(i), this.outbox.offsetAt(i) + this.outbox.lengthAt(i)),
    }));
    for (const output of outputs) this.take(output.kind, output.channel, output.bytes);
  }

  private takeFacts(): void {
    for (let at = 0; at < this.factsOutbox.used; ) {
      const { fact, length } = decodeFact(this.factsOutbox.bytes, at);
      this.facts.push(fact);
      at += length;
    }
  }

  private take(kind: number, channel: number, bytes: Uint8Array): void {
    if (kind === outputKinds.code.mark) {
      const mark = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
      this.marks.push(mark);
      if (this.passesMarks) this.pass(mark, this.timeNs);
    } else if (kind === outputKinds.code.connect && this.isDown.has(channel))
      this.give(inputKinds.code.disconnected, channel, new Uint8Array(0));
    else if (kind === outputKinds.code.connect) {
      this.readers.set(channel, new SoupFrameReader(new Uint8Array(4_096), new Int32Array(soupReaderStateLength)));
      this.give(inputKinds.code.connected, channel, new Uint8Array(0));
    } else if (kind === outputKinds.code.send)
      this.readers.get(channel)?.push(bytes, 0, bytes.length, (type, frame, offset, length) => {
        if (type === soupType.loginRequest) this.logIn(channel);
        else if (type === soupType.unsequencedData) this.takeOrderMessage(channel, frame, offset, length);
      });
  }

  private logIn(channel: number): void {
    const bytes = new Uint8Array(64);
    const length = encodeLoginAccepted(bytes, 0, "TEST", this.sequences.get(channel) ?? 1);
    this.loggedIn.add(channel);
    this.give(inputKinds.code.data, channel, bytes.slice(0, length));
    this.tellDropCopy(channel);
    if ((channel & ~(venueCountMax - 1)) !== snapshotChannel) return;
    const venue = channel & (venueCountMax - 1);
    this.desk.instruments.forEach((spec, instrument) => {
      this.tell(
        venue,
        (message) =>
          encodeStockDirectory(
            message,
            0,
            instrument + 1,
            0,
            this.timeNs,
            symbolBytes(spec.symbol),
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
    this.tell(venue, (message) => encodeGlimpseSnapshot(message, 0, this.feedSequence[venue] ?? 1), snapshotChannel);
  }

  private takeOrderMessage(channel: number, frame: Uint8Array, offset: number, length: number): void {
    const venue = channel & (venueCountMax - 1);
    decodeOuchInbound(frame, offset, length, new OrderTaker(this, venue));
  }

  /** Called for each new order that arrives. */
  onEnter(order: ArrivedOrder): void {
    this.arrived.push(order);
    this.nextReference[order.venue] = order.reference + 1;
    if (!this.acceptsByItself) return;
    this.accept(order);
    if (this.dropCopyTellsOrders && this.loggedIn.has(dropChannel + order.venue)) this.accept(order, dropChannel);
  }

  /** Called for each account query: what the stream had to say before comes first. */
  onQuery(venue: number): void {
    this.queries.push({ venue, timeNs: this.timeNs });
    const before = this.atLogin;
    this.atLogin = null;
    before?.();
    if (this.answersQueries) this.answerAccountQuery(venue);
  }

  answerAccountQuery(venue: number): void {
    const answer = (bytes: Uint8Array) =>
      encodeOuchAccountQueryResponse(bytes, 0, this.timeNs, this.nextReference[venue] ?? 1, null);
    this.tell(venue, answer);
    this.tellDropCopy(dropChannel + venue);
  }

  /** A message of no consequence on a drop copy, later than all that the order session has told. */
  private tellDropCopy(channel: number): void {
    const venue = channel - dropChannel;
    if (venue < 0 || venue >= venueCountMax || !this.dropCopyKeepsUp || !this.loggedIn.has(channel)) return;
    this.tell(venue, (bytes) => encodeOuchSystemEvent(bytes, 0, this.timeNs, ouchEventCode.startOfDay), dropChannel);
  }
}

/** Turns inbound OUCH messages into the script's records. */
class OrderTaker extends OuchInboundHandlerBase {
  constructor(
    private readonly script: ScriptedVenue,
    private readonly venue: number,
  ) {
    super();
  }

  override enterOrder(
    bytes: Uint8Array,
    userReference: number,
    side: number,
    quantity: number,
    symbolOffset: number,
    price: number,
    timeInForce: number,
  ): void {
    this.script.onEnter({
      venue: this.venue,
      reference: userReference,
      symbol: readSymbol(bytes, symbolOffset, 8),
      side: side === ouchSide.buy ? "buy" : side === ouchSide.sell ? "sell" : "sellShort",
      quantity,
      price,
      immediate: timeInForce === ouchTimeInForce.immediateOrCancel,
    });
  }

  override enableOrderEntry(_bytes: Uint8Array, userReference: number): void {
    this.script.standings.push({ venue: this.venue, reference: userReference });
    if (this.script.answersStanding) this.script.enabled(this.venue, userReference);
  }

  override disableOrderEntry(_bytes: Uint8Array, userReference: number): void {
    this.script.sent.push(`${this.venue} disable`);
    this.script.standings.push({ venue: this.venue, reference: userReference });
    if (!this.script.answersStanding) return;
    this.script.tell(this.venue, (bytes) =>
      encodeOuchDisableResponse(bytes, 0, this.script.timeNs, userReference, firm, null),
    );
  }

  override cancelOrder(_bytes: Uint8Array, userReference: number): void {
    this.script.cancels.push({ venue: this.venue, reference: userReference });
    this.script.sent.push(`${this.venue} cancel ${userReference}`);
  }

  override massCancel(bytes: Uint8Array, userReference: number, _firm: number, symbolOffset: number): void {
    const symbol = readSymbol(bytes, symbolOffset, 8);
    this.script.sent.push(`${this.venue} massCancel ${symbol}`);
    this.script.massCancels.push({ venue: this.venue, reference: userReference, symbol });
    if (this.script.answersMassCancels) this.script.massCancelTaken(this.venue, userReference, symbol);
  }

  override accountQuery(): void {
    this.script.onQuery(this.venue);
  }
}

function sideByte(order: ArrivedOrder): number {
  return order.side === "buy" ? ouchSide.buy : order.side === "sell" ? ouchSide.sell : ouchSide.sellShort;
}
