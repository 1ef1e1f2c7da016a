import { decodeFact, type Fact } from "../../../../domain/facts";
import { alertCodes, feedStates } from "../../../../domain/health";
import { nsPerMillisecond } from "../../../../domain/time";
import { viewOf } from "../../../../domain/view-of";
import { FactsOutbox } from "../../../machine/facts-outbox";
import { Outbox, outputKinds } from "../../../machine/outbox";
import { StateRegistry } from "../../../machine/state-registry";
import { symbolBytes } from "../../../wire/bytes";
import { encodeGlimpseSnapshot } from "../../../wire/glimpse";
import {
  encodeMoldHeader,
  MoldHeader,
  MoldPacketWriter,
  moldEndOfSessionCount,
  readMoldHeader,
} from "../../../wire/mold-udp64";
import { encodeLoginAccepted, encodeSequencedData, encodeServerHeartbeat } from "../../../wire/soup-bin-tcp";
import { Turn } from "../../turn";
import { Feed } from "../feed";
import { FeedRows } from "../feed-rows";
import { UsualPackets } from "../usual-packets";

/** The sessions that a venue's feed may be in, by name. */
export const sessions = { DAY1: symbolBytes("DAY1", 10), DAY2: symbolBytes("DAY2", 10) };
/** The two lines of a feed. */
export const first = 0;
export const second = 1;

/** A feed that starts at sequence 1, its two lines in the test's hand; `taken` is what reached the normaliser, in order. */
export class TwoLines {
  readonly taken: number[] = [];
  readonly requests: { sequence: number; count: number }[] = [];
  /** How often a snapshot was asked for: the connections to its server. */
  snapshots = 0;
  readonly facts: Fact[] = [];
  readonly feed: Feed;
  readonly registry: StateRegistry;
  /** What the owner heard of packets in sequence. */
  readonly silencesNs: number[] = [];
  /** Packets that the feed did not have to take. */
  usualCount = 0;
  disconnects = 0;
  session: keyof typeof sessions = "DAY1";
  private readonly turn: Turn;
  private readonly outbox = new Outbox();
  private readonly factsOutbox = new FactsOutbox();
  private timeNs = 1_000_000_000;

  private readonly usual: UsualPackets | null;

  /**
   * `heard`: whether a packet has come since the snapshot, which goes on at message `next`; `isWhole`: whether the feed
   * takes all packets itself, as it could, or what is usual is taken before it, as the engine does.
   */
  constructor(next = 1, heard = true, isWhole = false) {
    const registry = new StateRegistry();
    this.turn = new Turn(registry);
    const message = (_venue: number, bytes: Uint8Array, offset: number) => {
      this.taken.push((bytes[offset] << 24) | (bytes[offset + 1] << 16) | (bytes[offset + 2] << 8) | bytes[offset + 3]);
    };
    const normaliser = {
      malformed: () => 0,
      onNewSession: () => undefined,
      message,
      blocks: (venue: number, bytes: Uint8Array, offset: number, end: number) => {
        let at = offset;
        for (; at < end; at += 2 + ((bytes[at] << 8) | bytes[at + 1])) message(venue, bytes, at + 2);
        return at;
      },
    };
    const rows = new FeedRows(registry, 1);
    const owner = {
      onFeedState: () => undefined,
      onBooksCleared: () => undefined,
      onPacket: (_: number, silenceNs: number) => this.silencesNs.push(silenceNs),
    };
    this.feed = new Feed(registry, rows, this.turn, 0, normaliser, owner);
    this.usual = isWhole ? null : new UsualPackets(rows, this.turn, normaliser, owner);
    this.registry = registry;
    this.act(() => this.feed.onStart());
    this.wait(20);
    this.takeSnapshot(next);
    if (heard) this.heartbeat(next);
  }

  get state(): string {
    return feedStates.name(this.feed.state);
  }

  alerts(): string[] {
    return this.facts.flatMap((fact) => (fact.kind === "alert" ? [alertCodes.name(fact.code)] : []));
  }

