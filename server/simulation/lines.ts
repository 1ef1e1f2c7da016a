import { nsPerMillisecond } from "../../domain/time";
import type { Transport } from "../adapters/transport";
import {
  dropChannel,
  feedChannel,
  orderChannel,
  peerChannelFirst,
  retransmissionChannel,
  secondFeedChannel,
  snapshotChannel,
  venueCountMax,
} from "../machine/channels";
import { inputKinds } from "../machine/input-record";
import { type Outbox, outputKinds } from "../machine/outbox";
import { draw } from "./draws";
import type { EventQueue } from "./event-queue";
import type { Way } from "./fault-plan";
import { type AimedAt, findFrame, frameLength } from "./frames";
import { LineHistory } from "./line-history";

const kinds = inputKinds.code;
const noBytes = new Uint8Array(0);
const baseDelayNs = 100_000;
/** A connection closed here is gone after a second, whatever its other end does. */
const closesByForceNs = 1_000 * nsPerMillisecond;
const jitterNs = 200_000;
/** How much later one end of a dead connection may hear of it than the other. */
const hearsLaterNsMax = 300 * nsPerMillisecond;
/** Share of a connection's sends that arrive in two pieces, cut at any byte. */
const splitShare = 0.2;

/** Who takes what arrives. */
export type LineEnds = {
  engine(kind: number, channel: number, bytes: Uint8Array): void;
  exchange(kind: number, channel: number, bytes: Uint8Array): void;
};

/** What the lines do to what passes; faults switch it on and off. */
export type Disturbance = {
  /** Datagrams of a venue: shares lost, doubled, held back. */
  readonly venues: { loss: number; duplicates: number; reordering: number; salt: number }[];
  /** Added to every delay, ns. */
  delayNs: number;
};

type Connection = {
  readonly id: number;
  readonly engineChannel: number;
  readonly peer: number;
  isEngineOpen: boolean;
  isExchangeOpen: boolean;
  /** The engine has closed its way out. */
  isClosing: boolean;
  /** Nothing sent from now on arrives. */
  isDead: boolean;
  /** What the exchange sends is lost from now on. */
  swallowsIn: boolean;
  readonly lastArrivalNs: { in: number; out: number };
  readonly sent: { in: number; out: number };
};

/**
 * The lines between engine and exchange. Connections keep order and lose nothing until they die, at any byte; datagrams
 * may be lost, doubled, held back. A line that is stalled one way keeps what was sent until it is let go, as TCP does.
 */
export class Lines implements Transport {
  readonly stream = true;
  readonly waiting = 0;
  readonly disturbance: Disturbance;
  /** Every third world has one line a feed only. */
  private readonly hasSecondFeed: boolean;
  isExchangeUp = true;
  isEngineUp = false;
  /** Of the order lines. */
  readonly history: LineHistory;
  private readonly current = new Map<number, Connection>();
  private readonly byPeer = new Map<number, Connection>();
  private readonly stalledUntil = new Map<string, number>();
  private readonly cuts = new Map<string, number>();
  private readonly aimed: { channel: number; way: Way; within: AimedAt; bytes: number }[] = [];
  private readonly lostAcknowledgements = new Set<number>();
  private nextPeer = peerChannelFirst;
  private nextConnection = 1;
  private datagrams = 0;

  constructor(
    private readonly seed: number,
    private readonly venueCount: number,
    private readonly queue: EventQueue,
    private readonly now: () => number,
    private readonly ends: LineEnds,
    /** Told of each fault that really struck. */
    private readonly struck: (what: "cut" | "lostAcknowledgement" | "loss" | "duplicates" | "reordering") => void,
  ) {
    this.hasSecondFeed = seed % 3 !== 0;
    this.history = new LineHistory(venueCount);
    this.disturbance = {
      venues: Array.from({ length: venueCount }, () => ({ loss: 0, duplicates: 0, reordering: 0, salt: 0 })),
      delayNs: 0,
    };
  }

  /** Nothing passes this way of the line until then; connections deliver it afterwards, datagrams are lost. */
  stall(channel: number, way: Way, untilNs: number): void {
    this.stalledUntil.set(`${way}${channel}`, untilNs);
  }

  /** The line's connection dies when so many more bytes have passed this way. */
  armCut(channel: number, way: Way, bytes: number): void {
    this.cuts.set(`${way}${channel}`, bytes);
  }

