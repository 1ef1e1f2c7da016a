import { scopes } from "../../domain/command";
import type { Desk } from "../../domain/desk";
import { decodeFact, type Fact, type FactKind, type FactOf } from "../../domain/facts";
import { nsPerMillisecond } from "../../domain/time";
import type { Dimensions } from "../../server/engine/dimensions";
import { createEngine, type Engine } from "../../server/engine/engine";
import {
  dropChannel,
  feedChannel,
  orderChannel,
  peerChannelFirst,
  retransmissionChannel,
  snapshotChannel,
  venueCountMax,
} from "../../server/machine/channels";
import { type CommandRecord, encodeCommand } from "../../server/machine/command-record";
import { FactsOutbox } from "../../server/machine/facts-outbox";
import { InputRecord, inputKinds, outputsSentLength, startCauses } from "../../server/machine/input-record";
import type { Machine } from "../../server/machine/machine";
import { Outbox, outputKinds } from "../../server/machine/outbox";
import { createExchange, type Exchange } from "../../server/simulator/exchange-machine";

type Side = "engine" | "exchange";
type Delivery = { side: Side; kind: number; channel: number; bytes: Uint8Array; atNs: number };

/** What a network does to one message on its way; the default delivers it after `delayNs`. */
export type Network = {
  readonly delayNs: number;
  /** For each datagram: how many copies arrive (0 loses it) and how much later than others. */
  datagram?(channel: number, bytes: Uint8Array): readonly number[];
};

const noBytes = new Uint8Array(0);

/**
 * Engine and exchange in one process on virtual time, joined by a network of queues: same seed, same day. Sockets are
 * pairs of channels; datagrams may be lost, doubled and delayed, connections cut at any time.
 */
export class VirtualDesk {
  readonly engine: Engine;
  readonly exchange: Exchange;
  readonly facts: Fact[] = [];
  /** Called for every fact as it is decided. */
  onFact: (fact: Fact) => void = () => undefined;
  timeNs = 0;
  /** Time of the last tick; a multiple of 5 ms. */
  private tickNs: number;
  private readonly queue: Delivery[] = [];
  /** Engine channel → exchange peer channel, of open connections; retransmission peers last for ever. */
  private readonly peers = new Map<number, number>();
  private nextPeer = peerChannelFirst;
  private readonly input = new InputRecord();
  private readonly outboxes: Record<Side, Outbox> = { engine: new Outbox(), exchange: new Outbox() };
  private readonly factsOutbox = new FactsOutbox();
  private readonly exchangeFacts = new FactsOutbox();
  private commandNumber = 0;
  /** Hash input of everything the engine was given, for replays: kind, channel, time, bytes. */
  readonly engineInputs: { kind: number; channel: number; timeNs: number; bytes: Uint8Array }[] = [];
  recordInputs = false;
  /** While true the engine gets no ticks and hears nothing: its process is gone. */
  isEngineAway = false;
  /** While true the exchange refuses connections and hears and says nothing. */
  isExchangeAway = false;

  constructor(
    readonly desk: Desk,
    private readonly network: Network = { delayNs: 100_000 },
    startNs = 0,
    /** The day before: what is carried over is, the rest begins anew. */
    yesterday: VirtualDesk | null = null,
    /** Other sizes of the engine's arrays than the desk's, to meet their limits sooner. */
    sizes: Partial<Dimensions> = {},
  ) {
    this.timeNs = startNs;
    this.tickNs = startNs;
    this.engine = createEngine(desk, sizes);
    this.exchange = createExchange(desk);
    if (yesterday !== null) {
      carryOver(yesterday.engine, this.engine);
      carryOver(yesterday.exchange, this.exchange);
      // The engine remembers the ids of its past.
      this.commandNumber = yesterday.commandNumber;
    }
    this.start("exchange", "fresh");
    this.start("engine", "fresh");
  }

  /** Lets time pass, in ticks of 5 ms (exchange) and 10 ms (engine). */
  run(milliseconds: number): this {
    const endNs = this.tickNs + milliseconds * nsPerMillisecond;
    while (this.tickNs < endNs) {
      this.tickNs += 5 * nsPerMillisecond;
      this.deliverUntil(this.tickNs);
      this.timeNs = this.tickNs;
      this.give("exchange", inputKinds.code.timer, 0, noBytes);
      if (this.tickNs % (10 * nsPerMillisecond) === 0) this.give("engine", inputKinds.code.timer, 0, noBytes);
    }
    return this;
  }

