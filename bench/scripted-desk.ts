import { commandKinds, scopes } from "../domain/command";
import type { Desk } from "../domain/desk";
import { feedStates } from "../domain/health";
import { nsPerMillisecond, nsPerSecond } from "../domain/time";
import type { Engine } from "../server/engine/engine";
import { dropChannel, feedChannel, orderChannel, snapshotChannel, venueCountMax } from "../server/machine/channels";
import { encodeCommand } from "../server/machine/command-record";
import { inputKinds } from "../server/machine/input-record";
import { outputKinds } from "../server/machine/outbox";
import { copyBytes, readU16, readU32, symbolBytes } from "../server/wire/bytes";
import { encodeGlimpseSnapshot } from "../server/wire/glimpse";
import { ouchEventCode, ouchInboundType, ouchLiquidityFlag } from "../server/wire/ouch-codes";
import {
  encodeOuchAccepted,
  encodeOuchAccountQueryResponse,
  encodeOuchEnableResponse,
  encodeOuchExecuted,
  encodeOuchSystemEvent,
} from "../server/wire/ouch-encode";
import {
  encodeLoginAccepted,
  encodeSequencedData,
  readLoginRequest,
  soupHeaderLength,
  soupType,
} from "../server/wire/soup-bin-tcp";
import { ScriptedMarket } from "./scripted-market";

/** Packets between two timer inputs. */
const packetsPerTimer = 100;
const outputsMax = 4_096;
const blanks = symbolBytes("", 14);

/** How inputs reach the engine under test: straight into `step`, or through a shell. Outputs go to the desk's `take`. */
export interface EngineLine {
  /** One turn with one input, which lies in `ScriptedDesk.bytes` from `offset` on. */
  turn(kind: number, channel: number, offset: number, length: number): void;
}

/**
 * A market and its venues around an engine, for benches: packets one after another, a timer now and then, and venues
 * that log everybody in, accept each order and fill it at once at its price. What the engine sends is queued by `take`
 * and answered by `answer`, outside of what is timed. Once everybody is ready nothing here allocates.
 */
export class ScriptedDesk {
  /** Every input lies here; an engine line may read it during `turn`. */
  readonly bytes = new Uint8Array(1 << 16);
  readonly market: ScriptedMarket;
  /** Orders that arrived so far. */
  orders = 0;
  private line: EngineLine | null = null;
  private packets = 0;
  private readonly outputs = new Uint8Array(1 << 20);
  private readonly kind = new Uint8Array(outputsMax);
  private readonly channel = new Uint16Array(outputsMax);
  private readonly offset = new Int32Array(outputsMax);
  private readonly length = new Int32Array(outputsMax);
  private count = 0;
  private used = 0;
  private readonly message = new Uint8Array(300);
  private match = 1;
  private readonly nextReference: Int32Array;

  constructor(
    private readonly desk: Desk,
    seed: number,
  ) {
    this.market = new ScriptedMarket(desk, this.bytes, seed);
    this.nextReference = new Int32Array(desk.venues.length).fill(1);
  }

  /** Where answers go; `bringUp` binds its own line. */
  bind(line: EngineLine): void {
    this.line = line;
  }

  /** Queues what the engine sent; a chunk of a stream may hold several messages. */
  take(kind: number, channel: number, bytes: Uint8Array, offset: number, length: number): void {
    const index = this.count++;
    this.kind[index] = kind;
    this.channel[index] = channel;
    this.offset[index] = this.used;
    this.length[index] = length;
    copyBytes(this.outputs, this.used, bytes, offset, length);
    this.used += length;
  }

  /** True when something of what was taken since the last answer is an order. */
  get hasOrder(): boolean {
    for (let i = 0; i < this.count; i++)
      if (
        this.kind[i] === outputKinds.code.send &&
        (this.channel[i] & ~(venueCountMax - 1)) === orderChannel &&
        this.length[i] > soupHeaderLength &&
        this.outputs[this.offset[i] + soupHeaderLength] === ouchInboundType.enterOrder
      )
        return true;
    return false;
  }

  /**
   * Brings an engine from its start to running strategies on live feeds. `start` has it step its `start` input; `wait`
   * lets `ns` of the line's time pass.
   */
  bringUp(line: EngineLine, engine: Engine, start: () => void, wait: (ns: number) => void): void {
    this.bind(line);
    start();
    this.answer();
    const isUp = () =>
      engine.orderSessions.every((session) => session.isReady) &&
      engine.feeds.every((feed) => feed.state === feedStates.code.live);
    for (let tries = 0; tries < 1_000 && !isUp(); tries++) {
      wait(10 * nsPerMillisecond);
      this.timer();
      this.packet();
      this.answer();
    }
    if (!isUp()) throw new Error("the scripted desk did not come up");
    this.desk.strategies.forEach((_, strategy) => {
      const command = encodeCommand({
        id: `00000000-0000-4000-9000-${strategy.toString(16).padStart(12, "0")}`,
        command: commandKinds.code.approve,
        scope: scopes.code.strategy,
        target: strategy,
        role: 1,
        actor: "bench",
        reason: "bench",
      });
      this.bytes.set(command);
      line.turn(inputKinds.code.command, 0, 0, command.length);
    });
    // The signals learn for their first seconds before they let anything be traded.
    const { pairSignals } = engine;
    for (let tries = 0; tries < 1_000_000 && !(pairSignals.samples(0) >= 2); tries++) {
      wait(nsPerSecond / 50);
      this.timer();
      for (let i = 0; i < 20; i++) {
        this.packet();
        this.answer();
      }
    }
    if (!(pairSignals.samples(0) >= 2)) throw new Error("the signals of the scripted desk did not warm up");
  }