  /** The line's connection dies so many bytes into the next such message; of several, one after another. */
  aimCut(channel: number, way: Way, within: AimedAt, bytes: number): void {
    this.aimed.push({ channel, way, within, bytes });
  }

  /** The venue takes the next message on its order line, and nothing of its answer arrives. */
  armLostAcknowledgement(venue: number): void {
    this.lostAcknowledgements.add(orderChannel + venue);
  }

  /** Forgets every fault. */
  heal(): void {
    this.stalledUntil.clear();
    this.cuts.clear();
    this.aimed.length = 0;
    this.lostAcknowledgements.clear();
    this.disturbance.delayNs = 0;
    for (const venue of this.disturbance.venues) {
      venue.loss = 0;
      venue.duplicates = 0;
      venue.reordering = 0;
    }
  }

  /** The engine's process is gone: its ends are closed. */
  engineGone(): void {
    this.isEngineUp = false;
    for (let venue = 0; venue < this.venueCount; venue++) this.history.lost(venue, this.now(), "restart");
    for (const connection of [...this.current.values()]) this.endGone(connection, "engine");
    this.current.clear();
  }

  /** The exchange's process is gone. */
  exchangeGone(): void {
    this.isExchangeUp = false;
    for (const connection of [...this.byPeer.values()]) this.endGone(connection, "exchange");
    this.byPeer.clear();
    for (const [channel] of this.current) if (channel < snapshotChannel) this.current.delete(channel);
  }

  // What the engine's shell asks for.

  connect(channel: number): void {
    const venue = channel & (venueCountMax - 1);
    if (!this.isExchangeUp) {
      this.toEngine(null, kinds.disconnected, channel, noBytes, this.now() + baseDelayNs);
      return;
    }
    const earlier = this.current.get(channel);
    if (earlier !== undefined && !earlier.isClosing) this.endGone(earlier, "engine");
    const connection = this.open(channel, listenerOf(channel - venue) + venue);
    this.toEngine(connection, kinds.connected, channel, noBytes, this.arrival(connection, "in"));
  }

  send(channel: number, bytes: Uint8Array, offset: number, length: number): void {
    const copy = bytes.slice(offset, offset + length);
    if (channel < snapshotChannel) return this.request(channel, copy);
    const connection = this.current.get(channel);
    if (connection === undefined || connection.isDead || connection.isClosing) return;
    if (length > 3 && this.lostAcknowledgements.delete(channel)) {
      connection.swallowsIn = true;
      this.struck("lostAcknowledgement");
      this.transmit(connection, "out", copy);
      this.queue.put(this.now() + 50 * nsPerMillisecond, () => this.kill(connection));
      return;
    }
    this.transmit(connection, "out", copy);
  }

  /** Closes the way out; what the exchange sent before it hears of it still arrives, as from a socket. */
  disconnect(channel: number): void {
    const connection = this.current.get(channel);
    if (connection === undefined || connection.isClosing) return;
    connection.isClosing = true;
    const heardNs = this.arrival(connection, "out");
    this.toExchange(connection, kinds.disconnected, noBytes, heardNs);
    const byForceNs = this.now() + closesByForceNs;
    this.toEngine(connection, kinds.disconnected, channel, noBytes, Math.min(heardNs + baseDelayNs, byForceNs));
  }

  close(): void {}

  /** One end's process is gone. */
  private endGone(connection: Connection, end: "engine" | "exchange"): void {
    if (end === "engine") {
      connection.isEngineOpen = false;
      this.toExchange(connection, kinds.disconnected, noBytes, this.arrival(connection, "out"));
    } else {
      connection.isExchangeOpen = false;
      this.toEngine(connection, kinds.disconnected, connection.engineChannel, noBytes, this.arrival(connection, "in"));
    }
  }