  /** Lets what is on its way arrive, with no tick in between. */
  settle(): this {
    this.deliverUntil(Number.MAX_SAFE_INTEGER);
    while (this.tickNs < this.timeNs) this.tickNs += 5 * nsPerMillisecond;
    return this;
  }

  /** Lets time pass until the condition holds; throws after `secondsMax` of virtual time. */
  runUntil(condition: () => boolean, secondsMax = 60): this {
    const endNs = this.timeNs + secondsMax * 1_000_000_000;
    while (!condition()) {
      if (this.timeNs >= endNs) throw new Error(`the condition did not hold within ${secondsMax} virtual seconds`);
      this.run(10);
    }
    return this;
  }

  /** Sends a command; returns the answer's fact. */
  command(command: Partial<CommandRecord> & { command: number; scope: number; target: number }): FactOf<"command"> {
    const id = command.id ?? `00000000-0000-4000-8000-${(++this.commandNumber).toString(16).padStart(12, "0")}`;
    const record = { role: 1, actor: "test", reason: "test", ...command, id };
    this.give("engine", inputKinds.code.command, 0, encodeCommand(record));
    const answers = this.factsOf("command");
    const answer = answers[answers.length - 1];
    if (answer === undefined) throw new Error("the command was not answered");
    return answer;
  }

  /** The exchange's operator does something about a name: a code of `commandKinds` or `operatorCommands`. */
  operate(command: number, instrument: number): this {
    const id = "00000000-0000-4000-8000-000000000000";
    const record = { command, scope: scopes.code.instrument, target: instrument, role: 0, id, actor: "", reason: "" };
    this.give("exchange", inputKinds.code.command, 0, encodeCommand(record));
    return this;
  }

  factsOf<Kind extends FactKind>(kind: Kind): FactOf<Kind>[] {
    return this.facts.filter((fact): fact is Fact & FactOf<Kind> => fact.kind === kind);
  }

  /** Cuts the engine's TCP connection on a channel; both ends hear of it. */
  cut(engineChannel: number): void {
    const peer = this.peers.get(engineChannel);
    if (peer === undefined) return;
    this.peers.delete(engineChannel);
    for (let i = this.queue.length - 1; i >= 0; i--) {
      const { side, channel } = this.queue[i];
      if (side === "engine" ? channel === engineChannel : channel === peer) this.queue.splice(i, 1);
    }
    this.give("engine", inputKinds.code.disconnected, engineChannel, noBytes);
    this.give("exchange", inputKinds.code.disconnected, peer, noBytes);
  }

  /** A run of one side begins anew after its process was gone: connections are dead, state is what it was. */
  restart(side: Side, cause: "continued" | "crashed"): this {
    for (const [engineChannel, peer] of [...this.peers]) {
      if (engineChannel >= feedChannel && engineChannel < feedChannel + venueCountMax) continue;
      this.peers.delete(engineChannel);
      if (side === "engine") this.give("exchange", inputKinds.code.disconnected, peer, noBytes);
      else this.give("engine", inputKinds.code.disconnected, engineChannel, noBytes);
    }
    this.queue.length = 0;
    this.start(side, cause);
    return this;
  }

  private start(side: Side, cause: keyof typeof startCauses.code): void {
    this.give(side, inputKinds.code.start, 0, new Uint8Array([0, 0, 0, 1, startCauses.code[cause]]));
  }

  private deliverUntil(untilNs: number): void {
    for (;;) {
      let best = -1;
      for (let i = 0; i < this.queue.length; i++)
        if (this.queue[i].atNs <= untilNs && (best < 0 || this.queue[i].atNs < this.queue[best].atNs)) best = i;
      if (best < 0) return;
      const [delivery] = this.queue.splice(best, 1);
      if (delivery === undefined) return;
      if (delivery.atNs > this.timeNs) this.timeNs = delivery.atNs;
      this.give(delivery.side, delivery.kind, delivery.channel, delivery.bytes);
    }
  }

  private give(side: Side, kind: number, channel: number, bytes: Uint8Array): void {
    const isTold =
      kind === inputKinds.code.command || kind === inputKinds.code.start || kind === inputKinds.code.disconnected;
    if (side === "engine" && this.isEngineAway && !isTold) return;
    if (side === "engine" && this.recordInputs) this.engineInputs.push({ kind, channel, timeNs: this.timeNs, bytes });
    const machine: Machine = side === "engine" ? this.engine : this.exchange;
    const outbox = this.outboxes[side];
    const facts = side === "engine" ? this.factsOutbox : this.exchangeFacts;
    outbox.clear();
    facts.clear();
    this.input.attach(bytes);
    this.input.set(kind, channel, this.timeNs, 0, bytes.length);
    machine.step(this.input, outbox, facts);
    if (side === "engine") this.collectFacts();
    for (let i = 0; i < outbox.count; i++) {
      const offset = outbox.offsetAt(i);
      const copy = outbox.bytes.slice(offset, offset + outbox.lengthAt(i));
      this.route(side, outbox.kindAt(i), outbox.channelAt(i), copy);
    }
  }