  /** Makes the next packet; it lies in `bytes` as the market says. Timers that are due go first. */
  prepare(): void {
    if (++this.packets % packetsPerTimer === 0) {
      this.timer();
      this.answer();
    }
    this.market.next();
  }

  /** Sends the packet that `prepare` made. */
  send(): void {
    this.line?.turn(inputKinds.code.data, feedChannel + this.market.venue, 0, this.market.length);
  }

  /** The next packet, sent. */
  packet(): void {
    this.prepare();
    this.send();
  }

  /** Answers what was taken, and what comes of that, until nothing is left. */
  answer(): void {
    for (let i = 0; i < this.count; i++) {
      if (i > outputsMax - 64) throw new Error("the engine under test does not stop sending");
      if (this.kind[i] === outputKinds.code.connect) this.line?.turn(inputKinds.code.connected, this.channel[i], 0, 0);
      else if (this.kind[i] === outputKinds.code.send)
        this.answerFrames(this.channel[i], this.offset[i], this.offset[i] + this.length[i]);
    }
    this.count = 0;
    this.used = 0;
  }

  private timer(): void {
    this.line?.turn(inputKinds.code.timer, 0, 0, 0);
  }

  private answerFrames(channel: number, from: number, to: number): void {
    const { outputs } = this;
    for (let at = from; at + soupHeaderLength <= to; at += 2 + readU16(outputs, at)) {
      const type = outputs[at + 2];
      if (type === soupType.loginRequest) this.logIn(channel, this.requestedSequence(at));
      else if (type === soupType.unsequencedData) this.answerMessage(channel, at + soupHeaderLength);
    }
  }

  private answerMessage(channel: number, at: number): void {
    const { message, outputs } = this;
    const venue = channel - orderChannel;
    if (outputs[at] === ouchInboundType.accountQuery) {
      this.tell(channel, encodeOuchAccountQueryResponse(message, 0, 1, this.nextReference[venue], null));
    }
    if (outputs[at] === ouchInboundType.enableOrderEntry) {
      this.tell(
        channel,
        encodeOuchEnableResponse(message, 0, 1, readU32(outputs, at + 1), readU32(outputs, at + 5), null),
      );
      // The drop copy comes as far, so that the engine finds both up to date.
      this.tell(dropChannel + venue, encodeOuchSystemEvent(message, 0, 1, ouchEventCode.startOfDay));
    }
    if (outputs[at] !== ouchInboundType.enterOrder) return;
    this.orders++;
    const reference = readU32(outputs, at + 1);
    const quantity = readU32(outputs, at + 6);
    // Prices of the made desk fit 32 bits.
    const price = readU32(outputs, at + 22);
    this.nextReference[venue] = reference + 1;
    const accepted = encodeOuchAccepted(
      message,
      0,
      0,
      reference,
      outputs[at + 5],
      quantity,
      outputs,
      at + 10,
      price,
      outputs[at + 26],
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
    );
    this.tell(channel, accepted);
    const flag = ouchLiquidityFlag.removed;
    const executed = encodeOuchExecuted(message, 0, 0, reference, quantity, price, flag, 0, this.match++, null);
    this.tell(channel, executed);
    // The drop copy tells of it too: where it did not, the two accounts would break.
    this.tell(dropChannel + venue, executed);
  }

  /** One sequenced message, which lies in `message`. */
  private tell(channel: number, length: number): void {
    this.line?.turn(inputKinds.code.data, channel, 0, encodeSequencedData(this.bytes, 0, this.message, 0, length));
  }

  /** The next sequence number that a login request, whose frame begins at `at`, asks for. */
  private requestedSequence(at: number): number {
    const { outputs } = this;
    const request = readLoginRequest(outputs, at + soupHeaderLength, readU16(outputs, at) - 1);
    return Math.max(1, request?.requestedSequence ?? 1);
  }

  /** Nothing was missed: the venue's stream goes on where the engine asks. */
  private logIn(channel: number, sequence: number): void {
    const length = encodeLoginAccepted(this.bytes, 0, "BENCH", sequence);
    this.line?.turn(inputKinds.code.data, channel, 0, length);
    const venue = channel - snapshotChannel;
    if (channel >= orderChannel || channel === dropChannel || venue < 0) return;
    this.market.open(venue, (encode) => this.tell(channel, encode(this.message, 0)));
    this.tell(channel, encodeGlimpseSnapshot(this.message, 0, this.market.nextSequence(venue)));
  }
}