  /** What the exchange's turn sends. */
  fromExchange(outbox: Outbox): void {
    for (let i = 0; i < outbox.count; i++) {
      const channel = outbox.channelAt(i);
      const offset = outbox.offsetAt(i);
      const bytes = outbox.bytes.slice(offset, offset + outbox.lengthAt(i));
      if (channel < peerChannelFirst) {
        this.datagram(channel, bytes);
        continue;
      }
      const connection = this.byPeer.get(channel);
      if (connection === undefined) continue;
      if (connection.engineChannel < snapshotChannel) {
        if (outbox.kindAt(i) !== outputKinds.code.disconnect) this.datagramOn(connection.engineChannel, bytes);
      } else if (outbox.kindAt(i) === outputKinds.code.disconnect) {
        this.byPeer.delete(channel);
        this.endGone(connection, "exchange");
      } else if (!connection.isDead) this.transmit(connection, "in", bytes);
    }
  }

  private open(engineChannel: number, listener: number): Connection {
    const connection: Connection = {
      id: this.nextConnection++,
      engineChannel,
      peer: this.nextPeer++,
      isEngineOpen: true,
      isExchangeOpen: true,
      isClosing: false,
      isDead: false,
      swallowsIn: false,
      lastArrivalNs: { in: 0, out: 0 },
      sent: { in: 0, out: 0 },
    };
    this.current.set(engineChannel, connection);
    this.byPeer.set(connection.peer, connection);
    const payload = new Uint8Array([listener >> 8, listener & 0xff]);
    this.toExchange(connection, kinds.connected, payload, this.arrival(connection, "out"));
    return connection;
  }

  /** A retransmission request, a datagram. */
  private request(channel: number, bytes: Uint8Array): void {
    if (!this.isExchangeUp || this.isStalled(channel, "out") || this.isLost(channel)) return;
    const connection =
      this.current.get(channel) ?? this.open(channel, retransmissionChannel + (channel & (venueCountMax - 1)));
    this.toExchange(connection, kinds.data, bytes, this.arrival(connection, "out"));
  }

  private transmit(connection: Connection, way: Way, bytes: Uint8Array): void {
    if (way === "in" && connection.swallowsIn) return;
    const key = `${way}${connection.engineChannel}`;
    const left = this.cuts.get(key);
    if (left !== undefined) {
      if (bytes.length >= left) {
        this.cuts.delete(key);
        this.struck("cut");
        if (left > 0) this.deliver(connection, way, bytes.subarray(0, left));
        this.kill(connection);
        return;
      }
      this.cuts.set(key, left - bytes.length);
    }
    if (this.aimed.length > 0 && this.cutsWithin(connection, way, bytes)) return;
    const place = connection.sent[way];
    connection.sent[way] += bytes.length;
    if (bytes.length > 1 && draw(this.seed, 11, connection.id, place) < splitShare) {
      const at = 1 + Math.floor(draw(this.seed, 12, connection.id, place) * (bytes.length - 1));
      this.deliver(connection, way, bytes.subarray(0, at));
      this.deliver(connection, way, bytes.subarray(at));
    } else this.deliver(connection, way, bytes);
  }

  /** Cuts within the message that an aimed cut waits for, when it is among these bytes; of several the cut that waits longest. */
  private cutsWithin(connection: Connection, way: Way, bytes: Uint8Array): boolean {
    const place = this.aimed.findIndex(
      ({ channel, way: itsWay, within }) =>
        channel === connection.engineChannel && itsWay === way && findFrame(bytes, way, within) >= 0,
    );
    if (place < 0) return false;
    const next = this.aimed[place];
    const start = findFrame(bytes, way, next.within);
    if (next.bytes > frameLength(bytes, start)) return false;
    this.aimed.splice(place, 1);
    this.struck("cut");
    if (start + next.bytes > 0) this.deliver(connection, way, bytes.subarray(0, start + next.bytes));
    this.kill(connection);
    return true;
  }

  private deliver(connection: Connection, way: Way, bytes: Uint8Array): void {
    const atNs = this.arrival(connection, way);
    if (way === "in") this.toEngine(connection, kinds.data, connection.engineChannel, bytes, atNs);
    else this.toExchange(connection, kinds.data, bytes, atNs);
  }

  /** The connection is dead: each end hears of it in its own time, after what was on its way. */
  private kill(connection: Connection): void {
    if (connection.isDead) return;
    connection.isDead = true;
    this.byPeer.delete(connection.peer);
    const laterIn = draw(this.seed, 13, connection.id) * hearsLaterNsMax;
    const laterOut = draw(this.seed, 14, connection.id) * hearsLaterNsMax;
    const { engineChannel } = connection;
    this.toEngine(connection, kinds.disconnected, engineChannel, noBytes, this.arrival(connection, "in") + laterIn);
    this.toExchange(connection, kinds.disconnected, noBytes, this.arrival(connection, "out") + laterOut);
  }

