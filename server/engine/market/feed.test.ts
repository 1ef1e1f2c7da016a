import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { moldBlockCount, moldHeaderLength } from "../../wire/mold-udp64";
import { first, second, TwoLines } from "./testing/two-lines";

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
