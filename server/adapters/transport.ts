import type { Outbox } from "../machine/outbox";
import { outputKinds } from "../machine/outbox";

/**
 * Where adapters put what they received; the shell implements it. `input` journals and steps one input (the bytes
 * are copied before it returns), `endTurn` follows the last input of a callback and sends what came of it. Adapters
 * call both from their sockets' events only, never from within `send`, `connect` or `disconnect`.
 */
export interface InputSink {
  /** False before the run's first input and after its last: listeners take nobody in then. */
  readonly live: boolean;
  input(kind: number, channel: number, bytes: Uint8Array, offset: number, length: number): void;
  endTurn(): void;
}

/** One or more channels' way out. None of these may throw or call the input sink before they return. */
export interface Transport {
  /** True when consecutive sends on a channel may be joined into one. */
  readonly stream: boolean;
  connect(channel: number): void;
  /** Copies what it cannot send at once: the bytes are the outbox's. */
  send(channel: number, bytes: Uint8Array, offset: number, length: number): void;
  /** Closes the channel's connection once what was sent is flushed. */
  disconnect(channel: number): void;
  /** Bytes accepted by `send` that the operating system has not taken yet. */
  readonly waiting: number;
  /** How often something that `send` was given has been lost with its connection, or found none; absent where there is none to lose. */
  readonly losses?: number;
  /** Closes everything at once. */
  close(): void;
}

const noBytes = new Uint8Array(0);

/** An input without payload. */
export function emptyInput(sink: InputSink, kind: number, channel: number): void {
  sink.input(kind, channel, noBytes, 0, 0);
}

/** Outputs of a turn from which on sends of a channel are gathered: few lie next to each other as it is. */
const gatheredMin = 16;

/** Which transport serves which channel; hands a turn's outputs to them in order. */
export class ChannelTable {
  private readonly byChannel: (Transport | undefined)[] = new Array(65_536).fill(undefined);
  private readonly all = new Set<Transport>();
  /** Outputs to channels that nobody serves (a peer that has just gone). */
  dropped = 0;

  set(channel: number, transport: Transport): void {
    this.byChannel[channel] = transport;
    this.all.add(transport);
  }

  /** Peers of a listener come and go; the listener itself stays. */
  clear(channel: number): void {
    this.byChannel[channel] = undefined;
  }

  /** Does what the outbox says. Sends that lie next to each other on one stream channel go out as one. */
  dispatch(outbox: Outbox): void {
    const { bytes, count } = outbox;
    if (count >= gatheredMin) {
      this.dispatchGathered(outbox);
      return;
    }
    for (let i = 0; i < count; i++) {
      const channel = outbox.channelAt(i);
      const transport = this.byChannel[channel];
      if (!transport) {
        this.skip(outbox, i);
        continue;
      }
      const kind = outbox.kindAt(i);
      if (kind === outputKinds.code.send) {
        const offset = outbox.offsetAt(i);
        let length = outbox.lengthAt(i);
        if (transport.stream)
          while (
            i + 1 < count &&
            outbox.channelAt(i + 1) === channel &&
            outbox.kindAt(i + 1) === outputKinds.code.send &&
            outbox.offsetAt(i + 1) === offset + length
          )
            length += outbox.lengthAt(++i);
        transport.send(channel, bytes, offset, length);
      } else connectOrNot(transport, kind, channel);
    }
  }

  /**
   * The same for a turn with much to send, as a kill's, whose cancels go to venue and venue by turns: all of a stream
   * channel's sends go out as one, or each of a thousand would be a write of its own. Within a channel the order stays.
   */
  private dispatchGathered(outbox: Outbox): void {
    const { count } = outbox;
    const streams: number[] = [];
    for (let i = 0; i < count; i++) {
      const channel = outbox.channelAt(i);
      const transport = this.byChannel[channel];
      if (!transport) {
        this.skip(outbox, i);
        continue;
      }
      const kind = outbox.kindAt(i);
      if (kind !== outputKinds.code.send) {
        if (transport.stream) this.sendGathered(outbox, channel, i);
        connectOrNot(transport, kind, channel);
      } else if (!transport.stream) transport.send(channel, outbox.bytes, outbox.offsetAt(i), outbox.lengthAt(i));
      else if (!streams.includes(channel)) streams.push(channel);
    }
    for (const channel of streams) this.sendGathered(outbox, channel, count);
  }

  /** Sends of a channel in front of the output `end`, behind its last connect or disconnect, as one. */
  private sendGathered(outbox: Outbox, channel: number, end: number): void {
    let begin = end;
    let length = 0;
    while (begin > 0) {
      if (outbox.channelAt(begin - 1) === channel) {
        if (outbox.kindAt(begin - 1) !== outputKinds.code.send) break;
        length += outbox.lengthAt(begin - 1);
      }
      begin--;
    }
    if (length === 0) return;
    const gathered = new Uint8Array(length);
    let used = 0;
    for (let i = begin; i < end; i++) {
      if (outbox.channelAt(i) !== channel) continue;
      const offset = outbox.offsetAt(i);
      const sendEnd = offset + outbox.lengthAt(i);
      for (let at = offset; at < sendEnd; at++) gathered[used++] = outbox.bytes[at];
    }
    this.byChannel[channel]?.send(channel, gathered, 0, length);
  }

  /** Nobody serves its channel; a mark has none, and is the shell's. */
  private skip(outbox: Outbox, index: number): void {
    if (outbox.kindAt(index) !== outputKinds.code.mark) this.dropped++;
  }

  /** The transports that these outputs go to. */
  transportsOf(outbox: Outbox): ReadonlySet<Transport> {
    const transports = new Set<Transport>();
    for (let i = 0; i < outbox.count; i++) {
      const transport = this.byChannel[outbox.channelAt(i)];
      if (transport !== undefined) transports.add(transport);
    }
    return transports;
  }

  /** Bytes that wait in all transports. */
  get waiting(): number {
    let total = 0;
    for (const transport of this.all) total += transport.waiting;
    return total;
  }

  /** Resolves when nothing waits any more, or after `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    const end = performance.now() + timeoutMs;
    while (this.waiting > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  close(): void {
    for (const transport of this.all) transport.close();
    this.all.clear();
    this.byChannel.fill(undefined);
  }
}

function connectOrNot(transport: Transport, kind: number, channel: number): void {
  if (kind === outputKinds.code.connect) transport.connect(channel);
  else transport.disconnect(channel);
}
