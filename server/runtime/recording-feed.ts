import { nsPerMillisecond, nsPerSecond } from "../../domain/time";
import type { InputSink } from "../adapters/transport";
import { feedChannel } from "../machine/channels";
import { type InputRecord, inputKinds } from "../machine/input-record";
import { symbolBytes } from "../wire/bytes";
import { encodeMoldHeader, encodeMoldHeartbeat, moldHeaderLength, moldSessionLength } from "../wire/mold-udp64";
import type { EmptySnapshot } from "./empty-snapshot";
import { type RecordingPlace, type RecordingReader, recordedMessageLengthMax } from "./recording-reader";

/** Everything periodic of the engine hangs on tenths of a second; each is a timer input. */
export const timerStepNs = 100 * nsPerMillisecond;

/** Bytes a packet is filled up to, as a venue would. */
const packetLengthMax = 1_400;

const session = symbolBytes("REPLAY", moldSessionLength);
const noBytes = new Uint8Array(0);

/** A command that somebody gave at a place of the recording. */
export type PlacedCommand = {
  /** Inputs of the recording, timers and heartbeats included, that had been stepped. */
  readonly inputs: number;
  readonly timeNs: number;
  readonly bytes: Uint8Array;
};

/** A feed between two inputs; with it, the engine's state and the commands, what comes next is settled. */
export type FeedPlace = {
  readonly place: RecordingPlace;
  readonly timeNs: number;
  readonly messages: number;
  readonly inputs: number;
  readonly sequence: number;
  readonly heartbeatNs: number;
  readonly timerNs: number;
  readonly previousNs: number;
  readonly commandsDone: number;
};

/** What steps inputs and knows the time of the last one; the shell is one. */
export type FeedSink = Pick<InputSink, "input" | "endTurn">;

/**
 * A recording as the engine's inputs, in one fixed order: messages of one time stamp in MoldUDP64 packets, a heartbeat
 * each second of market time, a timer each tenth; at one time in that order. `advance` stops wherever it is told; where
 * it stops changes nothing of what comes. Market time begins at the first order: before it there are neither timers
 * nor heartbeats.
 */
export class RecordingFeed {
  /** Time of the input that is stepped. */
  timeNs: number;
  /** Messages handed over. */
  messages = 0;
  private inputs = 0;
  private readonly packet = new Uint8Array(moldHeaderLength + 2 + recordedMessageLengthMax + packetLengthMax);
  private sequence = 1;
  private hasMessage: boolean;
  private heartbeatNs: number;
  private timerNs: number;
  private commandsDone = 0;
  private previous: number;

  /** The sink must have been started at `startNs`, the time of the recording's first message. */
  constructor(
    private readonly reader: RecordingReader,
    private readonly sink: FeedSink,
    private readonly snapshot: EmptySnapshot,
    startNs: number,
    firstNs: number,
    /** Stepped again at their places; new ones are appended by `command`. */
    readonly commands: PlacedCommand[],
  ) {
    this.timeNs = startNs;
    this.previous = startNs;
    reader.goTo();
    this.hasMessage = reader.next();
    this.heartbeatNs = Math.ceil(firstNs / nsPerSecond) * nsPerSecond;
    this.timerNs = Math.ceil(firstNs / timerStepNs) * timerStepNs;
  }

  /** Where the feed is, to go on from there later. */
  get place(): FeedPlace {
    const { timeNs, messages, inputs, sequence, heartbeatNs, timerNs, previous: previousNs, commandsDone } = this;
    const { place } = this.reader;
    return { place, timeNs, messages, inputs, sequence, heartbeatNs, timerNs, previousNs, commandsDone };
  }

  /** Goes on from a place taken before, beside an engine whose state is of that place too. */
  resume(from: FeedPlace): void {
    this.reader.goTo(from.place);
    this.hasMessage = this.reader.next();
    this.timeNs = from.timeNs;
    this.messages = from.messages;
    this.inputs = from.inputs;
    this.sequence = from.sequence;
    this.heartbeatNs = from.heartbeatNs;
    this.timerNs = from.timerNs;
    this.previous = from.previousNs;
    this.commandsDone = from.commandsDone;
  }

