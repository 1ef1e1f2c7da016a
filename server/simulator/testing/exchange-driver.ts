import type { Desk } from "../../../domain/desk";
import { nsPerMillisecond } from "../../../domain/time";
import { type CommandRecord, encodeCommand } from "../../machine/command-record";
import { FactsOutbox } from "../../machine/facts-outbox";
import { InputRecord, inputKinds, startCauses } from "../../machine/input-record";
import { Outbox, outputKinds } from "../../machine/outbox";
import { createExchange, type Exchange } from "../exchange-machine";

/** One output of the exchange, copied. */
export type Output = { readonly kind: "send" | "disconnect"; readonly channel: number; readonly bytes: Uint8Array };

/** An input that was given, so that a restored exchange can be given it again. */
export type RecordedInput = {
  readonly kind: number;
  readonly channel: number;
  readonly timeNs: number;
  readonly payload: Uint8Array;
};

/** Drives an exchange on virtual time and remembers what it was given; outputs go to `onOutput`. */
export class ExchangeDriver {
  readonly exchange: Exchange;
  readonly inputs: RecordedInput[] = [];
  timeNs = 0;
  onOutput: (output: Output) => void = () => undefined;
  private readonly input = new InputRecord();
  private readonly outbox = new Outbox();
  private readonly facts = new FactsOutbox(1 << 16);

  constructor(desk: Desk) {
    this.exchange = createExchange(desk);
  }

  /** Starts a run; fresh opens a new day. */
  start(cause: keyof typeof startCauses.code = "fresh"): this {
    this.give(inputKinds.code.start, 0, new Uint8Array([0, 0, 0, 1, startCauses.code[cause]]));
    return this;
  }

  /** Lets time pass, with a timer every `everyMs`. */
  run(milliseconds: number, everyMs = 10): this {
    for (let passed = 0; passed < milliseconds; passed += everyMs) {
      this.timeNs += everyMs * nsPerMillisecond;
      this.give(inputKinds.code.timer, 0, new Uint8Array(0));
    }
    return this;
  }

  connect(channel: number, listener: number): void {
    this.give(inputKinds.code.connected, channel, new Uint8Array([listener >> 8, listener & 0xff]));
  }

  disconnect(channel: number): void {
    this.give(inputKinds.code.disconnected, channel, new Uint8Array(0));
  }

  send(channel: number, payload: Uint8Array): void {
    this.give(inputKinds.code.data, channel, payload);
  }

  command(command: CommandRecord): void {
    this.give(inputKinds.code.command, 0, encodeCommand(command));
  }

  /** Gives an input as recorded. */
  replay(recorded: RecordedInput): void {
    this.timeNs = recorded.timeNs;
    this.give(recorded.kind, recorded.channel, recorded.payload);
  }

  private give(kind: number, channel: number, payload: Uint8Array): void {
    this.inputs.push({ kind, channel, timeNs: this.timeNs, payload });
    this.input.attach(payload);
    this.input.set(kind, channel, this.timeNs, 0, payload.length);
    this.outbox.clear();
    this.exchange.step(this.input, this.outbox, this.facts);
    for (let index = 0; index < this.outbox.count; index++) {
      const offset = this.outbox.offsetAt(index);
      this.onOutput({
        kind: this.outbox.kindAt(index) === outputKinds.code.send ? "send" : "disconnect",
        channel: this.outbox.channelAt(index),
        bytes: this.outbox.bytes.slice(offset, offset + this.outbox.lengthAt(index)),
      });
    }
  }
}
