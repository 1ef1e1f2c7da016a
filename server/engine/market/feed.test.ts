import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFact, type Fact } from "../../../domain/facts";
import { alertCodes, feedStates } from "../../../domain/health";
import { nsPerMillisecond } from "../../../domain/time";
import { FactsOutbox } from "../../machine/facts-outbox";
import { Outbox, outputKinds } from "../../machine/outbox";
import { StateRegistry } from "../../machine/state-registry";
import { symbolBytes } from "../../wire/bytes";
import { encodeGlimpseSnapshot } from "../../wire/glimpse";
import {
  encodeMoldHeader,
  MoldHeader,
  MoldPacketWriter,
  moldBlockCount,
  moldEndOfSessionCount,
  moldHeaderLength,
  readMoldHeader,
} from "../../wire/mold-udp64";
import { encodeLoginAccepted, encodeSequencedData } from "../../wire/soup-bin-tcp";
import { Turn } from "../turn";
import { Feed } from "./feed";

const session = symbolBytes("DAY1", 10);
const first = 0;
const second = 1;

/** A feed that starts at sequence 1, its two lines in the test's hand; `taken` is what reached the normaliser, in order. */
class TwoLines {
  readonly taken: number[] = [];
  readonly requests: { sequence: number; count: number }[] = [];
  /** How often a snapshot was asked for: the connections to its server. */
  snapshots = 0;
  readonly facts: Fact[] = [];
  readonly feed: Feed;
  private readonly turn: Turn;
  private readonly outbox = new Outbox();
  private readonly factsOutbox = new FactsOutbox();
  private timeNs = 1_000_000_000;

  constructor() {
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
    this.feed = new Feed(registry, this.turn, 0, normaliser, {
      onFeedState: () => undefined,
      onBooksCleared: () => undefined,
      onPacket: () => undefined,
    });
    this.act(() => this.feed.onStart());
    this.wait(20);
    this.takeSnapshot(1);
    this.heartbeat(1);
  }

  get state(): string {
    return feedStates.name(this.feed.state);
  }

  alerts(): string[] {
    return this.facts.flatMap((fact) => (fact.kind === "alert" ? [alertCodes.name(fact.code)] : []));
  }

  /** A whole snapshot, without an order in it, that the feed goes on from at message `next`. */
  takeSnapshot(next: number): void {
    this.act(() => this.feed.snapshotConnected());
    this.snapshot((bytes) => encodeLoginAccepted(bytes, 0, "DAY1", 1));
    const last = new Uint8Array(40);
    const length = encodeGlimpseSnapshot(last, 0, next);
    this.snapshot((bytes) => encodeSequencedData(bytes, 0, last, 0, length));
  }

  /** Messages `from` to `to`, each its own sequence number, `messageLength` bytes long, in one packet. */
  packet(line: number, from: number, to: number, messageLength = 4): void {
    const bytes = new Uint8Array(2_000);
    const writer = new MoldPacketWriter(bytes, session);
    writer.begin(from);
    for (let sequence = from; sequence <= to; sequence++) {
      const at = writer.openBlock(messageLength);
      new DataView(bytes.buffer).setUint32(at, sequence);
      writer.closeBlock(messageLength);
    }
    const length = writer.finish();
    this.act(() => this.feed.onDatagram(bytes, 0, length, line));
  }

  heartbeat(next: number, lines: readonly number[] = [first, second]): void {
    for (const line of lines) {
      const bytes = new Uint8Array(40);
      const writer = new MoldPacketWriter(bytes, session);
      writer.begin(next);
      const length = writer.finish();
      this.act(() => this.feed.onDatagram(bytes, 0, length, line));
    }
  }

  /** The end of the session, before message `next`. */
  end(next: number, lines: readonly number[] = [first, second]): void {
    const bytes = new Uint8Array(40);
    const length = encodeMoldHeader(bytes, 0, session, 0, next, moldEndOfSessionCount);
    for (const line of lines) this.act(() => this.feed.onDatagram(bytes, 0, length, line));
  }