  /** When the next thing on this way of a connection arrives: in order, later while the line is stalled. */
  private arrival(connection: Connection, way: Way): number {
    const now = this.now();
    const jitter = draw(this.seed, way === "in" ? 15 : 16, connection.id, connection.sent[way]) * jitterNs;
    const stalled = this.stalledUntil.get(`${way}${connection.engineChannel}`) ?? 0;
    const atNs = Math.max(
      Math.floor(now + baseDelayNs + jitter + this.disturbance.delayNs),
      stalled > now ? stalled : 0,
      connection.lastArrivalNs[way],
    );
    connection.lastArrivalNs[way] = atNs;
    return atNs;
  }

  /** A datagram of a feed comes over its second line too, where there is one, and fares there on its own. */
  private datagram(channel: number, bytes: Uint8Array): void {
    this.datagramOn(channel, bytes);
    if (this.hasSecondFeed) this.datagramOn(secondFeedChannel + (channel & (venueCountMax - 1)), bytes);
  }

  private datagramOn(channel: number, bytes: Uint8Array): void {
    const { duplicates, reordering, salt } = this.disturbance.venues[channel & (venueCountMax - 1)];
    const id = this.datagrams++;
    if (this.isStalled(channel, "in") || this.isLost(channel)) return;
    const atNs = Math.floor(this.now() + baseDelayNs + this.disturbance.delayNs);
    const isLate = draw(salt, 21, id) < reordering;
    if (isLate) this.struck("reordering");
    const late = isLate ? Math.floor(draw(salt, 22, id) * 30 * nsPerMillisecond) : 0;
    this.toEngine(null, kinds.data, channel, bytes, atNs + late);
    if (draw(salt, 23, id) >= duplicates) return;
    this.struck("duplicates");
    this.toEngine(null, kinds.data, channel, bytes, atNs + Math.floor(draw(salt, 24, id) * 50 * nsPerMillisecond));
  }

  private isLost(channel: number): boolean {
    const { loss, salt } = this.disturbance.venues[channel & (venueCountMax - 1)];
    if (loss === 0 || draw(salt, 20, this.datagrams) >= loss) return false;
    this.struck("loss");
    return true;
  }

  private isStalled(channel: number, way: Way): boolean {
    return (this.stalledUntil.get(`${way}${channel}`) ?? 0) > this.now();
  }

  private toEngine(
    connection: Connection | null,
    kind: number,
    channel: number,
    bytes: Uint8Array,
    atNs: number,
  ): void {
    this.queue.put(atNs, () => {
      if (!this.isEngineUp) return;
      if (connection !== null) {
        if (!connection.isEngineOpen || this.current.get(channel) !== connection) return;
        if (kind === kinds.disconnected) {
          connection.isEngineOpen = false;
          this.current.delete(channel);
        }
      }
      if (channel >= orderChannel && channel < orderChannel + this.venueCount) {
        const venue = channel - orderChannel;
        if (kind === kinds.connected) this.history.back(venue, this.now());
        else if (kind === kinds.disconnected) this.history.lost(venue, this.now(), "cut");
      }
      this.ends.engine(kind, channel, bytes);
    });
  }

  private toExchange(connection: Connection, kind: number, bytes: Uint8Array, atNs: number): void {
    this.queue.put(atNs, () => {
      if (!this.isExchangeUp || !connection.isExchangeOpen) return;
      if (kind === kinds.disconnected) {
        connection.isExchangeOpen = false;
        this.byPeer.delete(connection.peer);
      }
      this.ends.exchange(kind, connection.peer, bytes);
    });
  }
}

function listenerOf(base: number): number {
  if (base === snapshotChannel || base === orderChannel || base === dropChannel) return base;
  throw new Error(`no listener for engine channel base ${base}`);
}

/** Every channel of the engine that leads to a venue. */
export function engineChannels(venueCount: number): number[] {
  const bases = [feedChannel, snapshotChannel, orderChannel, dropChannel];
  return bases.flatMap((base) => Array.from({ length: venueCount }, (_, venue) => base + venue));
}