  /** A whole snapshot, without an order in it, that the feed goes on from at message `next`. */
  takeSnapshot(next: number): void {
    this.beginSnapshot();
    this.endSnapshot(next);
  }

  beginSnapshot(): void {
    this.act(() => this.feed.snapshotConnected());
    this.snapshot((bytes) => encodeLoginAccepted(bytes, 0, this.session, 1));
  }

  /** The snapshot's server says that it is alive, and nothing else. */
  beat(): void {
    this.snapshot((bytes) => encodeServerHeartbeat(bytes, 0));
  }

  endSnapshot(next: number): void {
    const last = new Uint8Array(40);
    const length = encodeGlimpseSnapshot(last, 0, next);
    this.snapshot((bytes) => encodeSequencedData(bytes, 0, last, 0, length));
  }

  /** Messages `from` to `to`, each its own sequence number, `messageLength` bytes long, in one packet. */
  packet(line: number, from: number, to: number, messageLength = 4): void {
    const { bytes, length } = this.bytesOf(from, to, messageLength);
    this.datagram(bytes, length, line);
  }

  /** The bytes of such a packet. */
  bytesOf(from: number, to: number, messageLength = 4): { bytes: Uint8Array; length: number } {
    const bytes = new Uint8Array(2_000);
    const writer = new MoldPacketWriter(bytes, sessions[this.session]);
    writer.begin(from);
    for (let sequence = from; sequence <= to; sequence++) {
      const at = writer.openBlock(messageLength);
      new DataView(bytes.buffer).setUint32(at, sequence);
      writer.closeBlock(messageLength);
    }
    return { bytes, length: writer.finish() };
  }

  heartbeat(next: number, lines: readonly number[] = [first, second]): void {
    for (const line of lines) {
      const bytes = new Uint8Array(40);
      const writer = new MoldPacketWriter(bytes, sessions[this.session]);
      writer.begin(next);
      const length = writer.finish();
      this.datagram(bytes, length, line);
    }
  }

  /** The end of the session, before message `next`. */
  end(next: number, lines: readonly number[] = [first, second]): void {
    const bytes = new Uint8Array(40);
    const length = encodeMoldHeader(bytes, 0, sessions[this.session], 0, next, moldEndOfSessionCount);
    for (const line of lines) this.datagram(bytes, length, line);
  }

  wait(milliseconds: number): void {
    for (let passed = 0; passed < milliseconds; passed += 10) {
      this.timeNs += 10 * nsPerMillisecond;
      this.act(() => this.feed.onTimer());
    }
  }

  /** Any bytes on a line. */
  datagram(bytes: Uint8Array, length: number, line: number): void {
    this.act(() => {
      if (this.usual?.take(0, line, bytes, viewOf(bytes), 0, length)) this.usualCount++;
      else this.feed.onDatagram(bytes, 0, length, line);
    });
  }

  private snapshot(encode: (bytes: Uint8Array) => number): void {
    const bytes = new Uint8Array(100);
    const length = encode(bytes);
    this.act(() => this.feed.snapshotData(bytes, 0, length));
  }

  private act(what: () => void): void {
    this.timeNs += 1_000;
    this.outbox.clear();
    this.factsOutbox.clear();
    this.turn.begin(this.timeNs, this.outbox, this.factsOutbox);
    what();
    for (let at = 0; at < this.factsOutbox.used; ) {
      const { fact, length } = decodeFact(this.factsOutbox.bytes, at);
      this.facts.push(fact);
      at += length;
    }
    const header = new MoldHeader();
    for (let i = 0; i < this.outbox.count; i++) {
      if (this.outbox.kindAt(i) === outputKinds.code.connect) this.snapshots++;
      if (this.outbox.kindAt(i) === outputKinds.code.disconnect) this.disconnects++;
      if (this.outbox.kindAt(i) !== outputKinds.code.send) continue;
      readMoldHeader(this.outbox.bytes, this.outbox.offsetAt(i), this.outbox.lengthAt(i), header);
      if (this.outbox.channelAt(i) === 16) this.requests.push({ sequence: header.sequence, count: header.count });
    }
  }
}
