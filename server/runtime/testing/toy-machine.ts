import { commandKinds } from "../../../domain/command";
import { factCode } from "../../../domain/facts";
import { type ViewRowCounts, viewColumn } from "../../../domain/views";
import { commandHeaderLength, commandIdOffset } from "../../machine/command-record";
import type { FactsOutbox } from "../../machine/facts-outbox";
import { type InputRecord, inputKinds } from "../../machine/input-record";
import type { Machine } from "../../machine/machine";
import type { Outbox } from "../../machine/outbox";
import { StateRegistry } from "../../machine/state-registry";
import type { ViewSink, ViewSource } from "../../machine/view-sink";

/** First payload byte of a `data` input that makes the toy's step throw, after it has decided a fact. */
export const toyPoisonByte = 0xee;

/** First payload byte of a `data` input behind whose echo the toy puts a mark: its token is the count of data inputs. */
export const toyMarkByte = 0xed;

/** What the toy's last words are, on the channel that was heard last. */
export const toyLastWords = "cancel all";

const counts: ViewRowCounts = {
  instrument: 4,
  listing: 8,
  strategy: 2,
  pair: 2,
  venue: 2,
  desk: 1,
  limit: 0,
  refusal: 0,
};
const noText = new Uint8Array(0);

/**
 * The smallest machine that exercises a shell: every `data` input changes the state, becomes a fact and is echoed on
 * its channel; what it is told of a mark becomes a fact too; a command becomes a `command` fact, `shutdown` also `engineStopped`. `slope` changes what it decides,
 * as changed code would.
 */
export class ToyMachine implements Machine, ViewSource {
  readonly registry = new StateRegistry();
  readonly viewRowCounts = counts;
  private readonly day = this.registry.allocate("toy.day", "f64", 4);
  private readonly carried = this.registry.allocate("toy.carried", "f64", 1, "carried");
  private readonly ballast = this.registry.allocate("toy.ballast", "u8", 4_096);
  private readonly fields = new Float64Array(8);
  private text = new Uint8Array(512);

  constructor(private readonly slope = 1) {}

  /** Data inputs of the day. */
  get dataCount(): number {
    return this.day[1];
  }

  /** Sum over all days. */
  get carriedSum(): number {
    return this.carried[0];
  }

  /** Changes state that shows in no fact and no output. */
  disturb(): void {
    this.ballast[0]++;
  }

  step(input: InputRecord, outbox: Outbox, facts: FactsOutbox): void {
    const { bytes, offset, length } = input;
    if (input.kind === inputKinds.code.data) {
      this.day[1]++;
      this.day[2] = input.channel;
      let sum = 0;
      for (let i = 0; i < length; i++) sum += bytes[offset + i];
      this.carried[0] += sum;
      this.ballast[sum % this.ballast.length]++;
      this.decide(facts, "alert", input.timeNs, [0, this.day[1], sum * this.slope, length], 0);
      if (length > 0 && bytes[offset] === toyPoisonByte) throw new Error("the toy met its poison");
      const at = outbox.begin(length);
      for (let i = 0; i < length; i++) outbox.bytes[at + i] = bytes[offset + i];
      outbox.end(input.channel, length);
      if (length > 0 && bytes[offset] === toyMarkByte) outbox.mark(this.day[1]);
    } else if (input.kind === inputKinds.code.outputsSent)
      this.decide(
        facts,
        "alert",
        input.timeNs,
        [toyMarkByte, input.view.getUint32(offset), input.view.getFloat64(offset + 4), 0],
        0,
      );
    else if (input.kind === inputKinds.code.command) this.command(input, facts);
    else if (input.kind === inputKinds.code.start)
      this.decide(
        facts,
        "engineStarted",
        input.timeNs,
        [input.view.getUint32(offset), bytes[offset + 4], this.day[1]],
        0,
      );
  }

  lastWords(outbox: Outbox): void {
    const at = outbox.begin(toyLastWords.length);
    for (let i = 0; i < toyLastWords.length; i++) outbox.bytes[at + i] = toyLastWords.charCodeAt(i);
    outbox.end(this.day[2], toyLastWords.length);
  }

  publishViews(sink: ViewSink): void {
    sink.begin("desk", 0);
    sink.rows.desk[viewColumn.desk.inputs] = this.day[1];
    sink.rows.desk[viewColumn.desk.factNumber] = this.day[0];
    sink.end("desk", 0);
  }

  private command(input: InputRecord, facts: FactsOutbox): void {
    const { bytes, offset, view } = input;
    let id = "";
    for (let i = 0; i < 16; i++) id += bytes[offset + commandIdOffset + i].toString(16).padStart(2, "0");
    const actorLength = bytes[offset + 24];
    const reasonLength = view.getUint16(offset + 25);
    const actorAt = offset + commandHeaderLength;
    let used = 0;
    const put = (code: number): void => {
      this.text[used++] = code;
    };
    for (const letter of id) put(letter.charCodeAt(0));
    put(0x1f);
    for (let i = 0; i < actorLength; i++) put(bytes[actorAt + i]);
    put(0x1f);
    for (let i = 0; i < reasonLength; i++) put(bytes[actorAt + actorLength + i]);
    const target = view.getInt32(offset + 4);
    const fields = [bytes[offset], bytes[offset + 1], target, bytes[offset + 2], 0, 0];
    this.decide(facts, "command", input.timeNs, fields, used);
    if (bytes[offset] === commandKinds.code.shutdown) this.decide(facts, "engineStopped", input.timeNs, [1, 0], 0);
  }

  private decide(
    facts: FactsOutbox,
    kind: keyof typeof factCode,
    timeNs: number,
    fields: number[],
    textLength: number,
  ): void {
    this.fields.set(fields);
    const text = textLength === 0 ? noText : this.text;
    facts.append(factCode[kind], ++this.day[0], timeNs, this.fields, fields.length, text, 0, textLength);
  }
}