  private collectFacts(): void {
    for (let at = 0; at < this.factsOutbox.used; ) {
      const { fact, length } = decodeFact(this.factsOutbox.bytes, at);
      this.facts.push(fact);
      this.onFact(fact);
      at += length;
    }
  }

  private route(from: Side, kind: number, channel: number, bytes: Uint8Array): void {
    if (from === "engine") this.routeFromEngine(kind, channel, bytes);
    else this.routeFromExchange(kind, channel, bytes);
  }

  private routeFromEngine(kind: number, channel: number, bytes: Uint8Array): void {
    const base = channel & ~(venueCountMax - 1);
    const venue = channel & (venueCountMax - 1);
    if (kind === outputKinds.code.mark) {
      const payload = new DataView(new ArrayBuffer(outputsSentLength));
      payload.setUint32(0, new DataView(bytes.buffer, bytes.byteOffset).getUint32(0));
      payload.setFloat64(4, this.timeNs);
      this.post("engine", inputKinds.code.outputsSent, 0, new Uint8Array(payload.buffer));
    } else if (kind === outputKinds.code.connect && this.isExchangeAway) {
      this.post("engine", inputKinds.code.disconnected, channel, noBytes);
    } else if (kind === outputKinds.code.connect) {
      const peer = this.openPeer(channel, listenerOf(base) + venue);
      if (peer >= 0) this.post("engine", inputKinds.code.connected, channel, noBytes);
    } else if (kind === outputKinds.code.disconnect) {
      const peer = this.peers.get(channel);
      if (peer === undefined) return;
      this.peers.delete(channel);
      this.post("exchange", inputKinds.code.disconnected, peer, noBytes);
      this.post("engine", inputKinds.code.disconnected, channel, noBytes);
    } else if (base === feedChannel) {
      const peer = this.peers.get(channel) ?? this.openPeer(channel, retransmissionChannel + venue);
      this.post("exchange", inputKinds.code.data, peer, bytes);
    } else {
      const peer = this.peers.get(channel);
      if (peer !== undefined) this.post("exchange", inputKinds.code.data, peer, bytes);
    }
  }

  private routeFromExchange(kind: number, channel: number, bytes: Uint8Array): void {
    if (this.isExchangeAway) return;
    if (channel < peerChannelFirst) return this.postDatagram(channel, bytes);
    for (const [engineChannel, peer] of this.peers) {
      if (peer !== channel) continue;
      const isFeed = engineChannel < snapshotChannel;
      if (kind === outputKinds.code.disconnect) {
        if (isFeed) return;
        this.peers.delete(engineChannel);
        this.post("engine", inputKinds.code.disconnected, engineChannel, noBytes);
      } else if (isFeed) this.postDatagram(engineChannel, bytes);
      else this.post("engine", inputKinds.code.data, engineChannel, bytes);
      return;
    }
  }

  private openPeer(engineChannel: number, listener: number): number {
    const peer = this.nextPeer++;
    this.peers.set(engineChannel, peer);
    this.post("exchange", inputKinds.code.connected, peer, new Uint8Array([listener >> 8, listener & 0xff]));
    return peer;
  }

  private postDatagram(channel: number, bytes: Uint8Array): void {
    const arrivals = this.network.datagram?.(channel, bytes) ?? [0];
    for (const laterNs of arrivals) this.post("engine", inputKinds.code.data, channel, bytes, laterNs);
  }

  private post(side: Side, kind: number, channel: number, bytes: Uint8Array, laterNs = 0): void {
    this.queue.push({ side, kind, channel, bytes, atNs: this.timeNs + this.network.delayNs + laterNs });
  }
}

function listenerOf(base: number): number {
  if (base === snapshotChannel || base === orderChannel || base === dropChannel) return base;
  throw new Error(`no listener for engine channel base ${base}`);
}

function carryOver(from: Machine, to: Machine): void {
  const state = new Uint8Array(from.registry.byteLength);
  from.registry.copyInto(state);
  to.registry.restore(state, from.registry.layout(), true);
}