  wait(milliseconds: number): void {
    for (let passed = 0; passed < milliseconds; passed += 10) {
      this.timeNs += 10 * nsPerMillisecond;
      this.act(() => this.feed.onTimer());
    }
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
      if (this.outbox.kindAt(i) !== outputKinds.code.send) continue;
      readMoldHeader(this.outbox.bytes, this.outbox.offsetAt(i), this.outbox.lengthAt(i), header);
      if (this.outbox.channelAt(i) === 16) this.requests.push({ sequence: header.sequence, count: header.count });
    }
  }
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe("a feed over two lines", () => {
  it("takes each message once, from whichever line brings it first", () => {
    const lines = new TwoLines();
    lines.packet(first, 1, 3);
    lines.packet(second, 1, 3);
    lines.packet(second, 4, 6);
    lines.packet(first, 4, 6);
    expect(lines.taken).toEqual(upTo(6));
    expect([lines.feed.lineWins(first), lines.feed.lineWins(second)]).toEqual([1, 1]);
  });

  it("lets the second line fill what the first has lost: no gap is told, nothing is asked for", () => {
    const lines = new TwoLines();
    lines.packet(first, 1, 2);
    lines.packet(second, 1, 2);
    lines.packet(first, 5, 6);
    expect(lines.taken).toEqual([1, 2]);
    lines.packet(second, 3, 4);
    expect(lines.taken).toEqual(upTo(6));
    lines.wait(50);
    expect(lines.requests).toEqual([]);
    expect(lines.alerts()).toEqual([]);
    expect(lines.state).toBe("live");
  });

  it("asks the venue for what both lines have lost, and is not live until it has come", () => {
    const lines = new TwoLines();
    lines.packet(first, 1, 2);
    lines.packet(second, 1, 2);
    lines.packet(first, 5, 6);
    lines.packet(second, 5, 6);
    expect(lines.taken).toEqual([1, 2]);
    lines.wait(10);
    expect(lines.state).toBe("gap");
    expect(lines.requests[0]).toMatchObject({ sequence: 3 });
    lines.packet(first, 3, 4);
    expect(lines.taken).toEqual(upTo(6));
    expect(lines.state).toBe("live");
  });

  it("does not wait for a line that is silent", () => {
    const lines = new TwoLines();
    lines.packet(first, 1, 2);
    for (let second = 0; second < 4; second++) {
      lines.wait(1_000);
      lines.heartbeat(3, [first]);
    }
    lines.packet(first, 5, 6);
    expect(lines.state).toBe("gap");
    expect(lines.requests).toHaveLength(1);
  });

  it("tells once of a line that falls silent, and once when it is back", () => {
    const lines = new TwoLines();
    for (let second = 0; second < 8; second++) {
      lines.wait(1_000);
      lines.heartbeat(1, [first]);
    }
    expect(lines.alerts()).toEqual(["lineSilent"]);
    expect(lines.feed.silentLine).toBe(second);
    expect(lines.state).toBe("live");
    lines.heartbeat(1);
    lines.wait(20);
    expect(lines.alerts()).toEqual(["lineSilent", "lineBack"]);
  });

  it("is stale when both are silent", () => {
    const lines = new TwoLines();
    lines.wait(3_200);
    expect(lines.state).toBe("stale");
    expect(lines.alerts()).toEqual([]);
  });

  it("has ended with the venue's word of it, and what comes late of it makes it no fresher", () => {
    const lines = new TwoLines();
    lines.packet(first, 1, 2);
    lines.packet(second, 1, 2);
    lines.end(3, [first]);
    expect(lines.state).toBe("ended");
    // The other line is behind: what it repeats was known, and its heartbeat was sent before the end.
    lines.packet(second, 1, 2);
    expect(lines.state).toBe("ended");
    lines.heartbeat(3, [second]);
    expect(lines.state).toBe("ended");
    lines.end(3, [second]);
    lines.wait(10_000);
    expect(lines.state).toBe("ended");
    expect(lines.taken).toEqual([1, 2]);
  });

  it("is not at its end before what is missing has come", () => {
    const lines = new TwoLines();
    lines.packet(first, 1, 2);
    lines.packet(second, 1, 2);
    lines.end(5);
    lines.wait(10);
    expect(lines.state).toBe("gap");
    expect(lines.requests[0]).toMatchObject({ sequence: 3, count: 2 });
    lines.packet(first, 3, 4);
    expect(lines.taken).toEqual(upTo(4));
    expect(lines.state).toBe("ended");
  });

  it("goes on after its end when the venue has more to say, as after a restart in the same session", () => {
    const lines = new TwoLines();
    lines.packet(first, 1, 2);
    lines.end(3);
    lines.packet(first, 3, 4);
    expect(lines.taken).toEqual(upTo(4));
    expect(lines.state).toBe("live");
  });

  describe("holds packets that came too early, half a MiB of them", () => {
    const heldBytesMax = 524_288;
    /** What a packet takes while it is held: its length, its header, and a block's length before the message. */
    const heldLength = (messageLength: number) => 4 + moldHeaderLength + 2 + messageLength;
    const message = 1_024 - heldLength(0);
    const packetsMax = heldBytesMax / heldLength(message);

    /** The first message is lost; so many packets after it, of one message each, arrive on one line. */
    const withoutFirst = (packets: number) => {
      const lines = new TwoLines();
      for (let sequence = 2; sequence < 2 + packets; sequence++) lines.packet(first, sequence, sequence, message);
      return lines;
    };

    it("512 packets of a KiB are held, and the lost one alone makes the feed whole", () => {
      expect(packetsMax).toBe(512);
      const lines = withoutFirst(512);
      expect(lines.taken).toEqual([]);
      lines.packet(second, 1, 1, message);
      expect(lines.taken).toEqual(upTo(513));
      expect(lines.state).toBe("live");
      expect(lines.requests).toEqual([]);
    });

    it("the 513th is let go and asked for like one that was lost", () => {
      const lines = withoutFirst(513);
      lines.wait(10);
      expect(lines.requests).toMatchObject([{ sequence: 1, count: 514 }]);
      lines.packet(first, 1, 1, message);
      expect(lines.taken).toEqual(upTo(513));
      expect(lines.state).toBe("gap");
      lines.wait(50);
      expect(lines.requests.slice(1)).toMatchObject([{ sequence: 514, count: 1 }]);
      lines.packet(first, 514, 514, message);
      expect(lines.taken).toEqual(upTo(514));
      expect(lines.state).toBe("live");
    });

    it("a packet a byte too long for the room left is let go, one that just fits after it is held", () => {
      const lines = withoutFirst(511);
      lines.packet(first, 513, 513, message + 1);
      lines.packet(first, 514, 514, message);
      lines.packet(second, 1, 1, message);
      expect(lines.taken).toEqual(upTo(512));
      lines.packet(second, 513, 513, message);
      expect(lines.taken).toEqual(upTo(514));
      expect(lines.state).toBe("live");
    });

    it("what was held makes room again once it is applied", () => {
      const lines = withoutFirst(512);
      lines.packet(second, 1, 1, message);
      for (let sequence = 515; sequence <= 1_026; sequence++) lines.packet(first, sequence, sequence, message);
      expect(lines.taken).toEqual(upTo(513));
      lines.packet(second, 514, 514, message);
      expect(lines.taken).toEqual(upTo(1_026));
      expect(lines.state).toBe("live");
    });
  });

  describe("closes a gap of up to 50,000 messages by asking for them, a longer one by a snapshot", () => {
    it("50,000: a thousand at a time, the next thousand as soon as one has come", () => {
      const lines = new TwoLines();
      lines.heartbeat(50_001);
      lines.wait(10);
      expect(lines.state).toBe("gap");
      expect(lines.taken).toEqual([]);
      for (let asked = 0; asked < 50; asked++) {
        expect(lines.requests).toHaveLength(asked + 1);
        expect(lines.requests[asked]).toEqual({ sequence: asked * 1_000 + 1, count: 1_000 });
        for (let part = 0; part < 5; part++)
          lines.packet(first, asked * 1_000 + part * 200 + 1, asked * 1_000 + part * 200 + 200);
      }
      expect(lines.taken).toEqual(upTo(50_000));
      expect(lines.state).toBe("live");
      expect(lines.requests).toHaveLength(50);
      expect(lines.snapshots).toBe(1);
    });

    it("50,001: nothing is asked for, and what comes before the snapshot is had from the venue after it", () => {
      const lines = new TwoLines();
      lines.heartbeat(50_002);
      lines.wait(10);
      expect(lines.state).toBe("waiting");
      expect(lines.requests).toEqual([]);
      lines.wait(10);
      expect(lines.snapshots).toBe(2);
      lines.packet(first, 50_002, 50_004);
      expect(lines.taken).toEqual([]);
      lines.takeSnapshot(50_002);
      expect(lines.state).toBe("gap");
      expect(lines.requests).toMatchObject([{ sequence: 50_002, count: 3 }]);
      lines.packet(first, 50_002, 50_004);
      expect(lines.taken).toEqual([50_002, 50_003, 50_004]);
      expect(lines.state).toBe("live");
    });

    it("and one that forty requests in a row did not close", () => {
      const lines = new TwoLines();
      lines.heartbeat(3);
      lines.wait(10);
      lines.wait(39 * 50);
      expect(lines.requests).toHaveLength(40);
      expect(lines.state).toBe("gap");
      lines.wait(50);
      expect(lines.requests).toHaveLength(40);
      expect(lines.state).toBe("waiting");
      lines.wait(10);
      expect(lines.snapshots).toBe(2);
    });
  });

  it("is the same as without any loss, for packets lost, repeated and out of order on each line apart", () => {
    const delivery = fc.record({ line: fc.nat({ max: 1 }), packet: fc.nat({ max: 29 }) });
    fc.assert(
      fc.property(fc.array(delivery, { minLength: 20, maxLength: 120 }), (deliveries) => {
        const lines = new TwoLines();
        for (const { line, packet } of deliveries) lines.packet(line, packet * 3 + 1, packet * 3 + 3);
        // What neither line brought, the venue has.
        for (let round = 0; round < 200 && lines.feed.expectedSequence < 91; round++) {
          lines.heartbeat(91);
          lines.wait(60);
          const request = lines.requests.at(-1);
          if (request)
            lines.packet(first, request.sequence, Math.min(90, request.sequence + moldBlockCount(request.count) - 1));
        }
        expect(lines.taken).toEqual(upTo(90));
        expect(lines.state).toBe("live");
      }),
      { numRuns: 100 },
    );
  });
});