  /** Time of the next message; infinity at the end. */
  get nextMessageNs(): number {
    return this.hasMessage ? this.reader.timeNs : Number.POSITIVE_INFINITY;
  }

  /** Time of the last message handed over. */
  get previousMessageNs(): number {
    return this.previous;
  }

  /** The first timer: the engine asks for a snapshot and gets the empty one. */
  begin(): void {
    this.step(inputKinds.code.timer, 0, noBytes, 0);
    this.heartbeat();
  }

  /**
   * Steps everything up to and including `limitNs`; false when `isOver` said to stop before that. It is asked now and
   * then.
   */
  advance(limitNs: number, isOver: () => boolean): boolean {
    for (let count = 1; ; count++) {
      if ((count & 63) === 0 && isOver()) return false;
      this.stepCommands(limitNs);
      const messageNs = this.nextMessageNs;
      const next = Math.min(messageNs, this.heartbeatNs, this.timerNs);
      if (next > limitNs) {
        this.timeNs = Math.max(this.timeNs, limitNs);
        return true;
      }
      this.timeNs = Math.max(this.timeNs, next);
      this.inputs++;
      if (messageNs === next) this.sendPacket();
      else if (this.heartbeatNs === next) {
        this.heartbeat();
        this.heartbeatNs += nsPerSecond;
      } else {
        this.step(inputKinds.code.timer, 0, noBytes, 0);
        this.timerNs += timerStepNs;
      }
    }
  }

  /** Steps a command now, and remembers where. */
  command(bytes: Uint8Array): void {
    this.commands.push({ inputs: this.inputs, timeNs: this.timeNs, bytes });
    this.commandsDone++;
    this.step(inputKinds.code.command, 0, bytes, bytes.length);
  }

  /** Commands of an earlier run whose place this is. */
  private stepCommands(limitNs: number): void {
    for (;;) {
      const command = this.commands[this.commandsDone];
      if (command === undefined || command.inputs > this.inputs || command.timeNs > limitNs) return;
      this.timeNs = Math.max(this.timeNs, command.timeNs);
      this.commandsDone++;
      this.step(inputKinds.code.command, 0, command.bytes, command.bytes.length);
    }
  }

  /** Packs what has the next message's time, as much as fits a packet, and steps it. */
  private sendPacket(): void {
    const { packet, reader } = this;
    const { timeNs } = reader;
    let used = moldHeaderLength;
    let count = 0;
    while (this.hasMessage && reader.timeNs === timeNs) {
      const { bytes, offset, length } = reader;
      if (count > 0 && used + 2 + length > packetLengthMax) break;
      packet[used] = length >> 8;
      packet[used + 1] = length & 0xff;
      bytes.copy(packet, used + 2, offset, offset + length);
      used += 2 + length;
      count++;
      this.hasMessage = reader.next();
    }
    encodeMoldHeader(packet, 0, session, 0, this.sequence, count);
    this.sequence += count;
    this.messages += count;
    this.previous = timeNs;
    this.step(inputKinds.code.data, feedChannel, packet, used);
  }

  private heartbeat(): void {
    encodeMoldHeartbeat(this.packet, 0, session, 0, this.sequence);
    this.step(inputKinds.code.data, feedChannel, this.packet, moldHeaderLength);
  }

  /** One input, one turn; then what the snapshot service has to say to it. */
  private step(kind: InputRecord["kind"], channel: number, bytes: Uint8Array, length: number): void {
    this.sink.input(kind, channel, bytes, 0, length);
    this.sink.endTurn();
    for (let answer = this.snapshot.take(); answer !== null; answer = this.snapshot.take()) {
      this.sink.input(answer.kind, answer.channel, answer.bytes, 0, answer.bytes.length);
      this.sink.endTurn();
    }
  }
}
